"""What is independent in a log, and intervals of means over it.

The rows of a person are not independent: who likes an app likes it the next time, too. Persons are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

import numpy as np

from gym_push.logs.marginals import DAY, Floats, Ints

LEVEL: Final = 0.95
BLOCKS: Final = 20
"""Stretches of a log of one person without times."""

_LARGEST_FREEDOM: Final = 1000
"""Student's quantiles hardly change beyond it: by .0024 at the level of 95 %."""


class Interval(NamedTuple):
    """A mean and its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Units:
    """The parts of a log that are taken as independent.

    Attributes:
        kind: "person"; in a log of one person "day", or "block" where it has no times.
        of_row: Index of the unit of each row: (rows,).
        count: How many there are; each has a row.
    """

    kind: str
    of_row: Ints
    count: int

    @classmethod
    def of(cls, person: Ints, times: Ints | None) -> Units:
        """Returns the persons; where there is one only, the days, or else equal stretches of rows.

        Args:
            person: Whose each row is: (rows,).
            times: When it was, in ms: (rows,); None where nobody knows.
        """
        kind, part, rows = "person", person, len(person)
        if rows and person.min() == person.max():
            kind, part = "block", np.arange(rows) * min(BLOCKS, rows) // rows
            if times is not None:
                kind, part = "day", times // DAY
        found, of_row = np.unique(part, return_inverse=True)
        return cls(kind, of_row.reshape(rows), len(found))

    def means(self, values: Floats) -> Floats:
        """Returns the mean of each unit's rows: (units,).

        Args:
            values: (rows,).
        """
        rows = np.bincount(self.of_row, minlength=self.count)
        means: Floats = np.bincount(self.of_row, values, self.count) / rows
        return means

    def folds(self, count: int, seed: int) -> Ints:
        """Returns a fold for each unit; they differ by one unit at most: (units,).

        Args:
            count: How many folds.
            seed: Of who is in which.
        """
        return np.random.default_rng(seed).permutation(self.count) % count


def mean_interval(values: Floats, level: float = LEVEL) -> Interval:
    """Returns the mean of independent values with Student's interval.

    That of a single value is the whole line: nothing says how far it is off.

    Args:
        values: (units,).
        level: How often the interval is to hold the true mean.
    """
    mean = float(values.mean())
    if len(values) < 2:
        return Interval(mean, -math.inf, math.inf)
    half = _quantile(len(values) - 1, level) * float(values.std(ddof=1)) / math.sqrt(len(values))
    return Interval(mean, mean - half, mean + half)


def jackknife_interval(value: float, without: Floats) -> Interval:
    """Returns an interval for what is made of all rows at once, such as what a model says.

    It is the delete-a-group jackknife: Kott, "The delete-a-group jackknife" (2001).

    Args:
        value: The estimate.
        without: The same without each of some equal groups of units: (groups,).
    """
    groups = len(without)
    error = math.sqrt((groups - 1) / groups * float(((without - without.mean()) ** 2).sum()))
    half = _quantile(groups - 1, LEVEL) * error
    return Interval(value, value - half, value + half)


def ratio_interval(above: Floats, below: Floats) -> Interval:
    """Returns the ratio of two means with an interval, by the delta method.

    Args:
        above: (units,).
        below: (units,) not negative, their sum positive.
    """
    ratio = float(above.mean() / below.mean())
    _, low, high = mean_interval((above - ratio * below) / below.mean())
    return Interval(ratio, ratio + low, ratio + high)


@cache
def _quantile(freedom: int, level: float) -> float:
    """Returns what |t| of Student's distribution stays below with a probability; no SciPy needed.

    The distribution function is Abramowitz and Stegun, "Handbook of Mathematical Functions",
    26.7.3 and 26.7.4, which is exact for whole degrees of freedom.
    """
    freedom = min(freedom, _LARGEST_FREEDOM)
    low, high = 0.0, math.pi / 2
    while high - low > 1e-14:
        angle = (low + high) / 2
        if _within(angle, freedom) < level:
            low = angle
        else:
            high = angle
    return math.sqrt(freedom) * math.tan(low)


def _within(angle: float, freedom: int) -> float:
    """The probability of |t| < sqrt(freedom) tan(angle)."""
    odd, square = freedom % 2, math.cos(angle) ** 2
    term = math.cos(angle) if odd else 1.0
    total = 0.0
    for k in range(2 + odd, freedom + 1, 2):
        total += term
        term *= square * (k - 1) / k
    if odd:
        return 2.0 / math.pi * (angle + math.sin(angle) * total)
    return math.sin(angle) * total
