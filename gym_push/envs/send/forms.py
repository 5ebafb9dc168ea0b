"""The two forms of an action of send-v0: a message of a catalogue, or one that is composed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Dict, Discrete, MultiDiscrete, Space
from gymnasium.spaces import Text as Words
from numpy.typing import NDArray

from gym_push.envs.arguments import whole_actions
from gym_push.envs.send.messages import (
    BAIT,
    CHANNEL,
    FEATURES,
    OCCASION,
    SIZES,
    TONE,
    TOPIC,
    URGENCY,
    Message,
    features_of,
)
from gym_push.envs.send.response import Response, Sent
from gym_push.envs.send.world import World
from gym_push.errors import ActionError, choose, did_you_mean
from gym_push.text import quoted
from gym_push.users.keyed_random import Flags, Floats, Ints

ACTIONS: Final = ("catalogue", "composed", "dict")
"""The values of the argument `action`."""

MOST_WORDS: Final = 500
"""Characters of a composed message's words."""

PRINTABLE: Final = "".join(map(chr, range(32, 127)))
"""Of which words are drawn; others are accepted, too."""

_COMPOSED: Final = (2, *SIZES)
_NAMES: Final = ("send", *FEATURES)


class Form(ABC):
    """What an action is, and which message it sends.

    Attributes:
        space: Of one action.
        catalogue: The messages that can be sent; empty where they are composed.
        repeats: How many messages are told apart in what repeats.
        width: Numbers of a mask.
    """

    space: Space[Any]
    catalogue: tuple[Message, ...] = ()
    repeats: int
    width: int

    @abstractmethod
    def one(self, action: Any) -> tuple[int, ...]:
        """Returns an action as numbers, of which the first is 0 where nothing is sent.

        Raises:
            ActionError: It is not in the space.
        """

    @abstractmethod
    def many(self, actions: Any, count: int, asked: Flags) -> Ints:
        """Returns actions as numbers, (numbers, count), of which the first are 0 for none.

        Args:
            actions: As they were given.
            count: How many there are to be.
            asked: (count,) which of them are looked at.

        Raises:
            ActionError: One that is looked at is not in the space.
        """

    @abstractmethod
    def key(self, action: Any) -> Any:
        """Returns which message it is, of `repeats`; any where nothing is sent."""

    @abstractmethod
    def message(self, world: World, person: Any, action: Any, stale: Any) -> Sent:
        """Returns what people respond to: of one action in numbers, or of many in arrays.

        Args:
            world: Where the people are.
            person: Their indices.
            action: In numbers.
            stale: How much of a repeat it is.
        """

    @abstractmethod
    def mask(self, sendable: Any, streak: Any) -> NDArray[np.int8]:
        """Returns which actions are possible: int8, (width,) or (count, width).

        Args:
            sendable: Whether anything can be sent.
            streak: Days in a row.
        """


