"""What one policy would earn more than another, from the same logged decisions."""

from __future__ import annotations

import numpy as np

from gym_push.errors import choose
from gym_push.evaluation.estimates import Estimate, jackknife, ratio
from gym_push.evaluation.off_policy.estimate import off_policy_table
from gym_push.evaluation.off_policy.estimators import IPS, PERSONS, SNIPS, weigh
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.off_policy.targets import Target, probabilities_of
from gym_push.logs.log_statistics import Floats


def off_policy_difference(
    logged: LoggedDecisions,
    target: Target,
    other: Target,
    method: str = SNIPS,
    *,
    over: str = PERSONS,
    seed: int = 0,
) -> Estimate:
    """Estimates how much more a policy earns a decision than another one.

    Both are valued by the same persons, so that the interval of the difference is often narrower
    than those of the values. For a randomised trial it is the effect of an action: of always taking
    it against never.

    Args:
        logged: The decisions.
        target: The policy, as for `off_policy_estimate`.
        other: What it is compared with.
        method: "ips" or "snips".
        over: What the mean is over, as for `off_policy_estimate`.
        seed: Of agents that are made.

    Returns:
        The difference and its 95 % interval, over what that of `off_policy_estimate` is over.

    Raises:
        ArgumentError: As `off_policy_estimate`.
    """
    choose("method", method, (IPS, SNIPS))
    policies = [probabilities_of(logged, each, seed) for each in (target, other)]
    for policy in policies:
        off_policy_table(logged, policy, [method], over=over)  # which refuses what has no value
    propensities = logged.propensities
    assert propensities is not None  # or the table would have refused
    units = logged.units.averaged(over)

    def value(policy: Floats) -> tuple[float, Floats]:
        """Returns the value, and how much it changes without each unit; NaN if none is left."""
        weights = weigh(policy, logged.decisions, propensities, None)
        above = units.totals(weights * logged.rewards)
        below = units.sizes if method == IPS else units.totals(weights)
        left, changes = below.sum() - below, np.full(units.count, np.nan)
        worth = ratio(above, below).value
        np.divide(worth * below - above, left, out=changes, where=left > 0.0)
        return worth, changes

    (worth, changes), (others, changes_of_other) = map(value, policies)
    if np.isnan(changes + changes_of_other).any():  # a single unit decides it
        return Estimate(worth - others)
    return jackknife(worth - others, changes - changes_of_other)
