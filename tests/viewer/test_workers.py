"""Worker processes are tabs of their parent's page, and nothing of it stands in training's way."""

import contextlib
import json
import os
import signal
import subprocess
import sys

import psutil
import pytest
import websocket
from viewer_support import eventually, look, tabs

STARTS = ("fork", "spawn", "forkserver")

TRAINING = """
import sys, time
import gymnasium, numpy as np
from gymnasium.vector import AsyncVectorEnv
from gym_push import viewer

def make():
    return gymnasium.make("gym_push:basic-v0", render_mode="human")

def work(context):
    workers = AsyncVectorEnv([make] * 2, shared_memory=False, context=context)
    workers.reset(seed=1)
    return workers

if __name__ == "__main__":
    for line in sys.stdin:
        exec(line)
        print("done", flush=True)
"""


class Training:
    """A program that trains, in a process of its own, and does what the test tells it."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", TRAINING],
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

    def viewers(self):
        found = []
        for process in self.family():
            with contextlib.suppress(psutil.Error):  # it has just ended
                if "gym_push.viewer.server" in " ".join(process.cmdline()):
                    found.append(process)
        return found

    def end(self):
        """What it has said on stderr."""
        return self.process.communicate(timeout=30)[1]


@pytest.fixture
def training():
    started = Training()
    yield started
    with contextlib.suppress(psutil.Error):
        for process in started.family():
            process.kill()
    with started.process:  # closes its pipes and waits for it
        started.process.kill()


def epochs(url):
    frames = [look(url, tab["place"])["frame"] for tab in look(url)["tabs"]]
    return [frame and frame["epoch"] for frame in frames]  # none has come yet of a new tab


@contextlib.contextmanager
def watching(url):
    """A page that stays, and its way to ask for something."""
    page = websocket.create_connection(url.replace("http", "ws", 1) + "eel", timeout=5)

    def wish(feed, what):
        page.send(json.dumps({"call": 1.5, "name": "control", "args": [feed, what]}))
        assert json.loads(page.recv())["status"] == "ok"

    yield wish
    page.close()


def test_a_workers_tab_can_be_paused(training):
    (url,) = training.do(
        "import threading",
        "env = make(); env.reset()",
        "workers = work('spawn')",
        "act = lambda: [workers.step(np.array([1, 0])) and time.sleep(0.002) for _ in range(4000)]",
        "threading.Thread(target=act, daemon=True).start()",
        "print(viewer.url(30))",
    )
    assert eventually(lambda: len(tabs(url)) == 3)
    feed = look(url)["tabs"][1]["place"]

    def epoch():
        return (look(url, feed)["frame"] or {"epoch": 0})["epoch"]

    def moves():
        before = epoch()
        return eventually(lambda: epoch() != before, timeout=1)

    assert eventually(moves)
    with watching(url) as wish:
        wish(feed, {"paused": True})
        assert eventually(lambda: not moves())
        before = epoch()
        wish(feed, {"step": True})
        assert eventually(lambda: epoch() == before + 1)
        wish(feed, {"paused": False})
        assert eventually(moves)


@pytest.mark.parametrize("context", STARTS)
def test_workers_are_tabs_of_the_parents_page(training, context):
    (url,) = training.do(
        "env = make(); env.reset(); env.step(1)",
        f"workers = work({context!r})",  # long before the viewer is up
        "for _ in range(5): workers.step(np.array([1, 0]))",
        "print(viewer.url(30))",
    )
    assert eventually(lambda: len(tabs(url)) == 3)
    assert tabs(url) == [("basic-v0", False), ("basic-v0 (2)", False), ("basic-v0 (3)", False)]
    assert eventually(lambda: epochs(url) == [1, 5, 5]), (epochs(url), tabs(url))
    assert len(training.viewers()) == 1

    training.do("for _ in range(3): workers.step(np.array([1, 0]))", "workers.close()")
    assert eventually(lambda: [ended for _, ended in tabs(url)] == [False, True, True])
    assert epochs(url) == [1, 8, 8], "the last state is kept"
    training.do("env.step(1)")
    assert eventually(lambda: epochs(url)[0] == 2)
    assert training.end() == f"gym-push: watch at {url}\n"


@pytest.mark.parametrize("context", STARTS)
def test_a_killed_worker_ends_its_tab_only(training, context):
    url, pid = training.do(
        "env = make(); env.reset()",
        "print(viewer.url(30))",
        f"workers = work({context!r})",
        "print(workers.processes[0].pid)",
    )
    assert eventually(lambda: len(tabs(url)) == 3)
    os.kill(int(pid), signal.SIGKILL)
    assert eventually(lambda: sum(ended for _, ended in tabs(url)) == 1)
    training.do("env.step(1)")
    assert eventually(lambda: epochs(url)[0] == 1)
    assert not look(url)["tabs"][0]["ended"]


@pytest.mark.parametrize("context", STARTS)
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, None])
def test_nothing_is_left_when_the_parent_ends(training, context, end):
    (url,) = training.do(
        "env = make(); env.reset()", "print(viewer.url(30))", f"workers = work({context!r})"
    )
    assert eventually(lambda: len(tabs(url)) == 3)
    family = training.family()
    assert len(family) >= 3
    if end is None:
        training.process.stdin.close()
    else:
        training.process.send_signal(end)
    training.process.wait(20)

    def gone(process):
        with contextlib.suppress(psutil.NoSuchProcess):
            return process.status() == psutil.STATUS_ZOMBIE  # it only awaits init's call
        return True

    assert eventually(lambda: all(map(gone, family)))


@pytest.mark.parametrize("context", STARTS)
def test_training_goes_on_when_the_viewer_is_killed(training, context):
    (url,) = training.do(
        "env = make(); env.reset()", "print(viewer.url(30))", f"workers = work({context!r})"
    )
    assert eventually(lambda: len(tabs(url)) == 3)
    (process,) = training.viewers()
    process.kill()
    steps, url = training.do(
        "while viewer.url(0): time.sleep(0.01)",  # until it has noticed
        "steps = [workers.step(np.array([1, 0])) for _ in range(100)]; env.step(1)",
        "print(len(steps))",
        "again = make(); again.reset()",
        "print(viewer.url(30))",
    )
    assert steps == "100"
    training.do(f"more = work({context!r})", "for _ in range(9): more.step(np.array([1, 0]))")
    if context != "forkserver":  # whose environment is that of the time at which it was started
        assert eventually(lambda: epochs(url) == [0, 9, 9])


@pytest.mark.parametrize("context", STARTS)
def test_workers_of_a_parent_that_shows_nothing_have_their_own_pages(training, context):
    training.do(f"workers = work({context!r})", "workers.step(np.array([1, 0]))")
    assert eventually(lambda: len(training.viewers()) == 2)
    training.do("workers.close()")
    assert eventually(lambda: not training.viewers())


def test_a_forked_child_can_fork_while_it_is_attached(script):
    agent = script(
        """
child = os.fork()
feed.publish(2)
if child == 0:
    assert viewer.url(30) == url
    grandchild = os.fork()
    feed.publish(3)
    if grandchild == 0:
        assert viewer.url(30) == url
        sys.exit(0)
    assert os.waitpid(grandchild, 0)[1] == 0
    sys.exit(0)
print(os.waitpid(child, 0)[1])
"""
    )
    assert agent.finish()[::2] == ("0\n", 0)
