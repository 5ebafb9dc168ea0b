"""What there is to show of an episode at one moment, as JSON for the page.

A frame is made from an environment's state only when somebody is about to look at it, so it can
afford to be a readable, self-contained record. `Frame` is what the frames of all environments have
in common; with `BasicFrame` and `DeliveryFrame` it is the whole contract between the environments
and whatever displays them.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

RECENT = 8
"""How many of the newest of each list a text or a picture has place for."""

APART = ("about", "decisions", "episodes", "outcomes", "points", "rows")
"""Fields of which the page has most already: what is new of them travels on its own."""

LISTED = ("appPackage", "sender", "subject", "tickerText")
"""Features of a notification that a line of a list has place for, where the log has them."""

MAX_LINE = 200
"""Characters of a value in a line of a list."""

MAX_TEXT = 2000
"""Characters of a value that the page gets; one long message must not keep a frame from it."""


@dataclass(frozen=True)
class Record:
    """What is told by its fields, and by these of its other attributes."""

    also: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True)
class About:
    """A notification, as a line of a list tells of it.

    Attributes:
        notification: its features by name, as plain Python values.
        posted: ISO local time at which it was posted; None when the log has none.
    """

    notification: Mapping[str, object]
    posted: str | None


NOTHING = memoryview(b"")


@dataclass(frozen=True, kw_only=True)
class Frame(Record):
    """The state of one environment at one moment.

    What grows with the episode is only ever added to, so that of a series of frames each tells
    what the one before did not.

    Attributes:
        kind: by which the page knows how to show it.
        env: name of the environment, for example `basic-v0`.
        episode: number of the episode, from 1.
        epoch: decisions taken so far.
        user: whose log is played; None when the log names nobody.
        notification: features of the notification to decide on, as plain Python values.
        context: features of the moment to decide in, as plain Python values.
        units: unit by feature name, where a feature has one, for example `{"noise": "dB"}`.
        own_names: the log's name of each feature that is shown by a usual one.
        posted: ISO local time at which it was posted; None when the log has none.
        reward: sum of the rewards of the episode.
        decisions: all decisions of the episode, a byte each.
        episodes: the ended episodes, oldest first, each as its number and its result; of a long
            run, every 2nd, 4th, 8th ... of them.
        rows: numbers of the notifications that the decisions are about, in their order, int64;
            empty where they have none.
        outcomes: what decisions have led to, in the order in which it became known, int64 each.
        points: of the episode's curve, after each decision, float64; empty where they follow from
            the decisions.
        about: the notification with a number.
    """

    also: ClassVar[tuple[str, ...]] = ("kind",)
    kind: ClassVar[str]

    env: str
    episode: int
    epoch: int
    user: str | None
    notification: Mapping[str, object]
    context: Mapping[str, object]
    units: Mapping[str, str]
    posted: str | None
    reward: float
    decisions: memoryview
    episodes: tuple[tuple[float, ...], ...]
    own_names: Mapping[str, str] = field(default_factory=dict)
    rows: memoryview = field(default=NOTHING, compare=False)
    outcomes: memoryview = NOTHING
    points: memoryview = NOTHING
    about: Callable[[int], About] = field(default=lambda row: About({}, None), compare=False)


def places(actions: bytes, action: int) -> Iterator[int]:
    """Yields the places of an action, from the last to the first."""
    place = len(actions)
    while (place := actions.rfind(action, 0, place)) >= 0:
        yield place


def to_json(frame: Frame) -> bytes:
    """Encodes a frame for the page, as UTF-8 JSON with the dataclasses' own field names.

    Without the fields of `APART`.

    By the standard library and not by json_tricks: that loads pandas for half a second, here in a
    thread of the agent's process, and a child forked meanwhile would wait for that import for ever.
    """
    return json.dumps(plain(frame), allow_nan=False).encode()


def plain(value: object, most: int = MAX_TEXT) -> object:
    """Spells out dataclasses, clips long texts, and writes as words what JSON has no number for."""
    if isinstance(value, str):
        return value if len(value) <= most else value[:most] + "…"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, tuple):
        return [plain(item, most) for item in value]
    if isinstance(value, Record):
        names = [each.name for each in dataclasses.fields(value) if each.name not in APART]
        return {name: plain(getattr(value, name)) for name in (*names, *value.also)}
    if isinstance(value, Mapping):
        return {str(name): plain(item, most) for name, item in value.items()}
    return value


def to_line(about: About) -> dict[str, object]:
    """Shortens what there is to say of a notification to what a line of a list has place for."""
    told = {name: about.notification[name] for name in LISTED if name in about.notification}
    line = {"notification": told, "posted": about.posted}
    return {name: plain(value, MAX_LINE) for name, value in line.items()}
