"""Text files as sources of a log: CSV and the like, and JSON lines; plain or gzipped."""

from __future__ import annotations

import codecs
import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from io import StringIO, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any, Final, TextIO

from gym_push.errors import LogError
from gym_push.logs.dialect import WINDOWS, Dialect
from gym_push.logs.sources import (
    MOST_TIMES,
    MUCH,
    Source,
    kind_of,
    looks_of,
    most_unfolded,
    unreadable,
)
from gym_push.text import quoted

DELIMITERS: Final = (",", ";", "\t", "|")
LOOKED_AT: Final = 1024
"""Bytes that show whether a file is text."""
START: Final = 1 << 14
"""Characters that show what separates cells."""
LONGEST: Final = 1 << 24
"""Characters that a row may have."""
MARK: Final = "sep="
"""First characters of an Excel file that names its delimiter."""
GZIP: Final = b"\x1f\x8b"
"""First bytes of a gzipped file."""
DAMAGED: Final = (OSError, EOFError, zlib.error)
"""What reading a gzipped file raises."""


class _Lines:
    """The lines of an untrusted file, up to a limit for each row and for all of them.

    Attributes:
        left: Characters that the row may still have.
    """

    def __init__(self, file: TextIO, most: int) -> None:
        self._file, self._most, self.left = file, most, LONGEST

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(self.left + 1)
        self.left -= len(line)
        self._most -= len(line)
        if self.left < 0:
            raise csv.Error(f"a row has more than {LONGEST:,} characters")
        if self._most < 0:
            raise OSError(f"it unfolds to more than {MOST_TIMES} times its size")
        if not line:
            raise StopIteration
        return line


class TextSource(Source):
    """A text file."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        super().__init__(path.name, dialect)
        self._path = path
        self._encoding = dialect.encoding

    def _open(self, errors: str = "strict") -> TextIO:
        """Opens the file as text in the dialect's encoding, else in UTF-8 or UTF-16."""
        try:
            with self._path.open("rb") as plain:
                zipped = plain.read(len(GZIP)) == GZIP
            unpack = gzip.open if zipped else open
            with unpack(self._path, "rb") as file:
                start = file.read(LOOKED_AT)
            raw: Any = unpack(self._path, "rb")
        except DAMAGED as error:
            raise unreadable(self.name, error) from None
        if not self._encoding:
            marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            self._encoding = "utf-16" if marked else "utf-8-sig"
        text = TextIOWrapper(raw, encoding=self._encoding, errors=errors, newline="")
        if b"\0" in start and b"\0" not in "a".encode(self._encoding):
            text.close()
            raise LogError(
                f"{self.name} is binary, or text that is not UTF-8; a log is a CSV file saved as "
                "UTF-8, or a Parquet file whose name ends in .parquet"
            )
        return text

    @contextmanager
    def _naming_trouble(self) -> Iterator[None]:
        """Turns errors while rows are read into one that names the row."""
        try:
            yield
        except UnicodeError:
            code = self._encoding.upper().removesuffix("-SIG")
            raise LogError(
                f"{self._troubled(strict=False)}: a byte is not {code}; save the file as UTF-8, or "
                f"say in the schema how it is written{self._guessed()}"
            ) from None
        except csv.Error as error:
            raise LogError(
                f"{self._troubled(strict=True)}: this is not CSV ({error}); look for a quote that "
                "is not closed"
            ) from None
        except DAMAGED as error:
            raise unreadable(self.name, error) from None

    def _troubled(self, strict: bool) -> str:
        """Returns where the first broken row is, as far as the format tells."""
        return self.name

    def _guessed(self) -> str:
        """Returns the dialect that a file of unknown encoding looks written in."""
        dialect = replace(self.dialect, encoding=WINDOWS)
        if self.dialect.encoding:
            return ""
        with suppress(LogError):
            dialect = looks_of(type(self)(self._path, dialect))
        return f":  dialect = {dialect.to_toml()}"


