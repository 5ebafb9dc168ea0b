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

    def viewer(self):
        (process,) = psutil.Process(self.process.pid).children()
        return process

    def finish(self):
        output, errors = self.process.communicate(timeout=60)
        return self.process.returncode, output, errors
