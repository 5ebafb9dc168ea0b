"""delivery-v0 many times over, in some array operations a step."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gym_push.actions import DELIVERY_ACTIONS, PARTS
from gym_push.envs.arguments import Flags, refuse_action, whole_actions
from gym_push.envs.delivery.env import DeliveryEnv
from gym_push.envs.delivery.observations import MASKS, Views
from gym_push.envs.delivery.rewards import Weights
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.world import DEFAULT_DAYS, World, build_world
from gym_push.envs.many import NEXT_STEP
from gym_push.envs.people import ManyPeopleEnv, UserSampler
from gym_push.envs.rendering import AGENT
from gym_push.logs import AnyTextEncoder
from gym_push.users import Population


class DeliveryVectorEnv(ManyPeopleEnv[World]):
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
        people = UserSampler(build_world, population, days, whole=True)
        super().__init__(num_envs, make, autoreset_mode, max_episode_steps, shown, people)
        self._form, self._weights = (observation, text), Weights.of(weights)

    def action_masks(self) -> NDArray[np.int8]:
        """Returns which actions make sense now, int8 (num_envs, 3); before a reset, all."""
        if self._games is None:
            return MASKS[:1].repeat(self.num_envs, axis=0)
        masks: NDArray[np.int8] = MASKS.take(self._games.at_the_end, axis=0)
        return masks

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
        credit: tuple[NDArray[np.int64], NDArray[np.float64]]
        credit = self._games.decided, self._games.credit
        return credit

    def _games_of(self, world: World) -> tuple[Deliveries, Views]:
        return Deliveries(world, self.num_envs, self._weights), Views(world, *self._form)

    def _play(self, actions: Any, begins: Flags) -> tuple[dict[str, Any], Any, Flags]:
        given = whole_actions(actions, self.num_envs)
        wrong = ((given < 0) | (given >= len(DELIVERY_ACTIONS))) & ~begins
        if wrong.any():
            refuse_action(given, wrong, DELIVERY_ACTIONS)
        parts, over = self._games.step(given, ~begins if begins.any() else None)
        return dict(zip(PARTS, parts, strict=True)), parts, over

    def _nothing(self) -> dict[str, Any]:
        return dict(zip(PARTS, np.zeros((len(PARTS), self.num_envs)), strict=True))
