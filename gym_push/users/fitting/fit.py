"""Fits the simulated person to a log, as far as the log says anything of it.

The method of simulated moments: those parameters are sought (`search`) with which a simulated
population shows the same moments (`moments`) as the log. A moment counts by how little it varies
among people, and each parameter is held to its start by a weak prior. What the log does not tell
goes back to its start and the others are sought again, so that what is reported belongs together.
"""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np
from scipy.stats import hypergeom, t

from gym_push.errors import ArgumentError
from gym_push.logs import NotificationLog
from gym_push.logs.log_statistics import Ints, LogStatistics
from gym_push.users.fitting.moments import FEWEST_PEOPLE, MOMENTS, lack
from gym_push.users.fitting.person_statistics import tabulate
from gym_push.users.fitting.report import ELSEWHERE, FitReport, Fitted, NotIdentified
from gym_push.users.fitting.search import SETTLED, Found, Goal, Search
from gym_push.users.model.parameters import Parameters

FEWEST_ROWS: Final = 100
FEWEST_DAYS: Final = 7
MOST_DAYS: Final = 84
ENOUGH_ROWS: Final = 600
"""Of each person, for their habits: days beyond these would only take time to simulate."""
FEWEST_SIMULATED: Final = 100
MOST_SIMULATED: Final = 300
NOT_BY_CHANCE: Final = 0.01
"""Probability of a person's silence, below which they are not taken to have been there."""
LEAST_IDENTIFIED: Final = 0.5
"""Share of the uncertainty that the log has to take away; else the parameter stays as it was."""
MISSED: Final = 3.0
"""Standard deviations between a moment of the log and that of the people who come nearest."""
AS_GOOD: Final = 0.5
"""Difference of the costs of two ends of a search that the log does not tell apart."""
MOST_DETOURS: Final = 3
APART: Final = 2.0
"""Standard errors between two values of a parameter that are not the same."""
CONFIDENCE: Final = 0.95


def fit(
    log: NotificationLog, parameters: Parameters, seed: int, simulated: int | None
) -> tuple[Parameters, FitReport]:
    """Moves the parameters that a log identifies to it.

    Args:
        log: Of at least 100 notifications and, if it has times, 7 days.
        parameters: Where the search starts, and what stays where the log says nothing.
        seed: Of the simulated people and the resamples.
        simulated: How many people are simulated at every step; None for as many as the log has,
            from 100 to 300.

    Raises:
        ArgumentError: `log` is no log, or it is too short.
    """
    measured, recorded = _measured(log)
    table = tabulate(measured, recorded)
    lacking = {each.parameter: lack(each, measured, table) for each in MOMENTS}
    moments = [each for each in MOMENTS if lacking[each.parameter] is None]
    target = np.array([each.take(table[each.of]) for each in moments])
    if simulated is None:
        simulated = min(max(measured.people, FEWEST_SIMULATED), MOST_SIMULATED)
    search = Search(parameters, seed, simulated, recorded)
    start = [
        wanted  # as a coordinate, it is the log of a volume itself
        if each.parameter == "volume_median"
        else each.scale.to(getattr(parameters, each.parameter))
        for each, wanted in zip(moments, target, strict=True)
    ]
    goal, found, missed = _seek(search, Goal(moments, target, np.array(start)), lacking)
    if missed:
        warnings.warn(
            f"no simulated people show what {log.source} says of {', '.join(missed)}, "
            "which stays as it was; the report says why",
            stacklevel=3,
        )
    moved = _fitted(goal, found, parameters, measured.people) if found else ()
    names = {each.name for each in moved}
    kept = tuple(
        NotIdentified(about.name, lacking.get(about.name) or ELSEWHERE)
        for about in Parameters.describe()
        if about.name not in names
    )
    fitted = parameters.changed(**{each.name: each.new for each in moved})
    return fitted, FitReport(log.source, measured.people, moved, kept)


