"""The environment's share of the time in which Stable-Baselines3's PPO trains on delivery-v0."""

from __future__ import annotations

from time import process_time
from typing import Any

import gymnasium
import torch
from stable_baselines3 import PPO

from benchmarks.rounds import table, title, verdict
from gym_push.integrations.stable_baselines import as_vec_env

ROUNDS = 3
STEPS = 64  # of a rollout
PEOPLE = {"size": 256, "seed": 1}
MOST = {16: 0.15, 64: 0.10, 256: 0.05}
LEARNING: dict[str, dict[str, Any]] = {
    "its own settings": {},
    "of examples/ppo_delivery.py": {"batch_size": 2048, "n_epochs": 4},  # learns less of each step
}


def run() -> None:
    """Measures and prints."""
    torch.set_num_threads(1)
    title("The share of delivery-v0 in PPO's processor time, one thread")
    rows, shares = [], {}
    for name, settings in LEARNING.items():
        for count in MOST:
            env, whole = _train(count, settings)
            shares[name, count] = env / whole
            microseconds = f"{1e6 * env / (ROUNDS * STEPS):.0f}"
            rows.append((f"{count}, {name}", microseconds, f"{env / whole:.1%}"))
    table(("environments", "µs a step of all", "share"), rows)
    for count, most in MOST.items():
        name = "its own settings"
        verdict(f"{count} environments, {name}", shares[name, count], most, at_most=True)


def _train(count: int, settings: dict[str, Any]) -> tuple[float, float]:
    """Returns the processor's seconds in the environment, and in training altogether."""
    many = gymnasium.make_vec(
        "gym_push:delivery-v0", count, population=PEOPLE, observation="vector"
    )
    env: Any = as_vec_env(many)
    spent, wait = 0.0, env.step_wait

    def timed() -> Any:
        nonlocal spent
        start = process_time()
        result = wait()
        spent += process_time() - start
        return result

    env.step_wait = timed
    model = PPO("MlpPolicy", env, n_steps=STEPS, device="cpu", seed=0, **settings)
    model.learn(STEPS * count)  # builds the people's worlds
    spent, start = 0.0, process_time()
    model.learn(ROUNDS * STEPS * count)
    return spent, process_time() - start
