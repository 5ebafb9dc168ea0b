"""Columns of a log in memory: a few bytes for each row, and no Python object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push.spaces import Flag

Rows: TypeAlias = "slice | NDArray[np.integer[Any]]"


@dataclass(frozen=True, eq=False)
class Frozen:
    """A dataclass whose arrays are read-only, also after it was pickled."""

    def __post_init__(self) -> None:
        """Makes the arrays read-only."""
        for part in self.__reduce__()[1]:
            if isinstance(part, np.ndarray):
                read_only(part)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        """Pickles what it was made of."""
        return type(self), tuple(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True, eq=False)
class CodedColumn(Frozen):
    """Labels, flags and lists: a small integer for each row, and the values they stand for.

    Attributes:
        codes: Unsigned integers of the smallest dtype that holds them, shape (rows,).
        values: The distinct values, sorted; `codes` index into them. Those of lists are tuples.
    """

    codes: NDArray[np.unsignedinteger[Any]]
    values: tuple[bool | str | tuple[str, ...], ...]

    def take(self, rows: Rows) -> list[Any]:
        """Returns the values of these rows."""
        values = self.values
        return [values[code] for code in self.codes[rows].tolist()]

    def select(self, rows: NDArray[np.int64]) -> CodedColumn:
        """Returns a column of these rows alone, and of the labels that occur in them."""
        return coded(self.codes[rows], self.values)


@dataclass(frozen=True, eq=False)
class NumberColumn(Frozen):
    """Integers and numbers: int64 or float64, shape (rows,)."""

    numbers: NDArray[np.int64] | NDArray[np.float64]

    def take(self, rows: Rows) -> list[Any]:
        """Returns the numbers of these rows as int or float."""
        taken: list[Any] = self.numbers[rows].tolist()
        return taken

    def select(self, rows: NDArray[np.int64]) -> NumberColumn:
        """Returns a column of these rows alone."""
        return NumberColumn(self.numbers[rows])


@dataclass(frozen=True, eq=False)
class TextColumn(Frozen):
    """Texts, end to end in one UTF-8 string.

    Attributes:
        utf8: All texts, one after the other.
        ends: Where in `utf8` each row's text ends: int64, shape (rows + 1,), the first is 0.
    """

    utf8: bytes
    ends: NDArray[np.int64]

    def take(self, rows: Rows) -> list[Any]:
        """Returns the texts of these rows."""
        begins = self.ends[:-1][rows].tolist()
        return [
            self.utf8[begin:end].decode()
            for begin, end in zip(begins, self.ends[1:][rows].tolist(), strict=True)
        ]

    def select(self, rows: NDArray[np.int64]) -> TextColumn:
        """Returns a column of these rows alone."""
        texts = [text.encode() for text in self.take(rows)]
        ends = np.cumsum([0, *map(len, texts)], dtype=np.int64)
        return TextColumn(b"".join(texts), ends)


Column: TypeAlias = "CodedColumn | NumberColumn | TextColumn"


def row_count(column: Column) -> int:
    """Returns how many rows a column has."""
    if isinstance(column, TextColumn):
        return len(column.ends) - 1
    return len(column.codes if isinstance(column, CodedColumn) else column.numbers)


def coded(codes: NDArray[Any], values: Sequence[bool | str | tuple[str, ...]]) -> CodedColumn:
    """Returns a coded column with sorted values and the smallest codes.

    Labels that do not occur are left out, so that equal logs have equal columns. A flag has the
    same three values in every log.

    Args:
        codes: Indices into `values`, shape (rows,).
        values: Different values in any order.
    """
    is_flag = False in values[: len(Flag.VALUES)]
    if len(codes) < len(values) and not is_flag:  # some rows of many labels
        some, codes = np.unique(codes, return_inverse=True)
        values = [values[code] for code in some.tolist()]
    used = np.bincount(codes, minlength=len(values)) > 0
    found = range(len(values)) if is_flag else np.flatnonzero(used).tolist()
    ranked = sorted(found, key=lambda code: str(values[code]))
    dtype = np.min_scalar_type(max(len(ranked) - 1, 0))
    rank = np.empty(len(values), dtype=dtype)
    rank[ranked] = np.arange(len(ranked), dtype=dtype)
    return CodedColumn(rank[codes], tuple(values[code] for code in ranked))


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Returns the same array, no longer writeable."""
    array.setflags(write=False)
    return array
