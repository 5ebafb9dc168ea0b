"""What a reader of a format hands over: a schema, pieces of columns, and what it left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from gym_push.logs.importing.keys import Hasher
from gym_push.logs.schema import Schema

Columns: TypeAlias = Mapping[str, Any]
"""Some rows: the cells of each column, as a list, or an array of NumPy or Arrow. None is a hole."""

Reader: TypeAlias = "Callable[[Sequence[Path], Options], Reading]"

TEXTS: Final = ("drop", "keep", "hash")


@dataclass(frozen=True)
class Options:
    """What the person wants.

    Attributes:
        hasher: Hashes contacts, and words if they are to be hashed.
        text: What becomes of texts: `"drop"`, `"keep"` or `"hash"`.
        year: Of the first line of the first file, where lines have no year.
    """

    hasher: Hasher
    text: str = "drop"
    year: int | None = None

    def text_of(self, *parts: str) -> str:
        """Returns parts of a notification's text as one, kept or hashed."""
        whole = " ".join(dict.fromkeys(filter(None, map(str.strip, parts))))
        return self.hasher.words(whole) if self.text == "hash" else whole


@dataclass
class Tally:
    """Numbers of an import, which grow while its pieces are read.

    Attributes:
        found: Rows in the files.
        left_out: Why rows were left out, and how many.
        outcomes: What became of the rows that are written, and of how many.
        notes: What a reader of the log has to know.
    """

    found: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """A file that is being imported.

    Attributes:
        schema: What the columns mean.
        pieces: Yields some rows at a time, once.
        tally: Is complete when the pieces are.
    """

    schema: Schema
    pieces: Iterator[Columns]
    tally: Tally
