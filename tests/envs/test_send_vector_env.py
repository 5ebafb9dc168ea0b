"""Many environments of send-v0 in one are many single ones: the same, step for step."""

import copy
import pickle

import numpy as np
import pytest
from gymnasium.vector import SyncVectorEnv
from send_support import make, make_vec

from gym_push import ActionError, EpisodeError
from gym_push.envs.send.presets import PRESETS


def equal(one, other):
    """Equal in structure, values and dtypes."""
    if isinstance(one, dict):
        return set(one) == set(other) and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, tuple):
        return one == other
    one, other = np.asarray(one), np.asarray(other)
    return one.dtype == other.dtype and np.array_equal(one, other)


FORMS = [
    *(("catalogue", preset, "vector") for preset in PRESETS),
    ("catalogue", "habit", "raw"),
    ("catalogue", "habit", "codes"),
    ("composed", "habit", "vector"),
    ("dict", "habit", "vector"),
]


@pytest.mark.bits
@pytest.mark.parametrize(("action", "preset", "observation"), FORMS)
@pytest.mark.parametrize("over_budget", [False, True])
def test_it_equals_single_environments(action, preset, observation, over_budget):
    kwargs = {"action": action, "observation": observation, "over_budget": over_budget}
    kwargs |= {"budget": 5, "days": 9}
    ours = make_vec(6, preset, **kwargs)
    theirs = SyncVectorEnv([lambda: make(preset, **kwargs)] * 6)
    assert equal(ours.reset(seed=11)[0], theirs.reset(seed=11)[0])
    ours.action_space.seed(1)
    ended = np.zeros(6, dtype=int)
    while ended.sum() < 12:
        actions = ours.action_space.sample()
        seen, rewards, over, truncated, info = ours.step(actions)
        expected, *rest, expected_info = theirs.step(actions)
        assert equal(seen, expected)
        assert all(map(equal, (rewards, over, truncated), rest))
        ended += over
        for name, values in expected_info.items():
            if not name.startswith("_"):
                present = expected_info[f"_{name}"]
                assert np.array_equal(info[name][present], np.stack(values)[present]), name
        together = ours.measures
        for place, env in enumerate(theirs.envs):
            for name, value in env.measures.items():
                assert np.array_equal(together[name][place], value, equal_nan=True), name


def test_a_copy_goes_on_alike():
    env = make_vec(4, days=5)
    env.reset(seed=2)
    actions = [np.random.default_rng(i).integers(11, size=4) for i in range(40)]
    for action in actions[:10]:
        env.step(action)
    for twin in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        ours = copy.deepcopy(env)
        for action in actions[10:]:
            assert all(map(equal, ours.step(action)[:4], twin.step(action)[:4]))


@pytest.mark.parametrize(
    ("action", "given", "message"),
    [
        ("catalogue", [0, 1, 11], "action 11 of environment 2 is neither 0"),
        ("catalogue", [0, 1], "for 3 environments"),
        ("composed", [0, 1, 2], r"must be 7 integers: .* of each, in the shape \(3, 7\)"),
        ("composed", [[0] * 7, [0] * 7, [0, 0, 4, 0, 0, 0, 0]], "tone 4 of an action of env.* 2"),
        (
            "composed",
            [[0] * 7, [0] * 6, [0] * 7],
            r"must be 7 integers: .* of each, in the shape \(3, 7\)",
        ),
        ("dict", [0, 1, 0], r"actions \[0, 1, 0\] are not a dict of send, topic, .* and words"),
        ("dict", {"send": [0, 0]}, "actions for 3 environments must have 3 values of send"),
    ],
)
def test_what_is_no_action_is_refused(action, given, message):
    env = make_vec(3, action=action)
    with pytest.raises(EpisodeError, match="before reset"):
        env.step(given)
    assert env.action_masks().all()
    env.reset(seed=1)
    with pytest.raises(ActionError, match=message):
        env.step(given)
    assert not env.measures["sends_a_week"].any()


def test_measures_need_an_episode():
    with pytest.raises(EpisodeError, match="before reset"):
        _ = make_vec(2).measures
