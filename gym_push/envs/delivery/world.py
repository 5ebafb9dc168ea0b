"""What happens around an agent that decides about notifications, and that it cannot change.

What arrives, where the person is, when they look at their phone and when the agent is asked: all
of that is laid out ahead for some people and days, and what a delivery leads to is looked up in
it. Everybody's rows stand in one array after another's, ordered by person and time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gym_push.errors import ArgumentError
from gym_push.logs import NotificationLog
from gym_push.users.keyed_random import Flags, Floats, Ints
from gym_push.users.model.clock import DAY, DAY_PART_OF_HOUR, HOUR, MINUTE
from gym_push.users.model.days import SLOT, SLOTS_A_DAY, situation
from gym_push.users.model.decisions import context_utility, static_utility
from gym_push.users.model.sensing import hour_keys, notice_probability, ringer_mode
from gym_push.users.population import Population
from gym_push.users.simulation import Simulation, to_log

REVIEW_EVERY: Final = 30 * MINUTE
"""What is held comes up again at every full and half hour, at every self-check and at the end."""

NONE: Final = -1

_MANY: Final = 4096
"""So many times are searched among all ticks; fewer are faster found from the slots they are in."""

_AHEAD: Final = np.arange(8)
"""So many ticks of a slot are looked at in one go; few slots have more."""


@dataclass(frozen=True)
class Slots:
    """What every ten minutes of everybody's days mean; (people * slots,) each.

    Attributes:
        state: `State` of the person.
        day_part: Index in `DAY_PARTS`.
        era: Of the person's tastes.
        ringer: Index in `RINGER_MODES`.
        notice: Probability that an alert is noticed.
        context_utility: The part of the utility of opening that depends on the moment alone.
        count: Slots of one person.
    """

    state: npt.NDArray[np.uint8]
    day_part: Ints
    era: Ints
    ringer: Ints
    notice: Floats
    context_utility: Floats
    count: int


@dataclass(frozen=True)
class Ticks:
    """The times at which an agent may be asked, ordered by person and time; (ticks,) each.

    Attributes:
        first: (people + 1,) the first of each person; their last is the end of the days.
        person: Index of the person.
        time: Milliseconds.
        arrival: The notification that arrives; `NONE` where what is held is reviewed.
        next_arrival: The person's next tick with an arrival; their last one plus one if there is
            none.
        slot: Index in `Slots`.
        in_use: Whether a self-check is going on.
        next_check: When the next one starts, in milliseconds.
        hour_later, day_later: The person's first tick at least an hour, a day later; else that of
            the end plus one.
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
    hour_later: Ints
    day_later: Ints
    keys: Ints
    span: int

    @cached_property
    def of_arrival(self) -> Ints:
        """(notifications,) the tick at which each arrives."""
        return np.flatnonzero(self.arrival != NONE)

    @cached_property
    def since_hour(self) -> Ints:
        """(ticks,) the person's first tick that is less than an hour before each."""
        return self._since(self.hour_later)

    @cached_property
    def since_day(self) -> Ints:
        """(ticks,) the person's first tick that is less than a day before each."""
        return self._since(self.day_later)

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

    def _since(self, later: Ints) -> Ints:
        return np.searchsorted(later, np.arange(len(later)), side="right")


@dataclass(frozen=True, eq=False)
class World:
    """People and their days, as far as no agent can change them.

    Attributes:
        population: The people are of it.
        users: Their numbers.
        days: How many.
        simulation: What happens if everything is delivered when it arrives.
        first: (people + 1,) the first notification of each person.
        static_utility: (eras, notifications) utility that does not depend on when it is seen.
        slots: What the times of day mean.
        ticks: When an agent may be asked.
    """

    population: Population
    users: tuple[int, ...]
    days: int
    simulation: Simulation
    first: Ints
    static_utility: Floats
    slots: Slots
    ticks: Ticks

    @cached_property
    def app_class(self) -> Ints:
        """(notifications,) index in `CLASSES`."""
        return self.simulation.arrivals.app_class

    @cached_property
    def log(self) -> NotificationLog:
        """The log of deliver-at-once, from which a notification's features are read."""
        return to_log(self.simulation, self.users, "the simulated people")

    def check_begins(self, person: Ints) -> None:
        """Makes sure that people get a notification, with which an episode could begin.

        Args:
            person: Their indices.

        Raises:
            ArgumentError: One of them gets none.
        """
        silent = person[self.first[person] == self.first[person + 1]]
        if silent.size:
            raise ArgumentError(
                f"user {self.users[silent[0]]} gets no notification in {self.days} days; name "
                "another user"
            )

    def __deepcopy__(self, memo: dict[int, Any]) -> World:
        """Returns itself: what cannot change need not be copied."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles what it is made from."""
        return build_world, (self.population, self.users, self.days)


def build_world(population: Population, users: Sequence[int], days: int) -> World:
    """Lays out the days of some people.

    Args:
        population: They are of it.
        users: Their numbers.
        days: How many.

    Raises:
        ArgumentError: The days are out of range, or nobody has such a number.
    """
    simulation = population.simulate(users, days)
    people, arrivals, p = simulation.people, simulation.arrivals, simulation.parameters
    eras = range(len(people.tastes.app))
    notifications = np.bincount(arrivals.person, minlength=len(users))
    return World(
        population=population,
        users=tuple(users),
        days=days,
        simulation=simulation,
        first=np.concatenate(([0], np.cumsum(notifications))),
        static_utility=np.stack(
            [
                static_utility(people, arrivals, simulation.features, np.array(era), p)
                for era in eras
            ]
        ),
        slots=_lay_out_slots(simulation),
        ticks=_lay_out_ticks(simulation, days),
    )


def _lay_out_slots(simulation: Simulation) -> Slots:
    states, p = simulation.routine.states, simulation.parameters
    people = len(states)
    count = states.shape[1] * SLOTS_A_DAY
    person, slot = np.divmod(np.arange(people * count), count)
    at = situation(simulation.routine, person, slot * SLOT)
    return Slots(
        state=at.state,
        day_part=DAY_PART_OF_HOUR[at.hour],
        era=simulation.people.tastes.era(at.day),
        ringer=ringer_mode(simulation.people, at, hour_keys(simulation.people, at)),
        notice=notice_probability(simulation.people, at, p),
        context_utility=context_utility(simulation.people, at, p),
        count=count,
    )


def _lay_out_ticks(simulation: Simulation, days: int) -> Ticks:
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
    return Ticks(
        first=first,
        person=person,
        time=time,
        arrival=arrival,
        next_arrival=_next_arrival(person, arrival, first),
        slot=person * simulation.routine.states.shape[1] * SLOTS_A_DAY + time // SLOT,
        in_use=in_use,
        next_check=next_check,
        hour_later=_first_at(keys, span, person, time + HOUR),
        day_later=_first_at(keys, span, person, time + DAY),
        keys=keys,
        span=span,
    )


def _next_arrival(person: Ints, arrival: Ints, first: Ints) -> Ints:
    """Returns, for each tick, the same person's next one with an arrival, or beyond their last."""
    with_arrival = np.flatnonzero(arrival != NONE)
    place = np.searchsorted(with_arrival, np.arange(len(person)), side="right")
    following = np.append(with_arrival, len(person))[place]
    next_one: Ints = np.minimum(following, first[person + 1])
    return next_one


def _first_at(keys: Ints, span: int, person: Ints, time: Ints) -> Ints:
    key = person * span + np.minimum(time, span - 1)
    found: Ints = np.searchsorted(keys, key, side="left")
    return found
