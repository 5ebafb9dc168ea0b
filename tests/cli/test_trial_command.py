"""`gym-push trial` writes what estimators read, and prints what they find."""

import json

import pytest
from command_support import run_here

from gym_push import Population
from gym_push.evaluation import LoggedDecisions, excursion_effect, run_trial


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Runs the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda words: run_here(f"gym-push trial {words}", monkeypatch, capsys)


def test_it_writes_the_log_with_its_schema_and_prints_the_effect(run):
    shown = run("--people 12 --days 7 --randomise 0.4 --seed 2 --out trial.csv")
    assert (shown.code, shown.errors) == (0, "wrote trial.csv\nwrote trial.toml\n")
    made = run_trial(Population(12, 2), "habit", 7, 0.4)
    estimate = excursion_effect(LoggedDecisions.read("trial.csv"))
    assert shown.out == f"{made}\n{estimate}\n"


def test_programs_get_all_numbers(run):
    shown = run("--preset dental --people 12 --days 7 --out trial.csv --json")
    made = run_trial(Population(12), "dental", 7)
    assert json.loads(shown.out) == {
        "log": "trial.csv",
        "schema": "trial.toml",
        "people": 12,
        "left": made.left,
        "effect": made.effect,
        "estimate": json.loads(json.dumps(excursion_effect(made.logged).to_dict())),
    }


def test_a_trial_too_small_for_an_estimate_is_written(run, tmp_path):
    shown = run("--people 3 --days 1 --randomise 0.001 --out few.csv --json")
    assert shown.code == 0
    assert json.loads(shown.out)["estimate"] is None
    assert "no estimate: the decision in the trial with Population(3, seed=0) is always 'none'" in (
        shown.errors
    )
    assert (tmp_path / "few.csv").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--out trial.txt", "trial.txt is not a name for a log; end it in .csv or .parquet"),
        ("--out a.csv --preset step", "'step' is not one of 'habit'"),
        ("--out a.csv --preset steps --message Time", "message='Time' is not one of 'Time for a"),
        ("--out a.csv --randomise 1", "1.0 is not in the range 0.0<x<1.0"),
        ("--out a.csv --people 2", "2 is not in the range x>=3"),
        ("--out a.csv --people 1000 --days 1000", "1000 people for 1000 days are too many"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(run, tmp_path, words, said):
    shown = run(words)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.errors and shown.errors.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_files_are_replaced_by_force_alone(run, tmp_path):
    words = "--people 3 --days 1 --out trial.csv"
    (tmp_path / "trial.toml").touch()
    too_large = "--people 1000 --days 1000 --out trial.csv"  # is not even begun
    assert "trial.toml is there" in run(too_large).errors
    (tmp_path / "trial.toml").unlink()
    assert run(words).code == 0
    assert "trial.csv' is there; --force replaces it" in run(words).errors
    assert run(f"{words} --force").code == 0
