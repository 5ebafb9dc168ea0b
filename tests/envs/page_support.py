"""Agents in processes of their own, as users would write them."""

import subprocess
import sys

import psutil

AGENT = """
import sys, time
import gymnasium
env = gymnasium.make("gym_push:basic-v0", render_mode="human", **{kwargs})
env.reset(seed=0)
from gym_push import viewer
print(viewer.url(30), flush=True)
for line in sys.stdin:
    for action in line.split():
        if env.step(int(action))[2]:
            env.reset()
    print(env.unwrapped.score.decisions, flush=True)
env.close()
"""

FREE_RUNNING = """
import sys, time
import gymnasium
env = gymnasium.make("gym_push:basic-v0")
env.reset()
env.render()
from gym_push import viewer
print(viewer.url(30), flush=True)
sys.stdin.readline()
ended = False
while not ended:
    _, _, ended, _, _ = env.step(1)
    env.render()
    time.sleep(0.005)
print(env.unwrapped.score.decisions)
"""

ENDLESS = """
import time
import gymnasium
env = gymnasium.make("gym_push:basic-v0", render_mode="human")
env.reset()
from gym_push import viewer
print(viewer.url(30), flush=True)
while True:
    if env.step(1)[2]:
        env.reset()
    time.sleep(0.001)
"""


TIMED = """
import glob, select, sys, time
import gymnasium

def delays():
    # Nanoseconds that each thread was ready to run, and the machine ran something else.
    found = {}
    for path in glob.glob("/proc/self/task/*/schedstat"):
        try:
            with open(path) as file:
                found[path] = int(file.read().split()[1])
        except (OSError, ProcessLookupError):
            pass  # the thread has just ended
    return found

env = gymnasium.make("gym_push:basic-v0")
env.reset()
env.render()
from gym_push import viewer
print(viewer.url(30), flush=True)
longest = 0.0
while True:
    before, start = delays(), time.perf_counter()
    over = env.step(1)[2]
    env.render()
    took, after = time.perf_counter() - start, delays()
    took -= sum(after[path] - before[path] for path in before.keys() & after.keys()) / 1e9
    longest = max(longest, took)
    if over:
        env.reset()
    time.sleep(0.0005)
    if select.select([sys.stdin], [], [], 0)[0]:
        if not sys.stdin.readline():
            break
        print(longest, flush=True)
        longest = 0.0
"""

LONGEST = 0.05
"""Seconds that an agent may wait in one step with its render(). What it waited for is a lock or a
pipe: a machine that runs other programs meanwhile is no fault of the viewer, and is taken off."""


class Agent:
    """An agent in a process of its own, which takes the actions that the test tells it."""

    def __init__(self, code):
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.url = self.process.stdout.readline().strip()

    def act(self, *actions):
        self.process.stdin.write(" ".join(map(str, actions)) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def longest_step(self):
        """The longest step and render of a `TIMED` agent since the last call, in seconds."""
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def viewer(self):
        (process,) = psutil.Process(self.process.pid).children()
        return process

    def finish(self):
        output, errors = self.process.communicate(timeout=60)
        return self.process.returncode, output, errors
