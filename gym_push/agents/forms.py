"""What agents of basic-v0 ask of the spaces they are made with, and of what they learn from."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, Space
from numpy.typing import NDArray

from gym_push.agents.simple import number_of
from gym_push.errors import ArgumentError

Floats = NDArray[np.float64]
Example = TypeVar("Example")


def check_answers(action_space: Space[Any]) -> None:
    """Sees to it that the actions are dismiss and open.

    Raises:
        ArgumentError: They are others.
    """
    if number_of(action_space) != 2:
        raise ArgumentError(f"{action_space} is not dismiss and open: this agent is for basic-v0")


def check_above_zero(**parameters: float) -> None:
    """Sees to it that parameters are positive and finite.

    Raises:
        ArgumentError: One of them is not; the message names it.
    """
    for name, value in parameters.items():
        if not 0.0 < value < float("inf"):
            raise ArgumentError(f"{name}={value!r} must be above 0")


def width_of(observation_space: Space[Any]) -> int:
    """Returns how many slots a vector has, and one more for the constant that is put to it.

    Raises:
        ArgumentError: Observations are no vectors.
    """
    if not isinstance(observation_space, Box) or len(observation_space.shape) != 1:
        raise ArgumentError(
            f'this agent reads vectors, not {observation_space}: give it observation="vector"'
        )
    return int(observation_space.shape[0]) + 1


def with_constant(observation: Any) -> Floats:
    """Returns a vector with a 1 after it, float64: what a person does whatever else is known."""
    row = np.ones(len(observation) + 1)
    row[:-1] = observation
    return row


def coded(observation_space: Space[Any]) -> Dict:
    """Returns the space of observations that are codes by name.

    Raises:
        ArgumentError: They are something else.
    """
    if isinstance(observation_space, Dict) and all(
        isinstance(space, (Box, Discrete)) for space in observation_space.spaces.values()
    ):
        return observation_space
    raise ArgumentError(
        f'this agent reads codes, not {observation_space}: give it observation="codes"'
    )


class Batches(Generic[Example]):
    """Collects examples for a learner that takes several as quickly as one.

    The first are due at once, later ones when there are an eighth of those before: nothing waits
    long while there is much to learn.

    Args:
        most: How many examples wait at most.

    Raises:
        ArgumentError: That is not 1 or more.
    """

    def __init__(self, most: int) -> None:
        if most < 1:
            raise ArgumentError(f"batch={most!r} must be 1 or more")
        self._most = most
        self._seen = 0
        self._waiting: list[Example] = []

    def add(self, example: Example) -> list[Example]:
        """Adds an example.

        Returns:
            All that waited, if they are due; otherwise nothing.
        """
        self._waiting.append(example)
        self._seen += 1
        if len(self._waiting) < min(self._most, 1 + self._seen // 8):
            return []
        due, self._waiting = self._waiting, []
        return due
