"""Where a log comes from: files or a DataFrame, as pieces of columns of text.

A source knows its column names at once and its cells piece by piece, so that a log of any length
is read in little memory, and twice where kinds are to be inferred.
"""

from __future__ import annotations

import glob
import os
import warnings
import zipfile
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from gym_push.errors import LogError, MissingExtraError
from gym_push.logs.cells import text_of
from gym_push.logs.dialect import USUAL, WINDOWS, Dialect, guess
from gym_push.logs.quoting import listed, quoted

if TYPE_CHECKING:
    import pandas as pd

Data: TypeAlias = "str | Path | Sequence[str | Path] | pd.DataFrame"

PIECE: Final = 4096
"""Rows that are read at a time: what a processor's cache holds is read fastest."""
MOST_TIMES: Final = 100
"""How many characters, or rows, a file may hold for each of its bytes."""
MANY_ROWS: Final = 1 << 24
MUCH: Final = 1 << 28
"""How many rows, or characters, it may hold however small it is."""
MANY_CELLS: Final = 1 << 25
"""How many a workbook may hold."""
PARQUET: Final = (".parquet", ".pq")
JSON_LINES: Final = (".jsonl", ".ndjson")
SUFFIXES: Final = (".csv", ".tsv", ".xlsx", *JSON_LINES, *PARQUET)
"""Of the files in a folder that are parts of a log; also with .gz behind them."""


