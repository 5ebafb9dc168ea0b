"""The cells of a column, as text, become a column in memory.

Every source of a log (CSV, Parquet, DataFrame) hands its cells over as text, so that there is one
rule for what `True`, `1.0` or an empty cell means, wherever it stood.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Sequence
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
from gym_push.logs.quoting import quoted
from gym_push.logs.schema import LARGEST, Feature
from gym_push.spaces import UNKNOWN, Flag

ACTIONS = {"1": 1, "true": 1, "opened": 1, "0": 0, "false": 0, "dismissed": 0}
FLAGS = {"true": 1, "1": 1, "false": 0, "0": 0, UNKNOWN: 2, "": 2}

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
        self._codes.extend(each(self._known.__getitem__, cells))

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
        self._codes.extend(each(self._known.__getitem__, cells))

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
            numbers = np.fromiter(each(self._parse, cells), dtype=np.float64, count=len(cells))
        out = ~(np.abs(numbers) <= self._largest)
        self._refuse(cells, out, f"is not a finite number up to {self._largest:g}", "label")
        if self._integer:
            self._refuse(cells, numbers % 1 != 0, "is not a whole number", "number")
        self._numbers.frombytes(numbers.tobytes())

    def _parse(self, cell: str) -> float:
        if _is_hole(cell):
            if self._missing is None:
                raise ValueError(
                    f"{quoted(cell) if cell else 'the cell is empty'} where a number is needed; "
                    "say in the schema what it stands for (`missing`), or make the column a label"
                )
            return self._missing
        try:
            return float(cell)
        except ValueError:
            raise ValueError(
                f"{quoted(cell)} is not a number; mend it, or give the column another kind in the "
                "schema"
            ) from None

    def _refuse(self, cells: Sequence[str], bad: NDArray[np.bool_], why: str, kind: str) -> None:
        for index in np.flatnonzero(bad).tolist():
            if not _is_hole(cells[index]):  # what stands for a hole may be NaN
                raise BadCellError(
                    index,
                    f"{quoted(cells[index])} {why}; mend it, leave the row out, or make the "
                    f"column a {kind}",
                )

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
        for text in each(_utf8, cells):
            self._utf8 += text
            self._ends.append(len(self._utf8))

    def finish(self) -> TextColumn:
        """Returns all texts end to end."""
        return TextColumn(bytes(self._utf8), read_only(np.array(self._ends, dtype=np.int64)))


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
        return FLAGS[spelling(cell)]
    except KeyError:
        raise ValueError(
            f"{quoted(cell)} is none of true, false, 1, 0, unknown; mend it, or make the column a "
            "label"
        ) from None


def _action(cell: str) -> int:
    word = spelling(cell)
    if not word:
        raise ValueError("the action is missing; write what the person did, or leave the row out")
    try:
        return ACTIONS[word]
    except KeyError:
        known = ", ".join(ACTIONS)
        raise ValueError(
            f"action {quoted(cell)} is none of {known}{did_you_mean(word, ACTIONS)}"
        ) from None


def spelling(cell: str) -> str:
    """Returns the one spelling of a flag's or an action's cell: `true` for `True `, `1` for 1.0."""
    word = cell.strip().lower()
    return word[:-2] if word in ("1.0", "0.0") else word


def _is_hole(cell: str) -> bool:
    return spelling(cell) in ("", UNKNOWN)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ValueError(
            f"{quoted(text)} holds half of a character (a lone surrogate); mend the text"
        ) from None


def each(parse: Callable[[str], V], cells: Sequence[str]) -> list[V]:
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
