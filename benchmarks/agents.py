"""What a decision of each baseline costs, and how often it agrees with the person."""

from __future__ import annotations

from time import process_time
from typing import Final

import gymnasium
import numpy as np

from gym_push import NotificationLog, Population
from gym_push.agents import BASELINES, AgentSpec
from gym_push.registration import BASIC

PEOPLE: Final = 6
SEED: Final = 100
DAYS: Final = 112


def run() -> None:
    """Plays every baseline of basic-v0 with simulated people; the second halves count."""
    log = Population(PEOPLE, seed=SEED).log(DAYS)
    print(f"basic-v0, {PEOPLE} people x {DAYS} days, {len(log)} notifications")
    for name, about in BASELINES.items():
        if BASIC in about.plays and not about.required:
            right, seconds = zip(*(play(name, log, user) for user in log.users), strict=True)
            each = sum(seconds) / len(log) * 1e6
            print(f"{name:24} accuracy {np.mean(right):.4f}   {each:6.0f} us a notification")


def play(name: str, log: NotificationLog, user: str) -> tuple[float, float]:
    """Returns the accuracy in the second half, and the CPU time in s, loop included."""
    spec = AgentSpec.of(name)
    env = gymnasium.make("gym_push:basic-v0", data=log, **spec.form)
    agent = spec.make(env.observation_space, env.action_space)
    agent.reset(0)
    observation, _ = env.reset(seed=0, options={"user": user})
    right, ended = [], False
    began = process_time()
    while not ended:
        action = agent.act(observation)
        following, reward, ended, _, _ = env.step(action)
        agent.learn(observation, action, float(reward))
        right.append(float(reward) > 0.0)
        observation = following
    return float(np.mean(right[len(right) // 2 :])), process_time() - began
