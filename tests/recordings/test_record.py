"""Recording: which file there is when, what is refused, and that the run does not notice."""

import copy
import gc
import itertools
import os
import pickle
import random
import signal
import subprocess
import sys
import time

import gymnasium
import numpy as np
import pytest
from recordings_support import HOSTILE, basic, by_contact, open_all, play, record_run

import gym_push
from gym_push.recordings.document import data_of
from gym_push.recordings.tape import frames


def recorded(path):
    return [frame for _, frame in frames(data_of(path.read_bytes()))]


def shown(path):
    return [(frame["episode"], frame["epoch"]) for frame in recorded(path)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.html"


def test_every_step_of_every_episode_is_in_it(path):
    scores = record_run(path, episodes=3, last=100)
    run = recorded(path)
    assert shown(path) == [
        *itertools.product((1, 2), range(325)),
        *itertools.product((3,), range(101)),
    ]
    for frame, score in zip(run, itertools.chain(*scores), strict=True):
        assert (frame["reward"], frame["confusion"]) == (score.reward, list(score.confusion))
    assert [number for number, *_ in run[-1]["episodes"]] == [1, 2]


def test_the_same_run_is_the_same_file(tmp_path):
    for name in "ab":
        record_run(tmp_path / name, episodes=2, last=50, order="shuffled")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a", "b"]


def test_a_step_of_the_bundled_log_is_less_than_300_bytes(path):
    record_run(path)
    assert path.stat().st_size < 300 * 324


def test_a_step_of_a_long_run_is_less_than_300_bytes(path):
    with gym_push.record(basic(order="shuffled"), path) as env:
        for seed in range(31):
            play(env, open_all, seed=seed)
    assert path.stat().st_size < 300 * 31 * 324


def test_a_step_of_a_log_that_never_repeats_is_less_than_300_bytes(path):
    from gym_push import read_log

    texts = random.Random(1)
    rows = 10_000
    import pandas as pd

    words = [f"{texts.getrandbits(60):x}" for _ in range(rows)]
    table = pd.DataFrame(
        {
            "app": [f"org.app{texts.randrange(40)}" for _ in range(rows)],
            "text": [f"{word[:5]} {word[5:9]} {word[9:]} and so on to the end" for word in words],
            "noise": [texts.random() for _ in range(rows)],
            "battery": [texts.randrange(100) for _ in range(rows)],
            "opened": [texts.randrange(2) for _ in range(rows)],
        }
    )
    schema = gym_push.Schema(
        notification=["app", "text"], context=["noise", "battery"], action="opened"
    )
    with gym_push.record(basic(data=read_log(table, schema)), path) as env:
        play(env, open_all)
    assert len(recorded(path)) == rows + 1
    assert path.stat().st_size < 300 * rows


def test_the_run_and_the_global_random_state_do_not_notice(path):
    def trajectory(env):
        observation, info = env.reset(seed=3)
        env.action_space.seed(3)
        seen = [(observation, info)]
        for _ in range(700):
            *step, terminated, truncated, info = env.step(env.action_space.sample())
            seen.append((*step, terminated, truncated, info))
            if terminated:
                seen.append(env.reset())
        env.close()
        return seen

    random.seed(5)
    np.random.seed(5)
    before = random.getstate(), np.random.get_state()[1].tolist()
    one = trajectory(basic(order="shuffled"))
    other = trajectory(gym_push.record(basic(order="shuffled"), path))
    assert one == other
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before
    assert path.exists()


def test_nothing_is_written_before_the_end_and_a_file_stays_until_then(path):
    path.write_text("older")
    env = gym_push.record(basic(), path)
    play(env, open_all)
    assert path.read_text() == "older"
    assert [each.name for each in path.parent.iterdir()] == ["run.html"]
    env.close()
    assert len(shown(path)) == 325
    path.write_text("newer")
    env.close()
    assert path.read_text() == "newer"


def test_a_run_without_reset_leaves_no_file(path):
    gym_push.record(basic(), path).close()
    assert not path.exists()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_ends_the_recording_with_what_there_is(path, error):
    with pytest.raises(error), gym_push.record(basic(), path) as env:
        play(env, open_all, steps=12)
        raise error
    assert shown(path) == [(1, epoch) for epoch in range(13)]


def test_an_interrupt_while_frames_are_made_loses_none(path, monkeypatch):
    env = gym_push.record(basic(), path)
    frame_builder, calls = env.unwrapped.frame_builder, itertools.count()

    def interrupted():
        describe = frame_builder()

        def call(moment):
            if next(calls) == 200:
                raise KeyboardInterrupt
            return describe(moment)

        return call

    monkeypatch.setattr(env.unwrapped, "frame_builder", interrupted)
    with pytest.raises(KeyboardInterrupt):
        for _ in range(3):
            play(env, open_all)
    env.close()
    run = shown(path)
    assert run == sorted(set(run))
    assert len(run) == 512


def test_an_interrupt_while_the_file_is_written_only_delays_it(path, monkeypatch):
    import gym_push.recordings.recorder as recorder

    def interrupted(*arguments):
        raise KeyboardInterrupt

    env = gym_push.record(basic(), path)
    play(env, open_all, steps=3)
    with monkeypatch.context() as patch:
        patch.setattr(recorder, "write_whole", interrupted)
        with pytest.raises(KeyboardInterrupt):
            env.close()
    assert not path.exists()
    del env
    gc.collect()
    assert len(shown(path)) == 4


def test_an_env_that_nobody_holds_is_written(path):
    env = gym_push.record(basic(), path)
    play(env, open_all, steps=3)
    del env
    gc.collect()
    assert len(shown(path)) == 4


AGENT = """
import gymnasium, gym_push, os, sys, time
env = gym_push.record(gymnasium.make("gym_push:basic-v0"), "run.html")
env.reset()
for _ in range(600):
    if env.step(1)[2]: env.reset()
os.mkdir("elsewhere"); os.chdir("elsewhere")
print("ready", flush=True)
"""


def agent(folder, end):
    return subprocess.Popen(
        [sys.executable, "-c", AGENT + end], cwd=folder, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize("end", ["", "sys.exit(3)", "raise ValueError", "time.sleep(60)"])
def test_a_program_that_ends_by_itself_writes_it(path, end):
    with agent(path.parent, end) as process:
        assert process.stdout.readline() == "ready\n"
        if "sleep" in end:
            process.send_signal(signal.SIGINT)
        process.wait(30)
    assert len(shown(path)) == 602


def test_a_program_that_is_killed_leaves_nothing(path):
    with agent(path.parent, "time.sleep(60)") as process:
        assert process.stdout.readline() == "ready\n"
        process.kill()
    assert [each.name for each in path.parent.iterdir()] == ["elsewhere"]


FORK = """
if os.fork() == 0:
    sys.exit()
os.wait()
print(os.path.exists("../run.html"))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_writes_nothing(path):
    with agent(path.parent, FORK) as process:
        assert process.communicate(timeout=30)[0] == "ready\nFalse\n"
    assert len(shown(path)) == 602


def test_what_cannot_be_written_is_said_at_the_end_and_leaves_nothing(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    env = gym_push.record(basic(), folder / "run.html")
    env.reset()
    folder.rmdir()
    with pytest.raises(gym_push.RecordingError, match="cannot be written to .*there is no folder"):
        env.close()
    env.close()


def test_a_file_that_cannot_be_is_refused_at_the_start(tmp_path):
    for bad, why in (
        (tmp_path, "is a folder; name a file in it"),
        (tmp_path / "no" / "run.html", "there is no folder .*no; make it first"),
        (tmp_path / "file" / "run.html", "there is no folder"),
    ):
        (tmp_path / "file").touch()
        with pytest.raises(gym_push.RecordingError, match=why):
            gym_push.record(basic(), bad)


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="no folder that even root cannot use")
def test_a_folder_that_takes_no_files_is_refused_at_the_start():
    with pytest.raises(gym_push.RecordingError, match="nothing can be in /proc"):
        gym_push.record(basic(), "/proc/run.html")


def test_what_cannot_be_recorded_is_refused(path):
    for env, why in (
        (
            gymnasium.make("CartPole-v1"),
            "cannot record CartPoleEnv: it is not an environment of gym",
        ),
        (gymnasium.make_vec("gym_push:basic-v0", num_envs=2), "one environment, not a vector"),
        (gym_push.ClassicAPI(basic()), "ClassicAPI.*gym_push.record"),
        (None, "not a NoneType"),
    ):
        with pytest.raises(gym_push.ArgumentError, match=why):
            gym_push.record(env, path)
        if env is not None:
            env.close()
    assert not path.exists()


def test_it_works_among_other_wrappers(path):
    wrapped = gymnasium.wrappers.RecordEpisodeStatistics(
        gym_push.record(gymnasium.wrappers.TimeLimit(basic(), 50), path)
    )
    wrapped.reset(seed=1)
    while not any(wrapped.step(1)[2:4]):
        pass
    wrapped.close()
    assert len(shown(path)) == 51


def test_it_works_with_the_calls_of_2019(path):
    env = gym_push.ClassicAPI(gym_push.record(basic(), path))
    env.reset()
    env.step(1)
    env.close()
    assert len(shown(path)) == 2


@pytest.mark.parametrize("vector", ["SyncVectorEnv", "AsyncVectorEnv"])
def test_it_works_below_a_vector_of_environments(tmp_path, vector):
    env = getattr(gymnasium.vector, vector)(
        [
            lambda i=i: gym_push.record(basic(observation="vector"), tmp_path / f"{i}.html")
            for i in range(2)
        ]
    )
    env.reset(seed=1)
    for _ in range(400):
        env.step([0, 1])
    env.close()
    assert len(shown(tmp_path / "0.html")) == len(shown(tmp_path / "1.html")) == 401


def test_it_renders_and_is_checked_as_without(path):
    env = gym_push.record(basic(render_mode="ansi"), path)
    play(env, open_all, steps=2)
    assert "epoch 2 / 324" in env.render()
    env.close()
    env = gym_push.record(gymnasium.make("gym_push:basic-v0"), path)
    again = gymnasium.make(env.spec)
    assert isinstance(again, gym_push.Recorder)
    for each in (env, again):
        each.close()


@pytest.mark.parametrize("again", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_a_copy_plays_on_unrecorded(path, again):
    env = gym_push.record(basic(), path)
    play(env, open_all, steps=5)
    twin = again(env)
    twin.step(1)
    twin.close()
    assert not path.exists()
    env.close()
    assert len(shown(path)) == 6


def test_a_step_costs_little(path):
    """About 70 us on average; the bound is for machines with much else to do."""
    env = gym_push.record(basic(), path)
    start = time.process_time()
    for _ in range(3):
        play(env, by_contact)
    env.close()
    assert (time.process_time() - start) / (3 * 325) < 0.001


def test_any_text_comes_back(path):
    import pandas as pd

    table = pd.DataFrame({"appPackage": [HOSTILE], "text": [HOSTILE * 3], "opened": [1]})
    schema = gym_push.Schema(notification=["appPackage", "text"], context=[], action="opened")
    with gym_push.record(basic(data=gym_push.read_log(table, schema)), path) as env:
        play(env, open_all)
    assert recorded(path)[0]["notification"] == {"appPackage": HOSTILE, "tickerText": HOSTILE * 3}
    assert path.read_text(encoding="utf-8").count("</script>") == 2
