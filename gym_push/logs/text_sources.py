"""Text files as sources of a log: CSV and the like, and JSON lines; plain or gzipped."""

from __future__ import annotations

import codecs
import csv
import gzip
import json
import re
import zlib
from abc import ABC, abstractmethod
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
_SURROGATE: Final = re.compile("[\udc80-\udcff]")
"""What stands for a byte that could not be decoded."""
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


class TextFile(ABC):
    """A text file in a dialect."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        self._path, self._name, self._dialect = path, path.name, dialect
        self._encoding = dialect.encoding

    @abstractmethod
    def source(self) -> Source:
        """Returns the source with what the file holds."""

    def _open(self, errors: str = "strict") -> TextIO:
        """Opens the file as text in the dialect's encoding, else in UTF-8 or UTF-16."""
        with self._path.open("rb") as plain:
            zipped = plain.read(len(GZIP)) == GZIP
        unpack = gzip.open if zipped else open
        with unpack(self._path, "rb") as file:
            start = file.read(LOOKED_AT)
        raw: Any = unpack(self._path, "rb")
        if not self._encoding:
            marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            self._encoding = "utf-16" if marked else "utf-8-sig"
        text = TextIOWrapper(raw, encoding=self._encoding, errors=errors, newline="")
        if b"\0" in start and b"\0" not in "a".encode(self._encoding):
            text.close()
            raise LogError(
                f"{self._name} is binary, or text that is not UTF-8; a log is a CSV file saved as "
                "UTF-8, or a Parquet file whose name ends in .parquet"
            )
        return text

    @contextmanager
    def _naming_trouble(self) -> Iterator[None]:
        """Names the file in errors while it is read, and the row that cannot be decoded."""
        try:
            yield
        except UnicodeError:
            code = self._encoding.upper().removesuffix("-SIG")
            raise LogError(
                f"{self._undecodable()}: a byte is not {code}; save the file as UTF-8"
                f"{self._or_else()}"
            ) from None
        except DAMAGED as error:
            raise unreadable(self._name, error) from None

    def _place(self, row: int) -> str:
        return f"{self._name}, row {row}" if row else f"{self._name}, the header"

    def _undecodable(self) -> str:
        """Returns where the first byte is that the encoding lacks, as far as the format tells."""
        return self._name

    def _or_else(self) -> str:
        """Returns what else helps: to name the dialect that the file looks written in."""
        dialect = replace(self._dialect, encoding=WINDOWS)
        if self._dialect.encoding:
            return ", or say in the schema how it is written"
        with suppress(LogError):
            dialect = looks_of(type(self)(self._path, dialect).source())
        return f", or say in the schema how it is written:  dialect = {dialect.to_toml()}"


class CSVFile(TextFile):
    """A text file whose cells are separated by commas, semicolons, tabs or bars."""

    def source(self) -> Source:
        """Returns the source; finds out what separates the cells."""
        self._find_header()
        return Source.of(self._name, self._dialect, self._header, self._cells, plain=True)

    def _find_header(self) -> None:
        delimiter = self._dialect.delimiter
        self._marked = False
        self._delimiter = delimiter or ("\t" if kind_of(self._path) == ".tsv" else ",")
        with self._naming_trouble(), self._open() as file:
            start = file.read(START)
            mark, names = start[: len(MARK)], start[len(MARK) : len(MARK) + 1]
            self._marked = mark.lower() == MARK and names in DELIMITERS
            if not delimiter:
                self._delimiter = names if self._marked else self._found(start)
            file.seek(0)
            self._header = next(self._rows(file), [])
        if not self._header:
            raise LogError(f"{self._name} is empty; a log begins with a line of column names")

    def _cells(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        places = [self._header.index(name) for name in wanted]
        done = 0
        with self._naming_trouble(), self._open() as file:
            rows = self._rows(file)
            next(rows)
            while piece := list(islice(rows, Source.PIECE)):
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
        width = len(self._header)
        if set(map(len, piece)) == {width}:
            return
        index = next(index for index, row in enumerate(piece) if len(row) != width)
        raise LogError(
            f"{self._place(first_row + index)}: {_count(len(piece[index]), 'cell')} where the "
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
        number = 0
        try:
            for row in csv.reader(lines, delimiter=self._delimiter, strict=strict):
                lines.left = LONGEST
                if row:
                    yield row
                    number += 1
        except csv.Error as error:
            raise LogError(
                f"{self._place(number)}: this is not CSV ({error}); look for a quote that is not "
                "closed"
            ) from None

    def _undecodable(self) -> str:
        with self._open("surrogateescape") as file, suppress(LogError, UnicodeError, *DAMAGED):
            for number, row in enumerate(self._rows(file, strict=False)):
                if _SURROGATE.search("".join(row)):
                    return self._place(number)
        return self._name


class JSONLinesFile(TextFile):
    """A text file with a JSON object on each line; a cell without a value is empty."""

    def source(self) -> Source:
        """Returns the source, whose columns are all names in the file."""
        names = list(dict.fromkeys(name for record in self._records() for name in record))
        if not names:
            raise LogError(f"{self._name} is empty; it needs an object on each line")
        return Source.of(self._name, self._dialect, names, self._cells)

    def _cells(self, wanted: Sequence[str]) -> Iterator[list[list[Any]]]:
        records = self._records()
        while piece := list(islice(records, Source.PIECE)):
            yield [[record.get(name) for record in piece] for name in wanted]

    def _records(self) -> Iterator[dict[str, Any]]:
        row = 1
        with self._naming_trouble(), self._open() as file:
            lines = _Lines(file, most_unfolded(self._path, MUCH))
            try:
                for line in lines:
                    lines.left = LONGEST
                    if line.strip():
                        record = json.loads(line)
                        self._check(record, row)
                        yield record
                        row += 1
            except (LogError, UnicodeError):
                raise
            except (csv.Error, ValueError, RecursionError) as error:
                place = self._place(row)
                raise LogError(f"{place}: this is not JSON ({error}); mend the line") from None

    def _check(self, record: object, row: int) -> None:
        if not isinstance(record, dict):
            raise LogError(
                f"{self._place(row)}: {quoted(record)} is not an object; write one with a value "
                "for each column, in one line"
            )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
