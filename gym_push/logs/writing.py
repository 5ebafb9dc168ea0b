"""Files that `read_log` reads again: a log as Parquet or CSV, and its schema as TOML."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import ArgumentError, LogError, choose, extra_import
from gym_push.files import whole_file
from gym_push.logs.cells import NO_OFFSET
from gym_push.logs.columns import CodedColumn, Column, NumberColumn, TextColumn
from gym_push.logs.dialect import USUAL, toml
from gym_push.logs.known import KNOWN
from gym_push.logs.lists import listing
from gym_push.logs.log import NotificationLog
from gym_push.logs.schema import FEATURE_ROLES, Feature, Schema
from gym_push.logs.text_sources import LONGEST, MARK
from gym_push.spaces import Flag

FORMATS: Final = ("parquet", "csv")
FORMAT_OF: Final = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}

BOM: Final = "\ufeff"
_PIECE = 4096  # rows of CSV that are Python objects at a time

_Written: TypeAlias = "Column | NDArray[np.datetime64]"


def best_format() -> str:
    """Returns `"parquet"` where PyArrow is installed, else `"csv"`."""
    return "parquet" if find_spec("pyarrow") else "csv"


def writer_of(format: str) -> str:
    """Returns what writes a format, with its version: the same writer writes the same bytes.

    Raises:
        ArgumentError: The format is neither `"parquet"` nor `"csv"`.
        MissingExtraError: Parquet, and PyArrow is not installed.
    """
    if choose("format", format, FORMATS) == "csv":
        return "csv"
    with extra_import("writing Parquet", "PyArrow", "parquet"):
        import pyarrow
    return f"pyarrow {pyarrow.__version__}"


def write_log(log: NotificationLog, path: str | Path, format: str = "parquet") -> None:
    """Writes a log with its columns in the order of the bundled one, the user first.

    Numbers keep every digit and times their milliseconds, so that `read_log` reads the same log.

    Args:
        log: What to write.
        path: The file; an existing one is replaced.
        format: `"parquet"` (labels are dictionaries, texts and times have their types) or `"csv"`
            (UTF-8, a header, LF line ends).

    Raises:
        ArgumentError: The format is neither.
        LogError: CSV cannot hold what is in the log.
        MissingExtraError: Parquet, and PyArrow is not installed.
        OSError: The file cannot be written; nothing is left of it.
    """
    writer_of(format)
    with whole_file(path) as file:
        (_write_parquet if format == "parquet" else _write_csv)(log, file)


def convert(log: NotificationLog, path: str | Path, *, force: bool = False) -> Path | None:
    """Writes a log in the format that a file's name ends in.

    Columns that the log's schema does not name are not in the log, and so not in the file.

    Args:
        log: What to write.
        path: The file: .csv, .parquet or .pq.
        force: Whether existing files are replaced.

    Returns:
        The schema file written beside it, by which it is read; None for a log that is known by its
        columns, unless such a file was there.

    Raises:
        ArgumentError: The name ends otherwise, or a file exists.
        LogError: CSV cannot hold what is in the log.
        MissingExtraError: Parquet, and PyArrow is not installed.
        OSError: A file cannot be written; nothing is left of it.
    """
    path = Path(path)
    format = FORMAT_OF.get(path.suffix.lower())
    if format is None:
        raise ArgumentError(f"{path.name} is not a name for a log; end it in .csv or .parquet")
    beside = path.with_suffix(".toml")  # where it is there, the log would be read by it
    needed = log.schema not in KNOWN or beside.exists()
    for target in (path, beside):
        if target.exists() and not force:
            raise ArgumentError(
                f"{target} is there; choose another name, or replace it with force=True or --force"
            )
    if not needed:
        write_log(log, path, format)
        return None
    with whole_file(beside) as file:  # gets its name only if the log gets its own
        file.write(to_toml(log.schema).encode())
        write_log(log, path, format)
    return beside


def to_toml(schema: Schema) -> str:
    """Returns a schema as the text of a file that `Schema.read` reads as the same schema.

    Examples:
        >>> print(to_toml(Schema(["app"], [Feature("battery", "integer", "%")], time="at")))
        action = "action"
        time = "at"
        <BLANKLINE>
        [notification]
        "app" = {}
        <BLANKLINE>
        [context]
        "battery" = { kind = "integer", unit = "%" }
        <BLANKLINE>
    """
    answers = schema.answers
    lines = [f"action = {answers.to_toml() if answers else toml(schema.action)}"]
    if schema.user is not None:
        lines.append(f"user = {toml(schema.user)}")
    if schema.dialect != USUAL:
        lines.append(f"dialect = {schema.dialect.to_toml()}")
    if schema.time is not None:
        name, about = toml(schema.time.name), _about(schema.time)
        lines.append(f"time = {name}" if about == "{}" else f"time = {{ {name} = {about} }}")
    for role in FEATURE_ROLES:
        if features := schema.of_role(role):
            lines += ["", f"[{role}]"]
            lines += [f"{toml(feature.name)} = {_about(feature)}" for feature in features]
    if schema.decisions is not None:
        lines += ["", schema.decisions.to_toml()]
    return "\n".join(lines) + "\n"


def _about(feature: Feature) -> str:
    said = {name: getattr(feature, name) for name in ("kind", "unit", "missing", "means")}
    parts = [f"{name} = {toml(value)}" for name, value in said.items() if value not in (None, "")]
    return f"{{ {', '.join(parts)} }}" if parts else "{}"


def _write_parquet(log: NotificationLog, file: BinaryIO) -> None:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({name: _arrow(column) for name, column in _ordered(log)})
    pyarrow.parquet.write_table(table, file, compression="zstd")


def _write_csv(log: NotificationLog, file: BinaryIO) -> None:
    columns = dict(_ordered(log))
    if _holds(columns, "\0"):
        raise LogError(f"{log.source} holds the character NUL, which CSV cannot: write Parquet")
    # What a CSV writer does not quote, and a reader takes for something else.
    marked = next(iter(columns)).lower().startswith((BOM, MARK))
    quoted = marked or _holds(columns, "\r")
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(
        text, lineterminator="\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    )
    writer.writerow(columns)
    for start in range(0, len(log), _PIECE):
        piece = slice(start, start + _PIECE)
        rows = zip(*(_cells(column, piece) for column in columns.values()), strict=True)
        for number, row in enumerate(rows, start + 1):
            if writer.writerow(row) > LONGEST:
                raise LogError(f"{log.source}, row {number} is too long for CSV: write Parquet")
    text.detach()  # flushes; the caller closes the file


def _holds(columns: Mapping[str, _Written], mark: str) -> bool:
    """Returns whether any word or text of a log has a character."""
    words = [*columns]
    for column in columns.values():
        if isinstance(column, TextColumn) and mark.encode() in column.utf8:
            return True
        if isinstance(column, CodedColumn):
            words.extend(map(str, column.values))
    return any(mark in word for word in words)


def _ordered(log: NotificationLog) -> Iterator[tuple[str, _Written]]:
    """Yields the columns of a file: user, what is observed, time, action, engagement."""
    schema = log.schema
    if schema.user is not None and log.owner is not None:
        yield schema.user, log.owner
    for feature in schema.observed:
        yield feature.name, log.columns[feature.name]
    if schema.time is not None and log.times is not None:
        yield schema.time.name, _times(log.times.astype("datetime64[ms]"), log.offsets)
    outcome = log.outcome_as_written
    if schema.action:
        yield schema.action, outcome or NumberColumn(log.actions.astype(np.int64))
    for feature in schema.of_role("engagement"):
        yield feature.name, log.columns[feature.name]


def _times(
    times: NDArray[np.datetime64], offsets: NDArray[np.int16] | None
) -> NDArray[np.datetime64] | TextColumn:
    """Returns the times, as text if they have offsets from UTC."""
    if offsets is None:
        return times
    known, which = np.unique(offsets, return_inverse=True)
    suffixes = np.array([_suffix(minutes) for minutes in known.tolist()])[which]
    texts = np.char.add(np.datetime_as_string(times), suffixes).tolist()
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    return TextColumn("".join(texts).encode(), ends)


def _suffix(minutes: int) -> str:
    if minutes == NO_OFFSET:
        return ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def _arrow(column: _Written) -> Any:
    import pyarrow

    if isinstance(column, np.ndarray):
        return pyarrow.array(column)
    if isinstance(column, TextColumn):
        ends, utf8 = pyarrow.py_buffer(column.ends), pyarrow.py_buffer(column.utf8)
        return pyarrow.LargeStringArray.from_buffers(len(column.ends) - 1, ends, utf8)
    if isinstance(column, NumberColumn):
        return pyarrow.array(column.numbers, from_pandas=True)  # so that NaN is null
    if column.values == Flag.VALUES:
        unknown = column.codes == Flag.VALUES.index("unknown")
        return pyarrow.array(column.codes == Flag.VALUES.index(True), mask=unknown)
    if _of_lists(column):
        kind = pyarrow.list_(pyarrow.string())
        pieces = [
            pyarrow.array(column.take(slice(start, start + _PIECE)), kind)
            for start in range(0, len(column.codes), _PIECE)
        ]
        return pyarrow.chunked_array(pieces, kind)
    return pyarrow.DictionaryArray.from_arrays(column.codes.astype(np.int32), list(column.values))


def _cells(column: _Written, rows: slice) -> list[Any]:
    if isinstance(column, np.ndarray):
        return [str(time) for time in np.datetime_as_string(column[rows])]
    if isinstance(column, NumberColumn) and np.isnan(column.numbers[rows]).any():
        return ["" if number != number else number for number in column.take(rows)]
    return list(map(listing, column.take(rows))) if _of_lists(column) else column.take(rows)


def _of_lists(column: _Written) -> bool:
    return isinstance(column, CodedColumn) and any(isinstance(v, tuple) for v in column.values[:1])
