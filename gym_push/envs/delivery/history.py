"""The history of an episode of delivery-v0, kept so that it can be shown.

A step only appends numbers that it knows anyway; frames are made of them when somebody looks.
"""

from __future__ import annotations

from array import array
from typing import Final, NamedTuple

import numpy as np

from gym_push.actions import DELIVER, OPENED, WAITING
from gym_push.envs.basic.episodes import Ended
from gym_push.envs.delivery.single import Game
from gym_push.envs.delivery.world import World
from gym_push.users.keyed_random import Floats, Ints

STEP: Final = 7
"""Numbers of a step: the notification, the tick, the action, and the parts of its reward."""


class EpisodeHistory:
    """An episode, which is only added to, so that what was read of it stays true.

    Attributes:
        world: Where it plays.
        person: Index of the person.
        steps: `STEP` numbers for each decision.
        acts: Two numbers for each delivery with a known outcome: how many decisions were taken by
            then, and 4 × the index of the delivery's decision + 1 if it was opened, 2 if dismissed,
            3 if ignored.
    """

    def __init__(self, world: World, person: int) -> None:
        self.world, self.person = world, person
        self.steps, self.acts = array("d"), array("q")
        self._pending: dict[int, int] = {}  # delivered notifications, and their decisions

    @property
    def decisions(self) -> int:
        """How many were taken."""
        return len(self.steps) // STEP

    def result(self) -> tuple[float, ...]:
        """Returns the result of a `DeliveryFrame`."""
        reward = sum(sum(self.steps[part::STEP]) for part in range(3, STEP))
        outcomes = self.acts[1::2]
        opened = sum(1 for outcome in outcomes if outcome % 4 == OPENED - WAITING)
        return round(reward, 4), len(outcomes), opened, len(set(self.steps[::STEP]))

    @property
    def rewards(self) -> Floats:
        """(notifications,) what is paid from the arrival of each to that of the next."""
        steps = np.array(self.steps).reshape(-1, STEP)
        _, arrivals = np.unique(steps[:, 0], return_index=True)
        rewards: Floats = np.add.reduceat(steps[:, 3:].sum(axis=1), arrivals)
        return rewards

    def decide(
        self, game: Game, asked: tuple[int, int], action: int, parts: list[float], over: bool
    ) -> None:
        """Notes a decision, and what happened after it.

        Args:
            game: Where it was taken, as it stands after it.
            asked: The notification and the tick of the decision.
            action: What was decided.
            parts: The parts of its reward.
            over: Whether the episode has ended with it, so that all that is pending is known.
        """
        pending = self._pending
        if action == DELIVER:
            pending[asked[0]] = self.decisions
        self.steps.extend((*asked, action, *parts))
        for note in list(pending) if over else game.acted:
            outcome = game.status_of(note) - WAITING
            self.acts.extend((self.decisions, 4 * pending.pop(note) + outcome))


class DeliverySnapshot(NamedTuple):
    """Where an episode stands. Cheap to make.

    Attributes:
        episode: The number of the episode, from 1.
        history: What happened in it, of which this many `steps` and `acts`, in numbers, count.
        note: The notification to decide on.
        tick: The tick of the world at which the agent is asked.
        own: (features,) the agent's own doings, as of `observations.OWN`.
        over: Whether the episode has ended.
        ended: The episodes before it.
    """

    episode: int
    history: EpisodeHistory
    steps: int
    acts: int
    note: int
    tick: int
    own: Ints
    over: bool
    ended: Ended
