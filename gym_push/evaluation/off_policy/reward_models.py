"""Models of what each action earns, never asked about those whom they have learned from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import ArgumentError, MissingExtraError, choose
from gym_push.evaluation.off_policy.estimators import Evidence
from gym_push.logs.log_statistics import Floats
from gym_push.processes import one_thread
from gym_push.users.keyed_random import Flags

try:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import Ridge
except ImportError:
    raise MissingExtraError("a model of rewards", "scikit-learn", "fidelity") from None

FOLDS: Final = 10
"""Of units; fewer where there are fewer units."""

RIDGE, BOOSTING = "ridge", "boosting"

_MODELS: Final[Mapping[str, Callable[[int], Any]]] = {
    RIDGE: lambda seed: Ridge(alpha=10.0),
    BOOSTING: lambda seed: HistGradientBoostingRegressor(
        max_iter=60, learning_rate=0.1, max_leaf_nodes=15, l2_regularization=1.0, random_state=seed
    ),
}


def modelled(
    evidence: Evidence, features: NDArray[np.float32], model: str = RIDGE, seed: int = 0
) -> Evidence:
    """Returns evidence with what models of rewards say.

    For each fold of units, models learn from the others what each action earns. What they say of
    the fold is the prediction; what they say of the others shows how sure they are.

    Args:
        evidence: The decisions and the target.
        features: What was known: (rows, width).
        model: "ridge" or "boosting".
        seed: Of the models, and of who is in which fold.

    Raises:
        ArgumentError: There is no such model, or a single unit only.
    """
    make, units = _MODELS[choose("model", model, _MODELS)], evidence.units
    if units.count < 2:
        raise ArgumentError(
            f"a model needs another {units.kind} to learn from than the one that it is asked about"
        )
    folds = min(FOLDS, units.count)
    fold_of = units.folds(folds, seed)
    predicted, without = np.zeros(evidence.target.shape), np.zeros(folds)
    for fold in range(folds):
        asked = fold_of[units.of_row] == fold
        with one_thread():
            said = _said(evidence, features, ~asked, lambda: make(seed % 2**32))
        predicted[asked] = said[asked]
        earned, kept = units.totals((evidence.target * said).sum(axis=1)), fold_of != fold
        without[fold] = earned[kept].sum() / units.sizes[kept].sum()
    return replace(evidence, predicted=predicted, without=without)


def _said(
    evidence: Evidence, features: NDArray[np.float32], known: Flags, make: Callable[[], Any]
) -> Floats:
    """What models that know some rows say of all: (rows, actions).

    Each action has a model of its own, so that what tells good deliveries from bad ones is not
    smoothed away by what tells deliveries from the rest. What nobody did earns nothing: the target
    does not do it either.
    """
    said = np.zeros(evidence.target.shape)
    for action in np.unique(evidence.decisions).tolist():
        learned = known & (evidence.decisions == action)
        if learned.any():
            fitted = make().fit(features[learned], evidence.rewards[learned])
            said[:, action] = fitted.predict(features)
        else:  # only the rows that are asked about did it
            said[:, action] = evidence.rewards[known].mean()
    return said
