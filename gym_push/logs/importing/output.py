"""Pieces of an import as a file that `read_log` reads, with the schema beside it."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from gym_push.errors import LogError, extra_import
from gym_push.files import whole_file
from gym_push.logs.importing.pieces import Reading
from gym_push.logs.schema import Schema
from gym_push.logs.writing import to_toml

_TYPES: Final = {
    "flag": "bool_",
    "integer": "int64",
    "number": "float64",
    "text": "large_string",
}
"""Of Arrow, by the kind of a feature; others are strings."""


def write(reading: Reading, path: Path, beside: Path, format: str) -> int:
    """Writes what is read, and its schema beside it; both or nothing.

    Args:
        reading: What to write.
        path: The file; an existing one is replaced.
        beside: The schema's file.
        format: `"parquet"` or `"csv"`.

    Returns:
        How many rows it has.

    Raises:
        LogError: The input cannot be read, or nothing of it is left.
        MissingExtraError: Parquet, and PyArrow is not installed.
        OSError: A file cannot be written; nothing is left of it.
    """
    with whole_file(beside) as file:  # gets its name only if the log gets its own
        file.write(to_toml(reading.schema).encode())
        return write_rows(reading, path, format)


def write_rows(reading: Reading, path: Path, format: str) -> int:
    """Writes what is read, without its schema, whole or not at all; see `write`."""
    with whole_file(path) as log:
        rows = (_write_parquet if format == "parquet" else _write_csv)(reading, log)
        if not rows:
            left_out = ", ".join(f"{n} {why}" for why, n in reading.tally.left_out.items() if n)
            raise LogError(
                f"of {reading.tally.found} rows nothing is left for {path.name}"
                f" ({left_out or 'the files have none'}); look at the files"
            )
    return rows


def _write_parquet(reading: Reading, file: BinaryIO) -> int:
    with extra_import("writing Parquet", "PyArrow", "parquet"):
        import pyarrow.parquet

    schema, rows = _arrow_schema(reading.schema), 0
    with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for piece in reading.pieces:
            arrays = [_array(piece[field.name], field.type) for field in schema]
            writer.write_batch(pyarrow.record_batch(arrays, schema=schema))
            rows += len(arrays[0])
    return rows


def _arrow_schema(schema: Schema) -> Any:
    import pyarrow

    types = {
        each.name: pyarrow.list_(pyarrow.string())
        if each.kind == "list"
        else getattr(pyarrow, _TYPES.get(each.kind or "", "string"))()
        for each in schema.features
    }
    return pyarrow.schema([(name, types.get(name, pyarrow.string())) for name in _order(schema)])


def _array(cells: Any, type: Any) -> Any:
    import pyarrow

    if isinstance(cells, pyarrow.Array):
        return cells.cast(type)
    if isinstance(cells, np.ndarray):
        if cells.dtype == bool:
            return pyarrow.array(cells).cast(type)
        return pyarrow.array(cells, from_pandas=True).cast(type)
    return pyarrow.array([_plain(cell, type) for cell in cells], type)


def _plain(cell: Any, type: Any) -> Any:
    """Returns a cell of a type that Arrow takes for its column."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    return str(cell).lower() if isinstance(cell, bool) and str(type) == "string" else cell


def _write_csv(reading: Reading, file: BinaryIO) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    names, rows = list(_order(reading.schema)), 0
    writer.writerow(names)
    for piece in reading.pieces:
        columns = [list(map(_cell, _plain_values(piece[name]))) for name in names]
        writer.writerows(zip(*columns, strict=True))
        rows += len(columns[0])
    text.detach()  # flushes; the caller closes the file
    return rows


def _plain_values(cells: Any) -> Iterable[Any]:
    if isinstance(cells, (list, tuple)):
        return cells
    values: Iterable[Any] = cells.tolist()  # of NumPy and of Arrow
    return values


def _cell(cell: Any) -> Any:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, list):
        return json.dumps(cell, ensure_ascii=False)
    if isinstance(cell, str) and "\0" in cell:
        raise LogError("a text holds the character NUL, which CSV cannot: write Parquet")
    return str(cell).lower() if isinstance(cell, bool) else cell


def _order(schema: Schema) -> Iterator[str]:
    """Yields the columns of a file: user, what is observed, time, action, engagement."""
    yield from filter(None, [schema.user])
    yield from (each.name for each in schema.observed)
    yield from filter(None, [schema.time and schema.time.name, schema.action])
    yield from (each.name for each in schema.of_role("engagement"))
