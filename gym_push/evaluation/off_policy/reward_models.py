"""Models of what each action earns, never asked about those whom they have learned from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import MissingExtraError, choose
from gym_push.logs.marginals import Floats, Ints

try:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import Ridge
except ImportError:
    raise MissingExtraError("a model of rewards", "scikit-learn", "fidelity") from None

RIDGE, BOOSTING = "ridge", "boosting"

_MODELS: Final[Mapping[str, Callable[[int], Any]]] = {
    RIDGE: lambda seed: Ridge(alpha=10.0),
    BOOSTING: lambda seed: HistGradientBoostingRegressor(
        max_iter=60, learning_rate=0.1, max_leaf_nodes=15, l2_regularization=1.0, random_state=seed
    ),
}


def predict_rewards(
    features: NDArray[np.float32],
    decisions: Ints,
    rewards: Floats,
    fold: Ints,
    actions: int,
    model: str = RIDGE,
    seed: int = 0,
) -> Floats:
    """Returns what each action earns, in rows of each fold as learned from the other folds.

    Each action has a model of its own, so that what tells good deliveries from bad ones is not
    smoothed away by what tells deliveries from the rest.

    Args:
        features: What was known: (rows, width).
        decisions: (rows,).
        rewards: Of the decisions: (rows,).
        fold: Of each row: (rows,).
        actions: How many there are.
        model: "ridge" or "boosting".
        seed: Of the model.

    Returns:
        float64, shape (rows, actions); 0 for actions that nobody took.

    Raises:
        ArgumentError: There is no such model.
    """
    make = _MODELS[choose("model", model, _MODELS)]
    predicted = np.zeros((len(rewards), actions))
    for action in np.unique(decisions).tolist():
        for each in np.unique(fold).tolist():
            asked, learned = fold == each, (fold != each) & (decisions == action)
            if learned.any():
                fitted = make(seed % 2**32).fit(features[learned], rewards[learned])
                predicted[asked, action] = fitted.predict(features[asked])
            else:  # only the fold that is asked about took it
                predicted[asked, action] = rewards[fold != each].mean()
    return predicted
