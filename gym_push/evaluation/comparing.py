"""Whether one agent is better than another: both on the same people, compared person by person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from gym_push.errors import ArgumentError
from gym_push.evaluation.estimates import Estimate, mean, p_value
from gym_push.evaluation.metrics import FLOOR, TOP
from gym_push.evaluation.results import Evaluation
from gym_push.evaluation.suites import Suite

FEWEST_PEOPLE: Final = 2


@dataclass(frozen=True)
class Comparison:
    """How much better one agent is than another.

    Attributes:
        better, worse: The agents with their parameters.
        metric: What is compared.
        people: Number of people who have the metric in both evaluations.
        difference: Mean over them with its 95 % interval; of each person's mean over the seeds.
        wins: Number of people with whom the better agent is better; ties count half.
        p_value: Of a two-sided paired t-test. It is below 5 % exactly where the interval does not
            hold zero.
        effect_size: Cohen's d of paired differences: their mean in standard deviations. This, the
            p-value and the interval are None if all differences are equal.
    """

    better: str
    worse: str
    metric: str
    people: int
    difference: Estimate
    wins: float
    p_value: float | None
    effect_size: float | None


def check_comparable(suite: Suite) -> None:
    """Makes sure that agents can be compared on a suite, before they are tested.

    Raises:
        ArgumentError: It has only one person.
    """
    if len(suite.people) < FEWEST_PEOPLE:
        raise ArgumentError(
            f"{suite.id} has one person, and a paired test needs {FEWEST_PEOPLE}: compare on a "
            "suite of several"
        )


def compare(one: Evaluation, other: Evaluation, metric: str = "reward") -> Comparison:
    """Compares two agents on the same suite.

    Args:
        one: The evaluation of an agent.
        other: That of another agent, on the same suite and data.
        metric: Any metric of a person.

    Raises:
        ArgumentError: The evaluations are of different suites or data, or fewer than two people
            have the metric in both.
    """
    if (one.run.suite, one.run.data) != (other.run.suite, other.run.data):
        raise ArgumentError(
            f"{one.run.suite} and {other.run.suite} cannot be compared: evaluate both agents on "
            "the same suite and data"
        )
    theirs = {each.person: each.metrics.get(metric) for each in other.people}
    found = [
        mine - yours
        for each in one.people
        if (mine := each.metrics.get(metric)) is not None
        and (yours := theirs.get(each.person)) is not None
    ]
    if len(found) < FEWEST_PEOPLE:
        known = sorted({name for each in one.people for name in each.metrics} - {FLOOR, TOP})
        raise ArgumentError(
            f"{metric!r} is known for {len(found)} of {len(one.people)} people in both "
            f"evaluations, and a paired test needs {FEWEST_PEOPLE}; the metrics of a person are "
            f"{', '.join(known)}"
        )
    gains, names = np.array(found), (one.agent, other.agent)
    if gains.mean() < 0.0:
        gains, names = -gains, names[::-1]
    p = p_value(gains)
    return Comparison(
        better=names[0],
        worse=names[1],
        metric=metric,
        people=len(gains),
        difference=mean(gains),
        wins=float((gains > 0.0).sum() + (gains == 0.0).sum() / 2.0),
        p_value=p,
        effect_size=None if p is None else float(gains.mean() / gains.std(ddof=1)),
    )
