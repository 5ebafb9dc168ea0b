"""Many delivery environments in one are many single ones: the same, step for step."""

import copy
import pickle

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import SyncVectorEnv
from gymnasium.vector.utils import batch_space

from gym_push import ActionError, ArgumentError, EpisodeError

POPULATION = {"size": 24, "seed": 3, "volume_median": 15}


def make(**kwargs):
    return gymnasium.make("gym_push:delivery-v0", **{"population": POPULATION, "days": 1, **kwargs})


def make_vec(num_envs, **kwargs):
    return gymnasium.make_vec(
        "gym_push:delivery-v0",
        num_envs=num_envs,
        **{"population": POPULATION, "days": 1, **kwargs},
    )


def equal(one, other):
    """Equal in structure, values and dtypes."""
    if isinstance(one, dict):
        return set(one) == set(other) and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, tuple):
        return one == other
    one, other = np.asarray(one), np.asarray(other)
    return one.dtype == other.dtype and np.array_equal(one, other)


@pytest.mark.bits
@pytest.mark.parametrize("num_envs", [1, 7, 24])
@pytest.mark.parametrize("observation", ["raw", "codes", "vector"])
def test_it_equals_single_environments(observation, num_envs):
    ours = make_vec(num_envs, observation=observation)
    theirs = SyncVectorEnv([lambda: make(observation=observation)] * num_envs)
    random = np.random.default_rng(0)
    seen, info = ours.reset(seed=11)
    expected, expected_info = theirs.reset(seed=11)
    assert equal(seen, expected)
    ended = np.zeros(num_envs, dtype=int)
    assert equal(info["user"], expected_info["user"])
    while ended.min() < 3:
        actions = random.choice(3, size=num_envs, p=[0.4, 0.2, 0.4])
        seen, rewards, over, truncated, info = ours.step(actions)
        expected, *rest, expected_info = theirs.step(actions)
        assert equal(seen, expected)
        assert all(map(equal, (rewards, over, truncated), rest))
        ended += over
        for name, values in expected_info.items():
            if not name.startswith("_"):
                present = expected_info[f"_{name}"]
                assert equal(info[f"_{name}"], present), name
                assert np.array_equal(info[name][present], np.stack(values)[present]), name


def test_credits_are_the_rewards_by_notification():
    env, random = make_vec(5, days=3), np.random.default_rng(0)
    assert not np.any(env.unwrapped.credit)
    _, info = env.reset(seed=4)
    earned, paid, again = np.zeros(5), np.zeros(5), 0
    decided = [set() for _ in range(5)]
    playing = np.ones(5, dtype=np.bool_)
    while playing.any():
        actions = np.where(info["action_mask"][:, 1], random.choice(3, 5, p=[0.3, 0.5, 0.2]), 0)
        _, rewards, over, _, info = env.step(actions)
        notes, credit = env.unwrapped.credit
        assert not credit[actions == 1].any()
        for lane in playing.nonzero()[0]:
            again += notes[lane] in decided[lane]
            decided[lane].add(notes[lane])
        earned, paid = earned + credit * playing, paid + rewards * playing
        playing &= ~over
    assert again > 100, "what is held is decided on again"
    np.testing.assert_array_equal(earned, paid)


def test_it_goes_on_from_a_copy():
    env = make_vec(5, observation="vector")
    env.reset(seed=1)
    actions = np.random.default_rng(2).integers(3, size=(60, 5))
    for row in actions[:20]:
        env.step(row)
    twins = [copy.deepcopy(env), pickle.loads(pickle.dumps(env))]
    for row in actions[20:]:
        expected = env.step(row)
        for twin in twins:
            assert all(map(equal, twin.step(row), expected))


def test_its_spaces_are_those_of_one():
    env = make_vec(3, observation="codes")
    assert env.observation_space == batch_space(env.single_observation_space, 3)
    seen, _ = env.reset(seed=1)
    assert seen in env.observation_space
    assert env.action_space.sample() in env.action_space


def test_what_is_wrong_is_refused_and_nothing_happens():
    with pytest.raises(ArgumentError, match="num_envs=0 must be a whole number"):
        make_vec(0)
    env = make_vec(2, observation="vector")
    with pytest.raises(EpisodeError, match=r"before reset\(\)"):
        env.step([0, 0])
    env.reset(seed=1)
    twin = copy.deepcopy(env)
    for wrong, message in (
        ([0, 3], "action 3 of environment 1 is neither"),
        ([0], r"actions of shape \(1,\) for 2 environments"),
        ([0.0, 1.0], "must be integers, not float64"),
        ([True, False], "must be integers, not bool"),
        ([[0], [1, 2]], "one row of integers"),
    ):
        with pytest.raises(ActionError, match=message):
            env.step(wrong)
    assert all(map(equal, env.step([0, 2]), twin.step([0, 2])))
    with pytest.raises(ArgumentError, match="3 seeds for 2 environments"):
        env.reset(seed=[1, 2, 3])


def test_the_chosen_environment_is_shown():
    with pytest.raises(ArgumentError, match="shown=2 must be between 0 and 1"):
        make_vec(2, render_mode="human", shown=2)
    env = make_vec(3, observation="vector", render_mode="human", shown=2)
    assert list(env.unwrapped._shown) == [2]
    env.close()


def test_what_it_hands_out_cannot_change_what_it_does():
    env, twin = (make_vec(4, observation="vector") for _ in range(2))
    (_, info), _ = env.reset(seed=1), twin.reset(seed=1)
    info["_user"][:] = False
    for actions in np.random.default_rng(1).integers(3, size=(200, 4)):
        given, expected = env.step(actions), twin.step(actions)
        assert all(map(equal, given, expected))
        for array in (*given[:4], *given[4].values()):
            array[:] = 1


def test_more_people_than_can_be_laid_out_are_refused():
    with pytest.raises(ArgumentError, match="lays out all 50000 people .* at most 14285 people"):
        make_vec(2, population={"size": 50_000}, days=7)
