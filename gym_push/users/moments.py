"""What a log says of its people, number by number: the moments by which parameters are fitted.

Each moment is moved by one parameter above all, and reads the same from a measured log and from a
simulated one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.logs.marginals import DAY, HOUR, Floats, Ints, Marginals
from gym_push.users.classes import APPS, CLASS_OF_APP, CLASSES
from gym_push.users.clock import DAY_PART_OF_HOUR, DAY_PARTS
from gym_push.users.simulation import Simulation

FEWEST_PEOPLE: Final = 5
"""For the spread of people: fewer do not show how they differ."""
FEWEST_ROWS: Final = 20
"""For a share or quantile of a person or of one of their apps: with fewer it is mostly chance."""
LATE: Final = 2 * 3600.0
"""Seconds: most that is acted on later was ignored, and is cleared at any hour."""
DAY_BEGINS: Final = 4
"""Hour at which hardly anybody is awake, so that days are told apart there."""
COARSEST_HOUR: Final = HOUR // 2

NO_CLASS: Final = len(CLASSES)
_CLASS_OF_PACKAGE: Final = dict(zip(APPS, CLASS_OF_APP.tolist(), strict=True))

Table = Mapping[str, Floats]
"""What is known of each person: (people,) or (people, columns) by name, NaN where unknown."""


@dataclass(frozen=True)
class Moment:
    """A number that a log shows and a parameter moves.

    Attributes:
        parameter: Its name.
        meaning: What the number is.
        of: The entry of the table that it is taken from.
        take: Makes the number of that entry, of all people.
        fewest: People that it needs.
    """

    parameter: str
    meaning: str
    of: str
    take: Callable[[Floats], float]
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
    Moment("volume_median", "mean log of notifications a day", "volume", _mean),
    Moment("volume_spread", "its standard deviation over people", "volume", _spread, FEWEST_PEOPLE),
    Moment("day_part_rate_spread", "spread over people of the log shares of the parts of the day",
           "day parts", _spread, FEWEST_PEOPLE),
    Moment("openness_mean", "mean logit of the open rate", "open rate", _mean),
    Moment("openness_spread", "its standard deviation over people", "open rate", _spread,
           FEWEST_PEOPLE),
    Moment("app_taste", "spread of the logits of a person's open rates by app", "apps", _mean,
           FEWEST_PEOPLE),
    *(
        Moment(f"utility_{each.name}", f"logit of the open rate of {each.name} less that of all",
               f"class {each.name}", _contrast)
        for each in CLASSES
    ),
    Moment("wake_mean", "hour before which 5 % of a day's acts lie", "first act", _mean),
    Moment("sleep_mean", "hour after which 5 % of a day's acts lie", "last act", _mean),
    Moment("alert_delay_median", "lower quartile of the log response time, if opened",
           "soon", _mean),
    Moment("delay_spread", "spread over people of the median log response time, if opened",
           "response", _spread, FEWEST_PEOPLE),
    Moment("not_opened_delay", "how much later is acted on what is not opened, by log lower "
           "quartiles", "later", _mean),
    Moment("ignored", "share acted on after more than 2 h of what is not opened", "late", _mean),
)  # fmt: skip

_VOLUME = {"volume"}
_HOURS = {"day parts"}
_CLASSES = {f"class {each.name}" for each in CLASSES}
_APPS = {"apps", *_CLASSES}
OPENINGS = {"open rate", *_CLASSES}
"""Entries that say nothing where everything was opened, or nothing."""

_ACTS = {"first act", "last act"}
_RESPONSES = {"soon", "response", "later", "late"}


def too_few(moment: Moment, table: Table) -> bool:
    """Whether there are too few notifications for a moment."""
    values = table[moment.of]
    if moment.of in _CLASSES:
        return bool(values[:, :2].sum() < FEWEST_ROWS)
    return bool(np.isnan(moment.take(values)))


def lack(moment: Moment, of: Marginals) -> str | None:
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
    return reason


def tabulate(of: Marginals) -> Table:
    """Returns what each person's notifications say, as far as they are known."""
    rows = of.count(of.person, of.people)
    table: dict[str, Floats] = {"open rate": _logit(np.bincount(of.person, of.opened), rows)}
    if of.app is not None:
        table["apps"] = _spread_of_apps(of)
        table.update(_classes(of))
    if of.time is not None:
        table["volume"] = np.log(rows / of.days_of_each)
        part = DAY_PART_OF_HOUR[of.hour.astype(np.int64)]
        parts = of.count(of.person * len(DAY_PARTS) + part, of.people * len(DAY_PARTS))
        shares = np.log((parts.reshape(-1, len(DAY_PARTS)) + 0.5) / rows[:, None])
        table["day parts"] = np.where(rows[:, None] >= FEWEST_ROWS, shares, np.nan)
    if of.response is not None:
        table.update(_responses(of, of.response))
    return table


