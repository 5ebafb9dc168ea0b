"""PPO of Stable-Baselines3 learns delivery-v0, and is tested on people whom it has not seen.

    python -m pip install ".[agents]"
    python examples/ppo_delivery.py
    python examples/ppo_delivery.py --steps 100000 --seed 1

It practises with 64 of 200 people at a time, credits each decision with what its own notification
earns, and is then compared with delivering everything at once, on the same weeks of other people.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3 import PPO

from gym_push import Population
from gym_push.agents import Agent
from gym_push.evaluation.estimates import mean
from gym_push.integrations.stable_baselines import ModelAgent, as_vec_env, credit_by_notification

ENVS = 64
TEACHERS = Population(200, seed=1)


class DeliverAll:
    """Delivers everything at once, as phones do."""

    def reset(self, seed: int | None = None) -> None:
        """Forgets nothing, as it learns nothing."""

    def act(self, observation: Any) -> int:
        """Delivers."""
        return 0

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Learns nothing."""


def earned(agent: Agent, people: int) -> NDArray[np.float64]:
    """Returns the reward a notification for each of some people with whom no agent practised."""
    others = Population(people, seed=2)
    env = gymnasium.make("gym_push:delivery-v0", population=others, observation="vector")
    rewards = np.zeros(people)
    for person in range(people):
        agent.reset(seed=person)
        observation, _ = env.reset(options={"user": person})
        ended = False
        while not ended:
            action = agent.act(observation)
            following, reward, ended, _, _ = env.step(action)
            agent.learn(observation, action, float(reward))
            rewards[person] += float(reward)
            observation = following
        rewards[person] /= sum(env.get_wrapper_attr("statuses").values())
    return rewards


def compare(name: str, agent: Agent, people: int) -> None:
    """Prints the reward a notification of an agent, and of delivering everything."""
    learned, all_delivered = earned(agent, people), earned(DeliverAll(), people)
    gain = mean(learned - all_delivered)
    print(f"reward a notification, mean over {people} other people:")
    print(f"  deliver all  {all_delivered.mean():+.3f}")
    print(f"  {name:11}  {learned.mean():+.3f}")
    interval = f", 95 % interval {gain.low:+.3f} to {gain.high:+.3f}" if gain.interval else ""
    print(f"  gain         {gain.value:+.3f}{interval}")


def pretrain(steps: int, seed: int) -> Agent:
    """Returns an agent whose model has learned for a number of steps."""
    many = gymnasium.make_vec(
        "gym_push:delivery-v0", num_envs=ENVS, population=TEACHERS, observation="vector"
    )
    model = PPO(
        "MlpPolicy",
        as_vec_env(many),
        learning_rate=1e-3,
        n_steps=256,
        batch_size=2048,
        n_epochs=4,
        gamma=1.0,
        gae_lambda=0.9,
        ent_coef=0.005,
        seed=seed,
        device="cpu",
    )
    tenth, start = max(steps // 10, 1), time.monotonic()

    def tell(learner: dict[str, Any], _: dict[str, Any]) -> bool:
        done = learner["self"].num_timesteps
        if done % tenth < ENVS:
            print(f"{done:>9,} steps, {time.monotonic() - start:.0f} s", file=sys.stderr)
        return True

    return ModelAgent(credit_by_notification(model).learn(steps, callback=tell))


def main(name: str, pretrain: Callable[[int, int], Agent], steps: int) -> int:
    """Reads the arguments, lets the agent practise, and prints how it compares."""
    parser = argparse.ArgumentParser(
        description=f"Let {name} learn delivery-v0, and compare it with delivering everything.",
        epilog="example: %(prog)s --steps 100000 --seed 1",
    )
    parser.add_argument(
        "--steps", type=int, default=steps, metavar="N", help=f"to practise for (default {steps})"
    )
    parser.add_argument("--seed", type=int, default=0, help="the same seed learns the same")
    parser.add_argument(
        "--people", type=int, default=60, metavar="N", help="to be tested on (default 60)"
    )
    args = parser.parse_args()
    if args.steps < 1:
        parser.error("--steps is a whole number, 1 or more")
    if args.people < 2:
        parser.error("--people is a whole number, 2 or more")
    if not 0 <= args.seed < 2**32 - ENVS:
        parser.error("--seed is a whole number, 0 or more, with less than ten digits")
    torch.set_num_threads(1)  # enough for a small network, and it learns the same every time
    try:
        compare(name, pretrain(args.steps, args.seed), args.people)
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main("PPO", pretrain, steps=600_000))
