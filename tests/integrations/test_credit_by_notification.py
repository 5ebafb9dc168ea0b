"""PPO is told what each decision earns by its own notification, and not what else is paid."""

from functools import partial

import gymnasium
import numpy as np
import pytest
from extras_support import installed

from gym_push import ArgumentError, Population
from gym_push.actions import HOLD

pytestmark = installed("stable_baselines3")

ENVS, STEPS, GAMMA, LAMBDA = 4, 64, 0.9, 0.8


def ppo(env, policy="MlpPolicy"):
    from stable_baselines3 import PPO

    from gym_push.integrations.stable_baselines import as_vec_env, credit_by_notification

    model = PPO(
        policy,
        as_vec_env(env),
        seed=1,
        device="cpu",
        n_steps=STEPS,
        batch_size=STEPS,
        gamma=GAMMA,
        gae_lambda=LAMBDA,
    )
    return credit_by_notification(model)


def many(observation="vector"):
    return gymnasium.make_vec(
        "gym_push:delivery-v0",
        num_envs=ENVS,
        population=Population(12, 3, volume_median=20),
        days=1,
        observation=observation,
    )


@pytest.fixture(scope="module")
def rollout():
    """A buffer after a rollout of several days, and what the environment said of each step."""
    env, said = many(), []
    step = env.step

    def listening(actions):
        stepped = step(actions)
        said.append([each.copy() for each in env.unwrapped.credit])
        return stepped

    env.step = listening
    model = ppo(env)
    _, callback = model._setup_learn(STEPS * ENVS)
    model.collect_rollouts(model.env, callback, model.rollout_buffer, STEPS)
    return model.rollout_buffer, said


def test_a_decision_is_followed_by_the_next_one_about_its_notification(rollout):
    buffer, said = rollout
    followed = left = 0
    for lane in range(ENVS):
        worth = {}  # of the next decision about a notification
        for step in reversed(range(STEPS)):
            (notes, credits), value = said[step], buffer.values[step, lane]
            note, expected = notes[lane], credits[lane]
            if buffer.actions[step, lane, 0] == HOLD:
                expected = GAMMA * worth[note] if note in worth else value
                followed, left = followed + (note in worth), left + (note not in worth)
            assert buffer.returns[step, lane] == pytest.approx(expected, abs=1e-6)
            assert buffer.advantages[step, lane] == pytest.approx(expected - value, abs=1e-6)
            worth[note] = (1.0 - LAMBDA) * value + LAMBDA * expected
    assert followed > 20
    assert left > 0


def test_rewards_are_credits(rollout):
    buffer, said = rollout
    assert np.allclose(buffer.rewards, [credit for _, credit in said])
    assert (buffer.rewards < 0.0).any()
    assert (buffer.rewards > 0.0).any()


@pytest.mark.parametrize(
    ("make", "policy"),
    [
        (partial(gymnasium.make_vec, "gym_push:basic-v0", 2, observation="vector"), "MlpPolicy"),
        (partial(gymnasium.make_vec, "CartPole-v1", 2), "MlpPolicy"),
        (partial(many, "codes"), "MultiInputPolicy"),
    ],
)
def test_where_nothing_says_what_a_decision_earns_it_is_refused(make, policy):
    with pytest.raises(ArgumentError, match="does not say what a decision earns: let the model"):
        ppo(make(), policy)


def test_a_model_is_saved_without_its_environment(tmp_path):
    model = ppo(many()).learn(STEPS * ENVS)
    model.save(tmp_path / "model.zip")
    assert (tmp_path / "model.zip").stat().st_size < 1_000_000
    seen, _ = many().reset(seed=1)
    loaded = type(model).load(tmp_path / "model.zip")
    assert np.array_equal(*(each.predict(seen, deterministic=True)[0] for each in (model, loaded)))
