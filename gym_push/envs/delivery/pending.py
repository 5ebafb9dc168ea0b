"""What was delivered and is still to be opened, dismissed or cleared, and what that is worth."""

from __future__ import annotations

import numpy as np

from gym_push.envs.delivery.world import NONE
from gym_push.users.keyed_random import Floats, Ints


class Pending:
    """Deliveries of many games, found by the tick at which people act on them.

    Args:
        rows: Of each game; a row stands for a notification.
        columns: Of each game; a column stands for a tick.
        lanes: How many games.
    """

    def __init__(self, rows: int, columns: int, lanes: int) -> None:
        self._worth = np.zeros((lanes, rows))
        # The row that is acted on at a column, and the one that is acted on after a row.
        self._first = np.full((lanes, columns), NONE)
        self._behind = np.full(lanes * rows, NONE)

    def clear(self, lanes: Ints) -> None:
        """Forgets all deliveries of these lanes."""
        self._worth[lanes], self._first[lanes] = 0.0, NONE

    def add(self, row: Ints, column: Ints, worth: Floats) -> None:
        """Adds deliveries; those that came last are acted on first."""
        first = self._first.reshape(-1)
        self._worth.reshape(-1)[row] = worth
        self._behind[row] = first[column]
        first[column] = row

    def due(self, column: Ints) -> tuple[Ints, Ints]:
        """Finds what is acted on at some columns: the first of each, then the second, and so on.

        Returns:
            (acts,) each, an index in `column` and a row.
        """
        row = self._first.reshape(-1)[column]
        place = (row != NONE).nonzero()[0]
        row = row[place]
        places, rows = [place], [row]
        while row.size:
            row = self._behind[row]
            left = (row != NONE).nonzero()[0]
            place, row = place[left], row[left]
            places.append(place)
            rows.append(row)
        return np.concatenate(places), np.concatenate(rows)

    def pay(self, row: Ints) -> Floats:
        """Returns what deliveries are worth, which is paid once."""
        every = self._worth.reshape(-1)
        worth: Floats = every[row]
        every[row] = 0.0
        return worth

    def pay_all(self, lanes: Ints) -> Floats:
        """Returns what all deliveries of these lanes are worth: (lanes,)."""
        owed = self._worth[lanes].ravel()
        place = (owed != 0.0).nonzero()[0]  # of one long row, which is much faster than of several
        self._worth[lanes] = 0.0
        lane = place // self._worth.shape[1]
        return np.bincount(lane, owed[place], len(lanes)).astype(np.float64)

    def __bool__(self) -> bool:
        """Whether anything is still to be paid."""
        return bool(self._worth.any())
