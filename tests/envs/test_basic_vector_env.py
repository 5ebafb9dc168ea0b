"""The vector environment is many single ones: the same, step for step."""

import copy
import pickle

import gymnasium
import numpy as np
import pandas as pd
import pytest
from gymnasium.vector import SyncVectorEnv

import gym_push
from gym_push import ActionError, ArgumentError, EpisodeError, Schema
from gym_push.envs.basic import schedule
from gym_push.logs import observations


def make(**kwargs):
    return gymnasium.make("gym_push:basic-v0", **kwargs)


def make_vec(num_envs, **kwargs):
    return gymnasium.make_vec("gym_push:basic-v0", num_envs=num_envs, **kwargs)


def equal(one, other):
    """Equal in structure, values and dtypes."""
    if isinstance(one, dict):
        return set(one) == set(other) and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, tuple):
        return one == other
    return one.dtype == other.dtype and np.array_equal(one, other)


def people():
    """A log of four people whose episodes are of different lengths."""
    frame = gym_push.bundled_log().to_frame().head(60)
    frame["who"] = [f"user {i % 3 if i % 7 else 3}" for i in range(len(frame))]
    schema = gym_push.bundled_log().schema
    roles = {
        role: [feature for feature in schema.features if feature.role == role]
        for role in ("notification", "context")
    }
    return gym_push.read_log(frame, Schema(**roles, user="who", time="posted"))


def short():
    """The first rows of the bundled log, so that many environments play many episodes."""
    return gym_push.read_log(gym_push.bundled_log().to_frame().head(40))


LOGS = {"one person": short, "people": people}


@pytest.mark.parametrize("num_envs", [1, 7, 40])
@pytest.mark.parametrize("order", ["recorded", "shuffled"])
@pytest.mark.parametrize("observation", ["raw", "codes", "vector"])
@pytest.mark.parametrize("log", LOGS)
def test_it_equals_single_environments(log, observation, order, num_envs, monkeypatch):
    monkeypatch.setattr(schedule, "STEPS_AHEAD", 16)
    kwargs = {"data": LOGS[log](), "observation": observation, "order": order}
    many = make_vec(num_envs, **kwargs)
    singles = SyncVectorEnv([lambda: make(**kwargs) for _ in range(num_envs)])
    assert many.single_observation_space == singles.single_observation_space
    assert many.observation_space == singles.observation_space
    random = np.random.default_rng(1)
    for one, other in zip(many.reset(seed=11), singles.reset(seed=11), strict=True):
        assert equal(one, other)
    episodes = np.zeros(num_envs, dtype=int)
    while episodes.min() < 3:
        actions = random.integers(2, size=num_envs)
        stepped = many.step(actions)
        for one, other in zip(stepped, singles.step(actions), strict=True):
            assert equal(one, other)
        episodes += stepped[2]


@pytest.mark.parametrize("observation", ["raw", "codes", "vector"])
@pytest.mark.parametrize("order", ["recorded", "shuffled"])
def test_the_whole_bundled_log(observation, order):
    kwargs = {"observation": observation, "order": order}
    many, singles = make_vec(2, **kwargs), SyncVectorEnv([lambda: make(**kwargs)] * 2)
    many.reset(seed=5), singles.reset(seed=5)
    for step in range(3 * 325):
        actions = np.array([step % 2, step % 3 == 0], dtype=np.int64)
        assert all(map(equal, many.step(actions), singles.step(actions)))


def test_long_logs_are_laid_out_piece_by_piece(monkeypatch):
    whole = make_vec(3, observation="vector")
    monkeypatch.setattr(observations, "PREPARED_ROWS", 100)
    monkeypatch.setattr(schedule, "STEPS_AHEAD", 64)
    pieces = make_vec(3, observation="vector")
    whole.reset(), pieces.reset()
    for step in range(2 * 325):
        actions = np.full(3, step % 2)
        assert all(map(equal, whole.step(actions), pieces.step(actions)))


def test_episodes_continue_when_reset_without_a_seed():
    kwargs = {"observation": "vector", "order": "shuffled"}
    many, singles = make_vec(3, **kwargs), SyncVectorEnv([lambda: make(**kwargs)] * 3)
    for seed in (3, None, [4, 5, 6], None):
        assert all(map(equal, many.reset(seed=seed), singles.reset(seed=seed)))
        assert all(map(equal, many.step([0, 1, 0]), singles.step(np.array([0, 1, 0]))))


def test_one_person_may_be_asked_for():
    many = make_vec(3, data=people())
    _, infos = many.reset(seed=1, options={"user": "user 3"})
    assert infos["user"].tolist() == ["user 3"] * 3


@pytest.mark.parametrize("actions", [[0, 2, 1], [0, -1, 1], [-2, 0, 0]])
def test_another_action_is_refused_and_nothing_has_changed(actions):
    many = make_vec(3)
    many.reset()
    many.step([1, 1, 1])
    with pytest.raises(ActionError, match="of environment . is neither 0"):
        many.step(actions)
    assert many.step([1, 1, 1])[4]["epoch"].tolist() == [2, 2, 2]


@pytest.mark.parametrize(
    ("actions", "message"),
    [([0, 1], r"shape \(2,\)"), ([0.0, 1.0, 0.0], "float64"), (1, r"shape \(\)")],
)
def test_actions_of_another_shape_or_type_are_refused(actions, message):
    many = make_vec(3)
    many.reset()
    with pytest.raises(ActionError, match=message):
        many.step(actions)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int32, np.int64])
