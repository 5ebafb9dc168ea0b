"""How the cells of a log are written, and how to find it out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cached_property
from itertools import product
from typing import Any, Final

from gym_push.errors import SchemaError, not_one_of
from gym_push.spaces import UNKNOWN
from gym_push.text import quoted

HOLES: Final = (
    "", "-", "#N/A", "<NA>", "N/A", "NA", "NULL", "NaN", "NaT", "None", "n/a", "nan", "null",
)  # fmt: skip
"""What spreadsheets, R, pandas and databases write for a missing value; case counts."""

_TRUE_AND_FALSE: Final = (
    ("yes", "no"), ("y", "n"), ("ja", "nein"), ("j", "n"), ("oui", "non"), ("sí", "no"),
    ("si", "no"), ("sim", "não"), ("wahr", "falsch"), ("vrai", "faux"), ("x", ""),
)  # fmt: skip
_DAYS: Final = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%d.%m.%y")
_CLOCKS: Final = (" %H:%M", " %H:%M:%S", "", " %I:%M %p", ", %H:%M", ", %H:%M:%S")
WINDOWS: Final = "cp1252"
"""The encoding of spreadsheets that do not write UTF-8."""
COMMA: Final = re.compile(r"[+-]?\d+,\d+", re.ASCII)
"""A number with a comma: a decimal one, or a separator of thousands."""
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+", re.ASCII)


@dataclass(frozen=True)
class Dialect:
    """How cells are written.

    Attributes:
        encoding: Of a text file, by Python's name, and of bytes in a table; `""` for UTF-8, and
            UTF-16 where the file begins with its mark.
        delimiter: Between the cells of a text file; `""` for the one of comma, semicolon, tab and
            bar that fits.
        decimal: `"."` or `","`.
        times: How times are written beside ISO 8601, by the letters of Python's `strptime`, such
            as `"%d.%m.%Y %H:%M"`.
        true, false: Words for opened and dismissed, and for the values of flags, besides the usual
            ones; case does not count.
        holes: Words for a missing value, instead of the usual ones; case counts. An empty cell and
            `unknown` always are holes.
    """

    encoding: str = ""
    delimiter: str = ""
    decimal: str = "."
    times: str = ""
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    holes: tuple[str, ...] = field(default=HOLES, repr=False)

    def __post_init__(self) -> None:
        """Checks the values, and folds the case of the words for true and false."""
        problem = self._problem()
        if problem:
            raise SchemaError(f"dialect: {problem}")
        for name, spelt in (("true", str.casefold), ("false", str.casefold), ("holes", str)):
            words = (spelt(word.strip()) for word in getattr(self, name))
            object.__setattr__(self, name, tuple(words))

    def _problem(self) -> str | None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(each.default, str):
                if not isinstance(value, str):
                    return f"{each.name} is a word, not {quoted(value)}"
            elif isinstance(value, str) or not (
                isinstance(value, Iterable) and all(isinstance(word, str) for word in value)
            ):
                return f"{each.name} is a list of words, not {quoted(value)}"
        try:
            "a".encode(self.encoding or "utf-8")
        except (LookupError, ValueError):
            return f"there is no encoding {quoted(self.encoding)}; Windows writes 'cp1252'"
        if len(self.delimiter) > 1 or self.delimiter in ("\n", "\r", '"'):
            return f"delimiter is one character such as ';', not {quoted(self.delimiter)}"
        if self.decimal not in (".", ","):
            return f"decimal is '.' or ',', not {quoted(self.decimal)}"
        if self.times and "%" not in self.times:
            return f"times is a pattern such as '%d.%m.%Y %H:%M', not {quoted(self.times)}"
        return None

    @classmethod
    def of(cls, given: Dialect | Mapping[str, Any]) -> Dialect:
        """Returns a dialect as it is, or made of the table in a schema file."""
        if isinstance(given, Dialect):
            return given
        if not isinstance(given, Mapping):
            raise SchemaError(f"dialect must be a table, not {quoted(given)}")
        known = [each.name for each in fields(cls)]
        for name in given:
            if name not in known:
                raise SchemaError(f"dialect: {not_one_of(name, known)}")
        return cls(**given)

    def is_hole(self, cell: str) -> bool:
        """Returns whether a cell holds no value."""
        word = cell.strip()
        return word in self._holes or (len(word) == len(UNKNOWN) and word.lower() == UNKNOWN)

    @cached_property
    def _holes(self) -> frozenset[str]:
        return frozenset(("", *self.holes))

    def beside(self, other: Dialect) -> Dialect:
        """Returns this dialect, with the other's values where its own are as usual."""
        changes = {
            each.name: getattr(other, each.name)
            for each in fields(self)
            if getattr(self, each.name) == each.default
        }
        return replace(self, **changes)

    def to_toml(self) -> str:
        """Returns what is not as usual as TOML, in one line: `{ decimal = "," }`."""
        said = ((each.name, getattr(self, each.name)) for each in fields(self))
        parts = [f"{name} = {toml(value)}" for name, value in said if value != getattr(USUAL, name)]
        return f"{{ {', '.join(parts)} }}"


USUAL: Final = Dialect()


def toml(value: object) -> str:
    """Returns words or numbers as TOML, with escapes for what could move a cursor."""
    return "".join(
        letter if letter.isprintable() else f"\\U{ord(letter):08x}"
        for letter in json.dumps(value, ensure_ascii=False)  # whose escapes are TOML's
    )


def guess(columns: Iterable[Sequence[str]]) -> Dialect:
    """Returns the dialect that cells look written in, as far as they leave no doubt.

    Args:
        columns: Some cells of each column.
    """
    found: dict[str, Any] = {}
    for column in columns:
        cells = [cell for cell in map(str.strip, column) if not USUAL.is_hole(cell)]
        words = {cell.casefold() for cell in cells}
        if _have_decimal_commas(cells):
            found["decimal"] = ","
        for true, false in _TRUE_AND_FALSE:
            if words == {true, false} - {""} and (false or len(cells) < len(column)):
                found["true"] = tuple(dict.fromkeys((*found.get("true", ()), true)))
                found["false"] = tuple(dict.fromkeys((*found.get("false", ()), false)))
        fit = [each for each in _patterns(cells) if all(_fits(cell, each) for cell in cells)]
        if len(fit) == 1:
            found["times"] = fit[0]
    return Dialect(**found)


def _have_decimal_commas(cells: Sequence[str]) -> bool:
    numbers = all(COMMA.fullmatch(cell) or cell.lstrip("+-").isdigit() for cell in cells)
    return numbers and any("," in cell and not _THOUSANDS.fullmatch(cell) for cell in cells)


def _patterns(cells: Sequence[str]) -> list[str]:
    """Returns the patterns of times that the first cell fits."""
    every = ("".join(each) for each in product(_DAYS, _CLOCKS))
    return [each for each in every if cells and _fits(cells[0], each)]


def _fits(cell: str, pattern: str) -> bool:
    try:
        return bool(datetime.strptime(cell, pattern))
    except ValueError:
        return False
