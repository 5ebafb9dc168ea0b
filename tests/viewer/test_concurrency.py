"""Agents in coroutines and in threads: nobody waits for the page, and the end is clean."""

import subprocess
import sys

import pytest
from viewer_support import ask, eventually

pytestmark = pytest.mark.slow

EPOCH = 1000 - 3 * 324  # after a thousand steps of episodes of 324

ASYNCIO = """
import asyncio, sys, time
import gymnasium
from gym_push import viewer

async def play(env):
    slowest = 0.0
    for step in range(1000):
        start = time.perf_counter()
        if env.step(1)[2]:
            env.reset()
        slowest = max(slowest, time.perf_counter() - start)
        await asyncio.sleep(0.0005)
    return slowest

async def main():
    envs = [gymnasium.make("gym_push:basic-v0", render_mode="human") for _ in range(2)]
    start = time.perf_counter()
    for env in envs:
        env.reset()  # starts the viewer
    started = time.perf_counter() - start
    slowest = await asyncio.gather(*map(play, envs))
    print(started, *slowest, await asyncio.to_thread(viewer.url, 30), flush=True)
    await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""

THREADS = """
import sys, threading
import gymnasium
from gym_push import viewer

def play(steps):
    env = gymnasium.make("gym_push:basic-v0", render_mode="human")
    env.reset()
    mine.append(env)
    while steps != 0:
        if env.step(1)[2]:
            env.reset()
        steps -= 1

mine = []
threads = [
    threading.Thread(target=play, args=(steps,), daemon=steps < 0) for steps in {steps}
]
for thread in threads:
    thread.start()
for thread in threads:
    if not thread.daemon:
        thread.join()
print(viewer.url(30), flush=True)
sys.stdin.readline()
"""

GEVENT = """
from gevent import monkey
monkey.patch_all()
import os, sys, time
from multiprocessing import get_context
import gymnasium
from gym_push import viewer

def play():
    for _ in range(20):
        env.step(1)
        time.sleep(0.02)
    assert viewer.url(30) == url

env = gymnasium.make("gym_push:basic-v0", render_mode="human")
env.reset()
pid = os.fork()  # while the viewer starts
if not pid:
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
url = viewer.url(30)
time.sleep(0.1)
child = get_context("fork").Process(target=play)
child.start()
child.join()
assert child.exitcode == 0
play()
print(url, flush=True)
sys.stdin.readline()
"""


def start(code):
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def tabs(url):
    return ask(url, "next", None, None)["tabs"]


def epochs(url):
    frames = [ask(url, "next", tab["place"], None)["frame"] for tab in tabs(url)]
    return [frame and frame["epoch"] for frame in frames]


def test_a_coroutine_is_never_held_up():
    """Other programs only ever add to what is measured, so the best of a few runs counts."""
    slowest = []
    while not slowest or (min(slowest) >= 0.05 and len(slowest) < 4):
        with start(ASYNCIO) as agent:
            *times, url = agent.stdout.readline().split()
            assert eventually(lambda url=url: epochs(url) == [EPOCH] * 2), epochs(url)
            assert agent.communicate(timeout=30)[1] == f"gym-push: watch at {url}\n"
            assert agent.returncode == 0
        slowest.append(max(map(float, times)))
    assert min(slowest) < 0.05


def test_each_threads_environment_is_a_tab():
    with start(THREADS.format(steps=[10, 20, 30, 40])) as agent:
        url = agent.stdout.readline().strip()
        assert eventually(lambda: sorted(epochs(url)) == [10, 20, 30, 40])
        assert len({tab["label"] for tab in tabs(url)}) == 4
        assert agent.communicate("\n", timeout=30)[1] == f"gym-push: watch at {url}\n"
        assert agent.returncode == 0


@pytest.mark.parametrize("ending", ["", "sys.exit(0)"])
def test_the_interpreter_ends_cleanly_under_threads_that_go_on(ending):
    with start(THREADS.format(steps=[-1, -1, -1]) + ending) as agent:
        url = agent.stdout.readline().strip()
        assert eventually(lambda: len(tabs(url)) == 3)
        assert agent.communicate("\n", timeout=30)[1] == f"gym-push: watch at {url}\n"
        assert agent.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is forked")
def test_where_gevent_has_replaced_threads_and_processes_nobody_waits_forever():
    with start(GEVENT) as agent:
        url = agent.stdout.readline().strip()
        assert eventually(lambda: 20 in epochs(url)), epochs(url)
        assert agent.communicate("\n", timeout=30)[1] == f"gym-push: watch at {url}\n"
        assert agent.returncode == 0
