"""Models of the reward of each action, asked only about units that they have not learned from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import ArgumentError, choose, extra_import
from gym_push.evaluation.off_policy.estimators import Evidence
from gym_push.logs.log_statistics import Floats
from gym_push.processes import one_thread
from gym_push.users.keyed_random import Flags

with extra_import("a model of rewards", "scikit-learn", "fidelity"):
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import Ridge

FOLDS: Final = 10
"""Of units; fewer if there are fewer units."""

_MODELS: Final[Mapping[str, Callable[[int], Any]]] = {
    "ridge": lambda seed: Ridge(alpha=10.0),
    "boosting": lambda seed: HistGradientBoostingRegressor(
        max_iter=60, learning_rate=0.1, max_leaf_nodes=15, l2_regularization=1.0, random_state=seed
    ),
}


def modelled(
    evidence: Evidence, features: NDArray[np.float32], model: str = "ridge", seed: int = 0
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
    """
    make, units = _MODELS[choose("model", model, _MODELS)], evidence.units
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
            said = _said(evidence, features, ~asked, lambda: make(seed % 2**32))
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
