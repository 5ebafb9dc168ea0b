"""What each person's notifications say, of a log and of a simulation alike: what moments are of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.logs.log_statistics import DAY, Floats, Ints, LogStatistics
from gym_push.users.model.app_classes import APPS, CLASS_OF_APP, CLASSES
from gym_push.users.model.clock import DAY_PART_OF_HOUR, DAY_PARTS
from gym_push.users.simulation import Simulation

FEWEST_ROWS: Final = 20
"""For a share or quantile of a person or of one of their apps: with fewer it is mostly chance."""
LATE: Final = 600.0
"""Seconds: most that is not opened and acted on later was ignored."""
AT_ANY_HOUR: Final = 2 * 3600.0
"""Seconds: what is acted on later says nothing of when the person is awake."""
DAY_BEGINS: Final = 4
"""Hour at which hardly anybody is awake, so that days are told apart there."""

NO_CLASS: Final = len(CLASSES)
_CLASS_OF_PACKAGE: Final = dict(zip(APPS, CLASS_OF_APP.tolist(), strict=True))

Table = Mapping[str, Floats]
"""What is known of each person: (people,) or (people, columns) by name, NaN where unknown."""


def tabulate(of: LogStatistics, recorded: Ints) -> Table:
    """Returns what each person's notifications say, as far as they are known.

    Args:
        of: The notifications.
        recorded: (people,) days for which each person was recorded.
    """
    rows = of.count(of.person, of.people)
    table: dict[str, Floats] = {"open rate": _logit(np.bincount(of.person, of.opened), rows)}
    if of.app is not None:
        table["apps"] = _spread_of_apps(of)
        table.update(_classes(of))
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

    Who got nothing is not in it, as nobody is in a log who got nothing.

    Args:
        simulation: Of people who are recorded from its first day on.
        recorded: (people,) for how many days.
    """
    arrivals, responses = simulation.arrivals, simulation.responses
    rows = np.flatnonzero(arrivals.time < recorded[arrivals.person] * DAY)
    if not len(rows):
        return {}
    present, person = np.unique(arrivals.person[rows], return_inverse=True)
    midnight = int(np.datetime64(simulation.start, "ms").astype(np.int64))
    shown = LogStatistics(
        source="a simulation",
        person=person.astype(np.int64),
        opened=responses.opened[rows],
        row=rows,
        time=arrivals.time[rows] + midnight,
        app=arrivals.app[rows],
        apps=APPS,
        response=(responses.acted - arrivals.time)[rows] / 1000.0,
    )
    return tabulate(shown, recorded[present])


def _logit(successes: NDArray[Any], trials: Floats) -> Floats:
    """Returns the log odds, drawn to zero by one trial so that they are finite."""
    odds: Floats = np.log((successes + 0.5) / (trials - successes + 0.5))
    return odds


def _spread_of_apps(of: LogStatistics) -> Floats:
    assert of.app is not None
    apps = int(of.app.max()) + 1
    place = of.person * apps + of.app
    trials = of.count(place, of.people * apps)
    logit = _logit(np.bincount(place, of.opened, of.people * apps), trials)
    common = trials >= FEWEST_ROWS
    person = np.repeat(np.arange(of.people), apps)[common]
    return _spread_of_each(person, logit[common], of.people)


def _classes(of: LogStatistics) -> dict[str, Floats]:
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


def _responses(of: LogStatistics, response: Floats) -> dict[str, Floats]:
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
        soon = known & (response <= AT_ANY_HOUR)
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
