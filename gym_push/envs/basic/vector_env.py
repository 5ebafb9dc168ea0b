"""basic-v0 many times over, in a few array operations a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from gym_push.actions import BASIC_ACTIONS
from gym_push.envs.arguments import Flags, refuse_action, whole_actions
from gym_push.envs.basic.env import BasicEnv
from gym_push.envs.basic.episodes import UNDECIDED, EpisodeSampler, bundled_log
from gym_push.envs.basic.schedule import Schedule
from gym_push.envs.many import DISABLED, NEXT_STEP, SAME_STEP, ManyEnv, Stepped
from gym_push.envs.rendering import AGENT
from gym_push.errors import EpisodeError
from gym_push.logs import AnyTextEncoder, Data, Encoding, NotificationLog, observe, shared_log

_INT64: Final = np.dtype(np.int64)
_any_bits: Final = np.bitwise_or.reduce
_PAY: Final = np.array([1.0, -1.0])  # for doing what the person did, and for not doing it


class BasicVectorEnv(ManyEnv):
    """Many `BasicEnv` in one: `gymnasium.make_vec("gym_push:basic-v0", num_envs=...)`.

    Environment i does step for step what a `BasicEnv` seeded `seed + i` does. An ended episode is
    by default followed by the next one in the next step (`AutoresetMode.NEXT_STEP`), whose action
    is not looked at and whose reward is 0.

    Observations are batched as Gymnasium does: "vector" float32 (num_envs, width), "codes" a dict
    of int64 (num_envs,) and float32 (num_envs, 1), "raw" a dict of tuples. Rewards are float64 and
    terminations bool, shape (num_envs,). Infos hold what those of `BasicEnv` hold, each with its
    mask (`_epoch`, ...).

    Args:
        num_envs: How many environments.
        data: The log, as for `BasicEnv`.
        observation: "raw", "codes" or "vector".
        order: "recorded" or "shuffled".
        encoding: An `Encoding` fitted elsewhere, or a file with one.
        text: What puts text into vectors, as for `BasicEnv`.
        copy: False hands out shared arrays, which are read-only, and saves making copies.
        autoreset_mode: "NextStep", "SameStep" or "Disabled", or Gymnasium's `AutoresetMode`.
        max_episode_steps: After so many steps an episode is truncated; None for no such limit.
        render_mode: "human" shows one environment on the page; "ansi" makes a text of each of them,
            "rgb_array" a picture.
        agent_name: Who plays, for all that shows it.
        shown: Which environment "human" shows, from 0.

    Raises:
        LogError: The log cannot be read.
        EncodingError: The encoding cannot be read, or does not fit the log.
        ArgumentError: An argument is out of range, or not a known value.
        MissingExtraError: Pictures are asked for, and Matplotlib is not installed.
    """

    def __init__(
        self,
        num_envs: int = 1,
        data: NotificationLog | Data | None = None,
        *,
        observation: str = "raw",
        order: str = "recorded",
        encoding: Encoding | str | Path | None = None,
        text: AnyTextEncoder | None = None,
        copy: bool = True,
        autoreset_mode: Any = NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
        agent_name: str = AGENT,
        shown: int = 0,
    ) -> None:
        self.log = log = bundled_log() if data is None else shared_log(data)
        observations = observe(log, encoding, observation, text)
        make = partial(
            BasicEnv,
            log,
            observation=observation,
            order=order,
            encoding=observations.encoding,
            render_mode=render_mode,
            agent_name=agent_name,
        )
        super().__init__(num_envs, make, autoreset_mode, max_episode_steps, shown)
        self._schedule = Schedule(
            EpisodeSampler(log, order),
            observations,
            num_envs,
            max_episode_steps,
            shared=not copy,
        )
        self._give: Callable[[Any], Any] = np.ndarray.copy if copy else np.asarray
        self._shape = (num_envs,)
        self._all = np.broadcast_to(np.True_, self._shape)
        self._step = 0

    def step(self, actions: Any) -> Stepped:
        """Decides on the current notification of every environment.

        Args:
            actions: 1 to open, 0 to dismiss: integers, shape (num_envs,).

        Returns:
            Observations, rewards, terminations, truncations and infos.

        Raises:
            ActionError: One of the actions is neither 0 nor 1. Nothing has changed.
            EpisodeError: There was no reset yet, or an ended environment waits for one.
        """
        chunk, step = self._schedule.chunk, self._step
        if chunk is None:
            raise EpisodeError("step() before reset(): call reset() to begin an episode")
        if step and chunk.any_ended[step - 1] and self._mode == DISABLED:
            self._refuse_ended(chunk.ended(step - 1))
        if step == len(chunk):
            chunk = self._schedule.advance()
            step = self._step = 0
        if not (
            type(actions) is np.ndarray and actions.dtype is _INT64 and actions.shape == self._shape
        ):
            actions = whole_actions(actions, self.num_envs, "iub")
        user_actions = chunk.user_actions[step]
        wrong = actions ^ user_actions  # 0 or 1; what is no action leaves another number
        resets = chunk.resets[step] if chunk.any_reset[step] else None
        if resets is not None:
            wrong[resets] = 0
        if _any_bits(wrong).item() >> 1:
            refuse_action(actions, wrong >> 1 != 0, BASIC_ACTIONS)
        rewards = _PAY.take(wrong)
        if resets is not None:
            rewards[resets] = 0.0
        self._step = step + 1
        observations = self._schedule.observe(step)
        give, present = self._give, self._give(self._all)
        terminated, truncated = give(chunk.terminated[step]), give(chunk.truncated[step])
        infos = {
            "user_action": give(user_actions),
            "_user_action": present,
            "epoch": give(chunk.epochs[step]),
            "_epoch": present,
        }
        if self._schedule.users is not None:
            infos.update(user=self._schedule.users.copy(), _user=present)
        if self._shown:
            self._show(actions, resets)
        if chunk.any_ended[step] and self._mode == SAME_STEP:
            observations, infos = self._begin_at_once(chunk.ended(step), observations, infos)
        return observations, rewards, terminated, truncated, infos

    @property
    def _ended(self) -> Flags | None:
        chunk = self._schedule.chunk
        if chunk is None:
            return None
        return chunk.ended(self._step - 1) if self._step else ~self._all

    def _begin(
        self, seeds: Sequence[int | None], user: str | None, begins: Flags
    ) -> tuple[Any, dict[str, Any]]:
        observations = self._schedule.begin(seeds, user, begins, self._step)
        self._schedule.advance()
        self._step = 0
        infos: dict[str, Any] = {
            "user_action": np.full(self._shape, UNDECIDED),
            "epoch": np.zeros(self._shape, dtype=np.int64),
        }
        if self._schedule.users is not None:
            infos["user"] = self._schedule.users.copy()
        return observations, infos
