"""Whether an entry of the leaderboard can be reproduced, to the bit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from gym_push.errors import GymPushError, LeaderboardError
from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.leaderboard.rows import CURVE
from gym_push.evaluation.results import Evaluation, Run

ThenNow: TypeAlias = tuple[Any, Any]
"""A value in the entry and in the second run; None where there is none."""


@dataclass(frozen=True)
class Verdict:
    """How a second run compares with an entry. Times are not compared.

    Attributes:
        data: Hashes of what the suite plays, then and now; None if they are equal.
        people: For each person, the metrics that differ, by name, and the learning curve. A person
            who is in only one of the runs differs in everything.
        metrics: The means and intervals that differ, by name.
        versions: The packages that differ, by name. They are shown but do not count: an entry that
            other versions reproduce is all the better.
    """

    data: ThenNow | None = None
    people: Mapping[str, Mapping[str, ThenNow]] = field(default_factory=dict)
    metrics: Mapping[str, ThenNow] = field(default_factory=dict)
    versions: Mapping[str, ThenNow] = field(default_factory=dict)

    @property
    def reproduced(self) -> bool:
        """Whether the second run is the same, to the bit."""
        return not (self.data or self.people or self.metrics)

    def lines(self) -> list[str]:
        """Returns a line for each difference."""
        data = [f"the suite plays other data: {_change(self.data)}"] if self.data else []
        return [
            *data,
            *(f"{name}: {_change(values)}" for name, values in self.metrics.items()),
            *(f"person {person} differs in {', '.join(of)}" for person, of in self.people.items()),
            *(f"the version of {name} differs: {_change(v)}" for name, v in self.versions.items()),
        ]


def verify(entry: Evaluation, again: Callable[[Run], Evaluation]) -> Verdict:
    """Runs an entry again, and compares.

    Args:
        entry: An entry, as `Leaderboard.entry` returns it.
        again: Evaluates a run with today's data and packages.

    Raises:
        LeaderboardError: It cannot be run here: its suite, its agent or an extra is missing.
    """
    run = entry.run
    try:
        now = again(run)
    except GymPushError as error:
        what = f"{run.agent} on {run.suite}"
        raise LeaderboardError(f"{what} cannot be run again here: {error}") from error
    then_people, now_people = _facts_by_person(entry), _facts_by_person(now)
    people = {
        person: _differences(then_people.get(person, {}), now_people.get(person, {}))
        for person in {**then_people, **now_people}
    }
    return Verdict(
        None if now.run.data == run.data else (run.data, now.run.data),
        {person: differences for person, differences in people.items() if differences},
        _differences(entry.metrics, now.metrics),
        _differences(run.versions, now.run.versions),
    )


def _facts_by_person(evaluation: Evaluation) -> dict[str, dict[str, Any]]:
    """Returns each person's results; with several seeds, those of each person and seed."""
    run = evaluation.run
    return {
        result.person + (f", seed {seed}" if run.seeds > 1 else ""): {
            **result.metrics,
            CURVE: result.curve,
        }
        for seed, people in zip(run.each_seed, evaluation.by_seed, strict=True)
        for result in people
    }


def _differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, ThenNow]:
    """Returns what differs by as little as a bit: JSON tells every float from every other."""
    return {
        name: (then.get(name), now.get(name))
        for name in {**then, **now}
        if json.dumps(then.get(name)) != json.dumps(now.get(name))
    }


def _change(values: ThenNow) -> str:
    then, now = map(_in_words, values)
    return f"{then} then, {now} now"


def _in_words(value: Any) -> str:
    if isinstance(value, Estimate):
        interval = f" {[*value.interval]}" if value.interval else ""
        return f"{value.value}{interval}" + ("" if value.spread is None else f" ± {value.spread}")
    return "none" if value is None else str(value)
