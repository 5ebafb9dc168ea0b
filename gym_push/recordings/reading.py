"""A recording read back. It may come from anybody: it is checked, and nothing in it is executed."""

from __future__ import annotations

import json
import math
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gym_push.recordings.expected import FIELDS, FRAMES, News, expected, expected_points
from gym_push.recordings.tape import FORMAT
from gym_push.viewer.basic_frame import BasicFrame, Decision
from gym_push.viewer.delivery_frame import PARTS, Delivery, DeliveryFrame
from gym_push.viewer.frame import Frame

MAX_UNFOLDED = 1 << 29
"""Bytes of lines; a file of some kilobytes could unfold to any number of them."""
MAX_OBJECTS = 1 << 24
"""Objects in the lines, of which each takes many times its bytes."""
MAX_DRAWN = 1 << 26
"""Numbers in the streams of all frames together; each frame has all so far of its episode."""

# What a field must be, beyond what makes a Frame of it.
KINDS: dict[str, tuple[type, ...]] = {
    "env": (str,),
    "episode": (int,),
    "epoch": (int,),
    "size": (int,),
    "user": (str, type(None)),
    "posted": (str, type(None)),
    "units": (dict,),
    "own_names": (dict,),
    "performance": (int, float, type(None)),
    "ctr": (int, float, type(None)),
    "user_ctr": (int, float, type(None)),
    "reward": (int, float),
    "now": (str, type(None)),
    "gained": (int, float),
    **dict.fromkeys(("minute", "minutes", "held", "delivered", "suppressed"), (int,)),
    "opened": (int, tuple),
    "dismissed": (int, tuple),
    "ignored": (int,),
}


def frames(data: bytes) -> Iterator[Frame]:
    """Returns the frames of `Tape.data()`, one after the other.

    Raises:
        ValueError: It is no recording, or a broken one.
    """
    first, *lines = _lines(data)
    if first != FORMAT:
        raise ValueError("it is no recording of this format")
    cells = iter(_cells(lines))
    if not lines:
        raise ValueError("nothing was recorded in it")
    notifications, contexts = _Table(), _Table()
    names: Any = None
    decisions, decided_so_far = memoryview(b""), 0
    before: Frame | None = None
    kind: Any = None
    drawn = 0
    for number, line in enumerate(lines, 2):
        try:
            names = line.get("names", names)
            posted, notification = notifications.take(line.get("notification"), names[0], 1)
            _, context = contexts.take(line.get("context"), names[1], 0)
            kind, goes_on = line.get("kind", kind), "episode" not in line
            if not goes_on:
                decisions, decided_so_far = memoryview(next(cells)), 0
            new = _news(line, goes_on)
            decided_so_far += len(new.decided)
            facts = {
                **expected(kind, before, new),
                **{name: _restored(name, line[name]) for name in FIELDS[kind] if name in line},
                "episode": line["episode"] if before is None or not goes_on else before.episode,
                "notification": notification,
                "context": context,
                "posted": posted[0],
                "decisions": decisions[:decided_so_far],
                "episodes": _episodes(before, line.get("episodes")),
            }
            if not all(isinstance(facts[name], KINDS[name]) for name in KINDS.keys() & facts):
                raise ValueError(line)
            before = _with_streams(_checked(FRAMES[kind](**facts)), before, line, new)
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
            raise ValueError(f"its line {number} is broken") from None
        drawn += len(before.outcomes) + len(before.points)
        drawn += len(before.episodes) if "episodes" in line else 0
        if drawn > MAX_DRAWN:
            raise ValueError("it unfolds to more than fits into a memory")
        yield before


def _news(line: dict[str, Any], goes_on: bool) -> News:
    """What a line adds to those before, but for points that are as expected."""
    decided = bytes(map(int, line.get("decided", "")))
    return News(goes_on, decided, list(line.get("known", ())), list(line.get("points", ())))


