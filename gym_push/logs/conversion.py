"""A log becomes a file of another format, with what its columns mean beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gym_push.errors import ArgumentError
from gym_push.files import whole_file
from gym_push.logs.known import KNOWN
from gym_push.logs.log import NotificationLog
from gym_push.logs.schema_files import to_toml
from gym_push.logs.writing import write_log

FORMAT_OF: Final = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}


def convert(log: NotificationLog, path: str | Path, *, force: bool = False) -> Path | None:
    """Writes a log in the format that a file's name ends in.

    Columns that the log's schema does not name are not in the log, and so not in the file.

    Args:
        log: What to write.
        path: The file: .csv, .parquet or .pq.
        force: Whether files that are there are replaced.

    Returns:
        The schema file that was written beside it, and that reading it needs; None for a log that
        is known by its columns.

    Raises:
        ArgumentError: The name ends otherwise, or a file is there.
        LogError: CSV cannot hold what is in the log.
        MissingExtraError: Parquet, and PyArrow is not installed.
        OSError: A file cannot be written; nothing is left of it.
    """
    path = Path(path)
    format = FORMAT_OF.get(path.suffix.lower())
    if format is None:
        raise ArgumentError(f"{path.name} is no name for a log; end it in .csv or .parquet")
    beside = None if log.schema in KNOWN else path.with_suffix(".toml")
    for target in (path, beside):
        if target is not None and target.exists() and not force:
            raise ArgumentError(f"{target} is there; choose another name, or replace it by force")
    if beside is None:
        write_log(log, path, format)
    else:
        with whole_file(beside) as file:  # gets its name only if the log gets its own
            file.write(to_toml(log.schema).encode())
            write_log(log, path, format)
    return beside
