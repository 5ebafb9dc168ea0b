"""Suites that replay notifications which people have answered: those of basic-v0."""

from __future__ import annotations

import hashlib
import json
from abc import abstractmethod
from functools import cached_property
from typing import Final

import numpy as np

from gym_push.agents import Candidate
from gym_push.envs.basic.env import BasicEnv
from gym_push.envs.basic.vector_env import BasicVectorEnv
from gym_push.errors import ArgumentError
from gym_push.evaluation.metrics import Reference
from gym_push.evaluation.policies.oracles import oracle
from gym_push.evaluation.results import PersonResult
from gym_push.evaluation.suites.suite import Suite, check_apart, number_of, tested_of
from gym_push.evaluation.suites.trial import Trial
from gym_push.logs import Encoding, NotificationLog
from gym_push.logs.log_statistics import Ints, LogStatistics
from gym_push.registration import BASIC
from gym_push.users import Population
from gym_push.users.keyed_random import Flags
from gym_push.users.model.clock import DAY
from gym_push.users.simulation import Simulation, to_log

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

    def practice(self, form: str, person: str) -> BasicVectorEnv | None:
        """Returns environments of the people to practise with, if there are any."""
        trial = self.trial(person)
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
    """The people of a log, each learned from and tested alone, or after practice with the others.

    People who are parted into groups are tested as if an agent met them group after group. It may
    practise with what all people of the other groups had answered before anybody of this one was
    tested, and begins with each person as it was then.

    Args:
        id: Name and version.
        log: Of one person or several.
        learn: The share of each person's days, or of the notifications in a log without times,
            that are learned from before it counts: from 0 to less than 1, and rounded down.
        encoding: Of codes and vectors; None to fit it on what is learned from of each person. Where
            that is nothing, it is fitted on what is tested, but for the answers. Where an agent may
            practise, it is fitted on the others.
        groups: How many groups people are parted into, by when they are tested first; 0 for none.

    Raises:
        ArgumentError: A number is out of range, or the log is empty or has no times for groups.
    """

    def __init__(
        self,
        id: str,
        log: NotificationLog,
        learn: float,
        encoding: Encoding | None = None,
        groups: int = 0,
    ) -> None:
        if not 0.0 <= learn < 1.0:
            raise ArgumentError(f"learn={learn!r} must be from 0 to less than 1")
        if not len(log):
            raise ArgumentError(f"{log.source} has no notification to be tested on")
        if groups and (groups < 2 or log.times is None):
            raise ArgumentError(f"groups={groups!r} must be 2 or more, of a log with times, or 0")
        self.id, self._log, self._encoding, self._groups = id, log, encoding, groups
        self._marginals = LogStatistics.of_log(log)
        self._tested = self._marginals.later(learn)
        self._met: dict[int, tuple[NotificationLog, Encoding] | None] = {}
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
        mine = self._marginals.of_one(self.places[person])
        log, tested = self._log.select(self._marginals.row[mine]), self._tested[mine]
        met = self._met_before(self.group(person)) if self._groups else None
        if met is not None:
            others, encoding = met
            return Trial(person, log, tested, self._encoding or encoding, others)
        known = log if tested.all() else log.select(np.flatnonzero(~tested))
        return Trial(person, log, tested, self._encoding or Encoding.fit(known))

    def group(self, person: str) -> int:
        """Returns the number of the group that a person is tested in."""
        return int(self._parted[0][self.places[person]]) if self._groups else 0

    @cached_property
    def _parted(self) -> tuple[Ints, Ints]:
        """The group of each person, and when each is tested first: (people,) each."""
        of, tested = self._marginals, self._tested
        assert of.time is not None
        first = of.time[tested][np.unique(of.person[tested], return_index=True)[1]]
        place = first.argsort(kind="stable").argsort()
        return place * self._groups // len(first), first

    def _met_before(self, group: int) -> tuple[NotificationLog, Encoding] | None:
        """Returns what an agent may practise with for a group, and the encoding of it, if any."""
        if group not in self._met:
            of, (groups, first) = self._marginals, self._parted
            assert of.time is not None
            others = (groups[of.person] != group) & (of.time < first[groups == group].min())
            log = self._log.select(of.row[others])
            self._met[group] = (log, Encoding.fit(log)) if len(log) else None
        return self._met[group]


Suite._of_log = LogSuite


class PeopleSuite(ReplaySuite):
    """Simulated people, for whom an oracle exists.

    Args:
        id: Name and version.
        population: All of them are tested on who get a notification that counts.
        days: Of each.
        learn_days: So many of these are learned from before it counts.
        practice: Other people, whom agents that practise may practise with, and whose days come
            before; codes and vectors are fitted on them. None for nobody.
        practice_days: Of these.
        summary: What is tested, for tables.

    Raises:
        SuiteError: Those to practise with are those whom agents are tested on.
    """

    def __init__(
        self,
        id: str,
        population: Population,
        days: int,
        learn_days: int = 0,
        practice: Population | None = None,
        practice_days: int = 7,
        *,
        summary: str = "simulated people, each alone",
    ) -> None:
        self.id, self.summary = id, summary
        self._population, self._days, self._learn_days = population, days, learn_days
        self._practice, self._practice_days = practice, practice_days
        check_apart(id, population, practice)

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Who is tested on: all who get a notification that counts."""
        return tested_of(self._simulated[0].arrivals, self._learn_days)

    def trial(self, person: str) -> Trial:
        """Returns a person's notifications."""
        simulation, log = self._simulated
        number = number_of(person)
        rows = np.arange(*np.searchsorted(simulation.arrivals.person, [number, number + 1]))
        mine = log.select(rows)
        tested = simulation.arrivals.time[rows] >= self._learn_days * DAY
        known = mine if tested.all() else mine.select(np.flatnonzero(~tested))
        encoding = self._encoding or Encoding.fit(known)
        return Trial(person, mine, tested, encoding, self._others, self._oracle[rows])

    @cached_property
    def _simulated(self) -> tuple[Simulation, NotificationLog]:
        users = range(
            self._population.size
        )  # all at once, which takes little longer than one of them
        simulation = self._population.simulate(users, self._days)
        return simulation, to_log(simulation, users, repr(self._population))

    @cached_property
    def _oracle(self) -> Flags:
        return oracle(self._simulated[0])

    @cached_property
    def _encoding(self) -> Encoding | None:
        return None if self._others is None else Encoding.fit(self._others)

    @cached_property
    def _others(self) -> NotificationLog | None:
        return None if self._practice is None else self._practice.log(self._practice_days)
