"""How far two sets of notifications lie apart in when they come, are opened and are acted on.

Each measure is a number for two `LogStatistics`, the gate that it is held to, and what a log has to
have for it. The gates are those of the simulated person's model, fixed before any fit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from scipy.stats import ks_2samp

from gym_push.evaluation.fidelity.report import Gate
from gym_push.logs.log_statistics import DAY, HOUR, Floats, LogStatistics

COARSEST_GAP: Final = 60_000
"""ms: with a coarser clock most gaps inside a cluster would be gone."""
COARSEST_HOUR: Final = HOUR // 2
WEEKS_OF_A_PROFILE: Final = 2

Lack = Callable[[LogStatistics], "str | None"]
Distance = Callable[[LogStatistics, LogStatistics], float]


@dataclass(frozen=True)
class Measure:
    """A distance between two sets of notifications.

    Attributes:
        name: What is measured.
        gate: How far apart they may be; None where that is only shown.
        lack: Returns what a log lacks for it; None if nothing.
        distance: Of two sets at clocks of the same step.
    """

    name: str
    gate: Gate | None
    lack: Lack
    distance: Distance


def same_clock(one: LogStatistics, other: LogStatistics) -> tuple[LogStatistics, LogStatistics]:
    """Returns both as the coarser of their clocks would have recorded them."""
    if one.time is None or other.time is None:
        return one, other
    step = max(one.step, other.step)
    return one.at_step(step), other.at_step(step)


def kolmogorov_smirnov(one: Floats, other: Floats) -> float:
    """Returns the largest difference of the two distributions, NaN left out.

    It is the same for the values and for their logarithms.
    """
    known = one[~np.isnan(one)], other[~np.isnan(other)]
    return float(ks_2samp(*known, method="asymp").statistic)


def total_variation(one: Floats, other: Floats) -> float:
    """Returns the share that would have to move to make one histogram the other, 0 to 1."""
    return float(np.abs(one / one.sum() - other / other.sum()).sum() / 2.0)


def open_rate(of: LogStatistics, rank: int | None = None) -> float:
    """Returns the mean of the persons' open rates, of all their apps or of that of a rank."""
    where = None if rank is None else of.app_rank == rank
    return float(np.nanmean(of.mean_of_each(of.opened, where)))


def hour_profile(of: LogStatistics) -> Floats:
    """Returns the notifications in each hour of the day, float64, shape (24,)."""
    return of.count(of.hour.astype(np.int64), 24)


def week_profile(of: LogStatistics) -> Floats:
    """Returns the notifications on each weekday, from Monday: float64, shape (7,)."""
    return of.count(of.weekday, 7)


def _of_gaps(one: LogStatistics, other: LogStatistics) -> float:
    return kolmogorov_smirnov(one.gap, other.gap)


def _of_responses(one: LogStatistics, other: LogStatistics) -> float:
    assert one.response is not None and other.response is not None
    return kolmogorov_smirnov(one.response, other.response)


def _of_hours(one: LogStatistics, other: LogStatistics) -> float:
    return kolmogorov_smirnov(one.hour, other.hour)


def _of_open_rates(one: LogStatistics, other: LogStatistics, rank: int | None) -> float:
    return abs(open_rate(one, rank) - open_rate(other, rank))


def _of_profiles(
    one: LogStatistics, other: LogStatistics, profile: Callable[[LogStatistics], Floats]
) -> float:
    return total_variation(profile(one), profile(other))


def _nothing(of: LogStatistics) -> None:
    return None


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


def _lacks_rank(of: LogStatistics, rank: int) -> str | None:
    if of.app is None or (of.app_rank == rank).any():
        return of.lacks_app()
    return f"nobody has {rank} apps"


def _rank(rank: int) -> Measure:
    return Measure(
        f"|Δ open rate|, app of rank {rank}",
        Gate(most=0.12),
        partial(_lacks_rank, rank=rank),
        partial(_of_open_rates, rank=rank),
    )


MEASURES: Final = (
    Measure("KS of log inter-arrival", Gate(most=0.20), _lacks_gaps, _of_gaps),
    Measure(
        "KS of log response time", Gate(most=0.15), LogStatistics.lacks_responses, _of_responses
    ),
    Measure(
        "KS of hour of arrival",
        Gate(most=0.12),
        _lacks_hours,
        _of_hours,
    ),
    _rank(1),
    _rank(2),
    Measure("|Δ mean open rate|", Gate(most=0.10), _nothing, partial(_of_open_rates, rank=None)),
    Measure(
        "hour profile, share that differs",
        None,
        _lacks_hours,
        partial(_of_profiles, profile=hour_profile),
    ),
    Measure(
        "weekday profile, share that differs",
        None,
        _lacks_weeks,
        partial(_of_profiles, profile=week_profile),
    ),
)
