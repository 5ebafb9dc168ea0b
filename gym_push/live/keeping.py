"""The folder of a live log, which no crash can harm.

    my-desktop/
      schema.toml         what the columns mean, by which `read_log` reads the folder
      2026-03-02.jsonl    a day: a row is written, as a line, as soon as its end is known

Lines are only added. When a day is over, or nobody writes any more, they are put into the order of
arrival.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Any, Final

from gym_push.errors import ArgumentError
from gym_push.files import parts, whole_file, write_whole
from gym_push.live.rows import OUTCOME, TIME
from gym_push.logs.opening import SCHEMA_FILE
from gym_push.logs.schema import Schema
from gym_push.logs.writing import to_toml

LOCK: Final = ".lock"


@contextmanager
def private() -> Iterator[None]:
    """Lets nobody but their owner read the files and folders that are made in a block."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def private_folder(folder: Path) -> None:
    """Makes a folder that nobody but its owner can read.

    Raises:
        OSError: It cannot be made.
    """
    with private():
        folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


class LogFolder:
    """Keeps rows in a folder, from which `read_log` reads them at any time.

    Args:
        folder: The folder; made if it does not exist.
        schema: What the columns mean.

    Raises:
        ArgumentError: The folder holds something else or another log, or is in use.
        OSError: It cannot be written.
    """

    def __init__(self, folder: Path, schema: Schema) -> None:
        self.folder = folder
        self._file: FileIO | None = None
        self._behind = False
        _check(folder, schema)
        private_folder(folder)
        with private():
            self._lock = (folder / LOCK).open("ab")
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._lock.close()
                raise ArgumentError(
                    f"another gym-push writes to {folder}; end it, or name another folder"
                ) from None
            for part in parts(folder):
                part.unlink(missing_ok=True)
            if not (folder / SCHEMA_FILE).exists():  # the person may have changed what is an answer
                write_whole(folder / SCHEMA_FILE, to_toml(schema))
            if days := self._days():
                _put_in_order(days[-1])

    def add(self, row: Mapping[str, Any]) -> None:
        """Keeps a row: from now on no end of this process can lose it.

        Raises:
            OSError: The disk is full, or fails; nothing of the row is left.
        """
        file = self._file_of(row[TIME][: len("2026-03-02")])
        end, line = file.seek(0, os.SEEK_END), json.dumps(row, ensure_ascii=False).encode() + b"\n"
        if (file.write(line) or 0) < len(line):
            os.ftruncate(file.fileno(), end)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file.name))
        self._behind = True

    async def sync(self) -> None:
        """Brings news to the disk, so that even a power cut does not lose them.

        Raises:
            OSError: The disk fails.
        """
        if self._behind and self._file is not None:
            self._behind = False
            await asyncio.to_thread(os.fsync, self._file.fileno())

    def outcomes(self) -> Counter[str]:
        """Returns what became of the notifications of all days, and of how many."""
        return Counter(row[OUTCOME] for day in self._days() for _, row in _rows(day))

    def close(self) -> None:
        """Puts the day into order, and lets others write to the folder."""
        self._end_day()
        self._lock.close()

    def _days(self) -> list[Path]:
        return sorted(self.folder.glob("*.jsonl"))

    def _file_of(self, day: str) -> FileIO:
        """Returns the file for a row of a day: of the newest day, if the row was long open."""
        if self._file is None or day > Path(str(self._file.name)).stem:
            self._end_day()
            with private():
                self._file = (self.folder / f"{day}.jsonl").open("ab", buffering=0)
        return self._file

    def _end_day(self) -> None:
        if self._file is not None:
            self._file.close()
            _put_in_order(Path(str(self._file.name)))


def _check(folder: Path, schema: Schema) -> None:
    there = folder / SCHEMA_FILE
    if folder.exists() and not folder.is_dir():
        raise ArgumentError(f"{folder} is a file, and a live log is a folder; name another one")
    others = [p for p in folder.glob("[!.]*") if p != there and p.suffix != ".jsonl"]
    if others or (not there.is_file() and any(folder.glob("*"))):
        raise ArgumentError(
            f"{folder} holds files that are no live log; name a folder that is not there yet"
        )
    if there.is_file() and Schema.read(there).columns != schema.columns:
        raise ArgumentError(
            f"{folder} was begun with another choice of --text; say the same, or name another "
            "folder"
        )


def _put_in_order(day: Path) -> None:
    """Writes a day in the order of arrival, without what a crash has left of a line."""
    content = day.read_bytes()
    os.truncate(day, content.rfind(b"\n") + 1)
    rows = sorted(_rows(day), key=lambda each: datetime.fromisoformat(each[1][TIME]))
    new = b"".join(line for line, _ in rows)
    with suppress(OSError):  # a full disk leaves the day as it is
        if new != content:
            with whole_file(day) as file:
                file.write(new)


def _rows(day: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yields the whole lines of a day, and the rows in them."""
    with day.open("rb") as file:
        for line in file:
            with suppress(ValueError):
                row = json.loads(line)
                if isinstance(row, dict) and TIME in row and line.endswith(b"\n"):
                    yield line, row
