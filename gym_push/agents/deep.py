"""Deep reinforcement learners, by Stable-Baselines3.

Their networks are pretrained on many people at once, and learn nothing more from the person they
serve. In delivery-v0 what is known of the person is in the observation.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Space
from numpy.typing import NDArray

from gym_push.agents.simple import BaseAgent
from gym_push.errors import ArgumentError, EpisodeError
from gym_push.integrations.stable_baselines import as_vec_env, credit_by_notification

if TYPE_CHECKING:
    from stable_baselines3.common.vec_env import VecEnv

Layers = tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]
"""Weights [network, unit, input] and biases [network, unit, 1]."""

HIDDEN: Final = (64, 64)
"""Units of the hidden layers, with ReLU."""

ROLLOUT: Final = 16_384
"""Steps between updates of PPO, over all environments."""

BATCHES: Final = 32
"""Minibatches per rollout (4 epochs each)."""

BETWEEN_GRADIENTS: Final = 64
"""Steps per gradient of DQN, over all environments."""


@dataclass(eq=False)
class DeepAgent(BaseAgent):
    """Networks that rate the actions together, and take the best. They learn in pretraining alone.

    They are kept as NumPy arrays: acting needs no PyTorch, and a copy shares nothing.

    Args:
        observation_space: Of the environment, in the vector form.
        action_space: Of the environment.
        steps: Of pretraining, over all environments, for each network.
        discount: Of a reward one step later, from 0 to 1. Learning is slow from 0.99 on, since most
            of the reward is for other notifications.
        learning_rate: Of Adam.
        networks: How many practise, one after the other, each with a seed of its own.

    Raises:
        ArgumentError: The observations are not vectors, or a number is out of range.
    """

    observation = "vector"

    steps: int = 600_000
    discount: float = 0.9
    learning_rate: float = 1e-3
    networks: int = 1

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        if not isinstance(observation_space, Box):
            raise ArgumentError(f"a network reads observation='vector', not {observation_space}")
        positive = self.steps >= 1 and self.networks >= 1 and self.learning_rate > 0.0
        if not (positive and 0.0 <= self.discount <= 1.0):
            raise ArgumentError(
                f"steps={self.steps!r} and networks={self.networks!r} must be 1 or more, "
                f"discount={self.discount!r} from 0 to 1, and learning_rate={self.learning_rate!r} "
                "above 0"
            )
        self._layers: Layers = ()

    def act(self, observation: NDArray[np.float32]) -> int:
        """Returns the action that the networks rate highest, in the sum of their ratings.

        Raises:
            EpisodeError: It is not pretrained.
        """
        return int(self._ratings(observation).argmax())

    def _ratings(self, seen: NDArray[np.float32]) -> NDArray[np.float32]:
        """Returns the sum of the networks' ratings of each action: (actions,).

        Raises:
            EpisodeError: It is not pretrained.
        """
        if not self._layers:
            raise EpisodeError("act() before pretrain(): pretrain the agent on other people first")
        *hidden, (weights, bias) = self._layers
        signal = seen[:, np.newaxis]
        for each, shift in hidden:
            signal = np.maximum(each @ signal + shift, 0.0)
        ratings: NDArray[np.float32] = (weights @ signal + bias).sum(axis=0)[:, 0]
        return ratings

    def pretrain(self, env: gymnasium.vector.VectorEnv[Any, Any, Any], seed: int) -> None:
        """Learns from other people than those of the test.

        It uses one thread, so that the same seed gives the same networks.

        Args:
            env: With observation="vector"; 16 to 128 environments are best.
            seed: Of the initial networks, the exploration and the environments.
        """
        seeds = (seed * self.networks + each for each in range(self.networks))
        with _undisturbed():
            self._layers = _arrays([self._train(env, each % 2**32) for each in seeds])
        gc.collect()  # models refer to themselves, and would keep the environments for long

    def _train(self, env: gymnasium.vector.VectorEnv[Any, Any, Any], seed: int) -> list[Any]:
        """Returns a network: PyTorch's modules from the observation to the ratings of actions."""
        raise NotImplementedError

    def _shared(self, env: VecEnv, seed: int) -> dict[str, Any]:
        """Returns the parameters that all models of Stable-Baselines3 take."""
        return {
            "policy": "MlpPolicy",
            "env": env,
            "learning_rate": self.learning_rate,
            "gamma": self.discount,
            "seed": seed,
            "device": "cpu",
        }


