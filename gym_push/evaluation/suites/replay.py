"""Suites that replay notifications which people have answered: those of basic-v0."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gym_push.agents import Candidate
from gym_push.envs.basic_env import BasicEnv
from gym_push.envs.basic_vector_env import BasicVectorEnv
from gym_push.errors import ArgumentError
from gym_push.evaluation.metrics import Reference
from gym_push.evaluation.oracles import oracle
from gym_push.evaluation.results import PersonResult
from gym_push.evaluation.suites.suite import Suite, check_apart
from gym_push.evaluation.suites.trial import Trial
from gym_push.logs import Encoding, NotificationLog
from gym_push.registration import BASIC
from gym_push.users import Population
from gym_push.users.clock import DAY
from gym_push.users.simulation import Simulation
from gym_push.users.table import to_log

Rows = NDArray[np.int64]

PRACTISING: Final = 16
"""Environments that an agent practises in side by side."""
THE_PERSON: Final = "the person"
"""The name of who has none, in a log of one person."""


class ReplaySuite(Suite):
    """Each person is a `Trial`."""

    plays = BASIC

    @abstractmethod
    def trial(self, person: str) -> Trial:
        """Returns what an agent goes through with a person."""

    @cached_property
    def data(self) -> str:
        """The hash of all people's notifications, and of those to practise with."""
        digest = hashlib.sha256()
        for person in self.people:
            trial = self.trial(person)
            digest.update(f"{person} {trial.log.fingerprint} {trial.tested.argmax()}".encode())
        if trial.others is not None:
            digest.update(trial.others.fingerprint.encode())
        return digest.hexdigest()

    def reference(self, person: str) -> Reference:
        """Returns what opening everything earns with a person, and what an oracle does."""
        return self._references[person]

    @cached_property
    def _references(self) -> dict[str, Reference]:
        return {person: self.trial(person).reference() for person in self.people}

    def practice(self, form: str) -> BasicVectorEnv | None:
        """Returns environments of the people to practise with, if there are any."""
        trial = self.trial(self.people[0])
        if trial.others is None:
            return None
        return BasicVectorEnv(PRACTISING, trial.others, observation=form, encoding=trial.encoding)

    def env(self, person: str, form: str) -> BasicEnv:
        """Returns the environment that plays a person."""
        return self.trial(person).env(form)

    def test(self, agent: Candidate, seed: int, person: str) -> PersonResult:
        """Lets an agent go through a person's trial."""
        trial = self.trial(person)
        env = trial.env(agent.form)
        self.begin(agent, seed, person, env)
        return trial.play(agent, env)


class LogSuite(ReplaySuite):
    """The people of a log, each learned from and tested alone.

    Args:
        id: Name and version.
        log: Of one person or several.
        learn: The share of each person's days, or of the notifications in a log without times,
            that are learned from before it counts: from 0 to less than 1.

    Raises:
        ArgumentError: The share is out of range, or nobody has anything to be tested on.
    """

    def __init__(self, id: str, log: NotificationLog, learn: float) -> None:
        """Finds out who can be tested on."""
        if not 0.0 <= learn < 1.0:
            raise ArgumentError(f"learn={learn!r} must be from 0 to less than 1")
        self.id, self._log, self._learn = id, log, learn
        what = "notifications" if log.times is None else "days"
        everybody = log.users or (THE_PERSON,)
        self.people = tuple(person for person in everybody if self._tested(person).any())
        if not self.people:
            raise ArgumentError(
                f"{log.source} has nothing to be tested on after the first {learn:.0%} of the "
                f"{what} of anybody; let less be learned from"
            )
        self.summary = f"{log.source}, {self._whose(len(everybody))}: {self._how(what)}"

    def _whose(self, everybody: int) -> str:
        if not self._log.users:
            return "one person"
        if len(self.people) == everybody:
            return f"{everybody} people"
        return f"{len(self.people)} of {everybody} people, as the others have nothing to test on"

    def _how(self, what: str) -> str:
        share = f"{self._learn:.0%} of the {what} of each"
        if not self._learn:
            return "every answer counts, from the first on"
        if all(self._tested(person).all() for person in self.people):
            return f"every answer counts, as {share} rounds to none"
        return f"learns from the first {share} and is tested on the others"

    def trial(self, person: str) -> Trial:
        """Returns a person's notifications in the order of their times."""
        log, tested = self._log.select(self._rows(person)), self._tested(person)
        known = log if tested.all() else log.select(np.flatnonzero(~tested))
        return Trial(person, log, tested, Encoding.fit(known))

    def _rows(self, person: str) -> Rows:
        rows = self._log.rows_of(person if self._log.users else None)
        if self._log.times is None:
            return rows
        ordered: Rows = rows[np.argsort(self._log.times[rows], kind="stable")]
        return ordered

    def _tested(self, person: str) -> NDArray[np.bool_]:
        rows = self._rows(person)
        if not self._learn:
            return np.ones(len(rows), dtype=np.bool_)
        if self._log.times is None:
            return np.arange(len(rows)) >= round(self._learn * len(rows))
        day = self._log.times[rows] // DAY
        tested: NDArray[np.bool_] = day >= day[0] + round(self._learn * (day[-1] - day[0] + 1))
        return tested


class PeopleSuite(ReplaySuite):
    """Simulated people, for whom an oracle exists.

    Args:
        id: Name and version.
        summary: What is tested.
        population: Its first people are tested on.
        people: How many of them.
        days: Of each.
        learn_days: So many of these are learned from before it counts.
        others: People to practise with, for `other_days`; None for nobody.
        other_days: Of these.

    Raises:
        SuiteError: Those to practise with are those whom agents are tested on.
    """

    def __init__(
        self,
        id: str,
        summary: str,
        population: Population,
        people: int,
        days: int,
        learn_days: int = 0,
        others: Population | None = None,
        other_days: int = 0,
    ) -> None:
        """Simulates nothing yet."""
        self.id, self.summary = id, summary
        self.people = tuple(f"user {number}" for number in range(people))
        self._population, self._days, self._learn_days = population, days, learn_days
        self._other_people, self._other_days = others, other_days
        if others is not None:
            check_apart(id, population, others)

    def trial(self, person: str) -> Trial:
        """Returns a person's notifications."""
        simulation, log = self._simulated
        rows = np.flatnonzero(simulation.arrivals.person == self.people.index(person))
        mine = log.select(rows)
        tested = simulation.arrivals.time[rows] >= self._learn_days * DAY
        known = mine if tested.all() else mine.select(np.flatnonzero(~tested))
        encoding = Encoding.fit(known if self._others is None else self._others)
        return Trial(person, mine, tested, encoding, self._others, oracle(simulation)[rows])

    @cached_property
    def _simulated(self) -> tuple[Simulation, NotificationLog]:
        users = range(len(self.people))  # all at once, which takes little longer than one of them
        simulation = self._population.simulate(users, self._days)
        return simulation, to_log(simulation, users, repr(self._population))

    @cached_property
    def _others(self) -> NotificationLog | None:
        if self._other_people is None:
            return None
        return self._other_people.log(self._other_days)
