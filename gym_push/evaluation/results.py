"""The results of an evaluation: of each person, and of all together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, zip_longest
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from gym_push.agents import AgentSpec
from gym_push.errors import ArgumentError
from gym_push.evaluation.estimates import Estimate, mean
from gym_push.text import printable

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Run:
    """Everything that decides the results of an evaluation, to the bit.

    Attributes:
        suite: Name and version, such as "users-24/v1".
        data: Hash of what the suite plays: its logs, or the parameters of its people.
        agent: The name in its `AgentSpec`.
        parameters: Those of the spec.
        seed: The first seed of the agent.
        versions: Of the packages that take part, by name; for an agent that is not a baseline also
            a hash of its module's source.
        seeds: Number of seeds: `seed`, `seed` + 1 and so on, each tested on all people.
    """

    suite: str
    data: str
    agent: str
    parameters: Mapping[str, Any]
    seed: int
    versions: Mapping[str, str]
    seeds: int = 1

    @property
    def each_seed(self) -> range:
        """The seeds of the agent."""
        return range(self.seed, self.seed + self.seeds)

    @property
    def seeds_shown(self) -> str:
        """The seeds in words, such as "0 to 4"."""
        return f"{self.seed} to {self.each_seed[-1]}" if self.seeds > 1 else str(self.seed)

    @property
    def who(self) -> str:
        """The agent with its parameters, in words."""
        return str(AgentSpec(self.agent, self.parameters))

    @property
    def key(self) -> str:
        """A hash of it all, 32 hexadecimal digits. Runs with the same key have the same results."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()[:32]

    def to_dict(self) -> dict[str, Any]:
        """Returns it as plain values, for JSON."""
        return {**vars(self), "parameters": dict(self.parameters), "versions": dict(self.versions)}


