"""Agents of delivery-v0 that need only NumPy: what a learner has to beat there."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Space

from gym_push.actions import DELIVER, HOLD, SUPPRESS
from gym_push.agents.simple import BaseAgent, check_features
from gym_push.errors import ArgumentError

# From the table of rewards in the documentation of `DeliveryEnv`
WORTH: Final = 1.0
"""Of an opening."""
WORTH_SIGNIFICANT: Final = 1.5
"""Of an opening, if the sender matters."""
LOSS: Final = 0.2
"""Of a notification that is not opened: halfway between ignored and dismissed."""
LOST_BY_WAITING: Final = 0.15
"""Share of an opening's worth that is lost until the phone is in use; an estimate."""

FIRST_PRICE: Final = 0.1
"""Of an alert in a context with fewer than `MET_OFTEN` deliveries."""
MET_OFTEN: Final = 5
"""Deliveries in a context after which their median is used."""
REMEMBERED: Final = 101
"""Latest deliveries in a context that count."""

IN_USE: Final = ("in use",)
FEATURES: Final = (
    "appPackage",
    "contactSignificantContext",
    "timeOfDay",
    "place",
    "inUse",
    "minutesSincePosted",
    "appOpened",
    "appNotOpened",
)


class _DeliveryAgent(BaseAgent):
    """An agent that reads raw observations of delivery-v0."""

    observation = "raw"

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_features(observation_space, FEATURES, "delivery-v0, observation='raw'")


class HoldToNextUse(_DeliveryAgent):
    """Holds everything until the phone is in use, and delivers it then.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: Deliver, hold and suppress.

    Raises:
        ArgumentError: The environment is not delivery-v0, or its observations are not raw.
    """

    def act(self, observation: Mapping[str, Any]) -> int:
        """Delivers if the phone is in use, or holds."""
        return DELIVER if observation["inUse"] else HOLD


@dataclass(eq=False)
class DeliveryTable(_DeliveryAgent):
    """Delivers what is likely enough to be opened to be worth its alert.

    It keeps two tables. One has the open rate of each app, from the counts in the observation. It
    draws the rate from its posterior (Thompson sampling), so that an app with few deliveries gets
    another chance. The other has the price of an alert, by place and time of day, or while the
    phone is in use: the median reward of a delivery, with the sign changed. A reward also pays for
    what happens to other notifications at the same time, but fewer than half of them do, so that
    the median is not moved.

    It takes the action that pays most: to deliver pays the worth less the price and the `toll`; to
    hold pays the same for an older notification when the phone is in use; to suppress pays nothing.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: Deliver, hold and suppress.
        prior: How many notifications of an app the person's own open rate counts as.
        toll: Cost of a delivery beside its alert, since it tires the person; 1 is the worth of one
            fresh opening.
        patience: Minutes after which it holds a notification no longer.

    Raises:
        ArgumentError: The environment is not delivery-v0, its observations are not raw, or a
            number is out of range.
    """

    prior: float = 4.0
    toll: float = 0.2
    patience: float = 60.0

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        super()._prepare(observation_space, action_space)
        if not (self.prior > 0.0 and self.toll >= 0.0 and self.patience >= 0.0):
            raise ArgumentError(
                f"prior={self.prior!r} must be above 0, toll={self.toll!r} and "
                f"patience={self.patience!r} 0 or more"
            )

    def reset(self, seed: int | None = None) -> None:
        """Starts over."""
        self._random = np.random.default_rng(seed)
        self._apps: dict[str, tuple[int, int]] = {}
        self._paid: dict[tuple[str, ...], deque[float]] = {}

    def confidence(self, observation: Mapping[str, Any]) -> float:
        """Returns the open rate of the app, in (0, 1)."""
        opened, refused = self._counts(observation)
        return opened / (opened + refused)

    def act(self, observation: Mapping[str, Any]) -> int:
        """Draws an open rate, and takes the action that pays most with it."""
        self._apps[observation["appPackage"]] = (
            observation["appOpened"],
            observation["appNotOpened"],
        )
        rate = self._random.beta(*self._counts(observation))
        matters = observation["contactSignificantContext"] is True
        opening = WORTH_SIGNIFICANT if matters else WORTH
        worth = rate * opening - (1.0 - rate) * LOSS - self.toll
        now = worth - self._price(_context(observation))
        later = worth - self._price(IN_USE) - LOST_BY_WAITING * rate * opening
        waits = not observation["inUse"] and observation["minutesSincePosted"] < self.patience
        if waits and later > max(now, 0.0):
            return HOLD
        return DELIVER if now > 0.0 else SUPPRESS

    def learn(self, observation: Mapping[str, Any], action: int, reward: float) -> None:
        """Notes the reward of a delivery."""
        if action == DELIVER:
            context = _context(observation)
            self._paid.setdefault(context, deque(maxlen=REMEMBERED)).append(reward)

    def _counts(self, observation: Mapping[str, Any]) -> tuple[float, float]:
        """Returns how many of the app were opened and not opened, the prior included."""
        opened = sum(counts[0] for counts in self._apps.values()) + 1.0
        refused = sum(counts[1] for counts in self._apps.values()) + 1.0
        own = self.prior * opened / (opened + refused)
        return observation["appOpened"] + own, observation["appNotOpened"] + self.prior - own

    def _price(self, context: tuple[str, ...]) -> float:
        paid = self._paid.get(context, ())
        return max(0.0, -median(paid)) if len(paid) >= MET_OFTEN else FIRST_PRICE


def _context(observation: Mapping[str, Any]) -> tuple[str, ...]:
    if observation["inUse"]:
        return IN_USE
    return observation["place"], observation["timeOfDay"]
