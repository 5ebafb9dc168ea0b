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
import pandas as pd
import pytest
from recordings_support import basic, open_all, play, record_run, recorded, shown

import gym_push


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


def test_a_page_is_small_and_a_step_of_a_long_run_less_than_300_bytes(path):
    with gym_push.record(basic(order="shuffled"), path) as env:
        play(env, open_all)
    one = path.stat().st_size
    assert one < 160_000
    with gym_push.record(basic(order="shuffled"), path) as env:
        for seed in range(31):
            play(env, open_all, seed=seed)
    assert path.stat().st_size - one < 300 * 30 * 324


def test_a_step_of_a_log_that_never_repeats_is_less_than_300_bytes(path):
    texts, rows = random.Random(1), 10_000
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
    with gym_push.record(basic(data=gym_push.read_log(table, schema)), path) as env:
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
    assert one == other and path.exists()
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


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
    assert shown(path) == [*itertools.product((1,), range(325)), *((2, e) for e in range(187))]


@pytest.mark.parametrize("interrupted", [False, True])
def test_what_nobody_holds_is_written_even_after_an_interrupt(path, monkeypatch, interrupted):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    env = gym_push.record(basic(), path)
    play(env, open_all, steps=3)
    if interrupted:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr("gym_push.recordings.recorder.write_whole", interrupt)
            env.close()
    assert not path.exists()
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
FORK = """
if os.fork() == 0: sys.exit()
os.wait()
assert not os.path.exists("../run.html")
"""


@pytest.mark.parametrize(
    ("end", "sent", "steps"),
    [
        ("", None, 602),
        ("sys.exit(3)", None, 602),
        ("raise ValueError", None, 602),
        ("time.sleep(60)", "SIGINT", 602),
        ("time.sleep(60)", "SIGKILL", 0),
        pytest.param(
            FORK,
            None,
            602,
            marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork"),
        ),
    ],
    ids=["ends", "exits", "raises", "interrupted", "killed", "forks"],
)
def test_a_program_writes_it_however_it_ends_unless_killed(path, end, sent, steps):
    with subprocess.Popen(
        [sys.executable, "-c", AGENT + end], cwd=path.parent, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == "ready\n"
        if sent:
            process.send_signal(getattr(signal, sent))
        assert "AssertionError" not in process.communicate(timeout=30)[1]
    files = {each.name for each in path.parent.iterdir()}
    assert files == ({"run.html", "elsewhere"} if steps else {"elsewhere"})
    assert not steps or len(shown(path)) == steps


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
    with pytest.raises(gym_push.RecordingError, match="there is no folder .*no; make it first"):
        gym_push.record(basic(), tmp_path / "no" / "run.html")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: gymnasium.make("CartPole-v1"), "cannot record CartPoleEnv: it is not an env"),
        (lambda: gymnasium.make_vec("gym_push:basic-v0", num_envs=2), "one environment, not a"),
        (lambda: gym_push.ClassicAPI(basic()), "ClassicAPI.*gym_push.record"),
        (lambda: None, "not a NoneType"),
    ],
)
def test_what_cannot_be_recorded_is_refused(path, make, why):
    with pytest.raises(gym_push.ArgumentError, match=why):
        gym_push.record(make(), path)
    assert not path.exists()


def test_it_works_among_other_wrappers_and_with_the_calls_of_2019(path):
    wrapped = gymnasium.wrappers.RecordEpisodeStatistics(
        gym_push.record(gymnasium.wrappers.TimeLimit(basic(), 50), path)
    )
    wrapped.reset(seed=1)
    while not any(wrapped.step(1)[2:4]):
        pass
    wrapped.close()
    assert len(shown(path)) == 51
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


def test_a_copy_plays_on_unrecorded(path):
    env = gym_push.record(basic(), path)
    play(env, open_all, steps=5)
    for twin in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        twin.step(1)
        twin.close()
    assert not path.exists()
    env.close()
    assert len(shown(path)) == 6


def test_a_step_costs_little(path):
    start = time.process_time()
    record_run(path, episodes=3)
    assert (time.process_time() - start) / (3 * 325) < 0.001, "s; about 70 us on a free machine"
