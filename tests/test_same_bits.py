"""Rewards, logged decisions and scores are the same to the bit on every Python, NumPy and CPU.

As a script, this prints what `FROZEN` is to say after a change of the model.
"""

import hashlib
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import gymnasium
import numpy as np
import pytest

import gym_push
from gym_push import Population
from gym_push.evaluation import Behaviour
from gym_push.evaluation.suites import DeliverySuite
from gym_push.logs import write_log

pytestmark = [pytest.mark.bits, pytest.mark.slow]

FROZEN = {
    "rewards": "ffdf753b833e3cca",
    "decisions": "d803175fa9b0c648",
    "scores": "53c0a37f0b969a67",
    "messages": "1d074c6d38daef7b",
}
PEOPLE = {"size": 20, "seed": 3}


def rewards():
    """What each step of some environments earns, part by part."""
    env = gymnasium.make_vec("gym_push:delivery-v0", num_envs=16, population=PEOPLE, days=3)
    random = np.random.default_rng(5)
    env.reset(seed=1)
    for _ in range(1000):
        _, reward, _, _, info = env.step(random.choice(3, p=[0.5, 0.3, 0.2], size=16))
        yield reward.tolist()
        yield [info[part].tolist() for part in ("engagement", "interruption", "stress", "missed")]


def decisions():
    """A log of a behaviour policy, as it is written."""
    log = Behaviour.of("by-app").log(Population(20, 4), 14, range(20))
    write_log(log, path := Path("log.csv"), "csv")
    yield path.read_text(encoding="utf-8")


def scores():
    """How an agent does with people who react."""
    practice = Population(8, seed=13, start=date(2018, 1, 1))
    suite = DeliverySuite("small/v1", Population(6, seed=11), 10, 5, practice, 2)
    evaluation = gym_push.evaluate("delivery-table", suite)
    yield [(each.person, dict(each.metrics), each.curve) for each in evaluation.people]
    yield {name: tuple(mean) for name, mean in evaluation.metrics.items()}


def messages():
    """What each step of the presets of send-v0 leads to, and how people stand to it."""
    for preset in ("habit", "recovering", "steps", "stochastic-steps", "dental"):
        env = gymnasium.make_vec("gym_push:send-v0", 16, preset=preset, population=PEOPLE)
        random = np.random.default_rng(6)
        env.reset(seed=2)
        for _ in range(300):
            _, reward, _, _, info = env.step(random.integers(env.single_action_space.n, size=16))
            yield reward.tolist(), [info[name].tolist() for name in ("amount", "effect", "left")]
        yield [values.tolist() for values in env.unwrapped.games.now]


def digest(values):
    return hashlib.sha256(json.dumps(list(values)).encode()).hexdigest()[:16]


def digests():
    return {each.__name__: digest(each()) for each in (rewards, decisions, scores, messages)}


def cpu_features():
    """What NumPy makes use of on this CPU beyond what it needs."""
    try:
        from numpy._core import _multiarray_umath as numpys
    except ImportError:  # NumPy 1.26
        from numpy.core import _multiarray_umath as numpys
    return [name for name in numpys.__cpu_dispatch__ if numpys.__cpu_features__[name]]


def test_every_python_and_numpy_gives_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert digests() == FROZEN


def test_every_cpu_gives_the_same(tmp_path):
    features = cpu_features()
    if not features:
        pytest.skip("NumPy makes use of nothing on this CPU that could be turned off")
    plain = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(features)}
    command = [sys.executable, __file__]
    run = subprocess.run(command, cwd=tmp_path, env=plain, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {"features": [], **FROZEN}


if __name__ == "__main__":
    print(json.dumps({"features": cpu_features(), **digests()}))