@dataclass(frozen=True)
class PersonResult:
    """An agent's result with one person.

    Attributes:
        person: Whose phone it is.
        metrics: By name; None where a metric has no value. The same run has the same metrics.
        curve: Mean reward a notification by tenth of what the agent sees of the person, from where
            it begins to learn: (10,); None where there is none.
        microseconds: Median time of a decision; the only value that differs from run to run.
        rewards: Of all notifications in order, in delivery-v0 what is paid from the arrival of each
            to that of the next; empty in results from a leaderboard.
    """

    person: str
    metrics: Mapping[str, float | None]
    curve: tuple[float | None, ...]
    microseconds: float
    rewards: tuple[float, ...] = field(default=(), repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Returns it as plain values, for JSON, without the single rewards."""
        return {name: value for name, value in vars(self).items() if name != "rewards"}


def over_seeds(by_seed: Sequence[Sequence[PersonResult]]) -> tuple[PersonResult, ...]:
    """Returns a result for each person: the means over the seeds that have a value."""
    if len(by_seed) == 1:
        return tuple(by_seed[0])
    return tuple(
        PersonResult(
            person=each[0].person,
            metrics={
                name: mean_of_known(result.metrics.get(name) for result in each)
                for name in dict.fromkeys(name for result in each for name in result.metrics)
            },
            curve=tuple(map(mean_of_known, zip(*(result.curve for result in each), strict=True))),
            microseconds=median(result.microseconds for result in each),
        )
        for each in zip(*by_seed, strict=True)
    )


def mean_of_known(values: Iterable[float | None]) -> float | None:
    """Returns the mean of those that are not None; None if all are."""
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


@dataclass(frozen=True, repr=False)
class Evaluation:
    """An agent's results on a suite.

    Attributes:
        run: What decides the results.
        by_seed: For each seed of the run, a result for each person, in the order of the suite.
        metrics: By name, without those that no person has a value of.
        seconds: Time of its tests in all processes together; without results from a board.
    """

    run: Run
    by_seed: tuple[tuple[PersonResult, ...], ...]
    metrics: Mapping[str, Estimate]
    seconds: float

    @cached_property
    def people(self) -> tuple[PersonResult, ...]:
        """A result for each person: the means over the seeds."""
        return over_seeds(self.by_seed)

    @property
    def curve(self) -> list[float | None]:
        """The mean reward a notification by tenth of what the agent sees, over the people."""
        tenths = zip_longest(*(each.curve for each in self.people))
        return [mean_of_known(tenth) for tenth in tenths]

    @property
    def agent(self) -> str:
        """The agent with its parameters, in words."""
        return self.run.who

    @property
    def microseconds(self) -> float:
        """Time of a decision: the median over people."""
        return median(each.microseconds for people in self.by_seed for each in people)

    def __repr__(self) -> str:
        """A line with agent, suite, number of people and reward."""
        reward, count = self.metrics["reward"], len(self.people)
        people = f"{count} {'person' if count == 1 else 'people'}"
        between = "" if reward.interval is None else " [{:.3f}, {:.3f}]".format(*reward.interval)
        return (
            f"<{type(self).__name__} of {printable(self.agent)} on {printable(self.run.suite)}: "
            f"{people}, reward {reward.value:.3f}{between}>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Returns a row for each person: metrics and `microseconds`, float64, NaN for no value.

        With several seeds, metrics are the means over them, and the time is the median.
        """
        import pandas as pd

        rows = [{**each.metrics, "microseconds": each.microseconds} for each in self.people]
        names = pd.Index([each.person for each in self.people], name="person")
        return pd.DataFrame(rows, index=names, dtype=float)

    def learning_curve(self, every: int = 10) -> pd.DataFrame:
        """Returns what a notification earns, by how many of a person the agent has seen before.

        In basic-v0 the performance is (1 + reward) / 2.

        Args:
            every: Number of successive notifications that count together, 1 or more.

        Returns:
            The index is `seen`, the number of notifications before those of the row; `reward` is
            the mean over `people`, those who have as many, each of whom counts once, with its 95 %
            interval `low` to `high`, NaN where there is none.

        Raises:
            ArgumentError: `every` is out of range, or results are from a leaderboard, which keeps
                curves by tenth only.
        """
        import pandas as pd

        if every < 1:
            raise ArgumentError(f"every={every!r} must be 1 or more")
        if not all(each.rewards for people in self.by_seed for each in people):
            raise ArgumentError("a leaderboard keeps no single rewards: evaluate without resume")
        means = [
            (seen, each.person, fmean(each.rewards[seen : seen + every]))
            for each in chain.from_iterable(self.by_seed)
            for seen in range(0, len(each.rewards), every)
        ]
        frame = pd.DataFrame(means, columns=["seen", "person", "reward"])
        by_person = frame.groupby(["seen", "person"])["reward"].mean()
        rows = {
            seen: (*mean(rewards.to_numpy())[:3], len(rewards))
            for seen, rewards in by_person.groupby("seen")
        }
        columns = {"reward": float, "low": float, "high": float, "people": int}
        curve = pd.DataFrame.from_dict(rows, orient="index", columns=list(columns))
        return curve.astype(columns).rename_axis("seen")

    def to_dict(self) -> dict[str, Any]:
        """Returns it as plain values, for JSON, with each person of each seed."""
        return {
            **self.run.to_dict(),
            "key": self.run.key,
            "seconds": self.seconds,
            "microseconds": self.microseconds,
            "metrics": {name: value._asdict() for name, value in self.metrics.items()},
            "people": [
                {"seed": seed, **each.to_dict()}
                for seed, people in zip(self.run.each_seed, self.by_seed, strict=True)
                for each in people
            ],
        }


def ranked(evaluations: Iterable[Evaluation]) -> list[Evaluation]:
    """Sorts evaluations: the highest reward first, equal ones by name."""
    return sorted(evaluations, key=lambda each: (-each.metrics["reward"].value, each.agent))
