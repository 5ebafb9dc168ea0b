"""Agents that do not play by the rules, and agents that only look clever: what tests must see."""

import sys

from gym_push.agents.simple import number_of


class Still:
    """What the others have in common: they learn nothing, and begin anew without a trace."""

    def __init__(self, observation_space, action_space):
        self.actions = number_of(action_space)
        self.reset()

    def reset(self, seed=None):
        pass

    def learn(self, observation, action, reward):
        pass


class Peeking(Still):
    """Looks for the environment in the frames above it, and there for the answer."""

    def act(self, observation):
        frame = sys._getframe(1)
        while frame is not None:
            env = frame.f_locals.get("env")
            if hasattr(env, "log"):
                return int(env.log.actions[env.score.decisions])
            frame = frame.f_back
        return 0


class Remembering(Still):
    """Keeps what it learned in a variable of its class."""

    known = {}

    def act(self, observation):
        return self.known.get(str(observation), 0)

    def learn(self, observation, action, reward):
        self.known[str(observation)] = action if reward > 0 else 1 - action


class Unseeded(Still):
    """Draws random numbers that no seed decides."""

    def act(self, observation):
        import os

        return os.urandom(1)[0] % self.actions


class RepeatLast(Still):
    """Does what last was right."""

    def reset(self, seed=None):
        self.last = 0

    def act(self, observation):
        return self.last

    def learn(self, observation, action, reward):
        if reward <= 0:
            self.last = (action + 1) % self.actions


class WinStay(Still):
    """Stays with what paid, and goes on to the next action if it did not."""

    def reset(self, seed=None):
        self.action = 0

    def act(self, observation):
        return self.action

    def learn(self, observation, action, reward):
        self.action = action if reward > 0 else (action + 1) % self.actions


class CacheLoop(Still):
    """Knows by heart what was right for each observation that it has seen, and loops otherwise."""

    def reset(self, seed=None):
        self.right, self.step = {}, 0

    def act(self, observation):
        self.step += 1
        return self.right.get(tuple(observation.values()), self.step % self.actions)

    def learn(self, observation, action, reward):
        if reward > 0:
            self.right[tuple(observation.values())] = action


class OutOfRange(Still):
    """Answers what is no action."""

    def act(self, observation):
        return self.actions


class Unpicklable(Still):
    """Holds what cannot be sent to another process."""

    def reset(self, seed=None):
        self.act = lambda observation: 0

    def __deepcopy__(self, memo):
        return self
