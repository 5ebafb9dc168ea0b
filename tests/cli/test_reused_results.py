"""What `evaluate --resume` and `compare` take from the leaderboard, they say; the rest is run."""

import json
import re

import pytest
from command_support import run_here

from gym_push import Population
from gym_push.logs.writing import write_log

AGENT = """
class Mine:
    def __init__(self, observation_space, action_space): open(COUNT, "a").write("x")
    def reset(self, seed=None): pass
    def act(self, observation): return 1
    def learn(self, observation, action, reward): pass
"""
FROM = r"from \d{4}-\d\d-\d\d \d\d:\d\d UTC"


@pytest.fixture
def line(tmp_path, monkeypatch, capsys):
    """Runs a line on a log of three people; also says how many agents of one's own were made."""
    pytest.importorskip("scipy")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    made = tmp_path / "made"
    (tmp_path / "work" / "mine.py").write_text(AGENT.replace("COUNT", repr(str(made))))
    write_log(Population(3, seed=5).log(4), tmp_path / "log.csv", "csv")

    def run(words):
        made.write_text("")
        shown = run_here(f"gym-push {words} --log ../log.csv --json", monkeypatch, capsys)
        assert shown.code == 0, shown.errors
        return json.loads(shown.out), shown.errors, len(made.read_text())

    return run


def test_compare_runs_agents_of_ones_own_again_unless_it_is_asked_not_to(line):
    found, _, made = line("compare mine:Mine majority")
    assert made > 3
    again, errors, made = line("compare mine:Mine majority")
    assert again == found and made > 3
    assert re.search(f"^majority: takes 3 of 3 results {FROM}$", errors, re.MULTILINE)
    assert "mine:Mine: takes" not in errors
    resumed, errors, made = line("compare mine:Mine majority --resume")
    assert resumed == found and made == 1  # to see whether it can be made
    assert re.search(f"^mine:Mine: takes 3 of 3 results {FROM}$", errors, re.MULTILINE)


def test_resume_takes_nothing_of_an_agent_that_has_changed(line, tmp_path):
    line("evaluate mine:Mine --resume")
    (tmp_path / "work" / "data.txt").write_text("which it may read")
    _, errors, made = line("evaluate mine:Mine --resume")
    assert (
        "mine:Mine: takes nothing, as the leaderboard has no results of it as it is now" in errors
    )
    assert made > 3
