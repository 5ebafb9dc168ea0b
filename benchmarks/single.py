"""One environment, compared with one that does nothing, CartPole, and pandas row by row."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import gymnasium
import numpy as np

import gym_push
from benchmarks.rounds import medians, seconds, table, title, verdict

STEPS = 50_000
PANDAS_STEPS = 400
ACTIONS = np.random.default_rng(0).integers(2, size=STEPS).tolist()


class DoNothingEnv(gymnasium.Env[Any, Any]):
    """The upper bound: what Gymnasium itself costs."""

    def __init__(self) -> None:
        self.observation_space = gymnasium.spaces.Discrete(2)
        self.action_space = gymnasium.spaces.Discrete(2)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Does nothing."""
        return 0, {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Does nothing."""
        return 0, 0.0, False, False, {}


class RowByRowEnv(gymnasium.Env[Any, Any]):
    """As in the 2019 article: each step looks up its row in a DataFrame."""

    def __init__(self) -> None:
        log = gym_push.bundled_log()
        frame = log.to_frame()
        roles: dict[str, list[str]] = {"notification": [], "context": []}
        for feature in log.schema.observed:
            roles[feature.role].append(feature.name)
        self.notifications = frame[roles["notification"]]
        self.contexts = frame[roles["context"]]
        self.actions = frame["action"]
        self.epoch = 0
        self.action_space = gymnasium.spaces.Discrete(2)
        self.observation_space = gymnasium.make("gym_push:basic-v0").observation_space

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins at the first row."""
        self.epoch = 0
        return self._observation(), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Compares the action with the person's."""
        reward = 1.0 if action == self.actions.iloc[self.epoch] else -1.0
        self.epoch += 1
        ended = self.epoch == len(self.actions)
        return None if ended else self._observation(), reward, ended, False, {}

    def _observation(self) -> dict[Any, Any]:
        return {
            **self.notifications.iloc[self.epoch].to_dict(),
            **self.contexts.iloc[self.epoch].to_dict(),
        }


def run() -> None:
    """Measures and prints."""
    gymnasium.register("DoNothing-v0", f"{__name__}:DoNothingEnv")
    gymnasium.register("RowByRow-v0", f"{__name__}:RowByRowEnv")
    title(f"One environment, million steps a second (median of 7 rounds of {STEPS} steps)")
    makers: dict[str, Callable[[], gymnasium.Env[Any, Any]]] = {
        "do nothing": lambda: gymnasium.make("DoNothing-v0"),
        **{
            f"basic-v0 {form}{', shared' * (not copy)}": partial(
                gymnasium.make, "gym_push:basic-v0", observation=form, copy=copy
            )
            for copy in (True, False)
            for form in ("raw", "codes", "vector")
        },
        "basic-v0 raw, shuffled": lambda: gymnasium.make("gym_push:basic-v0", order="shuffled"),
        "CartPole-v1": lambda: gymnasium.make("CartPole-v1"),
        "pandas row by row": lambda: gymnasium.make("RowByRow-v0"),
    }
    measured: dict[str, Callable[[], float]] = {}
    for name, make in makers.items():
        steps = PANDAS_STEPS if name.startswith("pandas") else STEPS
        env = make()
        measured[name] = _rate(env, steps)
        measured[f"{name}, unwrapped"] = _rate(make().unwrapped, steps)
    rates = medians(measured)
    rows = []
    for name in makers:
        made, bare = rates[name], rates[f"{name}, unwrapped"]
        rows.append(
            (
                name,
                f"{made:.4f}",
                f"{made / rates['do nothing']:.2f}",
                f"{made / rates['pandas row by row']:.0f}",
                f"{bare:.4f}",
                f"{bare / rates['do nothing, unwrapped']:.2f}",
            )
        )
    table(("", "make", "of ceiling", "x pandas", "unwrapped", "of ceiling"), rows)
    for form, target in (
        ("raw", 0.5),
        ("vector", 0.5),
        ("raw, shared", 0.7),
        ("vector, shared", 0.7),
    ):
        rate = rates[f"basic-v0 {form}"]
        verdict(f"{form} through make, of doing nothing", rate / rates["do nothing"], target)
    for form in ("raw, shared", "vector, shared"):
        rate = rates[f"basic-v0 {form}"]
        verdict(f"{form} through make, of pandas", rate / rates["pandas row by row"], 500)


def _rate(env: gymnasium.Env[Any, Any], steps: int) -> Callable[[], float]:
    def play() -> None:
        step, reset = env.step, env.reset
        reset()
        for action in ACTIONS[:steps]:
            if step(action)[2]:
                reset()

    return lambda: steps / seconds(play) / 1e6
