"""Text and pictures by Gymnasium's conventions, so that its wrappers work with them."""

import copy
import pickle
import random
import re
import subprocess
import sys

import gymnasium
import numpy as np
import pandas as pd
import pytest
from gymnasium.utils.save_video import save_video
from gymnasium.wrappers import RecordVideo, RenderCollection

import gym_push
from gym_push.errors import ArgumentError, EpisodeError
from gym_push.registration import ENVIRONMENTS

KINDS = {"ansi": str, "rgb_array": np.ndarray}
SHAPE = (600, 960, 3)


@pytest.fixture(params=KINDS)
def mode(request):
    if request.param == "rgb_array":
        pytest.importorskip("matplotlib")
    return request.param


def make(**kwargs):
    return gymnasium.make("gym_push:basic-v0", **kwargs)


def same(one, other):
    return type(one) is type(other) and np.array_equal(one, other)


def test_a_state_looks_the_same_each_time_and_another_state_does_not(mode):
    env = make(render_mode=mode)
    with pytest.raises(EpisodeError, match="before reset"):
        env.render()
    env.reset(seed=1)
    seen = [env.render()]
    assert type(seen[0]) is KINDS[mode]
    for step in range(4):
        assert same(env.render(), seen[-1])
        env.step(step % 2)
        assert not same(env.render(), seen[-1])
        seen.append(env.render())
    env.reset(seed=1)
    assert not same(env.render(), seen[0]), "it is another episode"
    other = make(render_mode=mode)
    other.reset(seed=1)
    assert same(other.render(), seen[0])


def test_a_picture_is_an_array_of_the_callers_own():
    pytest.importorskip("matplotlib")
    env = make(render_mode="rgb_array")
    env.reset()
    picture = env.render()
    assert (picture.shape, picture.dtype) == (SHAPE, np.uint8)
    picture[:] = 0
    assert env.render().any()


def test_gymnasiums_checker_has_nothing_to_say(mode):
    env = make(render_mode=mode, disable_env_checker=False)
    env.reset(seed=1)
    env.render()  # a warning is an error here
    env.step(1)
    env.render()


def test_lists_hold_what_every_step_showed(mode):
    env, single = make(render_mode=f"{mode}_list"), make(render_mode=mode)
    assert env.render_mode == f"{mode}_list"
    env.reset(), single.reset()
    shown = [single.render()]
    for action in (1, 0, 1):
        env.step(action), single.step(action)
        shown.append(single.render())
    assert all(map(same, env.render(), shown))
    assert env.render() == []
    env.step(1)
    assert len(env.render()) == 1


def test_a_collection_may_be_wrapped_around(mode):
    env = RenderCollection(make(render_mode=mode), pop_frames=False)
    env.reset()
    env.step(1)
    assert [type(shown) for shown in env.render()] == [KINDS[mode]] * 2


def test_many_environments_return_one_each(mode):
    many = gymnasium.make_vec("gym_push:basic-v0", 3, order="shuffled", render_mode=mode)
    singles = [make(order="shuffled", render_mode=mode) for _ in range(3)]
    many.reset(seed=4)
    for number, single in enumerate(singles):
        single.reset(seed=4 + number)
    for step in range(3):
        actions = np.arange(step, step + 3) % 2
        many.step(actions)
        for single, action in zip(singles, actions.tolist(), strict=True):
            single.step(action)
        shown = many.render()
        assert type(shown) is tuple and len(shown) == 3
        assert all(map(same, shown, [single.render() for single in singles]))


def test_many_environments_have_no_lists():
    with pytest.raises(ArgumentError, match="'ansi_list' is not one of"):
        gymnasium.make_vec("gym_push:basic-v0", 2, render_mode="ansi_list")


def test_rendering_changes_nothing(mode):
    def play(env):
        env.reset(seed=3)
        for step in range(20):
            yield env.step(step % 2)
            if env.render_mode:
                env.render()

    before = random.getstate(), np.random.get_state()[1].tolist()
    shown = list(play(make(order="shuffled", render_mode=mode)))
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before
    assert shown == list(play(make(order="shuffled")))


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_a_copy_looks_alike(mode, clone):
    env = make(render_mode=mode)
    env.reset()
    env.step(1)
    twin = clone(env)
    assert same(twin.render(), env.render())
    twin.step(1)
    assert not same(twin.render(), env.render())


