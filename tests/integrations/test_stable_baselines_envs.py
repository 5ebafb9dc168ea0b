"""Vector environments as Stable-Baselines3 plays them are its own DummyVecEnv of single ones."""

import gymnasium
import numpy as np
import pytest
from extras_support import installed
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers.vector import RecordEpisodeStatistics

from gym_push import ArgumentError, Population

pytestmark = installed("stable_baselines3")

ENVS = 5
PEOPLE = Population(12, 3, volume_median=12)
MAKE = {
    "delivery": ("gym_push:delivery-v0", {"population": PEOPLE, "days": 2}),
    "several": ("gym_push:basic-v0", {"data": PEOPLE.log(2)}),
    "shuffled": ("gym_push:basic-v0", {"order": "shuffled"}),
    "recorded": ("gym_push:basic-v0", {}),
}


def single(kind, observation="vector"):
    name, kwargs = MAKE[kind]
    return gymnasium.make(name, observation=observation, **kwargs)


def many(kind="delivery", observation="vector", **more):
    name, kwargs = MAKE[kind]
    kwargs = {"num_envs": ENVS, "observation": observation, **kwargs, **more}
    return gymnasium.make_vec(name, **kwargs)


def as_vec_env(env):
    from gym_push.integrations import stable_baselines

    return stable_baselines.as_vec_env(env)


def one_by_one(make):
    from stable_baselines3.common.vec_env import DummyVecEnv

    return DummyVecEnv([make] * ENVS)


def equal(one, other):
    """Equal in structure and values, whatever wraps a number."""
    if isinstance(one, dict):
        return set(one) == set(other) and all(equal(one[key], other[key]) for key in one)
    return np.array_equal(one, other)


def same_steps(ours, theirs, steps, seed=11):
    """Plays both alike, and returns how many episodes ended."""
    random = np.random.default_rng(2)
    assert list(ours.seed(seed)) == list(theirs.seed(seed))
    assert equal(ours.reset(), theirs.reset())
    assert equal_all(ours.reset_infos, theirs.reset_infos)
    ended = 0
    for _ in range(steps):
        actions = random.integers(theirs.action_space.n, size=ENVS)
        (seen, rewards, over, infos), expected = ours.step(actions), theirs.step(actions)
        assert equal(seen, expected[0])
        assert rewards.dtype == expected[1].dtype
        assert np.allclose(rewards, expected[1], atol=1e-6)
        assert over.dtype == expected[2].dtype
        assert over.tolist() == expected[2].tolist()
        assert equal_all(infos, expected[3])
        assert equal_all(ours.reset_infos, theirs.reset_infos)
        ended += over.sum()
    return ended


def equal_all(infos, expected):
    return len(infos) == len(expected) and all(map(equal, infos, expected))


@pytest.mark.parametrize("kind", MAKE)
def test_it_does_what_single_environments_do(kind):
    theirs = one_by_one(lambda: single(kind))
    assert same_steps(as_vec_env(many(kind)), theirs, steps=400) >= ENVS


def test_observations_by_name_do_too():
    theirs = one_by_one(lambda: single("delivery", "codes"))
    assert same_steps(as_vec_env(many(observation="codes")), theirs, steps=200) >= ENVS


def test_gymnasiums_own_vector_environments_do_too():
    # ... which tell no infos of an environment that is reset, but for the new one's
    ours = as_vec_env(SyncVectorEnv([lambda: single("delivery")] * ENVS))
    assert same_steps(ours, one_by_one(lambda: single("delivery")), steps=200) >= ENVS


@pytest.mark.parametrize("observation", ["vector", "codes"])
@pytest.mark.parametrize("kind", ["delivery", "recorded"])
def test_stable_baselines_own_check_finds_nothing(kind, observation):
    from stable_baselines3.common.env_checker import check_env

    check_env(single(kind, observation))