def _seek(
    search: Search, goal: Goal, lacking: dict[str, str | None]
) -> tuple[Goal, Found | None, list[str]]:
    """Searches, and leaves aside what the log does not tell, until nothing is amiss.

    Args:
        search: The simulated people.
        goal: What is sought of them.
        lacking: Where it is put why a parameter was left aside.

    Returns:
        What was found in the end, where, and the parameters whose moments nobody shows.
    """
    place, near, detours = goal.start, None, MOST_DETOURS
    unseen: list[str] = []
    while goal.moments:
        amiss = {
            i: f"too few simulated people show the {goal.moments[i].meaning}"
            for i in search.silent(goal, place)
        }
        if not amiss:
            found = search.settle(goal, place, near)
            missed, weak = _missed(goal, found), _hardly_moved(goal, found)
            others = search.others(goal, found) if missed or not weak else []
            if detours and others and others[0].cost < found.cost - AS_GOOD:
                place, near, detours = others[0].x, None, detours - 1
                continue
            unseen += [goal.moments[i].parameter for i in missed]
            amiss = missed or weak or _ambiguous(found, others)
            if not amiss:
                return goal, found, unseen
            place, near = found.place, found.near
        lacking.update({goal.moments[i].parameter: why for i, why in amiss.items()})
        kept = np.delete(np.arange(len(place)), list(amiss))
        goal, place, near = goal.of(kept), place[kept], near and near.of(kept)
    return goal, None, unseen


def _missed(goal: Goal, found: Found) -> dict[int, str]:
    """Returns the moment that was missed most, if any, and how."""
    worst = int(found.missed.argmax())
    if found.missed[worst] > MISSED:
        return {
            worst: f"nobody was found who shows it: the {goal.moments[worst].meaning} is "
            f"{goal.target[worst]:.3g} in the log and {found.shown[worst]:.3g} at best"
        }
    if found.moved.max() > SETTLED:
        return {int(found.moved.argmax()): "the search for it does not come to rest"}
    return {}


def _hardly_moved(goal: Goal, found: Found) -> dict[int, str]:
    """Returns which parameters the log tells too little of."""
    kept, weak = np.arange(len(goal.moments)), {}
    while len(kept) and (identified := found.near.of(kept).identified).min() < LEAST_IDENTIFIED:
        i = int(kept[identified.argmin()])
        weak[i] = f"the log hardly moves it: {goal.moments[i].meaning} tells little"
        kept = kept[kept != i]  # one by one: known, it may make others clear
    return weak


def _ambiguous(found: Found, others: list[Any]) -> dict[int, str]:
    """Returns which parameter other searches find elsewhere most, if any, and as good."""
    for other in others:
        apart = np.abs(other.x - found.place) / found.near.errors
        if other.cost < found.cost + AS_GOOD and apart.max() > APART:
            return {int(apart.argmax()): "other values of it fit the log as well"}
    return {}


def _fitted(goal: Goal, found: Found, old: Parameters, people: int) -> tuple[Fitted, ...]:
    margin = t.ppf(0.5 + CONFIDENCE / 2, max(people, FEWEST_PEOPLE) - 1) * found.near.errors
    new, low, high = map(goal.values, (found.place, found.place - margin, found.place + margin))
    return tuple(
        Fitted(
            each.parameter,
            getattr(old, each.parameter),
            new[each.parameter],
            low[each.parameter],
            high[each.parameter],
            float(identified),
            each.meaning,
            float(target),
            float(shown),
        )
        for each, identified, target, shown in zip(
            goal.moments, found.near.identified, goal.target, found.shown, strict=True
        )
    )


def _measured(log: NotificationLog) -> tuple[LogStatistics, Ints]:
    """Returns what counts of a log, and for how many days each person was recorded."""
    if not isinstance(log, NotificationLog):
        raise ArgumentError(
            f"Population.fit needs a NotificationLog, not a {type(log).__name__}; "
            "read one with gym_push.read_log"
        )
    measured = LogStatistics.of_log(log)
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

    As long as the log, unless somebody with so many days of notifications would then hardly have
    been silent before and after them; who was not recorded all the time is taken to have been as
    long as their days make likely (the unbiased estimate of a range: Goodman, "Serial Number
    Analysis", 1952).
    """
    first = np.searchsorted(of.person, np.arange(of.people))
    span = of.days_of_each
    period = int(of.day.max() - of.day.min()) + 1
    active = np.unique(of.person * (of.day.max() + 1) + of.day) // (of.day.max() + 1)
    days = np.bincount(active)
    chance = hypergeom.pmf(days, period, span, days) * (1 + (period - span) * days / span)
    own = chance < NOT_BY_CHANCE
    likely = np.rint((span - 1) * (days + 1) / np.maximum(days - 1, 1) - 1).astype(np.int64)
    recorded = np.where(own, np.minimum(likely, period), period)
    since = np.where(own, of.day[first] - (recorded - span) // 2, of.day.min())
    return since, recorded
