"""What agents are tested on: people, and for each what is learned from and what is tested."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar, Final

import gymnasium
import numpy as np
from gymnasium.vector import VectorEnv

from gym_push.agents import AgentSpec, Candidate
from gym_push.errors import ArgumentError, SuiteError, did_you_mean
from gym_push.evaluation.metrics import Reference
from gym_push.evaluation.results import PersonResult
from gym_push.logs import NotificationLog
from gym_push.users import Population
from gym_push.users.model.clock import DAY
from gym_push.users.model.notifications import Arrivals

SUITES: Final[dict[str, Callable[[], Suite]]] = {}
"""The suites by id; `frozen` fills it."""


class Suite(ABC):
    """People, and how agents are tested on them. What stands behind an id never changes.

    Attributes:
        id: Name and version, such as "users-24/v1".
        plays: The environment: "basic-v0" or "delivery-v0".
        summary: What is tested, in a sentence.
    """

    id: str
    plays: str
    summary: str

    _of_log: ClassVar[
        Callable[..., Suite]
    ]  # LogSuite, which stands on this class, puts itself here

    @cached_property
    @abstractmethod
    def people(self) -> tuple[str, ...]:
        """Who is tested on, in order: all who get a notification that counts."""

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each person stands in `people`."""
        return {person: place for place, person in enumerate(self.people)}

    @staticmethod
    def of(suite: str | Suite) -> Suite:
        """Returns a suite by its id.

        Raises:
            ArgumentError: There is none of that id.
        """
        if isinstance(suite, Suite):
            return suite
        if suite in SUITES:
            return SUITES[suite]()
        raise ArgumentError(
            f"there is no suite {suite!r}{did_you_mean(str(suite), SUITES)}; there are "
            f"{', '.join(SUITES)}, and Suite.from_log makes one of a log"
        )

    @staticmethod
    def from_log(
        log: NotificationLog, learn: float = 0.5, name: str = "own-log", groups: int = 0
    ) -> Suite:
        """Returns a suite of a log of one's own.

        Args:
            log: Of one person or several, each of whom is learned and tested alone.
            learn: The share of each person's days, or of the notifications in a log without
                times, that agents learn from before it counts: from 0 to less than 1. It is rounded
                down to whole days, or notifications: half of 7 days are 3. Codes and vectors are
                fitted on it; where it is nothing, on what is tested, but for the answers.
            name: Of the suite, for tables. Its data hash tells suites of one name apart.
            groups: As of `LogSuite`: with 2 or more, agents may practise with other people.

        Raises:
            ArgumentError: A number is out of range, or the log is empty or has no times for groups.
        """
        return Suite._of_log(f"{name}/v1", log, learn, groups=groups)

    @cached_property
    @abstractmethod
    def data(self) -> str:
        """A hash of all that is played, also of what is learned from before."""

    @abstractmethod
    def reference(self, person: str) -> Reference:
        """Returns what letting everything through earns with a person, and what an oracle does."""

    @abstractmethod
    def practice(self, form: str, person: str) -> VectorEnv[Any, Any, Any] | None:
        """Returns environments of other people, for agents that practise; None if it has none.

        Args:
            form: Of the observations.
            person: Who is tested; the others are the same for all of their `group`.
        """

    def group(self, person: str) -> int:
        """Returns a number that people share whom an agent practises for once."""
        return 0

    @abstractmethod
    def env(self, person: str, form: str) -> gymnasium.Env[Any, Any]:
        """Returns the environment that plays a person.

        Args:
            person: One of `people`.
            form: Of the observations.
        """

    @abstractmethod
    def test(self, agent: Candidate, seed: int, person: str) -> PersonResult:
        """Tests an agent on all that there is of one person.

        Args:
            agent: Is made anew.
            seed: Of the evaluation.
            person: One of `people`.

        Raises:
            As `begin`.
            ActionError: The agent answers what is no action.
            AgentError: Its code fails, in a process of its own.
        """

    def begin(self, agent: Candidate, seed: int, person: str, env: gymnasium.Env[Any, Any]) -> None:
        """Makes an agent as it begins with a person; one that practises does so with the first.

        Args:
            agent: Is made anew.
            seed: Of the evaluation.
            person: One of `people`.
            env: What it is to play.

        Raises:
            As `check`.
        """
        self._check_environment(agent.spec)
        if agent.make(env.observation_space, env.action_space):
            many = self.practice(agent.form, person)
            if many is not None:
                agent.pretrain(many, seed)
                many.close()
        place = self.places[person]
        agent.reset(int(np.random.SeedSequence([seed, place]).generate_state(1)[0]))

    def check(self, agent: Candidate) -> None:
        """Makes sure that an agent can be tested on it: makes one for the first person.

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
                f"agent {spec} plays {' and '.join(spec.environments)}, and {self.id} is of "
                f"{self.plays}"
            )

    def __reduce__(self) -> Any:
        """Pickles a frozen suite as its id, so that a process lays it out once."""
        if self.id in SUITES and SUITES[self.id]() is self:
            return Suite.of, (self.id,)
        return super().__reduce__()


def tested_of(arrivals: Arrivals, learn_days: int) -> tuple[str, ...]:
    """Returns who is tested on among simulated people: all who get a notification that counts.

    Raises:
        SuiteError: Nobody does.
    """
    numbers = np.unique(arrivals.person[arrivals.time >= learn_days * DAY])
    if not numbers.size:
        raise SuiteError("nobody gets a notification that counts; simulate more people or days")
    return tuple(f"user {number}" for number in numbers)


def number_of(person: str) -> int:
    """Returns the number of a simulated person."""
    return int(person.removeprefix("user "))


def check_apart(id: str, tested: Population, practice: Population | None) -> None:
    """Makes sure that agents practise with other people than those whom they are tested on.

    Raises:
        SuiteError: They would not.
    """
    if practice is not None and tested.seed == practice.seed:
        raise SuiteError(
            f"{id}: agents would practise with the people whom they are tested on; give the "
            "population to practise with another seed"
        )
