"""Results for leaderboards: made up where only the file counts, and of real agents elsewhere."""

import hashlib
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from statistics import fmean
from time import perf_counter

import gymnasium
import pytest

import gym_push
from gym_push.evaluation.leaderboard import Leaderboard
from gym_push.evaluation.metrics import summary
from gym_push.evaluation.results import Evaluation, PersonResult, Run

HOSTILE = "</title><script>alert(1)</script>\x1b[2J\u202e'\"&"
VERSIONS = {"gym-push": gym_push.__version__, "numpy": "1.26.0"}
TIMES = {"microseconds", "begun", "finished", "seconds"}


def command(code, *arguments):
    """Python on some lines, with all that these tests use."""
    lines = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from leaderboard_support import *
{code}"""
    return [sys.executable, "-W", "error", "-c", lines, *map(str, arguments)]


def run_of(agent="table-per-app", suite="users-24/v1", data="ab" * 32, seed=0, **parameters):
    return Run(suite, data, agent, parameters, seed, VERSIONS)


def result_of(person, reward=0.25):
    metrics = {
        "reward": reward,
        "performance": (reward + 1) / 2,
        "ctr": 0.65 - reward / 3,
        "user ctr": 0.4,
        "auc": None,
        "score": reward * 2 - 0.1,
    }
    curve = (None, *(reward * (1 - 0.7**tenth) for tenth in range(1, 10)))
    return PersonResult(person, metrics, curve, 12.5)


def finished(run, people=3, reward=0.25):
    """An evaluation of made-up results."""
    results = tuple(result_of(f"user-{n}", reward + n / 150) for n in range(people))
    return Evaluation(run, (results,), summary([results]), 1.5)


def content(path):
    """All that is in a file but the times, by table."""
    tables = {}
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            found = connection.execute(f"SELECT * FROM {name}")
            columns = [column[0] for column in found.description]
            tables[name] = [
                [value for column, value in zip(columns, row, strict=True) if column not in TIMES]
                for row in found
            ]
    return tables


def facts(evaluation):
    """All that an evaluation says but the times."""
    people = [
        [(each.person, dict(each.metrics), each.curve) for each in people]
        for people in evaluation.by_seed
    ]
    return evaluation.run, people, evaluation.metrics


class Interrupted:
    """A board at which somebody presses Ctrl-C."""

    def __init__(self, board, after):
        self._board, self._after = board, after

    def __getattr__(self, name):
        return getattr(self._board, name)

    def add_person(self, run, seed, result):
        if not self._after:
            raise KeyboardInterrupt
        self._after -= 1
        self._board.add_person(run, seed, result)


def log_of(seed=5):
    return gym_push.Population(3, seed, volume_median=20.0).log(3)


def evaluated(spec, log, seed=0):
    """A small evaluation of a real agent on each person of a log, from a blank start."""
    data = hashlib.sha256(log.to_frame().to_csv().encode()).hexdigest()
    run = Run("small/v1", data, spec.name, dict(spec.parameters), seed, VERSIONS)
    env = gymnasium.make("gym_push:basic-v0", data=log)
    people = tuple(_played(env, spec, user, seed) for user in log.users)
    return Evaluation(run, (people,), summary([people]), 0.5)


def _played(env, spec, user, seed):
    agent = spec.make(env.observation_space, env.action_space)
    agent.reset(seed)
    observation, _ = env.reset(seed=seed, options={"user": user})
    ended, rewards, began = False, [], perf_counter()
    while not ended:
        action = agent.act(observation)
        following, reward, ended, _, _ = env.step(action)
        agent.learn(observation, action, reward)
        rewards.append(reward)
        observation = following
    mean = fmean(rewards)
    metrics = {"reward": mean, "performance": (mean + 1) / 2}
    tenths = [rewards[t * len(rewards) // 10 : (t + 1) * len(rewards) // 10] for t in range(10)]
    curve = tuple(fmean(tenth) if tenth else None for tenth in tenths)
    return PersonResult(user, metrics, curve, 1e6 * (perf_counter() - began) / len(rewards))


def refused(path, error, words, *, read_only=(False, True)):
    """Makes sure that a file is refused in one sentence, and left as it was."""
    before = path.read_bytes() if path.is_file() else None
    for only in read_only:
        with (
            pytest.raises(error, match=words) as caught,
            Leaderboard(path, read_only=only) as board,
        ):
            board.entries()
        assert "\n" not in str(caught.value) and str(path) in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before
