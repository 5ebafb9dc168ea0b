"""What the values of an outcome mean: opened, dismissed, ignored, or no answer at all.

A phone says why a notification went away, as a code or a word: tapped, swiped away, removed by its
app. Only some of it is the person's answer. Nothing is guessed: a value that no list names is an
error, and rows without an answer are left out and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import SchemaError, did_you_mean, not_one_of
from gym_push.logs import cells as rules
from gym_push.logs.columns import CodedColumn, Column, NumberColumn
from gym_push.logs.dialect import USUAL, Dialect, toml
from gym_push.text import listed, quoted

Value: TypeAlias = "bool | int | float | str"

OPENED: Final = "opened"
NO_ANSWER: Final = "no_answer"
ANSWERS: Final = (OPENED, "dismissed", "ignored", NO_ANSWER)
LARGEST: Final = 2.0**53
"""Up to here every code is exact."""


@dataclass(frozen=True)
class Answers:
    """Which values of a column mean what.

    Values are numbers (the cells `1` and `1.0` are 1), words as they are written but for blanks
    around them, and True or False (in any case, 1 or 0, and the dialect's words). `""` stands for
    every hole: an empty cell, `unknown`, `NA` and the like.

    Attributes:
        column: The column with the outcome of each notification.
        opened: Values of notifications that the person looked into.
        dismissed: Of those that the person swiped away.
        ignored: Of those that the person left; like the dismissed, they are not opened.
        no_answer: Of those that went without the person: rows that are left out.

    Examples:
        >>> android = Answers("removeReason", opened=[1], dismissed=[2, 3], no_answer=[8, 9, ""])
        >>> android.opened, android.ignored
        ((1,), ())
    """

    column: str
    opened: Sequence[Value] = ()
    dismissed: Sequence[Value] = ()
    ignored: Sequence[Value] = ()
    no_answer: Sequence[Value] = ()

    def __post_init__(self) -> None:
        """Checks the lists, and makes tuples of them."""
        for name in ANSWERS:
            object.__setattr__(self, name, _values(name, getattr(self, name)))
        if not self.opened:
            raise SchemaError("action: opened must name the values that mean it, one at least")
        every = [(name, value) for name in ANSWERS for value in getattr(self, name)]
        for value in self.values:
            same = [name for name, other in every if _fits(spelled(value), other)]
            if len(same) > 1:
                raise SchemaError(
                    f"action: the value {quoted(value)} is named in {' and in '.join(same)}; keep "
                    "the one that it means"
                )

    @classmethod
    def of(cls, given: Answers | Mapping[str, Any]) -> Answers:
        """Returns answers as they are, or made of the table in a schema file."""
        if isinstance(given, Answers):
            return given
        known = [each.name for each in fields(cls)]
        for name in given:
            if name not in known:
                raise SchemaError(f"action: {not_one_of(name, known)}")
        if "column" not in given:
            raise SchemaError('action: a table of answers names its column: column = "outcome"')
        return cls(**given)

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """All values that are named."""
        return (*self.opened, *self.dismissed, *self.ignored, *self.no_answer)

    @cached_property
    def meanings(self) -> dict[str, str]:
        """What each value means, by how it is written."""
        return {spelled(value): name for name in ANSWERS for value in getattr(self, name)}

    def reader(self, dialect: Dialect) -> Callable[[str], int]:
        """Returns a function from a cell to the place of its value among `values`.

        It raises a ValueError for a cell that is none of them.
        """
        words: dict[str, int] = {}
        numbers: dict[float | None, int] = {}
        flags: dict[int | None, int] = {}
        for place, value in enumerate(self.values):
            if isinstance(value, bool):
                flags[int(value)] = place
            elif isinstance(value, str):
                words[value] = place
            else:
                numbers[float(value)] = place

        def place_of(cell: str) -> int:
            place = words.get(cell.strip())
            if place is None and numbers:
                place = numbers.get(rules.number(cell, dialect, "s"))
            if place is None:
                place = flags.get(rules.flag(cell, dialect))
            if place is None and dialect.is_hole(cell):
                place = words.get("")
            if place is None:
                raise ValueError(self._unnamed(cell, dialect))
            return place

        return place_of

    def _unnamed(self, cell: str, dialect: Dialect) -> str:
        if dialect.is_hole(cell):
            return (
                f'there is no answer; write what the person did, or name "" in {NO_ANSWER} of the '
                "schema's action, and rows with a hole there are left out"
            )
        return (
            f"{quoted(cell)} is none of the values that the schema's action names "
            f"({listed(map(spelled, self.values))}); name it there in opened, dismissed, ignored "
            f"or {NO_ANSWER}{did_you_mean(cell.strip(), filter(None, map(spelled, self.values)))}"
        )

    def opened_of(self, outcome: CodedColumn) -> NDArray[np.int8]:
        """Returns 1 for each value that means opened, and 0 for others: int8, shape (rows,)."""
        opened = [self.meanings[str(value)] == OPENED for value in outcome.values]
        acted: NDArray[np.int8] = np.array(opened, dtype=np.int8)[outcome.codes]
        return acted

    def as_written(self, outcome: CodedColumn) -> Column:
        """Returns the column that a file holds: numbers if all values are whole, else words."""
        if not all(isinstance(each, int) and not isinstance(each, bool) for each in self.values):
            return outcome
        numbers = np.array([int(str(value)) for value in outcome.values], dtype=np.int64)
        return NumberColumn(numbers[outcome.codes])

    def to_toml(self) -> str:
        """Returns the table of a schema file, in one line."""
        said = ((each.name, getattr(self, each.name)) for each in fields(self))
        return f"{{ {', '.join(f'{name} = {toml(value)}' for name, value in said if value)} }}"


def spelled(value: Value) -> str:
    """Returns a value as a file holds it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(name: str, given: object) -> tuple[Value, ...]:
    if isinstance(given, (str, Mapping)) or not isinstance(given, Iterable):
        raise SchemaError(f"action: {name} must be a list of values, not {quoted(given)}")
    return tuple(_value(name, each) for each in given)


def _value(name: str, given: object) -> Value:
    if isinstance(given, str):
        return given.strip()
    if isinstance(given, np.generic):
        given = given.item()
    if isinstance(given, (bool, int, float)) and abs(given) <= LARGEST:
        return int(given) if given % 1 == 0 and not isinstance(given, bool) else given
    raise SchemaError(f"action: {name} holds words, codes, true or false, not {quoted(given)}")


def _fits(cell: str, value: Value) -> bool:
    """Returns whether a cell of the usual dialect is a value."""
    if isinstance(value, bool):
        return rules.flag(cell, USUAL) == int(value)
    return cell == value if isinstance(value, str) else rules.number(cell, USUAL, "s") == value
