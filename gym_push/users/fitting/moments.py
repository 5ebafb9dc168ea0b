"""What a log shows of its people, number by number: the moments by which parameters are fitted.

Each moment is moved by one parameter above all. It is taken from a table of what each person's
notifications show, which is made in the same way of a measured log and of a simulation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.logs.log_statistics import LogStatistics
from gym_push.users.keyed_random import Flags, Floats, Ints
from gym_push.users.model.app_classes import APPS, CLASS_OF_APP, CLASSES
from gym_push.users.model.states import DAY, DAY_PART_OF_HOUR, DAY_PARTS, HOUR, SECOND
from gym_push.users.simulation import Simulation

FEWEST_PEOPLE: Final = 5
"""For the spread of people: fewer do not show how they differ."""
FEWEST_ROWS: Final = 20
"""For a share or quantile of a person or of one of their apps: with fewer it is mostly chance."""
LATE_SECONDS: Final = 600.0
"""Most of what is not opened and acted on later was ignored."""
AWAKE_SECONDS: Final = 2 * 3600.0
"""An act later than this after arrival says nothing of when the person is awake."""
DAY_BEGINS: Final = 4
"""Hour at which hardly anybody is awake, so that days are told apart there."""

_NO_CLASS: Final = len(CLASSES)
_CLASS_OF_PACKAGE: Final = dict(zip(APPS, CLASS_OF_APP.tolist(), strict=True))

Table = Mapping[str, Floats]
"""What is known of each person: (people,) or (people, columns) by name, NaN where unknown."""
Lack = Callable[[LogStatistics], "str | None"]
"""Returns why a log cannot show something; None if it can."""


@dataclass(frozen=True)
class Scale:
    """The coordinate of a parameter, with which moments change nearly in proportion.

    Attributes:
        to: Makes the coordinate of the parameter.
        back: Makes the parameter of the coordinate.
    """

    to: Callable[[float], float]
    back: Callable[[float], float]


@dataclass(frozen=True)
class Moment:
    """A number that a log shows and a parameter moves.

    Attributes:
        parameter: Its name.
        meaning: What the number is.
        of: The entry of the table that it is taken from.
        take: Makes the number of that entry, of all people.
        scale: The coordinate of the parameter; people differ by about one unit of it.
        lacks: What a log may lack to show it.
        fewest: People who have to show it.
    """

    parameter: str
    meaning: str
    of: str
    take: Callable[[Floats], float]
    scale: Scale
    lacks: tuple[Lack, ...]
    fewest: int = 1

    def shown(self, table: Table) -> Flags:
        """Returns which people show it."""
        values = table[self.of]
        if self.take is _contrast:
            values = np.where(values[:, :2].any(axis=1), 1.0, np.nan)
        known: Flags = np.all(~np.isnan(values).reshape(len(values), -1), axis=1)
        return known

    def lack(self, of: LogStatistics, table: Table) -> str | None:
        """Returns why a log does not show it; None if it does."""
        for lack in self.lacks:
            if reason := lack(of):
                return reason
        if of.people < self.fewest:
            count = "one person" if of.people == 1 else f"{of.people} people"
            return f"it is of {count}, and how people differ needs {self.fewest}"
        few = self.take is _contrast and table[self.of][:, :2].sum() < FEWEST_ROWS
        if few or self.shown(table).sum() < self.fewest:
            return f"it has too few notifications for the {self.meaning}"
        return None


def _times(unit: float) -> Scale:
    return Scale(lambda value: value / unit, lambda coordinate: unit * coordinate)


def _square(unit: float) -> Scale:
    """The square, since variances add up: so a spread of zero is as easy to find as any other."""
    return Scale(
        lambda value: (value / unit) ** 2,
        lambda coordinate: unit * math.sqrt(max(coordinate, 0.0)),
    )


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else np.nan


def _spread(values: Floats) -> float:
    """Returns the standard deviation over people, over several columns its quadratic mean."""
    rows = values.reshape(len(values), -1)
    known = rows[~np.isnan(rows).any(axis=1)]
    return float(np.sqrt(known.var(axis=0, ddof=1).mean())) if len(known) > 1 else np.nan


def _contrast(counts: Floats) -> float:
    """Returns the logit of the open rate of some notifications, less that of all; never NaN.

    Args:
        counts: (people, 4) opened and not opened, of the some and of all.
    """
    opened, not_opened, all_opened, all_not_opened = counts.sum(axis=0) + 0.5
    return float(np.log(opened / not_opened) - np.log(all_opened / all_not_opened))


def _all_alike(of: LogStatistics) -> str | None:
    if of.opened.mean() in (0.0, 1.0):
        return f"{'everything' if of.opened.any() else 'nothing'} in it was opened"
    return None


_LOG: Final = Scale(math.log, math.exp)
_UTILITY: Final = _times(1.0)
_DAYS: Final = partial(LogStatistics.lacks_clock, coarsest=DAY)
_HALF_HOURS: Final = partial(LogStatistics.lacks_clock, coarsest=HOUR // 2)
_RESPONSES: Final = LogStatistics.lacks_responses
_APP: Final = LogStatistics.lacks_app

MOMENTS: Final = (
    Moment("volume_median", "mean log of notifications a day", "volume", _mean, _LOG, (_DAYS,)),
    Moment("volume_spread", "its standard deviation over people", "volume", _spread,
           _square(0.5), (_DAYS,), FEWEST_PEOPLE),
    Moment("day_part_rate_spread", "spread over people of the log shares of the parts of the day",
           "day parts", _spread, _square(0.5), (_HALF_HOURS,), FEWEST_PEOPLE),
    Moment("openness_mean", "mean logit of the open rate", "open rate", _mean, _UTILITY,
           (_all_alike,)),
    Moment("openness_spread", "its standard deviation over people", "open rate", _spread,
           _square(1.5), (_all_alike,), FEWEST_PEOPLE),
    Moment("app_taste", "spread of the logits of a person's open rates by app", "apps", _mean,
           _square(1.0), (_APP,), FEWEST_PEOPLE),
    *(
        Moment(f"utility_{each.name}", f"logit of the open rate of {each.name} less that of all",
               f"class {each.name}", _contrast, _UTILITY, (_APP, _all_alike))
        for each in CLASSES
    ),
    Moment("wake_mean", "hour before which 5 % of a day's acts lie", "first act", _mean,
           _times(0.5), (_HALF_HOURS, _RESPONSES)),
    Moment("sleep_mean", "hour after which 5 % of a day's acts lie", "last act", _mean,
           _times(0.5), (_HALF_HOURS, _RESPONSES)),
    Moment("alert_delay_median", "lower quartile of the log response time, if opened",
           "soon", _mean, _LOG, (_RESPONSES,)),
    Moment("delay_spread", "spread over people of the median log response time, if opened",
           "response", _spread, _square(0.5), (_RESPONSES,), FEWEST_PEOPLE),
    Moment("not_opened_delay", "lower quartile of the log response time if not opened, less that "
           "if opened", "later", _mean, _LOG, (_RESPONSES,)),
    Moment("ignored", "share of what is not opened that is acted on after more than 10 min",
           "late", _mean, _times(0.25), (_RESPONSES,)),
)  # fmt: skip


def tabulate(of: LogStatistics, recorded: Ints) -> Table:
    """Returns what each person's notifications show, as far as they are known.

    Args:
        of: The notifications.
        recorded: (people,) days for which each person was recorded.
    """
    rows = of.count(of.person, of.people)
    table: dict[str, Floats] = {"open rate": _logit(np.bincount(of.person, of.opened), rows)}
    if of.app is not None:
        table["apps"] = _spread_of_apps(of, of.app)
        table.update(_classes(of, of.app))
    if of.time is not None:
        table["volume"] = np.log(rows / recorded)
        part = DAY_PART_OF_HOUR[of.hour.astype(np.int64)]
        parts = of.count(of.person * len(DAY_PARTS) + part, of.people * len(DAY_PARTS))
        shares = np.log((parts.reshape(-1, len(DAY_PARTS)) + 0.5) / rows[:, None])
        table["day parts"] = np.where(rows[:, None] >= FEWEST_ROWS, shares, np.nan)
    if of.response is not None:
        table.update(_responses(of, of.response))
    return table


def shown_by(simulation: Simulation, recorded: Ints) -> Table:
    """Returns the table of a simulation, as its log would give it, but without writing the log.

    People without a notification are not in it, as they are not in a log.

    Args:
        simulation: Of people who are recorded from its first day on.
        recorded: (people,) for how many days.
    """
    arrivals, responses = simulation.arrivals, simulation.responses
    rows = np.flatnonzero(arrivals.time < recorded[arrivals.person] * DAY)
    if not len(rows):
        return {}
    present, person = np.unique(arrivals.person[rows], return_inverse=True)
    shown = LogStatistics(
        source="a simulation",
        person=person.astype(np.int64),
        opened=responses.opened[rows],
        row=rows,
        time=simulation.midnight + arrivals.time[rows],
        app=arrivals.app[rows],
        apps=APPS,
        response=(responses.acted - arrivals.time)[rows] / SECOND,
    )
    return tabulate(shown, recorded[present])


def _logit(successes: NDArray[Any], trials: Floats) -> Floats:
    """Returns the log odds, drawn to zero by one trial so that they are finite."""
    odds: Floats = np.log((successes + 0.5) / (trials - successes + 0.5))
    return odds


def _spread_of_apps(of: LogStatistics, app: Ints) -> Floats:
    """Returns the spread over each person's apps of the logits of open rates; NaN if of one."""
    apps = int(app.max()) + 1
    place = of.person * apps + app
    trials = of.count(place, of.people * apps)
    logit = _logit(np.bincount(place, of.opened, of.people * apps), trials)
    logit = np.where(trials >= FEWEST_ROWS, logit, np.nan).reshape(of.people, apps)
    spread = np.full(of.people, np.nan)
    several = (~np.isnan(logit)).sum(axis=1) > 1
    spread[several] = np.nanstd(logit[several], axis=1, ddof=1)
    return spread


