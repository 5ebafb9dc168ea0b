"""The notifications that agents of delivery-v0 hold, in the order in which they arrived."""

from __future__ import annotations

import numpy as np

from gym_push.envs.delivery.world import NONE
from gym_push.users.keyed_random import Flags, Ints


class Queue:
    """A linked list in each lane, through which a review goes from the front to the end.

    Every row stands for a notification, and each lane has one more that stands before its first,
    so that what is put in or taken out always has something before it.

    Args:
        rows: How many rows all lanes have together.
        lanes: How many there are.

    Attributes:
        held: (lanes,) how many are held.
    """

    def __init__(self, rows: int, lanes: int) -> None:
        self._front = np.arange(rows, rows + lanes)
        self._behind = np.full(rows + lanes, NONE)
        self._tail, self._before = self._front.copy(), self._front.copy()
        self.held = np.zeros(lanes, dtype=np.int64)

    @property
    def first(self) -> Ints:
        """(lanes,) the row at the front, or `NONE`."""
        return self._behind[self._front]

    def clear(self, lanes: Ints) -> None:
        """Takes out everything."""
        front = self._front[lanes]
        self._behind[front] = NONE
        self._tail[lanes] = self._before[lanes] = front
        self.held[lanes] = 0

    def append(self, lanes: Ints, row: Ints) -> None:
        """Puts a row at the end."""
        self._behind[self._tail[lanes]] = row
        self._behind[row] = NONE
        self._tail[lanes] = row
        self.held[lanes] += 1

    def review(self, lanes: Ints, row: Ints, stays: Flags) -> Ints:
        """Goes on from a row, which stays or is taken out.

        Returns:
            (lanes,) the row that is up for review next, or `NONE`.
        """
        behind: Ints = self._behind[row]
        before = np.where(stays, row, self._before[lanes])
        self._behind[before] = behind
        self._before[lanes] = before
        last = behind == NONE
        self._tail[lanes[last]] = before[last]
        self.held[lanes] -= ~stays
        return behind

    def start_over(self, lanes: Flags) -> None:
        """Begins the next review at the front, in these lanes."""
        np.copyto(self._before, self._front, where=lanes)
