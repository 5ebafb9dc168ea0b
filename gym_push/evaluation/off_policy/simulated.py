"""Decisions of a behaviour policy on the phones of simulated people, and what each would earn.

Because the people are simulated, the reward of the decision that was not taken is known, too. So
every estimate can be held against the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gym_push.envs.delivery.observations import NOTIFICATION, OWN, RATE, open_rate, own_doings
from gym_push.envs.delivery.phone import sensed_at
from gym_push.envs.delivery.rewards import Weights, on_grid, potential_outcomes_at_once
from gym_push.envs.delivery.rules import ACTIONS, DELIVER, OPENED, SUPPRESS, Deliveries
from gym_push.envs.delivery.world import World, build_world
from gym_push.errors import ArgumentError
from gym_push.evaluation.off_policy.behaviours import Behaviour
from gym_push.evaluation.off_policy.estimators import taken
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.off_policy.units import PERSONS, Units
from gym_push.evaluation.policies.rollouts import play
from gym_push.logs import NotificationLog
from gym_push.logs.columns import coded, read_only
from gym_push.logs.known import DECISIONS
from gym_push.users import Population
from gym_push.users.keyed_random import Flags, Floats, Ints, uniform
from gym_push.users.model.table import numbers
from gym_push.users.streams import Stream


@dataclass(frozen=True, eq=False)
class SimulatedDecisions:
    """What a behaviour policy did on the phones of simulated people, and what each decision earned.

    Attributes:
        world: The people and their days.
        deliver: The probability with which each notification was delivered: (rows,).
        delivered: Whether it was: (rows,).
        opened: Whether the person opened it: (rows,).
        own: What the phone had done before, as of `OWN`: (rows, features).
        potential: What each action would have earned with this notification, after all that was
            decided before it: (rows, 3), NaN for holding.
    """

    world: World
    deliver: Floats
    delivered: Flags
    opened: Flags
    own: Ints
    potential: Floats

    @property
    def decisions(self) -> Ints:
        """What was decided: (rows,)."""
        return np.where(self.delivered, DELIVER, SUPPRESS)

    @property
    def rewards(self) -> Floats:
        """What each decision earned: (rows,)."""
        return taken(self.potential, self.decisions)

    @property
    def propensities(self) -> Floats:
        """The probability of each decision: (rows,)."""
        chosen: Floats = np.where(self.delivered, self.deliver, 1.0 - self.deliver)
        return chosen

    @cached_property
    def units(self) -> Units:
        """What is independent: the people, or the days of the only one."""
        arrivals = self.world.simulation.arrivals
        return Units.of(arrivals.person, arrivals.time)

    @cached_property
    def log(self) -> NotificationLog:
        """The decisions as a log: a row for each notification, as it was when it arrived."""
        world = self.world
        return NotificationLog(
            source=f"the decisions on {world.population!r}",
            schema=DECISIONS,
            columns={
                **{name: world.log.columns[name] for name in NOTIFICATION.spaces},
                **sensed_at(world, world.ticks.of_arrival),
                **{name: numbers(self.own[:, i]) for i, name in enumerate(OWN)},
                RATE: numbers(open_rate(self.own)),
                "decision": coded(1 - self.delivered, ("deliver", "suppress")),
                "deliverPropensity": numbers(self.deliver),
                "suppressPropensity": numbers(1.0 - self.deliver),
                "reward": numbers(self.rewards),
            },
            actions=read_only(self.opened.astype(np.int8)),
            times=world.log.times,
            owner=world.log.owner,
        )

    @cached_property
    def logged(self) -> LoggedDecisions:
        """The decisions as estimators take them."""
        return LoggedDecisions.of(self.log)

    def values(self, target: Floats) -> Floats:
        """Returns what a policy would earn in expectation with each notification: (rows,).

        Each decision is valued alone, after all that the behaviour policy decided before it.

        Args:
            target: The policy's probability of each action: (rows, 3); none of holding.

        Raises:
            ArgumentError: There is no notification.
        """
        if not len(self.delivered):
            raise ArgumentError("nobody gets a notification; simulate more people or days")
        earned: Floats = np.where(target > 0.0, target * self.potential, 0.0).sum(axis=1)
        return earned

    def value(self, target: Floats, over: str = PERSONS) -> float:
        """Returns what a policy would earn with a notification, which the estimators estimate.

        Args:
            target: As for `values`.
            over: What the mean is over, as for `off_policy_estimate`.
        """
        return self.units.averaged(over).mean(self.values(target)).value


def simulate_decisions(
    population: Population,
    days: int = 28,
    behaviour: str | Behaviour = "by-app",
    *,
    users: Sequence[int] | None = None,
    weights: Weights | None = None,
) -> SimulatedDecisions:
    """Lets a behaviour policy decide on the phones of simulated people.

    What is decided follows from the population's seed, the person and the notification alone: the
    first days of a longer log are the log of those days.

    Args:
        population: The people.
        days: How many.
        behaviour: `random:P`, `by-app` or a `Behaviour`.
        users: Whose phones; None for everybody's.
        weights: Of the parts of the reward; None for those of delivery-v0.

    Raises:
        ArgumentError: An argument is out of range, or there is no such behaviour.
    """
    chosen = Behaviour.of(behaviour)
    world = build_world(population, range(population.size) if users is None else users, days)
    deliver = chosen.propensities(world)
    delivered = uniform(world.simulation.arrivals.key, Stream.BEHAVIOUR) < deliver
    decider = _Decider(world, delivered, weights or Weights())
    opened = np.zeros(len(deliver), dtype=np.bool_)
    if len(deliver):
        opened = play(world, decider, weights).status == OPENED
    return SimulatedDecisions(world, deliver, delivered, opened, decider.own, decider.potential)


class _Decider:
    """Carries out decisions, and writes down what was known and what each action would earn."""

    def __init__(self, world: World, delivered: Flags, weights: Weights) -> None:
        self._at_once = potential_outcomes_at_once(world)
        self._person, self._people = world.simulation.arrivals.person, world.simulation.people
        self._delivered, self._weights = delivered, weights
        self._asked = np.zeros(len(delivered), dtype=np.bool_)
        self.own = np.zeros((len(delivered), len(OWN)), dtype=np.int64)
        self.potential = np.full((len(delivered), len(ACTIONS)), np.nan)
        significant = world.simulation.features.significant
        self.potential[:, SUPPRESS] = -(weights.stress + weights.missed) * significant

    def __call__(self, games: Deliveries) -> Ints:
        lanes = np.flatnonzero(~self._asked[games.note])
        note = games.note[lanes]
        self._asked[note] = True
        self.own[note] = own_doings(games)[lanes]
        met, fatigue = self._at_once, self._people.fatigue[self._person[note]]
        opens = met.inclination[note] - fatigue * games.load()[lanes] > 0.0
        worth = np.where(opens, met.opened[note], met.refused[note])
        price = games.alert_price()[lanes]
        self.potential[note, DELIVER] = on_grid(self._weights.engagement * worth) - price
        return np.where(self._delivered[games.note], DELIVER, SUPPRESS)
