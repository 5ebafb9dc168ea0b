"""Decisions in the order in which each person met them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from gym_push.evaluation.off_policy.estimators import PERSONS, Units
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.logs.cells import NO_OFFSET
from gym_push.logs.log_statistics import HOUR, Floats, Ints

FEWEST: Final = 5
"""Units of equal weight that it takes at each step of a stream."""
TINY: Final = 1e-300


@dataclass(frozen=True, eq=False)
class Streams:
    """The decisions of a log, unit by unit, each in the order of time.

    Attributes:
        units: The persons, or the days of the only one: of the ordered rows.
        order: The rows of the log in this order: (rows,).
        step: How many decisions of the same unit were before: (rows,).
        horizon: How many decisions count, this one and those before it; None for all.
    """

    units: Units
    order: Ints
    step: Ints
    horizon: int | None

    @classmethod
    def of(cls, logged: LoggedDecisions, over: str, horizon: int | None) -> Streams:
        """Returns the streams of a log; rows without times are in their order.

        Where each row says how far the phone was from UTC, an hour that the clocks repeat is in
        order, too.
        """
        units, rows = logged.units.averaged(over), np.arange(len(logged))
        times, offsets = logged.log.times, logged.log.offsets
        times = rows if times is None else times
        if offsets is not None and (offsets != NO_OFFSET).all():
            times = times - offsets * np.int64(HOUR // 60)
        order = np.lexsort((rows, times, units.of_row))
        of_row = units.of_row[order]
        first = np.searchsorted(of_row, of_row)
        ordered = Units(units.kind, of_row, units.count, units.over)
        return cls(ordered, order, rows - first, horizon)

    @cached_property
    def age(self) -> Ints:
        """How many decisions before each one count: (rows,)."""
        return self.step if self.horizon is None else np.minimum(self.step, self.horizon - 1)

    @cached_property
    def worth(self) -> Floats:
        """What each decision adds to a mean: one, or a share of its unit's one: (rows,)."""
        rows = np.bincount(self.units.of_row, minlength=self.units.count)[self.units.of_row]
        return 1.0 / rows if self.units.over == PERSONS else np.ones(len(rows))

    @cached_property
    def begins(self) -> Ints:
        """The first decision that counts for each: (rows,)."""
        return np.arange(len(self.step)) - self.age

    @cached_property
    def follows(self) -> Ints:
        """The rows with another decision of the same unit before: (transitions,)."""
        return np.flatnonzero(self.step > 0)

    def thin(self, weights: Floats) -> float:
        """Returns the share of the decisions that come when weights leave hardly anybody.

        Those are decisions of a step, as the tenth of each stream, at which the weights are worth
        less than `FEWEST` units, and less than half of those who come so far.

        Args:
            weights: Of each decision: (rows,).
        """
        count = np.bincount(self.step, self.worth)
        left, there = (
            np.bincount(self.step, each) ** 2 / np.maximum(np.bincount(self.step, each**2), TINY)
            for each in (weights * self.worth, self.worth)
        )
        return float(count[(left < FEWEST) & (left < there / 2.0)].sum() / count.sum())

    def products(self, ratios: Floats) -> Floats:
        """Returns the product of the ratios of each decision and those before it that count.

        Args:
            ratios: At least 0: (rows,).
        """
        zero = np.concatenate([[0], np.cumsum(ratios == 0.0)])
        logs = np.concatenate([[0.0], np.cumsum(np.log(np.where(ratios == 0.0, 1.0, ratios)))])
        rows = np.arange(len(ratios))
        none = zero[rows + 1] == zero[self.begins]
        products: Floats = np.where(none, np.exp(logs[rows + 1] - logs[self.begins]), 0.0)
        return products
