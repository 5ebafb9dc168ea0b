"""CSV files of public data sets, piece by piece, with errors that name row and column."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import LogError
from gym_push.logs.dialect import Dialect
from gym_push.logs.importing.looks import Look
from gym_push.logs.importing.moments import parsed
from gym_push.logs.text_sources import CSVFile
from gym_push.text import quoted

COMMAS: Final = Dialect(delimiter=",")

HOLES: Final = ("", "NA", "NaN", "nan", "None", "null", "unknown")
"""Cells without a value, as R, pandas and phones write them."""


@dataclass(frozen=True)
class Part:
    """Some rows of a file.

    Attributes:
        name: Of the file.
        first_row: The number of the first one; rows count from 1, below the header.
        columns: The cells by column.
    """

    name: str
    first_row: int
    columns: dict[str, list[str]]

    def __len__(self) -> int:
        """The number of rows."""
        return len(next(iter(self.columns.values())))

    def cells(self, column: str, kind: str | None) -> Any:
        """Returns cells of a kind of feature, as the method for it does."""
        if kind == "number":
            return self.numbers(column).tolist()
        return self.flags(column) if kind == "flag" else self.words(column)

    def words(self, column: str) -> list[str | None]:
        """Returns cells as they are; None are holes."""
        return [None if cell in HOLES else cell for cell in self.columns[column]]

    def numbers(self, column: str) -> NDArray[np.float64]:
        """Returns numbers; NaN are holes.

        Raises:
            LogError: A cell is not a finite number.
        """
        cells = self.columns[column]
        try:
            found = np.array(["nan" if cell in HOLES else cell for cell in cells], np.float64)
        except ValueError:
            found = np.array([self._number(column, row) for row in range(len(cells))])
        for row in np.flatnonzero(np.isinf(found)).tolist():
            raise self.refuse(column, row, "a finite number")
        return found

    def _number(self, column: str, row: int) -> float:
        cell = self.columns[column][row]
        try:
            return float("nan" if cell in HOLES else cell)
        except ValueError:
            raise self.refuse(column, row, "a number") from None

    def flags(self, column: str) -> list[bool | None]:
        """Returns true and false, however they are written; None are holes.

        Raises:
            LogError: A cell is neither.
        """
        found: list[bool | None] = []
        for row, cell in enumerate(self.columns[column]):
            word = cell.strip().lower()
            if word in ("true", "1", "1.0", "t"):
                found.append(True)
            elif word in ("false", "0", "0.0", "f"):
                found.append(False)
            elif cell in HOLES:
                found.append(None)
            else:
                raise self.refuse(column, row, "true or false")
        return found

    def times(self, column: str) -> list[datetime | None]:
        """Returns times, with their offset from UTC where they say it; None are holes.

        Raises:
            LogError: A cell is not a time.
        """
        found: list[datetime | None] = []
        for row, text in enumerate(self.words(column)):
            try:
                found.append(None if text is None else parsed(text))
            except ValueError:
                raise self.refuse(column, row, "a time such as 2015-07-24 17:31:24") from None
        return found

    def refuse(self, column: str, row: int, what: str) -> LogError:
        """Returns the error for a cell that is not what its column holds."""
        return LogError(
            f"{self.name}, row {self.first_row + row}, column {quoted(column)}: "
            f"{quoted(self.columns[column][row])} is not {what}; mend it, or leave the row out"
        )


def parts(paths: Sequence[Path], wanted: Collection[str]) -> Iterator[Part]:
    """Yields the rows of files with the same columns, one after the other.

    Raises:
        LogError: A file cannot be read, or lacks a wanted column.
    """
    for path in paths:
        lacking = [name for name in wanted if name not in Look.at(path).columns]
        if lacking:
            raise LogError(
                f"{path.name} has no column {quoted(lacking[0])}, which {paths[0].name} has; files "
                "of one data set have the same columns"
            )
        yield from _Table(path, COMMAS).parts(list(wanted))


class _Table(CSVFile):
    """A file of a data set; unlike a log's, its columns may have no name, as those of R and pandas.

    Every row has a cell for each column: one that was cut off is an error, not a row with holes.
    """

    def parts(self, wanted: Sequence[str]) -> Iterator[Part]:
        """Yields the rows, some at a time."""
        self._find_header()
        row = 1
        for columns in self._cells(wanted):
            part = Part(self._name, row, dict(zip(wanted, columns, strict=True)))
            row += len(part)
            yield part

    def _or_else(self) -> str:
        return ""
