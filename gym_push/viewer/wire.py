"""How the agent's process speaks to the viewer's: length-prefixed messages down one pipe.

A message does not grow with the run: it says what has happened since the one before.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import NamedTuple

from gym_push.viewer.days_frame import OUTCOME, POINT
from gym_push.viewer.episode import BATCH, remember
from gym_push.viewer.frame import Frame, to_json, to_line

MAX_BODY = 1 << 20
"""Bytes. A frame has a few kilobytes; a larger body than this is refused at both ends."""

BURST = 1000
"""Texts of notifications that are sent with one frame, at most: 15 ms of work, in a thread."""

STEADY = BATCH
"""Texts that can be sent with every frame. In a fast run through a long log the newest lines have
theirs, and those further down have none."""

TEXTS = 80
"""Texts in a message; even the longest fit into `MAX_BODY`."""

WHOLE = math.lcm(OUTCOME, POINT)
"""Numbers that are kept together, so that no outcome and no point is torn."""

CRASHED = b"crashed"
"""The body of a message about an end by an exception."""

_HEAD = struct.Struct("!IBI")  # feed, kind, length of the body


class Kind(IntEnum):
    """What a message says about its feed."""

    NAME = 0  # the body is the feed's name, as UTF-8: always a feed's first message
    FRAME = 1  # the body is a frame, as JSON
    ENDED = 2  # there will be no more; the body is empty, or `CRASHED`
    BEGIN = 3  # the body is the kind of the frames, as of `Frame.kind`: an episode begins
    DECISIONS = 4  # the body is the episode's next decisions, a byte each as of `Frame.decisions`
    EPISODES = 5  # the body is `Frame.episodes`, as JSON
    ROWS = 6  # the body is what the next decisions are about, 8 bytes each as of `Frame.rows`
    TEXTS = 7  # the body is what lists say of notifications, by number, as JSON
    OUTCOMES = 8  # the body is what decisions have led to, 8 bytes each as of `Frame.outcomes`
    POINTS = 9  # the body is the curve's next points, 8 bytes a number as of `Frame.points`
    GOODBYE = 10  # of no feed: the process ends, and with it its feeds; the body is as of `ENDED`


class Message(NamedTuple):
    """One message about one feed."""

    feed: int
    kind: Kind
    body: bytes


class WireError(ValueError):
    """What was read is not a message."""


def pack(message: Message) -> bytes:
    """Encodes a message.

    Raises:
        WireError: when the body is larger than `MAX_BODY`.
    """
    size = len(message.body)
    if size > MAX_BODY:
        raise WireError(f"a message has {size} bytes, and may have {MAX_BODY}")
    return _HEAD.pack(message.feed, message.kind, size) + message.body


def unpack(read: Callable[[int], bytes]) -> Message | None:
    """Reads the next message; None at the end of the stream, also in the middle of a message.

    Args:
        read: returns exactly as many bytes as asked for, fewer only at the end of the stream.

    Raises:
        WireError: when the bytes are not a message. What follows cannot be read either.
    """
    head = read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    feed, kind, size = _HEAD.unpack(head)
    if size > MAX_BODY or kind not in tuple(Kind):
        raise WireError(f"there is no message of kind {kind} with {size} bytes")
    body = read(size)
    return Message(feed, Kind(kind), body) if len(body) == size else None


def ending(kind: Kind, feed: int, crashed: bool) -> Message:
    """Returns the message of an end: of a feed, or with `Kind.GOODBYE` of the process."""
    return Message(feed, kind, CRASHED if crashed else b"")


class News:
    """Turns the frames of one feed into messages; every decision is in exactly one."""

    def __init__(self, feed: int) -> None:
        self._feed = feed
        self._episode = 0
        self._decisions = self._outcomes = self._points = 0
        self._episodes: tuple[tuple[float, ...], ...] = ()
        self._told: dict[int, None] = {}
        self._budget = BURST

    def of(self, frame: Frame) -> bytes:
        """Packs what has happened since the frame before, and then the frame.

        Raises:
            WireError: when the frame is too large. What has happened then goes with the next.
            ValueError, TypeError: when the frame cannot be written as JSON; likewise.
        """
        goes_on = frame.episode == self._episode and len(frame.decisions) >= self._decisions
        start = self._decisions if goes_on else 0
        unknown = self._unknown(frame, start)
        data = b"".join(map(pack, self._messages(frame, goes_on, start, unknown)))
        self._episode, self._decisions = frame.episode, len(frame.decisions)
        self._outcomes, self._points = len(frame.outcomes), len(frame.points)
        self._episodes = frame.episodes
        self._budget = min(self._budget - len(unknown) + STEADY, BURST)
        remember(self._told, dict.fromkeys(unknown).items())
        return data

    def _messages(
        self, frame: Frame, goes_on: bool, start: int, unknown: list[int]
    ) -> Iterator[Message]:
        if frame.episodes != self._episodes:
            yield Message(self._feed, Kind.EPISODES, json.dumps(frame.episodes).encode())
        if not goes_on:
            yield Message(self._feed, Kind.BEGIN, frame.kind.encode())
        for first in range(0, len(unknown), TEXTS):
            some = {row: to_line(frame.about(row)) for row in unknown[first : first + TEXTS]}
            yield Message(self._feed, Kind.TEXTS, json.dumps(some, allow_nan=False).encode())
        for kind, facts, told in (
            (Kind.ROWS, frame.rows, start),
            (Kind.DECISIONS, frame.decisions, start),
            (Kind.OUTCOMES, frame.outcomes, self._outcomes if goes_on else 0),
            (Kind.POINTS, frame.points, self._points if goes_on else 0),
        ):
            most = MAX_BODY // facts.itemsize // WHOLE * WHOLE
            for first in range(told, len(facts), most):
                yield Message(self._feed, kind, facts[first : first + most].tobytes())
        yield Message(self._feed, Kind.FRAME, to_json(frame))

    def _unknown(self, frame: Frame, start: int) -> list[int]:
        """Returns the newest notifications whose texts the viewer lacks, oldest first."""
        newest = frame.rows[max(start, len(frame.rows) - BURST) :].tolist()
        unknown = [row for row in dict.fromkeys(reversed(newest)) if row not in self._told]
        return unknown[: self._budget][::-1]
