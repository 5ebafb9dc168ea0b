"""The cells of a column, as text, become a column in memory."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from gym_push.logs import cells as rules
from gym_push.logs.answers import Answers, spelled
from gym_push.logs.columns import NumberColumn, TextColumn, coded
from gym_push.logs.dialect import Dialect
from gym_push.logs.lists import words_of
from gym_push.logs.schema import LARGEST, Feature
from gym_push.spaces import UNKNOWN, Flag
from gym_push.text import quoted

_NOT_OF_NUMBERS = re.compile(r"[^0-9eE+. -]")
_LONGEST_HOLE = 16

V = TypeVar("V")


class BadCellError(Exception):
    """A cell that its column cannot hold.

    Attributes:
        index: Where the cell is among those being parsed.
        problem: What is wrong and what to do, to follow "row 17, column 'x': ".
    """

    def __init__(self, index: int, problem: str) -> None:
        super().__init__(problem)
        self.index, self.problem = index, problem


class Parser(NamedTuple):
    """Makes a column of cells that come piece by piece.

    Attributes:
        parse: Parses the next cells; raises a BadCellError if the column cannot hold one of them.
        join: Makes the column of all that was parsed; raises a ValueError if it makes no sense.
    """

    parse: Callable[[Sequence[str]], Any]
    join: Callable[[list[Any]], Any]


def parser_of(feature: Feature, dialect: Dialect) -> Parser:
    """Returns the parser for a feature whose kind is known."""
    if feature.kind in LARGEST:
        numbers = _Numbers(feature, dialect)
        return Parser(numbers.parse, numbers.join)
    kinds = {"label": labels, "flag": _flags, "text": _texts, "list": _lists}
    return kinds[feature.kind or ""](dialect)


def labels(dialect: Dialect) -> Parser:
    """Returns the parser for words; a hole is `'unknown'`."""
    codes: dict[str, int] = {}

    def parse(cell: str) -> int:
        return codes.setdefault(UNKNOWN if dialect.is_hole(cell) else cell, len(codes))

    return _choices(parse, lambda column: coded(column, list(codes)))


def _lists(dialect: Dialect) -> Parser:
    """Returns the parser for lists of words; a hole is the empty list."""
    codes: dict[tuple[str, ...], int] = {}

    def parse(cell: str) -> int:
        words = () if dialect.is_hole(cell) else words_of(cell)
        if words is None:
            raise ValueError(
                f'{quoted(cell)} is not a list; write it like ["mail", "chat"], or give the column '
                "another kind in the schema"
            )
        return codes.setdefault(words, len(codes))

    return _choices(parse, lambda column: coded(column, list(codes)))


def actions(dialect: Dialect) -> Parser:
    """Returns the parser for what the person did: int8, 1 for opened and 0 for dismissed."""
    return _choices(lambda cell: rules.action(cell, dialect), lambda codes: codes.astype(np.int8))


def outcomes(answers: Answers, dialect: Dialect) -> Parser:
    """Returns the parser for outcomes of any values: labels, spelled as the answers name them."""
    values = [spelled(value) for value in answers.values]
    return _choices(answers.reader(dialect), lambda codes: coded(codes, values))


def _flags(dialect: Dialect) -> Parser:
    """Returns the parser for switches: codes into (False, True, 'unknown')."""

    def parse(cell: str) -> int:
        code = rules.flag(cell, dialect)
        if code is None:
            raise ValueError(
                f"{quoted(cell)} is not one of true, false, 1, 0, unknown; mend it, make the "
                "column a label, or say in the schema's dialect which words are true and false"
            )
        return code

    return _choices(parse, lambda codes: coded(codes, Flag.VALUES))


def _choices(parse: Callable[[str], int], column: Callable[[NDArray[np.int32]], Any]) -> Parser:
    """Returns the parser for few spellings in many rows, each of which is parsed once.

    Args:
        parse: Returns the code of a cell.
        column: Makes the column of the codes: int32, shape (rows,).
    """
    code_of = cache(parse)
    return Parser(
        lambda cells: np.array(_each(code_of, cells), dtype=np.int32),
        lambda pieces: column(np.concatenate(pieces)),
    )


def _texts(dialect: Dialect) -> Parser:
    """Returns the parser for free text; a hole is the empty text."""

    def parse(cell: str) -> bytes:
        if len(cell) < _LONGEST_HOLE and dialect.is_hole(cell):
            return b""
        try:
            return cell.encode()
        except UnicodeEncodeError:
            raise ValueError(
                f"{quoted(cell)} holds half of a character (a lone surrogate); mend the text"
            ) from None

    def parse_each(cells: Sequence[str]) -> tuple[bytes, list[int]]:
        texts = _each(parse, cells)
        return b"".join(texts), list(map(len, texts))

    def join(pieces: list[tuple[bytes, list[int]]]) -> TextColumn:
        lengths = chain.from_iterable(lengths for _, lengths in pieces)
        return TextColumn(
            b"".join(utf8 for utf8, _ in pieces), np.cumsum([0, *lengths], dtype=np.int64)
        )

    return Parser(parse_each, join)


def times(unit: str, dialect: Dialect) -> Parser:
    """Returns the parser for times of arrival, which makes times and offsets of a log.

    Args:
        unit: Of times that are numbers.
        dialect: How the cells are written.
    """

    def parse(cells: Sequence[str]) -> NDArray[np.int64]:
        parsed = _each(lambda cell: rules.time(cell, dialect, unit), cells)
        return np.array(parsed, dtype=np.int64).reshape(-1, 2)

    def join(pieces: list[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int16] | None]:
        times, offsets = np.concatenate(pieces).T
        told = (offsets != rules.NO_OFFSET).any()
        return times.copy(), offsets.astype(np.int16) if told else None

    return Parser(parse, join)


class _Numbers:
    """Integers or numbers, as the feature says; it also says what a hole stands for."""

    def __init__(self, feature: Feature, dialect: Dialect) -> None:
        missing = math.nan if feature.role == "engagement" else None
        self._missing = missing if feature.missing is None else feature.missing
        self._unit, self._dialect = feature.unit, dialect
        self._integer = feature.kind == "integer"
        self._largest = LARGEST[feature.kind or "number"]

    def parse(self, cells: Sequence[str]) -> NDArray[np.float64]:
        numbers = self._plain(cells)
        if numbers is None:
            numbers = np.array(_each(self._number, cells), dtype=np.float64)
        out = ~(np.abs(numbers) <= self._largest)
        self._refuse(cells, out, f"is not a finite number up to {self._largest:g}", "label")
        if self._integer:
            self._refuse(cells, numbers % 1 != 0, "is not a whole number", "number")
        return numbers

    def _plain(self, cells: Sequence[str]) -> NDArray[np.float64] | None:
        """Returns cells at once if all are numbers as Python writes them: the usual case."""
        if self._dialect.decimal == "," or _NOT_OF_NUMBERS.search("".join(cells)):
            return None
        try:
            return np.fromiter(map(float, cells), dtype=np.float64, count=len(cells))
        except ValueError:
            return None

    def _number(self, cell: str) -> float:
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

    def join(self, pieces: list[NDArray[np.float64]]) -> NumberColumn:
        """Returns int64 for integers, else float64; integers with a hole stay float64."""
        numbers = np.concatenate(pieces)
        whole = self._integer and not np.isnan(numbers).any()
        return NumberColumn(numbers.astype(np.int64) if whole else numbers)


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
