"""What there is to show of an episode at one moment, as JSON for the page and as plain text.

A frame is made from an environment's state only when somebody is about to look at it, so it can
afford to be a readable, self-contained record. This file is the whole contract between the
environments and whatever displays them.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

RECENT = 8
"""How many of the newest opened and of the newest dismissed notifications a frame carries."""

APART = ("about", "decisions", "episodes", "rows")
"""Fields of which the page has most already: what is new of them travels on its own."""

LISTED = ("appPackage", "subject", "tickerText")
"""Features of a notification that a line of a list has place for, where the log has them."""

MAX_LINE = 200
"""Characters of a value in a line of a list."""

MAX_TEXT = 2000
"""Characters of a value that the page gets; one long message must not keep a frame from it."""


@dataclass(frozen=True)
class Decision:
    """One decision of the agent beside the person's own.

    Attributes:
        epoch: number of the decision in its episode, from 1.
        action: what the agent did: 1 open, 0 dismiss.
        user_action: what the person did with the same notification: 1 opened, 0 dismissed.
        notification: the notification's features by name, as plain Python values.
        posted: ISO local time at which it was posted; None when the log has none.
    """

    epoch: int
    action: int
    user_action: int
    notification: Mapping[str, object]
    posted: str | None

    @property
    def reward(self) -> int:
        """+1 when the agent did what the person did, else -1."""
        return 1 if self.action == self.user_action else -1


@dataclass(frozen=True)
class About:
    """A notification, as the lists of opened and dismissed tell of it.

    Attributes:
        notification: its features by name, as plain Python values.
        posted: ISO local time at which it was posted; None when the log has none.
    """

    notification: Mapping[str, object]
    posted: str | None


def _untold(number: int) -> About:
    return About({}, None)


@dataclass(frozen=True)
class Frame:
    """The state of one environment at one moment.

    Attributes:
        env: name of the environment, for example `basic-v0`.
        episode: number of the episode, from 1.
        epoch: decisions taken so far, 0 to `size`.
        size: decisions in the episode.
        user: whose log is played; None when the log names nobody.
        notification: features of the notification to decide on, as plain Python values.
        context: features of the moment it arrived in, as plain Python values.
        units: unit by feature name, where a feature has one, for example `{"noise": "dB"}`.
        posted: ISO local time at which it was posted; None when the log has none.
        performance: share of the decisions that agree with the person; None before the first.
        ctr: opened / sent, of the agent's decisions; None before the first.
        user_ctr: the same of the person's decisions on the same notifications.
        reward: sum of the rewards of the episode.
        confusion: counts (agent open & person opened, open & dismissed, dismiss & opened,
            dismiss & dismissed).
        decision: the newest decision; None before the first.
        opened: what the agent opened, newest first, at most `RECENT`.
        dismissed: what the agent dismissed, newest first, at most `RECENT`.
        decisions: all decisions of the episode, a byte each: 2 × action + user_action.
        episodes: the ended episodes, oldest first, each as its number and its `confusion`; of a
            long run, every 2nd, 4th, 8th ... of them.
        rows: numbers of the notifications that the decisions are about, in their order, int64;
            empty where they have none.
        about: the notification with a number.
    """

    env: str
    episode: int
    epoch: int
    size: int
    user: str | None
    notification: Mapping[str, object]
    context: Mapping[str, object]
    units: Mapping[str, str]
    posted: str | None
    performance: float | None
    ctr: float | None
    user_ctr: float | None
    reward: float
    confusion: tuple[int, int, int, int]
    decision: Decision | None
    opened: tuple[Decision, ...]
    dismissed: tuple[Decision, ...]
    decisions: memoryview
    episodes: tuple[tuple[int, ...], ...]
    rows: memoryview = field(default=memoryview(b""), compare=False)
    about: Callable[[int], About] = field(default=_untold, compare=False)


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
    if isinstance(value, Decision):
        return {**_fields(value), "reward": value.reward}
    if isinstance(value, Frame):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(name): plain(item, most) for name, item in value.items()}
    return value


def to_line(about: About) -> dict[str, object]:
    """Shortens what there is to say of a notification to what a line of a list has place for."""
    told = {name: about.notification[name] for name in LISTED if name in about.notification}
    line = {"notification": told, "posted": about.posted}
    return {name: plain(value, MAX_LINE) for name, value in line.items()}


def to_text(frame: Frame) -> str:
    """Writes a frame as plain text: the `ansi` render mode.

    The text of a notification is not to be trusted, so every character that a terminal could
    take for a command is written as its Python escape.
    """
    return "\n".join(_lines(frame))


def _fields(record: Decision | Frame) -> dict[str, object]:
    names = (field.name for field in dataclasses.fields(record))
    return {name: plain(getattr(record, name)) for name in names if name not in APART}


def _lines(frame: Frame) -> Iterator[str]:
    whose = "" if frame.user is None else f" · user {_printable(frame.user)}"
    yield (
        f"{_printable(frame.env)}{whose} · episode {frame.episode}"
        f" · epoch {frame.epoch} / {frame.size}"
    )
    posted = "" if frame.posted is None else f", posted {_printable(frame.posted)}"
    yield from ("", f"Notification{posted}")
    yield from _table(frame.notification, frame.units)
    yield from ("", "Context")
    yield from _table(frame.context, frame.units)
    yield from ("", "Score")
    yield f"  performance {_percent(frame.performance)}   reward {frame.reward:+g}"
    yield f"  CTR {_percent(frame.ctr)}   the person's CTR {_percent(frame.user_ctr)}"
    both_opened, only_agent, only_user, neither = frame.confusion
    yield from ("", "Confusion         person opened  person dismissed")
    yield f"  agent opened    {both_opened:>13}  {only_agent:>16}"
    yield f"  agent dismissed {only_user:>13}  {neither:>16}"
    if frame.decision is not None:
        yield from ("", "Last decision", _decision(frame.decision))
    for title, decisions in (("Opened", frame.opened), ("Dismissed", frame.dismissed)):
        if decisions:
            yield from ("", f"{title}, newest first", *map(_decision, decisions))


def _table(features: Mapping[str, object], units: Mapping[str, str]) -> Iterable[str]:
    names = {name: _printable(name) for name in features}
    width = max(map(len, names.values()), default=0)
    for name, value in features.items():
        unit = f" {_printable(units[name])}" if name in units else ""
        yield f"  {names[name]:<{width}}  {_printable(value)}{unit}"


def _decision(decision: Decision) -> str:
    words = ("dismissed", "opened")
    sign = "✓" if decision.reward > 0 else "✗"
    app = decision.notification.get("appPackage")
    about = "" if app is None else f"  {_printable(app)}"
    return (
        f"  {sign} {decision.reward:+d}  epoch {decision.epoch}: agent {words[decision.action]},"
        f" person {words[decision.user_action]}{about}"
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _printable(value: object) -> str:
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode()
        for char in str(value)
    )
