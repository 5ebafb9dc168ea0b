"""Suites that replay notifications which people have answered: those of basic-v0."""

from __future__ import annotations

import hashlib
import json
from abc import abstractmethod
from functools import cached_property
from typing import Final

import numpy as np

from gym_push.agents import Candidate
from gym_push.envs.basic_env import BasicEnv
from gym_push.envs.basic_vector_env import BasicVectorEnv
from gym_push.errors import ArgumentError
from gym_push.evaluation.metrics import Reference
from gym_push.evaluation.oracles import oracle
from gym_push.evaluation.results import PersonResult
from gym_push.evaluation.suites.suite import Suite, check_apart, number_of, tested_of
from gym_push.evaluation.suites.trial import Trial
from gym_push.logs import Encoding, NotificationLog
from gym_push.logs.marginals import Marginals
from gym_push.registration import BASIC
from gym_push.users import Population
from gym_push.users.clock import DAY
from gym_push.users.simulation import Simulation
from gym_push.users.table import to_log

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
        """The hash of all people's notifications, their encodings, and whom to practise with."""
        digest = hashlib.sha256()
        for person in self.people:
            trial = self.trial(person)
            digest.update(f"{person} {trial.log.fingerprint} {trial.tested.argmax()}".encode())
            digest.update(json.dumps(trial.encoding.to_dict()).encode())
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
            that are learned from before it counts: from 0 to less than 1, and rounded down.
        encoding: Of codes and vectors; None to fit it on what is learned from of each person. Where
            that is nothing, it is fitted on what is tested, but for the answers.

    Raises:
        ArgumentError: The share is out of range, or the log is empty.
    """

    def __init__(
        self, id: str, log: NotificationLog, learn: float, encoding: Encoding | None = None
    ) -> None:
        """Splits what is learned from and what is tested."""
        if not 0.0 <= learn < 1.0:
            raise ArgumentError(f"learn={learn!r} must be from 0 to less than 1")
        if not len(log):
            raise ArgumentError(f"{log.source} has no notification to be tested on")
        self.id, self._log, self._encoding = id, log, encoding
        self._marginals = Marginals.of_log(log)
        self._tested = self._marginals.later(learn)
        whose = f"{len(self.people)} people" if log.users else "one person"
        self.summary = f"{log.source}, {whose}: {self._how(learn)}"

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Who is tested on: everybody."""
        owner = self._log.owner
        if owner is None:
            return (THE_PERSON,)
        return tuple(str(owner.values[code]) for code in np.unique(owner.codes))

    def _how(self, learn: float) -> str:
        share = f"{learn:.0%} of the {'days' if self._log.times is not None else 'notifications'}"
        if not learn:
            return "every answer counts, from the first on"
        if self._tested.all():
            return f"every answer counts, as {share} of each is rounded down to none"
        return f"learns from the first {share} of each, rounded down, and is tested on the others"

    def trial(self, person: str) -> Trial:
        """Returns a person's notifications in the order of their times."""
        mine = self._marginals.person == self.people.index(person)
        log, tested = self._log.select(self._marginals.row[mine]), self._tested[mine]
        known = log if tested.all() else log.select(np.flatnonzero(~tested))
        return Trial(person, log, tested, self._encoding or Encoding.fit(known))


class PeopleSuite(ReplaySuite):
    """Simulated people, for whom an oracle exists.

    Args:
        id: Name and version.
        summary: What is tested.
        population: Its first people are tested on, those who get a notification that counts.
        people: How many are simulated.
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
        self._population, self._size = population, people
        self._days, self._learn_days = days, learn_days
        self._other_people, self._other_days = others, other_days
        if others is not None:
            check_apart(id, population, others)

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Who is tested on: all who get a notification that counts."""
        return tested_of(self._simulated[0].arrivals, self._learn_days)

    def trial(self, person: str) -> Trial:
        """Returns a person's notifications."""
        simulation, log = self._simulated
        rows = np.flatnonzero(simulation.arrivals.person == number_of(person))
        mine = log.select(rows)
        tested = simulation.arrivals.time[rows] >= self._learn_days * DAY
        known = mine if tested.all() else mine.select(np.flatnonzero(~tested))
        encoding = Encoding.fit(known if self._others is None else self._others)
        return Trial(person, mine, tested, encoding, self._others, oracle(simulation)[rows])

    @cached_property
    def _simulated(self) -> tuple[Simulation, NotificationLog]:
        users = range(self._size)  # all at once, which takes little longer than one of them
        simulation = self._population.simulate(users, self._days)
        return simulation, to_log(simulation, users, repr(self._population))

    @cached_property
    def _others(self) -> NotificationLog | None:
        if self._other_people is None:
            return None
        return self._other_people.log(self._other_days)
