"""What changes while many games of delivery-v0 are played: one part of the books in each class.

A game is a lane. A row stands for one of its notifications, a column for one of its ticks.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from gym_push.envs.delivery.ticks import NONE
from gym_push.envs.delivery.world import World
from gym_push.users.keyed_random import Flags, Floats, Ints
from gym_push.users.model.app_classes import APPS
from gym_push.users.model.decisions import added_load, faded, fatigue_load

_BITS: Final = 21
_LOW_BITS: Final = (1 << _BITS) - 1

ONE_DELIVERED, ONE_OPENED, ONE_ALERTED = (1 << _BITS * place for place in range(3))
"""What each adds to a count. The three share one integer, so that they are added and compared at
once; 2**21 is more than a usual person gets in ten years."""

APP_DELIVERED, APP_OPENED, APP_NOT_OPENED, APP_SUPPRESSED = range(4)
"""Columns of what has happened to the notifications of an app."""


class Recent(NamedTuple):
    """What happened in the last hour and day: numbers of one game, or (lanes,) of many.

    Attributes:
        delivered_hour, delivered_day: Deliveries.
        opened_hour, opened_day: Openings; each counts from the first tick after it.
        alerts: Alerts in the last hour.
    """

    delivered_hour: Any
    delivered_day: Any
    opened_hour: Any
    opened_day: Any
    alerts: Any


def recent(hour: Any, day: Any) -> Recent:
    """Reads the counts of the last hour and day."""
    opened_hour, opened_day = hour >> _BITS & _LOW_BITS, day >> _BITS & _LOW_BITS
    return Recent(hour & _LOW_BITS, day & _LOW_BITS, opened_hour, opened_day, alerts(hour))


def alerts(hour: Any) -> Any:
    """Reads the alerts from the count of an hour."""
    return hour >> 2 * _BITS


class Counts:
    """How much was delivered and opened lately, how often the phones alerted, and all by app.

    Counts only grow. What they were before each tick is kept: what happened in the last hour is
    the count now less that before the hour's first tick.

    Args:
        lanes: How many games.
        columns: Of each game.
    """

    def __init__(self, lanes: int, columns: int) -> None:
        self._now, self._before_hour, self._before_day = np.zeros((3, lanes), dtype=np.int64)
        self._before = np.zeros((lanes, columns), dtype=np.int64)
        self._every = np.arange(lanes)
        self._by_app = np.zeros((lanes, len(APPS), 4), dtype=np.int64)

    @property
    def hour(self) -> Ints:
        """(lanes,) what happened in the last hour."""
        return self._now - self._before_hour

    @property
    def recent(self) -> Recent:
        """What happened in the last hour and day."""
        return recent(self.hour, self._now - self._before_day)

    def clear(self, lanes: Ints) -> None:
        """Sets the counts of these lanes to zero."""
        self._now[lanes] = self._before_hour[lanes] = self._before_day[lanes] = 0
        self._before[lanes] = self._by_app[lanes] = 0

    def of_app(self, app: Ints) -> Ints:
        """Returns the counts of an app of every lane: (lanes, 4), as of `APP_DELIVERED` ff."""
        return self._by_app.reshape(-1, 4).take(self._every * len(APPS) + app, axis=0)

    def deliver(self, lanes: Ints, app: Ints, alerted: Flags) -> None:
        """Counts a delivery in each of these lanes, and an alert where there was one."""
        self._now[lanes] += ONE_DELIVERED + alerted * ONE_ALERTED
        self._by_app.reshape(-1)[_place(lanes, app) + APP_DELIVERED] += 1

    def suppress(self, lanes: Ints, app: Ints) -> None:
        """Counts a suppressed notification in each of these lanes."""
        self._by_app.reshape(-1)[_place(lanes, app) + APP_SUPPRESSED] += 1

    def act(self, lanes: Ints, app: Ints, opened: Flags) -> None:
        """Counts what is opened and what is not; a lane may occur several times."""
        column = np.where(opened, APP_OPENED, APP_NOT_OPENED)
        np.add.at(self._by_app.reshape(-1), _place(lanes, app) + column, 1)
        np.add.at(self._now, lanes, opened * ONE_OPENED)

    def keep(self, column: Ints, lane: Ints, first: Ints, place: Ints, opened: Flags) -> None:
        """Keeps what the counts are before each of the ticks that pass.

        Args:
            column: (passed,) the ticks, lane after lane.
            lane: (passed,) the lane of each.
            first: (lanes,) index in `column` of each lane's first.
            place: (acts,) index in `column` of the tick at which people act.
            opened: (acts,) whether they open something.
        """
        before = self._now[lane]
        if place.size:
            then = np.zeros(len(column), dtype=np.int64)
            np.add.at(then, place, opened * ONE_OPENED)
            earlier = then.cumsum() - then
            before += earlier - earlier[first[lane]]
        self._before.reshape(-1)[column] = before

    def look_back(self, hour: Ints, day: Ints) -> None:
        """Sets the columns at which the last hour and day of every lane begin."""
        before = self._before.reshape(-1)
        self._before_hour, self._before_day = before[hour], before[day]


def _place(lanes: Ints, app: Ints) -> Any:
    return (lanes * len(APPS) + app) * 4  # one index is faster than two


class Fatigue:
    """How tired people are of notifications: two loads, which deliveries raise and time lowers.

    Args:
        world: The people.
        lanes: How many games.
    """

    def __init__(self, world: World, lanes: int) -> None:
        self._world = world
        self._short, self._long, self._changed = np.zeros((3, lanes))
        self._volume, self._trait = np.ones((2, lanes))

    def begin(self, lanes: Ints, person: Ints) -> None:
        """Begins with people who are rested."""
        people = self._world.simulation.people
        self._short[lanes] = self._long[lanes] = self._changed[lanes] = 0.0
        self._volume[lanes], self._trait[lanes] = people.volume[person], people.fatigue[person]

    def load(self, time: Ints) -> Floats:
        """Returns how tired everybody is, (lanes,) in units of their trait.

        Args:
            time: (lanes,) milliseconds.
        """
        p = self._world.simulation.people.parameters
        short, long = faded(self._short, self._long, time - self._changed, p)
        return fatigue_load(short, long, self._volume, p)

    def deliver(self, lanes: Ints, time: Ints, inclination: Floats, alerts: Flags) -> Flags:
        """Adds deliveries, and returns whether they are opened.

        Args:
            lanes: (deliveries,) to whom.
            time: (deliveries,) milliseconds.
            inclination: (deliveries,) utility of opening them, with its noise, before fatigue.
            alerts: (deliveries,) whether they alert.
        """
        p, since = self._world.simulation.people.parameters, time - self._changed[lanes]
        short, long = faded(self._short[lanes], self._long[lanes], since, p)
        load = fatigue_load(short, long, self._volume[lanes], p)
        opened: Flags = inclination - self._trait[lanes] * load > 0.0
        if_refused, if_opened = added_load(p)
        added = np.where(opened, if_opened, if_refused)
        self._short[lanes], self._long[lanes] = short + alerts * added, long + added
        self._changed[lanes] = time
        return opened


class Pending:
    """Deliveries that people have yet to open, dismiss or clear, by the tick at which they do.

    Args:
        rows: Of each game.
        columns: Of each game.
        lanes: How many games.
    """

    def __init__(self, rows: int, columns: int, lanes: int) -> None:
        self._worth = np.zeros((lanes, rows))
        # A linked list at each column: its first row, and the row behind each row.
        self._first = np.full((lanes, columns), NONE)
        self._behind = np.full(lanes * rows, NONE)

    def clear(self, lanes: Ints) -> None:
        """Forgets all deliveries of these lanes."""
        self._worth[lanes], self._first[lanes] = 0.0, NONE

    def add(self, row: Ints, column: Ints, worth: Floats) -> None:
        """Adds deliveries; of those at one column, the newest is acted on first."""
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


class Queue:
    """The notifications that are held, in order of arrival; a review passes through each once.

    Each lane is a linked list. Beside a row for every notification it has one in front of the
    first, so that whatever is put in or taken out has something before it.

    Args:
        rows: How many notifications all lanes have together.
        lanes: How many games.

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
        """Empties these lanes."""
        front = self._front[lanes]
        self._behind[front] = NONE
        self._tail[lanes] = self._before[lanes] = front
        self.held[lanes] = 0

    def append(self, lanes: Ints, row: Ints) -> None:
        """Puts a row at the end of these lanes."""
        self._behind[self._tail[lanes]] = row
        self._behind[row] = NONE
        self._tail[lanes] = row
        self.held[lanes] += 1

    def review(self, lanes: Ints, row: Ints, stays: Flags) -> Ints:
        """Goes on from a row, which stays or is taken out.

        Returns:
            (lanes,) the row to review next, or `NONE`.
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
