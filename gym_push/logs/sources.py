"""Sources of a log: tables that give their cells as text, piece by piece.

A source knows its column names at once and its cells piece by piece, so that a log of any length
is read in little memory, and twice where kinds are to be inferred. Tables whose cells have types
are here; text files are in `text_sources.py`.
"""

from __future__ import annotations

import warnings
import zipfile
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, ClassVar, Final

from gym_push.errors import LogError, extra_import
from gym_push.logs.cells import text_of
from gym_push.logs.dialect import Dialect, guess
from gym_push.text import listed, quoted

if TYPE_CHECKING:
    import pandas as pd

MOST_TIMES: Final = 100
"""Characters, or rows, that a file may hold for each of its bytes."""
MANY_ROWS: Final = 1 << 24
MUCH: Final = 1 << 28
"""Rows, or characters, that a file may hold however small it is."""
MANY_CELLS: Final = 1 << 25
"""Cells that a workbook may hold."""


class Source(ABC):
    """A table of text.

    Attributes:
        name: What messages call it.
        dialect: How its cells are written.
        columns: The names of its columns, each different.
    """

    PIECE: ClassVar[int] = 4096
    """Rows read at a time; about what a processor's cache holds."""
    PLAIN: ClassVar[bool] = False
    """Whether its cells are text already."""

    columns: tuple[str, ...]

    def __init__(self, name: str, dialect: Dialect) -> None:
        self.name, self.dialect = name, dialect

    @abstractmethod
    def _cells(self, wanted: Sequence[str]) -> Iterator[list[list[Any]]]:
        """Yields the cells of the wanted columns, column by column, some rows at a time."""

    def pieces(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        """Yields the cells of the wanted columns, column by column, some rows at a time.

        Raises:
            LogError: The source turns out broken.
        """
        first_row = 1
        for columns in self._cells(wanted):
            if self.PLAIN:
                yield columns
                continue
            named = zip(wanted, columns, strict=True)
            yield [self._texts(name, cells, first_row) for name, cells in named]
            first_row += len(columns[0])

    def place(self, row: int) -> str:
        """Returns what messages call a row that was read; the first is 1."""
        return f"{self.name}, row {row}"

    def _name_columns(self, names: Sequence[Any]) -> None:
        """Sets the column names.

        Raises:
            LogError: One of them is empty, not text, or repeated.
        """
        for position, name in enumerate(names, start=1):
            if not isinstance(name, str) or not name:
                raise LogError(
                    f"{self.name}: column {position} is called {quoted(name)}; give it a word for "
                    "a name, or leave it out (pandas: to_csv(..., index=False))"
                )
        for name, times in Counter(names).items():
            if times > 1:
                raise LogError(
                    f"{self.name}: column {quoted(name)} appears twice in the header; rename or "
                    "remove one"
                )
        self.columns = tuple(names)

    def _texts(self, column: str, cells: Sequence[Any], first_row: int) -> list[str]:
        """Returns cells of any type as text."""
        texts: list[str] = []
        try:
            for cell in cells:
                texts.append(text_of(cell, self.dialect))
        except Exception as error:  # a cell can be any object, and its __str__ can do anything
            raise LogError(
                f"{self.place(first_row + len(texts))}, column {quoted(column)}: a cell of type "
                f"{type(cells[len(texts)]).__name__} cannot be written as text "
                f"({shorten(str(error), 120)}); put a word or a number there"
            ) from None
        return texts


class FrameSource(Source):
    """A pandas DataFrame; its index is ignored."""

    def __init__(self, frame: pd.DataFrame, dialect: Dialect) -> None:
        super().__init__("the DataFrame", dialect)
        self._frame = frame
        self._name_columns(list(frame.columns))

    def _cells(self, wanted: Sequence[str]) -> Iterator[list[list[Any]]]:
        for start in range(0, len(self._frame), self.PIECE):
            piece = self._frame.iloc[start : start + self.PIECE]
            yield [piece[name].tolist() for name in wanted]


class ParquetSource(Source):
    """A Parquet file, read with PyArrow (extra `parquet`)."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        super().__init__(path.name, dialect)
        with extra_import(f"reading {path.name}", "PyArrow", "parquet"):
            import pyarrow.parquet
        try:
            self._file = pyarrow.parquet.ParquetFile(path)
        except Exception as error:  # Arrow's errors have no common base
            raise unreadable(self.name, error) from None
        if self._file.metadata.num_rows > most_unfolded(path, MANY_ROWS):
            raise unreadable(self.name, OSError("it claims more rows than its bytes can hold"))
        self._name_columns(self._file.schema_arrow.names)

    def _cells(self, wanted: Sequence[str]) -> Iterator[list[list[Any]]]:
        try:
            for batch in self._file.iter_batches(self.PIECE, columns=list(wanted)):
                yield [batch.column(name).to_pylist() for name in wanted]
        except Exception as error:
            raise unreadable(self.name, error) from None


class WorkbookSource(Source):
    """The only table of an Excel workbook, read with openpyxl (extra `xlsx`)."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        super().__init__(path.name, dialect)
        with extra_import(f"reading {path.name}", "openpyxl", "xlsx"):
            import openpyxl
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and the like, which are not read
                with zipfile.ZipFile(path) as packed:
                    size = sum(part.file_size for part in packed.infolist())
                if size > most_unfolded(path, MUCH):
                    raise OSError(f"it unfolds to more than {MOST_TIMES} times its size")
                book = openpyxl.load_workbook(path, read_only=True, data_only=True)
                sheets = {sheet.title: _rows_of(sheet) for sheet in book.worksheets}
                book.close()
        except Exception as error:  # openpyxl's errors have no common base
            raise unreadable(path.name, error) from None
        tables = {title: rows for title, rows in sheets.items() if rows}
        if len(tables) > 1:
            raise LogError(
                f"{path.name} has tables in several sheets ({listed(tables)}); keep one of them"
            )
        if not tables:
            raise LogError(f"{path.name} is empty; a log begins with a line of column names")
        [(header, *self._rows)] = tables.values()
        self._name_columns(header)

    def _cells(self, wanted: Sequence[str]) -> Iterator[list[list[Any]]]:
        places = [self.columns.index(name) for name in wanted]
        for start in range(0, len(self._rows), self.PIECE):
            piece = self._rows[start : start + self.PIECE]
            yield [[row[place] for row in piece] for place in places]


def _rows_of(sheet: Any) -> list[list[Any]]:
    """Returns the rows of a sheet with any cell filled, cut or padded to the last filled column."""
    sheet.reset_dimensions()  # which other programs write wrongly
    rows, cells, width = [], 0, 0
    for row in sheet.iter_rows(values_only=True):
        filled = [place for place, cell in enumerate(row, start=1) if cell is not None]
        cells += 1 + len(row)
        if filled:
            rows.append(list(row))
            width = max(width, filled[-1])
        if max(cells, width * len(rows)) > MANY_CELLS:
            raise OSError(f"it has more than {MANY_CELLS:,} cells")
    return [(row + [None] * width)[:width] for row in rows]


def looks_of(source: Source) -> Dialect:
    """Returns the dialect that the first rows of a source look written in.

    Raises:
        LogError: They cannot be read.
    """
    return source.dialect.beside(guess(next(source.pieces(source.columns), [])))


def most_unfolded(path: Path, least: int) -> int:
    """Returns the most characters, or rows, that a file may unfold to, `least` at any size.

    Logs are packed to about a tenth; what is made to fill a memory, to a thousandth.
    """
    return max(least, MOST_TIMES * path.stat().st_size)


def kind_of(path: Path) -> str:
    """Returns the suffix of a file's name without `.gz`: `.csv` of `log.csv.gz`."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def unreadable(name: str, error: Exception) -> LogError:
    """Returns the error for a file that cannot be read, or not to its end."""
    if isinstance(error, FileNotFoundError):
        return LogError(f"{name}: there is no such file; check the path")
    if isinstance(error, OSError) and error.strerror:
        return LogError(f"{quoted(name)} cannot be read: {error.strerror}; check the path")
    why = shorten(str(error), 200)  # may hold bytes of the file, so it is quoted
    return LogError(f"{name} is damaged, or of an unknown kind ({why!r}); copy or make it again")
