"""What every vector environment keeps: arrays of the caller's own, and episodes as Gymnasium's."""

import gymnasium
import numpy as np
import pytest
from gymnasium import vector
from gymnasium.vector import SyncVectorEnv
from gymnasium.wrappers.vector import (
    DtypeObservation,
    FlattenObservation,
    RecordEpisodeStatistics,
    RescaleObservation,
)

from gym_push import ArgumentError, EpisodeError, Population

ENVS = 4
PEOPLE = Population(6, 3, volume_median=12)
MAKE = {
    "recorded": ("gym_push:basic-v0", {"data": PEOPLE.log(1).select(np.arange(9))}),
    "shuffled": ("gym_push:basic-v0", {"data": PEOPLE.log(2), "order": "shuffled"}),
    "delivery": ("gym_push:delivery-v0", {"population": PEOPLE, "days": 1}),
    "send": ("gym_push:send-v0", {"population": PEOPLE, "days": 2}),
}
FORMS = ("raw", "codes", "vector")
MODES = getattr(vector, "AutoresetMode", ())
needs_modes = pytest.mark.skipif(not MODES, reason="Gymnasium 1.0 has one mode")


@pytest.fixture(params=MAKE)
def kind(request):
    return request.param


@pytest.fixture(params=FORMS)
def form(request):
    return request.param


def many(kind, form="vector", **kwargs):
    name, given = MAKE[kind]
    return gymnasium.make_vec(name, num_envs=ENVS, observation=form, **given, **kwargs)


def synchronous(kind, form="vector", mode="NextStep", **kwargs):
    name, given = MAKE[kind]

    def one():
        return gymnasium.make(name, observation=form, **given, **kwargs)

    return SyncVectorEnv([one] * ENVS, **({"autoreset_mode": mode} if MODES else {}))


def arrays(thing):
    if isinstance(thing, dict):
        assert type(thing) is dict
        return [each for values in thing.values() for each in arrays(values)]
    return [thing] if isinstance(thing, np.ndarray) else []


def agree(ours, theirs):
    """Equal in structure, values and dtypes, where infos are present."""
    if isinstance(theirs, dict):
        assert set(ours) == set(theirs)
        for name in theirs:
            if f"_{name}" in theirs:
                for place in theirs[f"_{name}"].nonzero()[0]:
                    agree(each(ours[name], place), each(theirs[name], place))
            else:
                agree(ours[name], theirs[name])
    elif isinstance(theirs, tuple):
        for one, other in zip(ours, theirs, strict=True):
            agree(one, other)
    else:
        ours, theirs = np.asarray(ours), np.asarray(theirs)
        assert ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs)


def each(values, place):
    if isinstance(values, dict):
        return {name: each(part, place) for name, part in values.items() if name[0] != "_"}
    return values[place]


@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_everything_is_the_callers_own(kind, form, mode):
    env, twin = many(kind, form, autoreset_mode=mode), many(kind, form, autoreset_mode=mode)
    given = [env.reset(seed=1)]
    expected = [twin.reset(seed=1)]
    random = np.random.default_rng(1)
    for _ in range(40):
        agree(given[-1], expected[-1])
        for array in arrays({str(i): part for i, part in enumerate(given[-1])}):
            array[:] = 1
        actions = random.integers(2, size=ENVS)
        given.append(env.step(actions))
        expected.append(twin.step(actions))


def test_infos_have_the_same_keys_at_reset_and_step(kind):
    env = many(kind)
    _, first = env.reset(seed=1)
    single = synchronous(kind).envs[0]
    _, alone = single.reset(seed=1)
    assert set(first) == {*alone, *(f"_{name}" for name in alone)}
    for _ in range(40):
        *_, infos = env.step(np.ones(ENVS, dtype=int))
        assert {name: values.dtype for name, values in infos.items()} == {
            name: values.dtype for name, values in first.items()
        }
    assert single.step(1)[4].keys() == alone.keys()


@pytest.mark.parametrize("limit", [None, 1, 5])
@pytest.mark.parametrize("mode", [each.value for each in MODES] or ["NextStep"])
def test_episodes_follow_each_other_as_gymnasium_defines_it(kind, form, mode, limit):
    ours = many(kind, form, autoreset_mode=mode, max_episode_steps=limit)
    theirs = synchronous(kind, form, mode, max_episode_steps=limit)
    agree(ours.reset(seed=5), theirs.reset(seed=5))
    random, truncations = np.random.default_rng(1), 0
    for _ in range(60):
        actions = random.integers(2, size=ENVS)
        given, expected = ours.step(actions), theirs.step(actions)
        agree(given, expected)
        truncations += expected[3].sum()
        ended = expected[2] | expected[3]
        if mode == "Disabled":
            mask = ended | (random.random(ENVS) < 0.05)
            if mask.any():
                agree(
                    ours.reset(options={"reset_mask": mask}),
                    theirs.reset(options={"reset_mask": mask}),
                )
    assert (truncations > 0) == (limit is not None)


@needs_modes
def test_it_tells_its_mode(kind):
    assert many(kind).autoreset_mode is MODES.NEXT_STEP
    for mode in MODES:
        for given in (mode, mode.value):
            env = many(kind, autoreset_mode=given)
            assert env.autoreset_mode is env.metadata["autoreset_mode"] is mode
    assert many(kind).metadata["autoreset_mode"] is MODES.NEXT_STEP


def test_what_has_ended_is_not_stepped_where_the_caller_resets(kind):
    env = many(kind, autoreset_mode="Disabled", max_episode_steps=1)
    env.reset(seed=1)
    env.step(np.zeros(ENVS, dtype=int))
    with pytest.raises(EpisodeError, match="environment 0 has ended.*reset_mask"):
        env.step(np.zeros(ENVS, dtype=int))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"autoreset_mode": "next"}, "autoreset_mode='next' is not one of 'NextStep'"),
        ({"max_episode_steps": 0}, "max_episode_steps=0 must be a whole number, 1 or more"),
        ({"max_episode_steps": 2.5}, "max_episode_steps=2.5 must be a whole number, 1 or more"),
    ],
)
def test_what_makes_no_sense_is_refused(kind, given, message):
    with pytest.raises(ArgumentError, match=message):
        many(kind, **given)


def test_gymnasiums_wrappers_serve(kind):
    flat, plain = FlattenObservation(many(kind, "codes")), many(kind)
    assert np.array_equal(flat.reset(seed=1)[0], plain.reset(seed=1)[0])
    low, high = np.float32(-1), np.float32(1)
    env = RescaleObservation(DtypeObservation(many(kind), np.float32), low, high)
    env = RecordEpisodeStatistics(env)
    seen, _ = env.reset(seed=1)
    assert np.allclose(seen, 2 * plain.reset(seed=1)[0] - 1)
    for _ in range(40):
        env.step(np.zeros(ENVS, dtype=int))
    assert env.episode_count > 0
