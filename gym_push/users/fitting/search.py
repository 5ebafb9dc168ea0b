"""Searches for the parameters with which simulated people show what a log shows.

Every step simulates the same people (common random numbers), so that what they show changes only
with the parameters. They are recorded for as long as the people of the log, in groups of as many,
so that a small sample biases both in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from scipy.optimize import least_squares

from gym_push.logs.log_statistics import Floats, Ints
from gym_push.users.fitting.moments import Moment, Table, shown_by
from gym_push.users.model.parameters import Parameters
from gym_push.users.simulation import DEFAULT_START, run

STEP: Final = 0.5
"""Of the slopes: large, as a small step changes few notifications, and those by chance."""
PRIOR: Final = 2.0
"""The standard deviation of a coordinate about its start: a factor of 7 for a median, one hour."""
RESTART_DISTANCE: Final = 0.5 * PRIOR
"""Distance from the end of a search at which two others begin."""
SETTLED: Final = 0.25
"""Standard errors that the last round of a search may still move."""
MOST_ROUNDS: Final = 8
MOST_TRIES: Final = 20
TOLERANCE: Final = 1e-2
RESAMPLES: Final = 200
FEWEST_SIMULATED: Final = 10
"""People who show a moment: fewer do not tell how much it varies."""
VARIANCE_FLOOR: Final = 1e-8
"""Added to the variance of each moment, lest one that hardly varies outweighs the rest."""

_ABOUT: Final = {about.name: about for about in Parameters.describe()}


@dataclass(frozen=True)
class LocalModel:
    """How moments depend on the parameters near a place, and on chance.

    Attributes:
        slopes: How each moment (row) changes with each coordinate (column).
        chance: Covariance of the moments, among logs of as many people and with who is simulated.
    """

    slopes: Floats
    chance: Floats

    def of(self, kept: Ints) -> LocalModel:
        """Returns the same with only some of the moments, if the other parameters are known."""
        both = np.ix_(kept, kept)
        return LocalModel(self.slopes[both], self.chance[both])

    @property
    def scale(self) -> Floats:
        """How far each moment varies by chance."""
        return np.sqrt(np.diag(self.chance))

    @property
    def weighed(self) -> Floats:
        """The slopes of what the search minimises: misses, then distances to the start."""
        return np.vstack([self.slopes / self.scale[:, None], np.eye(len(self.slopes)) / PRIOR])

    @property
    def errors(self) -> Floats:
        """The standard error of each coordinate, from chance and from what the log leaves open."""
        moments = len(self.slopes)
        gain = np.linalg.pinv(self.weighed)[:, :moments] / self.scale
        open_still = (np.eye(moments) - gain @ self.slopes) * PRIOR
        both = gain @ self.chance @ gain.T + open_still @ open_still.T
        errors: Floats = np.sqrt(np.diag(both))
        return errors

    @property
    def identified(self) -> Floats:
        """The share of the prior uncertainty about each coordinate that the log removes."""
        return 1.0 - (self.errors / PRIOR) ** 2


@dataclass(frozen=True)
class SearchResult:
    """Where a search ended.

    Attributes:
        place: Coordinates.
        near: How moments change there.
        shown: The moments there.
        missed: How far they are from their target, in standard deviations.
        moved: How far the last round moved, in standard errors.
        cost: Half the sum of squares that the search minimises.
    """

    place: Floats
    near: LocalModel
    shown: Floats
    missed: Floats
    moved: Floats
    cost: float


@dataclass(frozen=True, eq=False)
class Search:
    """The parameters to fit, and simulated people at any place of them.

    Attributes:
        moments: One for each parameter to fit.
        target: (moments,) what the log shows.
        start: (moments,) coordinates of the parameters.
        parameters: What is not fitted.
        seed: Of the simulated people.
        people: How many the log has.
        recorded: (simulated people,) days for which each is recorded.
    """

    moments: Sequence[Moment]
    target: Floats
    start: Floats
    parameters: Parameters
    seed: int
    people: int
    recorded: Ints
    _tables: dict[Parameters, Table] = field(default_factory=dict)

    def of(self, kept: Ints) -> Search:
        """Returns a search for only some of the parameters, among the same people."""
        moments = [self.moments[i] for i in kept]
        return replace(self, moments=moments, target=self.target[kept], start=self.start[kept])

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """The least and the greatest coordinates."""
        abouts = [(each.scale, _ABOUT[each.parameter]) for each in self.moments]
        least = np.array([scale.to(about.least) for scale, about in abouts])
        return least, np.array([scale.to(about.most) for scale, about in abouts])

    def values(self, place: Floats) -> dict[str, float]:
        """Returns the parameters at a place by name, each moved into its range."""
        return {
            each.parameter: _ABOUT[each.parameter].nearest(each.scale.back(float(coordinate)))
            for each, coordinate in zip(self.moments, place, strict=True)
        }

    def silent(self, place: Floats) -> Ints:
        """Returns the moments that too few of the people at a place show."""
        table = self._table(place)
        shown = [each.shown(table).sum() if table else 0 for each in self.moments]
        few = np.array(shown) < FEWEST_SIMULATED
        return np.flatnonzero(few | np.isnan(self.show(place)))

    def show(self, place: Floats) -> Floats:
        """Returns the moments that the people at a place show; NaN where nobody does."""
        table = self._table(place)
        if not table:
            return np.full(len(self.moments), np.nan)
        people = len(table["open rate"])
        groups = np.array_split(np.arange(people), max(1, people // self.people))
        return _means(_take(self.moments, table, groups))

    def settle(self, place: Floats, near: LocalModel | None) -> SearchResult:
        """Searches from a place until it settles, or for `MOST_ROUNDS`.

        Args:
            place: Where to begin.
            near: How moments change there; None if unknown.
        """
        place = np.clip(place, *self.bounds)
        for _ in range(MOST_ROUNDS):
            now = near or self._local_model(place)
            end = self._end(place, now)
            moved = np.abs(end.x - place) / now.errors
            place, near = end.x, None
            if end.status and moved.max() <= SETTLED:
                break
        missed = np.abs(end.fun[: len(place)])
        return SearchResult(place, now, self.show(place), missed, moved, float(end.cost))

    def others(self, found: SearchResult) -> list[Any]:
        """Returns what SciPy finds from two places around the end of a search, the best first."""
        signs = np.random.default_rng([self.seed, 3]).choice(
            (-RESTART_DISTANCE, RESTART_DISTANCE), len(found.place)
        )
        both = (np.clip(found.place + aside, *self.bounds) for aside in (signs, -signs))
        ends = (
            self._end(place, replace(found.near, slopes=self._slopes(place)))
            for place in both
            if not np.isnan(self.show(place)).any()
        )
        return sorted(ends, key=lambda end: float(end.cost))

    def _local_model(self, place: Floats) -> LocalModel:
        table = self._table(place)
        people = len(table["open rate"])
        generator = np.random.default_rng([self.seed, 2])
        groups = generator.integers(people, size=(RESAMPLES, self.people))
        drawn = _take(self.moments, table, groups)
        shown = np.maximum((~np.isnan(drawn)).sum(axis=0), 1)
        apart = np.nan_to_num(drawn - _means(drawn))
        chance = apart.T @ apart / np.sqrt(np.outer(shown, shown))
        chance *= 1.0 + self.people / people  # the simulated people are a sample too
        return LocalModel(self._slopes(place), chance + VARIANCE_FLOOR * np.eye(len(chance)))

    def _slopes(self, place: Floats) -> Floats:
        here = self.show(place)
        step = np.where(place + STEP < self.bounds[1], STEP, -STEP)
        there = [self.show(place + aside) for aside in np.diag(step)]
        slopes: Floats = np.nan_to_num((np.stack(there, axis=1) - here[:, None]) / step)
        return slopes

    def _end(self, place: Floats, near: LocalModel) -> Any:
        """Returns what SciPy's `least_squares` finds, with the same slopes everywhere."""
        slopes, scale = near.weighed, near.scale

        def residuals(x: Floats) -> Floats:
            return np.append((self.show(x) - self.target) / scale, (x - self.start) / PRIOR)

        return least_squares(
            residuals,
            place,
            jac=lambda _: slopes,
            bounds=self.bounds,
            xtol=TOLERANCE,
            ftol=TOLERANCE,
            max_nfev=MOST_TRIES,
        )

    def _table(self, place: Floats) -> Table:
        parameters = self.parameters.changed(**self.values(place))
        if parameters not in self._tables:
            users, days = range(len(self.recorded)), int(self.recorded.max())
            simulation = run(self.seed, users, days, parameters, DEFAULT_START)
            self._tables[parameters] = shown_by(simulation, self.recorded)
        return self._tables[parameters]


def _take(moments: Sequence[Moment], table: Table, groups: Iterable[Ints]) -> Floats:
    """Returns each moment (column) of each group of people (row)."""
    return np.array([[each.take(table[each.of][group]) for each in moments] for group in groups])


def _means(values: Floats) -> Floats:
    """Returns the mean of each column over the rows that have it; NaN where none has."""
    means: Floats = np.ma.masked_invalid(values).mean(axis=0).filled(np.nan)
    return means