def _checked(frame: Frame) -> Frame:
    """Returns a frame, or refuses one whose fields do not go together."""
    if isinstance(frame, BasicFrame):
        wrong = len(frame.confusion) != 4 or not 0 <= frame.epoch <= frame.size
    else:
        assert isinstance(frame, DeliveryFrame)
        wrong = len(frame.parts) != len(PARTS) or not 0 <= frame.minute <= frame.minutes
    if wrong:
        raise ValueError(frame)
    return frame


def _with_streams(frame: Frame, before: Frame | None, line: dict[str, Any], new: News) -> Frame:
    """Returns a frame with what its outcomes and points are by now."""
    points = new.points if "points" in line else expected_points(frame, new)
    if before is None or not new.goes_on:
        outcomes, drawn = array("q"), array("d")
    else:
        outcomes, drawn = array("q", before.outcomes), array("d", before.points)
    outcomes.extend(new.known)
    drawn.extend(points)
    if any(not 0 <= outcome < 4 * len(frame.decisions) for outcome in new.known):
        raise ValueError(line)
    if not outcomes and not drawn:
        return frame
    return replace(frame, outcomes=memoryview(outcomes), points=memoryview(drawn))


class _Table:
    """The entries so far, and which of them was the last."""

    def __init__(self) -> None:
        self._entries: list[tuple[list[Any], dict[str, Any]]] = []
        self._last = -1

    def take(self, given: Any, names: list[str], head: int) -> tuple[list[Any], dict[str, Any]]:
        """Returns the first `head` values of an entry, and the others by name."""
        if isinstance(given, list):
            features = dict(zip(names, given[head:], strict=True))
            self._last = len(self._entries)
            self._entries.append((given[:head], features))
        else:
            self._last = self._last + 1 if given is None else given
            if self._last < 0:
                raise IndexError(self._last)
        return self._entries[self._last]


def _lines(data: bytes) -> list[dict[str, Any]]:
    inflate = zlib.decompressobj()
    try:
        text = inflate.decompress(data, MAX_UNFOLDED)
        if sum(map(text.count, (b"\n", b",", b"[", b"{"))) > MAX_OBJECTS:
            raise ValueError(len(text))
        lines = [
            json.loads(line, parse_constant=_finite, parse_float=_finite)
            for line in text.split(b"\n")[:-1]
        ]
    except (zlib.error, ValueError, RecursionError):
        raise ValueError("its data is damaged") from None
    if not inflate.eof or not lines or not all(isinstance(line, dict) for line in lines):
        raise ValueError("its data is damaged")
    return lines


def _finite(number: str) -> float:
    """Refuses what JSON has no word for, and what is too large for a number."""
    if math.isfinite(value := float(number)):
        return value
    raise ValueError(number)


def _cells(lines: list[dict[str, Any]]) -> list[bytes]:
    """The decisions of each episode, a byte each."""
    digits: list[list[str]] = []
    for line in lines:
        if "episode" in line or not digits:
            digits.append([])
        digits[-1].append(str(line.get("decided", "")))
    if not set("".join("".join(each) for each in digits)) <= set("0123"):
        raise ValueError("its data is damaged")
    return [bytes(map(int, "".join(each))) for each in digits]


def _episodes(before: Frame | None, change: Any) -> tuple[tuple[float, ...], ...]:
    known = before.episodes if before else ()
    return (*known[: change[0]], *map(tuple, change[1:])) if change else known


def _restored(name: str, value: Any) -> Any:
    if name == "decision":
        return value and _decision(value)
    if name in ("opened", "dismissed") and isinstance(value, list):
        return tuple(map(_decision, value))
    return tuple(value) if name in ("confusion", "parts") else value


def _decision(value: dict[str, Any]) -> Decision | Delivery:
    facts = {name: item for name, item in value.items() if name != "reward"}
    return Decision(**facts) if "user_action" in facts else Delivery(**facts)
