"""Stable-Baselines3: its learners play many environments at once, and its models are agents.

```pycon
>>> import gymnasium
>>> from stable_baselines3 import PPO
>>> from gym_push.integrations.stable_baselines import ModelAgent, as_vec_env
>>> many = gymnasium.make_vec("gym_push:delivery-v0", num_envs=64, observation="vector")
>>> model = PPO("MlpPolicy", as_vec_env(many), n_steps=32, device="cpu")
>>> agent = ModelAgent(model.learn(2048))

```

Single environments need nothing of this: `PPO("MlpPolicy", "gym_push:delivery-v0", ...)` plays
one, as any that is registered with Gymnasium.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, Space
from numpy.typing import NDArray

from gym_push.errors import ArgumentError, MissingExtraError

try:
    from stable_baselines3.common.vec_env import VecEnv
except ImportError:
    raise MissingExtraError(
        "gym_push.integrations.stable_baselines", "Stable-Baselines3", "agents"
    ) from None

MASKS: Final = "action_masks"
"""What sb3-contrib's maskable learners ask every environment for."""


SAME_STEP: Final = "SameStep"  # the value of Gymnasium's mode, which Gymnasium 1.0 lacks


class Model(Protocol):
    """What a Stable-Baselines3 model can do that an agent needs."""

    def predict(self, observation: Any, *, deterministic: bool) -> tuple[Any, Any]:
        """Returns the action, and a state that only recurrent models have."""


