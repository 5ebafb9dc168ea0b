"""Estimates of what another policy would earn, from logged decisions.

All of them estimate the mean reward of a decision, over persons or over notifications, if the
target policy took each decision alone, after all that the behaviour policy decided before it.
Formulas: Dudík, Langford and Li, "Doubly robust policy evaluation and learning" (2011);
Swaminathan and Joachims, "The self-normalized estimator for counterfactual learning" (2015).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import ArgumentError, choose, extra_import
from gym_push.evaluation.estimates import LEVEL, Estimate, jackknife, ratio
from gym_push.logs.log_statistics import DAY, Floats, Ints
from gym_push.processes import one_thread
from gym_push.users.keyed_random import Flags

IPS, SNIPS, DM, DR = METHODS = ("ips", "snips", "dm", "dr")
WEIGHTED: Final = (IPS, SNIPS, DR)
MODELLED: Final = (DM, DR)
PERSONS, NOTIFICATIONS = "persons", "notifications"

RIDGE, BOOSTING = MODELS = ("ridge", "boosting")

FOLDS: Final = 10
"""Of units, for models; fewer if there are fewer units."""
BLOCKS: Final = 20
"""Stretches of a log of one person without times."""


@dataclass(frozen=True, eq=False)
class Units:
    """The parts of a log that count as independent.

    The rows of a person are not independent; persons are. In a log of one person days stand in for
    them. Days differ in length, and in a mean over days a notification of a quiet day would count
    for more, so that the mean there is always over notifications.

    Attributes:
        kind: "person"; in a log of one person "day", or "block" if it has no times.
        of_row: Index of each row's unit: (rows,).
        count: Number of units; each has a row.
        over: What means are over: "persons", who count alike however many notifications they have,
            or "notifications", as always in a log of one person.
    """

    kind: str
    of_row: Ints
    count: int
    over: str = PERSONS

    @classmethod
    def of(cls, person: Ints, times: Ints | None) -> Units:
        """Returns the persons; if there is only one, the days, or else equal stretches of rows.

        Args:
            person: Of each row: (rows,).
            times: Of each row, in ms: (rows,); None if unknown.
        """
        kind, part, over, rows = "person", person, PERSONS, len(person)
        if rows and person.min() == person.max():
            kind, part, over = "block", np.arange(rows) * min(BLOCKS, rows) // rows, NOTIFICATIONS
            if times is not None:
                kind, part = "day", times // DAY
        found, of_row = np.unique(part, return_inverse=True)
        return cls(kind, of_row.reshape(rows), len(found), over)

    def averaged(self, over: str) -> Units:
        """Returns the same units with means over persons or notifications.

        Raises:
            ArgumentError: `over` is neither.
        """
        choose("over", over, (PERSONS, NOTIFICATIONS))
        return replace(self, over=over) if self.kind == "person" else self

    @cached_property
    def sizes(self) -> Floats:
        """The weight of each unit in a mean: one, or its number of rows: (units,)."""
        return self.totals(np.ones(len(self.of_row)))

    def totals(self, values: Floats) -> Floats:
        """Returns what each unit adds to a mean, before division by the sum of sizes: (units,).

        Args:
            values: (rows,).
        """
        rows = np.bincount(self.of_row, minlength=self.count)
        shared = rows if self.over == PERSONS else np.ones(self.count)
        totals: Floats = np.bincount(self.of_row, values, self.count) / shared
        return totals

    def mean(self, values: Floats, level: float = LEVEL) -> Estimate:
        """Returns the mean of the rows, with its interval over the units.

        Args:
            values: (rows,).
            level: Of the interval.
        """
        return ratio(self.totals(values), self.sizes, level)

    def folds(self, count: int, seed: int) -> Ints:
        """Returns a random fold for each unit; folds differ by one unit at most: (units,).

        Args:
            count: Number of folds.
            seed: Of the draw.
        """
        return np.random.default_rng(seed).permutation(self.count) % count


@dataclass(frozen=True, eq=False)
class Evidence:
    """What logged decisions say about a target policy.

    Attributes:
        units: The independent parts.
        decisions: The actions taken: (rows,).
        rewards: Their rewards: (rows,).
        target: The target policy's probability of each action: (rows, actions).
        weights: Its probability of the action taken over that of the behaviour policy: (rows,);
            None if the latter is unknown.
        predicted: The reward of each action by a model: (rows, actions); None without models.
        without: The target's mean reward by a model, without each fold of units: (folds,).
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
        """The target policy's probability of the action taken: (rows,)."""
        return taken(self.target, self.decisions)

    @property
    def expected(self) -> Floats:
        """The target policy's reward by the model: (rows,)."""
        assert self.predicted is not None
        expected: Floats = (self.target * self.predicted).sum(axis=1)
        return expected


