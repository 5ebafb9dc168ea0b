"""send-v0 many times over, in some array operations a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.arguments import Flags
from gym_push.envs.many import NEXT_STEP
from gym_push.envs.people import ManyPeopleEnv
from gym_push.envs.rendering import AGENT
from gym_push.envs.send.env import SendEnv
from gym_push.envs.send.games import Games
from gym_push.envs.send.measures import measured
from gym_push.envs.send.messages import Message
from gym_push.envs.send.observations import Views
from gym_push.envs.send.rules import PARTS
from gym_push.envs.send.world import World
from gym_push.errors import EpisodeError
from gym_push.users import Population


class SendVectorEnv(ManyPeopleEnv[World]):
    """Many `SendEnv` in one: `gymnasium.make_vec("gym_push:send-v0", num_envs=...)`.

    Environment i does step for step what a `SendEnv` seeded `seed + i` does. An ended episode is by
    default followed by the next one in the next step (`AutoresetMode.NEXT_STEP`), whose action is
    not looked at and whose reward is 0.

    The first reset lays out the days of the whole population, which takes about 1 ms a person.

    Args:
        num_envs: How many environments.
        preset: As for `SendEnv`, like all that follow.
        population: Whom it may play.
        action: "catalogue", "composed" or "dict".
        messages: The catalogue.
        response: Parameters of the response.
        times: When the agent is asked.
        days: Of an episode.
        budget: Messages a week.
        over_budget: Whether more can be sent.
        weights: Of the parts of the reward, by name.
        observation: "raw", "codes" or "vector".
        autoreset_mode: "NextStep", "SameStep" or "Disabled", or Gymnasium's `AutoresetMode`.
        max_episode_steps: After so many steps an episode is truncated; None for no such limit.
        render_mode: "human" shows one environment on the page; "ansi" makes a text of each of them,
            "rgb_array" a picture.
        agent_name: Who plays, for all that shows it.
        shown: Which environment "human" shows, from 0.

    Raises:
        ArgumentError: An argument is out of range, or not a known value.
    """

    metadata: dict[str, Any] = SendEnv.metadata

    def __init__(
        self,
        num_envs: int = 1,
        preset: str = "habit",
        population: Population | Mapping[str, Any] | None = None,
        *,
        action: str = "catalogue",
        messages: Sequence[Message | Mapping[str, Any]] | None = None,
        response: Mapping[str, Any] | None = None,
        times: Sequence[float] | str | None = None,
        days: int | None = None,
        budget: int | str | None = None,
        over_budget: bool = False,
        weights: Mapping[str, float] | None = None,
        observation: str = "raw",
        autoreset_mode: Any = NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
        agent_name: str = AGENT,
        shown: int = 0,
    ) -> None:
        make = partial(
            SendEnv,
            preset,
            population,
            action=action,
            messages=messages,
            response=response,
            times=times,
            days=days,
            budget=budget,
            over_budget=over_budget,
            weights=weights,
            observation=observation,
            render_mode=render_mode,
            agent_name=agent_name,
        )
        self._one = make()
        people = self._one.people_together()
        super().__init__(num_envs, make, autoreset_mode, max_episode_steps, shown, people)
        self._observation = observation

    def action_masks(self) -> NDArray[np.int8]:
        """Returns what can be sent, int8 (num_envs, numbers); before a reset, everything."""
        if self._games is None:
            return self._one.action_masks()[None].repeat(self.num_envs, axis=0)
        mask: NDArray[np.int8] = self._games.mask.copy()
        return mask

    @property
    def games(self) -> Games:
        """The games it plays, with how people stand and all chance; for evaluators alone.

        Raises:
            EpisodeError: There is no episode yet.
        """
        if self._games is None:
            raise EpisodeError("there is nothing yet before reset(): call reset() first")
        games: Games = self._games
        return games

    @property
    def measures(self) -> dict[str, NDArray[np.float64]]:
        """What is measured of each episode so far, (num_envs,) each; for evaluators.

        Raises:
            EpisodeError: There is no episode yet.
        """
        return measured(self.games)

    def _games_of(self, world: World) -> tuple[Games, Views]:
        rules = self._one.rules
        return Games(world, self.num_envs, rules), Views(world, rules, self._observation)

    def _play(self, actions: Any, begins: Flags) -> tuple[dict[str, Any], Any, Flags]:
        given = self._one.form.many(actions, self.num_envs, ~begins)
        self._games.over |= begins  # also what was truncated
        turn = self._games.step(given)
        told = {name: getattr(turn, name) for name in _INFOS}
        return {**dict(zip(PARTS, turn.parts, strict=True)), **told}, turn.parts, turn.over

    def _nothing(self) -> dict[str, Any]:
        zeros = partial(np.zeros, self.num_envs)
        kinds = {"sent": np.int64, "status": np.int64, "left": np.bool_}
        return {name: zeros(dtype=kinds.get(name, np.float64)) for name in (*PARTS, *_INFOS)}


_INFOS = ("cost", "amount", "effect", "sent", "status", "left")
