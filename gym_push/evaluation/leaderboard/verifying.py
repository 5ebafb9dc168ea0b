"""Whether an entry of the leaderboard can be had again, to the bit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gym_push.errors import GymPushError, LeaderboardError
from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.leaderboard.rows import CURVE
from gym_push.evaluation.results import Evaluation, Run

ThenNow = tuple[Any, Any]
"""A value of the entry and the one of now; None where there is none."""


@dataclass(frozen=True)
class Verdict:
    """How a second run compares with an entry; times are not compared.

    Attributes:
        data: Hashes of what the suite plays, then and now; None where they are the same.
        people: What differs of each person: metrics by name, and the learning curve. A person of
            one run only differs in all.
        metrics: The means and intervals that differ, by name.
        versions: The packages that differ, by name. They are told, but do not count: an entry that
            can be had with other versions is the better for it.
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
        """Returns what differs, in a line each; none if nothing does."""
        told = []
        if self.data:
            told.append(f"the suite plays other data: {_change(self.data)}")
        for name, values in self.metrics.items():
            told.append(f"{name}: {_change(values)}")
        for person, differences in self.people.items():
            told.append(f"person {person} differs in {', '.join(differences)}")
        for package, versions in self.versions.items():
            told.append(f"the version of {package} differs: {_change(versions)}")
        return told


def verify(entry: Evaluation, again: Callable[[Run], Evaluation]) -> Verdict:
    """Runs an entry again, and compares.

    Args:
        entry: What `Leaderboard.entry` has of it.
        again: Evaluates a run anew, with the data and the packages of now.

    Raises:
        LeaderboardError: It cannot be run here: its suite, agent or an extra is not there.
    """
    run = entry.run
    try:
        now = again(run)
    except GymPushError as error:
        what = f"{run.agent} on {run.suite}"
        raise LeaderboardError(f"{what} cannot be run again here: {error}") from error
    then_people, now_people = (_facts_by_person(each) for each in (entry, now))
    people = {
        person: differences
        for person in _names(then_people, now_people)
        if (differences := _differences(then_people.get(person, {}), now_people.get(person, {})))
    }
    return Verdict(
        None if now.run.data == run.data else (run.data, now.run.data),
        people,
        _differences(entry.metrics, now.metrics),
        _differences(run.versions, now.run.versions),
    )


def _facts_by_person(evaluation: Evaluation) -> dict[str, dict[str, Any]]:
    """Returns what there is of each person; with several seeds, of each person and seed."""
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
    """Returns what differs in as much as a bit: JSON tells every float from every other."""
    return {
        name: (then.get(name), now.get(name))
        for name in _names(then, now)
        if json.dumps(then.get(name)) != json.dumps(now.get(name))
    }


def _names(then: Iterable[str], now: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*then, *now)))


def _change(values: ThenNow) -> str:
    then, now = (_told(value) for value in values)
    return f"{then} then, {now} now"


def _told(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, Estimate):
        interval = f" {[*value.interval]}" if value.interval else ""
        return f"{value.value}{interval}" + ("" if value.spread is None else f" ± {value.spread}")
    return str(value)
