"""What an off-policy estimate rests on, and when not to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.off_policy.estimators import Evidence
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.off_policy.units import Units
from gym_push.logs.log_statistics import Floats

TINY: Final = 0.01
"""A propensity below it supports nothing: one such decision would weigh more than a hundred."""
FEW: Final = 30
"""Effective rows, or units, below which an interval is not to be trusted."""
SURE: Final = 0.999
"""Level of the intervals of what is checked: of a thousand right logs one is warned of in vain."""
MUCH: Final = 0.01
"""Share of rows, or of the target's probability, from which something is told."""


@dataclass(frozen=True)
class Calibration:
    """Whether the propensities of an action fit how often it was taken.

    Attributes:
        action: Its name.
        ratio: How often it was taken over how often its propensities say, each row as 1/p, with its
            99.9 % interval.
        expected: What this is if they are right: one, or the share of the rows that allow it.
    """

    action: str
    ratio: Estimate
    expected: float

    @property
    def holds(self) -> bool:
        """Whether the interval holds what is expected; without one, nothing says otherwise."""
        return _holds(self.ratio, self.expected)


def _holds(estimate: Estimate, expected: float) -> bool:
    low, high = estimate.interval or (expected, expected)
    return low <= expected <= high


@dataclass(frozen=True)
class Diagnostics:
    """What an estimate rests on.

    Attributes:
        rows: Decisions.
        units: How many are independent.
        unit: What those are: "person", "day" or "block".
        over: What the mean is over: "persons" or "notifications".
        agreement: Mean probability with which the target decides as was decided.
        effective: How many rows with equal weights would say as much; None without propensities.
        largest: Largest weight, before clipping; None without propensities.
        clipped: Share of the rows whose weight was clipped.
        unsupported: Share of the target's probability on actions with a propensity below `TINY`;
            None where the propensities of actions that were not taken are unknown.
        mean_weight: With its 99.9 % interval; one, if propensities and support are right. None
            without propensities.
        calibration: Of each action that was taken.
    """

    rows: int
    units: int
    unit: str
    over: str
    agreement: float
    effective: float | None = None
    largest: float | None = None
    clipped: float = 0.0
    unsupported: float | None = None
    mean_weight: Estimate | None = None
    calibration: tuple[Calibration, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before the estimate is believed, a sentence each."""
        told = []
        if self.unit != "person":
            told.append(
                f"The log is of one person: the interval is over {self.unit}s, as if these were "
                "independent, and says nothing of others."
            )
        if self.units == 1:
            told.append(f"There is one {self.unit}: no interval can be given.")
        elif self.units < FEW:
            told.append(f"There are {self.units} {self.unit}s: the interval is a rough one.")
        if self.effective is None:
            told.append("Propensities are unknown: nothing protects the estimate from confounding.")
            return tuple(told)
        if self.effective < FEW:
            told.append(f"The weights leave the worth of {self.effective:.0f} rows.")
        if self.clipped > 0.0:
            told.append(
                f"{self.clipped:.1%} of the weights are clipped, which biases the estimate."
            )
        if self.unsupported is not None and self.unsupported >= MUCH:
            told.append(
                f"{self.unsupported:.1%} of what the target does was hardly ever tried there: the "
                "log does not support it."
            )
        for each in self.calibration:
            if not each.holds:
                told.append(
                    f"The propensities of {each.action!r} do not fit how often it was taken "
                    f"({each.ratio.value:.2f} of {each.expected:.2f})."
                )
        assert self.mean_weight is not None
        if not self.clipped and not _holds(self.mean_weight, 1.0):
            told.append(
                f"The mean weight is {self.mean_weight.value:.2f}, not 1: propensities are wrong, "
                "or the target does what was never tried."
            )
        return tuple(told)


def diagnose(logged: LoggedDecisions, evidence: Evidence, clip: float | None) -> Diagnostics:
    """Returns what an estimate rests on."""
    units, propensities = evidence.units, logged.propensities
    agreement = float(evidence.agreement.mean())
    if propensities is None or evidence.weights is None:
        return Diagnostics(len(logged), units.count, units.kind, units.over, agreement)
    weights, unclipped = evidence.weights, evidence.agreement / propensities
    squares = float((weights**2).sum())
    return Diagnostics(
        rows=len(logged),
        units=units.count,
        unit=units.kind,
        over=units.over,
        agreement=agreement,
        effective=float(weights.sum()) ** 2 / squares if squares else 0.0,
        largest=float(unclipped.max()),
        clipped=0.0 if clip is None else float((unclipped > clip).mean()),
        unsupported=_unsupported(evidence.target, logged.chances),
        mean_weight=units.mean(weights, SURE),
        calibration=tuple(_calibration(logged, propensities, units)),
    )


def _unsupported(target: Floats, chances: Floats | None) -> float | None:
    return None if chances is None else float((target * (chances < TINY)).sum(axis=1).mean())


def _calibration(logged: LoggedDecisions, propensities: Floats, units: Units) -> list[Calibration]:
    checks = []
    for number in np.unique(logged.decisions).tolist():
        inverse = (logged.decisions == number) / propensities
        expected = 1.0
        if logged.chances is not None:
            expected = units.mean((logged.chances[:, number] > 0.0).astype(np.float64)).value
        checks.append(Calibration(logged.actions[number], units.mean(inverse, SURE), expected))
    return checks
