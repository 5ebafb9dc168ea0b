"""The cells of a column, as Arrow holds them, become a column in memory.

They are parsed by the rules of all logs, but each different cell once, and numbers not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push.logs.cells import NO_OFFSET, text_of
from gym_push.logs.columns import CodedColumn, Column, NumberColumn
from gym_push.logs.dialect import Dialect
from gym_push.logs.parsers import BadCellError, Parser, actions, outcomes, parser_of, times
from gym_push.logs.schema import LARGEST, Feature, Schema
from gym_push.spaces import UNKNOWN

MakeParser: TypeAlias = "Callable[[Dialect], Parser]"

_MILLISECONDS: Final = {"s": 1000, "ms": 1}
"""In the units in which Arrow holds times that need no rounding."""


def feature_reader(feature: Feature, dialect: Dialect) -> Callable[[Any], Column]:
    """Returns a function from an Arrow array to the column of a feature, whose kind is known."""
    kind, make = feature.kind or "", partial(parser_of, feature)
    if kind in ("label", "flag"):
        return _Words(make, dialect).read

    def read(array: Any) -> Column:
        plain = _plain_numbers(array, kind) if kind in LARGEST else None
        column: Column = _parsed(make, dialect, array) if plain is None else NumberColumn(plain)
        return column

    return read


def answer_reader(schema: Schema) -> Callable[[Any], tuple[NDArray[np.int8], CodedColumn | None]]:
    """Returns a function from an Arrow array to what people did, and outcomes if they have names.

    Args:
        schema: Of a log with answers.
    """
    dialect, answers = schema.dialect, schema.answers
    if answers is not None:
        words = _Words(partial(outcomes, answers), dialect)

        def read_outcomes(array: Any) -> tuple[NDArray[np.int8], CodedColumn]:
            outcome = words.read(array)
            return answers.opened_of(outcome), outcome

        return read_outcomes

    def numbered(dialect: Dialect) -> Parser:
        parser = actions(dialect)
        return Parser(parser.parse, lambda pieces: NumberColumn(parser.join(pieces)))

    usual = not (dialect.true or dialect.false)  # which could say that 0 is opened
    read_words = _Words(numbered, dialect).read

    def read(array: Any) -> tuple[NDArray[np.int8], None]:
        did = _plain_numbers(array, "integer") if usual else None
        if did is None or (did >> 1).any():
            did = read_words(array).numbers
        return did.astype(np.int8), None

    return read


def time_reader(
    unit: str, dialect: Dialect
) -> Callable[[Any], tuple[NDArray[np.int64], NDArray[np.int16] | None]]:
    """Returns a function from an Arrow array to times of arrival and their offsets.

    Args:
        unit: Of times that are numbers.
        dialect: How cells are written.
    """

    def both(dialect: Dialect) -> Parser:
        parser = times(unit, dialect)

        def join(pieces: list[Any]) -> NumberColumn:
            clock, offsets = parser.join(pieces)
            offsets = np.full(len(clock), NO_OFFSET) if offsets is None else offsets
            return NumberColumn(np.stack([clock, offsets.astype(np.int64)], axis=1))

        return Parser(parser.parse, join)

    def read(array: Any) -> tuple[NDArray[np.int64], NDArray[np.int16] | None]:
        import pyarrow

        kind = array.type
        local = pyarrow.types.is_timestamp(kind) and kind.tz is None
        if local and kind.unit in _MILLISECONDS and not array.null_count:
            return array.cast(pyarrow.int64()).to_numpy() * _MILLISECONDS[kind.unit], None
        clock, offsets = _parsed(both, dialect, array).numbers.T
        told = (offsets != NO_OFFSET).any()
        return clock.copy(), offsets.astype(np.int16) if told else None

    return read


class People:
    """Gives each person the same number in all arrays.

    An array may have a dictionary of all people, so that words which were met before are not looked
    at again one by one.

    Args:
        dialect: How cells are written.
        names: Gets the name of each person, in order of appearance.
    """

    def __init__(self, dialect: Dialect, names: list[str]) -> None:
        self._dialect, self._names = dialect, names
        self._number_of: dict[str, int] = {}
        self._newest: Any = None
        self._numbers = np.zeros(0, dtype=np.int64)
        self._known: Any = None
        self._known_numbers: list[int] = []

    def read(self, array: Any) -> NDArray[np.int64]:
        """Returns the number of each row's person: (rows,)."""
        dictionary, codes = _coded(array)
        if self._newest is None or not dictionary.equals(self._newest):
            self._newest, self._numbers = dictionary, self._numbers_of(dictionary)
        numbers: NDArray[np.int64] = self._numbers[codes]
        if array.null_count:
            numbers[numbers < 0] = self._number("")
        return numbers

    def _numbers_of(self, dictionary: Any) -> NDArray[np.int64]:
        """Returns the number of each word's person, and then -1 for holes: (words + 1,)."""
        import pyarrow
        from pyarrow.compute import index_in

        text = pyarrow.large_string()
        if not pyarrow.types.is_string(dictionary.type):
            dictionary = _texts(dictionary.to_pylist(), self._dialect)
            dictionary = pyarrow.array(dictionary, text)
        dictionary = dictionary.cast(text)
        if self._known is None:
            self._known = dictionary.slice(0, 0)
        places = index_in(dictionary, value_set=self._known)
        if places.null_count:
            new = dictionary.filter(places.is_null())
            self._known = pyarrow.concat_arrays([self._known, new])
            self._known_numbers.extend(map(self._number, new.to_pylist()))
            places = index_in(dictionary, value_set=self._known)
        return np.append(np.array(self._known_numbers, dtype=np.int64)[places.to_numpy()], -1)

    def _number(self, word: str) -> int:
        name = UNKNOWN if self._dialect.is_hole(word) else word
        if name not in self._number_of:
            self._number_of[name] = len(self._names)
            self._names.append(name)
        return self._number_of[name]


