"""How much was delivered and opened in the last hour and day, and how often a phone alerted.

A count only grows. What it was before each tick is kept, and what happened in the last hour is
what came since before the first tick of that hour.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from gym_push.users.keyed_random import Flags, Ints

_BITS: Final = 21
_MASK: Final = (1 << _BITS) - 1

DELIVERED, OPENED, ALERT = (1 << _BITS * place for place in range(3))
"""What each adds to a count. They share one integer, to be added and compared in one go; 2**21 is
more than all notifications of ten years of a usual person."""


class Recent(NamedTuple):
    """What happened lately; a number of one game, or (lanes,) of many.

    Attributes:
        delivered_hour, delivered_day: Deliveries in the last hour and day.
        opened_hour, opened_day: Openings, from the first tick after them on.
        alerts: In the last hour.
    """

    delivered_hour: Any
    delivered_day: Any
    opened_hour: Any
    opened_day: Any
    alerts: Any


def recent(hour: Any, day: Any) -> Recent:
    """Reads the counts of the last hour and day."""
    opened_hour, opened_day = hour >> _BITS & _MASK, day >> _BITS & _MASK
    return Recent(hour & _MASK, day & _MASK, opened_hour, opened_day, alerts(hour))


def alerts(hour: Any) -> Any:
    """Reads the alerts from the count of an hour."""
    return hour >> 2 * _BITS


class Counts:
    """The counts of many games.

    Args:
        lanes: How many games.
        columns: Of each game; a column stands for a tick.
    """

    def __init__(self, lanes: int, columns: int) -> None:
        self._now, self._before_hour, self._before_day = np.zeros((3, lanes), dtype=np.int64)
        self._before = np.zeros((lanes, columns), dtype=np.int64)

    @property
    def hour(self) -> Ints:
        """(lanes,) what happened in the last hour."""
        return self._now - self._before_hour

    @property
    def recent(self) -> Recent:
        """What happened in the last hour and day."""
        return recent(self.hour, self._now - self._before_day)

    def clear(self, lanes: Ints) -> None:
        """Lets nothing have happened in these lanes."""
        self._now[lanes] = self._before_hour[lanes] = self._before_day[lanes] = 0
        self._before[lanes] = 0

    def deliver(self, lanes: Ints, alerted: Flags) -> None:
        """Counts a delivery in each of these lanes, and the alerts that they were."""
        self._now[lanes] += DELIVERED + alerted * ALERT

    def open(self, lanes: Ints, opened: Flags) -> None:
        """Counts openings; a lane may be among these several times."""
        np.add.at(self._now, lanes, opened * OPENED)

    def keep(self, column: Ints, lane: Ints, first: Ints, place: Ints, opened: Flags) -> None:
        """Keeps what the counts are before each of the ticks that pass.

        Args:
            column: (passed,) the ticks, lane after lane.
            lane: (passed,) whose they are.
            first: (lanes,) index in `column` of each lane's first.
            place: (acts,) index in `column` of the tick at which people act.
            opened: (acts,) whether they open something.
        """
        before = self._now[lane]
        if place.size:
            then = np.zeros(len(column), dtype=np.int64)
            np.add.at(then, place, opened * OPENED)
            earlier = then.cumsum() - then
            before += earlier - earlier[first[lane]]
        self._before.reshape(-1)[column] = before

    def look_back(self, hour: Ints, day: Ints) -> None:
        """Takes the columns at which the last hour and day of every lane begin."""
        before = self._before.reshape(-1)
        self._before_hour, self._before_day = before[hour], before[day]
