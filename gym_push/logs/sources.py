"""Where a log comes from: CSV, Parquet or a DataFrame, as pieces of columns of text.

A source knows its column names at once and its cells piece by piece, so that a log of any length
is read in little memory, and twice where kinds are to be inferred.
"""

from __future__ import annotations

import csv
import gzip
import os
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, TextIO

from gym_push.errors import LogError, MissingExtraError
from gym_push.logs.quoting import quoted

if TYPE_CHECKING:
    import pandas as pd

PIECE = 4096  # rows that are read at a time: what a processor's cache holds is read fastest
ENCODING = "utf-8-sig"  # UTF-8, with or without a byte order mark
GZIP = b"\x1f\x8b"  # how every gzipped file begins
DAMAGED = (OSError, EOFError, zlib.error)  # what reading a gzipped file raises


class Source(ABC):
    """A table of text.

    Attributes:
        name: What to call it in messages.
        columns: The names of its columns; none stands twice.
    """

    name: str
    columns: tuple[str, ...]

    @abstractmethod
    def pieces(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        """Yields the cells of the wanted columns, column by column, some rows at a time.

        Raises:
            LogError: The source turns out broken.
        """

    def _name_columns(self, names: Sequence[Any]) -> None:
        """Sets the column names.

        Raises:
            LogError: One of them is empty, no text, or stands twice.
        """
        for position, name in enumerate(names, start=1):
            if not isinstance(name, str) or not name:
                raise LogError(
                    f"{self.name}: column {position} is called {quoted(name)}; give it a word for "
                    "a name, or leave it out (pandas: to_csv(..., index=False))"
                )
        for name in names:
            if names.count(name) > 1:
                raise LogError(
                    f"{self.name}: column {quoted(name)} stands twice in the header; rename or "
                    "remove one"
                )
        self.columns = tuple(names)


class CSVSource(Source):
    """A CSV file: UTF-8 with or without BOM, any line ends, perhaps gzipped."""

    def __init__(self, path: Path) -> None:
        """Reads the header."""
        self.name, self._path = path.name, path
        with self._open() as file, self._naming_trouble():
            header = next(self._rows(file), None)
        if header is None:
            raise LogError(f"{self.name} is empty; a log begins with a line of column names")
        if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
            raise LogError(
                f"{self.name}: the header {quoted(header[0])} has no comma; a log's columns are "
                "separated by commas"
            )
        self._name_columns(header)

    def pieces(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        """Yields the cells of the wanted columns."""
        places = [self.columns.index(name) for name in wanted]
        done = 0
        with self._open() as file, self._naming_trouble():
            rows = self._rows(file)
            next(rows)
            while piece := list(islice(rows, PIECE)):
                self._check_widths(piece, done + 1)
                yield [[row[place] for row in piece] for place in places]
                done += len(piece)

    def _check_widths(self, piece: list[list[str]], first_row: int) -> None:
        width = len(self.columns)
        if set(map(len, piece)) == {width}:
            return
        index = next(index for index, row in enumerate(piece) if len(row) != width)
        raise LogError(
            f"{self.name}, row {first_row + index}: {_count(len(piece[index]), 'cell')} where the "
            f"header names {_count(width, 'column')}; mend the row (a comma in a text needs quotes "
            "around the text)"
        )

    def _open(self, errors: str = "strict") -> TextIO:
        try:
            with self._path.open("rb") as raw:
                start = raw.read(1024)
            if start.startswith(GZIP):
                return gzip.open(self._path, "rt", encoding=ENCODING, errors=errors, newline="")
            if b"\0" not in start:
                return self._path.open(encoding=ENCODING, errors=errors, newline="")
        except OSError as error:
            raise _unreadable(self.name, error) from None
        raise LogError(
            f"{self.name} is binary, or text that is not UTF-8; a log is a CSV file saved as "
            "UTF-8, or a Parquet file whose name ends in .parquet"
        )

    @staticmethod
    def _rows(file: TextIO, strict: bool = True) -> Iterator[list[str]]:
        """Returns the header and the rows as lists of cells; blank lines are passed over."""
        return filter(None, csv.reader(file, strict=strict))

    @contextmanager
    def _naming_trouble(self) -> Iterator[None]:
        """Turns what can go wrong while rows are read into an error that names the row."""
        try:
            yield
        except csv.Error as error:
            raise LogError(
                f"{self.name}, {self._troubled_row(strict=True)}: this is not CSV ({error}); look "
                "for a quote that is not closed"
            ) from None
        except UnicodeDecodeError:
            raise LogError(
                f"{self.name}, {self._troubled_row(strict=False)}: a byte is not UTF-8; save the "
                "file as UTF-8"
            ) from None
        except DAMAGED as error:
            raise _unreadable(self.name, error) from None

    def _troubled_row(self, strict: bool) -> str:
        """Returns the first row that is no CSV or no UTF-8, for which it reads row by row again."""
        rows = 0
        with self._open("surrogateescape") as file, suppress(csv.Error, *DAMAGED):
            for row in self._rows(file, strict):
                if any("\udc80" <= char <= "\udcff" for cell in row for char in cell):
                    break
                rows += 1
        return f"row {rows}" if rows else "the header"


class ParquetSource(Source):
    """A Parquet file, read with PyArrow (extra `parquet`)."""

    def __init__(self, path: Path) -> None:
        """Reads the schema of the file."""
        try:
            import pyarrow.parquet
        except ImportError:
            raise MissingExtraError(f"reading {path.name}", "PyArrow", "parquet") from None
        self.name = path.name
        try:
            self._file = pyarrow.parquet.ParquetFile(path)
        except Exception as error:  # Arrow's errors have no common base
            raise _unreadable(self.name, error) from None
        self._name_columns(self._file.schema_arrow.names)

    def pieces(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        """Yields the cells of the wanted columns."""
        try:
            for batch in self._file.iter_batches(PIECE, columns=list(wanted)):
                yield [list(map(_text, batch.column(name).to_pylist())) for name in wanted]
        except Exception as error:
            raise _unreadable(self.name, error) from None


class FrameSource(Source):
    """A pandas DataFrame; its index is not looked at."""

    def __init__(self, frame: pd.DataFrame) -> None:
        """Reads the column names."""
        self.name, self._frame = "the DataFrame", frame
        self._name_columns(list(frame.columns))

    def pieces(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        """Yields the cells of the wanted columns."""
        for start in range(0, len(self._frame), PIECE):
            piece = self._frame.iloc[start : start + PIECE]
            yield [self._texts(name, piece[name].tolist(), start + 1) for name in wanted]

    def _texts(self, name: str, cells: list[Any], first_row: int) -> list[str]:
        texts: list[str] = []
        try:
            for cell in cells:
                texts.append(cell if type(cell) is str else _text(cell))
        except Exception as error:  # a cell can be any object, and its __str__ can do anything
            raise LogError(
                f"{self.name}, row {first_row + len(texts)}, column {quoted(name)}: a cell of type "
                f"{type(cells[len(texts)]).__name__} cannot be written as text "
                f"({shorten(str(error), 80)}); put a word or a number there"
            ) from None
        return texts


def open_source(data: str | Path | pd.DataFrame) -> Source:
    """Returns the source for a path or a DataFrame.

    Raises:
        LogError: There is no such file, or it is none that can be a log.
        MissingExtraError: A Parquet file, and PyArrow is not installed.
    """
    if isinstance(data, (str, Path)):
        if not set("\n\r\0").isdisjoint(str(data)):
            raise LogError(
                f"{quoted(str(data))} is no path; a log is read from a file, so save the text "
                "to one"
            )
        path = Path(data)
        if os.path.isdir(path):
            raise LogError(f"{path} is a folder; name the file in it that holds the log")
        parquet = path.suffix.lower() in (".parquet", ".pq")
        return ParquetSource(path) if parquet else CSVSource(path)
    if hasattr(data, "columns") and hasattr(data, "iloc"):
        return FrameSource(data)
    raise LogError(f"a log is read from a path or a pandas DataFrame, not from {type(data)}")


def _text(cell: Any) -> str:
    """Returns a cell as the text that a CSV file would hold; None, NaN, NaT and NA are empty."""
    return "" if cell is None or _is_hole(cell) else str(cell)


def _is_hole(cell: Any) -> bool:
    """NaN and NaT differ from themselves; pandas.NA will not even compare."""
    try:
        return bool(cell != cell)
    except Exception:  # not comparable, like NA, an array or a signalling NaN
        return str(cell) == "<NA>"


def _unreadable(name: str, error: Exception) -> LogError:
    if isinstance(error, FileNotFoundError):
        return LogError(f"{name}: there is no such file; check the path")
    if isinstance(error, OSError) and error.strerror:
        return LogError(f"{quoted(name)} cannot be read: {error.strerror}; check the path")
    why = shorten(str(error), 200)  # may hold bytes of the file, so it is quoted
    return LogError(f"{name} is damaged, or of an unknown kind ({why!r}); copy or make it again")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
