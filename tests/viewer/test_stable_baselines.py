"""Stable-Baselines3's workers are tabs of the page of the process that trains."""

import contextlib
import subprocess
import sys

import psutil
import pytest
from extras_support import installed
from viewer_support import ask, eventually

pytestmark = [pytest.mark.slow, installed("stable_baselines3")]

STARTS = ("fork", "forkserver")  # spawned workers: below, and in test_workers

TRAINING = """
import sys, time
import gymnasium, numpy as np
from stable_baselines3.common.vec_env import SubprocVecEnv
from gym_push import viewer

def make(render_mode="human"):
    return gymnasium.make("gym_push:basic-v0", observation="vector", render_mode=render_mode)

def work(start_method, render_mode="human"):
    workers = SubprocVecEnv([lambda: make(render_mode)] * 2, start_method=start_method)
    workers.seed(1)
    workers.reset()
    return workers

if __name__ == "__main__":
    for line in sys.stdin:
        exec(line)
        print("done", flush=True)
"""


class Training:
    """A program that trains, in a process of its own, and does what the test tells it."""

    def __init__(self, folder):
        script = folder / "training.py"  # a file, which spawned workers can import
        script.write_text(TRAINING)
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def do(self, *lines):
        """What the lines have printed."""
        printed = []
        for line in lines:
            print(line, file=self.process.stdin, flush=True)
            while (said := self.process.stdout.readline().strip()) != "done":
                assert said, self.process.stderr.read()
                printed.append(said)
        return printed

    def family(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self):
        """What it has said on stderr, but for the notice of classic gym, which is about itself."""
        said = self.process.communicate(timeout=30)[1]
        assert "Traceback" not in said and "Warning" not in said
        return [line for line in said.splitlines() if line.startswith("gym-push")]


@pytest.fixture
def training(tmp_path):
    started = Training(tmp_path)
    yield started
    with contextlib.suppress(psutil.Error):
        for process in started.family():
            process.kill()
    with started.process:  # closes its pipes and waits for it
        started.process.kill()


def tabs(url):
    return [(tab["label"], tab["ended"]) for tab in ask(url, "next", None, None)["tabs"]]


def epochs(url):
    feeds = [tab["place"] for tab in ask(url, "next", None, None)["tabs"]]
    frames = [ask(url, "next", feed, None)["frame"] for feed in feeds]
    return [frame and frame["epoch"] for frame in frames]


def gone(process):
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() == psutil.STATUS_ZOMBIE  # it only awaits init's call
    return True


OPEN = ("env = make(); env.reset()", "print(viewer.url(30))")


@pytest.mark.parametrize("start", STARTS)
def test_workers_are_tabs_of_the_page_until_they_are_closed(training, start):
    (url,) = training.do(
        *OPEN,
        f"workers = work({start!r})",
        "for _ in range(5): workers.step(np.array([1, 0]))",
    )
    assert eventually(lambda: len(tabs(url)) == 3)
    assert eventually(lambda: epochs(url) == [0, 5, 5])
    assert tabs(url) == [("basic-v0", False), ("basic-v0 (2)", False), ("basic-v0 (3)", False)]
    training.do("workers.close()")
    assert eventually(lambda: [ended for _, ended in tabs(url)] == [False, True, True])
    assert epochs(url) == [0, 5, 5], "the last state is kept"
    assert training.end() == [f"gym-push: watch at {url}"]


@pytest.mark.parametrize("start", STARTS)
def test_whoever_is_killed_takes_only_its_own_along(training, start):
    url, pid = training.do(*OPEN, f"workers = work({start!r})", "print(workers.processes[0].pid)")
    assert eventually(lambda: len(tabs(url)) == 3)
    psutil.Process(int(pid)).kill()
    assert eventually(lambda: sum(ended for _, ended in tabs(url)) == 1)
    training.do("env.step(1)")
    assert eventually(lambda: epochs(url)[0] == 1)
    assert not ask(url, "next", None, None)["tabs"][0]["ended"]

    family = training.family()
    training.process.kill()
    assert eventually(lambda: all(map(gone, family)))


def test_workers_that_outlive_their_parent_do_not_keep_its_viewer(training):
    """Forked ones hold each other's pipes open, with any environment, until they are killed."""
    (url,) = training.do(*OPEN, "workers = work('fork')")
    assert eventually(lambda: len(tabs(url)) == 3)
    family = training.family()
    (viewer,) = (each for each in family if "gym_push.viewer" in " ".join(each.cmdline()))
    training.process.kill()
    assert eventually(lambda: gone(viewer))
    for worker in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            worker.kill()
    assert eventually(lambda: all(map(gone, family)))


@pytest.mark.parametrize("ask_for", ["workers.render()", "workers.env_method('render')"])
def test_render_shows_each_worker(training, ask_for):
    (url,) = training.do(*OPEN, "workers = work('spawn')", f"shown = {ask_for}")
    assert eventually(lambda: epochs(url) == [0, 0, 0])
    training.do("workers.step(np.array([1, 0]))", ask_for)
    assert eventually(lambda: epochs(url) == [0, 1, 1])
    (shown,) = training.do("print(shown)")
    assert shown in ("None", "[None, None]")


def test_workers_without_a_mode_show_themselves_when_they_are_told_to(training):
    (url,) = training.do(*OPEN, "workers = work('spawn', None)")
    training.do("workers.step(np.array([1, 0]))", "workers.env_method('render', indices=[1])")
    assert eventually(lambda: epochs(url) == [0, 1])


def test_pictures_of_the_workers_are_tiled(training):
    pytest.importorskip("matplotlib")
    single, tiled = training.do(
        "workers = work('fork', 'rgb_array')",
        "print([image.shape for image in workers.get_images()])",
        "print(workers.render().shape)",
        "workers.close()",
    )
    assert single == "[(600, 960, 3), (600, 960, 3)]"
    assert tiled in ("(1200, 960, 3)", "(600, 1920, 3)")
    assert training.end() == []


def test_an_algorithm_learns_while_it_is_watched(training):
    (url,) = training.do(
        *OPEN,
        "from stable_baselines3 import PPO",
        "import torch; torch.set_num_threads(1)",
        "workers = work('forkserver')",
        "agent = PPO('MlpPolicy', workers, n_steps=64, seed=0, device='cpu').learn(256)",
        "workers.close()",
    )
    assert eventually(lambda: len(tabs(url)) == 3)
    assert eventually(lambda: epochs(url)[1:] == [128, 128])
    assert training.end() == [f"gym-push: watch at {url}"]