class ModelAgent:
    """A trained model as an agent. It learns nothing more.

    Args:
        model: A model of Stable-Baselines3, or whatever predicts like one. It is an object and not
            a file, because the files of models hold pickles, which can run any code: load yours by
            `PPO.load`, if you know where it comes from.
    """

    observation = "vector"

    def __init__(self, model: Model) -> None:
        """Takes the model as it is."""
        self._model = model

    def reset(self, seed: int | None = None) -> None:
        """Begins anew, which is the same as before."""

    def act(self, observation: Any) -> int:
        """Returns the action that the model finds best."""
        if isinstance(observation, Mapping):
            observation = dict(observation)  # models write to it
        action, _ = self._model.predict(observation, deterministic=True)
        return int(action)

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Learns nothing."""


def as_vec_env(env: gymnasium.vector.VectorEnv[Any, Any, Any]) -> VecEnv:
    """Makes a vector environment one that the learners of Stable-Baselines3 play.

    Where an episode ends, the next begins within the same step: the observation is its first, and
    the last one of the ended episode is `infos[i]["terminal_observation"]`. The step that Gymnasium
    puts in between is never seen. `env_method("action_masks")` returns the masks of the actions
    that make sense now, which is where sb3-contrib's `MaskablePPO` looks for them.

    Args:
        env: `gymnasium.make_vec("gym_push:delivery-v0", num_envs=..., observation="vector")`, or
            another that resets some environments by `reset(options={"reset_mask": ...})`.
            It is the caller's no longer: nobody else may step it.

    Raises:
        ArgumentError: Its observations are none that Stable-Baselines3 can read.
    """
    space = env.single_observation_space
    kinds = space.spaces.values() if isinstance(space, Dict) else [space]
    if not all(isinstance(kind, (Box, Discrete)) for kind in kinds):
        raise ArgumentError(
            "Stable-Baselines3 reads numbers: make the environments with "
            "observation='vector', or 'codes' for its MultiInputPolicy"
        )
    mode = env.metadata.get("autoreset_mode")
    if getattr(mode, "value", mode) == SAME_STEP:
        raise ArgumentError(f"{env} begins episodes by itself within a step; make it for NEXT_STEP")
    return _Many(env)


class _Many(VecEnv):
    """A vector environment behind the methods of a `VecEnv`."""

    def __init__(self, env: gymnasium.vector.VectorEnv[Any, Any, Any]) -> None:
        self._env = env
        self._actions: Any = None
        self._masks: NDArray[np.int8] | None = None
        observations: Space[Any] = env.single_observation_space
        super().__init__(env.num_envs, observations, env.single_action_space)

    def reset(self) -> Any:
        """Begins an episode everywhere, with what `seed` and `set_options` have set."""
        options: Any = self._options[0]
        if any(other != options for other in self._options):
            raise ArgumentError("many environments in one take the same options for all of them")
        observations, infos = self._env.reset(seed=self._seeds, options=options or None)
        self._note(infos)
        self.reset_infos = _each(infos, self.num_envs)
        self._reset_seeds()
        self._reset_options()
        return _own(observations)

    def step_async(self, actions: NDArray[Any]) -> None:
        self._actions = actions

    def step_wait(self) -> tuple[Any, NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        observations, rewards, terminated, truncated, infos = self._env.step(self._actions)
        self._note(infos)
        ended = terminated | truncated
        cut = truncated & ~terminated
        every = _each({**infos, "TimeLimit.truncated": cut}, self.num_envs)
        if ended.any():
            last = observations
            options = None if ended.all() else {"reset_mask": ended}
            observations, fresh = self._env.reset(options=options)
            self._note(fresh)
            begun = _each(fresh, self.num_envs)
            for place in ended.nonzero()[0].tolist():
                every[place]["terminal_observation"] = _at(last, place)
                self.reset_infos[place] = begun[place]
        return _own(observations), rewards.astype(np.float32), ended, every

    def close(self) -> None:
        self._env.close()

    def get_images(self) -> Sequence[Any]:
        shown = self._env.render()
        return [None] * self.num_envs if shown is None else list(shown)

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        count = len(list(self._get_indices(indices)))
        if attr_name == MASKS:
            self._masks_now()
            return [self._masks_now] * count
        return [getattr(self._env, attr_name)] * count

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        raise ArgumentError(f"many environments in one share {attr_name!r}; set it in their maker")

    def env_method(
        self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any
    ) -> list[Any]:
        wanted = list(self._get_indices(indices))
        if method_name == MASKS:
            masks = self._masks_now()
            return [masks[place] for place in wanted]
        returned = getattr(self._env, method_name)(*method_args, **method_kwargs)
        return [returned] * len(wanted)

    def env_is_wrapped(self, wrapper_class: type[Any], indices: Any = None) -> list[bool]:
        return [False] * len(list(self._get_indices(indices)))

    def _note(self, infos: Mapping[str, Any]) -> None:
        """Keeps the masks of the actions that make sense next."""
        if (masks := infos.get("action_mask")) is not None:
            told = infos["_action_mask"]
            known: Any = masks if told.all() else np.where(told[:, None], masks, self._masks)
            self._masks = known

    def _masks_now(self) -> NDArray[np.int8]:
        if self._masks is None:
            raise AttributeError(f"{self._env} tells no action masks, or none before its reset")
        return self._masks


def _each(infos: Mapping[str, Any], count: int) -> list[dict[str, Any]]:
    """Returns an info for each environment, with what the infos of them all say of it."""
    every: list[dict[str, Any]] = [{} for _ in range(count)]
    for name, values in infos.items():
        if name.startswith("_"):
            continue
        listed = values.tolist() if values.ndim == 1 else list(values)
        present = infos.get(f"_{name}")
        if present is None or present.all():
            for info, value in zip(every, listed, strict=True):
                info[name] = value
        else:
            for place in present.nonzero()[0].tolist():
                every[place][name] = listed[place]
    return every


def _at(observations: Any, place: int) -> Any:
    """Returns the observation of one environment."""
    if isinstance(observations, dict):
        return {name: values[place] for name, values in observations.items()}
    return observations[place]


def _own(observations: Any) -> Any:
    """Returns observations that PyTorch can share the memory of, which it wants to be writable."""
    if isinstance(observations, dict):
        return {name: np.require(values, requirements="W") for name, values in observations.items()}
    return np.require(observations, requirements="W")
