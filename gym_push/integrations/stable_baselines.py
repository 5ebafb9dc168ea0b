"""Stable-Baselines3: its learners play many environments at once, and its models are agents.

```pycon
>>> import gymnasium
>>> from stable_baselines3 import PPO
>>> from gym_push.integrations.stable_baselines import ModelAgent, as_vec_env
>>> many = gymnasium.make_vec("gym_push:delivery-v0", num_envs=64, observation="vector")
>>> model = PPO("MlpPolicy", as_vec_env(many), n_steps=32, device="cpu")
>>> agent = ModelAgent(model.learn(2048))

```

Single environments need no adapter: learners play what `gymnasium.make` makes with
`observation="vector"`, or with "codes" for `MultiInputPolicy`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, Space
from gymnasium.vector import AsyncVectorEnv, SyncVectorEnv
from numpy.typing import NDArray

from gym_push.actions import HOLD
from gym_push.errors import ArgumentError, extra_import
from gym_push.logs.text_encoders import AnyTextEncoder
from gym_push.spaces import at

with extra_import("gym_push.integrations.stable_baselines", "Stable-Baselines3", "agents"):
    from stable_baselines3.common.buffers import RolloutBuffer
    from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm
    from stable_baselines3.common.vec_env import VecEnv

SAME_STEP: Final = "SameStep"  # the value of Gymnasium's mode, which Gymnasium 1.0 lacks

MASKS: Final = "action_masks"
"""What sb3-contrib's maskable learners ask every environment for."""

CREDIT: Final = "credit"
"""Where `DeliveryVectorEnv` says what the newest decisions earn."""

OnPolicy = TypeVar("OnPolicy", bound="OnPolicyAlgorithm")


class ModelAgent:
    """A trained model as an agent, which learns nothing more.

    A recurrent model keeps its memory from decision to decision, until `reset`.

    Args:
        model: A model of Stable-Baselines3, or one that predicts alike; of one with a policy, the
            agent keeps that alone. It is an object and not a file, because such files hold pickles,
            which can run any code: load yours by `PPO.load` if you know where it comes from.
        text: What puts text into its vectors, as `text=` of the environment that it has learned in.

    Attributes:
        observation: "codes" for a model that reads a dict, as of `MultiInputPolicy`; else "vector".
    """

    def __init__(self, model: Any, text: AnyTextEncoder | None = None) -> None:
        self._model = getattr(model, "policy", model)
        reads = getattr(self._model, "observation_space", None)
        self.text = text
        self.observation = "codes" if isinstance(reads, Dict) else "vector"
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Clears the memory of a recurrent model."""
        self._state: Any = None
        self._begins = np.array([True])

    def act(self, observation: Any) -> int:
        """Returns the action that the model finds best."""
        action, self._state = self._model.predict(
            observation, self._state, self._begins, deterministic=True
        )
        self._begins = np.array([False])
        return int(action)

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Learns nothing."""


def as_vec_env(env: gymnasium.vector.VectorEnv[Any, Any, Any]) -> VecEnv:
    """Adapts a vector environment to the learners of Stable-Baselines3.

    Where an episode ends, the next begins within the same step: the observation is its first, and
    the last one of the ended episode is `infos[i]["terminal_observation"]`.
    `env_method("action_masks")` returns which actions make sense now, as sb3-contrib's
    `MaskablePPO` asks for them.

    Args:
        env: `gymnasium.make_vec("gym_push:delivery-v0", num_envs=..., observation="vector")`, or
            another that resets some environments by `reset(options={"reset_mask": ...})`. Do not
            step it yourself any more.

    Raises:
        ArgumentError: It is not a vector environment, begins episodes by itself within a step, or
            has observations that Stable-Baselines3 cannot read.
    """
    if not isinstance(env, gymnasium.vector.VectorEnv):
        raise ArgumentError(
            f"as_vec_env takes what gymnasium.make_vec makes, not {env!r}; learners of "
            "Stable-Baselines3 play a single environment as it is"
        )
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


def credit_by_notification(model: OnPolicy) -> OnPolicy:
    """Lets PPO or A2C credit each decision with what its own notification earns.

    Rewards of delivery-v0 come late, and pay for several notifications at once, so that a decision
    among the rewards that follow it is hard to make out. Here a notification is an episode of its
    own: `gamma` and `gae_lambda` count from one decision about it to the next, and rewards are
    credits. What is still held when the rollout or the days end is credited with what the critic
    expects.

        model = PPO("MlpPolicy", as_vec_env(many), gamma=1.0, device="cpu")
        credit_by_notification(model).learn(1_000_000)

    Args:
        model: Of Stable-Baselines3, with delivery-v0 as of `as_vec_env`. One that is loaded from a
            file credits all rewards again.

    Returns:
        The model.

    Raises:
        ArgumentError: Its environment does not say what a decision earns, or not in vectors.
    """
    env: Any = model.get_env()
    try:
        told = env.get_attr(CREDIT, 0) and isinstance(env.observation_space, Box)
    except AttributeError:  # of the environment, or of None
        told = False
    if not told:
        raise ArgumentError(
            f"{env} does not say what a decision earns: let the model play as_vec_env("
            "gymnasium.make_vec('gym_push:delivery-v0', observation='vector', ...))"
        )
    model.rollout_buffer = _CreditBuffer(model)
    return model


