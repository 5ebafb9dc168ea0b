"""What a source of a log is: a table that gives its cells as text, piece by piece.

A source knows its column names at once and its cells piece by piece, so that a log of any length
is read in little memory, and twice where kinds are to be inferred.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import shorten
from typing import Any, ClassVar, Final

from gym_push.errors import LogError
from gym_push.logs.cells import text_of
from gym_push.logs.dialect import Dialect, guess
from gym_push.text import quoted

MOST_TIMES: Final = 100
"""How many characters, or rows, a file may hold for each of its bytes."""
MANY_ROWS: Final = 1 << 24
MUCH: Final = 1 << 28
"""How many rows, or characters, it may hold however small it is."""


class Source(ABC):
    """A table of text.

    Attributes:
        name: What to call it in messages.
        dialect: How its cells are written.
        columns: The names of its columns; none stands twice.
    """

    PIECE: ClassVar[int] = 4096
    """Rows that are read at a time: what a processor's cache holds is read fastest."""

    columns: tuple[str, ...]

    def __init__(self, name: str, dialect: Dialect) -> None:
        self.name, self.dialect = name, dialect

    @abstractmethod
    def pieces(self, wanted: Sequence[str]) -> Iterator[list[list[str]]]:
        """Yields the cells of the wanted columns, column by column, some rows at a time.

        Raises:
            LogError: The source turns out broken.
        """

    def place(self, row: int) -> str:
        """Returns what to call a row, of those that were read; the first is 1."""
        return f"{self.name}, row {row}"

    def _name_columns(self, names: Sequence[Any]) -> None:
        """Sets the column names.

        Raises:
            LogError: One of them is empty, no text, or stands twice.
        """
        for position, name in enumerate(names, start=1):
            if not isinstance(name, str) or not name:
                raise LogError(
                    f"{self.name}: column {position} is called {quoted(name)}; give it a word for "
                    "a name, or leave it out (pandas: to_csv(..., index=False))"
                )
        for name, times in Counter(names).items():
            if times > 1:
                raise LogError(
                    f"{self.name}: column {quoted(name)} stands twice in the header; rename or "
                    "remove one"
                )
        self.columns = tuple(names)

    def _texts(self, column: str, cells: Sequence[Any], first_row: int) -> list[str]:
        """Returns cells of any type as text."""
        texts: list[str] = []
        try:
            for cell in cells:
                texts.append(text_of(cell, self.dialect))
        except Exception as error:  # a cell can be any object, and its __str__ can do anything
            raise LogError(
                f"{self.place(first_row + len(texts))}, column {quoted(column)}: a cell of type "
                f"{type(cells[len(texts)]).__name__} cannot be written as text "
                f"({shorten(str(error), 120)}); put a word or a number there"
            ) from None
        return texts


def looks_of(source: Source) -> Dialect:
    """Returns the dialect that a source looks as if it were written in, by its first rows.

    Raises:
        LogError: They cannot be read.
    """
    return source.dialect.beside(guess(next(source.pieces(source.columns), [])))


def most_unfolded(path: Path, least: int) -> int:
    """Returns to how many characters, or rows, a file may unfold, but at least to so many.

    Logs are packed to a tenth or so; what was made to fill a memory, to a thousandth.
    """
    return max(least, MOST_TIMES * path.stat().st_size)


def kind_of(path: Path) -> str:
    """Returns the end of a file's name that says what it is: `.csv` of `log.csv.gz`."""
    name = path.name.lower()
    return Path(name.removesuffix(".gz")).suffix


def unreadable(name: str, error: Exception) -> LogError:
    """Returns the error for a file that cannot be read, or not to its end."""
    if isinstance(error, FileNotFoundError):
        return LogError(f"{name}: there is no such file; check the path")
    if isinstance(error, OSError) and error.strerror:
        return LogError(f"{quoted(name)} cannot be read: {error.strerror}; check the path")
    why = shorten(str(error), 200)  # may hold bytes of the file, so it is quoted
    return LogError(f"{name} is damaged, or of an unknown kind ({why!r}); copy or make it again")
