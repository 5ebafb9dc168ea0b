"""Suites of simulated people: answers are replayed (basic-v0), or people react (delivery-v0)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gym_push.actions import DELIVER, DISMISSED, IGNORED, OPENED, PARTS, SUPPRESSED
from gym_push.agents import Candidate
from gym_push.agents.remote import OffLimits
from gym_push.envs.delivery.env import DeliveryEnv
from gym_push.envs.delivery.rewards import Weights
from gym_push.envs.delivery.vector_env import DeliveryVectorEnv
from gym_push.envs.delivery.world import build_world
from gym_push.errors import SuiteError
from gym_push.evaluation.metrics import Reference
from gym_push.evaluation.playing import Played
from gym_push.evaluation.results import PersonResult
from gym_push.evaluation.rollouts import always, oracle, play, play_oracle
from gym_push.evaluation.suites.replay import ReplaySuite, Trial
from gym_push.evaluation.suites.suite import Suite
from gym_push.logs import Encoding, NotificationLog
from gym_push.registration import DELIVERY
from gym_push.users import Population
from gym_push.users.keyed_random import Flags
from gym_push.users.model.persons import DRAWS_PEOPLE
from gym_push.users.model.states import DAY
from gym_push.users.population import MOST_DAYS, whole_number
from gym_push.users.simulation import Simulation, to_log

if TYPE_CHECKING:
    from typing_extensions import Self

PRACTICE_ENVS: Final = 64
"""Environments of delivery-v0 or send-v0 to practise in, side by side."""


@dataclass(eq=False)
class SimulatedPeople(Suite):
    """The people of a population, and others to practise with."""

    id: str
    population: Population
    days: int
    learn_days: int = 0
    practice: Population | None = None
    practice_days: int = 7

    def __post_init__(self) -> None:
        """Checks the days, and that the people to practise with are others."""
        self.population.check(days=self.days)
        whole_number("learn_days", self.learn_days, 0, self.days - 1)
        if self.practice is None:
            return
        whole_number("practice_days", self.practice_days, 1, MOST_DAYS)
        if self.practice.seed == self.population.seed:
            raise SuiteError(
                f"{self.id}: agents would practise with the people whom they are tested on; give "
                "the population to practise with another seed"
            )

    @cached_property
    def people(self) -> tuple[str, ...]:
        """All who get a notification that counts.

        Raises:
            SuiteError: Nobody does.
        """
        arrivals = self._simulated().arrivals
        numbers = np.unique(arrivals.person[arrivals.time >= self.learn_days * DAY])
        if not numbers.size:
            raise SuiteError("nobody gets a notification that counts; simulate more people or days")
        return tuple(f"user {number}" for number in numbers)

    @property
    def off_limits(self) -> tuple[OffLimits, ...]:
        """To make these people again."""
        return (OffLimits(DRAWS_PEOPLE, self.population.seed, "makes the people it is tested on"),)

    def with_strangers(self, seed: int) -> Self:
        """Returns a suite of the same kind, with people whom nobody has if the seed is secret.

        An agent that brings answers along, or what is withheld, earns less there than here; an
        honest one does not, but for chance.

        Args:
            seed: Of the people. Their id and their summary stay as they are.
        """
        of = self.population
        people = Population(of.size, seed, start=of.start, parameters=of.parameters)
        return replace(self, population=people)

    def _simulated(self) -> Simulation:
        """Simulates all people at once, which takes little longer than one of them."""
        return self.population.simulate(range(self.population.size), self.days)


def number_of(person: str) -> int:
    """Returns the number of a person of a suite."""
    return int(person.removeprefix("user "))


@dataclass(eq=False)
class PeopleSuite(SimulatedPeople, ReplaySuite):
    """Simulated people whose answers are replayed, and for whom there is an oracle.

    Attributes:
        id: Name and version.
        population: The people. All who get a notification that counts are tested.
        days: Of each person.
        learn_days: Days at the start that are learned from and not tested.
        practice: Other people, who live before; agents may practise with them, and codes and
            vectors are fitted on them. None for nobody.
        practice_days: Of each of them.
        summary: What is tested, for tables.
        withheld: Names of features that agents see neither here nor in practice. The oracle knows
            them.

    Raises:
        ArgumentError: A number of days is out of range.
        SuiteError: The people to practise with are those who are tested.
        LogError: There is no such feature to withhold; when the people are first needed.
    """

    summary: str = field(default="simulated people, each alone", kw_only=True)
    withheld: tuple[str, ...] = field(default=(), kw_only=True)

    @cached_property
    def _simulation(self) -> Simulation:
        return super()._simulated()

    def _simulated(self) -> Simulation:
        return self._simulation  # which each trial needs again

    def trial(self, person: str) -> Trial:
        """Returns a person's notifications."""
        arrivals, number = self._simulation.arrivals, number_of(person)
        rows = np.arange(*np.searchsorted(arrivals.person, [number, number + 1]))
        mine = self._log.select(rows)
        tested = arrivals.time[rows] >= self.learn_days * DAY
        oracle = self._oracle[rows]
        if self._others is not None:
            others, encoding = self._others
            return Trial(person, mine, tested, encoding, others, oracle, others)
        learned = None if tested.all() else mine.select(np.flatnonzero(~tested))
        return Trial(person, mine, tested, Encoding.fit(learned or mine), None, oracle, learned)

    @cached_property
    def _log(self) -> NotificationLog:
        people = range(self.population.size)
        log = to_log(self._simulation, people, repr(self.population))
        return log.without(*self.withheld)

    @cached_property
    def _oracle(self) -> Flags:
        return oracle(self._simulation)

    @cached_property
    def _others(self) -> tuple[NotificationLog, Encoding] | None:
        if self.practice is None:
            return None
        log = self.practice.log(self.practice_days).without(*self.withheld)
        return log, Encoding.fit(log)


