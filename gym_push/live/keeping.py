"""The folder of a live log: a file for each day, which no crash can harm.

    my-log.parquet/
      schema.toml          what the columns mean, by which `read_log` reads the folder
      2026-03-02.parquet   a day, as often as it has news written anew, whole or not at all
      .2026-03-02.jsonl    the day's journal: each row is in it as soon as its end is known

A day's file is made of its journal alone, so a crash between the two does no harm. When a day is
over its journal goes.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from io import FileIO
from itertools import count, islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from gym_push.errors import ArgumentError
from gym_push.files import parts, write_whole
from gym_push.live.rows import OUTCOME, TIME
from gym_push.logs.dialect import USUAL
from gym_push.logs.importing.output import write_rows
from gym_push.logs.importing.pieces import Columns, Reading, Tally
from gym_push.logs.opening import SCHEMA_FILE, open_source
from gym_push.logs.schema import Schema
from gym_push.logs.writing import FORMAT_OF, to_toml, writer_of

LOCK: Final = ".lock"

SHARE: Final = 10
"""A day is written anew when this many times as long has passed as it last took."""

_PIECE: Final = 1000  # rows of a journal that are Python objects at a time


@contextmanager
def private() -> Iterator[None]:
    """Lets nobody but their owner read the files and folders that are made in a block."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


class LogFolder:
    """Keeps rows in a folder, from which `read_log` reads them at any time.

    Args:
        folder: The folder; made if it does not exist. Its name ends in .parquet or .csv.
        schema: What the columns mean.

    Raises:
        ArgumentError: The folder holds something else or another log, or is in use.
        MissingExtraError: Parquet, and PyArrow is not installed.
        OSError: It cannot be written.
    """

    def __init__(self, folder: Path, schema: Schema) -> None:
        kind = FORMAT_OF.get(folder.suffix.lower())
        if kind is None:
            raise ArgumentError(f"{folder.name} is no name for a log; end it in .parquet or .csv")
        writer_of(kind)
        self.folder = folder
        self._schema = schema
        self._suffix = f".{kind}"
        self._journal: FileIO | None = None
        self._day: date | None = None
        self._behind = False
        self._due = 0.0
        self._check()
        with private():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            self._lock = _locked(folder / LOCK)
            for part in parts(folder):
                part.unlink(missing_ok=True)
            if not (folder / SCHEMA_FILE).exists():  # the person may have changed what is an answer
                write_whole(folder / SCHEMA_FILE, to_toml(schema))
            for journal in self._journals():
                self._write_day(journal)
                if not _name(journal).startswith(f"{date.today()}"):
                    journal.unlink()

    def add(self, row: Mapping[str, Any]) -> None:
        """Keeps a row: from now on no end of this process can lose it.

        Raises:
            OSError: The disk is full, or fails; nothing of the row is left.
        """
        today = datetime.fromisoformat(row[TIME]).date()
        if self._journal is None or (self._day is not None and today > self._day):
            self._begin(today)
        assert self._journal is not None
        end, line = self._journal.seek(0, os.SEEK_END), _line(row)
        if (self._journal.write(line) or 0) < len(line):
            os.ftruncate(self._journal.fileno(), end)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self._journal.name)
        self._behind = True

    def bring_up(self, now: bool = False) -> None:
        """Brings news to the disk, and writes the day anew if that was not just done.

        Args:
            now: Whether it is written however little time has passed.

        Raises:
            OSError: The disk is full, or fails; the file is as it was, and the journal has all.
        """
        if not self._behind or self._journal is None:
            return
        os.fsync(self._journal.fileno())
        if now or time.monotonic() >= self._due:
            begun = time.monotonic()
            with private():
                self._write_day(Path(self._journal.name))
            self._behind = False
            self._due = time.monotonic() + SHARE * (time.monotonic() - begun)

    def outcomes(self) -> Counter[str]:
        """Returns what became of the notifications of all days, and of how many."""
        self.bring_up(now=True)
        if not any(self.folder.glob(f"*{self._suffix}")):
            return Counter()
        pieces = open_source(self.folder, USUAL).pieces([OUTCOME])
        return Counter(cell for piece in pieces for cell in piece.columns[0])

    def close(self) -> None:
        """Brings the day up to date, and lets others write to the folder."""
        try:
            self.bring_up(now=True)
        finally:
            if self._journal is not None:
                self._journal.close()
            self._lock.close()

    def _check(self) -> None:
        folder, there = self.folder, self.folder / SCHEMA_FILE
        if folder.exists() and not folder.is_dir():
            raise ArgumentError(f"{folder} is a file, and a live log is a folder; name another one")
        if there.is_file():
            if Schema.read(there).columns != self._schema.columns:
                raise ArgumentError(
                    f"{folder} was begun with another choice of --text; say the same, or name "
                    "another folder"
                )
        elif folder.is_dir() and any(folder.iterdir()):
            raise ArgumentError(
                f"{folder} holds files that are no live log; name a folder that is not there yet"
            )

    def _begin(self, day: date) -> None:
        """Ends the day before, and opens the journal of another one."""
        if self._journal is not None:
            self.bring_up(now=True)
            self._journal.close()
            Path(self._journal.name).unlink()
        for number in count(1):  # a day whose journal is gone is never written again
            name = f"{day}" if number == 1 else f"{day}-{number}"
            path = self.folder / f".{name}.jsonl"
            if path.exists() or not (self.folder / f"{name}{self._suffix}").exists():
                break
        with private():
            self._journal, self._day = path.open("ab", buffering=0), day

    def _journals(self) -> list[Path]:
        return sorted(self.folder.glob(".*.jsonl"))

    def _write_day(self, journal: Path) -> None:
        """Writes the file of a day, in the order of arrival."""
        if lines := sorted(_whole_lines(journal), key=_time):
            reading = Reading(self._schema, _pieces(lines), Tally())
            kind = self._suffix[1:]
            write_rows(reading, self.folder / f"{_name(journal)}{self._suffix}", kind)


def _locked(path: Path) -> BinaryIO:
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise ArgumentError(
            f"another gym-push writes to {path.parent}; end it, or name another folder"
        ) from None
    return file


def _line(row: Mapping[str, Any]) -> bytes:
    """Returns a line of a journal, the time first."""
    return json.dumps({TIME: row[TIME], **row}, ensure_ascii=False).encode() + b"\n"


def _time(line: bytes) -> bytes:
    return line.partition(b",")[0]


def _whole_lines(journal: Path) -> list[bytes]:
    """Returns the lines of a journal, and cuts off what a crash has left of one at the end."""
    content = journal.read_bytes()
    end = content.rfind(b"\n") + 1
    if end < len(content):
        os.truncate(journal, end)
    return content[:end].splitlines()


def _name(journal: Path) -> str:
    return journal.stem[1:]


def _pieces(lines: list[bytes]) -> Iterator[Columns]:
    rows = filter(None, map(_parsed, lines))
    while some := [*islice(rows, _PIECE)]:
        yield {name: [row.get(name) for row in some] for name in some[0]}


def _parsed(line: bytes) -> dict[str, Any] | None:
    """Returns a row; None for what a power cut has left of one."""
    try:
        row: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and TIME in row else None
