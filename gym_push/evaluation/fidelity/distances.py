"""Distances between two sets of notifications: when they come, are opened and are acted on.

Each measure has a gate and says what a log lacks for it. The gates belong to the model of the
simulated person and were fixed before any fit. People differ so much that a few of them do not
even look like their own population: a statistic is held to its gate only if groups of as many
simulated people mostly hold it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from gym_push.logs.log_statistics import DAY, HOUR, Floats, Ints, LogStatistics

COARSEST_GAP: Final = 60_000
"""ms: a coarser clock would merge most notifications of a cluster."""
COARSEST_HOUR: Final = HOUR // 2
WEEKS_OF_A_PROFILE: Final = 2

FEWEST_PEOPLE: Final = 5
"""Fewer are not a population, however close to one they are by chance."""
GROUPS: Final = 30
MOST_MISSES: Final = 0.1
"""Share of the groups that may miss a gate; with more the gate cannot judge a population."""
REFERENCE: Final = 100
"""People that the groups are compared with, at most; more would only take longer."""

Verdict: TypeAlias = Literal["held", "failed", "not supported", "no gate"]
Lack = Callable[[LogStatistics], "str | None"]


@dataclass(frozen=True)
class Gate:
    """The range of a statistic.

    Attributes:
        least, most: The ends, which belong to the range; None for an open end.
    """

    least: float | None = None
    most: float | None = None

    def holds(self, value: float) -> bool:
        """Returns whether the value lies in the range."""
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )

    def __str__(self) -> str:
        """The range in words, as `≤ 0.20`."""
        if self.least is not None and self.most is not None:
            return f"{self.least:.2f} to {self.most:.2f}"
        return f"≤ {self.most:.2f}" if self.least is None else f"≥ {self.least:.2f}"


@dataclass(frozen=True)
class Statistic:
    """One row of a report.

    Attributes:
        name: What is measured.
        value: None if the log cannot support it.
        gate: The range it has to be in; None if it is only shown.
        note: Why there is no value, or what to know about it.
    """

    name: str
    value: float | None
    gate: Gate | None = None
    note: str = ""

    @property
    def verdict(self) -> Verdict:
        """Whether the gate held."""
        if self.value is None:
            return "not supported"
        if self.gate is None:
            return "no gate"
        return "held" if self.gate.holds(self.value) else "failed"


@dataclass(frozen=True)
class Measure:
    """A distance between two sets of notifications.

    Attributes:
        name: For the report.
        gate: The largest distance allowed; None if it is only shown.
        lack: Returns what a log lacks for it, or None.
        shown: Returns what is compared.
        compare: Returns the distance of the two.
    """

    name: str
    gate: Gate | None
    lack: Lack
    shown: Callable[[LogStatistics], Any]
    compare: Callable[[Any, Any], float]

    def distance(self, one: LogStatistics, other: LogStatistics) -> float:
        """Returns the distance of two sets with clocks of the same step."""
        return self.compare(self.shown(one), self.shown(other))


def same_clock(one: LogStatistics, other: LogStatistics) -> tuple[LogStatistics, LogStatistics]:
    """Returns both as the coarser of their clocks would have recorded them."""
    if one.time is None or other.time is None:
        return one, other
    step = max(one.step, other.step)
    return one.at_step(step), other.at_step(step)


def kolmogorov_smirnov(one: Floats, other: Floats) -> float:
    """Returns the largest difference of two distributions, without NaN.

    It is the same for the values and for their logarithms.
    """
    known = one[~np.isnan(one)], other[~np.isnan(other)]
    from scipy.stats import ks_2samp  # here: it takes long to load, and few need it

    return float(ks_2samp(*known, method="asymp").statistic)


def total_variation(one: Floats, other: Floats) -> float:
    """Returns the share that would have to move to turn one histogram into the other, 0 to 1."""
    return float(np.abs(one / one.sum() - other / other.sum()).sum() / 2.0)


def open_rate(of: LogStatistics, rank: int | None = None) -> float:
    """Returns the mean of the persons' open rates, of all their apps or of the app of a rank."""
    where = None if rank is None else of.app_rank == rank
    return float(np.nanmean(of.mean_of_each(of.opened, where)))