@dataclass(eq=False)
class PPO(DeepAgent):
    """Proximal policy optimisation.

    A decision is credited with what its own notification earns, which only practice tells: a reward
    pays for several notifications at once. A rating is the logarithm of an action's probability.

    Args:
        observation_space: Of the environment, in the vector form.
        action_space: Of the environment.
        steps: Of pretraining, over all environments, for each network.
        discount: Of the next decision about the same notification, from 0 to 1.
        learning_rate: Of Adam.
        networks: How many practise, one after the other, each with a seed of its own.
        by_notification: False to credit a decision with all rewards that follow, of which
            `discount` is then that of one a step later.

    Raises:
        ArgumentError: The observations are not vectors, a number is out of range, or the
            environment that it practises in does not say what a decision earns.
    """

    steps: int = 1_000_000
    discount: float = 1.0
    networks: int = 3
    by_notification: bool = True

    def _train(self, env: gymnasium.vector.VectorEnv[Any, Any, Any], seed: int) -> list[Any]:
        import stable_baselines3

        model = stable_baselines3.PPO(**self._shared(as_vec_env(env), seed), **of_ppo(env.num_envs))
        if self.by_notification:
            credit_by_notification(model)
        policy = model.learn(self.steps).policy
        return [*policy.mlp_extractor.policy_net, policy.action_net]


def of_ppo(num_envs: int) -> dict[str, Any]:
    """Returns the parameters of proximal policy optimisation in so many environments."""
    from torch.nn import ReLU

    batch = max(ROLLOUT // BATCHES // num_envs, 2) * num_envs
    return {
        "n_steps": BATCHES * batch // num_envs,
        "batch_size": batch,
        "n_epochs": 4,
        "gae_lambda": 0.9,
        "ent_coef": 0.005,
        "policy_kwargs": {"net_arch": list(HIDDEN), "activation_fn": ReLU},
    }


@dataclass(eq=False)
class DQN(DeepAgent):
    """Deep Q-learning."""

    learning_rate: float = 5e-4

    def _train(self, env: gymnasium.vector.VectorEnv[Any, Any, Any], seed: int) -> list[Any]:
        import stable_baselines3

        every = max(4 * BETWEEN_GRADIENTS // env.num_envs, 1)
        model = stable_baselines3.DQN(
            **self._shared(as_vec_env(env), seed),
            buffer_size=300_000,
            learning_starts=min(20_000, self.steps // 4),
            batch_size=1024,
            train_freq=every,
            gradient_steps=max(every * env.num_envs // BETWEEN_GRADIENTS, 1),
            target_update_interval=2_000,
            exploration_fraction=0.3,
            policy_kwargs={"net_arch": list(HIDDEN)},
        )
        return list(model.learn(self.steps).q_net.q_net)


def _arrays(networks: list[list[Any]]) -> Layers:
    """Returns the weights and biases of the linear layers, those of all networks in one array."""
    return tuple(
        (
            np.stack([each.weight.detach().numpy() for each in layer]),
            np.stack([each.bias.detach().numpy()[:, np.newaxis] for each in layer]),
        )
        for layer in zip(*networks, strict=True)
        if hasattr(layer[0], "weight")
    )


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Restores the global state that Stable-Baselines3 and PyTorch change.

    Stable-Baselines3 seeds the global generators of Python, NumPy and PyTorch, and draws from them.
    With more threads PyTorch would sum in another order, and learn another network.
    """
    import torch

    threads, own, numpys = torch.get_num_threads(), random.getstate(), np.random.get_state()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        torch.set_num_threads(threads)
        random.setstate(own)
        np.random.set_state(numpys)
