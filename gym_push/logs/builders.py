"""The cells of a column, as text, become a column in memory."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from gym_push.logs import cells as rules
from gym_push.logs.columns import CodedColumn, NumberColumn, TextColumn, coded
from gym_push.logs.dialect import Dialect
from gym_push.logs.schema import LARGEST, Feature
from gym_push.spaces import UNKNOWN, Flag
from gym_push.text import quoted

_NOT_OF_NUMBERS = re.compile(r"[^0-9eE+. -]")
_LONGEST_HOLE = 16

C_co = TypeVar("C_co", covariant=True)
V = TypeVar("V")


class BadCellError(Exception):
    """A cell that its column cannot hold.

    Attributes:
        index: Where the cell is among those being added.
        problem: What is wrong and what to do, to follow "row 17, column 'x': ".
    """

    def __init__(self, index: int, problem: str) -> None:
        super().__init__(problem)
        self.index, self.problem = index, problem


class Builder(ABC, Generic[C_co]):
    """Makes a column of cells that it takes piece by piece."""

    @abstractmethod
    def add(self, cells: Sequence[str]) -> None:
        """Takes the next cells.

        Raises:
            BadCellError: The column cannot hold one of them.
        """

    @abstractmethod
    def finish(self) -> C_co:
        """Returns the column of all cells added so far."""


class Choices(Builder[C_co]):
    """A column with few spellings and many rows, whose cells are parsed once each.

    Args:
        parse: Returns the code of a cell.
        finished: Makes the column of the codes: int32, shape (rows,).
    """

    def __init__(
        self, parse: Callable[[str], int], finished: Callable[[NDArray[np.int32]], C_co]
    ) -> None:
        self._codes = array("i")
        self._code_of = _Parsed(parse)
        self._finished = finished

    def add(self, cells: Sequence[str]) -> None:
        """Takes the next choices."""
        self._codes.extend(_each(self._code_of.__getitem__, cells))

    def finish(self) -> C_co:
        """Returns the column."""
        return self._finished(np.array(self._codes, dtype=np.int32))


def labels(dialect: Dialect) -> Builder[CodedColumn]:
    """Returns the builder for words; a hole is `'unknown'`."""
    codes: dict[str, int] = {}

    def parse(cell: str) -> int:
        return codes.setdefault(UNKNOWN if dialect.is_hole(cell) else cell, len(codes))

    return Choices(parse, lambda column: coded(column, list(codes)))


def actions(dialect: Dialect) -> Builder[NDArray[np.int8]]:
    """Returns the builder for what the person did: 1 for opened, 0 for dismissed."""
    return Choices(lambda cell: rules.action(cell, dialect), lambda codes: codes.astype(np.int8))


def flags(dialect: Dialect) -> Builder[CodedColumn]:
    """Returns the builder for switches: codes into (False, True, 'unknown')."""

    def parse(cell: str) -> int:
        code = rules.flag(cell, dialect)
        if code is None:
            raise ValueError(
                f"{quoted(cell)} is not one of true, false, 1, 0, unknown; mend it, make the "
                "column a label, or say in the schema's dialect which words are true and false"
            )
        return code

    return Choices(parse, lambda codes: coded(codes, Flag.VALUES))


class Numbers(Builder[NumberColumn]):
    """Integers or numbers, as the feature says; it also says what a hole stands for."""

    def __init__(self, feature: Feature, dialect: Dialect) -> None:
        missing = math.nan if feature.role == "engagement" else None
        self._missing = missing if feature.missing is None else feature.missing
        self._unit, self._dialect = feature.unit, dialect
        self._integer = feature.kind == "integer"
        self._largest = LARGEST[feature.kind or "number"]
        self._numbers = array("d")

    def add(self, cells: Sequence[str]) -> None:
        """Takes the next numbers."""
        numbers = self._plain(cells)
        if numbers is None:
            numbers = np.array(_each(self._parse, cells), dtype=np.float64)
        out = ~(np.abs(numbers) <= self._largest)
        self._refuse(cells, out, f"is not a finite number up to {self._largest:g}", "label")
        if self._integer:
            self._refuse(cells, numbers % 1 != 0, "is not a whole number", "number")
        self._numbers.frombytes(numbers.tobytes())

    def _plain(self, cells: Sequence[str]) -> NDArray[np.float64] | None:
        """Returns cells at once if all are numbers as Python writes them: the usual case."""
        if self._dialect.decimal == "," or _NOT_OF_NUMBERS.search("".join(cells)):
            return None
        try:
            return np.fromiter(map(float, cells), dtype=np.float64, count=len(cells))
        except ValueError:
            return None

    def _parse(self, cell: str) -> float:
        number = rules.number(cell, self._dialect, self._unit)
        if number is not None:
            return number
        if not self._dialect.is_hole(cell):
            raise ValueError(rules.not_a_number(cell, self._dialect))
        if self._missing is None:
            raise ValueError(
                f"{quoted(cell) if cell else 'the cell is empty'} where a number is needed; "
                "say in the schema what it stands for (`missing`), or make the column a label"
            )
        return self._missing

    def _refuse(self, cells: Sequence[str], bad: NDArray[np.bool_], why: str, kind: str) -> None:
        for index in np.flatnonzero(bad).tolist():
            if not self._dialect.is_hole(cells[index]):  # what stands for a hole may be NaN
                raise BadCellError(
                    index,
                    f"{quoted(cells[index])} {why}; mend it, leave the row out, or make the "
                    f"column a {kind}",
                )

    def finish(self) -> NumberColumn:
        """Returns int64 for integers, else float64; integers with a hole stay float64."""
        numbers = np.array(self._numbers, dtype=np.float64)
        whole = self._integer and not np.isnan(numbers).any()
        return NumberColumn(numbers.astype(np.int64) if whole else numbers)


class Texts(Builder[TextColumn]):
    """Free text; a hole is the empty text."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._utf8 = bytearray()
        self._ends = array("q", [0])

    def add(self, cells: Sequence[str]) -> None:
        """Takes the next texts."""
        for text in _each(self._parse, cells):
            self._utf8 += text
            self._ends.append(len(self._utf8))

    def _parse(self, cell: str) -> bytes:
        if len(cell) < _LONGEST_HOLE and self._dialect.is_hole(cell):
            return b""
        try:
            return cell.encode()
        except UnicodeEncodeError:
            raise ValueError(
                f"{quoted(cell)} holds half of a character (a lone surrogate); mend the text"
            ) from None

    def finish(self) -> TextColumn:
        """Returns all texts end to end."""
        return TextColumn(bytes(self._utf8), np.array(self._ends, dtype=np.int64))


