"""What every registered environment keeps, whatever it is about."""

import copy
import json
import pickle
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.spaces import Discrete
from gymnasium.utils.env_checker import check_env, data_equivalence

from gym_push.registration import ENVIRONMENTS

# Each id with the arguments under which it is to keep the contract.
VARIANTS = {
    "basic-v0": [
        {"observation": observation, "order": order}
        for observation in ("raw", "codes", "vector")
        for order in ("recorded", "shuffled")
    ],
    "delivery-v0": [{"observation": observation} for observation in ("raw", "codes", "vector")],
    "send-v0": [
        *({"observation": observation} for observation in ("raw", "codes", "vector")),
        *({"preset": preset} for preset in ("recovering", "steps", "stochastic-steps", "dental")),
        {"action": "composed", "times": "pick-ups"},
        {"action": "dict", "over_budget": True},
    ],
}
CASES = [
    pytest.param((env.id, kwargs), id="-".join((env.id, *map(str, kwargs.values()))))
    for env in ENVIRONMENTS
    for kwargs in VARIANTS[env.id]
]


@pytest.fixture(params=CASES)
def make(request):
    env_id, kwargs = request.param
    made = []

    def one(**more):
        made.append(gymnasium.make(f"gym_push:{env_id}", **kwargs, **more))
        return made[-1]

    yield one
    for env in made:
        env.close()


def given(space, number):
    """The number, or where an action is more than one, an action that it stands for."""
    if isinstance(space, Discrete):
        return number
    space = copy.deepcopy(space)
    space.seed(number)
    return space.sample()


def play(env, actions):
    """Everything that steps return, with an episode begun wherever one ended."""
    for action in actions:
        observation, reward, terminated, truncated, info = env.step(given(env.action_space, action))
        yield observation, reward, terminated, truncated, info
        if terminated or truncated:
            yield env.reset()


def same(one, other):
    return all(data_equivalence(a, b, exact=True) for a, b in zip(one, other, strict=True))


@pytest.fixture
def actions():
    return np.random.default_rng(7).integers(2, size=700).tolist()  # both have a meaning everywhere


def test_gymnasiums_own_checks_find_nothing(make, monkeypatch):
    pytest.importorskip("matplotlib")  # all render modes are tried
    monkeypatch.setenv("GYM_PUSH_BROWSER", "0")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(make().unwrapped)


def test_the_same_seed_plays_the_same(make, actions):
    one, other = make(), make()
    assert same(
        [one.reset(seed=3), *play(one, actions)], [other.reset(seed=3), *play(other, actions)]
    )


def test_every_observation_lies_in_its_space(make, actions):
    env = make()
    observation, _ = env.reset(seed=1)
    assert observation in env.observation_space
    for observation, *_ in play(env, actions):
        assert observation in env.observation_space


@pytest.mark.parametrize("steps", [None, 0, 100])
def test_a_copy_goes_on_alike(make, actions, steps):
    env = make()
    if steps is not None:
        env.reset(seed=4)
        list(play(env, actions[:steps]))
    twins = copy.deepcopy(env), pickle.loads(pickle.dumps(env))
    if steps is None:
        began = env.reset(seed=4)
        assert all(same([began], [twin.reset(seed=4)]) for twin in twins)
    further = actions[:400]  # into the next episode
    went = [*play(env, further)]
    assert all(same(went, play(twin, further)) for twin in twins)


def test_global_random_numbers_are_left_alone(make, actions):
    before = np.random.get_state()[1].copy()
    env = make()
    env.reset(seed=1)
    list(play(env, actions))
    assert (np.random.get_state()[1] == before).all()


def test_two_environments_share_no_state(make, actions):
    env, other = make(), make()
    alone = [env.reset(seed=2), *play(env, actions[:50])]
    other.reset(seed=9)
    beside = [env.reset(seed=2)]
    for step in play(env, actions[:50]):
        beside.append(step)
        list(play(other, [1]))
        other.action_space.sample()
        other.observation_space.sample()
    assert same(alone, beside)


def test_observations_are_plain_and_the_callers_own(make, actions):
    env, twin = make(), make()
    seen, expected = [env.reset(seed=3)], [twin.reset(seed=3)]
    for one, other in zip(play(env, actions[:60]), play(twin, actions[:60]), strict=True):
        assert same([seen[-1]], [expected[-1]])
        observation = seen[-1][0]
        assert type(observation) in (dict, np.ndarray)
        for array in [*observation.values()] if type(observation) is dict else [observation]:
            if isinstance(array, np.ndarray):
                array[:] = 0.5
        seen.append(one)
        expected.append(other)


def test_pytrees_have_a_leaf_for_each_feature(make):
    trees = pytest.importorskip("torch.utils._pytree")
    env = make()
    observation, _ = env.reset(seed=1)
    parts = getattr(env.observation_space, "spaces", ["one row"])
    assert len(trees.tree_leaves(observation)) == len(parts)


def test_infos_have_the_same_keys_at_reset_and_step(make, actions):
    env = make()
    _, first = env.reset(seed=1)
    for *_, info in play(env, actions[:50]):
        assert info.keys() == first.keys()


def test_what_it_was_made_of_and_what_it_shows_survive_json(make):
    env = make()
    again = gymnasium.make(EnvSpec.from_json(env.spec.to_json()))
    (observation, _), (other, _) = env.reset(seed=5), again.reset(seed=5)
    assert data_equivalence(observation, other)
    space = env.observation_space
    (kept,) = space.from_jsonable(json.loads(json.dumps(space.to_jsonable([observation]))))
    assert kept in space
    np.testing.assert_equal(kept, observation)
