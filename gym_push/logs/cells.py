"""The cells of a column, as text, become a column in memory.

Every source of a log (CSV, Parquet, DataFrame) hands its cells over as text, so that there is one
rule for what `True`, `1.0` or an empty cell means, wherever it stood.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import did_you_mean
from gym_push.logs.columns import (
    CodedColumn,
    Column,
    NumberColumn,
    TextColumn,
    coded,
    read_only,
)
from gym_push.logs.schema import Feature
from gym_push.spaces import UNKNOWN, Flag

ACTIONS = {"1": 1, "true": 1, "opened": 1, "0": 0, "false": 0, "dismissed": 0}
FLAGS = {"true": 1, "1": 1, "false": 0, "0": 0, UNKNOWN: 2, "": 2}
LARGEST = {"number": 1e100, "integer": 2.0**53}  # what float64 scales, and counts, exactly
_EPOCH = datetime(1970, 1, 1)
_MILLISECONDS_FROM = 1e11  # as seconds the year 5138, as milliseconds 1973: no log is there

C_co = TypeVar("C_co", covariant=True)
V = TypeVar("V")


class BadCellError(Exception):
    """A cell that its column cannot hold.

    Attributes:
        index: Where the cell is, counted from the start of the cells that were being added.
        problem: What is wrong with it and what to do, to go behind "row 17, column 'x': ".
    """

    def __init__(self, index: int, problem: str) -> None:
        """Remembers where and what."""
        super().__init__(problem)
        self.index, self.problem = index, problem


class Builder(ABC, Generic[C_co]):
    """Takes the cells of one column, piece by piece, and makes a column of them."""

    @abstractmethod
    def add(self, cells: Sequence[str]) -> None:
        """Takes the next cells.

        Raises:
            BadCellError: The column cannot hold one of them.
        """

    @abstractmethod
    def finish(self) -> C_co:
        """Returns the column of all cells added so far."""


class Labels(Builder[CodedColumn]):
    """Words; an empty cell is `'unknown'`."""

    def __init__(self) -> None:
        """Starts with no label."""
        self._codes = array("i")
        self._vocabulary = _Vocabulary()

    def add(self, cells: Sequence[str]) -> None:
        """Takes the next words."""
        self._codes.extend(map(self._vocabulary.__getitem__, cells))

    def finish(self) -> CodedColumn:
        """Returns the labels, sorted."""
        return coded(np.array(self._codes, dtype=np.int32), self._vocabulary.words)


class Flags(Builder[CodedColumn]):
    """Switches: true, false or unknown in any case, 1 and 0; an empty cell is unknown."""

    def __init__(self) -> None:
        """Starts with no cell."""
        self._codes = bytearray()
        self._known = _Parsed(_flag)

    def add(self, cells: Sequence[str]) -> None:
        """Takes the next switches."""
        self._codes.extend(_each(self._known.__getitem__, cells))

    def finish(self) -> CodedColumn:
        """Returns codes into (False, True, 'unknown')."""
        codes = np.frombuffer(bytes(self._codes), dtype=np.uint8)
        return CodedColumn(codes, Flag.VALUES)


class Actions(Builder["NDArray[np.int8]"]):
    """What the person did: 1 for opened, 0 for dismissed."""

    def __init__(self) -> None:
        """Starts with no cell."""
        self._codes = bytearray()
        self._known = _Parsed(_action)

    def add(self, cells: Sequence[str]) -> None:
        """Takes the next actions."""
        self._codes.extend(_each(self._known.__getitem__, cells))

    def finish(self) -> NDArray[np.int8]:
        """Returns int8, shape (rows,), read-only."""
        return np.frombuffer(bytes(self._codes), dtype=np.int8)


class Numbers(Builder[NumberColumn]):
    """Integers or numbers.

    Args:
        feature: Says which, and what an empty or unknown cell stands for.
    """

    def __init__(self, feature: Feature) -> None:
        """Starts with no number."""
        missing = math.nan if feature.role == "engagement" else None
        self._missing = missing if feature.missing is None else feature.missing
        self._integer = feature.kind == "integer"
        self._largest = LARGEST[feature.kind or "number"]
        self._numbers = array("d")

    def add(self, cells: Sequence[str]) -> None:
        """Takes the next numbers."""
        try:
            numbers = np.fromiter(map(float, cells), dtype=np.float64, count=len(cells))
        except ValueError:
            numbers = np.fromiter(_each(self._parse, cells), dtype=np.float64, count=len(cells))
        self._refuse(cells, ~(np.abs(numbers) < self._largest), "is not a number in reach")
        if self._integer:
            self._refuse(cells, numbers % 1 != 0, "is not a whole number")
        self._numbers.frombytes(numbers.tobytes())

    def _parse(self, cell: str) -> float:
        if cell in ("", UNKNOWN):
            if self._missing is None:
                raise ValueError(
                    f"{'the cell is empty' if not cell else repr(cell)} where a number is needed; "
                    "say in the schema what it stands for (`missing`), or make the column a label"
                )
            return self._missing
        try:
            return float(cell)
        except ValueError:
            raise ValueError(
                f"{cell!r} is not a number; mend it, or give the column another kind in the schema"
            ) from None

    def _refuse(self, cells: Sequence[str], bad: NDArray[np.bool_], why: str) -> None:
        for index in np.flatnonzero(bad).tolist():
            if not (cells[index] in ("", UNKNOWN) and self._missing is not None):
                raise BadCellError(index, f"{cells[index]!r} {why}; mend it, or leave the row out")

    def finish(self) -> NumberColumn:
        """Returns int64 for integers, else float64; integers with a hole stay float64."""
        numbers = np.array(self._numbers, dtype=np.float64)
        if self._integer and not np.isnan(numbers).any():
            return NumberColumn(read_only(numbers.astype(np.int64)))
        return NumberColumn(read_only(numbers))


class Texts(Builder[TextColumn]):
    """Free text; an empty cell is the empty text."""

    def __init__(self) -> None:
        """Starts with no text."""
        self._utf8 = bytearray()
        self._ends = array("q", [0])

    def add(self, cells: Sequence[str]) -> None:
        """Takes the next texts."""
        for text in _each(str.encode, cells):
            self._utf8 += text
            self._ends.append(len(self._utf8))

    def finish(self) -> TextColumn:
        """Returns all texts end to end."""
        return TextColumn(bytes(self._utf8), read_only(np.array(self._ends, dtype=np.int64)))


class Times(Builder["NDArray[np.int64]"]):
    """Times of arrival: ISO 8601 as written (an offset is not applied), or a number since 1970.

    Args:
        unit: `"s"` or `"ms"` for numbers; `""` to tell by their size.
    """

    def __init__(self, unit: str) -> None:
        """Starts with no time."""
        self._unit = unit
        self._times = array("q")

    def add(self, cells: Sequence[str]) -> None:
        """Takes the next times."""
        self._times.extend(_each(self._parse, cells))

    def _parse(self, cell: str) -> int:
        try:
            number = float(cell)
        except ValueError:
            try:
                moment = datetime.fromisoformat(cell.strip().replace("Z", "+00:00"))
            except ValueError:
                raise ValueError(
                    f"{cell!r} is not a time; write it like 2019-02-18T04:55:12, "
                    "or as seconds or milliseconds since 1970"
                ) from None
            return round((moment.replace(tzinfo=None) - _EPOCH).total_seconds() * 1000)
        in_ms = self._unit == "ms" or (self._unit == "" and abs(number) >= _MILLISECONDS_FROM)
        milliseconds = number if in_ms else number * 1000
        if not abs(milliseconds) < 2.5e14:  # the year 9892: what datetime can still show
            raise ValueError(f"{cell!r} is not a time since 1970 that a calendar can show")
        return round(milliseconds)

    def finish(self) -> NDArray[np.int64]:
        """Returns milliseconds since 1970, local to the phone: int64, shape (rows,)."""
        return read_only(np.array(self._times, dtype=np.int64))


def builder(feature: Feature) -> Builder[Any]:
    """Returns the builder for a feature whose kind is known."""
    if feature.kind in ("integer", "number"):
        return Numbers(feature)
    plain: dict[str | None, Callable[[], Builder[Column]]] = {
        "label": Labels,
        "flag": Flags,
        "text": Texts,
    }
    return plain[feature.kind]()


class _Vocabulary(dict[str, int]):
    """Numbers words as they come; the empty word is another spelling of `'unknown'`."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def __missing__(self, word: str) -> int:
        if not word:
            self[word] = number = self[UNKNOWN]
            return number
        self[word] = number = len(self.words)
        self.words.append(word)
        return number


