"""Fits those parameters of the simulated person that a log identifies.

The method of simulated moments: a `search` finds the parameters with which a simulated population
shows the same `moments` as the log. A moment that varies less among people weighs more, and a weak
prior keeps each parameter near its start. A parameter that the log does not identify goes back to
its start, and the search is repeated for the others, so that all results belong together.
"""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from scipy.stats import hypergeom, t

from gym_push.errors import ArgumentError
from gym_push.logs import NotificationLog
from gym_push.logs.log_statistics import Ints, LogStatistics
from gym_push.users.fitting.moments import FEWEST_PEOPLE, MOMENTS, tabulate
from gym_push.users.fitting.search import SETTLED, Search, SearchResult
from gym_push.users.model.parameters import Parameters

FEWEST_ROWS: Final = 100
FEWEST_DAYS: Final = 7
MOST_DAYS: Final = 84
ENOUGH_ROWS: Final = 600
"""Of each person; further days would only take time to simulate."""
FEWEST_SIMULATED: Final = 100
MOST_SIMULATED: Final = 300
ABSENT_BELOW: Final = 0.01
"""Probability of a person's silence below which they count as absent."""
LEAST_IDENTIFIED: Final = 0.5
"""Share of the uncertainty that the log has to remove; else the parameter stays as it was."""
MISSED: Final = 3.0
"""Standard deviations between a moment of the log and the nearest simulated one."""
SAME_COST: Final = 0.5
"""Difference in cost below which the log does not tell two ends of a search apart."""
MOST_RESTARTS: Final = 3
APART: Final = 2.0
"""Standard errors between two different values of a parameter."""
CONFIDENCE: Final = 0.95
ELSEWHERE: Final = "when people get, open and act does not tell it apart from other parameters"


@dataclass(frozen=True)
class Fitted:
    """A parameter that was fitted to the log.

    Attributes:
        name: Of the field of `Parameters`.
        old: Its value before.
        new: Its value now.
        low, high: Its 95 % confidence interval, if the rest of the model is right.
        identified: The share of the uncertainty about it that the log removes, at most 1.
        matched_on: The moment that log and population now share.
        log: That moment of the log.
        population: That moment of the fitted population.
    """

    name: str
    old: float
    new: float
    low: float
    high: float
    identified: float
    matched_on: str
    log: float
    population: float


@dataclass(frozen=True)
class NotIdentified:
    """A parameter that stays as it was, and why the log does not say what it is."""

    name: str
    why: str


