"""Delivery played to the end with everybody in a world at once, and what could be earned at most.

A policy here is an evaluator's: it sees the games themselves, and so more than an agent sees. An
oracle knows the utility of every notification at every time, when the person would see it, and how
tired they are; a clairvoyant one also knows the noise, and so what the person would do. Both are
myopic: they compare a delivery now with one at the best later review within half a day and with
none, and ignore what it does to later notifications. A far-sighted agent could beat them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push.actions import DELIVER, HOLD, PARTS, SUPPRESS
from gym_push.envs.delivery.rewards import WORTH_DISMISSED, WORTH_IGNORED, Weights
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.ticks import NONE
from gym_push.envs.delivery.world import World
from gym_push.errors import ArgumentError
from gym_push.users.keyed_random import Flags, Floats, Ints
from gym_push.users.model.states import DAY, HOUR
from gym_push.users.simulation import Simulation

Policy: TypeAlias = Callable[[Deliveries], Ints]

HORIZON: Final = 12 * HOUR
MOST_REVIEWS: Final = 60
"""Within the horizon, for somebody who looks at the phone all the time."""

ROUNDS: Final = 2
"""Runs of the oracle from which it estimates future fatigue."""

_ANSWERS = np.array([DELIVER, HOLD, SUPPRESS])


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
        credit[note[playing]] = games.credit[playing]
        playing = playing & ~over
    status = games.status[np.arange(games.status.shape[1]) < notifications[players, None]]
    parts, loads = np.zeros((len(PARTS), len(notifications))), np.zeros(len(notifications))
    parts[:, players], loads[players] = total, load / np.maximum(deliveries, 1.0)
    return Rollout(parts, status, delivered_at, credit, loads)


def always(action: int) -> Policy:
    """Returns the policy that always takes the same action."""
    return lambda games: np.full(len(games.tick), action)


def oracle(simulation: Simulation) -> Flags:
    """Returns whether each notification would be opened if its noise were zero: (notifications,).

    It knows the person's utility and fatigue, but not the coin that is tossed.
    """
    return simulation.responses.margin - simulation.traits.noise > 0.0


class Foresight:
    """The potential outcomes of all notifications, at their arrival and at the reviews after it.

    Args:
        world: The people.
        weights: Of the parts of the reward; None for the default.
    """

    def __init__(self, world: World, weights: Weights | None = None) -> None:
        self.world, self.weights = world, weights or Weights()
        simulation, ticks = world.simulation, world.ticks
        self._person, self._noise = simulation.arrivals.person, simulation.traits.noise
        self._refused = world.reactions.at_once.refused  # the same at any time
        self._reviews = np.append(np.flatnonzero(ticks.arrival == NONE), len(ticks.time) - 1)
        self._first = np.searchsorted(self._reviews, ticks.of_arrival)
        columns, ahead = [], np.arange(len(self._first))
        tick = ticks.of_arrival
        while ahead.size:
            columns.append(self._look_up(ahead, tick))
            place = np.minimum(self._first[ahead] + len(columns) - 1, len(self._reviews) - 1)
            tick = self._reviews[place]
            within = ticks.person[tick] == self._person[ahead]
            within &= ticks.time[tick] <= simulation.arrivals.time[ahead] + HORIZON
            within &= tick > ticks.of_arrival[ahead]
            ahead, tick = ahead[within], tick[within]
            if len(columns) > MOST_REVIEWS:
                break
        self._inclination, self._opened, self._cost = (
            np.stack(each, axis=1) for each in zip(*columns, strict=True)
        )

    def policy(self, pilot: Rollout, *, clairvoyant: bool = False) -> Policy:
        """Returns the oracle's policy.

        Args:
            pilot: A run whose deliveries show how tired people will be.
            clairvoyant: Whether it knows the noise.
        """
        load = pilot.loads[self._person][:, None]
        every, reviews = np.arange(len(self._person))[:, None], np.arange(self._opened.shape[1])
        later = self._engagement(every, reviews, load, clairvoyant) - self._cost
        later[:, 0] = -np.inf  # what arrives now is not later
        best = np.full((len(later), later.shape[1] + 1), -np.inf)
        best[:, :-1] = np.maximum.accumulate(later[:, ::-1], axis=1)[:, ::-1]
        significant = self.world.simulation.features.significant
        never = -(self.weights.stress + self.weights.missed) * significant
        last = len(reviews) - 1

        def act(games: Deliveries) -> Ints:
            note, reviewed = games.note, self.world.ticks.arrival[games.tick] == NONE
            place = np.searchsorted(self._reviews, games.tick) - self._first[note] + 1
            column = np.where(reviewed, np.minimum(place, last), 0)
            now = self._engagement(note, column, games.load(), clairvoyant) - games.alert_price()
            time = self.world.ticks.time[games.tick]
            now -= self.weights.stress * self.world.reactions.is_late(note, time)
            value = np.stack((now, best[note, column + 1], never[note]))
            answers: Ints = _ANSWERS[value.argmax(axis=0)]
            return answers

        return act

    def _look_up(self, note: Ints, tick: Ints) -> tuple[Floats, Floats, Floats]:
        """Returns inclination, worth of opening and cost: (notifications,) each."""
        reactions = self.world.reactions
        met, costs = reactions.potential_outcomes(note, tick), reactions.alert_costs[tick]
        inclination, opened = np.zeros((2, len(self._first)))
        cost = np.full(len(self._first), np.inf)  # if it cannot be delivered then
        inclination[note], opened[note] = met.inclination, met.opened
        cost[note] = self.weights.interruption * costs + self.weights.stress * met.late
        return inclination, opened, cost

    def _engagement(self, note: Ints, column: Ints, load: Floats, clairvoyant: bool) -> Floats:
        """Returns the expected worth of deliveries."""
        simulation = self.world.simulation
        p, fatigue = simulation.people.parameters, simulation.people.fatigue[self._person[note]]
        margin = self._inclination[note, column] - fatigue * load
        opened = self._opened[note, column]
        if clairvoyant:
            worth = np.where(margin > 0.0, opened, self._refused[note])
        else:
            chance = 1.0 / (1.0 + np.exp((self._noise[note] - margin) / p.noise))
            refused = p.ignored * WORTH_IGNORED + (1.0 - p.ignored) * WORTH_DISMISSED
            worth = chance * opened + (1.0 - chance) * refused
        expected: Floats = self.weights.engagement * worth
        return expected


def play_oracle(
    world: World,
    weights: Weights | None = None,
    *,
    clairvoyant: bool = False,
    counted_from: int = 0,
) -> Rollout:
    """Plays an oracle, which learns from its own runs how tired people will be.

    Args:
        world: The people.
        weights: Of the parts of the reward; None for the default.
        clairvoyant: Whether it knows the noise.
        counted_from: First day whose rewards count.

    Raises:
        ArgumentError: Nobody gets a notification.
    """
    rollout = play(world, always(DELIVER), weights)
    foresight = Foresight(world, weights)
    for _ in range(ROUNDS):
        policy = foresight.policy(rollout, clairvoyant=clairvoyant)
        rollout = play(world, policy, weights, counted_from=counted_from)
    return rollout
