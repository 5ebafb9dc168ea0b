"""Who is played in delivery-v0: people of a population, whose worlds are built when needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np

from gym_push.envs.delivery.world import World, build_world
from gym_push.errors import ArgumentError
from gym_push.users import Population

DEFAULT_SIZE: Final = 100
DEFAULT_DAYS: Final = 7

TOGETHER: Final = 16
"""People in one world, which is built in little more time than one for a single person."""

KEPT: Final = 8
"""Worlds kept in the cache; about 15 MB each for seven days."""

MOST_DAYS_AT_ONCE: Final = 100_000
"""Of all people together, where everybody is in one world: about 10 GB."""

MOST_TRIES: Final = 1000


class UserSampler:
    """The people whom an environment may play.

    Args:
        population: A `Population`, or its arguments as a dict; None for a hundred people.
        days: Of an episode.
        whole: Whether everybody is in one world.

    Raises:
        ArgumentError: One of them is out of range, or is not a population.
    """

    def __init__(
        self,
        population: Population | Mapping[str, Any] | None,
        days: int,
        whole: bool = False,
    ) -> None:
        if population is None:
            population = Population(DEFAULT_SIZE)
        elif isinstance(population, Mapping):
            try:
                population = Population(**population)
            except TypeError as error:
                raise ArgumentError(f"population={population!r}: {error}") from None
        if not isinstance(population, Population):
            raise ArgumentError(
                f"population={population!r} is neither a Population nor a dict of its arguments"
            )
        population.check(days=days)
        self.population, self.days, self._whole = population, days, whole
        if whole and population.size * days > MOST_DAYS_AT_ONCE:
            raise ArgumentError(
                f"a vector environment lays out all {population.size} people of its population for "
                f"{days} days; give them at most {MOST_DAYS_AT_ONCE // days} people"
            )
        self._together = population.size if whole else TOGETHER
        self._block = lru_cache(KEPT)(partial(_build_block, population, days, self._together))

    def draw(self, random: np.random.Generator, user: Any = None) -> tuple[World, int]:
        """Returns the world of a person, and their index in it.

        Args:
            random: Draws the person.
            user: Whom to play; None to draw one who gets a notification.

        Raises:
            ArgumentError: There is no such user, or they get no notification in all the days.
        """
        if user is not None:
            world, person = self.find(user)
            world.check_begins(np.array([person]))
            return world, person
        for _ in range(MOST_TRIES):
            world, person = self.find(int(random.integers(self.population.size)))
            if world.first[person] < world.first[person + 1]:
                return world, person
        raise ArgumentError(
            f"{MOST_TRIES} people of {self.population!r} get no notification in {self.days} days; "
            "raise volume_median, or the days"
        )

    def find(self, user: int) -> tuple[World, int]:
        """Returns the world of a person, and their index in it.

        Raises:
            ArgumentError: There is no such user.
        """
        self.population.check(user=user)
        block, person = divmod(user, self._together)
        return self._block(block), person

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles what it is made from; worlds are built again."""
        return UserSampler, (self.population, self.days, self._whole)


def _build_block(population: Population, days: int, together: int, block: int) -> World:
    users = range(block * together, min((block + 1) * together, population.size))
    return build_world(population, users, days)
