"""Whom an environment plays: people of a population, whose days are laid out some at a time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Generic, Protocol, TypeVar

import numpy as np
from gymnasium.utils import seeding
from numpy.typing import NDArray

from gym_push.envs.arguments import Flags
from gym_push.envs.many import DISABLED, SAME_STEP, ManyEnv, Stepped
from gym_push.envs.rendering import SingleEnv
from gym_push.errors import ArgumentError, EpisodeError
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
        self.population, self.days = population, int(days)
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
            user: Whom to play; None to draw one with whom there is something to decide on.

        Raises:
            ArgumentError: There is no such user, or nothing to decide on with all who are drawn.
        """
        for _ in range(MOST_TRIES):
            number = int(random.integers(self.population.size)) if user is None else user
            self.population.check(user=number)
            block, person = divmod(number, self._together)
            world = self._block(block)
            if user is not None or world.first[person] < world.first[person + 1]:
                return world, person
        raise ArgumentError(
            f"with {MOST_TRIES} people of {self.population!r} there is nothing to decide on in "
            f"{self.days} days; raise volume_median, in send-v0 checks_median, or the days"
        )

    def _build_block(self, block: int) -> W:
        first = block * self._together
        users = range(first, min(first + self._together, self.population.size))
        return self._build(self.population, users, self.days)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles what it is made from; worlds are built again."""
        return UserSampler, (self._build, self.population, self.days, self._whole)


class ManyPeopleEnv(ManyEnv, Generic[W]):
    """What the vector environments of simulated people share.

    Args:
        num_envs, make, autoreset_mode, max_episode_steps, shown: As of `ManyEnv`.
        people: Whom it may play, all in one world.

    Raises:
        ArgumentError: One of them is out of range, or not a known value.
    """

    def __init__(
        self,
        num_envs: int,
        make: Callable[[], SingleEnv[Any]],
        autoreset_mode: Any,
        max_episode_steps: int | None,
        shown: int,
        people: UserSampler[W],
    ) -> None:
        super().__init__(num_envs, make, autoreset_mode, max_episode_steps, shown)
        self._people = people
        for single in self._shown.values():
            single._people = people  # so that worlds are laid out once
        self._random: list[np.random.Generator | None] = [None] * num_envs
        self._limit = max_episode_steps
        self._steps = np.zeros(num_envs, dtype=np.int64)
        self._over: Flags | None = None
        self._games: Any = None
        self._views: Any = None

    def step(self, actions: Any) -> Stepped:
        """Plays a step of every environment.

        Args:
            actions: As of the action space.

        Returns:
            Observations, rewards, terminations, truncations and infos.

        Raises:
            ActionError: An action is not in the space. Nothing has changed.
            EpisodeError: There was no reset yet, or an ended environment waits for one.
        """
        if self._over is None:
            raise EpisodeError("step() before reset(): call reset() to begin an episode")
        begins = self._over
        any_begins = bool(begins.any())
        if any_begins and self._mode == DISABLED:
            self._refuse_ended(begins)
        told, parts, over = self._play(actions, begins)
        self._steps += 1
        if any_begins:
            self._draw(begins.nonzero()[0].tolist())
        truncated = self._steps == self._limit
        self._over = over | truncated
        observations, infos = self._views.batch(self._games), self._infos(told)
        infos.update({f"_{name}": np.ones(self.num_envs, dtype=np.bool_) for name in infos})
        self._show(actions, begins)
        if self._mode == SAME_STEP and self._over.any():
            observations, infos = self._begin_at_once(self._over, observations, infos)
        return observations, parts[0] + parts[1] + parts[2] + parts[3], over, truncated, infos

    @abstractmethod
    def action_masks(self) -> NDArray[np.int8]:
        """Returns what can be done now, int8 (num_envs, numbers)."""

    @abstractmethod
    def _games_of(self, world: W) -> tuple[Any, Any]:
        """Returns the games of a world, and their views."""

    @abstractmethod
    def _play(self, actions: Any, begins: Flags) -> tuple[dict[str, Any], Any, Flags]:
        """Plays a step of the games.

        Args:
            actions: Of the step.
            begins: Where an episode begins instead.

        Returns:
            What infos say of it, the parts of the reward, and which games are over.
        """

    @abstractmethod
    def _nothing(self) -> dict[str, Any]:
        """Returns what infos say where no step was taken."""

    @property
    def _ended(self) -> Flags | None:
        return self._over

    def _begin(
        self, seeds: Sequence[int | None], user: Any, begins: Flags
    ) -> tuple[Any, dict[str, Any]]:
        for env, seed in enumerate(seeds):
            if begins[env] and seed is not None:
                self._random[env], _ = seeding.np_random(seed)
        self._draw(begins.nonzero()[0].tolist(), user)
        self._over = np.zeros(self.num_envs, dtype=np.bool_)
        return self._views.batch(self._games), self._infos(self._nothing())

    def _draw(self, envs: list[int], user: Any = None) -> None:
        """Draws episodes, as the reset of a single environment does, and begins them."""
        drawn = []
        for env in envs:
            random = self._random[env]
            assert random is not None
            world, person = self._people.draw(random, user)
            drawn.append(person)
        if self._games is None:
            self._games, self._views = self._games_of(world)
        self._games.begin(np.array(envs), np.array(drawn))
        self._steps[envs] = 0

    def _infos(self, told: dict[str, Any]) -> dict[str, Any]:
        user = self._games.person.copy()  # all people are in one world, each at their number
        return {**told, "user": user, "action_mask": self.action_masks()}
