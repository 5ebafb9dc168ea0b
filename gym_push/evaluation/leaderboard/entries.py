"""A line of the leaderboard, and the order of lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.results import Evaluation, Run

MERITS: Final = ("score", "reward")
"""What entries are ranked by: the first of these that they have, and then the next."""

KEY_SHOWN: Final = 8
"""Digits of a key that tables show; any prefix that fits one entry names it."""


@dataclass(frozen=True, repr=False)
class Entry(Evaluation):
    """A finished evaluation.

    Attributes:
        commit: Of the working copy that the agent's code lay in, with "-dirty" if it was changed
            since; None for code outside of one, such as an installed package.
        finished: When, in UTC.
    """

    commit: str | None
    finished: datetime

    @property
    def ranked_by(self) -> str | None:
        """The metric that it is ranked by; None if it has none of those."""
        return next((name for name in MERITS if name in self.metrics), None)

    @property
    def merit(self) -> Estimate | None:
        """The value of that metric."""
        return self.metrics[self.ranked_by] if self.ranked_by else None


@dataclass(frozen=True)
class Unfinished:
    """A run that has begun and is not finished.

    Attributes:
        run: Who is tested on what.
        people: Of how many persons there are results, each counted with each seed.
        begun: When, in UTC.
        stopped: Why it has ended; None if it goes on, or if its process was killed.
    """

    run: Run
    people: int
    begun: datetime
    stopped: str | None

    @property
    def status(self) -> str:
        """What there is to know of its end."""
        return self.stopped or "going on, or killed"

    def to_dict(self) -> dict[str, Any]:
        """Returns it as plain values, for JSON."""
        about = {"key": self.run.key, **self.run.to_dict(), "people": self.people}
        return {**about, "begun": self.begun.isoformat(), "status": self.status}


def ranked(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Returns entries by suite, those of a suite with the best first."""
    return tuple(sorted(entries, key=_place))


def suites(entries: Iterable[Entry]) -> list[tuple[Entry, ...]]:
    """Returns ranked entries in groups that can be compared: of one suite on the same data."""
    return [tuple(group) for _, group in groupby(entries, lambda e: (e.run.suite, e.run.data))]


def metric_names(entries: Iterable[Entry]) -> list[str]:
    """Returns the metrics that any of the entries has, in the order in which they name them."""
    return list(dict.fromkeys(name for entry in entries for name in entry.metrics))


def _place(entry: Entry) -> tuple[str, str, bool, list[float], str, int, str]:
    merit, run = entry.merit, entry.run
    worth = [-entry.metrics[name].value for name in MERITS if name in entry.metrics]
    return run.suite, run.data, merit is None, worth, entry.agent, run.seed, run.key
