"""Fits the simulated person to a log, as far as the log says anything of it.

The method of simulated moments: those parameters are sought with which a simulated population
shows the same moments (`moments`) as the log, by SciPy's `least_squares`. The same people are
simulated at every step (common random numbers), so that a moment changes only with the parameters.
A moment counts by how little it varies among simulated people, and each parameter is held to its
start by a weak prior, so that what a log hardly tells stays where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.optimize import least_squares

from gym_push.errors import ArgumentError
from gym_push.logs import NotificationLog
from gym_push.logs.marginals import Floats, Marginals
from gym_push.users.fit_report import ELSEWHERE, FitReport, Fitted, NotIdentified
from gym_push.users.moments import (
    MOMENTS,
    OPENINGS,
    Moment,
    Table,
    lack,
    shown_by,
    tabulate,
    too_few,
)
from gym_push.users.parameter_kinds import Parameter
from gym_push.users.parameters import Parameters
from gym_push.users.simulation import DEFAULT_START, run

FEWEST_ROWS: Final = 100
FEWEST_DAYS: Final = 7
MOST_DAYS: Final = 28
"""Of each person: enough for their habits, and few enough to be simulated many times."""
STEP: Final = 0.2
"""In the coordinates of the search: large beside the noise that is left, small beside a spread."""
PRIOR: Final = 2.0
"""Its standard deviation in the same coordinates: a factor of 7 for a median, one hour."""
FARTHEST: Final = 3.0 * PRIOR
LEAST_IDENTIFIED: Final = 0.5
"""Share of the new value that has to come from the log; else the parameter stays as it was."""
LEAST_POSITIVE: Final = 1e-3
CLOSE_ENOUGH: Final = 1e-3
MOST_TRIES: Final = 12
RESAMPLES: Final = 200
NO_LESS: Final = 1e-8
"""Variance of a moment: some hardly vary among few people, and none may count for everything."""
_PER_RANGE: Final[dict[float, float]] = {
    1: 4.0,
    30: 2.0,
}  # coordinates in a probability, in an hour


def fit(
    log: NotificationLog, parameters: Parameters, seed: int, simulated: int
) -> tuple[Parameters, FitReport]:
    """Moves the parameters that a log identifies to it.

    Args:
        log: Of at least 100 notifications and, if it has times, 7 days.
        parameters: Where the search starts, and what stays where the log says nothing.
        seed: Of the simulated people and the resamples.
        simulated: How many people are simulated at every step.

    Raises:
        ArgumentError: `log` is no log, or it is too short.
    """
    measured = _measured(log)
    days = FEWEST_DAYS if measured.time is None else int(np.median(measured.days_of_each))
    search = _Search(parameters, seed, simulated, max(days, FEWEST_DAYS))
    table = tabulate(measured)
    lacking = {moment.parameter: _lack(moment, measured, table) for moment in MOMENTS}
    moments = [moment for moment in MOMENTS if lacking[moment.parameter] is None]
    for moment in search.silent(moments):
        lacking[moment.parameter] = f"the people to start from show too little: {moment.meaning}"
        moments.remove(moment)
    if not moments:
        unmoved = (
            NotIdentified(each.name, lacking.get(each.name) or ELSEWHERE)
            for each in Parameters.describe()
        )
        return parameters, FitReport(log.source, measured.people, (), tuple(unmoved))
    target = _take(moments, table)

    start = search.coordinates(moments)
    scale = np.sqrt(np.diag(search.covariance(moments, start, simulated)))
    prior = np.eye(len(start)) / PRIOR

    def residuals(x: Floats) -> Floats:
        return np.append((search.show(moments, x) - target) / scale, (x - start) / PRIOR)

    def slopes_of_residuals(x: Floats) -> Floats:
        return np.vstack([search.slopes(moments, x) / scale[:, None], prior])

    found = least_squares(
        residuals,
        start,
        jac=slopes_of_residuals,
        bounds=(start - FARTHEST, start + FARTHEST),
        xtol=CLOSE_ENOUGH,
        ftol=CLOSE_ENOUGH,
        max_nfev=MOST_TRIES,
    ).x
    slopes = search.slopes(moments, found)
    gain = np.linalg.pinv(slopes_of_residuals(found))[:, : len(start)] / scale
    # The simulated people are a sample, too.
    chance = search.covariance(moments, found, measured.people) * (1 + measured.people / simulated)
    errors = np.sqrt(np.diag(gain @ chance @ gain.T)) * search.units(moments, found)
    identified = np.diag(gain @ slopes)
    clear = np.flatnonzero(identified >= LEAST_IDENTIFIED)
    for i in np.flatnonzero(identified < LEAST_IDENTIFIED):
        lacking[moments[i].parameter] = (
            f"the log hardly moves it: {moments[i].meaning} tells little"
        )
    told = [moments[i] for i in clear]
    fitted = search.parameters(told, found[clear])
    shown = search.show(told, found[clear])
    moved = tuple(
        Fitted(
            moment.parameter,
            getattr(parameters, moment.parameter),
            getattr(fitted, moment.parameter),
            float(errors[i]),
            float(min(identified[i], 1.0)),
            moment.meaning,
            float(target[i]),
            float(now),
        )
        for moment, i, now in zip(told, clear, shown, strict=True)
    )
    names = [each.name for each in moved]
    kept = tuple(
        NotIdentified(about.name, lacking.get(about.name) or ELSEWHERE)
        for about in Parameters.describe()
        if about.name not in names
    )
    return fitted, FitReport(log.source, measured.people, moved, kept)


class _Search:
    """Simulated people at any place of the parameters that are sought.

    A place has a coordinate for each parameter: the logarithm of what is positive, four times a
    probability, an hour in half hours, and any other number as it is.
    """

    def __init__(self, parameters: Parameters, seed: int, simulated: int, days: int) -> None:
        self._parameters = parameters
        self._seed = seed
        self._users = range(simulated)
        self._days = days
        self._about = {about.name: about for about in Parameters.describe()}
        self._tables: dict[bytes, Table] = {}

    def coordinates(self, moments: Sequence[Moment]) -> Floats:
        """Returns the place of the parameters at the start."""
        return np.array([
            _to_coordinate(getattr(self._parameters, each.parameter), self._about[each.parameter])
            for each in moments
        ])  # fmt: skip

    def silent(self, moments: Sequence[Moment]) -> list[Moment]:
        """Returns the moments that the people at the start do not show."""
        shown = self.show(moments, self.coordinates(moments)) if moments else ()
        return [each for each, value in zip(moments, shown, strict=True) if np.isnan(value)]

    def parameters(self, moments: Sequence[Moment], place: Floats) -> Parameters:
        """Returns the parameters at a place."""
        return self._parameters.changed(**{
            each.parameter: _from_coordinate(coordinate, self._about[each.parameter])
            for each, coordinate in zip(moments, place, strict=True)
        })  # fmt: skip

    def show(self, moments: Sequence[Moment], place: Floats) -> Floats:
        """Returns the moments that people simulated at a place show."""
        return _take(moments, self._table(moments, place))

    def slopes(self, moments: Sequence[Moment], place: Floats) -> Floats:
        """Returns how each moment (row) changes with each coordinate (column)."""
        here = self.show(moments, place)
        aside = place + STEP * np.eye(len(place))
        return np.stack([self.show(moments, each) - here for each in aside], axis=1) / STEP

    def covariance(self, moments: Sequence[Moment], place: Floats, people: int) -> Floats:
        """Returns how the moments of that many people vary, from groups of the simulated ones."""
        table = self._table(moments, place)
        generator = np.random.default_rng([self._seed, 2])
        groups = generator.integers(len(table["open rate"]), size=(RESAMPLES, people))
        drawn = np.array([
            _take(moments, {name: values[chosen] for name, values in table.items()})
            for chosen in groups
        ])  # fmt: skip
        known = drawn[~np.isnan(drawn).any(axis=1)]
        return np.atleast_2d(np.cov(known, rowvar=False)) + NO_LESS * np.eye(len(moments))

    def units(self, moments: Sequence[Moment], place: Floats) -> Floats:
        """Returns how much each parameter changes with its coordinate."""
        ends = [
            [_from_coordinate(c + step, self._about[each.parameter]) for step in (-STEP, STEP)]
            for each, c in zip(moments, place, strict=True)
        ]
        return np.diff(ends, axis=1)[:, 0] / (2.0 * STEP)

    def _table(self, moments: Sequence[Moment], place: Floats) -> Table:
        key = place.tobytes()
        if key not in self._tables:
            parameters = self.parameters(moments, place)
            simulation = run(self._seed, self._users, self._days, parameters, DEFAULT_START)
            self._tables[key] = tabulate(shown_by(simulation))
        return self._tables[key]


def _measured(log: NotificationLog) -> Marginals:
    if not isinstance(log, NotificationLog):
        raise ArgumentError(
            f"Population.fit needs a NotificationLog, not a {type(log).__name__}; "
            "read one with gym_push.read_log"
        )
    measured = Marginals.of_log(log)
    if measured.time is not None:
        days = int(measured.days_of_each.max())
        if days < FEWEST_DAYS:
            raise ArgumentError(
                f"{log.source} spans {days} days, too few to fit; "
                f"give a log of at least {FEWEST_DAYS} days"
            )
        first = np.searchsorted(measured.person, np.arange(measured.people))
        measured = measured.take(measured.day - measured.day[first][measured.person] < MOST_DAYS)
    if len(measured) < FEWEST_ROWS:
        raise ArgumentError(
            f"{log.source} has {len(measured)} notifications, too few to fit; "
            f"give a log of at least {FEWEST_ROWS}"
        )
    return measured


def _lack(moment: Moment, measured: Marginals, table: Table) -> str | None:
    reason = lack(moment, measured)
    if reason is None and moment.of in OPENINGS and measured.opened.mean() in (0.0, 1.0):
        return f"{'nothing' if not measured.opened.any() else 'everything'} in it was opened"
    if reason is None and too_few(moment, table):
        return f"it has too few notifications for the {moment.meaning}"
    return reason


def _take(moments: Sequence[Moment], table: Table) -> Floats:
    return np.array([moment.take(table[moment.of]) for moment in moments])


def _to_coordinate(value: float, about: Parameter) -> float:
    if about.least < 0:
        return value
    if about.most in _PER_RANGE:
        return value * _PER_RANGE[about.most]
    return float(np.log(max(value, LEAST_POSITIVE)))


def _from_coordinate(coordinate: float, about: Parameter) -> float:
    value = float(coordinate)
    if about.least >= 0:
        per_range = _PER_RANGE.get(about.most)
        value = value / per_range if per_range else float(np.exp(value))
    return float(np.clip(value, about.least, about.most))
