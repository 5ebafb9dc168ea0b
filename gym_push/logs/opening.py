"""Opens files, folders, patterns, lists and DataFrames as the source of a log."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from gym_push.errors import LogError
from gym_push.logs.dialect import USUAL, WINDOWS, Dialect
from gym_push.logs.sources import (
    Piece,
    Source,
    frame_source,
    kind_of,
    looks_of,
    parquet_source,
    workbook_source,
)
from gym_push.logs.text_sources import CSVFile, JSONLinesFile
from gym_push.text import listed, quoted

if TYPE_CHECKING:
    import pandas as pd

Data: TypeAlias = "str | Path | Sequence[str | Path] | pd.DataFrame"
"""A file, a folder or a pattern of files, several of them, or a DataFrame."""

PARQUET: Final = (".parquet", ".pq")
JSON_LINES: Final = (".jsonl", ".ndjson")
SUFFIXES: Final = (".csv", ".tsv", ".xlsx", *JSON_LINES, *PARQUET)
"""Files in a folder that are parts of a log; also with .gz behind."""

SCHEMA_FILE: Final = "schema.toml"
"""The schema of all files in a folder."""


def open_source(data: Data, dialect: Dialect) -> Source:
    """Returns the source for files or a DataFrame.

    Raises:
        LogError: There is no such file, or it cannot be a log.
        MissingExtraError: A Parquet file or a workbook, and the package for it is not installed.
    """
    if hasattr(data, "columns") and hasattr(data, "iloc"):  # without loading pandas
        return frame_source(cast("pd.DataFrame", data), dialect)
    paths = files_of(data)
    return _open_file(paths[0], dialect) if len(paths) == 1 else _open_files(paths, dialect)


def schema_beside(data: Any) -> Path | None:
    """Returns the file with the schema of a log, if any.

    That is `schema.toml` in its folder, or `log.toml` beside its only file, `log.csv`.

    Raises:
        LogError: There is no such file.
    """
    if hasattr(data, "columns"):
        return None
    if isinstance(data, (str, Path)) and (inside := Path(data) / SCHEMA_FILE).is_file():
        return inside
    [path, *others] = files_of(data)
    stem = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    beside = stem.with_suffix(".toml")
    return beside if not others and beside != path and beside.is_file() else None


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


def _open_files(paths: Sequence[Path], dialect: Dialect) -> Source:
    """Returns the source of files with the same columns, one after the other, in one dialect."""
    folder = paths[0].parent.resolve().name

    def pieces(wanted: Sequence[str]) -> Iterator[Piece]:
        for path in paths:
            source = _open_file(path, dialect)
            there = set(source.columns)
            for name in wanted:
                if name not in there:
                    raise LogError(
                        f"{source.name} has no column {quoted(name)}, which {paths[0].name} has; "
                        "files of one log have the same columns"
                    )
            yield from source.pieces(wanted)

    name = f"{len(paths)} files in {folder or 'the root'}"
    return Source(name, dialect, _open_file(paths[0], dialect).columns, pieces)


def _open_file(path: Path, dialect: Dialect) -> Source:
    kind = kind_of(path)
    if kind in PARQUET:
        return parquet_source(path, dialect)
    if kind == ".xlsx":
        return workbook_source(path, dialect)
    return (JSONLinesFile if kind in JSON_LINES else CSVFile)(path, dialect).source()
