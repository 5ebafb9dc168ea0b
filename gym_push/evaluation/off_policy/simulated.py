"""Random decisions on the phones of simulated people, and the reward of every alternative.

As the people are simulated, the reward of the action that was not taken is known, too, so that
every estimate can be compared with the truth.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from gym_push.actions import DELIVER, DELIVERY_ACTIONS, OPENED, SUPPRESS
from gym_push.envs.delivery.observations import NOTIFICATION, OWN, RATE, open_rate, own_doings
from gym_push.envs.delivery.rewards import Weights, on_grid
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.world import World, build_world
from gym_push.errors import ArgumentError, not_one_of
from gym_push.evaluation.off_policy.estimators import PERSONS
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.rollouts import play
from gym_push.logs import NotificationLog
from gym_push.logs.columns import NumberColumn, coded, read_only
from gym_push.logs.known import DECISIONS
from gym_push.users import Population
from gym_push.users.generation.plan import PhonePolicy
from gym_push.users.keyed_random import Flags, Floats, Ints, Stream
from gym_push.users.model.app_classes import CLASSES, PRIORITIES

RANDOM, BY_APP = "random", "by-app"

LEAST, MOST = 0.1, 0.9
"""Limits of the probabilities of `by-app`, so that no weight is above ten."""
_LIMITS: Final = "and nothing was ever held back for later, so it cannot tell what a delay would do"


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
            add = json.loads(Path(__file__).with_name("by_app.json").read_text(encoding="utf-8"))
            of_class = [add["class"][each.name] for each in CLASSES]
            chances = np.add.outer(of_class, [add["priority"][each] for each in PRIORITIES])
            return cls(BY_APP, tuple(map(tuple, chances.clip(LEAST, MOST).round(2).tolist())))
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

    def log(self, population: Population, days: int, users: Sequence[int]) -> NotificationLog:
        """Returns the log of `simulate_decisions`."""
        return simulate_decisions(population, days, self, users=users).log

    def phones(self) -> PhonePolicy:
        """Returns phones that decide so, for `gym-push generate --behaviour`."""
        of_each = "The probability of delivering is the same for all."
        if self.name == BY_APP:
            rows = zip(CLASSES, self.table, strict=True)
            of_each = "The probability of delivering, by class of app and priority:\n\n"
            of_each += f"| class | {' | '.join(PRIORITIES)} |\n|-|{'-|' * len(PRIORITIES)}\n"
            of_each += "\n".join(
                f"| {each.name} | {' | '.join(map(str, chances))} |" for each, chances in rows
            )
        card = Path(__file__).with_name("behaviour.md").read_text(encoding="utf-8")
        did = "\n" + card.format(name=self.name, of_each=of_each)
        return PhonePolicy(self.log, DECISIONS, _LIMITS, {"behaviour": self.name}, did)


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

    @cached_property
    def log(self) -> NotificationLog:
        """The decisions as a log: a row for each notification, as it was when it arrived."""
        world = self.world
        earned = self.potential[:, DELIVER], self.potential[:, SUPPRESS]
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
                "reward": NumberColumn(np.where(self.delivered, *earned)),
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
        values = self.values(target)
        return self.logged.units.averaged(over).mean(values).value


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
    chosen, weights = Behaviour.of(behaviour), weights or Weights()
    world = build_world(population, range(population.size) if users is None else users, days)
    arrivals, people = world.simulation.arrivals, world.simulation.people
    deliver = chosen.propensities(world)
    delivered = Stream.BEHAVIOUR.uniform(arrivals.key) < deliver
    asked, opened = np.zeros((2, len(deliver)), dtype=np.bool_)
    own = np.zeros((len(deliver), len(OWN)), dtype=np.int64)
    potential = np.full((len(deliver), len(DELIVERY_ACTIONS)), np.nan)
    matters = world.simulation.features.significant
    potential[:, SUPPRESS] = -(weights.stress + weights.missed) * matters

    def decide(games: Deliveries) -> Ints:
        """Carries out the decisions; records the phone's counts and what delivering earns."""
        lanes = np.flatnonzero(~asked[games.note])
        note = games.note[lanes]
        asked[note] = True
        own[note] = own_doings(games)[lanes]
        could, fatigue = world.reactions.at_once, people.fatigue[arrivals.person[note]]
        opens = could.inclination[note] - fatigue * games.load()[lanes] > 0.0
        worth = np.where(opens, could.opened[note], could.refused[note])
        price = games.alert_price()[lanes]
        potential[note, DELIVER] = on_grid(weights.engagement * worth) - price
        return np.where(delivered[games.note], DELIVER, SUPPRESS)

    if len(deliver):
        opened = play(world, decide, weights).status == OPENED
    return SimulatedDecisions(world, deliver, delivered, opened, own, potential)
