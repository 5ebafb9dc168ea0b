"""Tables whose cells have types, as sources of a log: DataFrames, Parquet files and workbooks."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gym_push.errors import LogError, MissingExtraError
from gym_push.logs.dialect import Dialect
from gym_push.logs.sources import (
    MANY_ROWS,
    MOST_TIMES,
    MUCH,
    Source,
    most_unfolded,
    unreadable,
)
from gym_push.text import listed

if TYPE_CHECKING:
    import pandas as pd

MANY_CELLS: Final = 1 << 25
"""How many a workbook may hold."""


class FrameSource(Source):
    """A pandas DataFrame; its index is not looked at."""

    def __init__(self, frame: pd.DataFrame, dialect: Dialect, name: str = "the DataFrame") -> None:
        super().__init__(name, dialect)
        self._frame = frame
        self._name_columns(list(frame.columns))

    def pieces(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        """Yields the cells of the wanted columns."""
        for start in range(0, len(self._frame), self.PIECE):
            piece = self._frame.iloc[start : start + self.PIECE]
            yield [self._texts(name, piece[name].tolist(), start + 1) for name in wanted]


class ParquetSource(Source):
    """A Parquet file, read with PyArrow (extra `parquet`)."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
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
            for batch in self._file.iter_batches(self.PIECE, columns=wanted):
                yield [batch.column(name).to_pylist() for name in wanted]
        except Exception as error:
            raise unreadable(self.name, error) from None


def workbook(path: Path) -> pd.DataFrame:
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
