"""What the planner learns of people in general: prices, worths, waits, and how people differ.

Robust lines fit the median: a reward now and then also pays for something else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from gym_push.agents.planner.diary import (
    IN_USE,
    MATTERS,
    ONE,
    Floats,
    Ints,
    Layout,
    Row,
    chance,
    shared_out,
)

ROUNDS: Final = 12
"""Of every iteration here."""
FEW: Final = 5
"""Prices in a cell, below which it has that of all cells of its kind."""
FEWEST_OUTCOMES: Final = 20
"""Of a person who tells something about how people differ."""
CLEAR: Final = 0.03
"""A reward that is nearer to nothing tells neither an opening nor a refusal."""
NODES, SHARES = np.polynomial.hermite_e.hermegauss(15)
SHARES = SHARES / SHARES.sum()
BEFORE: Final = 0.5
"""Standard deviation between people that is expected of every coefficient beforehand."""


@dataclass
class Lessons:
    """What is true of people in general.

    Attributes:
        volume: Notifications a day.
        prices: (cells,) of an alert, above zero.
        crowd: What it costs more for each unit of `crowd`.
        withheld: Cost of suppressing what does not and what does matter.
        loss: Cost of what is not opened.
        use: Coefficients of the logarithm of the rate at which the phone is taken up, per minute.
        worth: Coefficients of the logarithm of an opening's worth: of `Worths`.
        mean, variance: (size,) coefficients of an opening, over people.
    """

    volume: float
    prices: Floats
    crowd: float
    withheld: tuple[float, float]
    loss: float
    use: Floats
    worth: Floats
    mean: Floats
    variance: Floats


def fit_prices(layout: Layout, cells: Ints, crowds: Floats, prices: Floats) -> tuple[Floats, float]:
    """Returns the price of an alert in each cell, and what a unit of crowd adds."""
    weights, slope = np.ones(len(cells)), 0.0
    for _ in range(ROUNDS):
        total = np.maximum(np.bincount(cells, weights, layout.cells), 1e-9)
        level = np.bincount(cells, weights * (prices - slope * crowds), layout.cells) / total
        centred = crowds - (np.bincount(cells, weights * crowds, layout.cells) / total)[cells]
        spread = (weights * centred * crowds).sum()
        slope = float((weights * centred * (prices - level[cells])).sum() / max(spread, 1e-9))
        weights = 1.0 / np.maximum(np.abs(prices - level[cells] - slope * crowds), 0.005)
    kinds, rest = layout.kind(cells), prices - slope * crowds
    few = np.flatnonzero(np.bincount(cells, minlength=layout.cells) < FEW)
    for cell, kind in zip(few, layout.kind(few), strict=True):
        alike = rest[kinds == kind]
        level[cell] = np.median(alike if alike.size else rest)
    return np.maximum(level, 0.0), max(slope, 0.0)


def fit_use(rows: Floats, minutes: Floats, used: Floats) -> Floats:
    """Returns the coefficients of how soon a phone is taken up: a Poisson regression.

    Args:
        rows: (waits, use_size).
        minutes: (waits,) how long was waited.
        used: (waits,) whether it was in use then.
    """
    rate = np.zeros(rows.shape[1])
    rate[0] = math.log((used.sum() + 1.0) / (minutes.sum() + 1.0))
    base = rate.copy()
    for _ in range(ROUNDS):
        expected = minutes * np.exp(np.clip(rows @ rate, -9.0, 3.0))
        bent = (rows * expected[:, None]).T @ rows + np.eye(len(rate))
        rate = rate + np.linalg.solve(bent, rows.T @ (used - expected) - (rate - base))
    return rate


class Worths:
    """How much an opening is worth, by whether it matters, its app and its age.

    Args:
        layout: Of the features.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout, self.size = layout, 3 + 2 * layout.apps

    def row(self, row: Row, age: float) -> Floats:
        """Returns the row of the regression: constant, matters, not in use; by app, by age."""
        app, waits = self._layout.app_of(row), 1.0 - row.values[IN_USE]
        numbers = np.zeros(self.size)
        numbers[:3] = 1.0, row.values[MATTERS], waits
        numbers[3 + app], numbers[3 + self._layout.apps + app] = age, waits
        return numbers

    def fit(self, rows: Floats, worths: Floats) -> Floats:
        """Returns the coefficients: first as if all apps were alike, then of each app."""
        logs, apps = np.log(worths), self._layout.apps
        alike = np.column_stack((rows[:, :3], rows[:, 3 : 3 + apps].sum(axis=1)))
        common = _robust_line(alike, logs, np.zeros(4), np.full(4, 1e-3), 0.02)
        near = np.zeros(self.size)
        near[:3], near[3 : 3 + apps] = common[:3], common[3]
        strength = np.concatenate((np.full(3, 0.01), np.full(apps, 200.0), np.ones(apps)))
        return _robust_line(rows, logs, near, strength, 0.05)


