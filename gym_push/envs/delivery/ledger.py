"""Which notification has earned what, and what delivering all would have earned."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TypeAlias

import numpy as np

from gym_push.actions import DELIVER, ENGAGEMENT, HOLD, OPENED, WAITING
from gym_push.envs.delivery.history import STEP, EpisodeHistory
from gym_push.envs.delivery.rewards import Weights, on_grid
from gym_push.envs.delivery.single import Game
from gym_push.viewer.days_frame import UNSEEN

LedTo: TypeAlias = tuple[int, int, float]
"""A decision's index, its outcome and its credit, as of `DeliveryFrame.outcomes`."""


class Ledger:
    """Credits each part of an episode's reward to the notification that earned it.

    Args:
        history: Of the episode.
        weights: Of the parts of the reward.

    Attributes:
        first: The person's first notification.
    """

    def __init__(self, history: EpisodeHistory, weights: Weights) -> None:
        self._history, self._weights = history, weights
        self.first = int(history.world.first[history.person])
        self._credits: dict[int, float] = {}  # by the index of the decision
        self._held: dict[int, int] = {}  # notifications, and the decisions that hold them

    def credit(self, index: int) -> float:
        """Returns what the notification of a decision has earned by it so far."""
        return self._credits.get(index, 0.0)

    def decided(
        self, index: int, note: int, action: int, parts: Sequence[float], ends: bool
    ) -> list[LedTo]:
        """Notes a decision, and returns what it has led to by itself.

        Args:
            index: Of the decision.
            note: The notification.
            action: What was decided.
            parts: Of the reward of the step.
            ends: Whether the episode ends with it, which charges for what is still held.
        """
        self._held.pop(note, None)
        if action == HOLD:
            self._held[note] = index
        charged = {held: self._charge(note) for note, held in self._held.items() if ends}
        self._credits[index] = sum(parts[ENGAGEMENT + 1 :]) - sum(charged.values())
        for held, charge in charged.items():
            self._credits[held] += charge
        concerned = dict.fromkeys((index, *charged))
        return [(each, UNSEEN, self._credits[each]) for each in concerned if self._credits[each]]

    def paid(self, acts: Sequence[int]) -> list[float]:
        """Returns the engagement that deliveries have earned.

        Args:
            acts: 4 × the index of each delivery's decision + its outcome.
        """
        if not acts:
            return []
        index, outcome = np.divmod(np.array(acts), 4)
        steps = self._history.steps
        note, tick = np.array([steps[at : at + 2] for at in STEP * index], dtype=np.int64).T
        met = self._history.world.reactions.potential_outcomes(note, tick)
        worth = np.where(outcome == OPENED - WAITING, met.opened, met.refused)
        paid: list[float] = on_grid(self._weights.engagement * worth).tolist()
        return paid

    def acted(self, index: int, outcome: int, worth: float) -> LedTo:
        """Notes what the person did with a delivery, and what it was worth."""
        self._credits[index] = self.credit(index) + worth
        return index, outcome, self._credits[index]

    @cached_property
    def deliver_all(self) -> list[float]:
        """What delivering every notification at once earns with the first n of them."""
        history, earned, over = self._history, [0.0], False
        game = Game(history.world, history.person, self._weights)
        while not over:
            parts, over = game.step(DELIVER)
            earned.append(earned[-1] + sum(parts))
        return earned

    def _charge(self, note: int) -> float:
        matters = self._history.world.simulation.features.significant[note]
        return -float(matters) * (self._weights.stress + self._weights.missed)
