"""When an agent of delivery-v0 is asked, and what every ten minutes of a day mean.

All of it is laid out ahead, for some people and days. Everybody's rows stand in one array, ordered
by person and time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.users.keyed_random import Flags, Ints
from gym_push.users.model.days import SLOT, SLOTS_A_DAY, situation
from gym_push.users.model.decisions import context_utility
from gym_push.users.model.sensing import hour_keys, notice_probability, ringer_mode
from gym_push.users.model.states import DAY, DAY_PART_OF_HOUR, HOUR, MINUTE
from gym_push.users.simulation import Simulation

REVIEW_EVERY: Final = 30 * MINUTE
"""What is held is reviewed at every full and half hour, at every self-check and at the end."""

NONE: Final = -1

_MANY: Final = 4096
"""Above this many times, one global search is faster than a look-up slot by slot."""

_AHEAD: Final = np.arange(8)
"""How many ticks of a slot are compared at once; few slots have more."""


@dataclass(frozen=True)
class Ticks:
    """The times at which an agent may be asked, ordered by person and time; (ticks,) each.

    Attributes:
        first: (people + 1,) the first of each person; their last is the end of the days.
        person: Index of the person.
        time: Milliseconds.
        arrival: The notification that arrives; `NONE` where what is held is reviewed.
        next_arrival: The person's next tick with an arrival, or else their last one plus one.
        slot: Index in the table of slots.
        in_use: Whether the person is using the phone.
        next_check: When they begin to use it next, in milliseconds.
        since_hour, since_day: The person's first tick that is less than an hour, a day before.
        keys: person * span + time, by which ticks are found.
        span: Milliseconds, beyond every time of a tick.
    """

    first: Ints
    person: Ints
    time: Ints
    arrival: Ints
    next_arrival: Ints
    slot: Ints
    in_use: Flags
    next_check: Ints
    since_hour: Ints
    since_day: Ints
    keys: Ints
    span: int

    @cached_property
    def of_arrival(self) -> Ints:
        """(notifications,) the tick at which each arrives."""
        return np.flatnonzero(self.arrival != NONE)

    def at(self, person: Ints, time: Ints) -> Ints:
        """Returns the person's first tick at or after a time, or else their last plus one."""
        if time.size > _MANY:
            return _first_at(self.keys, self.span, person, time)
        time = np.minimum(time, self.span - 1)
        key = person * self.span + time
        place: Ints = self._of_slot[person * (self.span // SLOT + 1) + time // SLOT]
        earlier = (self._padded_keys[np.add.outer(_AHEAD, place)] < key).sum(axis=0)
        place += earlier
        crowded = earlier == len(_AHEAD)
        if crowded.any():
            place[crowded] = np.searchsorted(self.keys, key[crowded])
        return place

    @cached_property
    def _of_slot(self) -> Ints:
        """(people * slots,) the first tick at or after the beginning of every ten minutes."""
        people = np.arange(len(self.first) - 1) * self.span
        begins = np.add.outer(people, np.arange(0, self.span, SLOT)).ravel()
        return np.searchsorted(self.keys, begins)

    @cached_property
    def _padded_keys(self) -> Ints:
        return np.append(self.keys, np.full(len(_AHEAD), np.iinfo(np.int64).max))


def build_slots(simulation: Simulation) -> NDArray[Any]:
    """Returns what every ten minutes of everybody's days mean.

    Returns:
        A table of (people * slots,) rows: the `State` of the person; the `day_part`, of
        `DAY_PARTS`; the `era` of the person's tastes; the `ringer`, of `RINGER_MODES`; the
        probability that an alert is noticed (`notice`); and `context_utility`, the part of the
        utility of opening that depends on the time alone.
    """
    states, people = simulation.routine.states, simulation.people
    count = states.shape[1] * SLOTS_A_DAY
    person, slot = np.divmod(np.arange(len(states) * count), count)
    at = situation(simulation.routine, person, slot * SLOT)
    return table(
        state=at.state,
        day_part=DAY_PART_OF_HOUR[at.hour],
        era=people.tastes.era(at.day),
        ringer=ringer_mode(people, at, hour_keys(people, at)),
        notice=notice_probability(people, at),
        context_utility=context_utility(people, at),
    )


def build_ticks(simulation: Simulation, days: int) -> Ticks:
    """Returns the ticks of everybody's days."""
    arrivals, checks = simulation.arrivals, simulation.checks
    people, end, span = len(simulation.people.key), days * DAY, days * DAY + 2

    every = np.arange(REVIEW_EVERY, end + 1, REVIEW_EVERY)
    reviews = np.add.outer(np.arange(people) * span, every).ravel()
    check_person, check_time = checks.started_before(end)
    arriving = arrivals.person * span + arrivals.time
    checking = check_person * span + check_time
    keys = np.concatenate((arriving, reviews, checking))
    arrival = np.full(len(keys), NONE)
    arrival[: len(arriving)] = np.arange(len(arriving))
    order = np.argsort(keys, kind="stable")  # at one time, what arrives comes before a review
    keys, arrival = keys[order], arrival[order]
    person, time = np.divmod(keys, span)
    in_use, next_check = checks.around(person, time)

    first = np.searchsorted(keys, np.arange(people + 1) * span)
    with_arrival = np.append(np.flatnonzero(arrival != NONE), len(keys))
    following = np.searchsorted(with_arrival, np.arange(len(keys)), side="right")
    return Ticks(
        first=first,
        person=person,
        time=time,
        arrival=arrival,
        next_arrival=np.minimum(with_arrival[following], first[person + 1]),
        slot=person * simulation.routine.states.shape[1] * SLOTS_A_DAY + time // SLOT,
        in_use=in_use,
        next_check=next_check,
        since_hour=_first_at(keys, span, person, np.maximum(time - HOUR + 1, 0)),
        since_day=_first_at(keys, span, person, np.maximum(time - DAY + 1, 0)),
        keys=keys,
        span=span,
    )


def _first_at(keys: Ints, span: int, person: Ints, time: Ints) -> Ints:
    found: Ints = np.searchsorted(keys, person * span + np.minimum(time, span - 1))
    return found


def table(**columns: NDArray[Any]) -> NDArray[Any]:
    """Returns columns of one length as a table whose rows are contiguous in memory.

    To look up a row of thousands of games waits for memory once each, and not column by column.
    """
    dtype = np.dtype([(name, column.dtype) for name, column in columns.items()], align=True)
    rows = np.empty(len(next(iter(columns.values()))), dtype=dtype)
    for name, column in columns.items():
        rows[name] = column
    return rows
