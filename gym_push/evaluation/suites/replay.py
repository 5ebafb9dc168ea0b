"""Suites of basic-v0, which replays notifications that people have answered."""

from __future__ import annotations

import hashlib
import json
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from gym_push.agents import Candidate
from gym_push.agents.remote import OffLimits
from gym_push.envs.basic.env import BasicEnv
from gym_push.envs.basic.episodes import BUNDLED, bundled_log
from gym_push.envs.basic.vector_env import BasicVectorEnv
from gym_push.errors import ArgumentError, SuiteError
from gym_push.evaluation.metrics import Reference, agreement, stretches
from gym_push.evaluation.playing import Played
from gym_push.evaluation.results import PersonResult
from gym_push.evaluation.suites.suite import Suite
from gym_push.logs import Encoding, NotificationLog, text_encoder
from gym_push.logs.log import THE_PERSON
from gym_push.logs.log_statistics import Ints, LogStatistics
from gym_push.registration import BASIC
from gym_push.text import quoted
from gym_push.users.keyed_random import Flags

PRACTICE_ENVS: Final = 16
"""Environments to practise in, side by side."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One person's notifications in order of time: what is learned from, and what is tested.

    Attributes:
        person: Whose they are.
        log: Of this person alone.
        tested: Which are tested; the agent learns from the others: (rows,).
        encoding: Of "codes" and "vector" observations: fitted on other people, or on what is
            learned from. Only in your own log of which nothing is learned from, it is fitted on
            what is tested, but for the answers.
        others: A log of other people to practise with, if there is one.
        oracle: What an oracle answers, if there is one: (rows,).
        fitted_on: What TF-IDF is fitted on, for agents that ask for it: other people, or what is
            learned from, and never what is tested. None if there is nothing else.
    """

    person: str
    log: NotificationLog
    tested: Flags
    encoding: Encoding
    others: NotificationLog | None = None
    oracle: Flags | None = None
    fitted_on: NotificationLog | None = None

    def check(self) -> None:
        """Makes sure that nothing of the test can be learned before.

        Raises:
            SuiteError: What is learned from comes later than what is tested, or is of the same
                person; or nothing is tested.
        """
        tested, times = np.flatnonzero(self.tested), self.log.times
        if not len(tested):
            raise SuiteError(f"{self.person} has no notifications to be tested on; leave them out")
        first = tested[0]
        if not self.tested[first:].all():
            raise SuiteError(
                f"the agent would learn from notifications of {self.person} that come after tested "
                "ones; test only the last rows"
            )
        if times is not None and (np.diff(times) < 0).any():
            raise SuiteError(f"the notifications of {self.person} are not in order of time")
        if times is not None and first > 0 and times[first - 1] >= times[first]:
            raise SuiteError(
                f"some notifications of {self.person} that are learned from and tested arrived at "
                "the same time; split between two times"
            )
        if self.others is None:
            return
        if self.person in self.others.users or not self.others.users:
            raise SuiteError(f"{self.person} is among the people to practise with")
        theirs = self.others.times
        if theirs is not None and times is not None and theirs.max() >= times[first]:
            raise SuiteError(
                f"the log of the people to practise with goes on when {self.person} is tested; let "
                "it end before"
            )

    def reference(self) -> Reference:
        """Returns what opening everything earns, and what an oracle earns."""
        did = self.log.actions[self.tested] == 1
        top = did if self.oracle is None else self.oracle[self.tested]
        return Reference(2.0 * float(did.mean()) - 1.0, 2.0 * float((top == did).mean()) - 1.0)

    def env(self, form: Mapping[str, Any]) -> BasicEnv:
        """Returns the environment that plays it, with observations of a form."""
        return BasicEnv(self.log, **self.arguments(form))

    def arguments(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the arguments of its environments.

        Args:
            form: Of the observations, as `AgentSpec.form`.

        Raises:
            SuiteError: TF-IDF is asked for, and there is nothing but what is tested to fit it on.
            ArgumentError: There is no such encoder of texts.
            MissingExtraError: It needs a package that is not installed.
        """
        if "text" not in form:
            return {**form, "encoding": self.encoding}
        if self.fitted_on is None and not text_encoder(form["text"]).fitted:
            raise SuiteError(
                f"there is nothing but what is tested of {self.person} to fit "
                f"text={quoted(form['text'])} on; learn from a share of the log, or use 'hashing'"
            )
        encoding = self.encoding.with_text(form["text"], self.fitted_on)
        return {"observation": form["observation"], "encoding": encoding}


class ReplaySuite(Suite):
    """A suite in which each person is a `Trial`."""

    plays = BASIC

    @abstractmethod
    def trial(self, person: str) -> Trial:
        """Returns a person's notifications."""

    @cached_property
    def data(self) -> str:
        """The hash of all notifications and encodings, and of the people to practise with."""
        digest = hashlib.sha256()
        for person in self.people:
            trial = self.trial(person)
            digest.update(f"{person} {trial.log.fingerprint} {trial.tested.argmax()}".encode())
            digest.update(json.dumps(trial.encoding.to_dict()).encode())
        if trial.others is not None:
            digest.update(trial.others.fingerprint.encode())
        return digest.hexdigest()

    @cached_property
    def references(self) -> dict[str, Reference]:
        """What letting everything through earns with each person, and what an oracle earns."""
        return {person: self.trial(person).reference() for person in self.people}

    def practice_envs(self, form: Mapping[str, Any], person: str) -> BasicVectorEnv | None:
        """Returns environments of the people to practise with, if there are any."""
        trial = self.trial(person)
        if trial.others is None:
            return None
        return BasicVectorEnv(PRACTICE_ENVS, trial.others, **trial.arguments(form))

    def env(self, person: str, form: Mapping[str, Any]) -> BasicEnv:
        """Returns the environment that plays a person."""
        return self.trial(person).env(form)

    def test(self, agent: Candidate, seed: int, person: str) -> PersonResult:
        """Plays all notifications. The agent learns all the way; those that are tested count."""
        trial = self.trial(person)
        trial.check()
        tested, env, played = trial.tested, trial.env(agent.form), Played(agent)
        self.begin(agent, seed, person, env)
        first = int(tested.argmax())
        parts = stretches(len(tested) - first)
        observation, _ = env.reset(seed=0)
        for row in range(len(tested)):
            if row - first in parts:
                agent.freeze()
            observation, _ = played.step(env, observation)
        confidence = np.array(played.confidence) if played.confidence else None
        did = trial.log.actions.astype(np.int64)[tested]
        metrics = agreement(np.array(played.actions)[tested], did, confidence)
        return played.result(person, metrics, tested)


class LogSuite(ReplaySuite):
    """The people of a log, each learned and tested alone, or after practice with others.

    People who are split into groups are tested as if an agent met them group after group. It may
    practise with what the people of the other groups answered before anybody of this group is
    tested, and begins with each person as it was after that.

    Args:
        id: Name and version.
        log: Of one person or several.
        learn: The share of each person's days, or of the notifications in a log without times,
            that is learned from before it counts: from 0 to less than 1, and rounded down.
        encoding: Of codes and vectors, or a log of other people to fit it on; None to fit it on
            what is learned from of each person. If that is empty, it is fitted on what is tested,
            but for the answers. Where an agent may practise, it is fitted on the others. TF-IDF of
            text is fitted likewise, but never on what is tested.
        groups: Number of groups, in order of when people are first tested; 0 for none.

    Raises:
        ArgumentError: A number is out of range, or the log is empty or has no times for groups.
    """

    def __init__(
        self,
        id: str,
        log: NotificationLog,
        learn: float,
        encoding: Encoding | NotificationLog | None = None,
        groups: int = 0,
    ) -> None:
        if not 0.0 <= learn < 1.0:
            raise ArgumentError(f"learn={learn!r} must be from 0 to less than 1")
        if not len(log.with_answers()):
            raise ArgumentError(f"{log.source} has no notification to be tested on")
        if groups and (groups < 2 or log.times is None):
            raise ArgumentError(f"groups={groups!r} must be 2 or more, of a log with times, or 0")
        self.id, self._log, self._groups = id, log, groups
        self._fitted_on = encoding if isinstance(encoding, NotificationLog) else None
        self._encoding = None if isinstance(encoding, NotificationLog) else encoding
        if self._fitted_on is not None:
            self._encoding = Encoding.fit(self._fitted_on)
        self._statistics = LogStatistics.of_log(log)
        self._tested = self._statistics.later(learn)
        self._met: dict[int, tuple[NotificationLog, Encoding] | None] = {}
        whose = f"{len(self.people)} people" if log.users else "one person"
        self.summary = f"{log.source}, {whose}: {self._how(learn)}"

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Everybody in the log."""
        owner = self._log.owner
        if owner is None:
            return (THE_PERSON,)
        return tuple(str(owner.values[code]) for code in np.unique(owner.codes))

    @property
    def off_limits(self) -> tuple[OffLimits, ...]:
        """To read the log, if it is the one that comes with the package."""
        path = str(BUNDLED.resolve())
        deed = "reads the log it is tested on"
        return (OffLimits("open", path, deed),) if self._log is bundled_log() else ()

    def _how(self, learn: float) -> str:
        share = f"{learn:.0%} of the {'days' if self._log.times is not None else 'notifications'}"
        if not learn:
            return "every answer counts, from the first on"
        if self._tested.all():
            return f"every answer counts, as {share} of each is rounded down to none"
        return f"learns from the first {share} of each, rounded down, and is tested on the others"

    def trial(self, person: str) -> Trial:
        """Returns a person's notifications in order of time."""
        mine = self._statistics.of_one(self.places[person])
        log, tested = self._log.select(self._statistics.row[mine]), self._tested[mine]
        met = self._met_before(self.group(person)) if self._groups else None
        if met is not None:
            others, encoding = met
            return Trial(
                person, log, tested, self._encoding or encoding, others,
                fitted_on=self._fitted_on or others,
            )  # fmt: skip
        learned = None if tested.all() else log.select(np.flatnonzero(~tested))
        encoding = self._encoding or Encoding.fit(learned or log)
        return Trial(person, log, tested, encoding, fitted_on=self._fitted_on or learned)

    def group(self, person: str) -> int:
        """Returns the number of the person's group."""
        return int(self._group_and_first_test[0][self.places[person]]) if self._groups else 0

    @cached_property
    def _group_and_first_test(self) -> tuple[Ints, Ints]:
        """Each person's group, and the time of their first test: (people,) each."""
        of, tested = self._statistics, self._tested
        assert of.time is not None
        first = of.time[tested][np.unique(of.person[tested], return_index=True)[1]]
        place = first.argsort(kind="stable").argsort()
        return place * self._groups // len(first), first

    def _met_before(self, group: int) -> tuple[NotificationLog, Encoding] | None:
        """Returns the log to practise with for a group, and its encoding, if there is one."""
        if group not in self._met:
            of, (groups, first) = self._statistics, self._group_and_first_test
            assert of.time is not None
            others = (groups[of.person] != group) & (of.time < first[groups == group].min())
            log = self._log.select(of.row[others])
            self._met[group] = (log, Encoding.fit(log)) if len(log) else None
        return self._met[group]


Suite._of_log = LogSuite
