"""An evaluation that is stopped or killed half way keeps what it has, and is resumed."""

import signal
import subprocess
import sys

import pytest
from leaderboard_support import Interrupted, content

from gym_push import Leaderboard
from gym_push.agents import AgentSpec
from gym_push.errors import AgentError
from gym_push.evaluation import evaluate, evaluate_each

SPECS = [AgentSpec.of("random"), AgentSpec.of("table-per-app")]


@pytest.fixture
def whole(suite, tmp_path):
    """The content of a board of both agents with two seeds, in one run."""
    with Leaderboard(tmp_path / "whole.sqlite") as board:
        assert len(list(evaluate_each(SPECS, suite, seeds=2, board=board))) == 2
    return content(tmp_path / "whole.sqlite")


def resume(suite, board):
    there, told = sum(each.people for each in board.unfinished()), []
    for _ in evaluate_each(
        SPECS, suite, seeds=2, board=board, resume=SPECS, on_person=lambda *each: told.append(each)
    ):
        pass
    assert len(told) == 20 - there > 0


def test_what_is_resumed_is_what_one_run_would_have_been(suite, whole, tmp_path):
    path = tmp_path / "parts.sqlite"
    with Leaderboard(path) as board:
        with pytest.raises(KeyboardInterrupt):
            list(evaluate_each(SPECS, suite, seeds=2, board=Interrupted(board, after=7)))
        assert len(content(path)["people"]) == 7
        resume(suite, board)
    assert content(path) == whole


KILLED = """
import signal, sys
from gym_push import Leaderboard, Population
from gym_push.agents import AgentSpec
from gym_push.evaluation import PeopleSuite, evaluate_each

def kept(spec, result):
    global left
    left -= 1
    if not left:
        print("half-way", flush=True)
        signal.pause()

left = 4
suite = PeopleSuite("five/v1", Population(5, seed=21), days=8, learn_days=4)
specs = [AgentSpec.of("random"), AgentSpec.of("table-per-app")]
with Leaderboard(sys.argv[1]) as board:
    list(evaluate_each(specs, suite, seeds=2, processes=2, board=board, on_person=kept))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_killed_half_way_and_resumed_is_the_same_as_one_run(suite, whole, tmp_path):
    path = tmp_path / "parts.sqlite"
    command = [sys.executable, "-W", "error", "-c", KILLED, path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as killed:
        assert killed.stdout.readline() == "half-way\n"
        killed.send_signal(signal.SIGKILL)
    with Leaderboard(path) as board:
        assert board.entries() == () and len(board.unfinished()) == 2
        assert sum(each.people for each in board.unfinished()) == 4
        resume(suite, board)
    assert content(path) == whole


FAILING = """
class Failing:
    def __init__(self, observation_space, action_space): pass
    def reset(self, seed=None): pass
    def act(self, observation): raise ValueError("no")
    def learn(self, observation, action, reward): pass
"""


def test_who_has_no_fault_says_who_stopped_it(suite, mine):
    (mine / "my_agent.py").write_text(FAILING)
    specs = [AgentSpec.of("my_agent:Failing"), AgentSpec.of("majority")]
    with Leaderboard(mine / "board.sqlite") as board:
        with pytest.raises(AgentError):
            list(evaluate_each(specs, suite, board=board))
        assert ["agent my_agent:Failing failed" in each.status for each in board.unfinished()] == [
            True, True
        ]  # fmt: skip
        with pytest.raises(KeyboardInterrupt):
            evaluate("majority", suite, board=Interrupted(board, after=2))
        [stopped] = (each for each in board.unfinished() if each.run.agent == "majority")
        assert (stopped.people, stopped.status) == (2, "stopped by Ctrl-C")
