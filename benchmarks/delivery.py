"""delivery-v0, one environment and many: beside Gymnasium's CartPole in the same run."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Discrete

from benchmarks.rounds import medians, table, title, verdict

SECONDS = 0.4  # a round
MANY = 1024
PEOPLE = {"size": MANY, "seed": 1}
FEW = {"size": 16, "seed": 1}  # one environment lays out so many at a time


def run() -> None:
    """Measures and prints."""
    title("delivery-v0, steps a second with random actions (median of 7 rounds)")
    delivery, cartpole = "gym_push:delivery-v0", "CartPole-v1"
    made: dict[str, Callable[[], float]] = {
        f"{delivery} {form}": _single(gymnasium.make(delivery, population=FEW, observation=form))
        for form in ("raw", "vector")
    }
    made[cartpole] = _single(gymnasium.make(cartpole))
    for form in ("vector", "codes"):
        many = gymnasium.make_vec(delivery, MANY, population=PEOPLE, observation=form)
        made[f"{MANY} x {delivery} {form}"] = _vector(many)
    made[f"{MANY} x {cartpole}"] = _vector(
        gymnasium.make_vec(cartpole, MANY, vectorization_mode="vector_entry_point")
    )
    rates = medians(made)
    rows = []
    for name, rate in rates.items():
        beside = rates[f"{MANY} x {cartpole}" if " x " in name else cartpole]
        rows.append((name, f"{rate:,.0f}", f"{rate / beside:.2f}"))
    table(("", "steps/s", "of CartPole's"), rows)
    one, together = rates[f"{delivery} vector"], rates[f"{MANY} x {delivery} vector"]
    verdict("one environment, steps a second", one, 30_000)
    verdict(f"{MANY} environments, million steps a second", together / 1e6, 3)
    verdict(f"{MANY} environments, of one", together / one, 20)


def _single(env: gymnasium.Env[Any, Any]) -> Callable[[], float]:
    env.reset(seed=0)
    assert isinstance(env.action_space, Discrete)
    count = int(env.action_space.n)
    actions = np.random.default_rng(0).integers(count, size=200).tolist()

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
    random = np.random.default_rng(0)
    assert isinstance(env.single_action_space, Discrete)
    count = int(env.single_action_space.n)
    actions = [random.integers(count, size=env.num_envs) for _ in range(20)]

    def measure() -> float:
        steps, start = 0, perf_counter()
        while perf_counter() - start < SECONDS:
            for action in actions:
                env.step(action)
            steps += len(actions) * env.num_envs
        return steps / (perf_counter() - start)

    return measure
