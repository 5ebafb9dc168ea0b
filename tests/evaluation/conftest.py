"""A small suite, a small leaderboard, and the folder of an agent of one's own."""

import pytest
from leaderboard_support import finished, run_of

from gym_push import Leaderboard, Population
from gym_push.evaluation import PeopleSuite

MINE = """
from helper import ACTION

class Mine:
    def __init__(self, observation_space, action_space): pass
    def reset(self, seed=None): pass
    def act(self, observation): return ACTION
    def learn(self, observation, action, reward): pass
"""


@pytest.fixture(scope="package")
def suite():
    return PeopleSuite("five/v1", Population(5, seed=21), days=8, learn_days=4)


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """The folder of `my_agent:Mine`, which does what a module beside it says."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "my_agent.py").write_text(MINE)
    (tmp_path / "helper.py").write_text("ACTION = 1\n")
    return tmp_path


@pytest.fixture
def path(tmp_path):
    """A leaderboard with two evaluations."""
    path = tmp_path / "leaderboard.sqlite"
    with Leaderboard(path) as board:
        for seed in range(2):
            board.finish(finished(run_of(seed=seed), people=30))
    return path
