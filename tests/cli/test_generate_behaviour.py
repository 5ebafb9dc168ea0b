"""`gym-push generate --behaviour` writes decisions that are read back and resumed as they were."""

import shlex

import numpy as np
import pytest
from command_support import run_here

from gym_push import Population, read_log
from gym_push.evaluation import Behaviour, LoggedDecisions, off_policy_estimate, simulate_decisions
from gym_push.logs.known import DECISIONS
from gym_push.users import write_logs

pytestmark = pytest.mark.slow

PEOPLE = "--users 9 --days 2 --seed 4 --users-at-once 4"


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command: `run(*arguments)`."""

    def run(*arguments):
        words = shlex.join(map(str, arguments))
        return run_here(f"gym-push generate {PEOPLE} {words}", monkeypatch, capsys)

    return run


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module", params=["csv", "parquet"])
def format(request):
    if request.param == "parquet":
        pytest.importorskip("pyarrow")
    return request.param


@pytest.fixture(scope="module")
def folder(format, tmp_path_factory):
    folder = tmp_path_factory.mktemp("decisions") / format
    policy = Behaviour.of("by-app").phones()
    write_logs(Population(9, 4), folder, 2, format=format, users_at_once=4, phone_policy=policy)
    return folder


def test_a_file_reads_back_as_the_decisions(folder, format):
    simulated = simulate_decisions(Population(9, 4), 2, users=range(4, 8))
    log = read_log(folder / f"users-000004-000007.{format}")
    assert log.schema == DECISIONS
    assert log.to_frame().equals(simulated.log.to_frame())
    logged = LoggedDecisions.of(log)
    np.testing.assert_array_equal(logged.decisions, simulated.logged.decisions)
    np.testing.assert_array_equal(logged.chances, simulated.logged.chances)
    assert off_policy_estimate(logged, "deliver-all") == off_policy_estimate(
        simulated.logged, "deliver-all"
    )


def test_two_processes_and_a_resumed_run_write_the_same_bytes(folder, format, tmp_path, run):
    for name, data in content(folder).items():
        if "000004" not in name:
            (tmp_path / name).write_bytes(data)
    options = "--behaviour", "by-app", "--format", format, "--out", tmp_path
    shown = run(*options, "--resume", "--processes", "2")
    assert shown.code == 0, shown.errors
    assert content(tmp_path) == content(folder)
    again = tmp_path / "again"
    shown = run("--behaviour", "by-app", "--format", format, "--out", again, "--processes", "2")
    assert shown.out.endswith(f" notifications to 3 files in {again}\n")
    assert content(again) == content(folder)


def test_the_data_card_describes_every_column_and_the_policy(folder):
    card = (folder / "README.md").read_text(encoding="utf-8")
    columns = card.split("\n## Format\n")[1].split("\n## ")[0]
    for column in DECISIONS.columns:
        assert columns.count(f"\n| `{column}` | ") == 1
    assert "The behaviour policy `by-app` delivered each notification at once or suppressed" in card
    assert "| msg | 0.7 | 0.75 | 0.85 | 0.9 | 0.9 |" in card
    assert "timeAppLastUsed" not in card and "--behaviour by-app" in card


@pytest.mark.parametrize("options", [[], ["--behaviour", "random:0.5"]])
def test_decisions_of_another_policy_are_not_mixed_in(folder, format, options, run):
    before = content(folder)
    shown = run(*options, "--format", format, "--out", folder, "--resume")
    assert shown.code == 2
    assert "was begun with behaviour='by-app', not with " in shown.errors
    assert content(folder) == before


def test_a_plain_folder_is_not_continued_with_decisions(tmp_path, run):
    run("--format", "csv", "--out", tmp_path)
    shown = run("--format", "csv", "--out", tmp_path, "--resume", "--behaviour", "random:0.5")
    assert shown.code == 2
    assert "was begun with behaviour=None, not with 'random:0.5'" in shown.errors


def test_people_without_notifications_have_a_file_without_rows(tmp_path, run):
    quiet = "--parameter", "volume_median=0.00001", "--format", "csv", "--days", "1"
    shown = run("--behaviour", "random:0.5", *quiet, "--out", tmp_path)
    assert shown.code == 0, shown.errors
    assert "wrote 0 notifications to 3 files" in shown.out


@pytest.mark.parametrize("behaviour", ["by-ap", "random:2", ""])
def test_a_policy_that_is_none_is_a_sentence(tmp_path, behaviour, run):
    shown = run("--behaviour", behaviour, "--out", tmp_path / "x")
    assert shown.code == 2
    assert shown.errors.startswith(f"gym-push: behaviour={behaviour!r} ")
    assert shown.errors.count("\n") == 1
    assert not (tmp_path / "x").exists()
