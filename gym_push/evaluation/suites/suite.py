"""What agents are tested on: people, and what of each is learned from and what is tested."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar, Final

import gymnasium
import numpy as np
from gymnasium.vector import VectorEnv

from gym_push.agents import AgentSpec, Candidate
from gym_push.agents.remote import OffLimits
from gym_push.errors import ArgumentError, did_you_mean
from gym_push.evaluation.metrics import Reference
from gym_push.evaluation.results import PersonResult
from gym_push.logs import NotificationLog

SUITES: Final[dict[str, Callable[[], Suite]]] = {}
"""The suites by id; the package fills it."""


class Suite(ABC):
    """People, and how agents are tested on them.

    Attributes:
        id: Name and version, such as "users-24/v1".
        plays: The environment: "basic-v0", "delivery-v0" or "send-v0".
        summary: What is tested, in a sentence.
    """

    id: str
    plays: str
    summary: str

    _of_log: ClassVar[Callable[..., Suite]]  # LogSuite, which is built on this class, sets it

    @staticmethod
    def of(suite: str | Suite) -> Suite:
        """Returns a suite by its id.

        Raises:
            ArgumentError: There is no suite of that id.
        """
        if isinstance(suite, Suite):
            return suite
        if suite in SUITES:
            return SUITES[suite]()
        raise ArgumentError(
            f"there is no suite {suite!r}; there are {', '.join(SUITES)}, and Suite.from_log makes "
            f"one of a log{did_you_mean(str(suite), SUITES)}"
        )

    @staticmethod
    def from_log(
        log: NotificationLog, learn: float = 0.5, name: str = "own-log", groups: int = 0
    ) -> Suite:
        """Returns a suite of your own log.

        Args:
            log: Of one person or several, each of whom is learned and tested alone.
            learn: The share of each person's days, or of the notifications in a log without
                times, that agents learn from before it counts: from 0 to less than 1. It is rounded
                down to whole days, or notifications: half of 7 days are 3. Codes and vectors are
                fitted on it; where it is empty, on what is tested, but for the answers. TF-IDF of
                text is fitted on it alone.
            name: Of the suite, for tables. Its data hash tells suites of one name apart.
            groups: As of `LogSuite`: with 2 or more, agents may practise with other people.

        Raises:
            ArgumentError: A number is out of range, or the log is empty or has no times for groups.
        """
        return Suite._of_log(f"{name}/v1", log, learn, groups=groups)

    @cached_property
    @abstractmethod
    def people(self) -> tuple[str, ...]:
        """The people who are tested, in order: all who get a notification that counts."""

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each person in `people`."""
        return {person: place for place, person in enumerate(self.people)}

    @cached_property
    @abstractmethod
    def data(self) -> str:
        """A hash of everything that is played, including what is learned from."""

    @cached_property
    @abstractmethod
    def references(self) -> dict[str, Reference]:
        """What a floor and an oracle earn with each person.

        The floor lets everything through, and in send-v0 sends nothing.
        """

    @property
    def off_limits(self) -> tuple[OffLimits, ...]:
        """How code without any secret could get at the answers, which an audit watches for."""
        return ()

    @abstractmethod
    def practice_envs(
        self, form: Mapping[str, Any], person: str
    ) -> VectorEnv[Any, Any, Any] | None:
        """Returns environments of other people for pretraining; None if the suite has none.

        Args:
            form: Of the observations, as `AgentSpec.form`: arguments of the environments.
            person: Who is tested. All people of a `group` share the same other people.
        """

    def group(self, person: str) -> int:
        """Returns the person's group: an agent practises once for all people of a group."""
        return 0

    @abstractmethod
    def env(self, person: str, form: Mapping[str, Any]) -> gymnasium.Env[Any, Any]:
        """Returns the environment that plays a person.

        Args:
            person: One of `people`.
            form: Of the observations, as `AgentSpec.form`: arguments of the environment.
        """

    @abstractmethod
    def test(self, agent: Candidate, seed: int, person: str) -> PersonResult:
        """Tests an agent on everything there is of one person.

        Args:
            agent: The agent; a new one is made for the person.
            seed: Of the evaluation.
            person: One of `people`.

        It raises what `begin` does, and:

        Raises:
            ActionError: The agent's answer is not an action.
            AgentError: The agent's code fails, in a process of its own.
        """

    def begin(self, agent: Candidate, seed: int, person: str, env: gymnasium.Env[Any, Any]) -> None:
        """Makes an agent for a person, and pretrains it with the first person of a group.

        Args:
            agent: The agent; a new one is made for the person.
            seed: Of the evaluation.
            person: One of `people`.
            env: The environment that it is going to play.

        It raises what `check` does.
        """
        self._check_environment(agent.spec)
        if agent.make(env.observation_space, env.action_space):
            others = self.practice_envs(agent.form, person)
            if others is not None:
                agent.pretrain(others, seed)
                others.close()
        place = self.places[person]
        agent.reset(int(np.random.SeedSequence([seed, place]).generate_state(1)[0]))

    def check(self, agent: Candidate) -> None:
        """Makes sure that an agent can be tested: makes it for the first person.

        Raises:
            ArgumentError: The agent is a baseline for another environment, or cannot be made.
            MissingExtraError: It needs a package that is not installed.
        """
        self._check_environment(agent.spec)
        env = self.env(self.people[0], agent.form)
        agent.make(env.observation_space, env.action_space)

    def _check_environment(self, spec: AgentSpec) -> None:
        if spec.environments and self.plays not in spec.environments:
            raise ArgumentError(
                f"agent {spec} plays {' and '.join(spec.environments)}, but {self.id} is of "
                f"{self.plays}"
            )

    def __reduce__(self) -> Any:
        """Pickles a suite of `SUITES` as its id, so that each process builds it once."""
        if self.id in SUITES and SUITES[self.id]() is self:
            return Suite.of, (self.id,)
        return super().__reduce__()
