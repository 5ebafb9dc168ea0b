"""Opens files, folders, patterns, lists and DataFrames as the source of a log."""

from __future__ import annotations

import glob
import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from gym_push.errors import LogError
from gym_push.logs.dialect import USUAL, WINDOWS, Dialect
from gym_push.logs.sources import (
    FrameSource,
    ParquetSource,
    Source,
    WorkbookSource,
    kind_of,
    looks_of,
)
from gym_push.logs.text_sources import CSVSource, JSONLinesSource
from gym_push.text import listed, quoted

if TYPE_CHECKING:
    import pandas as pd

Data: TypeAlias = "str | Path | Sequence[str | Path] | pd.DataFrame"
"""A file, a folder or a pattern of files, several of them, or a DataFrame."""

PARQUET: Final = (".parquet", ".pq")
JSON_LINES: Final = (".jsonl", ".ndjson")
SUFFIXES: Final = (".csv", ".tsv", ".xlsx", *JSON_LINES, *PARQUET)
"""Files in a folder that are parts of a log; also with .gz behind."""


def open_source(data: Data, dialect: Dialect) -> Source:
    """Returns the source for files or a DataFrame.

    Raises:
        LogError: There is no such file, or it cannot be a log.
        MissingExtraError: A Parquet file or a workbook, and the package for it is not installed.
    """
    if hasattr(data, "columns") and hasattr(data, "iloc"):  # without loading pandas
        return FrameSource(cast("pd.DataFrame", data), dialect)
    paths = files_of(data)
    return _open_file(paths[0], dialect) if len(paths) == 1 else ManyFiles(paths, dialect)


def as_it_looks(data: Data) -> Source:
    """Returns the source for files or a DataFrame, in the dialect that they look written in.

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
    """Returns the files of a path, a folder, a pattern such as `logs/*.csv`, or a list.

    Raises:
        LogError: There are none, or a folder has files of several kinds.
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
            f"{quoted(str(data))} is not a path; a log is read from a file, so save the text to one"
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
        raise LogError(f"{quoted(str(path))} does not match any file; check the pattern")
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


class ManyFiles(Source):
    """Files with the same columns, one after the other, all in one dialect."""

    PLAIN = True

    def __init__(self, paths: Sequence[Path], dialect: Dialect) -> None:
        folder = paths[0].parent.resolve().name
        super().__init__(f"{len(paths)} files in {folder or 'the root'}", dialect)
        self._paths = paths
        self._begun = [(0, _open_file(paths[0], dialect))]
        self.columns = self._begun[0][1].columns

    def _cells(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        self._begun, done = [], 0
        for path in self._paths:
            source = _open_file(path, self.dialect)
            there = set(source.columns)
            for name in wanted:
                if name not in there:
                    raise LogError(
                        f"{source.name} has no column {quoted(name)}, which {self._paths[0].name} "
                        "has; files of one log have the same columns"
                    )
            self._begun.append((done, source))
            for piece in source.pieces(wanted):
                yield piece
                done += len(piece[0])

    def place(self, row: int) -> str:
        """Returns what messages call a row of the file that it is in."""
        before, source = self._begun[bisect_right([done for done, _ in self._begun], row - 1) - 1]
        return source.place(row - before)


def _open_file(path: Path, dialect: Dialect) -> Source:
    kind = kind_of(path)
    if kind in PARQUET:
        return ParquetSource(path, dialect)
    if kind == ".xlsx":
        return WorkbookSource(path, dialect)
    return JSONLinesSource(path, dialect) if kind in JSON_LINES else CSVSource(path, dialect)
