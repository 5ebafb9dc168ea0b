"""What the environments of simulated people keep when they are shown, whatever they are about."""

import copy
import gc
import pickle
import random
import weakref
from array import array

import gymnasium
import numpy as np
import pytest

from gym_push import ArgumentError, EpisodeError

POPULATION = {"size": 24, "seed": 3, "volume_median": 25}
MODES = ("ansi", "rgb_array")
ACTIONS = {"delivery-v0": (0.5, 0.3, 0.2), "send-v0": (0.5, *[0.05] * 10)}
DAYS = {"delivery-v0": 2, "send-v0": 12}


@pytest.fixture(params=ACTIONS)
def name(request):
    return request.param


@pytest.fixture(params=MODES)
def mode(request):
    if request.param == "rgb_array":
        pytest.importorskip("matplotlib")
    return request.param


def make(name, **kwargs):
    return gymnasium.make(f"gym_push:{name}", population=POPULATION, days=DAYS[name], **kwargs)


def make_vec(name, num_envs, **kwargs):
    return gymnasium.make_vec(
        f"gym_push:{name}", num_envs, population=POPULATION, days=DAYS[name], **kwargs
    )


def by_chance(name, seed):
    """Returns what draws actions: one, or an array of so many."""
    drawn = np.random.default_rng(seed)
    return lambda *size: drawn.choice(len(ACTIONS[name]), size, p=ACTIONS[name])


def run(name, env, seed):
    """Plays an episode and yields (observation, reward, ended) of every step."""
    act = by_chance(name, seed)
    env.reset(seed=seed)
    ended = False
    while not ended:
        observation, reward, ended, _, _ = env.step(int(act()))
        yield observation, reward, ended


def test_what_was_shown_stays_true(name):
    """Frames made late are those made at once: a moment does not change with what follows."""
    env = make(name)
    at_once, moments = env.unwrapped.frame_builder(), []
    frames = []
    for seed in (1, 2):
        for _ in run(name, env, seed):
            moments.append(env.unwrapped.snapshot())
            frames.append(at_once(moments[-1]))
    copies = [(frame, bytes(frame.outcomes), bytes(frame.points)) for frame in frames]
    late = env.unwrapped.frame_builder()
    for moment, (frame, outcomes, points) in zip(moments, copies, strict=True):
        again = late(moment)
        assert again == frame
        assert (bytes(again.outcomes), bytes(again.points)) == (outcomes, points)
    skipping = env.unwrapped.frame_builder()
    assert [skipping(moment) for moment in moments[::7]] == frames[::7]


def test_the_streams_of_a_frame_are_only_added_to(name):
    env = make(name)
    describe = env.unwrapped.frame_builder()
    before = [array("B"), array("q"), array("d"), array("d")]
    for _ in run(name, env, 6):
        frame = describe(env.unwrapped.snapshot())
        streams = [frame.decisions, frame.rows, frame.outcomes, frame.points]
        for was, stream in zip(before, streams, strict=True):
            assert stream[: len(was)].tobytes() == was.tobytes()
        before = streams


def test_an_episode_that_is_shown_no_more_is_not_kept(name):
    env = make(name)
    describe = env.unwrapped.frame_builder()
    env.reset(seed=1)
    first = weakref.ref(env.unwrapped.snapshot().history)
    for _ in range(2):
        describe(env.unwrapped.snapshot())
        env.step(0)
        env.reset()
    gc.collect()
    assert first() is None


def test_rendering_changes_nothing(name, mode):
    def play(env):
        for step in run(name, env, 5):
            yield step
            if env.render_mode:
                env.render()

    before = random.getstate(), np.random.get_state()[1].tolist()
    assert list(play(make(name, render_mode=mode))) == list(play(make(name)))
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_a_copy_looks_alike_and_goes_its_own_way(name, clone):
    env = make(name, render_mode="ansi")
    env.reset(seed=2)
    for _ in range(10):
        env.step(0)
    twin = clone(env)
    assert twin.render() == env.render()
    env.step(0)
    assert "#11 " in env.render() and "#11 " not in twin.render()
    twin.step(0)
    assert twin.render() == env.render()


def test_many_environments_show_one_each(name, mode):
    many = make_vec(name, 3, render_mode=mode)
    singles = [make(name, render_mode=mode) for _ in range(3)]
    with pytest.raises(EpisodeError, match=r"render\(\) before reset\(\)"):
        many.render()
    many.reset(seed=4)
    over = [False] * 3
    for env, single in enumerate(singles):
        single.reset(seed=4 + env)
    act = by_chance(name, 0)
    for step in range(100):
        actions = act(3)
        many.step(actions)
        for env, single in enumerate(singles):
            if over[env]:
                single.reset()
                over[env] = False
            else:
                over[env] = single.step(int(actions[env]))[2]
        if step % 30 == 0 or any(over):
            shown = many.render()
            assert len(shown) == 3
            for one, single in zip(shown, singles, strict=True):
                assert np.array_equal(one, single.render())


def test_without_a_mode_many_environments_say_so(name):
    many = make_vec(name, 2)
    many.reset(seed=1)
    with pytest.raises(ArgumentError, match="render_mode='human'. shows one"):
        many.render()


@pytest.mark.filterwarnings("ignore")  # Gymnasium's own
def test_an_unknown_mode_is_refused(name):
    for maker in (make, lambda name, **mode: make_vec(name, 2, **mode)):
        with pytest.raises(ArgumentError, match="'paper' is not one of"):
            maker(name, render_mode="paper")


def test_lists_hold_what_every_step_showed(name):
    env, single = make(name, render_mode="ansi_list"), make(name, render_mode="ansi")
    env.reset(seed=1), single.reset(seed=1)
    shown = [single.render()]
    for action in (0, 1, 2):
        env.step(action), single.step(action)
        shown.append(single.render())
    assert env.render() == shown
