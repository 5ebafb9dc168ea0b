"""A line of the leaderboard, and the order of lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from gym_push.agents.recipe import Recipe
from gym_push.evaluation.results import Estimate, Run

MERITS: Final = ("score", "reward")
"""What entries are ranked by: the first of these that they have, and then the next."""

KEY_SHOWN: Final = 8
"""Digits of a key that tables show; any prefix that fits one entry names it."""


@dataclass(frozen=True)
class Entry:
    """A finished evaluation.

    Attributes:
        run: Who was tested on what.
        commit: Of the working copy that the agent's code lay in, with "-dirty" if it was changed
            since; None for code outside of one, such as an installed package.
        people: Whose phones they were, in the order of the suite.
        metrics: By name, with their intervals.
        finished: When, in UTC.
        seconds: How long it took, all processes together.
        microseconds: Time of a decision: the median of the persons'.
    """

    run: Run
    commit: str | None
    people: tuple[str, ...]
    metrics: Mapping[str, Estimate]
    finished: datetime
    seconds: float
    microseconds: float

    @property
    def agent(self) -> str:
        """Name and parameters, as one gives them at the command line."""
        return str(Recipe(self.run.agent, self.run.parameters))

    @property
    def ranked_by(self) -> str | None:
        """The metric that it is ranked by; None if it has none of those."""
        return next((name for name in MERITS if name in self.metrics), None)

    @property
    def merit(self) -> Estimate | None:
        """The value of that metric."""
        return self.metrics[self.ranked_by] if self.ranked_by else None


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
