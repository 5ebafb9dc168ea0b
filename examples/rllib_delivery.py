"""PPO of RLlib learns delivery-v0 in several processes, and its checkpoint is tested on a suite.

    python -m pip install ".[ray]" "ray[rllib]"
    python examples/rllib_delivery.py
    python examples/rllib_delivery.py --steps 100000 --seed 1 --runners 4

Each env runner plays the native vector environment, with people drawn by seeds of its own. Holding
at the very end is masked. The agent is then compared with delivering everything at once, on the
weeks of people with whom it has not practised.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from typing import Any

import gymnasium
import numpy as np
import ray
import torch
from gymnasium.spaces import Box, Dict, Discrete
from gymnasium.vector import VectorEnv, VectorWrapper
from gymnasium.vector.utils import batch_space
from ray.rllib.algorithms.ppo import PPO, PPOConfig
from ray.rllib.algorithms.ppo.torch.default_ppo_torch_rl_module import DefaultPPOTorchRLModule
from ray.rllib.core.rl_module import RLModule, RLModuleSpec
from ray.tune.registry import register_env

import gym_push
from gym_push.agents import AgentSpec
from gym_push.evaluation import DeliverySuite
from gym_push.evaluation.estimates import mean

ENVS = 32  # of each env runner
TEACHERS = gym_push.Population(200, seed=1)


class Masked(VectorWrapper):
    """Shows which actions make sense beside each observation, as RLlib's module reads it."""

    def __init__(self, env: VectorEnv[Any, Any, Any]) -> None:
        super().__init__(env)
        assert isinstance(env.single_action_space, Discrete)
        masks = Box(0.0, 1.0, (int(env.single_action_space.n),))
        spaces = {"observations": env.single_observation_space, "action_mask": masks}
        self.single_observation_space = Dict(spaces)
        self.observation_space = batch_space(self.single_observation_space, env.num_envs)

    def reset(self, *, seed: Any = None, options: Any = None) -> Any:
        """Resets; env runners, whose seeds are 1, 2, ..., share no seed of an environment."""
        first = None if seed is None else seed * self.num_envs
        observations, _ = self.env.reset(seed=first, options=options)
        return self._masked(observations), {}

    def step(self, actions: Any) -> Any:
        """Steps."""
        observations, rewards, terminated, truncated, _ = self.env.step(actions)
        return self._masked(observations), rewards, terminated, truncated, {}

    def _masked(self, observations: Any) -> dict[str, Any]:
        delivery: Any = self.env.unwrapped
        masks = delivery.action_masks()
        return {"observations": observations, "action_mask": masks.astype(np.float32)}


def make(config: dict[str, Any]) -> VectorEnv[Any, Any, Any]:
    """Returns the environments of an env runner, for RLlib."""
    return Masked(
        gymnasium.make_vec(
            "gym_push:delivery-v0", config["num_envs"], population=TEACHERS, observation="vector"
        )
    )


