"""The text of a notification, in words that fit its sender, its time and what it carries.

A text is `opening mood body hook`, from `phrases.json`. The opening belongs to the class of the app
and names who sends it; the others belong to its voice: the mood tells the sentiment, the body the
topic, and the hook the enticement, so that the wording carries signal. Any mood and hook of a voice
goes with any body, at any hour.

Only bodies have blanks beside {name}: {other} is somebody who does not send it; {place}; {day} a
weekday to come and {past} one that has been, neither of them today's; {time} a time of day to come,
perhaps tomorrow's; {hello} a greeting for the hour; {n} a digit from 2 to 9.
"""

import json
from functools import cache
from itertools import product
from math import prod
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from gym_push.logs.columns import TextColumn
from gym_push.users.keyed_random import Ints, Stream
from gym_push.users.model.app_classes import CLASSES
from gym_push.users.model.days import Situation
from gym_push.users.model.notifications import Arrivals, Features
from gym_push.users.model.persons import TOPICS, People
from gym_push.users.model.states import DAY, MINUTE


class Voice(NamedTuple):
    """How a class of apps speaks.

    Attributes:
        openings: Where some have {name} and some do not, those with it are for senders who matter.
        moods: By sentiment: three for each of a low, a middling and a high one.
        hooks: By enticement, as many.
        bodies: For each topic.
    """

    openings: list[str]
    moods: list[list[str]]
    hooks: list[list[str]]
    bodies: dict[str, list[str]]


_WORDS = json.loads(Path(__file__).with_name("phrases.json").read_text(encoding="utf-8"))
NAMES: Final[list[str]] = _WORDS["names"]
VOICES: Final[dict[str, Voice]] = {
    app_class: Voice(each["openings"], **_WORDS["voices"][each["voice"]])
    for app_class, each in _WORDS["classes"].items()
}

SENTIMENT_BOUNDS: Final = (-0.2, 0.6)  # between a low, a middling and a high sentiment
ENTICEMENT_BOUNDS: Final = (0.2, 0.55)  # between a low, a middling and a high enticement

_LEVELS = _PHRASES = 3
_OPENINGS = (len(CLASSES), 2, len(NAMES), _LEVELS, _PHRASES)
_HOOKS = (len(CLASSES), _LEVELS, _PHRASES)

_BLANKS: Final = {
    "other": _WORDS["others"],
    "place": _WORDS["places"],
    "day": _WORDS["days"],
    "past": _WORDS["days"],
    "time": _WORDS["times"] + [f"{time} tomorrow" for time in _WORDS["times"]],
    "hello": _WORDS["greetings"],
    "n": "23456789",
}
_PLANS = (len(_WORDS["others"]), len(_WORDS["places"]), 5, 4, 8, 2520)
"""What the texts of a cluster have in common: somebody else, a place, how far away days and times
are, a digit, and which body comes first; 2520 is a multiple of every number of bodies."""
_SOON = 10
"""Minutes: a time to come is farther away."""
_MINUTES_OF_TIMES = [60 * int(h) + int(m) for h, m in (t.split(":") for t in _WORDS["times"])]
_NEXT_TIME = np.searchsorted(_MINUTES_OF_TIMES, np.arange(DAY // MINUTE) + _SOON, side="right")
_GREETING_OF_HOUR = np.repeat([0, 1, 2, 3, 0], (5, 7, 6, 4, 2))


class _Parts(NamedTuple):
    """What may stand at one place of a text: (parts,) in UTF-8, and their lengths in bytes."""

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
        at: (notifications,) the situations in which they arrive.
    """
    openings, bodies, hooks = _openings(), _bodies(), _hooks()
    first_name = (people.contacts * len(NAMES)).astype(np.int64)[arrivals.person]
    wording = (Stream.WORDING.uniform(arrivals.key) * _PHRASES**2).astype(np.int64)
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
    plans = (Stream.PLANS.uniform(arrivals.conversation) * prod(_PLANS)).astype(np.int64)
    other, place, days, times, digit, start = np.unravel_index(plans, _PLANS)
    values = {
        "other": other,
        "place": place,
        "day": (at.weekday + 2 + days) % 7,
        "past": (at.weekday - 1 - days) % 7,
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
        voice = VOICES[each.name]
        fitting = [o for o in voice.openings if ("{name}" in o) == matters] or voice.openings
        opening = fitting[NAMES.index(name) % len(fitting)].format(name=name)
        for mood in (mood for level in voice.moods for mood in level):
            openings.append("".join(f"{part} " for part in (opening, mood) if part))
    return _encoded(openings)


@cache
def _hooks() -> _Parts:
    """Returns the hooks in the order of `_HOOKS`."""
    hooks = [hook for each in CLASSES for level in VOICES[each.name].hooks for hook in level]
    return _encoded([hook and f" {hook}" for hook in hooks])


@cache
def _bodies() -> _Bodies:
    filled: list[str] = []
    first, begin, step = [0], [], []
    for each, topic in product(CLASSES, TOPICS):
        bodies = VOICES[each.name].bodies[topic]
        first.append(first[-1] + len(bodies))
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
        np.array(first[:-1]).reshape(shape),
        np.diff(first).reshape(shape),
        np.array(begin),
        np.array(step).T.copy(),
    )


def _encoded(phrases: list[str]) -> _Parts:
    utf8 = [phrase.encode() for phrase in phrases]
    return _Parts(np.array(utf8, dtype=object), np.array([len(phrase) for phrase in utf8]))
