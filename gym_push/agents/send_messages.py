"""The messages among which agents of send-v0 choose: a catalogue's, or all that can be composed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Dict, Discrete, MultiDiscrete, Space
from numpy.typing import NDArray

from gym_push.agents.simple import Floats
from gym_push.errors import ArgumentError

NOTHING: Final = 0

FEATURES: Final = ("minuteOfDay", "busy", "budgetLeft", "available")

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Messages(ABC):
    """What can be sent: to one person, or to those in some lanes.

    Observations are raw; what is told of them is (...) for one person, and (lanes, ...) for many.

    Attributes:
        parts: What a message has in common with others: (messages, parts), 1 for what it has.
        key: Which of what repeats each message is: (messages,).
    """

    parts: Floats
    key: Ints

    @abstractmethod
    def begin(self, *lanes: int) -> None:
        """Forgets what was sent."""

    @abstractmethod
    def eligible(self, observation: Any) -> Flags:
        """Returns which messages can be sent: (..., messages), or (..., 1) if all or none."""

    @abstractmethod
    def hours(self, observation: Any) -> Floats:
        """Returns the hours since each of what repeats was sent: (..., keys)."""

    @abstractmethod
    def note(self, numbers: Any) -> None:
        """Notes what is sent, once `hours` was asked: a message's number from 1, or 0; (...)."""

    @abstractmethod
    def draw(self, random: np.random.Generator, eligible: Flags) -> Ints:
        """Draws an eligible message in each lane: its number from 1, (lanes,)."""

    @abstractmethod
    def action(self, numbers: Any) -> Any:
        """Returns the action that sends a message, or an array of actions."""


class FromCatalogue(Messages):
    """Messages by their number: what a message has is the message itself.

    Args:
        count: How many there are.
    """

    def __init__(self, count: int) -> None:
        self.parts, self.key = np.eye(count), np.arange(count)
        self._eligible = [f"eligible{number}" for number in range(1, count + 1)]
        self._since = [f"hoursSince{number}" for number in range(1, count + 1)]

    def begin(self, *lanes: int) -> None:
        """Does nothing: observations say what was sent."""

    def eligible(self, observation: Any) -> Flags:
        """Returns what observations say."""
        return np.stack([observation[name] for name in self._eligible], axis=-1) > 0

    def hours(self, observation: Any) -> Floats:
        """Returns what observations say."""
        hours = np.stack([observation[name] for name in self._since], axis=-1)
        return hours.astype(np.float64)

    def note(self, numbers: Any) -> None:
        """Does nothing."""

    def draw(self, random: np.random.Generator, eligible: Flags) -> Ints:
        """Draws one of the eligible."""
        drawn: Ints = 1 + (eligible * random.random(eligible.shape)).argmax(axis=1)
        return drawn

    def action(self, numbers: Any) -> Any:
        """Returns the numbers."""
        return numbers


class Composed(Messages):
    """All messages that can be composed: what a message has is a value of each feature.

    What repeats is the pair of the first two features, topic and tone. Observations do not say when
    it was sent, so that it is remembered here.

    Args:
        sizes: How many values each feature has.
    """

    def __init__(self, sizes: list[int]) -> None:
        values = np.indices(sizes).reshape(len(sizes), -1).T
        self.parts = np.concatenate(
            [np.eye(size)[column] for size, column in zip(sizes, values.T, strict=True)], axis=1
        )
        self.key = values[:, 0] * sizes[1] + values[:, 1]
        rows = np.insert(values, 0, 1, axis=1)
        self._actions = np.insert(rows, 0, NOTHING, axis=0)
        self._keys = sizes[0] * sizes[1]
        self.begin()

    def begin(self, *lanes: int) -> None:
        """Forgets what was sent."""
        self._sent_at, self._now = np.full((*lanes, self._keys), -np.inf), np.full(lanes, -np.inf)

    def eligible(self, observation: Any) -> Flags:
        """Returns whether anything can be sent."""
        return np.asarray(observation["available"])[..., None] > 0

    def hours(self, observation: Any) -> Floats:
        """Returns what is remembered of the episode; a new one begins with more days left."""
        minutes = np.asarray(observation["minuteOfDay"], dtype=np.float64)
        now = minutes / 60.0 - 24.0 * np.asarray(observation["daysLeft"])
        self._sent_at[now < self._now] = -np.inf
        self._now = now
        hours: Floats = now[..., None] - self._sent_at
        return hours

    def note(self, numbers: Any) -> None:
        """Remembers the time."""
        sent = np.asarray(numbers)[..., None] > 0
        keys = self.key[np.maximum(numbers, 1) - 1][..., None]
        before = np.take_along_axis(self._sent_at, keys, axis=-1)
        after = np.where(sent, self._now[..., None], before)
        np.put_along_axis(self._sent_at, keys, after, axis=-1)

    def draw(self, random: np.random.Generator, eligible: Flags) -> Ints:
        """Draws any."""
        return random.integers(1, 1 + len(self.parts), size=len(eligible))

    def action(self, numbers: Any) -> Any:
        """Returns rows of numbers, the first of which says whether to send."""
        return np.array(self._actions[numbers])


def messages_of(observation_space: Space[Any], action_space: Space[Any]) -> Messages:
    """Returns what can be sent in an environment.

    Raises:
        ArgumentError: It is not send-v0 with raw observations, and a catalogue or messages that are
            composed in numbers.
    """
    names = observation_space.spaces if isinstance(observation_space, Dict) else {}
    known = all(name in names for name in FEATURES)
    if known and isinstance(action_space, Discrete):
        return FromCatalogue(int(action_space.n) - 1)
    if known and isinstance(action_space, MultiDiscrete):
        return Composed(action_space.nvec[1:].tolist())
    raise ArgumentError(
        "this agent plays send-v0 with a catalogue or action='composed', observation='raw'"
    )
