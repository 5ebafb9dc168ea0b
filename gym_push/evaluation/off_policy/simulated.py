"""Random decisions on the phones of simulated people, and the reward of every alternative.

As the people are simulated, the reward of the action that was not taken is known, too, so that
every estimate can be compared with the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from gym_push.actions import DELIVER, DELIVERY_ACTIONS, OPENED, SUPPRESS
from gym_push.envs.delivery.observations import NOTIFICATION, OWN, RATE, open_rate, own_doings
from gym_push.envs.delivery.rewards import Weights, on_grid
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.world import World, build_world
from gym_push.errors import ArgumentError, not_one_of
from gym_push.evaluation.off_policy.estimators import PERSONS, Units, taken
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.rollouts import play
from gym_push.logs import NotificationLog
from gym_push.logs.columns import NumberColumn, coded, read_only
from gym_push.logs.known import DECISIONS
from gym_push.users import Population
from gym_push.users.keyed_random import Flags, Floats, Ints, Stream
from gym_push.users.model.app_classes import CLASSES, PRIORITIES

RANDOM, BY_APP = "random", "by-app"

LEAST, MOST = 0.1, 0.9
"""Limits of the probabilities of `by-app`, so that no weight is above ten."""
_OF_CLASS: Final = {
    "msg": 0.85,
    "group": 0.7,
    "email": 0.65,
    "dating": 0.55,
    "social": 0.5,
    "news": 0.35,
    "media": 0.35,
    "assistant": 0.35,
    "calendar": 0.8,
    "call": 0.85,
    "system": 0.25,
    "promo": 0.2,
}
_OF_PRIORITY: Final = {"min": -0.15, "low": -0.1, "default": 0.0, "high": 0.05, "max": 0.05}


@dataclass(frozen=True)
class Behaviour:
    """A policy that delivers or suppresses each notification at random, when it arrives.

    ```pycon
    >>> Behaviour.of("random:0.8").name
    'random:0.8'

    ```

    Attributes:
        name: `random:P` delivers everything with probability P. `by-app` delivers with a higher
            probability what comes from messengers, calls and calendars, and what has a high
            priority: what it delivers is opened more often than what it suppresses would be, so
            that the plain mean of its rewards misleads.
        table: Probability of delivering: a row for each class of app, a column for each priority.
    """

    name: str
    table: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, name: str | Behaviour) -> Behaviour:
        """Returns the behaviour of that name.

        Raises:
            ArgumentError: There is no such behaviour, or P is not between 0 and 1.
        """
        if isinstance(name, Behaviour):
            return name
        kind, colon, chance = str(name).partition(":")
        if kind == BY_APP and not colon:
            return cls(BY_APP, _by_app())
        if kind != RANDOM:
            raise ArgumentError(f"behaviour={not_one_of(name, (f'{RANDOM}:P', BY_APP))}")
        try:
            deliver = float(chance)
        except ValueError:
            deliver = np.nan
        if not 0.0 < deliver < 1.0:
            raise ArgumentError(
                f"behaviour={name!r} needs a probability of delivering between 0 and 1, such as "
                f"{RANDOM}:0.8, so that it takes both actions"
            )
        return cls(f"{RANDOM}:{deliver!r}", ((deliver,) * len(PRIORITIES),) * len(CLASSES))

    def propensities(self, world: World) -> Floats:
        """Returns the probability of delivering each notification: (notifications,)."""
        priority = world.simulation.features.priority
        chosen: Floats = np.array(self.table)[world.app_class, priority]
        return chosen


def _by_app() -> tuple[tuple[float, ...], ...]:
    return tuple(
        tuple(
            round(min(max(_OF_CLASS[each.name] + _OF_PRIORITY[priority], LEAST), MOST), 2)
            for priority in PRIORITIES
        )
        for each in CLASSES
    )


@dataclass(frozen=True, eq=False)
class SimulatedDecisions:
    """Decisions of a behaviour policy on simulated phones, and the reward of each action.

    Attributes:
        world: The people and their days.
        deliver: Probability with which each notification was delivered: (rows,).
        delivered: Whether it was: (rows,).
        opened: Whether the person opened it: (rows,).
        own: The phone's counts before the decision, as in `OWN`: (rows, features).
        potential: The reward of each action for this notification, after all earlier decisions:
            (rows, 3), NaN for holding.
    """

    world: World
    deliver: Floats
    delivered: Flags
    opened: Flags
    own: Ints
    potential: Floats

    @property
    def decisions(self) -> Ints:
        """The actions taken: (rows,)."""
        return np.where(self.delivered, DELIVER, SUPPRESS)

    @property
    def rewards(self) -> Floats:
        """Their rewards: (rows,)."""
        return taken(self.potential, self.decisions)

    @property
    def propensities(self) -> Floats:
        """Their probabilities: (rows,)."""
        chosen: Floats = np.where(self.delivered, self.deliver, 1.0 - self.deliver)
        return chosen

    @cached_property
    def units(self) -> Units:
        """The people, or the days of the only one."""
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
                **world.sensed_at(world.ticks.of_arrival),
                **{name: NumberColumn(self.own[:, i]) for i, name in enumerate(OWN)},
                RATE: NumberColumn(open_rate(self.own)),
                "decision": coded(1 - self.delivered, ("deliver", "suppress")),
                "deliverPropensity": NumberColumn(self.deliver),
                "suppressPropensity": NumberColumn(1.0 - self.deliver),
                "reward": NumberColumn(self.rewards),
            },
            actions=read_only(self.opened.astype(np.int8)),
            times=world.log.times,
            owner=world.log.owner,
        )

    @cached_property
    def logged(self) -> LoggedDecisions:
        """The decisions in the form that estimators take."""
        return LoggedDecisions.of(self.log)

    def values(self, target: Floats) -> Floats:
        """Returns the expected reward of a policy for each notification: (rows,).

        Each decision is valued alone, after all that the behaviour policy decided before it.

        Args:
            target: The policy's probability of each action: (rows, 3); 0 for holding.

        Raises:
            ArgumentError: There is no notification.
        """
        if not len(self.delivered):
            raise ArgumentError("nobody gets a notification; simulate more people or days")
        earned: Floats = np.where(target > 0.0, target * self.potential, 0.0).sum(axis=1)
        return earned

    def value(self, target: Floats, over: str = PERSONS) -> float:
        """Returns the expected reward a notification: what the estimators estimate.

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

    Decisions depend on the population's seed, the person and the notification alone: the first
    days of a longer log are the log of those days.

    Args:
        population: The people.
        days: Number of days.
        behaviour: `random:P`, `by-app` or a `Behaviour`.
        users: The people whose phones decide; None for all.
        weights: Of the parts of the reward; None for those of delivery-v0.

    Raises:
        ArgumentError: An argument is out of range, or there is no such behaviour.
    """
    chosen = Behaviour.of(behaviour)
    world = build_world(population, range(population.size) if users is None else users, days)
    deliver = chosen.propensities(world)
    delivered = Stream.BEHAVIOUR.uniform(world.simulation.arrivals.key) < deliver
    decider = _Decider(world, delivered, weights or Weights())
    opened = np.zeros(len(deliver), dtype=np.bool_)
    if len(deliver):
        opened = play(world, decider, weights).status == OPENED
    return SimulatedDecisions(world, deliver, delivered, opened, decider.own, decider.potential)


class _Decider:
    """Carries out decisions, and records the phone's counts and the reward of each action."""

    def __init__(self, world: World, delivered: Flags, weights: Weights) -> None:
        self._at_once = world.reactions.at_once
        self._person, self._people = world.simulation.arrivals.person, world.simulation.people
        self._delivered, self._weights = delivered, weights
        self._asked = np.zeros(len(delivered), dtype=np.bool_)
        self.own = np.zeros((len(delivered), len(OWN)), dtype=np.int64)
        self.potential = np.full((len(delivered), len(DELIVERY_ACTIONS)), np.nan)
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
