"""Simple policies of delivery: constant ones, and plans that are made when something arrives."""

from __future__ import annotations

from typing import Final

import numpy as np

from gym_push.envs.delivery.rules import ACTIONS, DELIVER, HOLD, SUPPRESS, Deliveries
from gym_push.envs.delivery.world import NONE
from gym_push.evaluation.policies.rollouts import Policy
from gym_push.users.keyed_random import Ints
from gym_push.users.model.clock import DAY, HOUR

NOW, AT_NEXT_USE, NEVER = PLANS = range(3)
"""Deliver at once; hold until the person uses the phone; suppress."""

BATCHES: Final = (9, 15, 21)
"""Hours of the day. Three batches a day helped: "Batching smartphone notifications can improve
well-being"."""


def always(action: int) -> Policy:
    """Returns the policy that answers everything alike."""
    return lambda games: np.full(len(games.tick), action)


def at_random(seed: int) -> Policy:
    """Returns the policy that answers by chance, each action as likely."""
    random = np.random.default_rng(seed)
    return lambda games: random.integers(len(ACTIONS), size=len(games.tick))


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
