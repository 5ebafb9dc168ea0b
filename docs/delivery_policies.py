"""Policies of delivery-v0 for docs/policies.py: by chance, in batches, by plan, and learned.

A plan says what to do with one notification. The learned policies explore random plans in the first
days, learn what each plan earns, and then take the best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gym_push.actions import DELIVER, DELIVERY_ACTIONS, HOLD, OPENED, SUPPRESS
from gym_push.agents.simple import shrunken
from gym_push.envs.delivery.observations import NOTIFICATION, PHONE
from gym_push.envs.delivery.rewards import Weights
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.ticks import NONE
from gym_push.envs.delivery.world import World
from gym_push.errors import ArgumentError, extra_import
from gym_push.evaluation.rollouts import Policy, Rollout, play
from gym_push.processes import one_thread
from gym_push.users.keyed_random import Floats, Ints
from gym_push.users.model.app_classes import APPS
from gym_push.users.model.states import DAY, HOUR

NOW, AT_NEXT_USE, NEVER = PLANS = range(3)
"""Deliver at once; hold until the person uses the phone; suppress."""

BATCHES: Final = (9, 15, 21)
"""Hours of the day. Three batches a day helped: "Batching smartphone notifications can improve
well-being"."""

PRIOR: Final = 5.0
"""Notifications of an app that the person's mean counts as."""


def at_random(seed: int) -> Policy:
    """Returns the policy that takes each action with the same probability."""
    random = np.random.default_rng(seed)
    return lambda games: random.integers(len(DELIVERY_ACTIONS), size=len(games.tick))


def by_plan(plans: Ints) -> Policy:
    """Returns the policy that carries out a plan for each notification.

    Args:
        plans: (notifications,) `NOW`, `AT_NEXT_USE` or `NEVER`.
    """
    first = np.array([DELIVER, HOLD, SUPPRESS])

    def act(games: Deliveries) -> Ints:
        ticks = games.world.ticks
        reviewed = ticks.arrival[games.tick] == NONE
        used = np.where(ticks.in_use[games.tick] | games.at_the_end, DELIVER, HOLD)
        return np.where(reviewed, used, first[plans[games.note]])

    return act


def in_batches(games: Deliveries) -> Ints:
    """Holds everything until the next of `BATCHES`."""
    now = games.world.ticks.time[games.tick]
    reviewed = games.world.ticks.arrival[games.tick] == NONE
    due = np.isin(now % DAY, np.array(BATCHES) * HOUR) | games.at_the_end
    return np.where(reviewed & due, DELIVER, HOLD)


@dataclass(frozen=True)
class Experience:
    """A run of random plans.

    Attributes:
        world: The people.
        plans: For each notification: (notifications,).
        rollout: The result.
        known: Whether each notification may be learned from: (notifications,).
    """

    world: World
    plans: Ints
    rollout: Rollout
    known: NDArray[np.bool_]


def explore(world: World, days: int, seed: int, weights: Weights | None = None) -> Experience:
    """Plays random plans, to learn from the notifications that arrive in the first days.

    Args:
        world: The people.
        days: Number of days to learn from.
        seed: Of the plans.
        weights: Of the parts of the reward; None for the default.
    """
    arrivals = world.simulation.arrivals
    plans = np.random.default_rng(seed).integers(len(PLANS), size=len(arrivals.time))
    rollout = play(world, by_plan(plans), weights)
    return Experience(world, plans, rollout, arrivals.time < days * DAY)


def app_table(experience: Experience) -> Policy:
    """Learns the mean reward of each plan for each app of each person."""
    values = _table(experience)
    simulation = experience.world.simulation
    return by_plan(values[:, simulation.arrivals.person, simulation.arrivals.app].argmax(axis=0))


def boosted_q(experience: Experience, seed: int = 0) -> Policy:
    """Learns the reward of each plan by gradient boosting on all that is known at the arrival.

    There is one model for everybody. It also sees the person's open rate and the values of
    `app_table`.

    Raises:
        ArgumentError: One of the plans was never tried.
        MissingExtraError: scikit-learn is not installed.
    """
    with extra_import("boosted_q", "scikit-learn", "fidelity"):
        from sklearn.ensemble import HistGradientBoostingRegressor

    facts, values = _facts(experience), []
    for plan in PLANS:
        mine = experience.known & (experience.plans == plan)
        if not mine.any():
            raise ArgumentError(
                "there is nothing to learn from: one of the plans was never tried in the first "
                "days; explore more people or days"
            )
        model = HistGradientBoostingRegressor(
            max_iter=200, learning_rate=0.08, l2_regularization=1.0, random_state=seed
        )
        with one_thread():
            model.fit(facts[mine], experience.rollout.credit[mine])
            values.append(model.predict(facts))
    return by_plan(np.argmax(values, axis=0))


def _table(experience: Experience) -> Floats:
    """Mean credit by plan, person and app, shrunken to the person's mean: (3, people, apps)."""
    arrivals, known = experience.world.simulation.arrivals, experience.known
    shape = (len(PLANS), len(experience.world.users), len(APPS))
    place = np.ravel_multi_index((experience.plans, arrivals.person, arrivals.app), shape)
    size = int(np.prod(shape))
    count = np.bincount(place[known], minlength=size).reshape(shape)
    credit = experience.rollout.credit[known]
    total = np.bincount(place[known], credit, minlength=size).reshape(shape)
    own = total.sum(axis=2, keepdims=True) / np.maximum(count.sum(axis=2, keepdims=True), 1)
    table: Floats = shrunken(total, count, own, PRIOR)
    return table


def _facts(experience: Experience) -> Floats:
    """Returns what is known about each notification at its arrival: (notifications, facts)."""
    world, known = experience.world, experience.known
    arrivals, opened = world.simulation.arrivals, experience.rollout.status == OPENED
    person = arrivals.person
    delivered = known & (experience.plans != NEVER)
    people = len(world.users)
    sent = np.bincount(person[delivered], minlength=people)
    rate = np.bincount(person[delivered], opened[delivered], minlength=people) / np.maximum(sent, 1)
    codes = {
        **NOTIFICATION.codes(world.log),
        **PHONE.codes(world.sensed, world.ticks.of_arrival),
    }
    columns = [np.asarray(code, dtype=np.float64).reshape(len(person)) for code in codes.values()]
    table = _table(experience)[:, person, arrivals.app]
    return np.stack([*columns, rate[person], *table], axis=1)
