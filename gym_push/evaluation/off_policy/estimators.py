"""Estimates of what another policy would earn, from the decisions that were taken.

The estimand of all of them is the mean reward of a decision, over persons or over notifications
(see `Units`), if the target policy took each decision alone, after all that the behaviour policy
decided before it. Formulas: Dudík, Langford and Li, "Doubly robust policy evaluation and learning"
(2011); Swaminathan and Joachims, "The self-normalized estimator for counterfactual learning"
(2015).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gym_push.evaluation.estimates import Estimate, jackknife, ratio
from gym_push.evaluation.off_policy.units import Units
from gym_push.logs.log_statistics import Floats, Ints

IPS, SNIPS, DM, DR = "ips", "snips", "dm", "dr"


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of a target policy from logged decisions.

    Attributes:
        units: What is independent.
        decisions: What was decided: (rows,).
        rewards: What it earned: (rows,).
        target: The target policy's probability of each action: (rows, actions).
        weights: Its probability of what was decided over that of the behaviour policy: (rows,);
            None where the latter is not known.
        predicted: What models say each action earns: (rows, actions); None without models.
        without: What they say that the target earns, without each fold of units: (folds,).
    """

    units: Units
    decisions: Ints
    rewards: Floats
    target: Floats
    weights: Floats | None = None
    predicted: Floats | None = None
    without: Floats | None = None

    @property
    def agreement(self) -> Floats:
        """The target policy's probability of what was decided: (rows,)."""
        return taken(self.target, self.decisions)


def taken(of_actions: Floats, decisions: Ints) -> Floats:
    """Returns the entry of what was decided: (rows,).

    Args:
        of_actions: (rows, actions).
        decisions: (rows,).
    """
    chosen: Floats = of_actions[np.arange(len(decisions)), decisions]
    return chosen


def weigh(target: Floats, decisions: Ints, propensities: Floats, clip: float | None) -> Floats:
    """Returns the importance weight of each decision, at most `clip`: (rows,)."""
    weights: Floats = taken(target, decisions) / propensities
    return weights if clip is None else np.minimum(weights, clip)


def ips(evidence: Evidence) -> Estimate:
    """Inverse propensity scoring: unbiased where every action of the target has a propensity."""
    assert evidence.weights is not None
    return evidence.units.mean(evidence.weights * evidence.rewards)


def snips(evidence: Evidence) -> Estimate:
    """Self-normalised IPS: divided by the mean weight, which is one in expectation."""
    assert evidence.weights is not None
    totals = evidence.units.totals
    return ratio(totals(evidence.weights * evidence.rewards), totals(evidence.weights))


def direct(evidence: Evidence) -> Estimate:
    """What a model of rewards says; its interval knows how unsure, but not how wrong it is.

    It leaves out a fold of units at a time: Kott, "The delete-a-group jackknife" (2001).
    """
    assert evidence.without is not None
    value = evidence.units.mean(_modelled(evidence)).value
    return jackknife(value, evidence.without - value)


def doubly_robust(evidence: Evidence) -> Estimate:
    """The direct method, with its errors on what was decided weighed as IPS weighs rewards."""
    assert evidence.weights is not None and evidence.predicted is not None
    missed = evidence.rewards - taken(evidence.predicted, evidence.decisions)
    return evidence.units.mean(_modelled(evidence) + evidence.weights * missed)


def _modelled(evidence: Evidence) -> Floats:
    assert evidence.predicted is not None
    expected: NDArray[np.float64] = (evidence.target * evidence.predicted).sum(axis=1)
    return expected


METHODS: Final[Mapping[str, Callable[[Evidence], Estimate]]] = {
    IPS: ips,
    SNIPS: snips,
    DM: direct,
    DR: doubly_robust,
}
WEIGHTED: Final = (IPS, SNIPS, DR)
MODELLED: Final = (DM, DR)