class CSVSource(TextSource):
    """A text file whose cells are separated by commas, semicolons, tabs or bars."""

    PLAIN = True

    def __init__(self, path: Path, dialect: Dialect) -> None:
        super().__init__(path, dialect)
        self._marked = False
        self._delimiter = dialect.delimiter or ("\t" if kind_of(path) == ".tsv" else ",")
        with self._open() as file, self._naming_trouble():
            start = file.read(START)
            mark, names = start[: len(MARK)], start[len(MARK) : len(MARK) + 1]
            self._marked = mark.lower() == MARK and names in DELIMITERS
            if not dialect.delimiter:
                self._delimiter = names if self._marked else self._found(start)
            file.seek(0)
            header = next(self._rows(file), None)
        if header is None:
            raise LogError(f"{self.name} is empty; a log begins with a line of column names")
        self._name_columns(header)

    def _cells(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        places = [self.columns.index(name) for name in wanted]
        done = 0
        with self._open() as file, self._naming_trouble():
            rows = self._rows(file)
            next(rows)
            while piece := list(islice(rows, self.PIECE)):
                self._check_widths(piece, done + 1)
                yield [[row[place] for row in piece] for place in places]
                done += len(piece)

    def _found(self, start: str) -> str:
        """Returns the delimiter that splits the first characters into rows of one width."""
        widths = {
            delimiter: [
                len(row)
                for row in csv.reader(StringIO(start, newline=""), delimiter=delimiter)
                if row
            ]
            for delimiter in dict.fromkeys((self._delimiter, *DELIMITERS))
        }
        whole = -1 if len(start) == START else None  # the last row may be cut off
        able = [delimiter for delimiter, rows in widths.items() if rows and rows[0] > 1]
        even = [delimiter for delimiter in able if len(set(widths[delimiter][:whole])) == 1]
        return next(iter((*even, *able, self._delimiter)))

    def _check_widths(self, piece: list[list[str]], first_row: int) -> None:
        width = len(self.columns)
        if set(map(len, piece)) == {width}:
            return
        index = next(index for index, row in enumerate(piece) if len(row) != width)
        raise LogError(
            f"{self.place(first_row + index)}: {_count(len(piece[index]), 'cell')} where the "
            f"header names {_count(width, 'column')}; mend the row (a comma in a text needs quotes "
            "around the text)"
        )

    def _rows(self, file: TextIO, strict: bool = True) -> Iterator[list[str]]:
        """Yields the header and the rows as lists of cells, without blank lines."""
        if self._marked:
            file.readline()
        # For all readers of this process, but never lower: one text may be as long as a row.
        csv.field_size_limit(max(csv.field_size_limit(), LONGEST))
        lines = _Lines(file, most_unfolded(self._path, MUCH))
        for row in csv.reader(lines, delimiter=self._delimiter, strict=strict):
            lines.left = LONGEST
            if row:
                yield row

    def _troubled(self, strict: bool) -> str:
        """Returns the first row that is not CSV, or not in the encoding; reads them all again."""
        rows = 0
        with self._open("surrogateescape") as file, suppress(csv.Error, UnicodeError, *DAMAGED):
            for row in self._rows(file, strict):
                if any("\udc80" <= char <= "\udcff" for cell in row for char in cell):
                    break
                rows += 1
        return self.place(rows) if rows else f"{self.name}, the header"


class JSONLinesSource(TextSource):
    """A text file with a JSON object on each line; a cell without a value is empty."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        super().__init__(path, dialect)
        names = dict.fromkeys(name for record in self._records() for name in record)
        if not names:
            raise LogError(f"{self.name} is empty; it needs an object on each line")
        self._name_columns(list(names))

    def _cells(self, wanted: Sequence[str]) -> Iterator[list[list[Any]]]:
        records = self._records()
        while piece := list(islice(records, self.PIECE)):
            yield [[record.get(name) for record in piece] for name in wanted]

    def _records(self) -> Iterator[dict[str, Any]]:
        rows = 0
        with self._open() as file, self._naming_trouble():
            lines = _Lines(file, most_unfolded(self._path, MUCH))
            try:
                for line in lines:
                    lines.left = LONGEST
                    if line.strip():
                        rows += 1
                        yield self._record(line, rows)
            except csv.Error as error:
                raise self._no_json(rows + 1, error) from None

    def _record(self, line: str, row: int) -> dict[str, Any]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise self._no_json(row, error) from None
        if not isinstance(record, dict):
            raise LogError(
                f"{self.place(row)}: {quoted(record)} is not an object; write one with a value for "
                "each column, in one line"
            )
        return record

    def _no_json(self, row: int, error: Exception) -> LogError:
        return LogError(f"{self.place(row)}: this is not JSON ({error}); mend the line")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
