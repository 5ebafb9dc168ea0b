"""basic-v0 many times over, in a few array operations a step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from gymnasium import vector
from gymnasium.spaces import Discrete
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from gym_push.envs.lanes import Lane
from gym_push.envs.many import check_count, reset_options, seeds_for, whole_actions
from gym_push.envs.replay import Casting, describer
from gym_push.envs.screen import Screen, followed, offered_modes
from gym_push.envs.timetable import Page, timetable
from gym_push.errors import ActionError, ArgumentError, EpisodeError
from gym_push.logs import Data, Encoding, NotificationLog, observe, shared_log

Stepped: TypeAlias = (
    "tuple[Any, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]"
)

NEXT_STEP: Any = getattr(getattr(vector, "AutoresetMode", None), "NEXT_STEP", "NextStep")
NO_RENDER_MODE = (
    "render() needs a render mode: make_vec(..., render_mode='human') shows one "
    "environment on the page, 'ansi' and 'rgb_array' return all of them"
)
_INT64 = np.dtype(np.int64)
_PAY = np.array([1.0, -1.0])  # for doing what the person did, and for not doing it


class BasicVectorEnv(vector.VectorEnv[Any, Any, Any]):
    """Many `BasicEnv` in one: `gymnasium.make_vec("gym_push:basic-v0", num_envs=...)`.

    Environment i does step for step what a `BasicEnv` seeded `seed + i` does. An ended episode is
    followed by the next one in the next step (`AutoresetMode.NEXT_STEP`), whose action is not
    looked at and whose reward is 0.

    Observations are batched as Gymnasium does: "vector" float32 (num_envs, width), "codes" a dict
    of int64 (num_envs,) and float32 (num_envs, 1), "raw" a dict of tuples. Rewards are float64 and
    terminations bool, shape (num_envs,). Infos hold `epoch` and `user_action`, and `user` after a
    reset in a log of several people, each with its mask (`_epoch`, ...).

    Args:
        num_envs: How many environments.
        data: The log, as for `BasicEnv`.
        observation: "raw", "codes" or "vector".
        order: "recorded" or "shuffled".
        encoding: An `Encoding` fitted elsewhere, or a file with one.
        copy: Whether observations are arrays of the caller's own. Otherwise they may be read-only
            views, which stay as they are but cannot be written to.
        render_mode: "human" shows one environment on the page; "ansi" makes a text of each of them,
            "rgb_array" a picture.
        shown: Which environment "human" shows, from 0.

    Raises:
        LogError: The log cannot be read.
        EncodingError: The encoding cannot be read, or does not fit the log.
        ArgumentError: One of the words is none that the environment knows.
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
        data: NotificationLog | Data | None = None,
        *,
        observation: str = "raw",
        order: str = "recorded",
        encoding: Encoding | str | Path | None = None,
        copy: bool = False,
        render_mode: str | None = None,
        shown: int = 0,
    ) -> None:
        """Reads the log, unless another environment of the process has."""
        check_count(num_envs)
        log = shared_log(data)
        self._screen = Screen(partial(describer, log), render_mode)
        self.render_mode = render_mode
        observations = observe(log, encoding, observation)
        self.num_envs = num_envs
        self.single_observation_space = observations.space()
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.single_action_space = Discrete(2)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.log = log
        self._timetable = timetable(Casting(log, order), observations, num_envs)
        self._copy = copy and observation != "raw"
        self._shape = (num_envs,)
        self._truncated = np.broadcast_to(np.False_, self._shape)
        self._all = np.broadcast_to(np.True_, self._shape)
        self._page: Page | None = None
        self._step = 0
        self._lanes = {env: Lane() for env in followed(render_mode, shown, num_envs)}
        self._shown = shown

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[Any, dict[str, Any]]:
        """Begins an episode in every environment, or in some of them.

        Args:
            seed: Environment i is seeded `seed + i`, or with the i-th of a sequence.
            options: `{"user": name}` plays this person of a log of several everywhere;
                `{"reset_mask": flags}` begins only where it is True (num_envs,), which it has to
                be where an episode has ended.

        Raises:
            ArgumentError: There are not `num_envs` seeds, or an option is none that reset takes.
            LogError: The log has no such user.
            EpisodeError: The mask leaves out one that has ended, or there was no reset yet.
        """
        seeds = seeds_for(seed, self.num_envs)
        user, begins = reset_options(options, self.num_envs, self._ended)
        if isinstance(seed, (int, np.integer)):
            super().reset(seed=int(seed))
        if begins.all():
            observations = self._timetable.reset(seeds, user)
            epochs = np.zeros(self._shape, dtype=np.int64)
        else:
            observations, epochs = self._timetable.reset_some(seeds, user, begins, self._step)
        for env, lane in self._lanes.items():
            if begins[env]:
                lane.begin(*self._timetable.playing(env))
        self._page, self._step = self._timetable.turn(), 0
        self._show()
        infos = {"epoch": epochs, "_epoch": self._all}
        if self.log.users:
            infos.update(user=np.where(begins, self._users(), np.array(None)), _user=begins)
        return self._own(observations), infos

    def step(self, actions: Any) -> Stepped:
        """Decides on the current notification of every environment.

        Args:
            actions: 1 to open, 0 to dismiss: integers, shape (num_envs,).

        Returns:
            Observations, rewards, terminations, truncations (never) and infos.

        Raises:
            ActionError: One of the actions is neither 0 nor 1. Nothing has changed.
            EpisodeError: There was no reset yet.
        """
        page, step = self._page, self._step
        if page is None:
            raise EpisodeError("step() before reset(): call reset() to begin an episode")
        if step == len(page):
            page = self._page = self._timetable.turn()
            step = self._step = 0
        if not (
            type(actions) is np.ndarray and actions.dtype is _INT64 and actions.shape == self._shape
        ):
            actions = whole_actions(actions, self.num_envs, "iub")
        user_actions = page.user_actions[step]
        if page.any_reset[step]:
            return self._step_with_resets(page, step, actions)
        wrong = actions ^ user_actions  # 0 or 1; what is no action leaves another number
        if wrong.view(np.uint64).max() > 1:
            self._refuse(actions)
        self._step = step + 1
        infos = {
            "user_action": user_actions,
            "_user_action": self._all,
            "epoch": page.epochs[step],
            "_epoch": self._all,
        }
        observations = self._timetable.observe(step)
        if self._copy:
            observations = self._own(observations)
        if self._lanes:
            self._follow(page, step, actions)
        return observations, _PAY[wrong], page.terminated[step], self._truncated, infos

    def _step_with_resets(self, page: Page, step: int, actions: NDArray[np.int64]) -> Stepped:
        """A step in which some environments begin an episode instead of deciding."""
        resets, user_actions = page.resets[step], page.user_actions[step]
        wrong = np.where(resets, 0, actions ^ user_actions)
        if wrong.view(np.uint64).max() > 1:
            self._refuse(np.where(resets, 0, actions))
        self._step = step + 1
        infos = {"epoch": page.epochs[step], "_epoch": self._all}
        if not resets.all():
            infos.update(user_action=user_actions, _user_action=~resets)
        if self.log.users:
            infos.update(user=np.where(resets, self._users(), np.array(None)), _user=resets)
        rewards = np.where(resets, 0.0, _PAY[wrong])
        observations = self._own(self._timetable.observe(step))
        self._follow(page, step, actions)
        return observations, rewards, page.terminated[step], self._truncated, infos

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
        if self._page is None:
            raise EpisodeError("render() before reset(): there is nothing to show yet")
        if self.render_mode == "human":
            self._show()
            return None
        return tuple(self._screen.show(self._name, lane.moment) for lane in self._lanes.values())

    def close_extras(self, **kwargs: Any) -> None:
        """Ends the showing; the page keeps the last state."""
        if "_screen" in self.__dict__:  # Gymnasium 1.0 closes also what could not be made
            self._screen.close()

    @property
    def _name(self) -> str:
        return type(self).__name__ if self.spec is None else self.spec.id

    @property
    def _ended(self) -> NDArray[np.bool_] | None:
        """Which environments have ended their episode; None before the first reset."""
        if self._page is None:
            return None
        ended: NDArray[np.bool_] = self._page.terminated[self._step - 1]
        return ended if self._step else self._truncated

    def _follow(self, page: Page, step: int, actions: NDArray[np.int64]) -> None:
        """Notes what the environments did that can be shown, and shows one if it is live."""
        for env, lane in self._lanes.items():
            if page.resets[step, env]:
                lane.begin(*self._timetable.playing(env))
            else:
                lane.decide(int(actions[env]), int(page.user_actions[step, env]))
        self._show()

    def _show(self) -> None:
        if self.render_mode == "human":
            self._screen.publish(self._name, self._lanes[self._shown].moment)

    def _users(self) -> NDArray[np.object_]:
        return np.array([self._timetable.playing(env)[0] for env in range(self.num_envs)], object)

    def _own(self, observations: Any) -> Any:
        """Returns observations that the caller may write to, if that was asked for."""
        if not self._copy:
            return observations
        if isinstance(observations, dict):
            return {name: np.array(values) for name, values in observations.items()}
        return np.array(observations)

    def _refuse(self, actions: NDArray[np.int64]) -> None:
        place = int(np.flatnonzero((actions != 0) & (actions != 1))[0])
        raise ActionError(
            f"action {actions[place]} of environment {place} is neither 1 (open) nor 0 (dismiss)"
        )

    def __getstate__(self) -> dict[str, Any]:
        """Pickles where it is; the page is the timetable's."""
        return {**self.__dict__, "_page": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Goes on where it was."""
        self.__dict__.update(state)
        self._page = self._timetable.page
