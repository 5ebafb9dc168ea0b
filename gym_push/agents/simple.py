"""Agents that need only NumPy, and what agents of basic-v0 check and share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from numbers import Real
from typing import Any

import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, MultiDiscrete, Space
from numpy.typing import NDArray

from gym_push.actions import DISMISS, OPEN
from gym_push.agents.agent import Agent
from gym_push.errors import ArgumentError, did_you_mean
from gym_push.meanings import features_by_meaning

Floats = NDArray[np.float64]
Key = tuple[Any, ...]


@dataclass(eq=False)
class BaseAgent(Agent):
    """What the baselines share: made for an environment's spaces, with their parameters as fields.

    Args:
        observation_space: Of the environment, in the agent's form.
        action_space: Of the environment.
    """

    observation_space: InitVar[Space[Any]]
    action_space: InitVar[Space[Any]]

    def __post_init__(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        """Checks spaces and parameters, and starts."""
        self._prepare(observation_space, action_space)
        self.reset()

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        """Checks the spaces and the parameters, and keeps what does not change."""


class Random(BaseAgent):
    """Takes each action with the same probability.

    Args:
        observation_space: Of the environment; not used.
        action_space: Of the environment.

    Raises:
        ArgumentError: The actions are neither numbers nor rows of numbers.
    """

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        self._most: Any = (
            action_space.nvec
            if isinstance(action_space, MultiDiscrete)
            else number_of(action_space)
        )

    def reset(self, seed: int | None = None) -> None:
        """Starts over."""
        self._random = np.random.default_rng(seed)

    def act(self, observation: Any) -> Any:
        """Draws an action."""
        return self._random.integers(self._most).tolist()

    def probabilities(self, observation: Any) -> Floats:
        """Returns the same probability for each action: shape (actions,)."""
        actions = int(np.prod(self._most))
        return np.full(actions, 1.0 / actions)


@dataclass(eq=False)
class Always(BaseAgent):
    """Always takes the same action.

    Args:
        observation_space: Of the environment; not used.
        action_space: Of the environment.
        action: The action it takes; a number alone stands for a row of it, too.

    Raises:
        ArgumentError: The environment has no such action.
    """

    action: Any = 0

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        if isinstance(action_space, MultiDiscrete) and isinstance(self.action, int):
            self.action = (self.action,) * len(action_space.nvec)
        if not action_space.contains(self.action):
            raise ArgumentError(f"action={self.action!r} is not in {action_space}")

    def act(self, observation: Any) -> Any:
        """Returns its action."""
        return self.action


class Majority(BaseAgent):
    """Opens if the person has opened at least half of the notifications so far.

    Args:
        observation_space: Of the environment; not used.
        action_space: Dismiss and open.
    """

    def reset(self, seed: int | None = None) -> None:
        """Starts over."""
        self._lead = 0

    def act(self, observation: Any) -> int:
        """Returns what the person did more often; open if both are equal."""
        return OPEN if self._lead >= 0 else DISMISS

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Counts what the person did."""
        self._lead += 1 if opened(action, reward) else -1


