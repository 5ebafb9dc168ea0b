"""Agents that do what no agent should."""

import time

from gym_push.agents import Agent


class Fails(Agent):
    """Dismisses whatever it learns from, and fails or falls asleep at a text."""

    trouble = ""

    def act(self, observation):
        if observation["app"] == "Trouble":
            self.make_trouble()
        return 0

    def make_trouble(self):
        raise ValueError("no\nsuch thing")


class Sleeps(Fails):
    def make_trouble(self):
        time.sleep(10.0)
