"""Frames as lines of text, each of what is not as expected after the frame before.

What follows from the frames before is left out: a decision says again which notification it was
about, the score follows from the decisions, the lists from both. `expected.py` has these rules, and
the page has the same in `tape.js`. A frame that is different says so in its line, so that nothing
of it is lost, whichever environment it is of.

A line is a JSON object. It holds the fields of the frame that are not as expected, and:

    kind           of the frames from here on, if it has changed
    names          the names of the features of notification and context, if they have changed
    notification   [posted, value, ...], or the number of one that was there; none: the next one
    context        [value, ...], likewise
    decided        the new decisions of the episode, a digit each as of `Frame.decisions`
    lines          what lists say of the new decisions of delivery-v0, if these are not one, about
                   the notification of the frame before
    known          what is new of `Frame.outcomes`
    points         what is new of `Frame.points`, if it is not as expected
    episodes       of how many ended episodes the list begins as before, and then the others

A line with `episode` begins an episode.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from gym_push.recordings.expected import FIELDS, News, expected, expected_points
from gym_push.recordings.table import Place, Table
from gym_push.viewer.frame import Frame, plain, to_line

FORMAT: dict[str, Any] = {"gym-push recording": 1}
"""The first line."""

NOTHING = object()


class Tape:
    """Takes frames in their order and keeps them compressed, about 50 bytes a notification."""

    def __init__(self) -> None:
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
        new = News.of(before, frame)
        line: dict[str, Any] = {} if new.goes_on else {"episode": frame.episode}
        if before is None or before.kind != frame.kind:
            line["kind"] = frame.kind
        line.update(self._features(frame))
        if new.decided:
            line["decided"] = "".join(map(str, new.decided))
        if new.decided and frame.rows and frame.kind == "delivery" and not new.follows:
            rows = frame.rows[-len(new.decided) :]
            line["lines"] = [to_line(frame.about(row)) for row in rows]
        if new.known:
            line["known"] = new.known
        if new.points != expected_points(frame, new):
            line["points"] = new.points
        known = before.episodes if before else ()
        if frame.episodes != known:
            same = common(known, frame.episodes)
            line["episodes"] = [same, *frame.episodes[same:]]
        likely = expected(frame.kind, before, new)
        for name in FIELDS[frame.kind]:
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


def encode(value: object) -> bytes:
    """Returns a line of JSON in ASCII, so that any text of a notification stays one line."""
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def common(one: tuple[Any, ...], other: tuple[Any, ...]) -> int:
    """Returns how many elements two sequences begin with alike."""
    for at, (mine, yours) in enumerate(zip(one, other, strict=False)):
        if mine != yours:
            return at
    return min(len(one), len(other))
