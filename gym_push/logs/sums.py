"""Sums that grow with each piece of a log, and are those of the whole log to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gym_push.logs.log_statistics import Floats, Ints


class Sums:
    """Sums by name, in `width` columns for each unit, such as a person.

    Rows are added one after the other, as `numpy.bincount` adds those of a whole log.

    Args:
        width: Number of columns.
    """

    def __init__(self, width: int = 1) -> None:
        self._width, self._sums = width, dict[str, Floats]()

    def add(self, name: str, place: Ints, values: NDArray[Any] | float) -> None:
        """Adds values to sums.

        Args:
            name: Of the sums.
            place: `width` times the unit, plus the column, of each row: (rows,).
            values: Of each row: (rows,); or of all.
        """
        sums = self._sums.get(name, np.zeros(0))
        needed = int(place.max(initial=-1)) + 1
        if needed > len(sums):
            sums = np.append(sums, np.zeros(self._width * max(needed, len(sums))))
            self._sums[name] = sums
        np.add.at(sums, place, values)

    def places(self, name: str) -> Ints:
        """Returns all units up to the last that sums of a name have: (units,)."""
        return np.arange(len(self._sums.get(name, ())) // self._width)

    def of(self, name: str, units: Ints) -> Floats:
        """Returns the sums of some units: (units, width)."""
        sums = self._sums.get(name, np.zeros(0))
        size = self._width * (int(units.max(initial=-1)) + 1)
        sums = np.append(sums, np.zeros(max(size - len(sums), 0)))[:size]
        of_units: Floats = sums.reshape(-1, self._width)[units]
        return of_units