class Times(Builder["tuple[NDArray[np.int64], NDArray[np.int16] | None]"]):
    """Times of arrival; `unit` is that of times that are numbers."""

    def __init__(self, unit: str, dialect: Dialect) -> None:
        self._parse = lambda cell: rules.time(cell, dialect, unit)
        self._times, self._offsets = array("q"), array("h")

    def add(self, cells: Sequence[str]) -> None:
        """Takes the next times."""
        for time, offset in _each(self._parse, cells):
            self._times.append(time)
            self._offsets.append(offset)

    def finish(self) -> tuple[NDArray[np.int64], NDArray[np.int16] | None]:
        """Returns times and offsets as of a `NotificationLog`."""
        offsets = np.array(self._offsets, dtype=np.int16)
        told = (offsets != rules.NO_OFFSET).any()
        return np.array(self._times, dtype=np.int64), offsets if told else None


def builder(feature: Feature, dialect: Dialect) -> Builder[Any]:
    """Returns the builder for a feature whose kind is known."""
    if feature.kind in ("integer", "number"):
        return Numbers(feature, dialect)
    if feature.kind == "text":
        return Texts(dialect)
    return labels(dialect) if feature.kind == "label" else flags(dialect)


class _Parsed(dict[str, int]):
    """The code of each spelling, parsed when it is first met."""

    def __init__(self, parse: Callable[[str], int]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, cell: str) -> int:
        self[cell] = value = self._parse(cell)
        return value


def _each(parse: Callable[[str], V], cells: Sequence[str]) -> list[V]:
    """Parses cells; a ValueError becomes a BadCellError that names the cell."""
    try:
        return list(map(parse, cells))
    except ValueError:
        for index, cell in enumerate(cells):
            try:
                parse(cell)
            except ValueError as error:
                raise BadCellError(index, str(error)) from None
        raise
