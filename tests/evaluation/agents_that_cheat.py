"""Agents that do not play by the rules, and agents that only look clever: what tests must see."""

import csv
import gc
import os
import sys
from contextlib import suppress
from threading import Thread

from gym_push import Population, bundled_log
from gym_push.agents.simple import number_of
from gym_push.envs.basic.episodes import BUNDLED


class Still:
    """What the others have in common: they learn nothing, and begin anew without a trace."""

    def __init__(self, observation_space, action_space):
        self.actions = number_of(action_space)
        self.reset()

    def reset(self, seed=None):
        pass

    def learn(self, observation, action, reward):
        pass


def answers():
    """What the person will do, if an environment is anywhere to be found; else nothing."""
    frame = sys._getframe(1)
    while frame is not None:
        for found in frame.f_locals.values():
            if hasattr(found, "log"):
                return found.log.actions.tolist()
        frame = frame.f_back
    for found in gc.get_objects():
        if type(found).__name__ == "NotificationLog":
            return found.actions.tolist()
    return []


class Peeking(Still):
    """Looks for the answers when it is asked."""

    step = -1

    def act(self, observation):
        self.step += 1
        found = answers()
        return found[self.step] if found else 0


class Prepared(Peeking):
    """Looks for them once, when it is made."""

    def __init__(self, observation_space, action_space):
        super().__init__(observation_space, action_space)
        self.found = answers()

    def act(self, observation):
        self.step += 1
        return self.found[self.step] if self.found else 0


class Later:
    """An answer that becomes what was right."""

    def __init__(self):
        self.right = 0

    def __index__(self):
        return self.right

    __int__ = __hash__ = __index__

    def __eq__(self, other):
        return other == self.right


class Undecided(Still):
    """Answers 0, and turns the answer when it knows what was right."""

    def act(self, observation):
        self.answer = Later()
        return self.answer

    def learn(self, observation, action, reward):
        if reward < 0:
            self.answer.right = 1


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


class RemembersElsewhere(Still):
    """Keeps what it learned in a file."""

    path = "learned.txt"

    def act(self, observation):
        with open(self.path, "a+") as file:
            file.seek(0)
            return int(len(file.read()) > 100)

    def learn(self, observation, action, reward):
        with open(self.path, "a") as file:
            file.write("x")


class Talkative(Still):
    """Writes into every file that is open: what could be answers, and what could be objects."""

    def act(self, observation):
        for number in range(3, 30):
            try:
                os.write(number, b"\x80\x05K\x01.\n" if len(str(observation)) % 2 else b"[]\n")
            except OSError:
                continue
        return 0


class LooksUp(Still):
    """Makes the people whom it is tested on, and looks up by the text what is withheld."""

    seed = 11

    def reset(self, seed=None):
        log = Population(3, seed=self.seed).log(6)
        columns = (log.columns[name] for name in ("tickerText", "contactSignificantContext"))
        texts, significant = (column.take(slice(None)) for column in columns)
        self.known = dict(zip(texts, significant, strict=True))

    def act(self, observation):
        return int(self.known.get(observation["tickerText"], False))


class LooksUpInSecret(LooksUp):
    """Does so whatever stands in the way, and later, and in another thread."""

    def reset(self, seed=None):
        self.step = 0

    def act(self, observation):
        self.step += 1
        if self.step == 20:
            thread = Thread(target=self.look)
            thread.start()
            thread.join()
        return super().act(observation) if self.step > 20 else 0

    def look(self):
        self.known = {}
        with suppress(BaseException):
            super().reset()


class PractisesAlone(LooksUp):
    """Makes other people, whom anybody may make, and learns words from them."""

    seed = 12


class ReadsTheLog(Still):
    """Plays the log that comes with the package, to know it before."""

    def reset(self, seed=None):
        self.answers = iter(bundled_log().actions.tolist())

    def act(self, observation):
        return next(self.answers)


class ReadsTheFile(ReadsTheLog):
    """Reads it as any file."""

    def reset(self, seed=None):
        with open(os.path.relpath(BUNDLED)) as file:
            self.answers = iter([int(row["action"]) for row in csv.DictReader(file)])
