"""What an agent of send-v0 can send: messages with features, from a catalogue or composed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from gym_push.errors import ArgumentError, choose, did_you_mean
from gym_push.users.keyed_random import Ints
from gym_push.users.model.described import Parameter
from gym_push.users.model.parameters import ASSUMED
from gym_push.users.model.persons import TOPICS
from gym_push.users.population import MOST_DAYS

TONES: Final = ("plain", "warm", "playful", "bait")
URGENCIES: Final = ("low", "normal", "high")
LENGTHS: Final = ("short", "long")
CHANNELS: Final = ("push", "silent", "email")
OCCASIONS: Final = ("any", "rest", "busy")
"""Whom a message suits: anybody, one who is at rest, one who is busy."""

FEATURES: Final[Mapping[str, tuple[str, ...]]] = {
    "topic": TOPICS,
    "tone": TONES,
    "urgency": URGENCIES,
    "length": LENGTHS,
    "channel": CHANNELS,
    "occasion": OCCASIONS,
}
"""The features of a message, and their values, by number."""

SIZES: Final = tuple(map(len, FEATURES.values()))
BAIT: Final = TONES.index("bait")

TOPIC, TONE, URGENCY, LENGTH, CHANNEL, OCCASION = range(len(FEATURES))

_NUMBERS: Final = (
    Parameter("lift", 0.0, "of a message, utility", ASSUMED),
    Parameter("streak", 0, "of a message, days in a row", ASSUMED, "whole number", 0, MOST_DAYS),
)


@dataclass(frozen=True)
class Message:
    """A message of a catalogue.

    Attributes:
        text: Its words, which pages and recordings show; a simulated person goes by the features.
        topic, tone, urgency, length, channel, occasion: Each of `FEATURES`.
        lift: Added to what messages lift, in the unit of the parameter `lift`.
        streak: Days in a row with the outcome that the person needs for it to be eligible.

    Raises:
        ArgumentError: One of them is not a known value, or out of range.
    """

    text: str
    topic: str = "unknown"
    tone: str = "plain"
    urgency: str = "normal"
    length: str = "short"
    channel: str = "push"
    occasion: str = "any"
    lift: float = 0.0
    streak: int = 0

    def __post_init__(self) -> None:
        """Checks the values."""
        for name, known in FEATURES.items():
            choose(name, getattr(self, name), known)
        if not isinstance(self.text, str) or not self.text.strip():
            raise ArgumentError(f"text={self.text!r} of a message must be words")
        for about in _NUMBERS:
            object.__setattr__(self, about.name, about.check(getattr(self, about.name)))

    @property
    def features(self) -> tuple[int, ...]:
        """The numbers of its `FEATURES`, in their order."""
        return tuple(known.index(getattr(self, name)) for name, known in FEATURES.items())


def catalogue_of(messages: Sequence[Message | Mapping[str, Any]]) -> tuple[Message, ...]:
    """Returns a catalogue, whose messages may be given as dicts of their fields.

    Raises:
        ArgumentError: There is no message, or one of them is not one.
    """
    if isinstance(messages, (str, Mapping)) or not isinstance(messages, Sequence) or not messages:
        raise ArgumentError(f"messages={messages!r} must be a list of at least one message")
    return tuple(map(_message, messages))


def features_of(catalogue: Sequence[Message]) -> Ints:
    """Returns the features of a catalogue: (messages, features)."""
    return np.array([each.features for each in catalogue], dtype=np.int64)


def _message(given: Message | Mapping[str, Any]) -> Message:
    if isinstance(given, Message):
        return given
    if not isinstance(given, Mapping):
        raise ArgumentError(f"message {given!r} is neither a Message nor a dict of its fields")
    known = [each.name for each in fields(Message)]
    for name in given:
        if name not in known:
            raise ArgumentError(f"a message has no {name!r}{did_you_mean(str(name), known)}")
    if "text" not in given:
        raise ArgumentError(f"message {dict(given)!r} has no text")
    return Message(**given)
