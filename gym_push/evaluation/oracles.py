"""Policies that know the person: what agents could earn if they knew as much.

An oracle knows the utility of every notification at every time, when the person would see it, and
how tired they are; a clairvoyant one also knows the noise, and so what the person would do. Both
are myopic: they compare a delivery now with one at the best later review within half a day and with
none, and ignore what it does to later notifications. A far-sighted agent could beat them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gym_push.actions import DELIVER, HOLD, SUPPRESS
from gym_push.envs.delivery.rewards import (
    WORTH_DISMISSED,
    WORTH_IGNORED,
    Weights,
)
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.ticks import NONE
from gym_push.envs.delivery.world import World
from gym_push.evaluation.rollouts import Policy, Rollout, always, play
from gym_push.users.keyed_random import Flags, Floats, Ints
from gym_push.users.model.states import HOUR
from gym_push.users.simulation import Simulation

HORIZON: Final = 12 * HOUR
MOST_REVIEWS: Final = 60
"""Within the horizon, for somebody who looks at the phone all the time."""

ROUNDS: Final = 2
"""Runs of the oracle from which it estimates future fatigue."""

_ANSWERS = np.array([DELIVER, HOLD, SUPPRESS])


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


def regret(world: World, policy: Policy, weights: Weights | None = None) -> Floats:
    """Returns what a policy earns less than the oracle on the same days: (people,).

    It may be negative, since the oracle is myopic.

    Args:
        world: The people.
        policy: The policy.
        weights: Of the parts of the reward; None for the default.
    """
    left: Floats = play_oracle(world, weights).rewards - play(world, policy, weights).rewards
    return left
