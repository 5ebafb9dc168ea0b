"""What an off-policy estimate rests on, and when not to trust it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.off_policy.estimators import Evidence
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.off_policy.readings import better_reading

TINY: Final = 0.01
"""A propensity below it supports nothing: such a decision would have a weight above 100."""
FEW: Final = 30
"""Below this many effective rows or units an interval is not to be trusted."""
SURE: Final = 0.999
"""Level of the intervals in checks: about one false warning per thousand sound logs."""
MUCH: Final = 0.01
"""Share of the target's probability above which a warning is given."""


@dataclass(frozen=True)
class Calibration:
    """Whether the propensities of an action fit how often it was taken.

    Attributes:
        action: Its name.
        ratio: How often it was taken over how often its propensities say (mean of 1/p over the rows
            where it was taken), with its 99.9 % interval.
        expected: The ratio if they are right: one, or the share of the rows that allow the action
            or in which it is eligible.
    """

    action: str
    ratio: Estimate
    expected: float

    @property
    def holds(self) -> bool:
        """Whether the interval holds the expected ratio; true without an interval."""
        return _holds(self.ratio, self.expected)


def _holds(estimate: Estimate, expected: float) -> bool:
    low, high = estimate.interval or (expected, expected)
    return low <= expected <= high


@dataclass(frozen=True)
class Diagnostics:
    """What an estimate rests on.

    Attributes:
        rows: Number of decisions.
        units: Number of independent units.
        unit: "person", "day" or "block".
        over: What the mean is over: "persons" or "notifications".
        agreement: Mean probability of the action taken by the target.
        effective: Number of rows of equal weight that say as much; None without propensities.
        largest: Largest weight, before clipping; None without propensities.
        clipped: Share of the rows whose weight was clipped.
        unsupported: Share of the target's probability on actions with a propensity below `TINY`;
            None if the propensities of actions not taken are unknown.
        mean_weight: With its 99.9 % interval; one if propensities and support are right. None
            without propensities.
        calibration: Of each action that was taken.
        left_out: Which rows are left out, a sentence each.
        reading: How the column of propensities is to be read, if it looks misread; else None.
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
    left_out: tuple[str, ...] = ()
    reading: str | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before trusting the estimate, a sentence each."""
        told = [] if self.reading is None else [self.reading]
        told += self.left_out
        if self.unit != "person":
            told.append(
                f"The log is of one person: the interval is over {self.unit}s, as if these were "
                "independent, and says nothing about others."
            )
        if self.units == 1:
            told.append(f"There is only one {self.unit}, and so no interval.")
        elif self.units < FEW:
            told.append(f"There are only {self.units} {self.unit}s: the interval is rough.")
        if self.effective is None:
            told.append("Propensities are unknown: nothing protects the estimate from confounding.")
            return tuple(told)
        if self.effective < FEW:
            told.append(f"The weights leave only {self.effective:.0f} effective rows.")
        if self.clipped > 0.0:
            told.append(
                f"{self.clipped:.1%} of the weights are clipped, which biases the estimate."
            )
        if self.unsupported is not None and self.unsupported >= MUCH:
            told.append(
                f"{self.unsupported:.1%} of what the target does was hardly ever tried: the log "
                "does not support it."
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
    units, chances, propensities = evidence.units, logged.chances, logged.propensities
    agreement = float(evidence.agreement.mean())
    rests = Diagnostics(
        len(logged),
        units.count,
        units.kind,
        units.over,
        agreement,
        left_out=logged.left_out,
    )
    if propensities is None or evidence.weights is None:
        return rests
    weights, unclipped = evidence.weights, evidence.agreement / propensities
    squares = float((weights**2).sum())
    unsupported = None
    if chances is not None:
        unsupported = float((evidence.target * (chances < TINY)).sum(axis=1).mean())
    calibration = []
    for number in np.unique(logged.decisions).tolist():
        inverse, expected = (logged.decisions == number) / propensities, 1.0
        allowed = logged.eligible if chances is None else chances > 0.0
        if allowed is not None:
            expected = units.mean(allowed[:, number].astype(np.float64)).value
        ratio = units.mean(inverse, SURE)
        calibration.append(Calibration(logged.actions[number], ratio, expected))
    return replace(
        rests,
        effective=float(weights.sum()) ** 2 / squares if squares else 0.0,
        largest=float(unclipped.max()),
        clipped=0.0 if clip is None else float((unclipped > clip).mean()),
        unsupported=unsupported,
        mean_weight=units.mean(weights, SURE),
        calibration=tuple(calibration),
        reading=better_reading(logged),
    )