class _CreditBuffer(RolloutBuffer):
    """A rollout in which the decisions about a notification follow each other."""

    def __init__(self, model: OnPolicyAlgorithm) -> None:
        self._model: Any = model
        super().__init__(
            model.n_steps,
            model.observation_space,
            model.action_space,
            model.device,
            model.gae_lambda,
            model.gamma,
            model.n_envs,
        )

    def reset(self) -> None:
        """Empties it."""
        super().reset()
        self._notes = np.zeros((self.buffer_size, self.n_envs), dtype=np.int64)

    def add(self, obs: Any, action: Any, reward: Any, *others: Any) -> None:
        """Adds a step, with its credits as rewards."""
        [(self._notes[self.pos], credit)] = self._model.get_env().get_attr(CREDIT, 0)
        super().add(obs, action, credit, *others)

    def compute_returns_and_advantage(self, last_values: Any, dones: Any) -> None:
        """Goes back from each decision to the one before about the same notification."""
        lanes = np.arange(self.n_envs)
        distinct, every = np.unique(self._notes * self.n_envs + lanes, return_inverse=True)
        notes, held = every.reshape(self._notes.shape), self.actions[..., 0] == HOLD
        follows = np.full(len(distinct), np.nan)  # what the next decision about each is worth
        for step in reversed(range(self.buffer_size)):
            note, value = notes[step], self.values[step]
            after = np.where(held[step], self.gamma * follows[note], 0.0)
            worth = np.where(np.isnan(after), value, self.rewards[step] + after)
            follows[note] = value + self.gae_lambda * (worth - value)
            self.returns[step] = worth
        self.advantages = self.returns - self.values


class _Many(VecEnv):
    """A vector environment behind the methods of a `VecEnv`."""

    def __init__(self, env: gymnasium.vector.VectorEnv[Any, Any, Any]) -> None:
        self._env: Any = env
        self._actions: Any = None
        observations: Space[Any] = env.single_observation_space
        super().__init__(env.num_envs, observations, env.single_action_space)

    def reset(self) -> Any:
        """Begins an episode everywhere, with the seeds and options that were set."""
        options: Any = self._options[0]
        if any(other != options for other in self._options):
            raise ArgumentError(
                "a vector environment takes the same options for all of its environments"
            )
        observations, infos = self._env.reset(seed=self._seeds, options=options or None)
        self.reset_infos = _each(infos, self.num_envs)
        self._reset_seeds()
        self._reset_options()
        return observations

    def step_async(self, actions: NDArray[Any]) -> None:
        self._actions = actions

    def step_wait(self) -> tuple[Any, NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        observations, rewards, terminated, truncated, infos = self._env.step(self._actions)
        ended = terminated | truncated
        cut = truncated & ~terminated
        every = _each({**infos, "TimeLimit.truncated": cut}, self.num_envs)
        if ended.any():
            last = observations
            options = None if ended.all() else {"reset_mask": ended}
            observations, fresh = self._env.reset(options=options)
            begun = _each(fresh, self.num_envs)
            for place in ended.nonzero()[0].tolist():
                every[place]["terminal_observation"] = at(last, place)
                self.reset_infos[place] = begun[place]
        return observations, rewards.astype(np.float32), ended, every

    def close(self) -> None:
        self._env.close()

    def get_images(self) -> Sequence[Any]:
        shown = self._env.render()
        return [None] * self.num_envs if shown is None else list(shown)

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        return [self._find(attr_name) for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        raise ArgumentError(f"a vector environment shares {attr_name!r}; set it when you make it")

    def env_method(
        self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any
    ) -> list[Any]:
        returned = self._find(method_name)(*method_args, **method_kwargs)
        wanted = self._get_indices(indices)
        return [returned[place] if method_name == MASKS else returned for place in wanted]

    def env_is_wrapped(self, wrapper_class: type[Any], indices: Any = None) -> list[bool]:
        return [False for _ in self._get_indices(indices)]

    def _find(self, name: str) -> Any:
        """Returns an attribute, which Gymnasium's vector wrappers do not pass on."""
        env = self._env if hasattr(self._env, name) else self._env.unwrapped
        if name == MASKS and isinstance(env, (SyncVectorEnv, AsyncVectorEnv)):
            env.get_attr(name)  # fails where the environments have none
            return partial(env.call, name)
        return getattr(env, name)


def _each(infos: Mapping[str, Any], count: int) -> list[dict[str, Any]]:
    """Returns an info for each environment from the infos of all."""
    every: list[dict[str, Any]] = [{} for _ in range(count)]
    for name, values in infos.items():
        if name.startswith("_"):
            continue
        if isinstance(values, Mapping):
            listed: list[Any] = _each(values, count)
        else:
            listed = values.tolist() if values.ndim == 1 else list(values)
        present = infos.get(f"_{name}")
        if present is None or present.all():
            for info, value in zip(every, listed, strict=True):
                info[name] = value
        else:
            for place in present.nonzero()[0].tolist():
                every[place][name] = listed[place]
    return every
