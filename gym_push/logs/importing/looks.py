"""What a file looks like at first sight."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from gym_push.errors import LogError
from gym_push.logs.sources import unreadable
from gym_push.text import listed, quoted

HEAD: Final = 1 << 18
"""Bytes that are looked at: events of other services can be many before the first notification."""

_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_FIRST_KEY: Final = re.compile(r'\s*\{\s*"((?:[^"\\]|\\.)*)"\s*:')


@dataclass(frozen=True)
class Look:
    """A file at first sight.

    Attributes:
        name: Of the file.
        kind: `"Parquet"`, `"JSON"`, `"table"`, `"text"`, `"binary"` or `"empty"`.
        columns: Of a table or a Parquet file; of JSON, the first key.
        head: How the file begins, where it is text.
    """

    name: str
    kind: str
    columns: tuple[str, ...] = ()
    head: str = ""

    @classmethod
    def at(cls, path: Path) -> Look:
        """Returns what a file looks like.

        Raises:
            LogError: It cannot be read.
        """
        try:
            with open(path, "rb") as file:
                begin = file.read(HEAD)
            if begin[:2] == b"\x1f\x8b":
                with gzip.open(path) as unpacked:
                    begin = unpacked.read(HEAD)
        except (OSError, EOFError) as error:
            raise unreadable(path.name, error) from None
        if begin[:4] == b"PAR1":
            return cls(path.name, "Parquet", _parquet_columns(path))
        if begin.startswith(_UTF_16):
            text = begin.decode("utf-16", errors="ignore")
        elif b"\0" in begin:
            return cls(path.name, "binary")
        else:
            text = begin.decode("utf-8-sig", errors="replace")
        if not text.strip():
            return cls(path.name, "empty")
        if match := _FIRST_KEY.match(text):
            return cls(path.name, "JSON", (json.loads(f'"{match[1]}"'),), text)
        header = _header(text)
        table = len(header) > 1 and len(header) == len(set(header)) and "[" not in text[:1]
        return cls(path.name, "table" if table else "text", header if table else (), text)

    @property
    def shown(self) -> str:
        """What it looks like, in words."""
        if self.kind in ("table", "Parquet"):
            kind = "a table of CSV" if self.kind == "table" else "a Parquet file"
            return f"{kind} with the columns {listed(filter(None, self.columns))}"
        if self.kind == "JSON":
            return f"JSON that begins with {quoted(self.columns[0])}"
        if self.kind == "text":
            return f"text that begins with {quoted(self.head.strip().splitlines()[0])}"
        return "an empty file" if self.kind == "empty" else "a file without text"


@contextmanager
def text_of(path: Path) -> Iterator[TextIO]:
    """Opens a file of text: UTF-8, or UTF-16 with a byte order mark (PowerShell); may be gzipped.

    Raises:
        LogError: It cannot be read, or not to its end.
    """
    try:
        with open(path, "rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else open(path, "rb") as file:
            marked = file.read(2) in _UTF_16
            file.seek(0)
            encoding = "utf-16" if marked else "utf-8-sig"
            yield io.TextIOWrapper(file, encoding=encoding, errors="replace")
    except (OSError, EOFError) as error:
        raise unreadable(path.name, error) from None


def _header(text: str) -> tuple[str, ...]:
    try:
        return tuple(next(csv.reader(io.StringIO(text, newline=None)), []))
    except csv.Error:  # longer than a cell can be
        return ()


def _parquet_columns(path: Path) -> tuple[str, ...]:
    from gym_push.logs.dialect import USUAL
    from gym_push.logs.sources import parquet_source

    try:
        return tuple(parquet_source(path, USUAL).columns)
    except LogError:
        return ()
