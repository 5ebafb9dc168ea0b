"""delivery-v0, one environment and many, compared with Gymnasium's CartPole in the same run."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable
from time import perf_counter
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Discrete

from benchmarks.rounds import medians, table, title, verdict
from gym_push import Population
from gym_push.envs.delivery.observations import Views
from gym_push.envs.delivery.rewards import Weights
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.world import build_world

SECONDS = 0.4  # a round
MANY = 1024
STEPS = 1000
PEOPLE: dict[str, Any] = {"size": MANY, "seed": 1}
FEW = {"size": 16, "seed": 1}  # as many as one environment builds at a time


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
    title(f"What a step of {MANY} costs (median of {STEPS} steps)")
    parts = _parts()
    table(("", "µs"), [(name, f"{1e6 * part:.0f}") for name, part in parts.items()])


def _parts() -> dict[str, float]:
    """Plays as the vector environment does; returns the seconds that each part of a step takes.

    The last one is not a part: it is the time to copy as many numbers as are observed.
    """
    world = build_world(Population(**PEOPLE), range(MANY), days=7)
    games, views, random = Deliveries(world, MANY, Weights()), Views(world, "vector"), _random()
    games.begin(np.arange(MANY), np.arange(MANY))
    playing, seen = np.ones(MANY, dtype=np.bool_), views.batch(games)
    target = np.empty_like(seen)
    took: dict[str, list[float]] = defaultdict(list)

    def timed(part: str, call: Callable[..., Any], *arguments: Any) -> Any:
        start = perf_counter()
        result = call(*arguments)
        took[part].append(perf_counter() - start)
        return result

    for _ in range(STEPS):
        actions = random.integers(3, size=MANY)
        _, over = timed("decide, and process all events", games.step, actions, playing)
        ended = np.flatnonzero(~playing)
        if ended.size:
            people = random.integers(MANY, size=len(ended))
            timed("begin episodes where some have ended", games.begin, ended, people)
        seen = timed("observe", views.batch, games)
        timed("(copy as many float32)", np.copyto, target, seen)
        playing = ~over
    return {name: statistics.median(times) for name, times in took.items()}


def _single(env: gymnasium.Env[Any, Any]) -> Callable[[], float]:
    env.reset(seed=0)
    assert isinstance(env.action_space, Discrete)
    count = int(env.action_space.n)
    actions = _random().integers(count, size=200).tolist()

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
    random = _random()
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


def _random() -> np.random.Generator:
    return np.random.default_rng(0)
