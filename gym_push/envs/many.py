"""What the vector environments share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from gymnasium import vector
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from gym_push.envs.arguments import MASK, Flags, check_count, reset_options, seeds_for
from gym_push.envs.rendering import SingleEnv
from gym_push.errors import ArgumentError, EpisodeError, choose
from gym_push.spaces import at

Stepped: TypeAlias = tuple[Any, NDArray[np.float64], Flags, Flags, dict[str, Any]]

NEXT_STEP, SAME_STEP, DISABLED = AUTORESET_MODES = ("NextStep", "SameStep", "Disabled")


class ManyEnv(vector.VectorEnv[Any, Any, Any]):
    """What the vector environments share, as `gymnasium.make_vec` makes them.

    What is shown is played by single environments too, each with the seed and the actions of its
    place, so that it looks as if it were alone.

    Every info has a value for every environment, at a reset for those that begin.

    Args:
        num_envs: How many environments.
        make: Makes a single one, which has the same arguments.
        autoreset_mode: When the next episode follows, as of `gymnasium.vector`.
        max_episode_steps: After so many steps an episode is truncated; None for no such limit.
        shown: Which environment "human" shows; the other modes show all.

    Raises:
        ArgumentError: One of them is out of range, or not a known value.
    """

    metadata: dict[str, Any] = SingleEnv.metadata

    def __init__(
        self,
        num_envs: int,
        make: Callable[[], SingleEnv[Any]],
        autoreset_mode: Any,
        max_episode_steps: int | None,
        shown: int,
    ) -> None:
        num_envs = check_count("num_envs", num_envs)
        if max_episode_steps is not None:
            max_episode_steps = check_count("max_episode_steps", max_episode_steps)
        self._mode = choose(
            "autoreset_mode", getattr(autoreset_mode, "value", autoreset_mode), AUTORESET_MODES
        )
        if not isinstance(shown, int) or not 0 <= shown < num_envs:
            raise ArgumentError(f"shown={shown!r} must be between 0 and {num_envs - 1}")
        # Gymnasium 1.0 has the words, and not yet the class
        self.autoreset_mode: Any = getattr(vector, "AutoresetMode", str)(self._mode)
        self.metadata = {**self.metadata, "autoreset_mode": self.autoreset_mode}
        self.num_envs = num_envs
        one = make()
        self.render_mode = one.render_mode
        self.single_observation_space = one.observation_space
        self.observation_space = batch_space(one.observation_space, num_envs)
        self.single_action_space = one.action_space
        self.action_space = batch_space(one.action_space, num_envs)
        followed: dict[str | None, Sequence[int]] = {None: (), "human": (shown,)}
        places = followed.get(one.render_mode, range(num_envs))
        self._shown: dict[int, Any] = {place: make() for place in places}
        if one.render_mode == "human":
            self._shown[shown].among = f", {shown + 1} of {num_envs}"

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[Any, dict[str, Any]]:
        """Begins an episode in every environment, or in some of them.

        Args:
            seed: Environment i is seeded `seed + i`, or with the i-th of a sequence.
            options: `{"user": name}` plays this person everywhere; `{"reset_mask": flags}` begins
                an episode only where it is True, (num_envs,), as it has to be where one has ended.

        Raises:
            ArgumentError: There are not `num_envs` seeds, reset does not take an option, or there
                is no such user.
            LogError: The log has no such user.
            EpisodeError: The mask leaves out an ended episode, or there was no reset yet.
        """
        seeds = seeds_for(seed, self.num_envs)
        if self._ended is None:
            fresh = np.random.SeedSequence().generate_state(self.num_envs).tolist()
            seeds = [fresh[i] if given is None else given for i, given in enumerate(seeds)]
        user, begins = reset_options(options, self.num_envs, self._ended)
        if isinstance(seed, (int, np.integer)):
            super().reset(seed=int(seed))
        observations, infos = self._begin(seeds, user, begins)
        for env, single in self._shown.items():
            single.spec = self.spec
            if begins[env]:
                single.reset(seed=seeds[env], options={"user": user})
        return observations, {**infos, **{f"_{name}": begins.copy() for name in infos}}

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
            raise ArgumentError(
                "render() needs a render mode: make_vec(..., render_mode='human') shows one "
                "environment on the page, 'ansi' and 'rgb_array' return all of them"
            )
        shown = tuple(single.render() for single in self._shown.values())
        return None if self.render_mode == "human" else shown

    def close_extras(self, **kwargs: Any) -> None:
        """Ends the showing; the final state stays on the page."""
        for single in self.__dict__.get("_shown", {}).values():  # none if it could not be made
            single.close()

    @property
    @abstractmethod
    def _ended(self) -> Flags | None:
        """Which environments have ended their episode; None before the first reset."""

    @abstractmethod
    def _begin(
        self, seeds: Sequence[int | None], user: Any, begins: Flags
    ) -> tuple[Any, dict[str, Any]]:
        """Begins episodes; returns all observations, and infos without their masks.

        Args:
            seeds: One for each environment; None, but not at first, to draw on.
            user: Whom to play; None to draw.
            begins: (num_envs,) True where an episode begins.
        """

    def _show(self, actions: Any, begins: Flags | None) -> None:
        """Plays a step in what is shown.

        Args:
            actions: Of the step.
            begins: (num_envs,) where it begins an episode instead; None for nowhere.
        """
        each = actions if isinstance(actions, dict) else np.asarray(actions)
        for env, single in self._shown.items():
            if begins is not None and begins[env]:
                single.reset()
            else:
                single.step(at(each, env))

    def _refuse_ended(self, ended: Flags) -> None:
        """Refuses to step an environment that nobody has reset.

        Raises:
            EpisodeError: Always.
        """
        raise EpisodeError(
            f"environment {int(ended.argmax())} has ended, and autoreset_mode='{DISABLED}' leaves "
            f"the next episode to you: reset(options={{'{MASK}': terminated | truncated}})"
        )

    def _begin_at_once(
        self, ended: Flags, observations: Any, infos: dict[str, Any]
    ) -> tuple[Any, dict[str, Any]]:
        """Begins episodes within the step that has ended some, as of `SAME_STEP`.

        Args:
            ended: Which have ended.
            observations: Of the step; the last of the ended episodes.
            infos: Of the step.

        Returns:
            The observations, and the infos, which hold the last ones of the ended episodes.
        """
        last = np.full(self.num_envs, None, dtype=object)
        for place in ended.nonzero()[0].tolist():
            last[place] = at(observations, place)
        left = {name: v & ended if name.startswith("_") else v for name, v in infos.items()}
        observations, begun = self.reset(options={MASK: ended})
        now = {name: values.copy() for name, values in infos.items()}
        for name, values in now.items():
            values[ended] = begun[name][ended]
        masks = {"_final_obs": ended.copy(), "_final_info": ended.copy()}
        return observations, {**now, "final_obs": last, "final_info": left, **masks}
