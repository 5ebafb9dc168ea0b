"""How the agent's process speaks to the viewer's: length-prefixed messages down one pipe."""

from __future__ import annotations

import struct
from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

MAX_BODY = 1 << 20
"""Bytes. A frame is a few kilobytes; one of more than this is refused at both ends."""

_HEAD = struct.Struct("!IBI")  # feed, kind, length of the body


class Kind(IntEnum):
    """What a message says about its feed."""

    NAME = 0  # the body is the feed's name, as UTF-8: always a feed's first message
    FRAME = 1  # the body is a frame, as JSON
    ENDED = 2  # the body is empty: there will be no more
    BEGIN = 3  # the body is the kind of the frames, as of `Frame.kind`: an episode begins
    DECISIONS = 4  # the body is the episode's next decisions, a byte each as of `Frame.decisions`
    EPISODES = 5  # the body is `Frame.episodes`, as JSON
    ROWS = 6  # the body is what the next decisions are about, 8 bytes each as of `Frame.rows`
    TEXTS = 7  # the body is what lists say of notifications, by number, as JSON
    OUTCOMES = 8  # the body is what decisions have led to, 8 bytes each as of `Frame.outcomes`
    POINTS = 9  # the body is the curve's next points, 8 bytes a number as of `Frame.points`


class Message(NamedTuple):
    """One message about one feed."""

    feed: int
    kind: Kind
    body: bytes


class WireError(ValueError):
    """What was read is no message."""


def pack(message: Message) -> bytes:
    """Encodes a message.

    Raises:
        WireError: when the body is larger than `MAX_BODY`.
    """
    size = len(message.body)
    if size > MAX_BODY:
        raise WireError(f"a message of {size} bytes, where {MAX_BODY} is the most")
    return _HEAD.pack(message.feed, message.kind, size) + message.body


def unpack(read: Callable[[int], bytes]) -> Message | None:
    """Reads the next message; None at the end of the stream, also in the middle of a message.

    Args:
        read: returns exactly as many bytes as asked for, fewer only at the end of the stream.

    Raises:
        WireError: when the bytes are no message. What follows them cannot be read either.
    """
    head = read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    feed, kind, size = _HEAD.unpack(head)
    if size > MAX_BODY or kind not in tuple(Kind):
        raise WireError(f"a message of kind {kind} and {size} bytes")
    body = read(size)
    return Message(feed, Kind(kind), body) if len(body) == size else None
