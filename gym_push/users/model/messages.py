"""The text of a notification, in words that fit its sender, its moment and what it carries."""

from functools import cache
from itertools import product
from math import prod
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from gym_push.logs.columns import TextColumn
from gym_push.users.keyed_random import Ints, Stream, uniform
from gym_push.users.model.app_classes import CLASSES
from gym_push.users.model.clock import DAY, MINUTE
from gym_push.users.model.days import Situation
from gym_push.users.model.notifications import Arrivals, Features
from gym_push.users.model.persons import TOPICS, People
from gym_push.users.model.phrases import DAYS, GREETINGS, NAMES, OTHERS, PLACES, TIMES, VOICES

SENTIMENT_BOUNDS: Final = (-0.2, 0.6)  # between a low, a middling and a high sentiment
ENTICEMENT_BOUNDS: Final = (0.2, 0.55)  # between a low, a middling and a high enticement

_LEVELS = _PHRASES = 3
_OPENINGS = (len(CLASSES), 2, len(NAMES), _LEVELS, _PHRASES)
_HOOKS = (len(CLASSES), _LEVELS, _PHRASES)

_BLANKS: Final = {
    "other": OTHERS,
    "place": PLACES,
    "day": DAYS,
    "past": DAYS,
    "time": (*TIMES, *(f"{time} tomorrow" for time in TIMES)),
    "hello": GREETINGS,
    "n": "23456789",
}
_PLANS = (len(OTHERS), len(PLACES), 5, 4, 8, 2520)
"""What the texts of a cluster have in common: somebody else, a place, how far away days and times
are, a digit, and which body comes first; 2520 is a multiple of every number of bodies."""
_SOON = 10
"""Minutes: a time to come is farther away."""
_MINUTES_OF_TIMES = [60 * int(hour) + int(minute) for hour, minute in (t.split(":") for t in TIMES)]
_NEXT_TIME = np.searchsorted(_MINUTES_OF_TIMES, np.arange(DAY // MINUTE) + _SOON, side="right")
_GREETING_OF_HOUR = np.repeat([0, 1, 2, 3, 0], (5, 7, 6, 4, 2))


class _Parts(NamedTuple):
    """What may stand at one place of a text: (parts,) in UTF-8, and their numbers of bytes."""

    utf8: npt.NDArray[np.object_]
    length: Ints


class _Bodies(NamedTuple):
    """Every body with its blanks filled in every way.

    Attributes:
        filled: One body after the other, in all its ways.
        first: (classes, topics) number of the first body.
        number: (classes, topics) how many bodies there are.
        begin: (bodies,) where its fillings begin.
        step: (blanks, bodies) from one filling to that with the next value in the blank.
    """

    filled: _Parts
    first: Ints
    number: Ints
    begin: Ints
    step: Ints


def write_texts(
    people: People, arrivals: Arrivals, features: Features, at: Situation
) -> TextColumn:
    """Writes the text of every notification, from parts that are each put together once.

    Args:
        people: All people.
        arrivals: The notifications.
        features: Theirs.
        at: (notifications,) the moments when they arrive.
    """
    openings, bodies, hooks = _openings(), _bodies(), _hooks()
    first_name = (people.contacts * len(NAMES)).astype(np.int64)[arrivals.person]
    wording = (uniform(arrivals.key, Stream.WORDING) * _PHRASES**2).astype(np.int64)
    mood, hook = np.divmod(wording, _PHRASES)
    opening = (
        arrivals.app_class,
        features.significant.astype(np.int64),
        (first_name + features.contact) % len(NAMES),
        np.digitize(features.sentiment, SENTIMENT_BOUNDS),
        mood,
    )
    ending = arrivals.app_class, np.digitize(features.enticement, ENTICEMENT_BOUNDS), hook
    chosen = (
        (openings, np.ravel_multi_index(opening, _OPENINGS)),
        (bodies.filled, _fill(bodies, arrivals, features, at)),
        (hooks, np.ravel_multi_index(ending, _HOOKS)),
    )
    utf8 = np.stack([parts.utf8[number] for parts, number in chosen], axis=1)
    length = np.stack([parts.length[number] for parts, number in chosen]).sum(axis=0)
    ends = np.concatenate(([0], np.cumsum(length)))
    return TextColumn(b"".join(utf8.ravel().tolist()), ends)


def _fill(bodies: _Bodies, arrivals: Arrivals, features: Features, at: Situation) -> Ints:
    """Chooses a body for each notification, its cluster's next one, and fills in its blanks."""
    plans = (uniform(arrivals.conversation, Stream.PLANS) * prod(_PLANS)).astype(np.int64)
    other, place, days, times, digit, start = np.unravel_index(plans, _PLANS)
    values = {
        "other": other,
        "place": place,
        "day": (at.weekday + 2 + days) % len(DAYS),
        "past": (at.weekday - 1 - days) % len(DAYS),
        "time": _NEXT_TIME[arrivals.time % DAY // MINUTE] + times,
        "hello": _GREETING_OF_HOUR[at.hour],
        "n": digit,
    }
    about = arrivals.app_class, features.topic
    body = bodies.first[about] + (start + arrivals.position) % bodies.number[about]
    filling: Ints = bodies.begin[body]
    for blank, step in zip(_BLANKS, bodies.step, strict=True):
        filling += step[body] * values[blank]
    return filling


@cache
def _openings() -> _Parts:
    """Returns the openings, with the mood, in the order of `_OPENINGS`."""
    openings = []
    for each, matters, name in product(CLASSES, (False, True), NAMES):
        voice, any_opening = VOICES[each.name]
        fitting = [each for each in any_opening if ("{name}" in each) == matters] or any_opening
        opening = fitting[NAMES.index(name) % len(fitting)].format(name=name)
        for mood in (mood for level in voice.moods for mood in level):
            openings.append("".join(f"{part} " for part in (opening, mood) if part))
    return _encoded(openings)


@cache
def _hooks() -> _Parts:
    """Returns the hooks in the order of `_HOOKS`."""
    hooks = [hook for each in CLASSES for level in VOICES[each.name][0].hooks for hook in level]
    return _encoded([hook and f" {hook}" for hook in hooks])


@cache
def _bodies() -> _Bodies:
    filled: list[str] = []
    first: list[int] = []
    number: list[int] = []
    begin: list[int] = []
    step: list[list[int]] = []
    for each, topic in product(CLASSES, TOPICS):
        bodies = VOICES[each.name][0].bodies[topic]
        first.append(len(begin))
        number.append(len(bodies))
        for body in bodies:
            begin.append(len(filled))
            blanks = [name for name in _BLANKS if f"{{{name}}}" in body]
            for values in product(*(_BLANKS[name] for name in blanks)):
                filled.append(body.format(**dict(zip(blanks, values, strict=True))))
            size, steps = 1, dict.fromkeys(_BLANKS, 0)
            for name in reversed(blanks):  # the last blank changes first
                steps[name], size = size, size * len(_BLANKS[name])
            step.append(list(steps.values()))
    shape = len(CLASSES), len(TOPICS)
    return _Bodies(
        _encoded(filled),
        np.array(first).reshape(shape),
        np.array(number).reshape(shape),
        np.array(begin),
        np.array(step).T.copy(),
    )


def _encoded(phrases: list[str]) -> _Parts:
    utf8 = [phrase.encode() for phrase in phrases]
    return _Parts(np.array(utf8, dtype=object), np.array([len(phrase) for phrase in utf8]))
