"""A run as lines of JSON, deflated: what a recording holds, and how it is read back.

    {"gym-push recording": 3}
    {"kind": "basic", "episode": 1, "epoch": 0, "notification": {...}, ..., "+decisions": [], ...}
    {"epoch": 1, "notification": {...}, ..., "+decisions": [{...}], "+points": [[1, 0, 0, 0, 1]]}

A line is a frame. One with `episode` begins an episode and is whole; each next one holds only the
fields that differ from the frame before. A name with a plus is a list that grows with the episode:
the line holds what is appended to it. So a reader merges lines, and knows no environment.

    +decisions  each as a line of a list on the page tells it, with its epoch
    +outcomes   [epoch, outcome, credit] of what decisions have led to
    +points     of the episode's curve, as of `basic_frame.points` or `Frame.points`

A recording may come from anybody: what is read is checked, and nothing in it is executed.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from gym_push.viewer.basic_frame import BasicFrame, points
from gym_push.viewer.days_frame import OUTCOME, POINT
from gym_push.viewer.frame import DIGITS, Frame, plain, spell, to_line

FORMAT: dict[str, Any] = {"gym-push recording": 3}
"""The first line."""

MAX_UNFOLDED = 1 << 29
"""Bytes of lines; a file of some kilobytes could unfold to any number of them."""

MAX_OBJECTS = 1 << 24
"""Objects in the lines, and fields of all frames: each takes many times its bytes in memory."""

TOO_MUCH = "it unfolds to more than fits into memory; record fewer episodes"

Fields: TypeAlias = "dict[str, Any]"
"""A line, or a whole frame, as JSON."""


class Tape:
    """Takes frames in their order and keeps them compressed, with the bundled log 75 bytes each."""

    def __init__(self) -> None:
        self._before: Fields = {}
        self._lengths = [0, 0, 0]
        self._compressor = zlib.compressobj(9)
        self._pieces = [self._compressor.compress(encode(FORMAT))]

    @property
    def empty(self) -> bool:
        """Whether no frame was added."""
        return not self._before

    def add(self, frame: Frame) -> None:
        """Writes one more frame."""
        told = plain(frame)
        assert isinstance(told, dict)
        del told["decision"]  # the last of the decisions
        fields: Fields = {**told, "episodes": plain(frame.episodes)}
        lengths = [len(frame.decisions), len(frame.outcomes), len(frame.points)]
        before, told_lengths = self._before, self._lengths
        goes_on = all(before.get(name) == fields[name] for name in ("kind", "episode"))
        if not goes_on or any(new < old for new, old in zip(lengths, told_lengths, strict=True)):
            before, told_lengths = {}, [0, 0, 0]
        line = {
            name: value
            for name, value in fields.items()
            if name not in before or before[name] != value
        }
        majority = before.get("majority", 0)
        for name, items in _new(frame, told_lengths, majority).items():
            if items or not before:
                line[f"+{name}"] = items
        self._pieces.append(self._compressor.compress(encode(line)))
        self._before, self._lengths = fields, lengths

    def copy(self) -> Tape:
        """Returns one that goes on by itself: what is added to it is not added here."""
        twin = Tape()
        twin.__dict__.update(
            self.__dict__,
            _compressor=self._compressor.copy(),
            _pieces=[piece for piece in self._pieces if piece],
        )
        return twin

    def data(self) -> bytes:
        """Returns all lines, deflated (zlib, RFC 1950). More may be added afterwards."""
        return b"".join([*self._pieces, self._compressor.copy().flush()])


def encode(line: Fields) -> bytes:
    """Returns a line of JSON in ASCII, so that any text of a notification stays one line."""
    return json.dumps(line, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def frames(data: bytes) -> Iterator[tuple[Fields, Fields]]:
    """Yields each line of a recording, and the whole frame that it makes.

    Frames of an episode share their lists, which grow from one frame to the next.

    Args:
        data: As of `Tape.data()`, or anything.

    Raises:
        ValueError: This is not a recording, or a broken one.
    """
    first, *lines = _lines(data)
    if first != FORMAT:
        raise ValueError(
            "an older version of gym-push recorded it; record the run again"
            if first in ({"gym-push recording": 1}, {"gym-push recording": 2})
            else "it is not the recording of a run; give a file that gym_push.record() has written"
        )
    if not lines:
        raise ValueError("nothing was recorded in it; record at least one reset")
    frame: Fields = {}
    fields = 0
    for number, line in enumerate(lines, 2):
        frame = {} if "episode" in line else frame.copy()
        for name, value in line.items():
            if name.startswith("+"):
                name, items = name[1:], value
                value = frame.get(name, [])
                if not isinstance(items, list) or not isinstance(value, list):
                    raise ValueError(f"its line {number} is broken; record the run again")
                value += items
            frame[name] = value
        fields += len(frame)
        if fields > MAX_OBJECTS:
            raise ValueError(TOO_MUCH)
        yield line, frame


def _new(frame: Frame, lengths: Sequence[int], majority: int) -> dict[str, list[Any]]:
    """Returns what a frame appends to the lists of its episode.

    Args:
        frame: The frame.
        lengths: Of its decisions, outcomes and points before.
        majority: As of the frame before.
    """
    decided, known, drawn = lengths
    decisions = bytes(frame.decisions[decided:])
    lines = enumerate(zip(decisions, frame.rows[decided:], strict=True), decided + 1)
    new: list[Any]
    if isinstance(frame, BasicFrame):
        before = [count - decisions.count(3 - at) for at, count in enumerate(frame.confusion)]
        new = list(points([*before, majority], decisions))
    else:
        new = np.array(frame.points[drawn:]).reshape(-1, POINT).tolist()
    outcomes = np.array(frame.outcomes[known:]).reshape(-1, OUTCOME).tolist()
    return {
        "decisions": [
            {"epoch": epoch, **spell(frame.kind, cell), **to_line(frame.about(row))}
            for epoch, (cell, row) in lines
        ],
        "outcomes": [
            [int(index) + 1, int(outcome), round(credit, DIGITS)]
            for index, outcome, credit in outcomes
        ],
        "points": new,
    }


def _lines(data: bytes) -> list[Fields]:
    inflate = zlib.decompressobj()
    try:
        text = inflate.decompress(data, MAX_UNFOLDED)
    except zlib.error:
        text = b""
    if sum(map(text.count, (b"\n", b",", b"[", b"{"))) > MAX_OBJECTS:
        raise ValueError(TOO_MUCH)
    try:
        lines = [
            json.loads(line, parse_constant=_finite, parse_float=_finite, parse_int=_whole)
            for line in text.split(b"\n")[:-1]
        ]
    except (ValueError, RecursionError):
        lines = []
    if not inflate.eof or not lines or not all(isinstance(line, dict) for line in lines):
        raise ValueError("its data is damaged; record the run again")
    return lines


def _finite(number: str) -> float:
    """Refuses what JSON has no word for, and what is too large for a number."""
    if math.isfinite(value := float(number)):
        return value
    raise ValueError(number)


def _whole(number: str) -> int:
    _finite(number)
    return int(number)
