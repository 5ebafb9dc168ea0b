"""Sources of a log: tables that give their cells as text, piece by piece.

So a log of any length is read in little memory, and twice where kinds are to be inferred. Tables
whose cells have types are here; text files are in `text_sources.py`.
"""

from __future__ import annotations

import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, TypeAlias

from gym_push.errors import LogError, extra_import
from gym_push.logs.cells import text_of
from gym_push.logs.dialect import Dialect, guess
from gym_push.logs.lists import LISTS
from gym_push.text import listed, quoted

if TYPE_CHECKING:
    import pandas as pd

Cells: TypeAlias = "Callable[[Sequence[str]], Iterator[list[list[Any]]]]"

MOST_TIMES: Final = 100
"""Characters, or rows, that a file may hold for each of its bytes."""
MANY_ROWS: Final = 1 << 24
MUCH: Final = 1 << 28
"""Rows, or characters, that a file may hold however small it is."""
MANY_CELLS: Final = 1 << 25
"""Cells that a workbook may hold."""


class Piece(NamedTuple):
    """Some rows of a source.

    Attributes:
        source: What messages call the file or the table that they are in.
        first_row: Where they begin in it; rows count from 1.
        columns: The cells of each wanted column.
        kept: Where in the piece the rows are, if some of them were left out.
    """

    source: str
    first_row: int
    columns: list[list[str]]
    kept: Sequence[int] | None = None

    def place(self, index: int) -> str:
        """Returns what messages call one of the rows."""
        index = index if self.kept is None else self.kept[index]
        return f"{self.source}, row {self.first_row + index}"


@dataclass(frozen=True)
class Source:
    """A table of text.

    Attributes:
        name: What messages call it.
        dialect: How its cells are written.
        columns: The names of its columns, each different.
        pieces: Yields the cells of the wanted columns, some rows at a time; raises a LogError where
            the source is broken.
    """

    PIECE: ClassVar[int] = 4096
    """Rows read at a time; about what a processor's cache holds."""

    name: str
    dialect: Dialect
    columns: Sequence[str]
    pieces: Callable[[Sequence[str]], Iterator[Piece]]

    @classmethod
    def of(
        cls, name: str, dialect: Dialect, columns: Sequence[Any], cells: Cells, plain: bool = False
    ) -> Source:
        """Returns the source of a table with cells of any type.

        Args:
            name: What messages call it.
            dialect: How cells are written.
            columns: The header.
            cells: Yields the cells of the wanted columns, column by column, some rows at a time.
            plain: Whether its cells are text already.

        Raises:
            LogError: A column's name is empty, not text, or repeated.
        """
        for position, column in enumerate(columns, start=1):
            if not isinstance(column, str) or not column:
                raise LogError(
                    f"{name}: column {position} is called {quoted(column)}; give it a word for a "
                    "name, or leave it out (pandas: to_csv(..., index=False))"
                )
        for column, times in Counter(columns).items():
            if times > 1:
                raise LogError(
                    f"{name}: column {quoted(column)} appears twice in the header; rename or "
                    "remove one"
                )

        def pieces(wanted: Sequence[str]) -> Iterator[Piece]:
            first_row = 1
            for some in cells(wanted):
                piece = Piece(name, first_row, some)
                yield piece if plain else _as_text(piece, wanted, dialect)
                first_row += len(some[0])

        return cls(name, dialect, columns, pieces)


def _as_text(piece: Piece, names: Sequence[str], dialect: Dialect) -> Piece:
    """Returns a piece whose cells of any type are text."""
    columns = []
    for name, cells in zip(names, piece.columns, strict=True):
        texts: list[str] = []
        try:
            for cell in cells:
                texts.append(text_of(cell, dialect))
        except Exception as error:  # a cell can be any object, and its __str__ can do anything
            raise LogError(
                f"{piece.place(len(texts))}, column {quoted(name)}: a cell of type "
                f"{type(cells[len(texts)]).__name__} cannot be written as text "
                f"({shorten(str(error), 120)}); put a word or a number there"
            ) from None
        columns.append(texts)
        _refuse_some_lists(piece, name, cells, texts)
    return piece._replace(columns=columns)


def _refuse_some_lists(piece: Piece, name: str, cells: Sequence[Any], texts: Sequence[str]) -> None:
    if set(map(type, cells)).isdisjoint(LISTS):
        return
    for index, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        if text and not isinstance(cell, LISTS):
            raise LogError(
                f"{piece.place(index)}, column {quoted(name)}: {quoted(text)} is in one column "
                "with lists; write it as a list, too"
            )


def frame_source(frame: pd.DataFrame, dialect: Dialect, name: str = "the DataFrame") -> Source:
    """Returns the source of a pandas DataFrame; its index is ignored."""

    def cells(wanted: Sequence[str]) -> Iterator[list[list[Any]]]:
        for start in range(0, len(frame), Source.PIECE):
            piece = frame.iloc[start : start + Source.PIECE]
            yield [piece[name].tolist() for name in wanted]

    return Source.of(name, dialect, list(frame.columns), cells)


def parquet_source(path: Path, dialect: Dialect) -> Source:
    """Returns the source of a Parquet file, read with PyArrow (extra `parquet`)."""
    with extra_import(f"reading {path.name}", "PyArrow", "parquet"):
        import pyarrow.parquet
    try:
        file = pyarrow.parquet.ParquetFile(path)
    except Exception as error:  # Arrow's errors have no common base
        raise unreadable(path.name, error) from None
    if file.metadata.num_rows > most_unfolded(path, MANY_ROWS):
        raise unreadable(path.name, OSError("it claims more rows than its bytes can hold"))

    def cells(wanted: Sequence[str]) -> Iterator[list[list[Any]]]:
        try:
            for batch in file.iter_batches(Source.PIECE, columns=list(wanted)):
                yield [batch.column(name).to_pylist() for name in wanted]
        except Exception as error:
            raise unreadable(path.name, error) from None

    return Source.of(path.name, dialect, file.schema_arrow.names, cells)


def workbook_source(path: Path, dialect: Dialect) -> Source:
    """Returns the source of the only table of an Excel workbook (extra `xlsx`)."""
    with extra_import(f"reading {path.name}", "openpyxl", "xlsx"):
        import openpyxl
    import pandas as pd

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
    [(header, *rows)] = tables.values()
    return frame_source(pd.DataFrame(rows, columns=header, dtype=object), dialect, path.name)


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
    first = next(source.pieces(source.columns), None)
    return source.dialect.beside(guess(first.columns if first else ()))


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
