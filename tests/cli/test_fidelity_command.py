"""`gym-push fidelity` prints what a log says of simulated people, or one sentence."""

import json
import re
import shlex

import pytest
from command_support import run_here
from extras_support import installed

from gym_push import Population

pytestmark = [pytest.mark.slow, installed("sklearn")]


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command: `run(*arguments)`."""

    def run(*arguments):
        return run_here(f"gym-push fidelity {shlex.join(arguments)}", monkeypatch, capsys)

    return run


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    folder = tmp_path_factory.mktemp("log")
    frame = Population(2, 8).log(4).to_frame()
    kept = frame[["user", "appPackage", "place", "posted", "action"]]
    kept.to_csv(folder / "log.csv", index=False)
    (folder / "log.toml").write_text(
        'notification = ["appPackage"]\ncontext = ["place"]\nuser = "user"\ntime = "posted"\n'
    )
    return [str(folder / "log.csv"), "--schema", str(folder / "log.toml"), "--users", "100"]


def test_json_and_a_page_of_plots(log, tmp_path, run):
    pytest.importorskip("matplotlib")
    page = tmp_path / "page.svg"
    shown = run(*log, "--json", "--seed", "1", "--plots", str(page))
    assert shown.code == 0, shown.errors
    assert "12 of 12 statistics\n" in shown.errors and shown.errors.endswith("page.svg\n")
    report = json.loads(shown.out)
    assert report["days"] == 4
    assert re.match(r"\d of 10 gates held; .*not supported by the log: \d$", report["verdict"])
    verdicts = {each["name"]: each["verdict"] for each in report["statistics"]}
    assert verdicts["KS of log response time"] == "not supported"
    assert verdicts["oracle − best learner, simulated"] in ("held", "failed")
    assert page.read_text(encoding="utf-8").startswith("<?xml")
    assert [each.name for each in tmp_path.iterdir()] == ["page.svg"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--users", "7"], "has 7 people; a comparison needs at least 100"),
        (["--plots", "page.doc"], "end it in .pdf, .png or .svg"),
        (["--schema", "nowhere.toml"], "'nowhere.toml' does not exist"),
    ],
)
def test_a_mistake_is_one_sentence_before_the_work(log, arguments, sentence, run, monkeypatch):
    monkeypatch.setattr("gym_push.cli.people.read_given", None)
    shown = run(*log, *arguments)
    assert (shown.code, shown.out) == (2, "")
    assert sentence in shown.errors and shown.errors.count("\n") == 1