def shown_by(simulation: Simulation) -> Marginals:
    """Returns what a simulation shows, as its log would, but without writing the log."""
    arrivals, responses = simulation.arrivals, simulation.responses
    present = np.unique(arrivals.person, return_inverse=True)[1].astype(np.int64)
    midnight = int(np.datetime64(simulation.start, "ms").astype(np.int64))
    return Marginals(
        source="a simulation",
        person=present,
        opened=responses.opened,
        row=np.arange(len(present)),
        time=arrivals.time + midnight,
        app=arrivals.app,
        apps=APPS,
        response=(responses.acted - arrivals.time) / 1000.0,
    )


def _logit(successes: NDArray[Any], trials: Floats) -> Floats:
    """Returns the log odds, drawn to zero by one trial so that they are finite."""
    odds: Floats = np.log((successes + 0.5) / (trials - successes + 0.5))
    return odds


def _spread_of_apps(of: Marginals) -> Floats:
    assert of.app is not None
    apps = int(of.app.max()) + 1
    place = of.person * apps + of.app
    trials = of.count(place, of.people * apps)
    logit = _logit(np.bincount(place, of.opened, of.people * apps), trials)
    common = trials >= FEWEST_ROWS
    person = np.repeat(np.arange(of.people), apps)[common]
    return _spread_of_each(person, logit[common], of.people)


def _classes(of: Marginals) -> dict[str, Floats]:
    """Counts what each person opens of each class of apps, and of all: see `_contrast`."""
    assert of.app is not None
    of_class = np.array([_CLASS_OF_PACKAGE.get(name, NO_CLASS) for name in of.apps])[of.app]
    place = 2 * (of.person * (len(CLASSES) + 1) + of_class) + ~of.opened
    counts = of.count(place, 2 * of.people * (len(CLASSES) + 1)).reshape(of.people, -1, 2)
    every = counts.sum(axis=1)
    return {
        f"class {each.name}": np.concatenate((counts[:, number], every), axis=1)
        for number, each in enumerate(CLASSES)
    }


def _responses(of: Marginals, response: Floats) -> dict[str, Floats]:
    known = ~np.isnan(response)
    opened, not_opened = known & of.opened, known & ~of.opened
    log = np.log(np.maximum(response, 1.0))

    def quantile(where: NDArray[np.bool_], share: float, values: Floats = log) -> Floats:
        return _quantile_of_each(of.person[where], values[where], share, of.people)

    table = {
        "soon": quantile(opened, 0.25),
        "response": quantile(opened, 0.5),
        "later": quantile(not_opened, 0.25) - quantile(opened, 0.25),
        "late": of.mean_of_each(response > LATE, not_opened),
    }
    if of.time is not None:
        soon = known & (response <= LATE)
        acted = (of.hour + np.where(soon, response, 0.0) / 3600.0 - DAY_BEGINS) % 24.0
        table["first act"] = quantile(soon, 0.05, acted) + DAY_BEGINS
        table["last act"] = quantile(soon, 0.95, acted) + DAY_BEGINS
    return table


def _quantile_of_each(person: Ints, values: Floats, share: float, people: int) -> Floats:
    """Returns each person's quantile, the nearest of their values; NaN for who has too few."""
    order = np.lexsort((values, person))
    rows = np.bincount(person, minlength=people)
    first = np.cumsum(rows) - rows
    place = first + np.rint(share * (rows - 1)).astype(np.int64)
    quantiles = np.full(people, np.nan)
    several = rows >= FEWEST_ROWS
    quantiles[several] = values[order][place[several]]
    return quantiles


def _spread_of_each(person: Ints, values: Floats, people: int) -> Floats:
    """Returns the standard deviation of each person's values; NaN for who has fewer than two."""
    rows = np.bincount(person, minlength=people)
    several = rows > 1
    mean = np.bincount(person, values, people) / np.maximum(rows, 1)
    squares = np.bincount(person, (values - mean[person]) ** 2, people)
    spread = np.full(people, np.nan)
    spread[several] = np.sqrt(squares[several] / (rows[several] - 1))
    return spread
