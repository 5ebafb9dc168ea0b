"""Some of many environments begin anew while the others go on, as Gymnasium's option says."""

import gymnasium
import numpy as np
import pytest

from gym_push import ArgumentError, EpisodeError, Population, bundled_log

ENVS = 4
MAKE = {
    "basic-v0": {"data": Population(6, 3, volume_median=12).log(2)},
    "delivery-v0": {"population": Population(6, 3, volume_median=12), "days": 2},
}


@pytest.fixture(params=MAKE)
def name(request):
    return request.param


def many(name, **kwargs):
    return gymnasium.make_vec(
        f"gym_push:{name}", num_envs=ENVS, **{"observation": "vector", **MAKE[name], **kwargs}
    )


def test_those_in_the_mask_begin_as_if_alone_and_the_others_go_on(name):
    env = many(name)
    alone = [
        gymnasium.make(f"gym_push:{name}", observation="vector", **MAKE[name]) for _ in range(ENVS)
    ]
    random = np.random.default_rng(1)
    seen, _ = env.reset(seed=5)
    expected = [one.reset(seed=5 + place)[0] for place, one in enumerate(alone)]
    over = np.zeros(ENVS, dtype=bool)
    begun = 0
    for step in range(300):
        mask = over | (random.random(ENVS) < 0.02)
        if step % 7 == 0 and mask.any() and not mask.all():  # twice, with no step between
            mask_first = over.copy()
            mask_first[mask.nonzero()[0][0]] = True
            seen, _ = env.reset(options={"reset_mask": mask_first})
            for place in mask_first.nonzero()[0]:
                expected[place], _ = alone[place].reset()
            mask = mask & ~mask_first
        if mask.any():
            seen, info = env.reset(options={"reset_mask": mask})
            assert info["_user"].tolist() == mask.tolist()
            for place in mask.nonzero()[0]:
                expected[place], told = alone[place].reset()
                assert info["user"][place] == told["user"]
                begun += 1
        assert np.array_equal(seen, expected)
        actions = random.integers(2, size=ENVS)
        seen, rewards, over, _, _ = env.step(actions)
        played = [one.step(action) for one, action in zip(alone, actions.tolist(), strict=True)]
        expected = [each[0] for each in played]
        assert np.allclose(rewards, [each[1] for each in played], atol=1e-12)
        assert over.tolist() == [each[2] for each in played]
    assert begun > 10


def test_a_seed_is_for_those_that_begin(name):
    env, other = many(name), many(name)
    env.reset(seed=5)
    first, _ = other.reset(seed=9)
    mask = np.array([True, False, False, True])
    seen, _ = env.reset(seed=9, options={"reset_mask": mask})
    assert np.array_equal(seen[mask], first[mask])
    assert not np.array_equal(seen[~mask], first[~mask])


@pytest.mark.parametrize("mask", [[True], [0, 1, 0, 1], [False] * ENVS, "all"])
def test_what_is_no_mask_is_refused(name, mask):
    env = many(name)
    env.reset(seed=1)
    with pytest.raises(ArgumentError, match=r"options\['reset_mask'\] must be booleans of shape"):
        env.reset(options={"reset_mask": mask})


def test_nobody_goes_on_before_the_first_reset(name):
    with pytest.raises(EpisodeError, match="call reset"):
        many(name).reset(options={"reset_mask": np.array([True, False, False, False])})


def test_what_has_ended_has_to_begin(name):
    env = many(name)
    env.reset(seed=1)
    over = np.zeros(ENVS, dtype=bool)
    while not over.any():
        over = env.step(np.zeros(ENVS, dtype=int))[2]
    with pytest.raises(EpisodeError, match=f"environment {over.nonzero()[0][0]} has ended"):
        env.reset(options={"reset_mask": ~over})


def test_environments_of_one_person_may_begin_apart():
    log = bundled_log().select(np.arange(30))
    env = gymnasium.make_vec("gym_push:basic-v0", ENVS, data=log, observation="vector")
    alone = [
        gymnasium.make("gym_push:basic-v0", data=log, observation="vector") for _ in range(ENVS)
    ]
    seen, _ = env.reset(seed=1)
    expected = [one.reset()[0] for one in alone]
    for step in range(29):
        if step % 5 == 3:
            place = step % ENVS
            seen, info = env.reset(options={"reset_mask": np.arange(ENVS) == place})
            expected[place], _ = alone[place].reset()
            assert info["epoch"][place] == 0
        assert np.array_equal(seen, expected)
        actions = np.arange(ENVS) % 2
        seen, rewards, *_ = env.step(actions)
        played = [one.step(action) for one, action in zip(alone, actions.tolist(), strict=True)]
        expected = [each[0] for each in played]
        assert rewards.tolist() == [each[1] for each in played]
