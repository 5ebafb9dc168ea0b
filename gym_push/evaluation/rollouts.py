"""Delivery played to the end with everybody in a world at once.

A policy here is an evaluator's: it sees the games themselves, and so more than an agent sees.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push.actions import (
    DELIVER,
    INTERRUPTION,
    MISSED,
    OPENED,
    PARTS,
    STRESS,
    SUPPRESS,
)
from gym_push.envs.delivery.rewards import Weights, on_grid
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.ticks import NONE
from gym_push.envs.delivery.world import World
from gym_push.errors import ArgumentError
from gym_push.users.keyed_random import Floats, Ints
from gym_push.users.model.states import DAY

Policy: TypeAlias = Callable[[Deliveries], Ints]


@dataclass(frozen=True)
class Rollout:
    """What a policy earned in a world.

    Attributes:
        parts: The weighted parts of the reward by person, in the order of `PARTS`: (4, people).
        status: Of each notification, an index of `STATUSES`: (notifications,).
        delivered_at: Tick of each delivery; `NONE` without one: (notifications,).
        credit: Reward of each notification by itself: (notifications,). The sum over a person is
            the person's reward, except for notifications still held at the end.
        loads: Mean fatigue of each person at deliveries, in units of their trait: (people,).
    """

    parts: Floats
    status: NDArray[np.int8]
    delivered_at: Ints
    credit: Floats
    loads: Floats

    @property
    def rewards(self) -> Floats:
        """The reward of each person: (people,)."""
        rewards: Floats = self.parts.sum(axis=0)
        return rewards


def play(
    world: World,
    policy: Policy,
    weights: Weights | None = None,
    *,
    counted_from: int = 0,
) -> Rollout:
    """Plays every person of a world to the end.

    Args:
        world: The people and their days.
        policy: Returns an action for every lane; there is a lane for each person who gets a
            notification.
        weights: Of the parts of the reward; None for the default.
        counted_from: First day whose rewards count in `parts`.

    Raises:
        ArgumentError: Nobody gets a notification.
    """
    weights = weights or Weights()
    notifications = np.diff(world.first)
    players = np.flatnonzero(notifications)
    if not players.size:
        raise ArgumentError(f"nobody gets a notification in {world.days} days; give more days")
    games = Deliveries(world, len(players), weights)
    games.begin(np.arange(len(players)), players)
    playing = np.ones(len(players), dtype=np.bool_)
    total = np.zeros((len(PARTS), len(playing)))
    delivered_at = np.full(len(world.simulation.arrivals.time), NONE)
    credit = np.zeros(len(delivered_at))
    load, deliveries = np.zeros((2, len(playing)))
    while playing.any():
        note, tick = games.note.copy(), games.tick.copy()
        actions, loads = policy(games), games.load()
        parts, over = games.step(actions, playing)
        total += parts * (playing & (world.ticks.time[games.tick] >= counted_from * DAY))
        delivers = playing & (actions == DELIVER)
        load[delivers] += loads[delivers]
        deliveries += delivers
        delivered_at[note[delivers]] = tick[delivers]
        decided = delivers | (playing & (actions == SUPPRESS))
        at_once = parts[INTERRUPTION] + parts[STRESS] + parts[MISSED]
        ended = (playing & over).nonzero()[0]  # the last decision also pays for what is still held
        at_once[ended] += (weights.stress + weights.missed) * games.waiting_that_matter(ended)
        credit[note[decided]] = at_once[decided]
        playing = playing & ~over
    status = games.status[np.arange(games.status.shape[1]) < notifications[players, None]]
    notes = np.flatnonzero(delivered_at != NONE)
    met = world.reactions.potential_outcomes(notes, delivered_at[notes])
    worth = np.where(status[notes] == OPENED, met.opened, met.refused)
    credit[notes] += on_grid(weights.engagement * worth)
    parts, loads = np.zeros((len(PARTS), len(notifications))), np.zeros(len(notifications))
    parts[:, players], loads[players] = total, load / np.maximum(deliveries, 1.0)
    return Rollout(parts, status, delivered_at, credit, loads)


def always(action: int) -> Policy:
    """Returns the policy that always takes the same action."""
    return lambda games: np.full(len(games.tick), action)