class Source(ABC):
    """A table of text.

    Attributes:
        name: What to call it in messages.
        dialect: How its cells are written.
        columns: The names of its columns; none stands twice.
    """

    columns: tuple[str, ...]

    def __init__(self, name: str, dialect: Dialect) -> None:
        """Has no columns yet."""
        self.name, self.dialect = name, dialect

    @abstractmethod
    def pieces(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        """Yields the cells of the wanted columns, column by column, some rows at a time.

        Raises:
            LogError: The source turns out broken.
        """

    def place(self, row: int) -> str:
        """Returns what to call a row, of those that were read; the first is 1."""
        return f"{self.name}, row {row}"

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
        for name, times in Counter(names).items():
            if times > 1:
                raise LogError(
                    f"{self.name}: column {quoted(name)} stands twice in the header; rename or "
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


class ParquetSource(Source):
    """A Parquet file, read with PyArrow (extra `parquet`)."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        """Reads the schema of the file."""
        super().__init__(path.name, dialect)
        try:
            import pyarrow.parquet
        except ImportError:
            raise MissingExtraError(f"reading {path.name}", "PyArrow", "parquet") from None
        try:
            self._file = pyarrow.parquet.ParquetFile(path)
        except Exception as error:  # Arrow's errors have no common base
            raise unreadable(self.name, error) from None
        if self._file.metadata.num_rows > most_unfolded(path, MANY_ROWS):
            raise unreadable(self.name, OSError("it claims more rows than its bytes can hold"))
        self._name_columns(self._file.schema_arrow.names)

    def pieces(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        """Yields the cells of the wanted columns."""
        done = 0
        for columns in self._batches(list(wanted)):
            yield [
                self._texts(name, cells, done + 1)
                for name, cells in zip(wanted, columns, strict=True)
            ]
            done += len(columns[0])

    def _batches(self, wanted: list[str]) -> Iterator[list[list[Any]]]:
        try:
            for batch in self._file.iter_batches(PIECE, columns=wanted):
                yield [batch.column(name).to_pylist() for name in wanted]
        except Exception as error:
            raise unreadable(self.name, error) from None


class FrameSource(Source):
    """A pandas DataFrame; its index is not looked at."""

    def __init__(self, frame: pd.DataFrame, dialect: Dialect, name: str = "the DataFrame") -> None:
        """Reads the column names."""
        super().__init__(name, dialect)
        self._frame = frame
        self._name_columns(list(frame.columns))

    def pieces(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        """Yields the cells of the wanted columns."""
        for start in range(0, len(self._frame), PIECE):
            piece = self._frame.iloc[start : start + PIECE]
            yield [self._texts(name, piece[name].tolist(), start + 1) for name in wanted]


class ManyFiles(Source):
    """Files with the same columns, one after the other.

    Args:
        paths: Two and more.
        dialect: How the cells of all of them are written.
    """

    def __init__(self, paths: Sequence[Path], dialect: Dialect) -> None:
        """Reads the column names of the first."""
        folder = paths[0].parent.resolve().name
        super().__init__(f"{len(paths)} files in {folder or 'the root'}", dialect)
        self._paths = paths
        self._begun = [(0, _open_file(paths[0], dialect))]
        self.columns = self._begun[0][1].columns

    def pieces(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        """Yields the cells of the wanted columns."""
        self._begun, done = [], 0
        for path in self._paths:
            source = _open_file(path, self.dialect)
            for name in wanted:
                if name not in source.columns:
                    raise LogError(
                        f"{source.name} has no column {quoted(name)}, which {self._paths[0].name} "
                        "has; files of one log have the same columns"
                    )
            self._begun.append((done, source))
            for piece in source.pieces(wanted):
                yield piece
                done += len(piece[0])

    def place(self, row: int) -> str:
        """Returns a row of the file that it is in."""
        before, source = self._begun[bisect_right([done for done, _ in self._begun], row - 1) - 1]
        return source.place(row - before)


def open_source(data: Data, dialect: Dialect) -> Source:
    """Returns the source for files or a DataFrame.

    Raises:
        LogError: There is no such file, or it is none that can be a log.
        MissingExtraError: A Parquet file or a workbook, and the package for it is not installed.
    """
    if hasattr(data, "columns") and hasattr(data, "iloc"):  # without loading pandas
        return FrameSource(cast("pd.DataFrame", data), dialect)
    paths = files_of(data)
    return _open_file(paths[0], dialect) if len(paths) == 1 else ManyFiles(paths, dialect)


def looks_of(source: Source) -> Dialect:
    """Returns the dialect that a source looks as if it were written in, by its first rows.

    Raises:
        LogError: They cannot be read.
    """
    return source.dialect.beside(guess(next(source.pieces(source.columns), [])))


def as_it_looks(data: Data) -> Source:
    """Returns the source for files or a DataFrame whose dialect nobody has said.

    Raises:
        LogError, MissingExtraError: As `open_source`.
    """
    try:
        return open_source(data, looks_of(open_source(data, USUAL)))
    except LogError as error:
        try:
            return open_source(data, looks_of(open_source(data, Dialect(encoding=WINDOWS))))
        except LogError:
            raise error from None


def files_of(data: Any) -> list[Path]:
    """Returns the files that a path, a folder, a pattern such as `logs/*.csv`, or a list names.

    Raises:
        LogError: There are none, or those in a folder are of several kinds.
    """
    if isinstance(data, (list, tuple)) and data and all(isinstance(p, (str, Path)) for p in data):
        found = [path for each in data for path in files_of(each)]
        if len(set(found)) < len(found):
            raise LogError(f"a file is named twice among {listed(map(str, found))}; name each once")
        return found
    if not isinstance(data, (str, Path)):
        raise LogError(
            "a log is read from a path, a list of paths or a pandas DataFrame, not from "
            f"{type(data)}"
        )
    if not set("\n\r\0").isdisjoint(str(data)):
        raise LogError(
            f"{quoted(str(data))} is no path; a log is read from a file, so save the text to one"
        )
    path = Path(data)
    if os.path.isdir(path):
        return _files_in(path)
    if os.path.exists(path) and not os.path.isfile(path):
        raise LogError(
            f"{path} is a pipe or a device, and a log is read more than once; save it to a file"
        )
    if os.path.exists(path) or not glob.has_magic(str(path)):
        return [path]
    found = sorted(filter(Path.is_file, map(Path, glob.glob(str(path), recursive=True))))
    if not found:
        raise LogError(f"{quoted(str(path))} is the name of no file; check the pattern")
    return found


def _files_in(folder: Path) -> list[Path]:
    found = sorted(
        each
        for each in folder.iterdir()
        if each.is_file() and kind_of(each) in SUFFIXES and not each.name.startswith(".")
    )
    kinds = sorted({kind_of(each) for each in found})
    if not found:
        raise LogError(
            f"{folder} is a folder without a file that ends in {', '.join(SUFFIXES)}; name the one "
            "with the log"
        )
    if len(kinds) > 1:
        raise LogError(
            f"the folder {folder} holds files of several kinds ({', '.join(kinds)}); name those "
            f"of one log, such as {folder / '*'}{kinds[0]}"
        )
    return found


def _open_file(path: Path, dialect: Dialect) -> Source:
    from gym_push.logs.text_sources import CSVSource, JSONLinesSource

    kind = kind_of(path)
    if kind in PARQUET:
        return ParquetSource(path, dialect)
    if kind == ".xlsx":
        return FrameSource(_workbook(path), dialect, path.name)
    return JSONLinesSource(path, dialect) if kind in JSON_LINES else CSVSource(path, dialect)


def _workbook(path: Path) -> pd.DataFrame:
    """Returns the only table of a workbook, read with openpyxl (extra `xlsx`)."""
    try:
        import openpyxl
    except ImportError:
        raise MissingExtraError(f"reading {path.name}", "openpyxl", "xlsx") from None
    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and the like, which are not read
            with zipfile.ZipFile(path) as folded:
                if sum(part.file_size for part in folded.infolist()) > most_unfolded(path, MUCH):
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
    [(header, *rows)] = tables.values()
    return pd.DataFrame(rows, columns=pd.Index(header, dtype=object), dtype=object)


def _rows_of(sheet: Any) -> list[list[Any]]:
    """Returns the rows of a sheet that are not empty, as wide as the last of them that is not."""
    sheet.reset_dimensions()  # which other programs write wrongly
    filled, cells = [], 0
    for row in sheet.iter_rows(values_only=True):
        cells += 1 + len(row)
        if cells > MANY_CELLS:
            raise OSError(f"it has more than {MANY_CELLS:,} cells")
        if any(cell is not None for cell in row):
            filled.append(list(row))
    width = max(
        (at + 1 for row in filled for at, cell in enumerate(row) if cell is not None), default=0
    )
    if width * len(filled) > MANY_CELLS:
        raise OSError(f"it has more than {MANY_CELLS:,} cells")
    return [(row + [None] * width)[:width] for row in filled]


def most_unfolded(path: Path, least: int) -> int:
    """Returns to how many characters, or rows, a file may unfold, but at least to so many.

    Logs are packed to a tenth or so; what was made to fill a memory, to a thousandth.
    """
    return max(least, MOST_TIMES * path.stat().st_size)


def kind_of(path: Path) -> str:
    """Returns the end of a file's name that says what it is: `.csv` of `log.csv.gz`."""
    name = path.name.lower()
    return Path(name.removesuffix(".gz")).suffix


def unreadable(name: str, error: Exception) -> LogError:
    """Returns the error for a file that cannot be read, or not to its end."""
    if isinstance(error, FileNotFoundError):
        return LogError(f"{name}: there is no such file; check the path")
    if isinstance(error, OSError) and error.strerror:
        return LogError(f"{quoted(name)} cannot be read: {error.strerror}; check the path")
    why = shorten(str(error), 200)  # may hold bytes of the file, so it is quoted
    return LogError(f"{name} is damaged, or of an unknown kind ({why!r}); copy or make it again")