@pytest.mark.filterwarnings("ignore")  # moviepy's own
@pytest.mark.parametrize("suffix", ["", "_list"])
def test_a_video_of_an_episode_is_recorded(tmp_path, suffix):
    moviepy = pytest.importorskip("moviepy")
    env = make(render_mode=f"rgb_array{suffix}")
    env = RecordVideo(env, str(tmp_path / "videos"), video_length=12, disable_logger=True)
    env.reset(seed=1)
    for _ in range(15):
        env.step(1)
    env.close()
    (video,) = (tmp_path / "videos").glob("*.mp4")
    with moviepy.VideoFileClip(str(video)) as clip:
        assert clip.size == [SHAPE[1], SHAPE[0]]
        assert clip.n_frames >= 12
        picture = make(render_mode="rgb_array")
        picture.reset(seed=1)
        assert np.abs(clip.get_frame(0).astype(int) - picture.render()).mean() < 8


@pytest.mark.filterwarnings("ignore")  # moviepy's own
def test_a_list_of_pictures_is_saved_as_a_video(tmp_path):
    moviepy = pytest.importorskip("moviepy")
    env, steps = make(render_mode="rgb_array_list"), 12
    env.reset(seed=1)
    for _ in range(steps):
        env.step(1)
    fps = env.metadata["render_fps"]
    frames = env.render()
    assert len(frames) == 1 + steps
    save_video(frames, str(tmp_path), fps=fps, step_starting_index=0, episode_index=0)
    (video,) = tmp_path.glob("*.mp4")
    with moviepy.VideoFileClip(str(video)) as clip:
        assert (clip.size, clip.fps) == ([SHAPE[1], SHAPE[0]], fps)
        assert abs(clip.n_frames - len(frames)) <= 1  # moviepy counts by the duration
        for step in (0, steps - 1):
            picture = clip.get_frame((step + 0.5) / fps).astype(int)
            unlike = [np.abs(picture - frame).mean() for frame in frames]
            assert unlike[step] == min(unlike) < 8


def own_log(app="Signal", text="Mum: call me"):
    """The README's example of a log."""
    frame = pd.DataFrame({"app": [app, "Bank"], "text": [text, "A payment"], "place": "home",
                          "battery": [81, 80], "opened": [1, 0], "seconds": [4711, 0]})  # fmt: skip
    schema = gym_push.Schema(
        notification=["app", "text"],
        context=["place", "battery"],
        action="opened",
        engagement=["seconds"],
    )
    return gym_push.read_log(frame, schema)


def test_an_own_logs_app_and_text_are_in_the_text():
    env = make(data=own_log(), render_mode="ansi")
    env.reset(seed=1)
    assert "Signal · Mum: call me" in env.render()
    env.step(1)
    assert "✓ #1 both opened · Signal · Mum: call me" in env.render()
    assert "Bank · A payment" in env.render()
    assert "4711" not in env.render()


def test_an_own_logs_app_and_text_are_in_the_picture():
    pytest.importorskip("matplotlib")
    shown = []
    for log in (own_log(), own_log(app="Ring"), own_log(text="Dad: call me")):
        env = make(data=log, render_mode="rgb_array")
        env.reset(seed=1)
        first = env.render()
        env.step(1)
        shown.append((first, env.render()))
    (phone, listed), *others = shown
    for other_phone, other_listed in others:
        assert (phone[194:302, 30:222] != other_phone[194:302, 30:222]).any()
        assert (listed[96:124, 680:900] != other_listed[96:124, 680:900]).any()


@pytest.mark.parametrize("name", [env.id for env in ENVIRONMENTS])
def test_text_fits_a_terminal(name):
    env = gymnasium.make(f"gym_push:{name}", render_mode="ansi")
    env.reset(seed=1)
    env.action_space.seed(1)
    for _ in range(100):
        lines = env.render().split("\n")
        assert len(lines) <= 24 and max(map(len, lines)) <= 80
        assert re.match(r" +\S+  (performance|reward a notification|reward), ", lines[1])  # first
        env.step(env.action_space.sample())


def test_without_matplotlib_the_error_says_how_to_get_it():
    code = """
import sys
sys.modules["matplotlib"] = None
import gymnasium, gym_push
text = gymnasium.make("gym_push:basic-v0", render_mode="ansi")
text.reset()
assert "epoch 0 / 324" in text.render()
try:
    gymnasium.make("gym_push:basic-v0", render_mode="rgb_array")
except gym_push.MissingExtraError as error:
    print(error)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == (
        "render_mode='rgb_array' needs Matplotlib, which is not installed: "
        'run  python -m pip install ".[plots]"  in a clone of gym-push\n'
    ), result.stderr


def test_without_matplotlib_the_environment_passes_gymnasiums_checks():
    code = """
import sys, warnings
sys.modules["matplotlib"] = None
warnings.simplefilter("error")
import gymnasium, gym_push
from gymnasium.utils.env_checker import check_env
check_env(gymnasium.make("gym_push:basic-v0").unwrapped)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