class _Words:
    """Reads columns of few different words, and remembers what those of the newest array mean."""

    def __init__(self, make: MakeParser, dialect: Dialect) -> None:
        self._make, self._dialect = make, dialect
        self._newest: Any = None
        self._meant: Any = None

    def read(self, array: Any) -> Any:
        """Returns the column of an array."""
        dictionary, codes = _coded(array)
        if self._newest is None or not dictionary.equals(self._newest):
            self._newest, self._meant = dictionary, None
            with suppress(BadCellError):  # perhaps of a word that does not occur
                self._meant = _column_of(self._make, self._dialect, dictionary.to_pylist())
        if self._meant is None or array.null_count:
            return _parsed(self._make, self._dialect, array)
        return _pick(self._meant, codes)


def _plain_numbers(array: Any, kind: str) -> NDArray[Any] | None:
    """Returns numbers that are numbers, the usual case; None for others, and where one is missing.

    Args:
        array: Of Arrow.
        kind: "integer" or "number".
    """
    import pyarrow

    types = pyarrow.types
    if array.null_count or not (types.is_integer(array.type) or types.is_floating(array.type)):
        return None
    numbers: NDArray[Any] = array.to_numpy(zero_copy_only=False)
    if not len(numbers):
        return numbers.astype(np.int64 if kind == "integer" else np.float64)
    if not (numbers.max() <= LARGEST[kind] and numbers.min() >= -LARGEST[kind]):
        return None
    if kind == "number":
        return numbers.astype(np.float64, copy=False)
    whole = types.is_integer(array.type) or (numbers % 1 == 0).all()
    return numbers.astype(np.int64, copy=False) if whole else None


def _parsed(make: MakeParser, dialect: Dialect, array: Any) -> Any:
    """Returns the column of an array, of which each different cell is parsed once."""
    cells, where = _distinct(array)
    try:
        return _pick(_column_of(make, dialect, cells), where)
    except BadCellError as error:
        raise BadCellError(int((where == error.index).argmax()), error.problem) from None


def _column_of(make: MakeParser, dialect: Dialect, cells: Sequence[Any]) -> Any:
    parser = make(dialect)
    return parser.join([parser.parse(_texts(cells, dialect))])


def _pick(column: Any, rows: NDArray[np.integer[Any]]) -> Any:
    """Returns the rows of a column, with all its labels."""
    if isinstance(column, CodedColumn):
        return CodedColumn(column.codes[rows], column.values)
    return column.select(rows)


def _distinct(array: Any) -> tuple[list[Any], NDArray[np.integer[Any]]]:
    """Returns the different cells that occur, and which each row has: (rows,)."""
    import pyarrow

    if pyarrow.types.is_nested(array.type):  # Arrow does not tell lists apart
        return array.to_pylist(), np.arange(len(array))
    dictionary, codes = _coded(array)
    used = np.flatnonzero(np.bincount(codes, minlength=len(dictionary) + 1))
    place = np.zeros(len(dictionary) + 1, dtype=np.int64)
    place[used] = np.arange(len(used))
    known = used[used < len(dictionary)]
    cells = dictionary.take(pyarrow.array(known)).to_pylist()
    return cells + [None] * (len(used) - len(known)), place[codes]


def _coded(array: Any) -> tuple[Any, NDArray[np.integer[Any]]]:
    """Returns the dictionary of an array and the codes: (rows,); a hole is one above the last."""
    import pyarrow

    if not pyarrow.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    codes = array.indices
    if codes.null_count:
        codes = codes.cast(pyarrow.int64()).fill_null(len(array.dictionary))
    return array.dictionary, codes.to_numpy()


def _texts(cells: Sequence[Any], dialect: Dialect) -> list[str]:
    """Returns cells as text; a BadCellError tells which cannot be."""
    texts: list[str] = []
    for cell in cells:
        try:
            texts.append(text_of(cell, dialect))
        except ValueError as error:
            raise BadCellError(len(texts), f"the cell cannot be written as text: {error}") from None
    return texts
