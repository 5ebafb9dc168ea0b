"""Means with intervals and p-values: the only place that makes them.

Units are independent: people, or the days of one person. How much an estimate changes without each
of them (the jackknife) says how far it may be off, for a mean and for a ratio of sums, however
unequal the units are. From that come Student's interval and test, corrected for skewness because
the rewards of people are skewed: Hall, "On the removal of skewness by transformation" (1992). How
often the intervals hold the truth: docs/intervals.md. Estimates with a standard error of their own
have Student's interval as it is.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

Floats = NDArray[np.float64]

LEVEL: Final = 0.95
ROUNDING: Final = 1e-12
"""Units that differ by less are equal."""


class Estimate(NamedTuple):
    """A mean with its interval.

    Attributes:
        value: The mean.
        low, high: Its 95 % interval; None if there is none, such as for one unit or equal units.
        spread: Standard deviation over the seeds of an agent; None with one seed.
    """

    value: float
    low: float | None = None
    high: float | None = None
    spread: float | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends of the interval; None if there is none."""
        return None if self.low is None or self.high is None else (self.low, self.high)


def mean(values: Floats, level: float = LEVEL) -> Estimate:
    """Returns the mean of independent values.

    Args:
        values: (units,), at least one.
        level: How often the interval is to hold the true mean.
    """
    return ratio(values, np.ones(len(values)), level)


def ratio(above: Floats, below: Floats, level: float = LEVEL) -> Estimate:
    """Returns the ratio of two sums over independent units.

    Args:
        above: (units,).
        below: (units,), with a positive sum.
        level: As for `mean`.
    """
    total = math.fsum(below.tolist())
    value = math.fsum(above.tolist()) / total
    others = total - below
    if (others <= 0.0).any():
        return Estimate(value)  # a single unit decides it
    return jackknife(value, (value * below - above) / others, level)


def jackknife(value: float, changes: Floats, level: float = LEVEL) -> Estimate:
    """Returns an estimate with the interval that follows from leaving units out.

    Args:
        value: The estimate.
        changes: How much it changes without each unit, or each of some equal groups of units:
            (units,).
        level: As for `mean`.
    """
    pivot = _Pivot.of(value, changes)
    if pivot is None:
        return Estimate(value)
    quantile = float(f"{stdtrit(pivot.units - 1, (1.0 + level) / 2.0):.6g}")  # in every SciPy
    low, high = (float(f"{pivot.end(each):.12g}") for each in (quantile, -quantile))
    return Estimate(value, low, high)


def p_value(values: Floats) -> float | None:
    """Returns how likely a mean at least as far from zero is if the true mean is zero, two-sided.

    It is below 5 % exactly where the interval of `mean` does not hold zero, and None where there is
    no interval.

    Args:
        values: Independent: (units,).
    """
    average = math.fsum(values.tolist()) / len(values)
    pivot = _Pivot.of(average, (average - values) / max(len(values) - 1, 1))
    return None if pivot is None else float(2.0 * stdtr(pivot.units - 1, -abs(pivot.statistic())))


def student(
    value: float, error: float, degrees: int, level: float = LEVEL
) -> tuple[Estimate, float | None]:
    """Returns an estimate with Student's interval, and its two-sided p-value.

    Without an error there is neither.

    Args:
        value: The estimate.
        error: Its standard error.
        degrees: Degrees of freedom, at least one.
        level: As for `mean`.
    """
    if error <= ROUNDING * max(1.0, abs(value)):
        return Estimate(value), None
    half = float(f"{stdtrit(degrees, (1.0 + level) / 2.0):.6g}") * error  # in every SciPy
    low, high = (float(f"{end:.12g}") for end in (value - half, value + half))
    return Estimate(value, low, high), float(2.0 * stdtr(degrees, -abs(value) / error))


class _Pivot(NamedTuple):
    """A quantity with Student's t distribution, whatever the true value is.

    Attributes:
        value: The estimate.
        deviation: Standard deviation of the units' influence on it.
        skewness: Of the same.
        units: Number of units.
    """

    value: float
    deviation: float
    skewness: float
    units: int

    @classmethod
    def of(cls, value: float, changes: Floats) -> _Pivot | None:
        """Returns the pivot; None for one unit or equal units."""
        units = len(changes)
        influence = (changes.mean() - changes) * (units - 1)
        if units < 2 or np.ptp(influence) <= ROUNDING * max(1.0, abs(value)):
            return None
        variance = float((influence**2).mean())
        skewness = float((influence**3).mean()) / variance**1.5
        return cls(value, math.sqrt(variance * units / (units - 1)), skewness, units)

    def statistic(self) -> float:
        """Returns Student's t for a true value of zero, without its skewness."""
        t, third = self.value / self.deviation, self.skewness / 3.0
        bent = t + third * t**2 + third**2 * t**3 / 3.0 + third / (2.0 * self.units)
        return math.sqrt(self.units) * bent

    def end(self, quantile: float) -> float:
        """Returns the true value for which the statistic would be a quantile of Student's."""
        bent = quantile / math.sqrt(self.units) - self.skewness / (6.0 * self.units)
        root = float(np.cbrt(1.0 + self.skewness * bent))
        return self.value - self.deviation * 3.0 * bent / (root**2 + root + 1.0)