def taken(of_actions: Floats, decisions: Ints) -> Floats:
    """Returns the entry of the action taken: (rows,).

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


def modelled(
    evidence: Evidence, features: NDArray[np.float32], model: str = RIDGE, seed: int = 0
) -> Evidence:
    """Returns the evidence with the predictions of models.

    For each fold of units, models learn the rewards of the actions from the other folds. What they
    say about the fold is the prediction; what they say about the others gives the variance.

    Args:
        evidence: The decisions and the target policy.
        features: What was known at each decision: (rows, width).
        model: "ridge" or "boosting".
        seed: Of the models and the folds.

    Raises:
        ArgumentError: There is no such model, or only one unit.
        MissingExtraError: scikit-learn is not installed.
    """
    choose("model", model, MODELS)
    units = evidence.units
    if units.count < 2:
        raise ArgumentError(
            f"a model needs another {units.kind} to learn from than the one it is asked about"
        )
    folds = min(FOLDS, units.count)
    fold_of = units.folds(folds, seed)
    predicted, without = np.zeros(evidence.target.shape), np.zeros(folds)
    for fold in range(folds):
        asked = fold_of[units.of_row] == fold
        with one_thread():
            said = _said(evidence, features, ~asked, lambda: _regressor(model, seed % 2**32))
        predicted[asked] = said[asked]
        earned, kept = units.totals(replace(evidence, predicted=said).expected), fold_of != fold
        without[fold] = earned[kept].sum() / units.sizes[kept].sum()
    return replace(evidence, predicted=predicted, without=without)


def _said(
    evidence: Evidence, features: NDArray[np.float32], known: Flags, make: Callable[[], Any]
) -> Floats:
    """Returns the predictions for all rows of models fitted to the known ones: (rows, actions).

    Each action has its own model, so that what tells good deliveries from bad ones is not smoothed
    away. An action that was never taken gets 0: the target does not take it either.
    """
    said = np.zeros(evidence.target.shape)
    for action in np.unique(evidence.decisions).tolist():
        learned = known & (evidence.decisions == action)
        if learned.any():
            fitted = make().fit(features[learned], evidence.rewards[learned])
            said[:, action] = fitted.predict(features)
        else:  # taken only in the fold that is asked about
            said[:, action] = evidence.rewards[known].mean()
    return said


def _regressor(model: str, seed: int) -> Any:
    with extra_import("a model of rewards", "scikit-learn", "fidelity"):
        from sklearn.ensemble import HistGradientBoostingRegressor
        from sklearn.linear_model import Ridge

    if model == RIDGE:
        return Ridge(alpha=10.0)
    return HistGradientBoostingRegressor(
        max_iter=60, learning_rate=0.1, max_leaf_nodes=15, l2_regularization=1.0, random_state=seed
    )


def estimate(evidence: Evidence, method: str) -> Estimate:
    """Returns the estimate of one of `METHODS`, with its interval.

    Args:
        evidence: With weights, except for the direct method; with predictions, for `MODELLED`.
        method: "ips", inverse propensity scoring, is unbiased where every action of the target has
            a propensity. "snips" divides it by the mean weight, which is one in expectation. "dm"
            is the reward by a model; its interval covers the variance but not the bias. "dr" adds
            the model's errors on the actions taken, weighted as in "ips".
    """
    units, rewards, weights = evidence.units, evidence.rewards, evidence.weights
    if method == DM:  # leaves a fold out at a time: Kott, "The delete-a-group jackknife" (2001)
        assert evidence.without is not None
        value = units.mean(evidence.expected).value
        return jackknife(value, evidence.without - value)
    assert weights is not None
    if method == SNIPS:
        return ratio(units.totals(weights * rewards), units.totals(weights))
    if method == DR:
        assert evidence.predicted is not None
        missed = rewards - taken(evidence.predicted, evidence.decisions)
        return units.mean(evidence.expected + weights * missed)
    return units.mean(weights * rewards)