def test_the_masks_are_reachable():
    env = as_vec_env(many())
    assert env.has_attr("action_masks")
    assert np.all(env.env_method("action_masks")), "all make sense before the first episode"
    env.seed(3)
    env.reset()
    alone = single("delivery")
    _, info = alone.reset(seed=3)
    random, forbidden = np.random.default_rng(4), 0
    for _ in range(500):
        masks = env.env_method("action_masks")
        assert masks[0].tolist() == info["action_mask"].tolist()
        assert env.env_method("action_masks", indices=[0])[0].tolist() == masks[0].tolist()
        forbidden += ENVS - sum(mask[1] for mask in masks)
        actions = random.choice(3, size=ENVS, p=[0.05, 0.9, 0.05])
        env.step(actions)
        _, _, over, _, info = alone.step(actions[0])
        if over:
            _, info = alone.reset()
    assert forbidden, "where an episode ends with something held, holding it is in vain"
    assert not as_vec_env(many("recorded")).has_attr("action_masks")


@pytest.mark.parametrize("kind", ["own", "Gymnasium's", "wrapped"])
def test_masks_are_told_by_whatever_is_made_of_many(kind):
    made = SyncVectorEnv([lambda: single("delivery")] * ENVS) if kind == "Gymnasium's" else many()
    env = as_vec_env(RecordEpisodeStatistics(made) if kind == "wrapped" else made)
    assert env.has_attr("action_masks")
    assert np.array(env.env_method("action_masks")).tolist() == [[1, 1, 1]] * ENVS
    theirs = one_by_one(lambda: single("delivery"))
    env.seed(3), theirs.seed(3)
    env.reset(), theirs.reset()
    for _ in range(200):
        actions = np.ones(ENVS, dtype=int)
        env.step(actions), theirs.step(actions)
        assert np.array_equal(env.env_method("action_masks"), theirs.env_method("action_masks"))
    none = SyncVectorEnv([lambda: single("recorded")] * ENVS)
    assert not as_vec_env(none).has_attr("action_masks")


def test_maskable_learners_play_and_are_evaluated():
    contrib = pytest.importorskip("sb3_contrib")
    from sb3_contrib.common.maskable.evaluation import evaluate_policy
    from stable_baselines3.common.monitor import Monitor
    from stable_baselines3.common.vec_env import VecMonitor

    model = contrib.MaskablePPO("MlpPolicy", as_vec_env(many()), n_steps=16, device="cpu", seed=1)
    model.learn(16 * ENVS)
    for env in (VecMonitor(as_vec_env(many())), Monitor(single("delivery"))):
        mean, _ = evaluate_policy(model, env, n_eval_episodes=2)
        assert np.isfinite(mean)


def made_by_stable_baselines():
    from stable_baselines3.common.env_util import make_vec_env

    return make_vec_env(lambda: single("delivery"), n_envs=2, seed=1)


@pytest.mark.parametrize("make", [lambda: single("delivery"), made_by_stable_baselines])
def test_maskable_learners_never_hold_at_the_end_of_single_environments(make):
    contrib = pytest.importorskip("sb3_contrib")
    model = contrib.MaskablePPO(
        "MlpPolicy", make(), n_steps=32, batch_size=16, device="cpu", seed=1
    )
    model.learn(64)
    masks = model.rollout_buffer.action_masks.reshape(-1, 3)
    taken = model.rollout_buffer.actions.reshape(-1).astype(int)
    assert masks[np.arange(len(taken)), taken].all()
    env, lasts = model.get_env(), 0
    seen = env.reset()
    while not lasts:
        mask = np.array(env.env_method("action_masks"))
        action, _ = model.predict(seen, action_masks=mask)
        assert mask[np.arange(len(action)), action].all()
        lasts += int((mask[:, 1] == 0).sum())
        seen, *_ = env.step(np.where(mask[:, 1] == 1, 1, action))  # holds until it cannot


@pytest.mark.parametrize("limit", [None, 10])
def test_statistics_of_episodes_arrive(limit):
    env = as_vec_env(RecordEpisodeStatistics(many(max_episode_steps=limit)))
    env.seed(1)
    env.reset()
    earned, ended = np.zeros(ENVS), 0
    for _ in range(150):
        _, rewards, over, infos = env.step(np.zeros(ENVS, dtype=int))
        earned += rewards
        for place, info in enumerate(infos):
            assert ("episode" in info) == over[place]
            if over[place]:
                assert info["episode"]["r"] == pytest.approx(earned[place], abs=1e-4)
                assert info["TimeLimit.truncated"] == (info["episode"]["l"] == limit)
                earned[place], ended = 0.0, ended + 1
    assert ended


def test_a_single_environment_is_told_where_it_belongs():
    with pytest.raises(ArgumentError, match="takes what gymnasium.make_vec makes, not <"):
        as_vec_env(single("delivery"))


