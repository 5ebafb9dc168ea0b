"""What an agent of basic-v0 says of a notification that has just arrived on the desktop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final

import numpy as np

from gym_push.actions import DELIVER, HOLD, OPEN, SUPPRESS
from gym_push.agents import Agent, AgentSpec
from gym_push.agents.agent import Scorer, StochasticPolicy
from gym_push.agents.simple import opened as was_opened
from gym_push.envs.basic.env import BasicEnv
from gym_push.errors import ArgumentError
from gym_push.live.decisions import Advice
from gym_push.logs import Encoding, NotificationLog, Schema, observe
from gym_push.logs.dialect import USUAL
from gym_push.logs.parsers import parser_of

LIMIT: Final = 0.05
"""Seconds that a notification waits for advice."""
STUCK: Final = 1.0
"""Seconds after which an agent that does not answer counts as stuck."""

KEPT: Final = 2000
"""Notifications by which a confidence is turned into a chance, the newest ones."""
NEIGHBOURS: Final = 40
"""Of them, those whose confidence is nearest."""


class Adviser:
    """Asks an agent of basic-v0: to open means to deliver, to dismiss means to hold or suppress.

    Args:
        spec: Of the agent.
        schema: What the columns of the desktop's rows mean.
        explore: Share of what the agent would not deliver that is delivered all the same.
        unlikely: Suppresses what the person opens less often than that.
        seed: Of everything random.

    Raises:
        ArgumentError: There is no such agent, or it is not for basic-v0.
        MissingExtraError: It needs a package that is not installed.
    """

    def __init__(
        self, spec: AgentSpec, schema: Schema, explore: float, unlikely: float, seed: int
    ) -> None:
        if spec.environments and "basic-v0" not in spec.environments:
            raise ArgumentError(f"{spec} is not for basic-v0; the guard asks agents that are")
        self._spec, self._schema, self._seed = spec, schema, seed
        self._explore, self._unlikely = explore, unlikely
        self._form = spec.form
        self._random = np.random.default_rng(seed)
        self._agent: Agent | None = None
        self._encoding: Encoding | None = None
        self._learned = 0
        self._sure, self._opened = np.full(KEPT, np.inf), np.zeros(KEPT, np.bool_)

    @property
    def ready(self) -> bool:
        """Whether it has a log to go by."""
        return self._agent is not None

    def practise(self, logs: Sequence[NotificationLog]) -> None:
        """Has a new agent play logs of this desktop, as in a test, and learn from them.

        Args:
            logs: One at least, the oldest first.

        Raises:
            ArgumentError, EncodingError, ActionError: A log is not of a desktop like this one, or
                the agent does not fit it.
        """
        logs = [self._fitting(log) for log in logs]
        form, agent = self._form["observation"], None
        self._encoding = observe(logs[0], None, form, self._form.get("text")).encoding
        for log in logs:
            env = BasicEnv(log, observation=form, encoding=self._encoding, copy=False)
            if agent is None:
                agent = self._spec.make(env.observation_space, env.action_space)
                agent.reset(self._seed)
            (observation, _), ended = env.reset(seed=self._seed), False
            while not ended:
                answer = int(agent.act(observation))
                following, reward, ended, *_ = env.step(answer)
                self._teach(agent, observation, answer, float(reward))
                observation = following
        self._agent = agent

    def advise(self, row: Mapping[str, Any]) -> Advice:
        """Returns what is to become of a notification.

        Args:
            row: Its features by name.
        """
        assert self._agent is not None
        observation = self._observe(row)
        answer = int(self._agent.act(observation))
        opens = float(answer == OPEN)
        if isinstance(self._agent, StochasticPolicy):
            opens = float(self._agent.probabilities(observation)[OPEN])
        other = SUPPRESS if self._chance(observation) < self._unlikely else HOLD
        wish = DELIVER if answer == OPEN else other
        delivers = opens + self._explore * (1.0 - opens)
        chances = {DELIVER: delivers, HOLD: 0.0, SUPPRESS: 0.0, other: 1.0 - delivers}
        action = DELIVER if self._random.random() < self._explore else wish
        return Advice(action, tuple(chances.values()), wish, observation, answer)

    def learn(self, advice: Advice, opened: bool) -> None:
        """Lets the agent learn what the person has done, by the rewards of basic-v0."""
        assert self._agent is not None
        reward = 1.0 if (advice.answer == OPEN) == opened else -1.0
        self._teach(self._agent, advice.observation, advice.answer, reward)

    def _teach(self, agent: Agent, observation: Any, answer: int, reward: float) -> None:
        """Lets the agent learn, and compares its confidence with what the person has done."""
        if isinstance(agent, Scorer):
            place = self._learned % KEPT
            self._sure[place] = agent.confidence(observation)
            self._opened[place] = was_opened(answer, reward)
            self._learned += 1
        agent.learn(observation, answer, reward)

    def _chance(self, observation: Any) -> float:
        """Returns how often the person opens what the agent is about as sure of as of this.

        Those are its nearest neighbours by confidence. By the rule of succession one opened and
        one not are added.
        """
        if not isinstance(self._agent, Scorer) or self._learned < NEIGHBOURS:
            return 1.0
        apart = np.abs(self._sure - self._agent.confidence(observation))
        near = self._opened[np.argsort(apart, kind="stable")[:NEIGHBOURS]]
        return (int(near.sum()) + 1.0) / (NEIGHBOURS + 2.0)

    def _fitting(self, log: NotificationLog) -> NotificationLog:
        """Returns a log with those of its features that are known here."""
        ours = {each.name: each.kind for each in self._schema.observed}
        theirs = {each.name: each.kind for each in log.schema.observed}
        shared = [name for name in theirs if theirs[name] == ours.get(name)]
        if "app" not in shared:
            raise ArgumentError(
                f"{log.source} is no log of a desktop: make one with  gym-push listen"
            )
        if log.users[1:]:
            raise ArgumentError(f"{log.source} is of several people, and the guard is of one")
        return log.without(*(name for name in theirs if name not in shared))

    def _observe(self, row: Mapping[str, Any]) -> Any:
        """Returns a row as the agent sees it: read, and encoded, as a log of one row is."""
        assert self._encoding is not None
        features = [each for each in self._schema.observed if each.name in self._encoding.spaces]
        columns = {}
        for each in features:
            parser = parser_of(each, USUAL)
            columns[each.name] = parser.join(
                [parser.parse(()), parser.parse([_cell(row[each.name])])]
            )
        schema = self._schema.of_features(columns)
        log = NotificationLog("the desktop", schema, columns, np.zeros(1, np.int8))
        seen = observe(log, self._encoding, self._form["observation"])
        return seen.own(seen.one(0))


class AdviserThread:
    """An adviser in a thread of its own, so that whatever it does nobody waits for long.

    Args:
        adviser: Is called from that thread alone.
        failed: Is told, once, why the agent is not asked any more.
    """

    def __init__(self, adviser: Adviser, failed: Callable[[str], None]) -> None:
        self._adviser, self._tell = adviser, failed
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._since: float | None = None
        self._failed = False
        Thread(target=self._run, name="gym-push agent", daemon=True).start()  # it may never end

    @property
    def ready(self) -> bool:
        """Whether the agent has a log to go by."""
        return self._adviser.ready

    @property
    def able(self) -> bool:
        """Whether there is an agent that has not failed and is not late with something."""
        return self.ready and not self._failed and self.late < LIMIT

    @property
    def late(self) -> float:
        """For how many seconds the agent has been busy with what it does."""
        since = self._since
        return 0.0 if since is None else time.monotonic() - since

    async def advise(self, row: Mapping[str, Any]) -> Advice | None:
        """Returns what is to become of a notification; None if nobody says so in time."""
        answer = self._submit(self._adviser.advise, row)
        await asyncio.wait([answer], timeout=LIMIT)
        return answer.result() if answer.done() and not answer.exception() else None

    def learn(self, advice: Advice, opened: bool) -> None:
        """Lets the agent learn what the person has done."""
        if not self._failed:
            self._submit(self._adviser.learn, advice, opened)

    async def practise(self, logs: Sequence[NotificationLog]) -> None:
        """Lets the agent play logs, however long that takes.

        Raises:
            GymPushError: A log does not fit.
        """
        await self._submit(self._adviser.practise, logs)

    def close(self) -> None:
        """Ends the thread, as soon as it is not busy."""
        self._failed = True  # so that it is asked no more
        self._work.put(None)

    def _submit(self, call: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        asked: asyncio.Future[Any] = loop.create_future()
        asked.add_done_callback(self._check)

        def work() -> None:
            try:
                set_, result = asked.set_result, call(*arguments)
            except Exception as error:  # of any agent
                set_, result = asked.set_exception, error
            with suppress(RuntimeError):  # the guard may have ended
                loop.call_soon_threadsafe(lambda: asked.done() or set_(result))

        self._work.put(work)
        return asked

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            self._since = time.monotonic()
            work()
            self._since = None

    def _check(self, asked: asyncio.Future[Any]) -> None:
        error = None if asked.cancelled() else asked.exception()
        if error is not None and self.ready and not self._failed:
            self._failed = True
            self._tell(" ".join(f"{type(error).__name__}: {error}".split()))


def _cell(value: Any) -> str:
    """Returns a value as a cell of CSV."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
