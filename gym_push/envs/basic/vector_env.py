"""basic-v0 many times over, in a few array operations a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.arguments import (
    DISABLED,
    NEXT_STEP,
    SAME_STEP,
    Flags,
    ManyEnv,
    Stepped,
    whole_actions,
)
from gym_push.envs.basic.episodes import ACTIONS, UNDECIDED, EpisodeSampler, Snapshot
from gym_push.envs.basic.history import Lane
from gym_push.envs.basic.schedule import Chunk, schedule
from gym_push.envs.data import bundled_log
from gym_push.envs.rendering import Screen, followed
from gym_push.errors import ActionError, EpisodeError
from gym_push.logs import Data, Encoding, NotificationLog, observe, shared_log

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
        copy: False hands out shared arrays, which are read-only, and saves making copies.
        autoreset_mode: "NextStep", "SameStep" or "Disabled", or Gymnasium's `AutoresetMode`.
        max_episode_steps: After so many steps an episode is truncated; None for no such limit.
        render_mode: "human" shows one environment on the page; "ansi" makes a text of each of them,
            "rgb_array" a picture.
        shown: Which environment "human" shows, from 0.

    Raises:
        LogError: The log cannot be read.
        EncodingError: The encoding cannot be read, or does not fit the log.
        ArgumentError: One of the words is none that the environment knows.
        MissingExtraError: Pictures are asked for, and Pillow is not installed.
    """

    def __init__(
        self,
        num_envs: int = 1,
        data: NotificationLog | Data | None = None,
        *,
        observation: str = "raw",
        order: str = "recorded",
        encoding: Encoding | str | Path | None = None,
        copy: bool = True,
        autoreset_mode: Any = NEXT_STEP,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
        shown: int = 0,
    ) -> None:
        self.log = log = bundled_log() if data is None else shared_log(data)
        observations = observe(log, encoding, observation)
        super().__init__(
            num_envs,
            observations.space(),
            len(ACTIONS),
            autoreset_mode,
            max_episode_steps,
            Screen("gym_push.envs.basic.frames", render_mode, log),
            render_mode,
        )
        self._schedule = schedule(
            EpisodeSampler(log, order),
            observations,
            num_envs,
            max_episode_steps,
            shared=not copy,
            apart=self._mode == DISABLED,
        )
        self._give: Callable[[Any], Any] = np.ndarray.copy if copy else _same
        self._shape = (num_envs,)
        self._all = np.broadcast_to(np.True_, self._shape)
        self._page: Chunk | None = None
        self._step = 0
        self._lanes = {env: Lane() for env in followed(render_mode, shown, num_envs)}

    def step(self, actions: Any) -> Stepped:
        """Decides on the current notification of every environment.

        Args:
            actions: 1 to open, 0 to dismiss: integers, shape (num_envs,).

        Returns:
            Observations, rewards, terminations, truncations and infos.

        Raises:
            ActionError: One of the actions is neither 0 nor 1. Nothing has changed.
            EpisodeError: There was no reset yet, or one has ended that is to be reset.
        """
        page, step = self._page, self._step
        if page is None:
            raise EpisodeError("step() before reset(): call reset() to begin an episode")
        if step and page.any_ended[step - 1] and self._mode == DISABLED:
            self._refuse_ended(page.ended(step - 1))
        if step == len(page):
            page = self._page = self._schedule.advance()
            step = self._step = 0
        if not (
            type(actions) is np.ndarray and actions.dtype is _INT64 and actions.shape == self._shape
        ):
            actions = whole_actions(actions, self.num_envs, "iub")
        user_actions = page.user_actions[step]
        wrong = actions ^ user_actions  # 0 or 1; what is no action leaves another number
        resets = page.resets[step] if page.any_reset[step] else None
        if resets is not None:
            wrong[resets] = 0
        if _any_bits(wrong).item() >> 1:
            self._refuse(actions, resets)
        rewards = _PAY.take(wrong)
        if resets is not None:
            rewards[resets] = 0.0
        self._step = step + 1
        observations = self._schedule.observe(step)
        give, told = self._give, self._give(self._all)
        terminated, truncated = give(page.terminated[step]), give(page.truncated[step])
        infos = {
            "user_action": give(user_actions),
            "_user_action": told,
            "epoch": give(page.epochs[step]),
            "_epoch": told,
        }
        if self._schedule.users is not None:
            infos.update(user=self._schedule.users.copy(), _user=told)
        if self._lanes:
            self._follow(page, step, actions)
        if page.any_ended[step] and self._mode == SAME_STEP:
            observations, infos = self._begin_at_once(page.ended(step), observations, infos)
        return observations, rewards, terminated, truncated, infos

    @property
    def _ended(self) -> Flags | None:
        if self._page is None:
            return None
        return self._page.ended(self._step - 1) if self._step else ~self._all

    def _begin(
        self, seeds: Sequence[int | None], user: str | None, begins: Flags
    ) -> tuple[Any, dict[str, Any]]:
        observations = self._schedule.begin(seeds, user, begins, self._step)
        for env, lane in self._lanes.items():
            if begins[env]:
                lane.begin(*self._schedule.playing(env))
        self._page, self._step = self._schedule.advance(), 0
        infos: dict[str, Any] = {
            "user_action": np.full(self._shape, UNDECIDED),
            "epoch": np.zeros(self._shape, dtype=np.int64),
        }
        if self._schedule.users is not None:
            infos["user"] = self._schedule.users.copy()
        return observations, infos

    def _follow(self, page: Chunk, step: int, actions: NDArray[np.int64]) -> None:
        """Notes what the environments did that can be shown, and shows one if it is live."""
        for env, lane in self._lanes.items():
            if page.resets[step, env]:
                lane.begin(*self._schedule.playing(env))
            else:
                lane.decide(int(actions[env]), int(page.user_actions[step, env]))
        self._show()

    def _snapshots(self) -> list[Snapshot]:
        return [lane.snapshot for lane in self._lanes.values()]

    def _refuse(self, actions: NDArray[np.int64], resets: Flags | None) -> None:
        wrong = (actions != 0) & (actions != 1)
        place = int((wrong if resets is None else wrong & ~resets).argmax())
        raise ActionError(
            f"action {actions[place]} of environment {place} is neither 1 (open) nor 0 (dismiss)"
        )

    def __getstate__(self) -> dict[str, Any]:
        """Pickles where it is; the page is the schedule's."""
        return {**self.__dict__, "_page": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Goes on where it was."""
        self.__dict__.update(state)
        self._page = self._schedule.page


def _same(array: NDArray[Any]) -> NDArray[Any]:
    return array
