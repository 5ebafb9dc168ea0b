"""Policies that deliver or suppress by chance, so that what they log can value other policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from gym_push.envs.delivery.world import World
from gym_push.errors import ArgumentError, did_you_mean
from gym_push.users.keyed_random import Floats
from gym_push.users.model.app_classes import CLASSES, PRIORITIES

RANDOM, BY_APP = "random", "by-app"

# Probabilities of delivering, by class of app; in parts of one
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
_OF_PRIORITY: Final = {
    "min": -0.15,
    "low": -0.1,
    "default": 0.0,
    "high": 0.05,
    "max": 0.05,
}  # added
LEAST, MOST = 0.1, 0.9
"""`by-app` stays between them, so that no weight is above ten."""


@dataclass(frozen=True)
class Behaviour:
    """A policy that draws for each notification whether it is delivered at once or suppressed.

    ```pycon
    >>> Behaviour.of("random:0.8").name
    'random:0.8'

    ```

    Attributes:
        name: `random:P` delivers everything with probability P. `by-app` delivers what messengers,
            calls and calendars send more often than what others do, and what has a high priority
            more often than what has a low one: what it delivers is so opened more often than what
            it suppresses would have been, and a plain mean of its rewards misleads.
        table: Probability of delivering, for each class of app a row, for each priority a column.
    """

    name: str
    table: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, words: str | Behaviour) -> Behaviour:
        """Returns the behaviour of that name.

        Raises:
            ArgumentError: There is none, or P is not between 0 and 1.
        """
        if isinstance(words, Behaviour):
            return words
        name, colon, chance = str(words).partition(":")
        if name == BY_APP and not colon:
            return cls(BY_APP, _by_app())
        if name != RANDOM:
            raise ArgumentError(
                f"behaviour={words!r} is none of {RANDOM}:P, {BY_APP}"
                f"{did_you_mean(name, (RANDOM, BY_APP))}"
            )
        try:
            deliver = float(chance)
        except ValueError:
            deliver = np.nan
        if not 0.0 < deliver < 1.0:
            raise ArgumentError(
                f"behaviour={words!r} needs a probability of delivering between 0 and 1, such as "
                f"{RANDOM}:0.8, so that both is done at times"
            )
        return cls(f"{RANDOM}:{deliver!r}", ((deliver,) * len(PRIORITIES),) * len(CLASSES))

    def propensities(self, world: World) -> Floats:
        """Returns the probability with which each notification is delivered: (notifications,)."""
        table, simulation = np.array(self.table), world.simulation
        chosen: Floats = table[world.app_class, simulation.features.priority]
        return chosen


def _by_app() -> tuple[tuple[float, ...], ...]:
    return tuple(
        tuple(
            round(min(max(_OF_CLASS[each.name] + _OF_PRIORITY[priority], LEAST), MOST), 2)
            for priority in PRIORITIES
        )
        for each in CLASSES
    )
