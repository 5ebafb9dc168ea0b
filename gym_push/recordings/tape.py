"""Frames as lines of text, each of what is not as expected after the frame before.

What follows from the frames before is left out: a decision says again which notification it was
about, the score follows from the decisions, the lists from both. `expected` is that rule, and the
page has the same in `tape.js`. A frame that is different says so in its line, so that nothing of
it is lost, whichever environment it is of.

A line is a JSON object. It holds the fields of `Frame` that are not as expected, and:

    names          the names of the features of notification and context, if they have changed
    notification   [posted, value, ...], or the number of one that was there; none: the next one
    context        [value, ...], likewise
    decided        the new decisions of the episode, a digit each as of `Frame.decisions`
    episodes       of how many ended episodes the list begins as before, and then the others

A line with `episode` begins an episode.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from gym_push.recordings.table import Place, Table
from gym_push.viewer.frame import RECENT, Decision, Frame, plain

FORMAT: dict[str, Any] = {"gym-push recording": 1}
"""The first line."""

APART = {"notification", "context", "posted", "decisions", "rows", "about", "episodes", "episode"}
EXPECTED = tuple(field.name for field in fields(Frame) if field.name not in APART)
"""The fields that a line holds only if they are not as expected."""

NOTHING = object()


class Tape:
    """Takes frames in their order and keeps them compressed, about 50 bytes a notification."""

    def __init__(self) -> None:
        """Begins with the first line."""
        self._before: Frame | None = None
        self._names: list[list[str]] = []
        self._names_key = ""
        self._notifications, self._contexts = Table(), Table()
        self._compressor = zlib.compressobj(9)
        self._pieces = [self._compressor.compress(encode(FORMAT))]

    @property
    def empty(self) -> bool:
        """Whether no frame was added."""
        return self._before is None

    def add(self, frame: Frame) -> None:
        """Writes one more frame."""
        self._pieces.append(self._compressor.compress(encode(self._line(frame))))
        self._before = frame

    def copy(self) -> Tape:
        """Returns one that goes on by itself: what is added to it is not added here."""
        twin = Tape()
        twin.__dict__.update(
            self.__dict__,
            _notifications=self._notifications.copy(),
            _contexts=self._contexts.copy(),
            _compressor=self._compressor.copy(),
            _pieces=[piece for piece in self._pieces if piece],
        )
        return twin

    def data(self) -> bytes:
        """Returns all lines, deflated (zlib, RFC 1950). More may be added afterwards."""
        return b"".join([*self._pieces, self._compressor.copy().flush()])

    def _line(self, frame: Frame) -> dict[str, Any]:
        before = self._before
        goes_on = (
            before is not None
            and frame.episode == before.episode
            and len(frame.decisions) >= len(before.decisions)
        )
        decided = bytes(frame.decisions[len(before.decisions) if before and goes_on else 0 :])
        line: dict[str, Any] = {} if goes_on else {"episode": frame.episode}
        line.update(self._features(frame))
        if decided:
            line["decided"] = "".join(map(str, decided))
        known = before.episodes if before else ()
        if frame.episodes != known:
            same = common(known, frame.episodes)
            line["episodes"] = [same, *frame.episodes[same:]]
        likely = expected(before, goes_on, decided)
        for name in EXPECTED:
            value = getattr(frame, name)
            if value != likely.get(name, NOTHING):
                line[name] = plain(value)
        return line

    def _features(self, frame: Frame) -> dict[str, Any]:
        line: dict[str, Any] = {}
        names = [[str(name) for name in each] for each in (frame.notification, frame.context)]
        if names != self._names:
            self._names = line["names"] = names
            self._names_key = repr(names)
        for name, table, entry in (
            ("notification", self._notifications, (frame.posted, *frame.notification.values())),
            ("context", self._contexts, tuple(frame.context.values())),
        ):
            place = table.place((self._names_key + repr(entry)).encode("utf-8", "surrogatepass"))
            if place is not Place.NEXT:
                line[name] = plain(entry) if place is Place.NEW else place
        return line


def expected(before: Frame | None, goes_on: bool, decided: bytes) -> Mapping[str, Any]:
    """Returns what a frame's fields of `EXPECTED` are likely to be.

    Args:
        before: The frame before; None if there is none.
        goes_on: Whether it is of the same episode.
        decided: The decisions since then, as of `Frame.decisions`.
    """
    if before is None:
        return {}
    was = before.confusion if goes_on else (0, 0, 0, 0)
    confusion = tuple(count + decided.count(3 - at) for at, count in enumerate(was))
    epoch = (before.epoch if goes_on else 0) + len(decided)
    right = confusion[0] + confusion[3]
    opened, dismissed = (before.opened, before.dismissed) if goes_on else ((), ())
    decision = before.decision if goes_on else None
    if decided:
        action, user_action = divmod(decided[-1], 2)
        decision = Decision(epoch, action, user_action, before.notification, before.posted)
        if action:
            opened = (decision, *opened)[:RECENT]
        else:
            dismissed = (decision, *dismissed)[:RECENT]
    return {
        "env": before.env,
        "epoch": epoch,
        "size": before.size,
        "user": before.user,
        "units": before.units,
        "confusion": confusion,
        "performance": right / epoch if epoch else None,
        "ctr": (confusion[0] + confusion[1]) / epoch if epoch else None,
        "user_ctr": (confusion[0] + confusion[2]) / epoch if epoch else None,
        "reward": 2 * right - epoch,
        "decision": decision,
        "opened": opened,
        "dismissed": dismissed,
    }


def encode(value: object) -> bytes:
    """Returns a line of JSON in ASCII, so that any text of a notification stays one line."""
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def common(one: tuple[Any, ...], other: tuple[Any, ...]) -> int:
    """Returns how many elements two sequences begin with alike."""
    for at, (mine, yours) in enumerate(zip(one, other, strict=False)):
        if mine != yours:
            return at
    return min(len(one), len(other))