def test_actions_may_be_integers_of_any_size(dtype):
    many = make_vec(2)
    many.reset()
    assert set(many.step(np.array([0, 1], dtype=dtype))[1]) == {-1.0, 1.0}


def test_the_action_of_an_environment_that_begins_anew_is_not_looked_at():
    many = make_vec(2)
    many.reset()
    for _ in range(324):
        *_, terminated, _, _ = many.step([1, 1])
    assert terminated.all()
    _, rewards, terminated, _, infos = many.step([5, -5])
    assert rewards.tolist() == [0.0, 0.0]
    assert not terminated.any()
    assert infos["epoch"].tolist() == [0, 0]


def test_a_step_needs_a_reset():
    with pytest.raises(EpisodeError, match="before reset"):
        make_vec(2).step([1, 1])


def test_each_environment_needs_a_seed():
    with pytest.raises(ArgumentError, match="2 seeds for 3 environments"):
        make_vec(3).reset(seed=[1, 2])
    with pytest.raises(ArgumentError, match="num_envs=0 must be a whole number"):
        make_vec(0)


@pytest.mark.parametrize("order", ["recorded", "shuffled"])
@pytest.mark.parametrize("copied", [True, False])
def test_observations_are_kept_as_they_were(order, copied):
    many = make_vec(4, observation="vector", order=order, copy=copied)
    kept = [many.reset(seed=1)[0]]
    copies = [kept[0].copy()]
    for _ in range(400):
        kept.append(many.step(np.ones(4, dtype=np.int64))[0])
        copies.append(kept[-1].copy())
    assert all(map(np.array_equal, kept, copies))


@pytest.mark.parametrize("observation", ["raw", "codes", "vector"])
@pytest.mark.parametrize("order", ["recorded", "shuffled"])
def test_shared_arrays_say_the_same_and_cannot_spoil_it(observation, order):
    own = make_vec(3, observation=observation, order=order)
    shared = make_vec(3, observation=observation, order=order, copy=False)
    assert all(map(equal, own.reset(seed=1), shared.reset(seed=1)))
    for step in range(330):
        expected, given = own.step([1, 0, step % 2]), shared.step([1, 0, step % 2])
        assert all(map(equal, given, expected))
        for array in (given[2], given[3], *given[4].values()):
            if array.flags.writeable:
                array[:] = 7


def test_text_shows_every_environment():
    many = make_vec(3, data=people(), order="shuffled", render_mode="ansi")
    with pytest.raises(EpisodeError, match="before reset"):
        many.render()
    many.reset(seed=1)
    singles = [make(data=people(), order="shuffled", render_mode="ansi") for _ in range(3)]
    for i, single in enumerate(singles):
        single.reset(seed=1 + i)
    ended = np.zeros(3, dtype=bool)
    for step in range(100):
        actions = np.array([step, step + 1, 1]) % 2
        for i, single in enumerate(singles):
            single.reset() if ended[i] else single.step(actions[i])
        *_, ended, _, _ = many.step(actions)
        assert many.render() == tuple(single.render() for single in singles)


def test_rendering_needs_a_mode():
    many = make_vec(2)
    many.reset()
    with pytest.raises(ArgumentError, match="render_mode='human'"):
        many.render()
    with pytest.raises(ArgumentError, match="did you mean 'ansi'"):
        make_vec(2, render_mode="asci")


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
@pytest.mark.parametrize("steps", [0, 1, 100, 324, 325])
@pytest.mark.parametrize("order", ["recorded", "shuffled"])
@pytest.mark.parametrize("observation", ["raw", "codes", "vector"])
def test_a_copy_goes_on_alike(observation, order, steps, clone):
    many = make_vec(3, observation=observation, order=order, render_mode="ansi")
    many.reset(seed=2)
    for step in range(steps):
        many.step(np.arange(step, step + 3) % 2)
    twin = clone(many)
    assert twin.render() == many.render()
    for step in range(330):
        actions = np.arange(step, step + 3) % 2
        assert all(map(equal, many.step(actions), twin.step(actions)))


def test_a_copy_that_was_never_reset_can_be():
    many = make_vec(2, order="shuffled", observation="vector")
    twin = pickle.loads(pickle.dumps(many))
    assert equal(many.reset(seed=1)[0], twin.reset(seed=1)[0])


def test_ragged_actions_are_refused():
    many = make_vec(2)
    many.reset()
    with pytest.raises(ActionError, match="one row of integers"):
        many.step([[1], [1, 0]])


def test_a_log_of_one_row_is_played():
    log = gym_push.read_log(pd.DataFrame({"app": ["x"], "action": [1]}), Schema(["app"]))
    many = make_vec(2, data=log, observation="vector")
    many.reset()
    _, rewards, terminated, _, _ = many.step([1, 0])
    assert rewards.tolist() == [1.0, -1.0]
    assert terminated.all()


@pytest.mark.parametrize("shown", [2, -1, "0"])
def test_an_environment_that_is_not_there_cannot_be_shown(shown):
    with pytest.raises(ArgumentError, match="must be between 0 and 1"):
        make_vec(2, render_mode="human", shown=shown)
