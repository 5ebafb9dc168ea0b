"""Text in lines of a greatest width: of columns in a terminal, of pixels in a picture."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator

Measure = Callable[[str], float]
"""Returns the width of a line."""


def columns(line: str) -> int:
    """Returns how many columns of a terminal a printable line takes."""
    return sum(map(_columns, line))


def clip(line: str, width: float, measure: Measure) -> str:
    """Returns as much of a line as fits into `width`; three dots stand for the rest."""
    if measure(line) <= width:
        return line
    return line[: _room(line, width - measure("…"), measure)].rstrip() + "…"


def wrap(
    line: str, width: float, most: int, measure: Measure, *, between: str = " "
) -> Iterator[str]:
    """Breaks a line at what is `between` its parts, or within a part that is too long.

    The last of the `most` lines ends with three dots if something is left.
    """
    for _ in range(most - 1):
        end = max(1, _room(line, width, measure))
        if end < len(line):
            gap = line.rfind(between, 0, end + len(between))
            end = gap if gap > 0 else end
        yield line[:end]
        line = line[end:].removeprefix(between)
        if not line:
            return
    yield clip(line, width, measure)


def _room(line: str, width: float, measure: Measure) -> int:
    """How many characters of a line fit into `width`."""
    return bisect_right(range(1, len(line) + 1), width, key=lambda end: measure(line[:end]))


def _columns(char: str) -> int:
    if char == "\ufe0f":  # makes the sign before it an emoji, which is wide
        return 1
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
