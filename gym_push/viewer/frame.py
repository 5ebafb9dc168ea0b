"""What there is to show of an episode after one step, as JSON for the page.

A frame is made only when somebody is about to look, so it can be a readable, self-contained record.
`Frame` and its kinds are the whole contract between the environments and what displays them.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

APART = ("about", "decisions", "episodes", "outcomes", "points", "rows")
"""Fields of which the page has most already: what is new in them is sent separately."""

LISTED = ("app", "sender", "subject", "text", "first", "second")
"""Roles of the features that a line of a list shows."""

MAX_LINE = 200
"""Characters of a value in a line of a list."""

MAX_TEXT = 2000
"""Characters of a value that the page gets, so that no frame is too long to send."""

DIGITS = 4
"""Of a reward, after the point, where it is sent to be read."""

Told: TypeAlias = "dict[str, Any]"
"""A decision as the page gets it: its `epoch`, from 1, what `spell` says, and what `About` does."""


@dataclass(frozen=True)
class About:
    """A notification, as a line of a list shows it.

    Attributes:
        notification: those of its features whose role is one of `LISTED`, by name.
        posted: ISO local time at which it was posted; None when the log has none.
        more: what else the line says, by name.
    """

    notification: Mapping[str, object]
    posted: str | None
    more: Mapping[str, object] = field(default_factory=dict)


NOTHING = memoryview(b"")


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The state of one environment after one step.

    JSON shows it by its fields, without those of `APART`, and by the properties in `also`.

    What grows with the episode is only ever appended to, so that each of a series of frames has
    something to add to the one before.

    Attributes:
        kind: which of the pages shows it.
        env: name of the environment, for example `basic-v0`.
        agent: name of the agent.
        episode: number of the episode, from 1.
        epoch: decisions taken so far.
        user: the person; None when the log names nobody.
        notification: features of the notification to decide on, as plain Python values.
        context: features of the phone and the time, as plain Python values.
        units: unit by feature name, where a feature has one, for example `{"noise": "dB"}`.
        roles: the name of the feature that has each role: a meaning, as of `gym_push.meanings`;
            or `first` and `second`, which stand where no feature means the app or the text.
        posted: ISO local time at which it was posted; None when the log has none.
        reward: sum of the rewards of the episode.
        decisions: all decisions of the episode, a byte each.
        episodes: the ended episodes, oldest first, each as its number and its result; of a long
            run, every 2nd, 4th, 8th ... of them.
        rows: numbers of the notifications that the decisions are about, in their order, int64; no
            number stands for another one in another episode. Empty where they have none.
        outcomes: what decisions have led to, in the order in which it became known, float64.
        points: of the episode's curve, after each decision, float64; empty where they follow from
            the decisions.
        about: returns the notification with a number.
    """

    also: ClassVar[tuple[str, ...]] = ("kind",)
    kind: ClassVar[str]

    env: str
    agent: str
    episode: int
    epoch: int
    user: str | None
    notification: Mapping[str, object]
    context: Mapping[str, object]
    units: Mapping[str, str]
    roles: Mapping[str, str]
    posted: str | None
    reward: float
    decisions: memoryview
    episodes: tuple[tuple[float, ...], ...]
    rows: memoryview = field(default=NOTHING, compare=False)
    outcomes: memoryview = NOTHING
    points: memoryview = NOTHING
    about: Callable[[int], About] = field(default=lambda row: About({}, None), compare=False)

    def tell(self, index: int, *led_to: Any) -> Told:
        """Tells a decision, by its index, and what it has led to, as of `spell`."""
        about = self.about(self.rows[index])
        told = spell(self.kind, self.decisions[index], *led_to)
        told |= {"notification": about.notification, "posted": about.posted, **about.more}
        return {"epoch": index + 1, **told}


def spell(kind: str, cell: int, outcome: int = 0, credit: float = 0.0) -> Told:
    """Spells out a byte of `Frame.decisions`.

    Returns:
        Of basic-v0 the agent's `action` and the `user_action`, 1 to open and 0 to dismiss, and the
        `reward`; of delivery-v0 the `action`, as of `gym_push.actions`, the `outcome`, as of
        `OUTCOMES`, and the `credit`, the reward that the notification has earned so far; of
        send-v0 likewise, with the `outcome` as of `SENT`.
    """
    if kind != "basic":
        return {"action": cell, "outcome": outcome, "credit": round(credit, DIGITS)}
    action, user_action = divmod(cell, 2)
    reward = 1 if action == user_action else -1
    return {"action": action, "user_action": user_action, "reward": reward}


def to_json(frame: Frame) -> bytes:
    """Encodes a frame for the page, without the fields of `APART`, as JSON with its field names.

    Not by json_tricks, which loads pandas for half a second: a child forked meanwhile would wait
    for that import for ever.
    """
    return json.dumps(plain(frame), allow_nan=False).encode()


def plain(value: object, most: int = MAX_TEXT) -> object:
    """Makes JSON of a value: long texts are clipped, infinities and NaN become words."""
    if isinstance(value, str):
        return value if len(value) <= most else value[:most] + "…"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, tuple):
        return [plain(item, most) for item in value]
    if isinstance(value, Frame):
        names = [each.name for each in dataclasses.fields(value) if each.name not in APART]
        return {name: plain(getattr(value, name)) for name in (*names, *value.also)}
    if isinstance(value, Mapping):
        return {str(name): plain(item, most) for name, item in value.items()}
    return value


def to_line(about: About) -> dict[str, object]:
    """Shortens a notification to what a line of a list shows."""
    line = {"notification": about.notification, "posted": about.posted, **about.more}
    return {name: plain(value, MAX_LINE) for name, value in line.items()}
