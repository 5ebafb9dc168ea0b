"""Imports files of a known format as a log."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gym_push.errors import ArgumentError, LogError, choose
from gym_push.logs.answers import NO_ANSWER
from gym_push.logs.importing.adb import timeless
from gym_push.logs.importing.formats import FORMATS, Format
from gym_push.logs.importing.keys import Hasher
from gym_push.logs.importing.looks import Look
from gym_push.logs.importing.output import write
from gym_push.logs.importing.pieces import TEXTS, Options
from gym_push.logs.writing import FORMAT_OF


@dataclass(frozen=True)
class Imported:
    """What an import has written, and what it has left out.

    Attributes:
        format: Of the files: one of `FORMATS`.
        path: The log, which `read_log` reads.
        schema: The file beside it that says what its columns mean.
        found: How many rows the files have.
        rows: How many the log has.
        left_out: How many were left out, by reason.
        outcomes: What became of the rows of the log, and of how many.
        notes: What one has to know to read the log aright.
    """

    format: str
    path: Path
    schema: Path
    found: int
    rows: int
    left_out: Mapping[str, int]
    outcomes: Mapping[str, int]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        """All of it in a few lines."""
        lines = [
            f"{self.path} holds {self.rows:,} of {self.found:,} rows, {self.schema} its schema"
        ]
        lines += [f"  {count:,} {what}" for what, count in self.outcomes.items()]
        lines += [f"  {count:,} left out: {why}" for why, count in self.left_out.items()]
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])

    def to_dict(self) -> dict[str, Any]:
        """Returns all of it as plain values, for JSON."""
        return {
            "format": self.format,
            "log": str(self.path),
            "schema": str(self.schema),
            "found": self.found,
            "rows": self.rows,
            "left_out": dict(self.left_out),
            "outcomes": dict(self.outcomes),
            "notes": list(self.notes),
        }


def import_log(
    format: str,
    files: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    text: str = "drop",
    key: str | Path | None = None,
    year: int | None = None,
    force: bool = False,
) -> Imported:
    """Imports files of a known format as a log, and writes its schema beside it.

    Args:
        format: One of `FORMATS`.
        files: A file, a folder of them, or several.
        out: The log: .parquet, .pq or .csv.
        text: What becomes of titles and texts: `"drop"`; `"keep"`, as they are; or `"hash"`, a
            hash for each word. Contacts are always hashed.
        key: File of the key for hashes, which is made if it is not there; None for `import.key` in
            the person's folder of settings.
        year: Of the first line of the first file, in event logs whose lines have no year; name such
            files in order of time.
        force: Whether existing files are replaced.

    Returns:
        What was written and left out, in numbers.

    Raises:
        ArgumentError: There is no such format or choice of texts, or a file exists.
        LogError: The files cannot be read, or are of another format.
        MissingExtraError: Parquet, and PyArrow is not installed.
        OSError: A file cannot be written; nothing is left of it.
    """
    known = FORMATS[choose("format", format, FORMATS)]
    options = Options(Hasher(None if key is None else Path(key)), choose("text", text, TEXTS), year)
    path = Path(out)
    kind = FORMAT_OF.get(path.suffix.lower())
    if kind is None:
        raise ArgumentError(f"{path.name} is not a name for a log; end it in .parquet or .csv")
    beside = path.with_suffix(".toml")
    for target in (path, beside):
        if target.exists() and not force:
            raise ArgumentError(
                f"{target} is there; choose another name, or replace it with force=True or --force"
            )
    paths = _files(known, [files] if isinstance(files, (str, Path)) else files)
    if os.path.realpath(path) in map(os.path.realpath, paths):
        raise ArgumentError(f"{path} is one of the files that are read; choose another name")
    for each in paths:
        _check(format, each)
    reading = known.open(paths, options)
    rows = write(reading, path, beside, kind)
    tally, answers = reading.tally, reading.schema.answers
    if answers and all(answers.meanings[what] == NO_ANSWER for what in tally.outcomes):
        tally.notes.append("nobody is known to have answered any of them, so none can be played")
    return Imported(
        format=format,
        path=path,
        schema=beside,
        found=tally.found,
        rows=rows,
        left_out=MappingProxyType({why: n for why, n in tally.left_out.most_common() if n}),
        outcomes=MappingProxyType({what: n for what, n in tally.outcomes.most_common() if n}),
        notes=tuple(tally.notes),
    )


def _files(format: Format, given: Sequence[str | Path]) -> list[Path]:
    """Returns the files that are named, and those in folders that are."""
    found: list[Path] = []
    for path in map(Path, given):
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(
            each
            for each in path.rglob("*")
            if each.is_file() and each.name.lower().removesuffix(".gz").endswith(format.suffixes)
        )
        if not inside:
            raise LogError(
                f"{path} is a folder without a file that ends in {', '.join(format.suffixes)}; "
                f"name {format.files}"
            )
        found += inside
    if not found:
        raise LogError(f"no file is named; name {format.files}")
    twice = len(found) - len({os.path.realpath(path) for path in found})
    if twice:
        raise LogError("a file is named twice; name each once")
    return found


def _check(format: str, path: Path) -> None:
    """Raises an error for a file of another format, which says what it looks like."""
    look = Look.at(path)
    known = FORMATS[format]
    if known.recognises(look) or (format == "adb" and timeless(look)):
        return
    others = [name for name, other in FORMATS.items() if other.recognises(look)]
    likely = f"{FORMATS[others[0]].about}: gym-push import {others[0]}" if others else look.shown
    raise LogError(
        f"{path.name} is not {known.about}, but looks like {likely}; {format} takes {known.files}"
    )
