"""send-v0, one environment and many, compared with Gymnasium's CartPole in the same run."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import gymnasium

from benchmarks.rounds import medians, table, title, verdict

SECONDS = 0.4  # a round
MANY = 1024
SEND, CARTPOLE = "gym_push:send-v0", "CartPole-v1"
FEW = {"size": 16, "seed": 1}  # as many as one environment builds at a time


def run() -> None:
    """Measures and prints."""
    title("send-v0, steps a second with random actions (median of 7 rounds)")
    made: dict[str, Callable[[], float]] = {CARTPOLE: _single(gymnasium.make(CARTPOLE))}
    for name, kwargs in _variants().items():
        made[f"{SEND} {name}"] = _single(gymnasium.make(SEND, population=FEW, **kwargs))
    people = {"size": MANY, "seed": 1}
    for name, kwargs in _variants().items():
        many = gymnasium.make_vec(SEND, MANY, population=people, **kwargs)
        made[f"{MANY} x {SEND} {name}"] = _vector(many)
    rates = medians(made)
    table(("", "steps/s"), [(name, f"{rate:,.0f}") for name, rate in rates.items()])
    verdict("one environment, steps a second", rates[f"{SEND} vector"], 30_000)
    together = rates[f"{MANY} x {SEND} vector"]
    verdict(f"{MANY} environments, million steps a second", together / 1e6, 0.5)


def _variants() -> dict[str, dict[str, Any]]:
    return {
        "vector": {"observation": "vector"},
        "raw": {"observation": "raw"},
        "steps": {"observation": "vector", "preset": "steps"},
        "composed": {"observation": "vector", "action": "composed"},
    }


def _single(env: gymnasium.Env[Any, Any]) -> Callable[[], float]:
    env.reset(seed=0)
    env.action_space.seed(0)
    actions = [env.action_space.sample() for _ in range(200)]

    def measure() -> float:
        steps, start = 0, perf_counter()
        while perf_counter() - start < SECONDS:
            for action in actions:
                if env.step(action)[2]:
                    env.reset()
            steps += len(actions)
        return steps / (perf_counter() - start)

    return measure


def _vector(env: gymnasium.vector.VectorEnv[Any, Any, Any]) -> Callable[[], float]:
    env.reset(seed=0)
    env.action_space.seed(0)
    actions = [env.action_space.sample() for _ in range(20)]

    def measure() -> float:
        steps, start = 0, perf_counter()
        while perf_counter() - start < SECONDS:
            for action in actions:
                env.step(action)
            steps += len(actions) * env.num_envs
        return steps / (perf_counter() - start)

    return measure
