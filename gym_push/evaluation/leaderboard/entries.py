"""A line of the leaderboard: its rank among others, and as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from typing import Any, Final

from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.results import Evaluation, Run
from gym_push.text import printable

MERITS: Final = ("score", "reward")
"""Entries are ranked by the first of these metrics that they have; the next one breaks ties."""

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
    def ranked_by(self) -> str | None:
        """The metric that ranks it; None if it has none of `MERITS`."""
        return next((name for name in MERITS if name in self.metrics), None)

    @property
    def merit(self) -> Estimate | None:
        """The value of that metric."""
        return self.metrics[self.ranked_by] if self.ranked_by else None

    @property
    def place(self) -> tuple[str, str, bool, list[float], str, int, str]:
        """Sorts entries by suite and data, and within these the best first."""
        worth = [-self.metrics[name].value for name in MERITS if name in self.metrics]
        run = self.run
        return run.suite, run.data, not worth, worth, self.agent, run.seed, run.key


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
            "key": entry.run.key,
            **entry.run.to_dict(),
            "people": len(entry.people),
            "finished": entry.finished.isoformat(),
            "seconds": entry.seconds,
            "microseconds": entry.microseconds,
            "commit": entry.commit,
            "metrics": {name: value._asdict() for name, value in entry.metrics.items()},
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
