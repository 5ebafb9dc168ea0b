"""What an evaluation comes to: a result for each person, and what they say together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any, NamedTuple

from gym_push.agents import Recipe


@dataclass(frozen=True)
class Run:
    """Who was tested on what: all that decides the results, to the bit.

    Attributes:
        suite: Name and version, such as "users-24/v1".
        data: Hash of what the suite plays: its logs, or the parameters of its people.
        agent: The name in its `Recipe`.
        parameters: Those of the recipe.
        seed: Of the agent.
        versions: Of the packages that take part, by name; for an agent that is no baseline also a
            hash of its module's source.
    """

    suite: str
    data: str
    agent: str
    parameters: Mapping[str, Any]
    seed: int
    versions: Mapping[str, str]

    @property
    def who(self) -> str:
        """The agent with its parameters, in words."""
        return str(Recipe(self.agent, self.parameters))

    @property
    def key(self) -> str:
        """A hash of it all: 32 hexadecimal digits. Runs of one key have the same results."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()[:32]

    def to_dict(self) -> dict[str, Any]:
        """Returns it as plain values, for JSON."""
        return {**vars(self), "parameters": dict(self.parameters), "versions": dict(self.versions)}


@dataclass(frozen=True)
class PersonResult:
    """How an agent did with one person.

    Attributes:
        person: Whose phone it was.
        metrics: By name; None where a metric has no value. The same run has the same ones.
        curve: Mean reward of a decision by tenth of all that the agent saw of the person, from
            where it began to learn: (10,); None where there was no decision.
        microseconds: Median time of a decision; the only thing that differs from run to run.
    """

    person: str
    metrics: Mapping[str, float | None]
    curve: tuple[float | None, ...]
    microseconds: float


class Estimate(NamedTuple):
    """A mean over persons and its interval.

    Attributes:
        value: The mean.
        low, high: Its 95 % bootstrap interval over persons; equal to `value` where there is one
            person, and where none can be given.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Evaluation:
    """How an agent did on a suite.

    Attributes:
        run: Who was tested on what.
        people: One result for each person, in the order of the suite.
        metrics: By name; those that no person has a value of are left out.
        seconds: How long its tests took, all processes together; without those found on a board.
    """

    run: Run
    people: tuple[PersonResult, ...]
    metrics: Mapping[str, Estimate]
    seconds: float

    @property
    def agent(self) -> str:
        """The agent with its parameters, in words."""
        return self.run.who

    @property
    def microseconds(self) -> float:
        """Time of a decision: the median of the persons'."""
        return median(each.microseconds for each in self.people)

    def to_dict(self) -> dict[str, Any]:
        """Returns it as plain values, for JSON."""
        return {
            **self.run.to_dict(),
            "key": self.run.key,
            "seconds": self.seconds,
            "microseconds": self.microseconds,
            "metrics": {name: value._asdict() for name, value in self.metrics.items()},
            "people": [{**vars(each), "metrics": dict(each.metrics)} for each in self.people],
        }


def ranked(evaluations: Iterable[Evaluation]) -> list[Evaluation]:
    """Returns evaluations with the highest reward first, and equal ones by name."""
    return sorted(evaluations, key=lambda each: (-each.metrics["reward"].value, each.agent))
