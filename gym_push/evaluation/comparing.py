"""Whether one agent is better than another: both on the same people, compared person by person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gym_push.errors import ArgumentError
from gym_push.evaluation.estimates import Estimate, mean, p_value
from gym_push.evaluation.metrics import FLOOR, TOP, differences
from gym_push.evaluation.results import Evaluation
from gym_push.evaluation.suites import Suite

FEWEST_PEOPLE: Final = 2


@dataclass(frozen=True)
class Comparison:
    """How much better one agent is than another.

    Attributes:
        better, worse: The agents with their parameters, in the order of the means.
        metric: What is compared.
        people: How many have it in both.
        difference: Mean over them with its 95 % interval; of persons' means over the seeds.
        wins: Of how many persons the better one is better, ties counting half.
        p_value: Of a paired t-test, two-sided, by the same rule as the interval, which does not
            hold zero just where this is below 5 %.
        effect_size: Cohen's d of paired differences: their mean in standard deviations. Neither
            this, nor a p-value, nor an interval is there if they are the same with all persons.
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
        ArgumentError: It has one person.
    """
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
    p = p_value(gains)
    return Comparison(
        better=names[0],
        worse=names[1],
        metric=metric,
        people=len(people),
        difference=mean(gains),
        wins=float((gains > 0.0).sum() + (gains == 0.0).sum() / 2.0),
        p_value=p,
        effect_size=None if p is None else float(gains.mean() / gains.std(ddof=1)),
    )
