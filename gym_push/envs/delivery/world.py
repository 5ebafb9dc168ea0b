"""What happens around an agent of delivery-v0, and what the agent cannot change.

What arrives, where the person is, when they look at their phone and when the agent is asked: all
of it is laid out ahead for some people and days, and what a delivery leads to is looked up in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.delivery.rewards import Reactions, Weights, on_grid
from gym_push.envs.delivery.ticks import Ticks, build_slots, build_ticks, table
from gym_push.envs.phone import sensed_at
from gym_push.errors import ArgumentError
from gym_push.logs import NotificationLog, Schema
from gym_push.logs.columns import Column, read_only
from gym_push.logs.known import SITUATION
from gym_push.users.keyed_random import Ints
from gym_push.users.model.decisions import static_utility
from gym_push.users.population import Population
from gym_push.users.simulation import Simulation, to_log

DEFAULT_DAYS: Final = 7


@dataclass(frozen=True, eq=False)
class World:
    """Some people and their days, as far as no agent can change them.

    Attributes:
        population: The people are of it.
        users: Their numbers.
        days: How many.
        first: (people + 1,) the first notification of each person.
        reactions: How they react to deliveries.
    """

    population: Population
    users: tuple[int, ...]
    days: int
    first: Ints
    reactions: Reactions

    @property
    def simulation(self) -> Simulation:
        """What happens if everything is delivered when it arrives."""
        return self.reactions.simulation

    @property
    def ticks(self) -> Ticks:
        """When an agent may be asked."""
        return self.reactions.ticks

    @property
    def app_class(self) -> Ints:
        """(notifications,) index in `CLASSES`."""
        return self.simulation.arrivals.app_class

    @cached_property
    def log(self) -> NotificationLog:
        """The log of deliver-at-once, from which a notification's features are read."""
        return to_log(self.simulation, self.users, "the simulated people")

    @cached_property
    def sensed(self) -> NotificationLog:
        """What the phones sense: a row for each tick. Its actions mean nothing."""
        every = np.arange(len(self.ticks.time))
        return NotificationLog(
            source="the phones of the simulated people",
            schema=Schema(context=SITUATION),
            columns=self.sensed_at(every),
            actions=read_only(np.zeros(len(every), dtype=np.int8)),
        )

    def sensed_at(self, tick: Ints) -> dict[str, Column]:
        """Returns what the phones sense at some ticks, as columns by name.

        Args:
            tick: (rows,) indices of ticks.
        """
        ticks = self.ticks
        return sensed_at(self.simulation, ticks.person[tick], ticks.time[tick], ticks.in_use[tick])

    def tables(self, weights: Weights) -> Tables:
        """Returns what games with these weights look up; made once."""
        if weights not in self._tables:
            self._tables[weights] = _build_tables(self, weights)
        return self._tables[weights]

    @cached_property
    def _tables(self) -> dict[Weights, Tables]:
        return {}

    def check_begins(self, person: Ints) -> None:
        """Checks that people get a notification, with which an episode can begin.

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
    people, arrivals, features = simulation.people, simulation.arrivals, simulation.features
    notifications = np.bincount(arrivals.person, minlength=len(users))
    eras = map(np.array, range(len(people.tastes.app)))
    return World(
        population=population,
        users=tuple(users),
        days=days,
        first=np.concatenate(([0], np.cumsum(notifications))),
        reactions=Reactions(
            simulation,
            static_utility=np.stack(
                [static_utility(people, arrivals, features, era) for era in eras]
            ),
            slots=build_slots(simulation),
            ticks=build_ticks(simulation, days),
        ),
    )


class Tables(NamedTuple):
    """What games look up at every decision, with the parts of the reward weighted.

    Attributes:
        ticks: A row each: `time`, the weighted `alert_cost`, and `arrival`, `next_arrival`,
            `since_hour` and `since_day` as of `Ticks`.
        notes: A row for each notification: when it is `posted`; its weighted `PotentialOutcomes`
            if it is delivered when it arrives, with ticks for times; its `app`, and whether it is
            `significant`.
    """

    ticks: NDArray[Any]
    notes: NDArray[Any]


def _build_tables(world: World, weights: Weights) -> Tables:
    ticks, arrivals, reactions = world.ticks, world.simulation.arrivals, world.reactions
    at_once, arrived = reactions.at_once, ticks.of_arrival
    every = np.arange(len(arrived))
    # With int32 for indices: a world of two thousand million ticks would not fit into memory.
    return Tables(
        ticks=table(
            time=ticks.time,
            alert_cost=on_grid(weights.interruption * reactions.alert_costs),
            arrival=ticks.arrival.astype(np.int32),
            next_arrival=ticks.next_arrival.astype(np.int32),
            since_hour=ticks.since_hour.astype(np.int32),
            since_day=ticks.since_day.astype(np.int32),
        ),
        notes=table(
            posted=arrivals.time,
            inclination=at_once.inclination,
            opened=on_grid(weights.engagement * at_once.opened),
            refused=on_grid(weights.engagement * at_once.refused),
            ignored=at_once.ignored,
            opened_at=reactions.tick_of_act(every, at_once.opened_at, arrived).astype(np.int32),
            refused_at=reactions.tick_of_act(every, at_once.refused_at, arrived).astype(np.int32),
            late=at_once.late,
            app=arrivals.app.astype(np.int8),
            significant=world.simulation.features.significant,
        ),
    )
