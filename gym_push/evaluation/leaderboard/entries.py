"""Entries of the leaderboard: ranked, as JSON and CSV, and compared with a second run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, groupby
from typing import Any, Final, TypeAlias

from gym_push.errors import GymPushError, LeaderboardError
from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.leaderboard.rows import CURVE, finite, read_run
from gym_push.evaluation.metrics import summary
from gym_push.evaluation.results import Evaluation, Run
from gym_push.text import printable

MERITS: Final = ("score", "reward")
"""Entries are ranked by the first of these metrics that they have, and all have a reward; the next
one breaks ties."""

KEY_SHOWN: Final = 8
"""Digits of a key in tables; any prefix that fits only one entry names it."""

ABOUT: Final = (
    "rank", "key", "suite", "data", "agent", "parameters", "seed", "seeds", "people", "finished",
    "seconds", "microseconds", "commit", "versions",
)  # fmt: skip
"""What `to_dicts` says of an entry beside its metrics, in the order of the CSV's columns."""

_SUFFIXES: Final = ("", " low", " high", " spread")  # of a metric's columns
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet runs a text that begins with one of these."""


ThenNow: TypeAlias = tuple[Any, Any]
"""A value in the entry and in the second run; None where there is none."""


@dataclass(frozen=True, repr=False)
class Entry(Evaluation):
    """A finished evaluation.

    Attributes:
        commit: Of the working copy with the agent's code, followed by "-dirty" if it has changed
            since; None for code outside of one, such as an installed package.
        finished: When, in UTC.
    """

    commit: str | None
    finished: datetime

    @property
    def ranked_by(self) -> str:
        """The metric that ranks it."""
        return next(name for name in MERITS if name in self.metrics)

    @property
    def merit(self) -> Estimate:
        """The value of that metric."""
        return self.metrics[self.ranked_by]

    @property
    def place(self) -> tuple[str, str, list[float], str, int, str]:
        """Sorts entries by suite and data, and within these the best first."""
        worth = [-self.metrics[name].value for name in MERITS if name in self.metrics]
        run = self.run
        return run.suite, run.data, worth, self.agent, run.seed, run.key


@dataclass(frozen=True)
class Unfinished:
    """A run that has begun and is not finished.

    Attributes:
        run: The run.
        people: Number of results; each person counts once for each seed.
        begun: When, in UTC.
        stopped: Why it ended; None if it still runs, or if its process was killed.
    """

    run: Run
    people: int
    begun: datetime
    stopped: str | None

    @property
    def status(self) -> str:
        """Why it ended, as far as that is known."""
        return self.stopped or "going on, or killed"

    def to_dict(self) -> dict[str, Any]:
        """Returns it as plain values, for JSON."""
        about = {"key": self.run.key, **self.run.to_dict(), "people": self.people}
        return {**about, "begun": self.begun.isoformat(), "status": self.status}


def read_entry(*row: Any) -> Entry:
    """Returns an entry, from a `run_row`, commit, people, finished, seconds, and the results.

    The results are by seed and person.

    Raises:
        Exception: The row is damaged, or results are missing.
    """
    *cells, commit, names, finished, seconds, results = row
    run, counted = read_run(*cells), json.loads(names)
    if not 0 < len(counted) == len(set(counted)) or len(results) < run.seeds * len(counted):
        raise ValueError("its people are not those who have results")
    by_seed = tuple(tuple(results[seed, name] for name in counted) for seed in run.each_seed)
    seconds, when = finite("seconds", seconds), datetime.fromisoformat(finished)
    commit = None if commit is None else str(commit)
    return Entry(run, by_seed, summary(by_seed), seconds, commit, when)


def read_unfinished(*row: Any) -> Unfinished:
    """Returns an unfinished run, from a `run_row`, people, begun and stopped.

    Raises:
        Exception: The row is damaged.
    """
    *run, people, begun, stopped = row
    why = None if stopped is None else str(stopped)
    return Unfinished(read_run(*run), int(people), datetime.fromisoformat(begun), why)


def suites(entries: Iterable[Entry]) -> list[tuple[Entry, ...]]:
    """Groups ranked entries that can be compared: those of one suite on the same data."""
    return [tuple(group) for _, group in groupby(entries, lambda e: (e.run.suite, e.run.data))]


def metric_names(entries: Iterable[Entry]) -> list[str]:
    """Returns the metrics of the entries, in order of first appearance."""
    return list(dict.fromkeys(name for entry in entries for name in entry.metrics))


def to_dicts(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Returns ranked entries as plain values, with their ranks in their suite, from 1."""
    return [
        {
            "rank": rank,
            **entry.to_dict(),
            "people": len(entry.people),
            "finished": entry.finished.isoformat(),
            "commit": entry.commit,
        }
        for suite in suites(entries)
        for rank, entry in enumerate(suite, 1)
    ]


def to_csv(entries: Sequence[Entry]) -> str:
    """Returns ranked entries as CSV with a header.

    Each metric has four columns, `NAME`, `NAME low`, `NAME high` and `NAME spread`, the last three
    empty without an interval or further seeds. Numbers are exact to the bit. A text that a
    spreadsheet would run as a formula begins with an apostrophe.
    """
    names, text = metric_names(entries), io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = (f"{name}{suffix}" for name in names for suffix in _SUFFIXES)
    writer.writerow(map(_cell, (*ABOUT, *columns)))
    for entry, row in zip(entries, to_dicts(entries), strict=True):
        numbers = (entry.metrics.get(name, [""] * len(_SUFFIXES)) for name in names)
        cells = (*(row[name] for name in ABOUT), *chain.from_iterable(numbers))
        writer.writerow(map(_cell, cells))
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, str):
        return printable(f"'{value}" if value.startswith(_FORMULAS) else value)
    return value


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
