"""Whom an environment plays: people of a population, whose days are laid out some at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Generic, Protocol, TypeVar

import numpy as np

from gym_push.errors import ArgumentError
from gym_push.users import Population
from gym_push.users.keyed_random import Ints

DEFAULT_SIZE: Final = 100

TOGETHER: Final = 16
"""People in one world, which is built in little more time than one for a single person."""

KEPT: Final = 8
"""Worlds kept in the cache; about 15 MB each for seven days of delivery-v0."""

MOST_DAYS_AT_ONCE: Final = 100_000
"""Of all people together, where everybody is in one world: about 10 GB in delivery-v0."""

MOST_TRIES: Final = 1000


class Days(Protocol):
    """Some people's days, laid out."""

    @property
    def first(self) -> Ints:
        """(people + 1,) the first notification, or the first decision, of each person."""


W = TypeVar("W", bound=Days)


class UserSampler(Generic[W]):
    """The people whom an environment may play.

    Args:
        build: Lays out the days of some people: the population, their numbers, how many days. It
            is pickled, too.
        population: A `Population`, or its arguments as a dict; None for a hundred people.
        days: Of an episode.
        whole: Whether everybody is in one world.

    Raises:
        ArgumentError: One of them is out of range, or is not a population.
    """

    def __init__(
        self,
        build: Callable[[Population, Sequence[int], int], W],
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
        self.population, self.days = population, days
        self._build, self._whole = build, whole
        if whole and population.size * days > MOST_DAYS_AT_ONCE:
            raise ArgumentError(
                f"a vector environment lays out all {population.size} people of its population for "
                f"{days} days; give them at most {MOST_DAYS_AT_ONCE // days} people"
            )
        self._together = population.size if whole else TOGETHER
        self._block = lru_cache(KEPT)(self._build_block)

    def draw(self, random: np.random.Generator, user: Any = None) -> tuple[W, int]:
        """Returns the world of a person, and their index in it.

        Args:
            random: Draws the person.
            user: Whom to play; None to draw one who gets a notification.

        Raises:
            ArgumentError: There is no such user, or nobody who is drawn gets a notification.
        """
        for _ in range(MOST_TRIES):
            number = int(random.integers(self.population.size)) if user is None else user
            self.population.check(user=number)
            block, person = divmod(number, self._together)
            world = self._block(block)
            if user is not None or world.first[person] < world.first[person + 1]:
                return world, person
        raise ArgumentError(
            f"{MOST_TRIES} people of {self.population!r} get no notification in {self.days} days; "
            "raise volume_median, or the days"
        )

    def _build_block(self, block: int) -> W:
        first = block * self._together
        users = range(first, min(first + self._together, self.population.size))
        return self._build(self.population, users, self.days)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles what it is made from; worlds are built again."""
        return UserSampler, (self._build, self.population, self.days, self._whole)
