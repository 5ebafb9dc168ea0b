"""Many environments, compared with Gymnasium's own CartPole and with copying the observations."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import gymnasium
import numpy as np

from benchmarks.rounds import medians, table, title, verdict

SIZES = (16, 256, 1024, 8192)
COPIES_FROM = 1024  # with fewer, copying is not what takes the time
SECONDS = 0.15  # a round
KINDS: dict[str, dict[str, Any]] = {
    "vector": {"observation": "vector"},
    "vector, shared": {"observation": "vector", "copy": False},
    "codes": {"observation": "codes"},
    "raw": {"observation": "raw"},
    "vector, shuffled": {"observation": "vector", "order": "shuffled"},
}


def run() -> None:
    """Measures and prints."""
    title("Many environments, million steps a second (median of 7 rounds)")
    rows, ratios = [], {}
    for size in SIZES:
        envs = {
            name: gymnasium.make_vec("gym_push:basic-v0", num_envs=size, **kwargs)
            for name, kwargs in KINDS.items()
        }
        measured = {name: _rate(env) for name, env in envs.items()}
        cartpole = gymnasium.make_vec("CartPole-v1", size, vectorization_mode="vector_entry_point")
        measured["CartPole-v1"] = _rate(cartpole)
        observations = np.array(envs["vector"].reset()[0])
        measured["memcpy"] = _copies(observations)
        rates = medians(measured)
        ratios[size] = rates
        for name, rate in rates.items():
            rows.append(
                (
                    name if name != "memcpy" else f"memcpy of {observations.shape[1]} float32",
                    size,
                    f"{rate:.2f}",
                    f"{rate / rates['CartPole-v1']:.1f}",
                    f"{rate / rates['memcpy']:.2f}",
                )
            )
    table(("", "environments", "M steps/s", "x CartPole", "x memcpy"), rows)
    for size, rates in ratios.items():
        shared = rates["vector, shared"] / rates["CartPole-v1"]
        verdict(f"vector, shared, at {size}, of CartPole", shared, 10)
        if size >= COPIES_FROM:
            verdict(f"vector at {size}, of memcpy", rates["vector"] / rates["memcpy"], 0.5)


def _rate(env: gymnasium.vector.VectorEnv[Any, Any, Any]) -> Callable[[], float]:
    env.reset(seed=0)
    random = np.random.default_rng(0)
    actions = [random.integers(2, size=env.num_envs) for _ in range(8)]

    def measure() -> float:
        steps, start = 0, perf_counter()
        while perf_counter() - start < SECONDS:
            for action in actions:
                env.step(action)
            steps += len(actions)
        return steps * env.num_envs / (perf_counter() - start) / 1e6

    return measure


def _copies(observations: np.ndarray[Any, Any]) -> Callable[[], float]:
    target = np.empty_like(observations)

    def measure() -> float:
        copies, start = 0, perf_counter()
        while perf_counter() - start < SECONDS:
            for _ in range(8):
                np.copyto(target, observations)
            copies += 8
        return copies * len(observations) / (perf_counter() - start) / 1e6

    return measure
