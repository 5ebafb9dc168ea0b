"""Whether one agent is better than another: both on the same people, compared person by person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gym_push.errors import ArgumentError, MissingExtraError
from gym_push.evaluation.metrics import FLOOR, TOP, differences, estimate
from gym_push.evaluation.results import Estimate, Evaluation
from gym_push.evaluation.suites import Suite

FEWEST_PEOPLE: Final = 2
RESAMPLES: Final = 9_999
"""Sign flips, where there are too many people to try all of them."""
ROUNDING: Final = 1e-12
"""Differences of rewards that are nearer to each other are the same."""


@dataclass(frozen=True)
class Comparison:
    """How much better one agent is than another.

    Attributes:
        better, worse: The agents with their parameters, in the order of the means.
        metric: What is compared.
        people: How many have it in both.
        difference: Mean over them, and its 95 % bootstrap interval.
        wins: Of how many persons the better one is better, ties counting half.
        p_value: Of a paired permutation test, two-sided: how often a difference as large comes
            about if it were a toss-up which of the two was which.
        effect_size: Cohen's d of paired differences: their mean in standard deviations; None if
            they do not differ from person to person.
    """

    better: str
    worse: str
    metric: str
    people: int
    difference: Estimate
    wins: float
    p_value: float
    effect_size: float | None


def check_comparable(suite: Suite) -> None:
    """Makes sure that agents can be compared on a suite, before they are tested.

    Raises:
        ArgumentError: It has one person.
        MissingExtraError: SciPy is not installed.
    """
    _permutation_test()
    if len(suite.people) < FEWEST_PEOPLE:
        raise ArgumentError(
            f"{suite.id} has one person, and a paired test needs {FEWEST_PEOPLE}: compare on a "
            "suite of several"
        )


def compare(one: Evaluation, other: Evaluation, metric: str = "reward") -> Comparison:
    """Compares two agents on the same suite.

    Args:
        one: The evaluation of the one.
        other: Of the other, on the same suite and data.
        metric: Any that a person has a value of.

    Raises:
        ArgumentError: The evaluations are of different suites or data, or have no such metric of
            two people or more.
        MissingExtraError: SciPy is not installed.
    """
    if (one.run.suite, one.run.data) != (other.run.suite, other.run.data):
        raise ArgumentError(
            f"{one.run.suite} and {other.run.suite} cannot be compared: evaluate both agents on "
            "the same suite and data"
        )
    people, gains = differences(one.people, other.people, metric)
    if len(people) < FEWEST_PEOPLE:
        known = sorted({name for each in one.people for name in each.metrics} - {FLOOR, TOP})
        raise ArgumentError(
            f"{metric!r} has a value for {len(people)} of {len(one.people)} persons in both "
            f"evaluations, and a paired test needs {FEWEST_PEOPLE}; the metrics of a person are "
            f"{', '.join(known)}"
        )
    names = one.agent, other.agent
    if gains.mean() < 0.0:
        gains, names = -gains, names[::-1]
    tested = _permutation_test()(
        (gains,), np.mean, permutation_type="samples", n_resamples=RESAMPLES,
        random_state=np.random.default_rng(0),
    )  # fmt: skip
    spread = float(gains.std(ddof=1)) if np.ptp(gains) > ROUNDING else 0.0
    return Comparison(
        better=names[0],
        worse=names[1],
        metric=metric,
        people=len(people),
        difference=estimate(gains),
        wins=float((gains > 0.0).sum() + (gains == 0.0).sum() / 2.0),
        p_value=float(tested.pvalue),
        effect_size=float(gains.mean()) / spread if spread else None,
    )


def _permutation_test() -> Any:
    try:
        from scipy.stats import permutation_test
    except ImportError:
        raise MissingExtraError("a paired test", "SciPy", "fidelity") from None
    return permutation_test