@dataclass(eq=False)
class DeliverySuite(SimulatedPeople):
    """Simulated people who react, each learned and tested in one long episode.

    Rewards are per notification that arrives in the days that count.

    Attributes:
        id: Name and version.
        population: The people. All who get a notification that counts are tested.
        days: Of each person.
        learn_days: Days at the start that do not count.
        practice: Other people, with whom agents may practise; None for nobody.
        practice_days: Of an episode with these.
        weights: Of the parts of the reward, as of `DeliveryEnv`.
        summary: What is tested, for tables.

    Raises:
        ArgumentError: A weight is unknown or out of range, or a number of days is.
        SuiteError: The people to practise with are those who are tested.
    """

    plays = DELIVERY
    _: KW_ONLY
    weights: Mapping[str, float] | None = None
    summary: str = "simulated people who react to what is delivered"

    def __post_init__(self) -> None:
        """Checks the weights, too."""
        super().__post_init__()
        self._weights = Weights.of(self.weights)
        self._envs: dict[str, DeliveryEnv] = {}

    @cached_property
    def data(self) -> str:
        """The hash of what arrives, of the people to practise with, and of what counts."""
        logs = [self.population.log(self.days)]
        if self.practice is not None:
            some = range(min(8, self.practice.size))
            logs.append(self.practice.log(self.practice_days, some))
        prints = [log.fingerprint for log in logs]
        about = [*prints, repr(self.practice), self.practice_days, self.learn_days]
        if self._weights != Weights():
            about.append(repr(self._weights))
        return hashlib.sha256(repr(about).encode()).hexdigest()

    @cached_property
    def references(self) -> dict[str, Reference]:
        """What letting everything through earns with each person, and what an oracle earns."""
        world = build_world(self.population, range(self.population.size), self.days)
        arrivals = world.simulation.arrivals
        late = arrivals.time >= self.learn_days * DAY
        counted, arrived = np.unique(arrivals.person[late], return_counts=True)
        all_delivered = play(world, always(DELIVER), self._weights, counted_from=self.learn_days)
        oracle = play_oracle(world, self._weights, counted_from=self.learn_days)
        floors, tops = (each.rewards[counted] / arrived for each in (all_delivered, oracle))
        references = map(Reference, floors.tolist(), tops.tolist())
        return dict(zip(self.people, references, strict=True))

    def practice_envs(self, form: Mapping[str, Any], person: str) -> DeliveryVectorEnv | None:
        """Returns environments of the people to practise with, if there are any."""
        if self.practice is None:
            return None
        return DeliveryVectorEnv(
            PRACTICE_ENVS, self.practice, days=self.practice_days, weights=self.weights, **form
        )  # fmt: skip

    def env(self, person: str, form: Mapping[str, Any]) -> DeliveryEnv:
        """Returns the environment of all people; resetting it chooses one of them."""
        key = repr(form)
        if key not in self._envs:
            self._envs[key] = DeliveryEnv(
                self.population, days=self.days, weights=self.weights, **form
            )
        return self._envs[key]

    def test(self, agent: Candidate, seed: int, person: str) -> PersonResult:
        """Plays all days. What is paid in those that count is shared among what arrives in them."""
        env = self.env(person, agent.form)
        self.begin(agent, seed, person, env)
        played, parts = Played(agent), dict.fromkeys(PARTS, 0.0)
        observation, _ = env.reset(seed=0, options={"user": number_of(person)})
        ended = False
        while not ended:
            observation, ended = played.step(env, observation)
            if env.day >= self.learn_days:
                for part in PARTS:
                    parts[part] += played.info[part]
        status = env.status[env.posted >= self.learn_days * DAY]
        arrived = max(len(status), 1)
        delivered = int(np.isin(status, (OPENED, DISMISSED, IGNORED)).sum())
        opened, suppressed = (int((status == what).sum()) for what in (OPENED, SUPPRESSED))
        metrics = {
            "reward": sum(parts.values()) / arrived,
            **{part: paid / arrived for part, paid in parts.items()},
            "ctr": opened / delivered if delivered else None,
            "delivered": delivered / arrived,
            "suppressed": suppressed / arrived,
        }
        return played.result(person, metrics, rewards=env.snapshot().history.rewards)

    def __getstate__(self) -> dict[str, Any]:
        """Pickles no environment; another process makes its own."""
        return {**vars(self), "_envs": {}}
