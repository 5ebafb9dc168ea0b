"""delivery-v0 many times over, in some array operations a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium import vector
from gymnasium.spaces import Discrete
from gymnasium.utils import seeding
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from gym_push.envs.basic_vector_env import NEXT_STEP, NO_RENDER_MODE, Stepped
from gym_push.envs.delivery_cast import DEFAULT_DAYS, Cast
from gym_push.envs.delivery_rules import ACTIONS, PARTS, Deliveries
from gym_push.envs.delivery_views import Views, space_of
from gym_push.envs.diary import Diary, Moment, describer
from gym_push.envs.many import check_count, reset_options, seeds_for, whole_actions
from gym_push.envs.masks import masks
from gym_push.envs.screen import Screen, followed, offered_modes
from gym_push.errors import ActionError, ArgumentError, EpisodeError
from gym_push.logs.columns import read_only
from gym_push.users import Population
from gym_push.users.counters import Ints
from gym_push.users.outcomes import Weights


class DeliveryVectorEnv(vector.VectorEnv[Any, Any, Any]):
    """Many `DeliveryEnv` in one: `gymnasium.make_vec("gym_push:delivery-v0", num_envs=...)`.

    Environment i does step for step what a `DeliveryEnv` seeded `seed + i` does. An ended episode
    is followed by the next one in the next step (`AutoresetMode.NEXT_STEP`), whose action is not
    looked at and whose reward is 0.

    All people of the population are laid out at the first reset, which takes less than 1 MB and
    some 3 ms for each of them with seven days.

    Args:
        num_envs: How many environments.
        population: As for `DeliveryEnv`.
        days: Of an episode.
        observation: "raw", "codes" or "vector".
        weights: Of the parts of the reward, by name.
        render_mode: "human" shows one environment on the page; "ansi" makes a text of each of them,
            "rgb_array" a picture.
        shown: Which environment "human" shows, from 0.

    Raises:
        ArgumentError: One of them is not what it should be.
        MissingExtraError: Pictures are asked for, and Pillow is not installed.
    """

    metadata: dict[str, Any] = {
        "render_modes": offered_modes(),
        "render_fps": 30,
        "autoreset_mode": NEXT_STEP,
    }

    def __init__(
        self,
        num_envs: int = 1,
        population: Population | Mapping[str, Any] | None = None,
        *,
        days: int = DEFAULT_DAYS,
        observation: str = "raw",
        weights: Mapping[str, float] | None = None,
        render_mode: str | None = None,
        shown: int = 0,
    ) -> None:
        """Checks the arguments."""
        check_count(num_envs)
        self._screen = Screen(describer, render_mode)
        self.num_envs, self.render_mode = num_envs, render_mode
        self._diaries = [Diary(env) for env in followed(render_mode, shown, num_envs)]
        self.single_observation_space = space_of(observation)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.single_action_space = Discrete(len(ACTIONS))
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._form, self._weights = observation, Weights.of(weights)
        self._cast = Cast(population, days, whole=True)
        self._random: list[np.random.Generator | None] = [None] * num_envs
        self._truncated = read_only(np.zeros(num_envs, dtype=np.bool_))
        self._all = read_only(np.ones(num_envs, dtype=np.bool_))
        self._over = self._truncated
        self._games: Deliveries | None = None
        self._views: Views | None = None

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[Any, dict[str, Any]]:
        """Begins an episode in every environment, or in some of them.

        Args:
            seed: Environment i is seeded `seed + i`, or with the i-th of a sequence.
            options: `{"user": number}` plays this person everywhere; `{"reset_mask": flags}` lets
                the environments go on that are False in it (num_envs,).

        Raises:
            ArgumentError: There are not `num_envs` seeds, an option is none that reset takes, or
                there is no such user.
            EpisodeError: Some are to go on that have ended, or there was no reset yet.
        """
        seeds = seeds_for(seed, self.num_envs)
        ended = None if self._games is None else self._over
        user, begins = reset_options(options, self.num_envs, ended)
        if isinstance(seed, (int, np.integer)):
            super().reset(seed=int(seed))
        fresh = begins.nonzero()[0].tolist()
        for env in fresh:
            if seeds[env] is not None or self._random[env] is None:
                self._random[env], _ = seeding.np_random(seeds[env])
        users = np.full(self.num_envs, -1)
        users[fresh] = self._begin(fresh, user)
        self._over = self._truncated
        observations = self._observe()
        self._show()
        return observations, {"user": users, "_user": begins, **self._masks()}

    def step(self, actions: Any) -> Stepped:
        """Decides on the current notification of every environment.

        Args:
            actions: 0 to deliver, 1 to hold, 2 to suppress: integers, shape (num_envs,).

        Returns:
            Observations, rewards, terminations, truncations (never) and infos: the parts of the
            reward and `action_mask`, and `user` where an episode has begun.

        Raises:
            ActionError: One of the actions is none of these. Nothing has changed.
            EpisodeError: There was no reset yet.
        """
        if self._games is None:
            raise EpisodeError("step() before reset(): call reset() to begin an episode")
        begins = self._over
        any_begins = bool(begins.any())
        given = self._checked(actions, begins if any_begins else None)
        shown = [self._games.lane(diary.lane) for diary in self._diaries]
        parts, over = self._games.step(given, ~begins if any_begins else None)
        for diary, before in zip(self._diaries, shown, strict=True):
            env = diary.lane
            if not begins[env]:
                asked, earned = (before.note, before.tick), parts[:, env].tolist()
                after = self._games.lane(env)
                diary.decide(after, asked, int(given[env]), earned, bool(over[env]))
        rewards = parts[0] + parts[1] + parts[2] + parts[3]
        decided = ~begins if any_begins else self._all
        infos: dict[str, Any] = {}
        for name, part in zip(PARTS, parts, strict=True):
            infos[name], infos[f"_{name}"] = part, decided
        if any_begins:
            users = np.full(self.num_envs, -1)
            fresh = begins.nonzero()[0]
            users[fresh] = self._begin(fresh.tolist())
            infos.update(user=users, _user=begins)
        self._over = read_only(over)
        observations = self._observe()
        self._show()
        return observations, rewards, over, self._truncated, {**infos, **self._masks()}

    def render(self) -> tuple[Any, ...] | None:
        """Shows what `render_mode` says.

        Returns:
            A text for each environment with "ansi"; a picture for each with "rgb_array", uint8 of
            shape (600, 960, 3). With "human" None: the page shows the chosen environment.

        Raises:
            ArgumentError: There is no render mode, so that no decisions were kept to be shown.
            EpisodeError: There is no episode yet.
        """
        if self.render_mode is None:
            raise ArgumentError(NO_RENDER_MODE)
        if self._games is None:
            raise EpisodeError("render() before reset(): there is nothing to show yet")
        if self.render_mode == "human":
            self._show()
            return None
        return tuple(self._screen.show(self._name, self._moment(each)) for each in self._diaries)

    def close_extras(self, **kwargs: Any) -> None:
        """Ends the showing; the page keeps the last state."""
        if "_screen" in self.__dict__:  # Gymnasium 1.0 closes also what could not be made
            self._screen.close()

    @property
    def _name(self) -> str:
        return type(self).__name__ if self.spec is None else self.spec.id

    def _show(self) -> None:
        if self.render_mode == "human":
            self._screen.publish(self._name, self._moment(self._diaries[0]))

    def _moment(self, diary: Diary) -> Moment:
        assert self._games is not None and self._views is not None
        return diary.moment(self._games.lane(diary.lane), self._views.own[diary.lane])

    def _begin(self, envs: Sequence[int], user: Any = None) -> Ints:
        """Draws episodes, as `DeliveryEnv.reset` does, and returns whom they play."""
        drawn = []
        for env in envs:
            random = self._random[env]
            assert random is not None
            world, person = self._cast.draw(random, user)
            drawn.append(person)
        if self._games is None:
            self._games = Deliveries(world, self.num_envs, self._weights)
            self._views = Views(world, self._form)
        self._games.begin(np.array(envs), np.array(drawn))
        for diary in self._diaries:
            if diary.lane in envs:
                diary.begin(self._games.lane(diary.lane))
        return np.array([world.users[person] for person in drawn])

    def _observe(self) -> Any:
        assert self._views is not None and self._games is not None
        return self._views.batch(self._games)

    def _masks(self) -> dict[str, Any]:
        assert self._games is not None
        return {"action_mask": masks(self._games), "_action_mask": self._all}

    def _checked(self, actions: Any, begins: NDArray[np.bool_] | None) -> Ints:
        given = whole_actions(actions, self.num_envs)
        wrong = (given < 0) | (given >= len(ACTIONS))
        if begins is not None:
            wrong &= ~begins
        if wrong.any():
            place = int(wrong.nonzero()[0][0])
            raise ActionError(
                f"action {given[place]} of environment {place} is neither 0 (deliver) nor 1 (hold) "
                "nor 2 (suppress)"
            )
        return given
