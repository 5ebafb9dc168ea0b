"""DQN learns delivery-v0: the baseline `dqn`, made by its name.

    python -m pip install ".[agents]"
    python examples/dqn_delivery.py
    python examples/dqn_delivery.py --steps 50000 --seed 1

It practises and is compared in the same way as PPO in ppo_delivery.py, which uses a model of your
own.
"""

from __future__ import annotations

import sys

import gymnasium
from ppo_delivery import ENVS, TEACHERS, main

from gym_push.agents import Agent, AgentSpec, Pretrainable


def pretrain(steps: int, seed: int) -> Agent:
    """Returns the baseline after it has practised, with people who are not in the test."""
    many = gymnasium.make_vec(
        "gym_push:delivery-v0", num_envs=ENVS, population=TEACHERS, observation="vector"
    )
    spec = AgentSpec.of("dqn", steps=steps)
    agent = spec.make(many.single_observation_space, many.single_action_space)
    assert isinstance(agent, Pretrainable)
    agent.pretrain(many, seed)
    return agent


if __name__ == "__main__":
    sys.exit(main("DQN", pretrain, steps=600_000))
