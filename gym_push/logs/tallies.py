"""Counts of the values of a column that come piece by piece, in memory that does not grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from gym_push.logs.columns import CodedColumn, Column, NumberColumn, TextColumn
from gym_push.spaces import UNKNOWN

Described = TypeVar("Described")

MOST_VALUES: Final = 3
"""Labels of a column that are listed, the most frequent first."""
MOST: Final = 1 << 20
"""Different values up to which counts are exact."""

_MIXED: Final = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
_LAST_SHIFT: Final = 31


class Distinct:
    """How many different values there are: exact up to `MOST`, then to about 0.2 %.

    Beyond that it keeps a half, a quarter and so on of all possible values, by their hash:
    Wegman's adaptive sampling, in Flajolet, "On adaptive sampling" (1990).

    Args:
        most: Different values that are kept; None for all.
    """

    def __init__(self, most: int | None = MOST) -> None:
        self._most = most
        self._kept = np.zeros(0, dtype=np.uint64)
        self._new: list[NDArray[np.uint64]] = []
        self._halvings = 0

    def add(self, values: NDArray[Any]) -> None:
        """Adds values: numbers, or 64 bits that stand for something."""
        if values.dtype != np.uint64:
            values = (values.astype(np.float64) + 0.0).view(np.uint64)  # -0.0 is 0.0
        mixed = _mixed(values)
        self._new.append(self._sampled(mixed))
        if sum(map(len, self._new)) >= MOST:
            self._merge()

    def count(self) -> int:
        """Returns the number of different values."""
        self._merge()
        return len(self._kept) << self._halvings

    def _merge(self) -> None:
        self._kept = np.unique(np.concatenate([self._kept, *self._new]))
        self._new.clear()
        while self._most and len(self._kept) > self._most:
            self._halvings += 1
            self._kept = self._sampled(self._kept)

    def _sampled(self, mixed: NDArray[np.uint64]) -> NDArray[np.uint64]:
        if not self._halvings:
            return mixed
        return mixed[mixed < np.uint64(1 << (64 - self._halvings))]


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Returns one hash for each 64 bits: SplitMix64's, which no two share."""
    for shift, factor in _MIXED:
        bits = (bits ^ (bits >> np.uint64(shift))) * np.uint64(factor)
    return bits ^ (bits >> np.uint64(_LAST_SHIFT))


class Quantiles:
    """Quantiles of numbers: exact up to `MOST` different ones, then of numbers with fewer digits.

    As many low bits of their fractions are dropped as it takes: 10⁸ different times of minutes and
    hours are then known to some millionths of themselves.

    Args:
        most: Different numbers that are kept; None for all.
    """

    def __init__(self, most: int | None = MOST) -> None:
        self._most = most
        self._values, self._counts = np.zeros(0), np.zeros(0, dtype=np.int64)
        self._new: list[NDArray[np.float64]] = []
        self._dropped = 0

    def add(self, values: NDArray[np.float64]) -> None:
        """Adds numbers, of which none is NaN."""
        self._new.append(values)
        if sum(map(len, self._new)) >= MOST:
            self._merge()

    @property
    def empty(self) -> bool:
        """Whether no number was added."""
        return not (len(self._values) or any(map(len, self._new)))

    def at(self, shares: Sequence[float]) -> list[float]:
        """Returns quantiles, as `numpy.quantile` does."""
        self._merge()
        ends = np.cumsum(self._counts)
        places = np.array(shares) * float(ends[-1] - 1)
        found = []
        for place in places.tolist():
            below = int(place)
            around = np.searchsorted(ends, [below, min(below + 1, ends[-1] - 1)], side="right")
            found.append(float(np.quantile(self._values[around], place - below)))
        return found

    def _merge(self) -> None:
        values = np.concatenate([self._values, *self._new])
        counts = np.ones(len(values), dtype=np.int64)
        counts[: len(self._counts)] = self._counts
        self._new.clear()
        while True:
            values = _shortened(values, self._dropped)
            self._values, which = np.unique(values, return_inverse=True)
            self._counts = np.bincount(which, counts, len(self._values)).astype(np.int64)
            if not self._most or len(self._values) <= self._most:
                return
            values, counts, self._dropped = self._values, self._counts, self._dropped + 1


def _shortened(values: NDArray[np.float64], bits: int) -> NDArray[np.float64]:
    if not bits:
        return values
    mask = np.int64(-1 << bits)
    return (values.view(np.int64) & mask).view(np.float64)


class Values:
    """What a column holds.

    Args:
        most: Different numbers or texts that are kept; None for all.

    Attributes:
        labels: How often each occurs, also `"unknown"`.
    """

    def __init__(self, most: int | None) -> None:
        self.labels: Counter[Any] = Counter()
        self._numbers, self._texts, self._missing = Distinct(most), Distinct(most), 0
        self._ends: list[int | float] = []

    def add(self, column: Column) -> None:
        """Adds the cells of some rows."""
        if isinstance(column, CodedColumn):
            counts = np.bincount(column.codes, minlength=len(column.values)).tolist()
            self.labels.update({v: n for v, n in zip(column.values, counts, strict=True) if n})
            return
        known = ~missing(column)
        self._missing += len(known) - int(known.sum())
        if isinstance(column, TextColumn):
            self._texts.add(_hashes(column.take(np.flatnonzero(known))))
        elif known.any():
            numbers = column.numbers[known]
            self._numbers.add(numbers)
            ends = [*self._ends, numbers.min().item(), numbers.max().item()]
            self._ends = [min(ends), max(ends)]

    def described(self, about: Callable[..., Described]) -> Described:
        """Returns the description of the column, of which `about` knows the name."""
        if self._ends:
            least, most = self._ends
            distinct = self._numbers.count()
            return about(distinct=distinct, missing=self._missing, least=least, most=most)
        if not self.labels:
            return about(distinct=self._texts.count(), missing=self._missing)
        known = Counter({value: n for value, n in self.labels.items() if value != UNKNOWN})
        values = tuple((_shown(value), n) for value, n in most_frequent(known)[:MOST_VALUES])
        return about(distinct=len(known), missing=self.labels[UNKNOWN], values=values)


def in_order(labels: Counter[Any]) -> list[tuple[Any, int]]:
    """Returns labels and their counts, sorted as in a column."""
    return sorted(labels.items(), key=lambda each: str(each[0]))


def most_frequent(labels: Counter[Any]) -> list[tuple[Any, int]]:
    """Returns labels and their counts, the most frequent first."""
    return sorted(in_order(labels), key=lambda each: -each[1])


def _shown(value: bool | str | tuple[str, ...]) -> str:
    return " + ".join(value) or "nothing" if isinstance(value, tuple) else str(value)


def missing(column: Column) -> NDArray[np.bool_]:
    """Returns which cells of a column have no value: bool, shape (rows,)."""
    if isinstance(column, CodedColumn):
        holes = [code for code, value in enumerate(column.values) if value == UNKNOWN]
        return np.isin(column.codes, holes)
    if isinstance(column, NumberColumn):
        return np.isnan(column.numbers)
    empty: NDArray[np.bool_] = np.diff(column.ends) == 0
    return empty


def _hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Returns 64 bits for each text, which two different ones hardly ever share: (texts,)."""
    from pandas.util import hash_array

    hashed: NDArray[np.uint64] = hash_array(np.array(texts, dtype=object), categorize=False)
    return hashed