@dataclass(eq=False)
class Table(BaseAgent):
    """Opens what the person opens at least half of the time, by the values of some features.

    A cell with few notifications leans on the wider cell without its last feature, that one on the
    next, and so on up to the person's own open rate. Each counts as `prior` notifications in the
    next narrower one.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: Dismiss and open.
        features: Their values make a cell, the most telling feature first. Without any it is the
            feature that means the app, or else the first one.
        prior: How many notifications the open rate of a wider cell counts as.

    Raises:
        ArgumentError: There is no such feature, or the prior is not positive.
    """

    observation = "raw"

    features: Sequence[str] = ()
    prior: float = 1.0

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        if not isinstance(observation_space, Dict):
            raise ArgumentError(f"a table needs observations by name, not {observation_space}")
        check_positive(prior=self.prior)
        names = list(observation_space)
        app = features_by_meaning(observation_space).get("app", names[0])
        self.features = tuple(self.features) or (app,)
        for name in self.features:
            if name not in names:
                raise ArgumentError(
                    f"there is no feature {name!r} to make a table of{did_you_mean(name, names)}"
                )

    def reset(self, seed: int | None = None) -> None:
        """Starts over."""
        self._cells: dict[Key, list[int]] = {}

    def confidence(self, observation: Any) -> float:
        """Returns the open rate of the cell, in [0, 1]."""
        rate, weight = 0.5, 1.0
        for key in self._keys(observation):
            opens, seen = self._cells.get(key, (0, 0))
            rate = shrunken(opens, seen, rate, weight)
            weight = self.prior
        return rate

    def act(self, observation: Any) -> int:
        """Opens if the open rate is at least a half."""
        return OPEN if self.confidence(observation) >= 0.5 else DISMISS

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Counts what the person did."""
        for key in self._keys(observation):
            cell = self._cells.setdefault(key, [0, 0])
            cell[0] += opened(action, reward)
            cell[1] += 1

    def _keys(self, observation: Any) -> list[Key]:
        """Returns the cells of an observation, the widest first: that of the person."""
        values = tuple(observation[name] for name in self.features)
        return [values[:depth] for depth in range(len(values) + 1)]


@dataclass(eq=False)
class TimeTable(Table):
    """A table by app, time of day and day of the week, as far as the log has them.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: Dismiss and open.
        prior: How many notifications the open rate of a wider cell counts as.

    Raises:
        ArgumentError: The log has no app or no time, or the prior is not positive.
    """

    features: Sequence[str] = field(init=False)
    prior: float = 5.0

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        known = features_by_meaning(observation_space)
        cells = [known[each] for each in ("app", "time_of_day", "day_of_week") if each in known]
        if isinstance(observation_space, Dict) and not ("app" in known and len(cells) > 1):
            raise ArgumentError(
                "a table by time needs features that mean app, and time_of_day or day_of_week: say "
                "so in the log's schema, or take table-per-app with features of its own"
            )
        self.features = cells
        super()._prepare(observation_space, action_space)


def opened(action: int, reward: float) -> bool:
    """Returns whether the person opened a notification of basic-v0, by the reward of the action."""
    return (action == OPEN) == (reward > 0.0)


def shrunken(total: Any, count: Any, mean: Any, weight: float) -> Any:
    """Returns a mean shrunken towards another one, which counts as `weight` observations."""
    return (total + weight * mean) / (count + weight)


def number_of(action_space: Space[Any]) -> int:
    """Returns the number of actions.

    Raises:
        ArgumentError: The space is not Discrete.
    """
    if not isinstance(action_space, Discrete):
        raise ArgumentError(f"{action_space} is not Discrete; these agents choose one of n actions")
    return int(action_space.n)


def check_actions(action_space: Space[Any]) -> None:
    """Checks that the actions are dismiss and open.

    Raises:
        ArgumentError: They are not.
    """
    if number_of(action_space) != 2:
        raise ArgumentError(f"{action_space} is not dismiss and open: this agent is for basic-v0")


def check_positive(**parameters: float) -> None:
    """Checks that parameters are positive and finite.

    Raises:
        ArgumentError: One of them is not; the message names it.
    """
    for name, value in parameters.items():
        if not isinstance(value, Real) or not 0.0 < value < float("inf"):
            raise ArgumentError(f"{name}={value!r} must be above 0")


def check_not_negative(**parameters: float) -> None:
    """Checks that parameters are finite, and 0 or more.

    Raises:
        ArgumentError: One of them is not; the message names it.
    """
    for name, value in parameters.items():
        if not isinstance(value, Real) or not 0.0 <= value < float("inf"):
            raise ArgumentError(f"{name}={value!r} must be 0 or more")


def check_whole(**parameters: int) -> None:
    """Checks that parameters are whole numbers above 0.

    Raises:
        ArgumentError: One of them is not; the message names it.
    """
    for name, value in parameters.items():
        if not (isinstance(value, int) and value > 0):
            raise ArgumentError(f"{name}={value!r} must be a whole number above 0")


def check_features(observation_space: Space[Any], features: Iterable[str], plays: str) -> None:
    """Checks that observations are a dict that has some features.

    Args:
        observation_space: Of the environment.
        features: Their names.
        plays: What the agent plays, for the message.

    Raises:
        ArgumentError: One of them is missing.
    """
    names = observation_space.spaces if isinstance(observation_space, Dict) else ()
    for name in features:
        if name not in names:
            raise ArgumentError(f"there is no feature {name!r}: this agent plays {plays}")


def coded(observation_space: Space[Any], action_space: Space[Any]) -> Mapping[str, Space[Any]]:
    """Returns the spaces of observations in the form "codes", by name.

    Raises:
        ArgumentError: They have another form, or the actions are not dismiss and open.
    """
    check_actions(action_space)
    if isinstance(observation_space, Dict) and all(
        isinstance(space, (Box, Discrete)) for space in observation_space.spaces.values()
    ):
        return observation_space.spaces
    raise ArgumentError(
        f'this agent reads codes, not {observation_space}: give it observation="codes"'
    )