class _Parsed(dict[str, int]):
    """Remembers what a cell's text means: a flag has few spellings and many rows."""

    def __init__(self, parse: Callable[[str], int]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, cell: str) -> int:
        self[cell] = value = self._parse(cell)
        return value


def _flag(cell: str) -> int:
    try:
        return FLAGS[_spelling(cell)]
    except KeyError:
        raise ValueError(f"{cell!r} is none of true, false, 1, 0, unknown") from None


def _action(cell: str) -> int:
    spelling = _spelling(cell)
    if not spelling:
        raise ValueError("the action is missing; write what the person did, or leave the row out")
    try:
        return ACTIONS[spelling]
    except KeyError:
        known = ", ".join(ACTIONS)
        raise ValueError(
            f"action {cell!r} is none of {known}{did_you_mean(spelling, ACTIONS)}"
        ) from None


def _spelling(cell: str) -> str:
    spelling = cell.strip().lower()
    return spelling[:-2] if spelling in ("1.0", "0.0") else spelling


def _each(parse: Callable[[str], V], cells: Sequence[str]) -> list[V]:
    """Parses cells; a ValueError becomes a BadCellError that knows which cell it was."""
    try:
        return list(map(parse, cells))
    except ValueError:
        for index, cell in enumerate(cells):
            try:
                parse(cell)
            except ValueError as error:
                raise BadCellError(index, str(error)) from None
        raise