class MaskedModule(DefaultPPOTorchRLModule):  # type: ignore[misc] # RLlib has no types
    """PPO's networks, with the actions masked that make no sense now."""

    def __init__(self, *, observation_space: Dict, **others: Any) -> None:
        super().__init__(observation_space=observation_space["observations"], **others)
        self.observation_space = observation_space

    def _forward(self, batch: dict[str, Any], **others: Any) -> dict[str, Any]:
        return self._masked(batch, super()._forward(self._seen(batch), **others))

    def _forward_train(self, batch: dict[str, Any], **others: Any) -> dict[str, Any]:
        return self._masked(batch, super()._forward_train(self._seen(batch), **others))

    def compute_values(self, batch: dict[str, Any], embeddings: Any = None) -> torch.Tensor:
        """Returns the values of observations; masks do not matter."""
        values: torch.Tensor = super().compute_values(self._seen(batch), embeddings)
        return values

    def _seen(self, batch: dict[str, Any]) -> dict[str, Any]:
        return {**batch, "obs": batch["obs"]["observations"]}

    def _masked(self, batch: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
        never = torch.finfo(torch.float32).min
        logits = found["action_dist_inputs"] + batch["obs"]["action_mask"].log().clamp(min=never)
        return {**found, "action_dist_inputs": logits}


class Learned:
    """An agent of a checkpoint of RLlib's, which learns nothing more.

    Args:
        folder: The checkpoint of the module.
    """

    observation = "vector"

    def __init__(self, folder: str) -> None:
        self._module = RLModule.from_checkpoint(folder)
        self._mask = torch.ones(1, 3)

    def reset(self, seed: int | None = None) -> None:
        """Forgets nothing, as it learns nothing."""

    def act(self, observation: Any) -> int:
        """Returns the action that the module finds best."""
        seen = {"observations": torch.from_numpy(observation[None]), "action_mask": self._mask}
        with torch.no_grad():
            found = self._module.forward_inference({"obs": seen})
        return int(found["action_dist_inputs"].argmax())

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Learns nothing."""


def pretrain(steps: int, seed: int, runners: int) -> PPO:
    """Returns an algorithm that has learned for at least a number of steps."""
    register_env("delivery", make)
    config = (
        PPOConfig()
        .environment("delivery")
        .env_runners(
            num_env_runners=runners,
            num_envs_per_env_runner=ENVS,
            gym_env_vectorize_mode="vector_entry_point",
        )
        .rl_module(rl_module_spec=RLModuleSpec(module_class=MaskedModule))
        .training(
            lr=1e-3,
            train_batch_size_per_learner=16_384,
            minibatch_size=2048,
            num_epochs=4,
            gamma=0.9,
            lambda_=0.9,
            entropy_coeff=0.005,
        )
        .debugging(seed=seed, log_level="ERROR")
    )
    algorithm, start, done = config.build_algo(), time.monotonic(), 0
    while done < steps:
        done = int(algorithm.train()["num_env_steps_sampled_lifetime"])
        print(f"{done:>9,} steps, {time.monotonic() - start:.0f} s", file=sys.stderr)
    return algorithm


def main() -> int:
    """Reads the arguments, lets PPO practise, and prints how its agent compares."""
    parser = argparse.ArgumentParser(
        description="Let RLlib's PPO learn delivery-v0, and compare it with delivering everything.",
        epilog="example: %(prog)s --steps 100000 --seed 1",
    )
    parser.add_argument("--steps", type=int, default=300_000, help="to practise for")
    parser.add_argument("--seed", type=int, default=0, help="of chance in the learner")
    parser.add_argument("--runners", type=int, default=2, help="processes that play")
    parser.add_argument("--people", type=int, default=30, help="to be tested on")
    args = parser.parse_args()
    ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    with tempfile.TemporaryDirectory() as folder:
        algorithm = pretrain(args.steps, args.seed, args.runners)
        algorithm.get_module().save_to_path(folder)
        algorithm.stop()
        ray.shutdown()
        others = gym_push.Population(args.people, seed=2)
        suite = DeliverySuite("others/v1", others, days=7, learn_days=0)
        learned = gym_push.evaluate(AgentSpec.of(Learned, folder=folder), suite)
    agents = {"deliver all": gym_push.evaluate("deliver-all", suite), "PPO": learned}
    print(f"reward a notification, mean over {args.people} other people:")
    for name, evaluation in agents.items():
        print(f"  {name:11}  {evaluation.metrics['reward'].value:+.3f}")
    delivered, decided = (
        np.array([each.metrics["reward"] for each in evaluation.people])
        for evaluation in agents.values()
    )
    gain = mean(decided - delivered)
    interval = f", 95 % interval {gain.low:+.3f} to {gain.high:+.3f}" if gain.interval else ""
    print(f"  gain         {gain.value:+.3f}{interval}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