def _robust_line(
    rows: Floats, wanted: Floats, near: Floats, strength: Floats, least: float
) -> Floats:
    """Returns the coefficients with the least absolute errors, drawn to `near`."""
    weights, rest, line = np.ones(len(rows)), wanted - rows @ near, near
    for _ in range(ROUNDS):
        weighted = (rows * weights[:, None]).T
        line = near + np.linalg.solve(weighted @ rows + np.diag(strength), weighted @ rest)
        weights = 1.0 / np.maximum(np.abs(wanted - rows @ line), least)
    return line


@dataclass
class Outcomes:
    """Deliveries that were decided in between two looks at their app.

    Attributes:
        person: Of the practice.
        rows: Of each.
        opened: How many of them were opened.
    """

    person: int
    rows: list[Row]
    opened: int


def fit_people(layout: Layout, outcomes: Sequence[Outcomes]) -> tuple[Floats, Floats]:
    """Returns mean and variance over people of each coefficient of an opening.

    Expectation maximisation: the coefficients of each person by a logistic regression with the mean
    and the variances as a prior; then the mean, and a variance for each group of coefficients, of
    all people; and so on. Where nobody says which of several was opened, each is as likely as the
    regression says.
    """
    rows = [row for each in outcomes for row in each.rows]
    dense = np.zeros((len(rows), layout.size))
    for place, row in enumerate(rows):
        dense[place, row.at] = row.values
    sizes = [len(each.rows) for each in outcomes]
    opened = np.repeat([each.opened / len(each.rows) for each in outcomes], sizes)
    person = np.repeat([each.person for each in outcomes], sizes)

    mean, strength = np.zeros(layout.size), np.full(layout.size, 0.3)
    for again in (False, True):
        if again:
            opened = _which(outcomes, dense @ mean)
        mean, _ = _logistic(dense, opened, mean, np.zeros(layout.size), strength, ROUNDS // 2)
    counts = np.unique(person, return_counts=True)
    people = [np.flatnonzero(person == p) for p, n in zip(*counts, strict=True)
              if n >= FEWEST_OUTCOMES]  # fmt: skip
    spread = np.full(layout.groups, BEFORE**2)
    spread[ONE] = 1.0
    own = [mean] * len(people)
    for _ in range(ROUNDS):
        margins = dense @ mean
        moved, met = np.zeros((2, layout.size))
        squares, times = np.zeros((2, layout.groups))
        for place, mine in enumerate(people):
            seen = dense[mine]
            used = np.flatnonzero(seen.any(axis=0))
            seen, group = seen[:, used], layout.group[used]
            guess, bent = _logistic(
                seen, opened[mine], own[place][used], mean[used], 1.0 / spread[group], 2
            )
            own[place] = mean.copy()
            own[place][used] = guess
            margins[mine] = seen @ guess
            moved[used] += guess - mean[used]
            met[used] += 1.0
            unsure = np.linalg.inv(bent).diagonal()
            np.add.at(squares, group, (guess - mean[used]) ** 2 + unsure)
            np.add.at(times, group, 1.0)
        mean = mean + moved / (met + 3.0)
        spread = (squares + 0.1) / (times + 4.0)
        opened = _which(outcomes, margins)
    return mean, spread[layout.group]


def posterior(mean: float, variance: float, opened: float) -> tuple[float, float]:
    """Returns mean and variance of log odds after an outcome that is so likely an opening."""
    margins = mean + math.sqrt(variance) * NODES
    likely = chance(margins)
    weights = SHARES * (opened * likely + (1.0 - opened) * (1.0 - likely))
    weights /= weights.sum()
    found = float(weights @ margins)
    return found, float(weights @ (margins - found) ** 2)


def _logistic(
    rows: Floats, opened: Floats, start: Floats, near: Floats, strength: Floats, rounds: int
) -> tuple[Floats, Floats]:
    """Returns coefficients drawn to `near`, and the curvature there, by Newton's method."""
    line = start
    for _ in range(rounds):
        likely = chance(rows @ line)
        bent = (rows * np.maximum(likely * (1.0 - likely), 1e-4)[:, None]).T @ rows
        bent += np.diag(strength)
        line = line + np.linalg.solve(bent, rows.T @ (opened - likely) - strength * (line - near))
    return line, bent


def _which(outcomes: Sequence[Outcomes], margins: Floats) -> Floats:
    """Returns how likely each delivery was opened."""
    ends = np.cumsum([len(each.rows) for each in outcomes])
    parts = np.split(margins, ends[:-1])
    return np.concatenate(
        [shared_out(part, each.opened) for part, each in zip(parts, outcomes, strict=True)]
    )