def _classes(of: LogStatistics, app: Ints) -> dict[str, Floats]:
    """Counts what each person opens of each class of apps, and of all: see `_contrast`."""
    of_class = np.array([_CLASS_OF_PACKAGE.get(name, _NO_CLASS) for name in of.apps])[app]
    place = 2 * (of.person * (len(CLASSES) + 1) + of_class) + ~of.opened
    counts = of.count(place, 2 * of.people * (len(CLASSES) + 1)).reshape(of.people, -1, 2)
    every = counts.sum(axis=1)
    return {
        f"class {each.name}": np.concatenate((counts[:, number], every), axis=1)
        for number, each in enumerate(CLASSES)
    }


def _responses(of: LogStatistics, response: Floats) -> dict[str, Floats]:
    known = ~np.isnan(response)
    opened, not_opened = known & of.opened, known & ~of.opened
    log = np.log(np.maximum(response, 1.0))

    def quantile(where: Flags, share: float, values: Floats = log) -> Floats:
        """Returns each person's quantile, the nearest of their values; NaN for too few."""
        person, values = of.person[where], values[where]
        rows = np.bincount(person, minlength=of.people)
        place = np.cumsum(rows) - rows + np.rint(share * (rows - 1)).astype(np.int64)
        several = rows >= FEWEST_ROWS
        quantiles = np.full(of.people, np.nan)
        quantiles[several] = values[np.lexsort((values, person))][place[several]]
        return quantiles

    table = {
        "soon": quantile(opened, 0.25),
        "response": quantile(opened, 0.5),
        "later": quantile(not_opened, 0.25) - quantile(opened, 0.25),
        "late": of.mean_of_each(response > LATE_SECONDS, not_opened),
    }
    if of.time is not None:
        soon = known & (response <= AWAKE_SECONDS)
        acted = (of.hour + np.where(soon, response, 0.0) / 3600.0 - DAY_BEGINS) % 24.0
        table["first act"] = quantile(soon, 0.05, acted) + DAY_BEGINS
        table["last act"] = quantile(soon, 0.95, acted) + DAY_BEGINS
    return table