def test_a_recurrent_model_remembers():
    contrib = pytest.importorskip("sb3_contrib")
    from gym_push.integrations.stable_baselines import ModelAgent

    env = single("recorded")
    model = contrib.RecurrentPPO(
        "MlpLstmPolicy", env, n_steps=8, batch_size=8, device="cpu", seed=3
    )
    agent = ModelAgent(model)
    for _ in range(2):
        agent.reset(0)
        seen, _ = env.reset()
        state, begins, over, forgetful = None, np.array([True]), False, 0
        while not over:
            action, state = model.predict(seen, state, begins, deterministic=True)
            forgetful += int(action) != int(model.predict(seen, deterministic=True)[0])
            assert agent.act(seen) == int(action)
            begins = np.array([False])
            seen, _, over, _, _ = env.step(action)
    assert forgetful, "its memory makes a difference"


def test_options_are_for_the_next_reset_and_for_all():
    env = as_vec_env(many())
    env.set_options({"user": 7})
    env.reset()
    assert [info["user"] for info in env.reset_infos] == [7] * ENVS
    env.set_options([{"user": user} for user in range(ENVS)])
    with pytest.raises(ArgumentError, match="the same options"):
        env.reset()


def test_it_is_a_vec_env_in_all_else():
    from stable_baselines3.common.vec_env import VecEnv

    env = as_vec_env(many(render_mode="ansi"))
    assert isinstance(env, VecEnv)
    assert env.render_mode == "ansi"
    env.reset()
    (texts, *_) = env.env_method("render")
    assert len(texts) == ENVS
    assert env.env_is_wrapped(gymnasium.Wrapper) == [False] * ENVS
    with pytest.raises(ArgumentError, match="shares 'days'"):
        env.set_attr("days", 3)
    env.close()


def test_pictures_are_tiled():
    pytest.importorskip("matplotlib")
    env = as_vec_env(many(num_envs=2, render_mode="rgb_array"))
    env.reset()
    assert [image.shape for image in env.get_images()] == [(600, 960, 3)] * 2
    assert env.render().shape in ((1200, 960, 3), (600, 1920, 3))
    env.close()


def test_words_are_refused():
    with pytest.raises(ArgumentError, match="observation='vector'"):
        as_vec_env(many(observation="raw"))


def test_environments_that_begin_episodes_within_a_step_are_refused():
    env = SyncVectorEnv([lambda: single("delivery")], autoreset_mode=AutoresetMode.SAME_STEP)
    with pytest.raises(ArgumentError, match="NEXT_STEP"):
        as_vec_env(env)


@pytest.mark.parametrize("observation", ["vector", "codes"])
@pytest.mark.parametrize("kind", ["delivery", "recorded"])
def test_learners_learn_and_their_models_are_agents(kind, observation):
    from stable_baselines3 import PPO
    from stable_baselines3.common.vec_env import VecMonitor

    from gym_push.integrations.stable_baselines import ModelAgent

    policy = "MlpPolicy" if observation == "vector" else "MultiInputPolicy"
    played = VecMonitor(as_vec_env(many(kind, observation)))
    model = PPO(policy, played, n_steps=32, batch_size=32, seed=1, device="cpu")
    model.learn(2 * 32 * ENVS)
    agent, env = ModelAgent(model), single(kind, observation)
    agent.reset(1)
    seen, _ = env.reset(seed=1)
    over, decisions = False, 0
    while not over and decisions < 400:
        action = agent.act(seen)
        assert action in env.action_space
        following, reward, over, _, _ = env.step(action)
        agent.learn(seen, action, reward)
        seen, decisions = following, decisions + 1
    assert over or decisions == 400


def test_a_replay_buffer_has_the_last_observation_of_an_episode():
    from stable_baselines3 import DQN

    env = many()
    model = DQN("MlpPolicy", as_vec_env(env), learning_starts=10**6, seed=1, device="cpu")
    model.learn(200 * ENVS)
    buffer = model.replay_buffer
    ends = np.argwhere(buffer.dones[: buffer.pos])
    assert len(ends)
    for step, place in ends:
        after, begun = buffer.next_observations[step, place], buffer.observations[step + 1, place]
        assert not np.array_equal(after, begun)