def hour_profile(of: LogStatistics) -> Floats:
    """Returns the notifications in each hour of the day, float64, shape (24,)."""
    return of.count(of.hour.astype(np.int64), 24)


def week_profile(of: LogStatistics) -> Floats:
    """Returns the notifications on each weekday, from Monday: float64, shape (7,)."""
    return of.count(of.weekday, 7)


def _difference(one: float, other: float) -> float:
    return abs(one - other)


def _lacks_gaps(of: LogStatistics) -> str | None:
    if len(of) == of.people:
        return "nobody has two notifications"
    return of.lacks_clock(COARSEST_GAP)


def _lacks_hours(of: LogStatistics) -> str | None:
    return of.lacks_clock(COARSEST_HOUR)


def _lacks_weeks(of: LogStatistics) -> str | None:
    lack = of.lacks_clock(DAY)
    if lack is None and of.days_of_each.max() < 7 * WEEKS_OF_A_PROFILE:
        return f"it is shorter than {WEEKS_OF_A_PROFILE} weeks"
    return lack


def _of_rank(rank: int) -> Measure:
    def lack(of: LogStatistics) -> str | None:
        if of.app is None or (of.app_rank == rank).any():
            return of.lacks_app()
        return f"nobody has {rank} apps"

    shown = partial(open_rate, rank=rank)
    return Measure(f"|Δ open rate|, app of rank {rank}", Gate(most=0.12), lack, shown, _difference)


def _ks(name: str, most: float, lack: Lack, entries: str) -> Measure:
    return Measure(f"KS of {name}", Gate(most=most), lack, attrgetter(entries), kolmogorov_smirnov)


MEASURES: Final = (
    _ks("log inter-arrival", 0.20, _lacks_gaps, "gap"),
    _ks("log response time", 0.15, LogStatistics.lacks_responses, "response"),
    _ks("hour of arrival", 0.12, _lacks_hours, "hour"),
    _of_rank(1),
    _of_rank(2),
    Measure("|Δ mean open rate|", Gate(most=0.10), lambda of: None, open_rate, _difference),
    Measure("hour profile, share that differs", None, _lacks_hours, hour_profile, total_variation),
    Measure(
        "weekday profile, share that differs", None, _lacks_weeks, week_profile, total_variation
    ),
)


class Support:
    """Groups of simulated people, each of as many as a log has, to judge whether that is enough.

    Args:
        population: The simulated notifications.
        people: Number of people in the log.
        seed: Of the draw of the groups.
    """

    def __init__(self, population: LogStatistics, people: int, seed: int) -> None:
        chosen = np.random.default_rng(seed).permutation(population.people)
        reference, others = np.split(chosen, [min(population.people // 2, REFERENCE)])
        self.people, self._reference = people, _people_of(population, reference)
        self._groups: list[LogStatistics] = []
        if 2 * people <= len(others):
            generator = np.random.default_rng([seed, 1])
            self._groups = [
                _people_of(population, generator.choice(others, people, False))
                for _ in range(GROUPS)
            ]

    def missed(self, measure: Measure) -> float:
        """Returns the share of groups that miss the gate; 0 if the log is too large for groups."""
        if not self._groups or measure.gate is None:
            return 0.0
        held = [
            measure.lack(group) is not None  # too rare to count against the statistic
            or measure.gate.holds(measure.distance(group, self._reference))
            for group in self._groups
        ]
        return 1.0 - float(np.mean(held))

    def lack(self, measure: Measure) -> str | None:
        """Returns why the log has too few people for a gate, or None."""
        if measure.gate is None:
            return None
        few = too_few(self.people, FEWEST_PEOPLE)
        missed = 0.0 if few else self.missed(measure)
        if missed > MOST_MISSES:
            return f"{missed:.0%} of groups of {self.people} simulated people miss it, too"
        return few


def too_few(people: int, needed: int) -> str | None:
    """Returns that a log has too few people, in words, or None."""
    count = "one person" if people == 1 else f"{people} people"
    return f"it is of {count}, and this needs {needed}" if people < needed else None


def _people_of(of: LogStatistics, people: Ints) -> LogStatistics:
    return of.take(np.isin(of.person, people))
