"""send-v0 many times over, in some array operations a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from gymnasium.utils import seeding
from numpy.typing import NDArray

from gym_push.envs.arguments import Flags
from gym_push.envs.many import DISABLED, NEXT_STEP, SAME_STEP, ManyEnv, Stepped
from gym_push.envs.people import UserSampler
from gym_push.envs.rendering import AGENT
from gym_push.envs.send.env import SendEnv
from gym_push.envs.send.games import Games
from gym_push.envs.send.measures import measured
from gym_push.envs.send.messages import Message
from gym_push.envs.send.observations import Views
from gym_push.envs.send.rules import PARTS, Turn
from gym_push.envs.send.world import World
from gym_push.errors import EpisodeError
from gym_push.users import Population


class SendVectorEnv(ManyEnv):
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
        render_mode: "ansi" makes a text of each environment.
        agent_name: Who plays, for all that shows it.

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
        super().__init__(num_envs, make, autoreset_mode, max_episode_steps, 0)
        self._one = make()
        self._people: UserSampler[World] = self._one.people_together()
        for single in self._shown.values():
            single._people = self._people  # so that worlds are laid out once
        self._observation = observation
        self._random: list[np.random.Generator | None] = [None] * num_envs
        self._limit = max_episode_steps
        self._steps = np.zeros(num_envs, dtype=np.int64)
        self._over: Flags | None = None
        self._games: Games | None = None
        self._views: Views | None = None

    def step(self, actions: Any) -> Stepped:
        """Sends a message, or nothing, in every environment.

        Args:
            actions: As of the action space.

        Returns:
            Observations, rewards, terminations, truncations and infos.

        Raises:
            ActionError: An action is not in the space. Nothing has changed.
            EpisodeError: There was no reset yet, or an ended environment waits for one.
        """
        if self._games is None or self._views is None or self._over is None:
            raise EpisodeError("step() before reset(): call reset() to begin an episode")
        begins = self._over
        any_begins = bool(begins.any())
        if any_begins and self._mode == DISABLED:
            self._refuse_ended(begins)
        given = self._one.form.many(actions, self.num_envs, ~begins)
        self._games.over |= begins  # also what was truncated
        turn = self._games.step(given)
        self._steps += 1
        infos = _told(turn)
        if any_begins:
            self._draw(begins.nonzero()[0].tolist())
        truncated = self._steps == self._limit
        self._over = turn.over | truncated
        observations, infos = self._views.batch(self._games), self._infos(infos)
        infos.update({f"_{name}": np.ones(self.num_envs, dtype=np.bool_) for name in infos})
        self._show_each(actions, begins)
        if self._mode == SAME_STEP and self._over.any():
            observations, infos = self._begin_at_once(self._over, observations, infos)
        parts = turn.parts
        rewards = parts[0] + parts[1] + parts[2] + parts[3]
        return observations, rewards, turn.over, truncated, infos

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
        return self._games

    @property
    def measures(self) -> dict[str, NDArray[np.float64]]:
        """What is measured of each episode so far, (num_envs,) each; for evaluators.

        Raises:
            EpisodeError: There is no episode yet.
        """
        return measured(self.games)

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
        return self._views.batch(self._games), self._infos(_nothing(self.num_envs))

    def _draw(self, envs: list[int], user: Any = None) -> None:
        """Draws episodes, as `SendEnv.reset` does, and begins them."""
        drawn = []
        for env in envs:
            random = self._random[env]
            assert random is not None
            world, person = self._people.draw(random, user)
            drawn.append(person)
        if self._games is None:
            self._games = Games(world, self.num_envs, self._one.rules)
            self._views = Views(world, self._one.rules, self._observation)
        self._games.begin(np.array(envs), np.array(drawn))
        self._steps[envs] = 0

    def _infos(self, told: dict[str, Any]) -> dict[str, Any]:
        assert self._games is not None
        user = self._games.person.copy()  # all people are in one world, each at their number
        return {**told, "user": user, "action_mask": self.action_masks()}

    def _show_each(self, actions: Any, begins: Flags) -> None:
        """Plays a step in what is shown."""
        for env, single in self._shown.items():
            if begins[env]:
                single.reset()
            elif isinstance(actions, Mapping):
                single.step({name: values[env] for name, values in actions.items()})
            else:
                single.step(np.asarray(actions)[env])


def _told(turn: Turn) -> dict[str, Any]:
    """Returns what infos say of a step."""
    told = {name: getattr(turn, name) for name in _INFOS}
    return {**dict(zip(PARTS, turn.parts, strict=True)), **told}


def _nothing(count: int) -> dict[str, Any]:
    """Returns what infos say where no step was taken."""
    zeros, none = partial(np.zeros, count), partial(np.zeros, count, dtype=np.int64)
    whole = {"sent": none, "status": none, "left": partial(np.zeros, count, dtype=np.bool_)}
    return {name: whole.get(name, zeros)() for name in (*PARTS, *_INFOS)}


_INFOS = ("cost", "amount", "effect", "sent", "status", "left")
