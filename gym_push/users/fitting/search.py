"""Searches for the parameters with which simulated people show what a log shows.

Every step simulates the same people (common random numbers), so that what they show changes only
with the parameters. They are recorded for as long as the people of the log, in groups of as many,
so that a small sample biases both in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
ASIDE: Final = 0.5 * PRIOR
"""Distance from the end of a search at which two others begin."""
SETTLED: Final = 0.25
"""Standard errors that the last round of a search may still move."""
MOST_ROUNDS: Final = 8
MOST_TRIES: Final = 20
CLOSE_ENOUGH: Final = 1e-2
RESAMPLES: Final = 200
FEWEST_SIMULATED: Final = 10
"""People who show a moment: fewer do not tell how much it varies."""
NO_LESS: Final = 1e-8
"""Added to the variance of each moment, so that none that hardly varies outweighs all others."""

_ABOUT: Final = {about.name: about for about in Parameters.describe()}


@dataclass(frozen=True)
class Goal:
    """What simulated people should show, and where the search starts.

    Attributes:
        moments: One for each parameter to fit.
        target: (moments,) what the log shows.
        start: (moments,) coordinates of the parameters.
    """

    moments: Sequence[Moment]
    target: Floats
    start: Floats

    def of(self, kept: Ints) -> Goal:
        """Returns the goal with only some of the moments."""
        return Goal([self.moments[i] for i in kept], self.target[kept], self.start[kept])

    @property
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


@dataclass(frozen=True)
class Nearby:
    """How moments depend on the parameters near a place, and on chance.

    Attributes:
        slopes: How each moment (row) changes with each coordinate (column).
        chance: Covariance of the moments, among logs of as many people and with who is simulated.
    """

    slopes: Floats
    chance: Floats

    def of(self, kept: Ints) -> Nearby:
        """Returns the same with only some of the moments, if the other parameters are known."""
        both = np.ix_(kept, kept)
        return Nearby(self.slopes[both], self.chance[both])

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
class Found:
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
    near: Nearby
    shown: Floats
    missed: Floats
    moved: Floats
    cost: float


class Search:
    """Simulated people at any place of the parameters to fit.

    Args:
        parameters: Where the search starts, and what is not fitted.
        seed: Of the simulated people.
        simulated: How many people to simulate.
        recorded: (people,) days for which each person of the log was recorded.
    """

    def __init__(self, parameters: Parameters, seed: int, simulated: int, recorded: Ints) -> None:
        self._parameters = parameters
        self._seed = seed
        self._people = len(recorded)
        self._recorded = np.resize(recorded, simulated)
        self._tables: dict[Parameters, Table] = {}

    def silent(self, goal: Goal, place: Floats) -> Ints:
        """Returns the moments that too few of the people at a place show."""
        table = self._table(goal, place)
        shown = [each.shown(table).sum() if table else 0 for each in goal.moments]
        few = np.array(shown) < FEWEST_SIMULATED
        return np.flatnonzero(few | np.isnan(self.show(goal, place)))

    def show(self, goal: Goal, place: Floats) -> Floats:
        """Returns the moments that the people at a place show; NaN where nobody does."""
        table = self._table(goal, place)
        if not table:
            return np.full(len(goal.moments), np.nan)
        people = len(table["open rate"])
        groups = np.array_split(np.arange(people), max(1, people // self._people))
        return _means(_take(goal.moments, table, groups))

    def settle(self, goal: Goal, place: Floats, near: Nearby | None) -> Found:
        """Searches from a place until it settles, or for `MOST_ROUNDS`.

        Args:
            goal: What the people should show.
            place: Where to begin.
            near: How moments change there; None if unknown.
        """
        place = np.clip(place, *goal.bounds)
        for _ in range(MOST_ROUNDS):
            now = near or self._nearby(goal, place)
            end = self._end(goal, place, now)
            moved = np.abs(end.x - place) / now.errors
            place, near = end.x, None
            if end.status and moved.max() <= SETTLED:
                break
        missed = np.abs(end.fun[: len(place)])
        return Found(place, now, self.show(goal, place), missed, moved, float(end.cost))

    def others(self, goal: Goal, found: Found) -> list[Any]:
        """Returns what SciPy finds from two places around the end of a search, the best first."""
        signs = np.random.default_rng([self._seed, 3]).choice((-ASIDE, ASIDE), len(found.place))
        both = (np.clip(found.place + aside, *goal.bounds) for aside in (signs, -signs))
        ends = (
            self._end(goal, place, replace(found.near, slopes=self._slopes(goal, place)))
            for place in both
            if not np.isnan(self.show(goal, place)).any()
        )
        return sorted(ends, key=lambda end: float(end.cost))

    def _nearby(self, goal: Goal, place: Floats) -> Nearby:
        table = self._table(goal, place)
        people = len(table["open rate"])
        generator = np.random.default_rng([self._seed, 2])
        groups = generator.integers(people, size=(RESAMPLES, self._people))
        drawn = _take(goal.moments, table, groups)
        shown = np.maximum((~np.isnan(drawn)).sum(axis=0), 1)
        apart = np.nan_to_num(drawn - _means(drawn))
        chance = apart.T @ apart / np.sqrt(np.outer(shown, shown))
        chance *= 1.0 + self._people / people  # the simulated people are a sample too
        return Nearby(self._slopes(goal, place), chance + NO_LESS * np.eye(len(chance)))

    def _slopes(self, goal: Goal, place: Floats) -> Floats:
        here = self.show(goal, place)
        step = np.where(place + STEP < goal.bounds[1], STEP, -STEP)
        there = [self.show(goal, place + aside) for aside in np.diag(step)]
        slopes: Floats = np.nan_to_num((np.stack(there, axis=1) - here[:, None]) / step)
        return slopes

    def _end(self, goal: Goal, place: Floats, near: Nearby) -> Any:
        """Returns what SciPy's `least_squares` finds, with the same slopes everywhere."""
        slopes, scale = near.weighed, near.scale

        def residuals(x: Floats) -> Floats:
            return np.append((self.show(goal, x) - goal.target) / scale, (x - goal.start) / PRIOR)

        return least_squares(
            residuals,
            place,
            jac=lambda _: slopes,
            bounds=goal.bounds,
            xtol=CLOSE_ENOUGH,
            ftol=CLOSE_ENOUGH,
            max_nfev=MOST_TRIES,
        )

    def _table(self, goal: Goal, place: Floats) -> Table:
        parameters = self._parameters.changed(**goal.values(place))
        if parameters not in self._tables:
            users, days = range(len(self._recorded)), int(self._recorded.max())
            simulation = run(self._seed, users, days, parameters, DEFAULT_START)
            self._tables[parameters] = shown_by(simulation, self._recorded)
        return self._tables[parameters]


def _take(moments: Sequence[Moment], table: Table, groups: Iterable[Ints]) -> Floats:
    """Returns each moment (column) of each group of people (row)."""
    return np.array([[each.take(table[each.of][group]) for each in moments] for group in groups])


def _means(values: Floats) -> Floats:
    """Returns the mean of each column over the rows that have it; NaN where none has."""
    means: Floats = np.ma.masked_invalid(values).mean(axis=0).filled(np.nan)
    return means
