"""One person of a suite: what an agent may learn from, what it is tested on, and that these differ.

Also how an agent goes through it: in `BasicEnv`, notification after notification, learning all the
way; its decisions count from the first one that is tested.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gym_push.agents.local import Player
from gym_push.envs.basic.env import BasicEnv
from gym_push.errors import SuiteError
from gym_push.evaluation.loop import Played
from gym_push.evaluation.metrics import Reference, agreement, curve, stretches
from gym_push.evaluation.results import PersonResult
from gym_push.logs import Encoding, NotificationLog


@dataclass(frozen=True, eq=False)
class Trial:
    """A person's notifications, in the order of their times.

    Attributes:
        person: Whose they are.
        log: Of this person alone.
        tested: Which are tested; the agent learns from the others: bool, shape (rows,).
        encoding: What "codes" and "vector" observations tell apart: fitted on other people, or on
            what is learned from. Only in a log of one's own of which nothing is learned from it is
            fitted on what is tested, but for the answers.
        others: A log of other people, to practise with; None if there is none.
        oracle: What an oracle says about each row: bool, shape (rows,); None if nobody knows.
    """

    person: str
    log: NotificationLog
    tested: NDArray[np.bool_]
    encoding: Encoding
    others: NotificationLog | None = None
    oracle: NDArray[np.bool_] | None = None

    def check(self) -> None:
        """Makes sure that nothing of the test can be learned from.

        Raises:
            SuiteError: Something is learned from that comes later than what is tested, or is of
                the same person; or nothing is tested.
        """
        tested = np.flatnonzero(self.tested)
        if not len(tested):
            raise SuiteError(f"{self.person} has no notifications to be tested on; leave them out")
        if self.tested[tested[0] :].sum() < len(self.log) - tested[0]:
            raise SuiteError(
                f"the agent would learn from notifications of {self.person} that come after tested "
                "ones; test on the last rows alone"
            )
        times = self.log.times
        if times is not None and (np.diff(times) < 0).any():
            raise SuiteError(f"the notifications of {self.person} are not in the order of time")
        if times is not None and tested[0] > 0 and times[tested[0] - 1] >= times[tested[0]]:
            raise SuiteError(
                f"notifications of {self.person} that are learned from and that are tested arrived "
                "at the same moment; split between two moments"
            )
        if self.others is None:
            return
        if self.person in self.others.users or not self.others.users:
            raise SuiteError(f"{self.person} is among the people to practise with")
        if (
            self.others.times is not None
            and times is not None
            and self.others.times.max() >= times[tested[0]]
        ):
            raise SuiteError(
                f"the people to practise with live on when {self.person} is tested; "
                "let their log end before"
            )

    def reference(self) -> Reference:
        """Returns what opening everything earns, and what an oracle does."""
        did = self.log.actions[self.tested] == 1
        top = did if self.oracle is None else self.oracle[self.tested]
        return Reference(2.0 * float(did.mean()) - 1.0, 2.0 * float((top == did).mean()) - 1.0)

    def env(self, form: str) -> BasicEnv:
        """Returns the environment that plays it.

        Args:
            form: Of the observations.
        """
        return BasicEnv(self.log, observation=form, encoding=self.encoding)

    def play(self, agent: Player, env: BasicEnv) -> PersonResult:
        """Lets an agent go through it.

        Args:
            agent: Is changed: it learns.
            env: Of this trial.

        Raises:
            ActionError: It answers what is no action.
        """
        self.check()
        tested, played = self.tested, Played(agent)
        first = int(tested.argmax())
        parts = stretches(len(tested) - first)
        observation, _ = env.reset(seed=0)
        for row in range(len(tested)):
            if row - first in parts:
                agent.freeze()
            observation, _ = played.step(env, observation)
        scores = np.array(played.scores) if played.scores else None
        did = self.log.actions.astype(np.int64)[tested]
        return PersonResult(
            person=self.person,
            metrics=agreement(np.array(played.actions)[tested], did, scores),
            curve=curve(np.array(played.rewards)),
            microseconds=played.microseconds(tested),
            rewards=tuple(played.rewards),
        )
