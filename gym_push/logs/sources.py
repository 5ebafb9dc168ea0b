"""Where a log comes from: CSV, Parquet or a DataFrame, as pieces of columns of text.

A source knows its column names at once and its cells piece by piece, so that a log of any length
is read in little memory, and twice where kinds are to be inferred.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from gym_push.errors import LogError, MissingExtraError

if TYPE_CHECKING:
    import pandas as pd

PIECE = 65_536  # rows that are read at a time
ENCODING = "utf-8-sig"  # UTF-8, with or without a byte order mark
GZIP = b"\x1f\x8b"  # how every gzipped file begins


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
                    f"{self.name}: column {position} is called {name!r}; give it a name in the "
                    "header"
                )
        for name in names:
            if names.count(name) > 1:
                raise LogError(
                    f"{self.name}: column {name!r} stands twice in the header; rename or remove one"
                )
        self.columns = tuple(names)


class CSVSource(Source):
    """A CSV file: UTF-8 with or without BOM, any line ends, perhaps gzipped."""

    def __init__(self, path: Path) -> None:
        """Reads the header."""
        self.name, self._path = path.name, path
        with self._open() as file:
            header = next(self._rows(file), None)
        if header is None:
            raise LogError(f"{self.name} is empty; a log begins with a line of column names")
        if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
            raise LogError(
                f"{self.name}: the header {header[0]!r} has no comma; a log's columns are "
                "separated by commas"
            )
        self._name_columns(header)

    def pieces(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        """Yields the cells of the wanted columns."""
        places = [self.columns.index(name) for name in wanted]
        width, done = len(self.columns), 0
        with self._open() as file:
            rows = self._rows(file)
            next(rows)
            while piece := list(islice(rows, PIECE)):
                for number, row in enumerate(piece, start=done + 1):
                    if len(row) != width:
                        raise LogError(
                            f"{self.name}, row {number}: {_count(len(row), 'cell')} where the "
                            f"header names {_count(width, 'column')}; mend the row (a comma in a "
                            "text needs quotes around the text)"
                        )
                yield [[row[place] for row in piece] for place in places]
                done += len(piece)

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
        raise LogError(f"{self.name} is not text but binary; a log is a CSV or a Parquet file")

    def _rows(self, file: TextIO) -> Iterator[list[str]]:
        """Yields the header and the rows as lists of cells; blank lines are passed over."""
        number = -1  # the header is row 0
        try:
            for row in csv.reader(file, strict=True):
                if row:
                    number += 1
                    yield row
        except csv.Error as error:
            raise LogError(
                f"{self.name}, {_place(number + 1)}: this is not CSV ({error}); look for a quote "
                "that is not closed"
            ) from None
        except UnicodeDecodeError:
            raise LogError(
                f"{self.name}, {self._first_undecodable()}: a byte is not UTF-8; save the file "
                "as UTF-8"
            ) from None
        except (OSError, EOFError, zlib.error) as error:
            raise _unreadable(self.name, error) from None

    def _first_undecodable(self) -> str:
        """Returns the place of the first byte that is not UTF-8; decoding runs ahead of rows."""
        rows = 0
        with self._open("surrogateescape") as file, suppress(csv.Error):
            for row in filter(None, csv.reader(file)):
                if any("\udc80" <= char <= "\udcff" for cell in row for char in cell):
                    break
                rows += 1
        return _place(rows)


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
        except (OSError, ValueError) as error:  # Arrow's own errors are ValueErrors
            raise _unreadable(self.name, error) from None
        self._name_columns(self._file.schema_arrow.names)

    def pieces(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        """Yields the cells of the wanted columns."""
        try:
            for batch in self._file.iter_batches(PIECE, columns=list(wanted)):
                yield [_as_text(batch.column(name).to_pylist()) for name in wanted]
        except (OSError, ValueError) as error:
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
            yield [_as_text(piece[name].tolist()) for name in wanted]


def open_source(data: str | Path | pd.DataFrame) -> Source:
    """Returns the source for a path or a DataFrame.

    Raises:
        LogError: There is no such file, or it is none that can be a log.
        MissingExtraError: A Parquet file, and PyArrow is not installed.
    """
    if isinstance(data, (str, Path)):
        path = Path(data)
        if path.is_dir():
            raise LogError(f"{data} is a folder; name the file in it that holds the log")
        return ParquetSource(path) if path.suffix in (".parquet", ".pq") else CSVSource(path)
    if hasattr(data, "columns") and hasattr(data, "iloc"):
        return FrameSource(data)
    raise LogError(f"a log is read from a path or a DataFrame, not from {type(data).__name__!r}")


def _as_text(cells: list[Any]) -> list[str]:
    """Returns cells as the text that a CSV file would hold; None, NaN and NaT are empty."""
    return [
        cell if type(cell) is str else "" if cell is None or _is_hole(cell) else str(cell)
        for cell in cells
    ]


def _is_hole(cell: Any) -> bool:
    """NaN and NaT differ from themselves; pandas.NA will not even compare."""
    try:
        return bool(cell != cell)
    except (TypeError, ValueError):
        return str(cell) == "<NA>"


def _unreadable(name: str, error: Exception) -> LogError:
    if isinstance(error, FileNotFoundError):
        return LogError(f"{name}: there is no such file; check the path")
    return LogError(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}")


def _place(row: int) -> str:
    return f"row {row}" if row > 0 else "the header"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
