"""Environments of send-v0 for tests, and ways to play them."""

import gymnasium
import numpy as np

PEOPLE = {"size": 12, "seed": 3}


def make(preset="habit", **kwargs):
    return gymnasium.make(
        "gym_push:send-v0", preset=preset, **{"population": PEOPLE, **kwargs}
    ).unwrapped


def make_vec(num_envs, preset="habit", **kwargs):
    return gymnasium.make_vec(
        "gym_push:send-v0", num_envs, preset=preset, **{"population": PEOPLE, **kwargs}
    )


def episode(env, policy, seed=1, user=None):
    """Yields (mask, action, reward, terminated, info) of every step of an episode."""
    _, info = env.reset(seed=seed, options={"user": user})
    over = False
    while not over:
        mask, action = info["action_mask"], policy(env, info["action_mask"])
        _, reward, over, _, info = env.step(action)
        yield mask, action, reward, over, info


def always(action):
    return lambda env, mask: action


def by_chance(seed, masked=False):
    random = np.random.default_rng(seed)

    def policy(env, mask):
        return int(random.choice(np.flatnonzero(mask)) if masked else random.integers(len(mask)))

    return policy


def of_sequence(actions):
    following = iter(actions)
    return lambda env, mask: next(following)
