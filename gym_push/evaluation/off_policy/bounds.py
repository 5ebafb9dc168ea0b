"""What can be said of a policy where nobody knows how likely the logged decisions were.

Manski, "Nonparametric bounds on treatment effects" (1990): what was decided tells its reward, and
what was not could have earned anything between the least and the most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gym_push.errors import ArgumentError
from gym_push.evaluation.off_policy.estimators import taken
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.off_policy.targets import Target, probabilities_of
from gym_push.evaluation.off_policy.units import PERSONS


@dataclass(frozen=True)
class Bounds:
    """Between what a policy earns with a notification, whatever was not tried would have earned.

    Attributes:
        least, most: If all that was not tried had earned the least, or the most.
        low, high: The same with their 95 % intervals over persons, or over the days of one: what
            the policy earns lies between them with that probability at least. None of one day.
        agreement: Mean probability with which the policy decides as was decided; the bounds are as
            wide as the rest of it times the range of rewards.
    """

    least: float
    most: float
    low: float | None
    high: float | None
    agreement: float


def off_policy_bounds(
    logged: LoggedDecisions,
    target: Target,
    reward_range: tuple[float, float],
    *,
    over: str = PERSONS,
    seed: int = 0,
) -> Bounds:
    """Bounds what a policy would earn, without propensities, and whatever confounds the log.

    Args:
        logged: The decisions.
        target: The policy, as for `off_policy_estimate`.
        reward_range: The least and the most that any decision can earn.
        over: What the mean is over, as for `off_policy_estimate`.
        seed: Of an agent that is made.

    Raises:
        ArgumentError: The range is none, or does not hold a logged reward.
    """
    least, most = (float(end) for end in reward_range)
    if not (least < most and math.isfinite(most - least)):
        raise ArgumentError(f"reward_range={reward_range!r} must be two numbers, the lower first")
    outside = (logged.rewards < least) | (logged.rewards > most)
    for row in np.flatnonzero(outside)[:1].tolist():
        raise ArgumentError(
            f"reward_range={reward_range!r} does not hold the reward {logged.rewards[row]:g} of "
            f"{logged.log.source}, row {row + 1}; give the range of all that can be earned"
        )
    agreement = taken(probabilities_of(logged, target, seed), logged.decisions)
    known, units = agreement * logged.rewards, logged.units.averaged(over)
    lower = units.mean(known + (1.0 - agreement) * least)
    upper = units.mean(known + (1.0 - agreement) * most)
    return Bounds(lower.value, upper.value, lower.low, upper.high, float(agreement.mean()))
