"""What is independent in a log, and what means over it are over.

The rows of a person are not independent: who likes an app likes it the next time, too. Persons are.
In a log of one person days are taken for it, which differ in length: they are no persons, and a
mean over them would let a notification of a quiet day count more than one of a busy day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from gym_push.errors import choose
from gym_push.evaluation.estimates import LEVEL, Estimate, ratio
from gym_push.logs.log_statistics import DAY, Floats, Ints

PERSONS, NOTIFICATIONS = "persons", "notifications"

BLOCKS: Final = 20
"""Stretches of a log of one person without times."""


@dataclass(frozen=True, eq=False)
class Units:
    """The parts of a log that are taken as independent.

    Attributes:
        kind: "person"; in a log of one person "day", or "block" where it has no times.
        of_row: Index of the unit of each row: (rows,).
        count: How many there are; each has a row.
        over: What a mean is over: "persons", who then count alike however many notifications they
            have, or "notifications", as always in a log of one person.
    """

    kind: str
    of_row: Ints
    count: int
    over: str = PERSONS

    @classmethod
    def of(cls, person: Ints, times: Ints | None) -> Units:
        """Returns the persons; where there is one only, the days, or else equal stretches of rows.

        Args:
            person: Whose each row is: (rows,).
            times: When it was, in ms: (rows,); None where nobody knows.
        """
        kind, part, over, rows = "person", person, PERSONS, len(person)
        if rows and person.min() == person.max():
            kind, part, over = "block", np.arange(rows) * min(BLOCKS, rows) // rows, NOTIFICATIONS
            if times is not None:
                kind, part = "day", times // DAY
        found, of_row = np.unique(part, return_inverse=True)
        return cls(kind, of_row.reshape(rows), len(found), over)

    def averaged(self, over: str) -> Units:
        """Returns the same units with means over persons or notifications.

        Raises:
            ArgumentError: `over` is neither.
        """
        choose("over", over, (PERSONS, NOTIFICATIONS))
        return replace(self, over=over) if self.kind == "person" else self

    @cached_property
    def sizes(self) -> Floats:
        """What each unit counts in a mean: one, or its rows: (units,)."""
        return self.totals(np.ones(len(self.of_row)))

    def totals(self, values: Floats) -> Floats:
        """Returns what each unit adds to a mean, before it is divided by all sizes: (units,).

        Args:
            values: (rows,).
        """
        rows = np.bincount(self.of_row, minlength=self.count)
        shared = rows if self.over == PERSONS else np.ones(self.count)
        totals: Floats = np.bincount(self.of_row, values, self.count) / shared
        return totals

    def mean(self, values: Floats, level: float = LEVEL) -> Estimate:
        """Returns the mean of the rows, over what it is over; its interval is over the units.

        Args:
            values: (rows,).
            level: How often the interval is to hold the true mean.
        """
        return ratio(self.totals(values), self.sizes, level)

    def folds(self, count: int, seed: int) -> Ints:
        """Returns a fold for each unit; they differ by one unit at most: (units,).

        Args:
            count: How many folds.
            seed: Of who is in which.
        """
        return np.random.default_rng(seed).permutation(self.count) % count