class FromCatalogue(Form):
    """An action is the number of a message, from 1, or 0 for none.

    Args:
        response: The numbers of what loud messages cost.
        catalogue: The messages.
    """

    def __init__(self, response: Response, catalogue: tuple[Message, ...]) -> None:
        self.catalogue, self.repeats, self.width = catalogue, len(catalogue), len(catalogue) + 1
        self.space = Discrete(self.width)
        features = features_of(catalogue)
        loud = _loudness(response)[features[:, URGENCY], features[:, CHANNEL]]
        occasion = features[:, OCCASION].astype(np.float64)
        # A first column for sending nothing
        self._about = np.concatenate((np.zeros((2, 1)), np.stack((occasion, loud))), axis=1)
        self._bait = np.append(False, features[:, TONE] == BAIT)
        self._rows = list(zip(self._about.T.tolist(), self._bait.tolist(), strict=True))
        streak = [each.streak for each in catalogue]
        self._streak = np.array([0, *streak], dtype=np.int64)
        self._streaks = streak

    def one(self, action: Any) -> tuple[int, ...]:
        """Returns (number,)."""
        given = action.item() if isinstance(action, np.ndarray) and action.ndim == 0 else action
        whole = isinstance(given, (int, np.integer)) and not isinstance(given, bool)
        if whole and 0 <= given < self.width:
            return (int(given),)
        raise ActionError(self._refusal(action))

    def many(self, actions: Any, count: int, asked: Flags) -> Ints:
        """Returns (1, count) numbers."""
        given = whole_actions(actions, count)
        wrong = ((given < 0) | (given >= self.width)) & asked
        if wrong.any():
            place = int(wrong.argmax())
            raise ActionError(self._refusal(int(given[place]), f" of environment {place}"))
        return np.where(asked, given, 0)[None]

    def key(self, action: Any) -> Any:
        """Returns the index in the catalogue; -1, the last one, for none."""
        return action[0] - 1

    def message(self, world: World, person: Any, action: Any, stale: Any) -> Sent:
        """Looks it up."""
        number = action[0]
        if isinstance(number, int):
            (occasion, loud), bait = self._rows[number]
            return Sent(world.lift_lists[person][number - 1], occasion, loud, bait, stale)
        occasion, loud = self._about.take(number, axis=1)
        lift = world.lifts[person, number - 1]
        return Sent(lift, occasion, loud, self._bait[number], stale)

    def mask(self, sendable: Any, streak: Any) -> NDArray[np.int8]:
        """Returns 1 for sending nothing, and for each eligible message."""
        if isinstance(streak, int):
            each = [sendable and streak >= needed for needed in self._streaks]
            return np.array([True, *each], dtype=np.int8)
        eligible = sendable[:, None] & (streak[:, None] >= self._streak)
        eligible[:, 0] = True
        mask: NDArray[np.int8] = eligible.astype(np.int8)
        return mask

    def _refusal(self, action: Any, where: str = "") -> str:
        known = f"0 (nothing) nor 1 to {self.width - 1} (a message)"
        return f"action {action!r}{where} is neither {known}"


class Composed(Form):
    """An action is whether to send, and each of the `FEATURES` of the message.

    Args:
        response: The numbers of what loud messages cost.
        as_dict: Whether it is a dict of words, or else a row of numbers.
    """

    def __init__(self, response: Response, as_dict: bool) -> None:
        self._dict = as_dict
        self.repeats, self.width = SIZES[TOPIC] * SIZES[TONE], sum(_COMPOSED)
        self._loud = _loudness(response)
        self._louds = self._loud.tolist()
        self.space: Space[Any] = MultiDiscrete(list(_COMPOSED))
        if as_dict:
            parts: dict[str, Space[Any]] = {
                name: Discrete(size) for name, size in zip(_NAMES, _COMPOSED, strict=True)
            }
            self.space = Dict(
                {**parts, "words": Words(MOST_WORDS, min_length=0, charset=PRINTABLE)}
            )

    def one(self, action: Any) -> tuple[int, ...]:
        """Returns whether to send, and the features."""
        row = _integers(self._row(action) if self._dict else action)
        if row is None or row.shape != (len(_COMPOSED),):
            raise ActionError(f"action {action!r} is not {_WANTED}")
        numbers: list[int] = row.tolist()
        _check(numbers)
        return tuple(numbers)

    def many(self, actions: Any, count: int, asked: Flags) -> Ints:
        """Returns (1 + features, count) numbers."""
        given = _integers(self._rows(actions, count, asked) if self._dict else actions)
        if given is None or given.shape != (count, len(_COMPOSED)):
            raise ActionError(
                f"the actions for {count} environments must be {_WANTED} of each, in the shape "
                f"{(count, len(_COMPOSED))}"
            )
        wrong = ((given < 0) | (given >= np.array(_COMPOSED))).any(axis=1) & asked
        if wrong.any():
            place = int(wrong.argmax())
            _check(given[place].tolist(), f" of environment {place}")
        numbers: Ints = np.where(asked[:, None], given, 0).astype(np.int64).T
        return numbers

    def key(self, action: Any) -> Any:
        """Returns the pair of topic and tone."""
        return action[1 + TOPIC] * SIZES[TONE] + action[1 + TONE]

    def message(self, world: World, person: Any, action: Any, stale: Any) -> Sent:
        """Adds up what its features are worth."""
        features = action[1:]
        if isinstance(action, tuple):
            loud = self._louds[features[URGENCY]][features[CHANNEL]]
            lift, occasion = float(world.lift_of(person, *features)), float(features[OCCASION])
        else:
            loud = self._loud[features[URGENCY], features[CHANNEL]]
            lift = world.lift_of(person, *features)
            occasion = features[OCCASION].astype(np.float64)
        return Sent(lift, occasion, loud, features[TONE] == BAIT, stale)

    def mask(self, sendable: Any, streak: Any) -> NDArray[np.int8]:
        """Returns the masks of all parts, one after the other, as learners take them."""
        mask: NDArray[np.int8] = np.ones((*np.shape(streak), self.width), dtype=np.int8)
        mask[..., 1] = sendable
        return mask

    def _rows(self, actions: Any, count: int, asked: Flags) -> list[list[int]]:
        """Returns the numbers of a dict of many values each; 0 where they are not looked at."""
        if not isinstance(actions, Mapping):
            raise ActionError(f"actions {quoted(actions)} are not {_WANTED_DICT}")
        columns = {name: np.asarray(values, dtype=object) for name, values in actions.items()}
        for name, values in columns.items():
            if values.shape[:1] != (count,):
                raise ActionError(
                    f"the actions for {count} environments must have {count} values of {name}"
                )
        return [
            self._row({name: values[place] for name, values in columns.items()})
            if looked_at
            else [0] * len(_NAMES)
            for place, looked_at in enumerate(asked)
        ]

    def _row(self, action: Any) -> list[int]:
        """Returns the numbers of a dict, whose values may be words; without its own words."""
        if not isinstance(action, Mapping):
            raise ActionError(f"action {action!r} is not {_WANTED_DICT}")
        for name in action:
            if name not in (*_NAMES, "words"):
                raise ActionError(f"an action has no {name!r}{did_you_mean(str(name), _NAMES)}")
        missing = [name for name in _NAMES if name not in action]
        if missing and _number("send", action.get("send", 1)):
            raise ActionError(f"action {dict(action)!r} has no {missing[0]!r}")
        words = action.get("words", "")
        if not isinstance(words, str) or len(words) > MOST_WORDS:
            raise ActionError(
                f"words {quoted(words)} of an action must be text, at most {MOST_WORDS} characters"
            )
        return [_number(name, action.get(name, 0)) for name in _NAMES]


