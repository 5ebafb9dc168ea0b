"""Files that `read_log` reads again: a log as Parquet or CSV, and its schema as TOML."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from gym_push.errors import ArgumentError, LogError, choose, extra_import
from gym_push.files import whole_file
from gym_push.logs.arrow import Written, arrow_table, of_lists, written_columns
from gym_push.logs.columns import CodedColumn, NumberColumn, TextColumn
from gym_push.logs.dialect import USUAL, toml
from gym_push.logs.known import KNOWN
from gym_push.logs.lists import listing
from gym_push.logs.log import NotificationLog
from gym_push.logs.schema import FEATURE_ROLES, Feature, Schema
from gym_push.logs.text_sources import LONGEST, MARK

FORMATS: Final = ("parquet", "csv")
FORMAT_OF: Final = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}

BOM: Final = "\ufeff"
_PIECE = 4096  # rows of CSV that are Python objects at a time


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
        import pyarrow.parquet
    pyarrow.array(["loads pandas"])  # here, where nobody waits for it in the middle of something
    return f"pyarrow {pyarrow.__version__}"


def write_log(log: NotificationLog, path: str | Path, format: str | None = None) -> None:
    """Writes a log with its columns in the order of the bundled one, the user first.

    Numbers keep every digit and times their milliseconds, so that `read_log` reads the same log.

    Args:
        log: What to write.
        path: The file; an existing one is replaced.
        format: `"parquet"` (labels are dictionaries, texts and times have their types) or `"csv"`
            (UTF-8, a header, LF line ends); None for what the file's name ends in, else Parquet.

    Raises:
        ArgumentError: The format is neither.
        LogError: CSV cannot hold what is in the log.
        MissingExtraError: Parquet, and PyArrow is not installed.
        OSError: The file cannot be written; nothing is left of it.
    """
    if format is None:
        format = FORMAT_OF.get(Path(path).suffix.lower(), "parquet")
    writer_of(format)
    with whole_file(path) as file:
        _write(log, file, format)


def log_bytes(log: NotificationLog, format: str = "parquet") -> bytes:
    """Returns the content of the file that `write_log` writes; it raises what that does."""
    writer_of(format)
    file = io.BytesIO()
    _write(log, file, format)
    return file.getvalue()


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
    format = format_of(path)
    beside = path.with_suffix(".toml")  # where it is there, the log would be read by it
    needed = log.schema not in KNOWN or beside.exists()
    refuse_existing(path, beside, force=force)
    if not needed:
        write_log(log, path, format)
        return None
    with whole_file(beside) as file:  # gets its name only if the log gets its own
        file.write(to_toml(log.schema).encode())
        write_log(log, path, format)
    return beside


def refuse_existing(*paths: Path, force: bool) -> None:
    """Refuses to replace files, unless by force.

    Raises:
        ArgumentError: One of them exists.
    """
    for path in paths:
        if path.exists() and not force:
            raise ArgumentError(
                f"{path} is there; choose another name, or replace it with force=True or --force"
            )


def format_of(path: Path) -> str:
    """Returns the format that a file's name ends in.

    Raises:
        ArgumentError: It ends otherwise.
    """
    format = FORMAT_OF.get(path.suffix.lower())
    if format is None:
        raise ArgumentError(f"{path.name} is not a name for a log; end it in .csv or .parquet")
    return format


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


def _write(log: NotificationLog, file: BinaryIO, format: str) -> None:
    (_write_parquet if format == "parquet" else _write_csv)(log, file)


def _write_parquet(log: NotificationLog, file: BinaryIO) -> None:
    import pyarrow.parquet

    pyarrow.parquet.write_table(arrow_table(log), file, compression="zstd")


def _write_csv(log: NotificationLog, file: BinaryIO) -> None:
    columns = dict(written_columns(log))
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


def _holds(columns: Mapping[str, Written], mark: str) -> bool:
    """Returns whether any word or text of a log has a character."""
    words = [*columns]
    for column in columns.values():
        if isinstance(column, TextColumn) and mark.encode() in column.utf8:
            return True
        if isinstance(column, CodedColumn):
            words.extend(map(str, column.values))
    return any(mark in word for word in words)


def _cells(column: Written, rows: slice) -> list[Any]:
    if isinstance(column, np.ndarray):
        return [str(time) for time in np.datetime_as_string(column[rows])]
    if isinstance(column, NumberColumn) and np.isnan(column.numbers[rows]).any():
        return ["" if number != number else number for number in column.take(rows)]
    return list(map(listing, column.take(rows))) if of_lists(column) else column.take(rows)
