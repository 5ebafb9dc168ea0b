"""What a log says of its people, number by number: the moments by which parameters are fitted.

Each moment is moved by one parameter above all, and reads the same from a measured log and from a
simulated one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from gym_push.logs.log_statistics import DAY, HOUR, Floats, LogStatistics
from gym_push.users.fitting.person_statistics import FEWEST_ROWS, Table
from gym_push.users.keyed_random import Flags
from gym_push.users.model.app_classes import CLASSES

FEWEST_PEOPLE: Final = 5
"""For the spread of people: fewer do not show how they differ."""
COARSEST_HOUR: Final = HOUR // 2


@dataclass(frozen=True)
class Scale:
    """The coordinate of a parameter, with which moments change nearly in proportion.

    Attributes:
        to: Makes the coordinate of the parameter.
        back: Makes the parameter of the coordinate.
    """

    to: Callable[[float], float]
    back: Callable[[float], float]


def _times(unit: float) -> Scale:
    return Scale(lambda value: value / unit, lambda coordinate: unit * coordinate)


def _square(unit: float) -> Scale:
    """The square, as variances add up: a spread shows as well where there is none as where is."""
    return Scale(
        lambda value: (value / unit) ** 2,
        lambda coordinate: unit * math.sqrt(max(coordinate, 0.0)),
    )


_LOG: Final = Scale(math.log, math.exp)
_UTILITY: Final = _times(1.0)
_HOUR: Final = _times(0.5)
_SHARE: Final = _times(0.25)


@dataclass(frozen=True)
class Moment:
    """A number that a log shows and a parameter moves.

    Attributes:
        parameter: Its name.
        meaning: What the number is.
        of: The entry of the table that it is taken from.
        take: Makes the number of that entry, of all people.
        scale: The coordinate of the parameter; one unit of it is much among people.
        fewest: People who have to show it.
    """

    parameter: str
    meaning: str
    of: str
    take: Callable[[Floats], float]
    scale: Scale
    fewest: int = 1


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


MOMENTS: Final = (
    Moment("volume_median", "mean log of notifications a day", "volume", _mean, _LOG),
    Moment("volume_spread", "its standard deviation over people", "volume", _spread,
           _square(0.5), FEWEST_PEOPLE),
    Moment("day_part_rate_spread", "spread over people of the log shares of the parts of the day",
           "day parts", _spread, _square(0.5), FEWEST_PEOPLE),
    Moment("openness_mean", "mean logit of the open rate", "open rate", _mean, _UTILITY),
    Moment("openness_spread", "its standard deviation over people", "open rate", _spread,
           _square(1.5), FEWEST_PEOPLE),
    Moment("app_taste", "spread of the logits of a person's open rates by app", "apps", _mean,
           _square(1.0), FEWEST_PEOPLE),
    *(
        Moment(f"utility_{each.name}", f"logit of the open rate of {each.name} less that of all",
               f"class {each.name}", _contrast, _UTILITY)
        for each in CLASSES
    ),
    Moment("wake_mean", "hour before which 5 % of a day's acts lie", "first act", _mean, _HOUR),
    Moment("sleep_mean", "hour after which 5 % of a day's acts lie", "last act", _mean, _HOUR),
    Moment("alert_delay_median", "lower quartile of the log response time, if opened",
           "soon", _mean, _LOG),
    Moment("delay_spread", "spread over people of the median log response time, if opened",
           "response", _spread, _square(0.5), FEWEST_PEOPLE),
    Moment("not_opened_delay", "how much later is acted on what is not opened, by log lower "
           "quartiles", "later", _mean, _LOG),
    Moment("ignored", "share acted on after more than 10 min of what is not opened", "late", _mean,
           _SHARE),
)  # fmt: skip

_VOLUME: Final = {"volume"}
_HOURS: Final = {"day parts"}
_CLASSES: Final = {f"class {each.name}" for each in CLASSES}
_APPS: Final = {"apps", *_CLASSES}
_OPENINGS: Final = {"open rate", *_CLASSES}
_ACTS: Final = {"first act", "last act"}
_RESPONSES: Final = {"soon", "response", "later", "late"}


def who_shows(moment: Moment, table: Table) -> Flags:
    """Returns which people show a moment."""
    values = table[moment.of]
    if moment.of in _CLASSES:
        values = np.where(values[:, :2].any(axis=1), 1.0, np.nan)
    unknown: Flags = np.isnan(values).reshape(len(values), -1)
    return np.asarray(~unknown.any(axis=1))


def lack(moment: Moment, of: LogStatistics, table: Table) -> str | None:
    """Returns why a log does not show a moment; None if it does."""
    reason = None
    if moment.of in _VOLUME:
        reason = of.lacks_clock(DAY)
    elif moment.of in _HOURS:
        reason = of.lacks_clock(COARSEST_HOUR)
    elif moment.of in _APPS:
        reason = of.lacks_app()
    elif moment.of in _ACTS:
        reason = of.lacks_clock(COARSEST_HOUR) or of.lacks_responses()
    elif moment.of in _RESPONSES:
        reason = of.lacks_responses()
    if reason is None and of.people < moment.fewest:
        count = "one person" if of.people == 1 else f"{of.people} people"
        reason = f"it is of {count}, and how people differ needs {moment.fewest}"
    if reason is None and moment.of in _OPENINGS and of.opened.mean() in (0.0, 1.0):
        reason = f"{'nothing' if not of.opened.any() else 'everything'} in it was opened"
    if reason is None:
        shown = who_shows(moment, table).sum()
        few = moment.of in _CLASSES and table[moment.of][:, :2].sum() < FEWEST_ROWS
        if few or shown < moment.fewest:
            reason = f"it has too few notifications for the {moment.meaning}"
    return reason
