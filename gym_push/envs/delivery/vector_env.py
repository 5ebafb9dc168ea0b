"""delivery-v0 many times over, in some array operations a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from gymnasium.utils import seeding
from numpy.typing import NDArray

from gym_push.actions import DELIVERY_ACTIONS, PARTS
from gym_push.envs.arguments import Flags, refuse_action, whole_actions
from gym_push.envs.delivery.env import DeliveryEnv
from gym_push.envs.delivery.observations import MASKS, Views
from gym_push.envs.delivery.rewards import Weights
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.world import DEFAULT_DAYS, build_world
from gym_push.envs.many import DISABLED, NEXT_STEP, SAME_STEP, ManyEnv, Stepped
from gym_push.envs.people import UserSampler
from gym_push.envs.rendering import AGENT
from gym_push.errors import EpisodeError
from gym_push.logs import AnyTextEncoder
from gym_push.users import Population


class DeliveryVectorEnv(ManyEnv):
    """Many `DeliveryEnv` in one: `gymnasium.make_vec("gym_push:delivery-v0", num_envs=...)`.

    Environment i does step for step what a `DeliveryEnv` seeded `seed + i` does. An ended episode
    is by default followed by the next one in the next step (`AutoresetMode.NEXT_STEP`), whose
    action is not looked at and whose reward is 0.

    The first reset lays out the days of the whole population, which takes less than 1 MB and about
    3 ms a person for seven days.

    Args:
        num_envs: How many environments.
        population: As for `DeliveryEnv`.
        days: Of an episode.
        observation: "raw", "codes" or "vector".
        text: What puts text into vectors, as for `DeliveryEnv`.
        weights: Of the parts of the reward, by name.
        autoreset_mode: "NextStep", "SameStep" or "Disabled", or Gymnasium's `AutoresetMode`.
        max_episode_steps: After so many steps an episode is truncated; None for no such limit.
        render_mode: "human" shows one environment on the page; "ansi" makes a text of each of them,
            "rgb_array" a picture.
        agent_name: Who plays, for all that shows it.
        shown: Which environment "human" shows, from 0.

    Raises:
        ArgumentError: An argument is out of range, or not a known value.
        MissingExtraError: Pictures are asked for, and Matplotlib is not installed.
    """

    def __init__(
        self,
        num_envs: int = 1,
        population: Population | Mapping[str, Any] | None = None,
        *,
        days: int = DEFAULT_DAYS,
        observation: str = "raw",
        text: AnyTextEncoder | None = None,
        weights: Mapping[str, float] | None = None,
        autoreset_mode: Any = NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
        agent_name: str = AGENT,
        shown: int = 0,
    ) -> None:
        make = partial(
            DeliveryEnv,
            population,
            days=days,
            observation=observation,
            text=text,
            weights=weights,
            render_mode=render_mode,
            agent_name=agent_name,
        )
        super().__init__(num_envs, make, autoreset_mode, max_episode_steps, shown)
        self._form, self._weights = (observation, text), Weights.of(weights)
        self._people = UserSampler(build_world, population, days, whole=True)
        for single in self._shown.values():
            single._people = self._people  # so that worlds are laid out once
        self._random: list[np.random.Generator | None] = [None] * num_envs
        self._limit = max_episode_steps
        self._steps = np.zeros(num_envs, dtype=np.int64)
        self._over: Flags | None = None
        self._games: Deliveries | None = None
        self._views: Views | None = None

    def step(self, actions: Any) -> Stepped:
        """Decides on the current notification of every environment.

        Args:
            actions: 0 to deliver, 1 to hold, 2 to suppress: integers, shape (num_envs,).

        Returns:
            Observations, rewards, terminations, truncations and infos.

        Raises:
            ActionError: An action is not one of these. Nothing has changed.
            EpisodeError: There was no reset yet, or an ended environment waits for one.
        """
        if self._games is None or self._views is None or self._over is None:
            raise EpisodeError("step() before reset(): call reset() to begin an episode")
        begins = self._over
        any_begins = bool(begins.any())
        if any_begins and self._mode == DISABLED:
            self._refuse_ended(begins)
        given = whole_actions(actions, self.num_envs)
        wrong = ((given < 0) | (given >= len(DELIVERY_ACTIONS))) & ~begins
        if wrong.any():
            refuse_action(given, wrong, DELIVERY_ACTIONS)
        parts, over = self._games.step(given, ~begins if any_begins else None)
        self._steps += 1
        if any_begins:
            self._draw(begins.nonzero()[0].tolist())
        truncated = self._steps == self._limit
        self._over = over | truncated
        observations, infos = self._views.batch(self._games), self._infos(parts)
        infos.update({f"_{name}": np.ones(self.num_envs, dtype=np.bool_) for name in infos})
        self._show(given, begins)
        if self._mode == SAME_STEP and self._over.any():
            observations, infos = self._begin_at_once(self._over, observations, infos)
        return observations, parts[0] + parts[1] + parts[2] + parts[3], over, truncated, infos

    def action_masks(self) -> NDArray[np.int8]:
        """Returns which actions make sense now, int8 (num_envs, 3); before a reset, all."""
        if self._games is None:
            return MASKS[:1].repeat(self.num_envs, axis=0)
        return MASKS.take(self._games.at_the_end, axis=0)

    @property
    def credit(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """What the newest decisions were about and earn; for practice and evaluators.

        A reward pays for whatever happens until the next decision, whichever notification that is
        about; the credit of a decision is what its own notification earns, whenever that is paid.

        Returns:
            The notification, which has the same number whenever it is decided on, and its credit,
            0 if it is held: (num_envs,) each. Before a reset, zeros.
        """
        if self._games is None:
            return np.zeros(self.num_envs, dtype=np.int64), np.zeros(self.num_envs)
        return self._games.decided, self._games.credit

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
        assert self._views is not None and self._games is not None
        self._over = np.zeros(self.num_envs, dtype=np.bool_)
        return self._views.batch(self._games), self._infos(np.zeros((len(PARTS), self.num_envs)))

    def _draw(self, envs: list[int], user: Any = None) -> None:
        """Draws episodes, as `DeliveryEnv.reset` does, and begins them."""
        drawn = []
        for env in envs:
            random = self._random[env]
            assert random is not None
            world, person = self._people.draw(random, user)
            drawn.append(person)
        if self._games is None:
            self._games = Deliveries(world, self.num_envs, self._weights)
            self._views = Views(world, *self._form)
        self._games.begin(np.array(envs), np.array(drawn))
        self._steps[envs] = 0

    def _infos(self, parts: NDArray[np.float64]) -> dict[str, Any]:
        assert self._games is not None
        user = self._games.person.copy()  # all people are in one world, each at their number
        infos = dict(zip(PARTS, parts, strict=True))
        return {**infos, "user": user, "action_mask": self.action_masks()}
