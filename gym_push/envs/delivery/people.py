"""Who is played in delivery-v0: people of a population, laid out when they are needed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from gym_push.envs.delivery.world import World, build_world
from gym_push.errors import ArgumentError
from gym_push.users import Population

DEFAULT_SIZE: Final = 100
DEFAULT_DAYS: Final = 7

TOGETHER: Final = 16
"""People are laid out so many at a time, which takes little longer than one of them alone."""

KEPT: Final = 8
"""So many of these worlds are kept; with seven days some 15 MB each."""

MOST_DAYS_AT_ONCE: Final = 100_000
"""Of all people together, where everybody is laid out at once: some 10 GB."""

MOST_TRIES: Final = 1000


class UserSampler:
    """The people whom an environment may play.

    Args:
        population: They; or the arguments of a `Population` as a dict; None for a hundred people.
        days: Of an episode.
        whole: Whether everybody is laid out at once, in one world.

    Raises:
        ArgumentError: One of them is out of range, or no population.
    """

    def __init__(
        self,
        population: Population | Mapping[str, Any] | None,
        days: int,
        *,
        whole: bool = False,
    ) -> None:
        if population is None:
            population = Population(DEFAULT_SIZE)
        elif isinstance(population, Mapping):
            population = _made_of(population)
        if not isinstance(population, Population):
            raise ArgumentError(
                f"population={population!r} is no Population, nor a dict of its arguments"
            )
        population.check(days=days)
        self.population, self.days = population, days
        if whole and population.size * days > MOST_DAYS_AT_ONCE:
            raise ArgumentError(
                f"many environments lay out all {population.size} people of their population for "
                f"{days} days; give them at most {MOST_DAYS_AT_ONCE // days} people"
            )
        self._together = population.size if whole else TOGETHER
        self._kept: OrderedDict[int, World] = OrderedDict()

    def draw(self, random: np.random.Generator, user: Any = None) -> tuple[World, int]:
        """Returns the world of a person, and their index in it.

        Args:
            random: Draws the person.
            user: Who it is to be; None to have one drawn who gets a notification at all.

        Raises:
            ArgumentError: There is no such user, or no notification in all the days.
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
        """Returns the world of a person, which is laid out if it is not, and their index in it.

        Raises:
            ArgumentError: There is no such user.
        """
        self.population.check(user=user)
        block, person = divmod(user, self._together)
        if block not in self._kept:
            first = block * self._together
            users = range(first, min(first + self._together, self.population.size))
            self._kept[block] = build_world(self.population, users, self.days)
        self._kept.move_to_end(block)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return self._kept[block], person

    def __getstate__(self) -> dict[str, Any]:
        """Pickles who may be played; everybody can be laid out again."""
        return {**self.__dict__, "_kept": OrderedDict()}


def _made_of(arguments: Mapping[str, Any]) -> Population:
    try:
        return Population(**arguments)
    except TypeError as error:
        raise ArgumentError(f"population={dict(arguments)!r}: {error}") from None
