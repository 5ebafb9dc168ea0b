"""TorchRL and Tianshou play the environments as they are."""

import gymnasium
import numpy as np
import pytest

PEOPLE = {"size": 3, "seed": 1}
MADE = {"population": PEOPLE, "days": 7, "observation": "vector"}
STEPS = 20


def single():
    return gymnasium.make("gym_push:delivery-v0", **MADE)


def rewards_of(actions):
    env = single()
    env.reset(seed=0)
    return [env.step(action)[1] for action in actions]


def test_torchrl_plays_a_single_environment():
    envs = pytest.importorskip("torchrl.envs")
    steps = envs.GymWrapper(single()).rollout(STEPS)
    assert steps.shape == (STEPS,)
    assert np.isfinite(steps["next", "reward"].numpy()).all()


def test_torchrl_plays_a_vector_environment_that_does_not_begin_by_itself():
    envs = pytest.importorskip("torchrl.envs")
    many = gymnasium.make_vec("gym_push:delivery-v0", 4, autoreset_mode="Disabled", **MADE)
    steps = envs.GymWrapper(many).rollout(STEPS, break_when_any_done=False)
    assert steps.shape == (4, STEPS)
    assert np.isfinite(steps["next", "reward"].numpy()).all()


def test_tianshou_plays_single_environments():
    envs = pytest.importorskip("tianshou.env")
    many = envs.DummyVectorEnv([single] * 3)
    many.reset(seed=0)
    actions = np.random.default_rng(0).integers(3, size=STEPS).tolist()
    known = rewards_of(actions)
    for action, reward in zip(actions, known, strict=True):
        assert many.step(np.full(3, action))[1].tolist() == [reward] * 3