_WANTED: Final = f"{len(_COMPOSED)} integers: {', '.join(_NAMES)}"
_WANTED_DICT: Final = f"a dict of {', '.join(_NAMES)} and words"


def form_of(action: str, response: Response, catalogue: tuple[Message, ...]) -> Form:
    """Returns the form of actions that the argument `action` names.

    Raises:
        ArgumentError: There is none of that name.
    """
    if choose("action", action, ACTIONS) == "catalogue":
        return FromCatalogue(response, catalogue)
    return Composed(response, as_dict=action == "dict")


def _number(name: str, value: Any) -> int:
    """Returns the number of a value, which may be its word."""
    known: Sequence[str] = FEATURES.get(name, ())
    if known and isinstance(value, str):
        if value not in known:
            raise ActionError(f"{name} {value!r} of an action is none of {', '.join(known)}")
        return known.index(value)
    array = isinstance(value, (np.ndarray, np.generic))
    given = value.item() if array and value.size == 1 else value
    if isinstance(given, bool) or not isinstance(given, int):
        raise ActionError(f"{name} {value!r} of an action is not an integer")
    return given


def _integers(given: Any) -> Ints | None:
    """Returns an array of integers; None of what is not one."""
    try:
        array = np.asarray(given)
    except ValueError:  # NumPy's word for rows of different lengths
        return None
    return array if array.dtype.kind in "iu" else None


def _check(numbers: Sequence[int], where: str = "") -> None:
    for name, number, size in zip(_NAMES, numbers, _COMPOSED, strict=True):
        if not 0 <= number < size:
            raise ActionError(f"{name} {number} of an action{where} must be 0 to {size - 1}")


def _loudness(p: Response) -> Floats:
    """Returns the factor on the burden: (urgencies, channels)."""
    loud: Floats = np.multiply.outer(np.array(p.urgency_burden), np.array(p.channel_burden))
    return loud
