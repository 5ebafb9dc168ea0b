"""Agents that look at nothing: what any other has to beat."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.spaces import Discrete, Space
from numpy.typing import NDArray

from gym_push.errors import ArgumentError

DISMISS, OPEN = range(2)


class Random:
    """Acts by chance, each action as likely as the others.

    Args:
        observation_space: Of the environment; not used.
        action_space: Of the environment.
    """

    def __init__(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        self._actions = number_of(action_space)
        self._random = np.random.default_rng()

    def reset(self, seed: int | None = None) -> None:
        """Begins anew."""
        self._random = np.random.default_rng(seed)

    def act(self, observation: Any) -> int:
        """Draws an action."""
        return int(self._random.integers(self._actions))

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Learns nothing."""

    def probabilities(self, observation: Any) -> NDArray[np.float64]:
        """Returns the same probability for each action."""
        return np.full(self._actions, 1.0 / self._actions)


class Always:
    """Does always the same.

    Args:
        observation_space: Of the environment; not used.
        action_space: Of the environment.
        action: What it does.

    Raises:
        ArgumentError: The environment has no such action.
    """

    def __init__(
        self, observation_space: Space[Any], action_space: Space[Any], action: int = 0
    ) -> None:
        if not action_space.contains(action):
            raise ArgumentError(f"action={action!r} is none of {number_of(action_space)} actions")
        self._action = action

    def reset(self, seed: int | None = None) -> None:
        """Begins anew, which is the same as before."""

    def act(self, observation: Any) -> int:
        """Does it."""
        return self._action

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Learns nothing."""


class Majority:
    """Opens if the person has opened more often than not.

    Args:
        observation_space: Of the environment; not used.
        action_space: Dismiss and open.
    """

    def __init__(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Begins anew."""
        self._opened = self._dismissed = 0

    def act(self, observation: Any) -> int:
        """Does what the person did more often; opens before it knows."""
        return OPEN if self._opened >= self._dismissed else DISMISS

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Counts what the person did."""
        if opened(action, reward):
            self._opened += 1
        else:
            self._dismissed += 1


def opened(action: int, reward: float) -> bool:
    """Returns whether the person opened a notification of basic-v0, by what the answer earned."""
    return (action == OPEN) == (reward > 0.0)


def number_of(action_space: Space[Any]) -> int:
    """Returns how many actions there are.

    Raises:
        ArgumentError: They cannot be counted.
    """
    if not isinstance(action_space, Discrete):
        raise ArgumentError(f"{action_space} is no Discrete; these agents choose one of n actions")
    return int(action_space.n)