@dataclass(frozen=True)
class FitReport:
    """What `Population.fit` found and what it could not.

    Attributes:
        log: Its name.
        people: How many it has.
        fitted: The parameters that were fitted.
        not_identified: All others.
    """

    log: str
    people: int
    fitted: tuple[Fitted, ...]
    not_identified: tuple[NotIdentified, ...]

    def to_dict(self) -> dict[str, Any]:
        """Returns everything as plain Python values, for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        """The report as lines of text; what no log identifies is only counted."""
        lines = [f"fitted to {self.log}, people: {self.people}"]
        lines += [
            f"  {each.name}: {each.old:.3g} -> {each.new:.3g} "
            f"({each.low:.3g} to {each.high:.3g}), {int(100 * each.identified)}% from the log ("
            f"{each.matched_on}: {each.log:.3g} in the log, {each.population:.3g} now)"
            for each in self.fitted
        ]
        told = [each for each in self.not_identified if each.why != ELSEWHERE]
        lines += [f"  {each.name}: not identified; {each.why}" for each in told]
        others = len(self.not_identified) - len(told)
        return "\n".join([*lines, f"  {others} others: not identified; {ELSEWHERE}"])


def fit(
    log: NotificationLog, parameters: Parameters, seed: int, simulated: int | None
) -> tuple[Parameters, FitReport]:
    """Fits the parameters that a log identifies, as `Population.fit` says.

    Args:
        log: The log.
        parameters: Where the search starts, and what stays where the log says nothing.
        seed: Of the simulated people and the resamples.
        simulated: How many people are simulated at every step; None for as many as the log has,
            from 100 to 300.

    Raises:
        ArgumentError: `log` is not a log, or it is too short.
    """
    measured, recorded = _measured(log)
    table = tabulate(measured, recorded)
    lacking = {each.parameter: each.lack(measured, table) for each in MOMENTS}
    moments = [each for each in MOMENTS if lacking[each.parameter] is None]
    target = np.array([each.take(table[each.of]) for each in moments])
    if simulated is None:
        simulated = min(max(measured.people, FEWEST_SIMULATED), MOST_SIMULATED)
    start = [
        wanted  # as a coordinate, it is the log of a volume itself
        if each.parameter == "volume_median"
        else each.scale.to(getattr(parameters, each.parameter))
        for each, wanted in zip(moments, target, strict=True)
    ]
    simulated_days = np.resize(recorded, simulated)
    search = Search(
        moments, target, np.array(start), parameters, seed, measured.people, simulated_days
    )
    search, found, missed = _seek(search, lacking)
    if missed:
        warnings.warn(
            f"no simulated people show what {log.source} says of {', '.join(missed)}, "
            "which stays as it was; the report says why",
            stacklevel=3,
        )
    moved = _fitted(search, found) if found else ()
    names = {each.name for each in moved}
    kept = tuple(
        NotIdentified(about.name, lacking.get(about.name) or ELSEWHERE)
        for about in Parameters.describe()
        if about.name not in names
    )
    fitted = parameters.changed(**{each.name: each.new for each in moved})
    return fitted, FitReport(log.source, measured.people, moved, kept)


def _seek(
    search: Search, lacking: dict[str, str | None]
) -> tuple[Search, SearchResult | None, list[str]]:
    """Searches, and drops parameters that the log does not identify, until none is left to drop.

    Args:
        search: For all parameters that the log shows something of.
        lacking: Receives the reason for each dropped parameter.

    Returns:
        What remains of the search, what was found, and the parameters whose moments nobody shows.
    """
    place, near, restarts = search.start, None, MOST_RESTARTS
    unseen: list[str] = []
    while search.moments:
        amiss = {
            i: f"too few simulated people show the {search.moments[i].meaning}"
            for i in search.silent(place)
        }
        if not amiss:
            found = search.settle(place, near)
            missed, weak = _missed(search, found), _hardly_moved(search, found)
            others = search.others(found) if missed or not weak else []
            if restarts and others and others[0].cost < found.cost - SAME_COST:
                place, near, restarts = others[0].x, None, restarts - 1
                continue
            unseen += [search.moments[i].parameter for i in missed]
            amiss = missed or weak or _ambiguous(found, others)
            if not amiss:
                return search, found, unseen
            place, near = found.place, found.near
        lacking.update({search.moments[i].parameter: why for i, why in amiss.items()})
        kept = np.delete(np.arange(len(place)), list(amiss))
        search, place, near = search.of(kept), place[kept], near and near.of(kept)
    return search, None, unseen


def _missed(search: Search, found: SearchResult) -> dict[int, str]:
    """Returns the moment that was missed most, if any, and by how much."""
    worst = int(found.missed.argmax())
    if found.missed[worst] > MISSED:
        return {
            worst: f"no simulated people show it: the {search.moments[worst].meaning} is "
            f"{search.target[worst]:.3g} in the log and {found.shown[worst]:.3g} at best"
        }
    if found.moved.max() > SETTLED:
        return {int(found.moved.argmax()): "the search for it does not settle"}
    return {}


def _hardly_moved(search: Search, found: SearchResult) -> dict[int, str]:
    """Returns the parameters that the log says too little about."""
    kept, weak = np.arange(len(search.moments)), {}
    while len(kept) and (identified := found.near.of(kept).identified).min() < LEAST_IDENTIFIED:
        i = int(kept[identified.argmin()])
        weak[i] = f"the log hardly moves it: {search.moments[i].meaning} says little"
        kept = kept[kept != i]  # one by one: without it, others may become clear
    return weak


def _ambiguous(found: SearchResult, others: list[Any]) -> dict[int, str]:
    """Returns the parameter that differs most in an equally good end of another search, if any."""
    for other in others:
        apart = np.abs(other.x - found.place) / found.near.errors
        if other.cost < found.cost + SAME_COST and apart.max() > APART:
            return {int(apart.argmax()): "other values of it fit the log as well"}
    return {}


def _fitted(search: Search, found: SearchResult) -> tuple[Fitted, ...]:
    freedom = max(search.people, FEWEST_PEOPLE) - 1
    margin = t.ppf(0.5 + CONFIDENCE / 2, freedom) * found.near.errors
    places = (found.place, found.place - margin, found.place + margin)
    new, low, high = (search.values(place).values() for place in places)
    numbers = (found.near.identified, search.target, found.shown)
    identified, log, shown = (each.tolist() for each in numbers)
    names = [each.parameter for each in search.moments]
    old = [getattr(search.parameters, name) for name in names]
    meanings = [each.meaning for each in search.moments]
    return tuple(map(Fitted, names, old, new, low, high, identified, meanings, log, shown))


def _measured(log: NotificationLog) -> tuple[LogStatistics, Ints]:
    """Returns the part of a log to fit to, and for how many days each person was recorded."""
    if not isinstance(log, NotificationLog):
        raise ArgumentError(
            f"Population.fit needs a NotificationLog, not a {type(log).__name__}; "
            "read one with gym_push.read_log"
        )
    measured = LogStatistics.of_log(log.with_answers())
    most, recorded = FEWEST_DAYS, np.full(measured.people, FEWEST_DAYS)
    if measured.time is not None:
        since, recorded = _recorded(measured)
        if recorded.max() < FEWEST_DAYS:
            raise ArgumentError(
                f"{log.source} spans {recorded.max()} days, too few to fit; "
                f"give a log of at least {FEWEST_DAYS} days"
            )
        a_day = len(measured) / recorded.sum()
        most = int(np.clip(ENOUGH_ROWS / a_day, FEWEST_DAYS, MOST_DAYS))
        rows = np.flatnonzero(measured.day - since[measured.person] < most)
        recorded = np.minimum(recorded, most)[np.unique(measured.person[rows])]
        measured = measured.take(rows)
    if len(measured) < FEWEST_ROWS:
        within = "" if len(measured) == len(log) else f" in its first {most} days"
        raise ArgumentError(
            f"{log.source} has {len(measured)} notifications{within}, too few to fit; "
            f"give a log of at least {FEWEST_ROWS}"
        )
    return measured, recorded


def _recorded(of: LogStatistics) -> tuple[Ints, Ints]:
    """Returns each person's first day, and for how many days they were recorded.

    That is as long as the log, unless a person with so many days of notifications would hardly
    have been silent before and after them. Then it is as long as their days make likely: the
    unbiased estimate of a range (Goodman, "Serial Number Analysis", 1952).
    """
    first = np.searchsorted(of.person, np.arange(of.people))
    span = of.days_of_each
    period = int(of.day.max() - of.day.min()) + 1
    active = np.unique(of.person * (of.day.max() + 1) + of.day) // (of.day.max() + 1)
    days = np.bincount(active)
    chance = hypergeom.pmf(days, period, span, days) * (1 + (period - span) * days / span)
    own = chance < ABSENT_BELOW
    likely = np.rint((span - 1) * (days + 1) / np.maximum(days - 1, 1) - 1).astype(np.int64)
    recorded = np.where(own, np.minimum(likely, period), period)
    since = np.where(own, of.day[first] - (recorded - span) // 2, of.day.min())
    return since, recorded
