"""Logistic regression that learns as it goes: adds up what each feature says."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from gymnasium.spaces import Space

from gym_push.agents.forms import (
    Batches,
    Floats,
    check_above_zero,
    check_answers,
    width_of,
    with_constant,
)
from gym_push.agents.simple import DISMISS, OPEN, opened
from gym_push.errors import MissingExtraError

try:
    from sklearn.linear_model import SGDClassifier
except ImportError:
    raise MissingExtraError("online-logistic", "scikit-learn", "agents") from None

POWER: Final = 0.5
"""Steps shrink with this power of the number of notifications."""


class OnlineLogistic:
    """Opens what logistic regression, learned from the person so far, says is opened.

    Stochastic gradient descent with scikit-learn's `SGDClassifier`. A call of it costs as much for
    one notification as for sixteen, so that all but the first are learned a few at a time.

    Args:
        observation_space: Of the environment, in the vector form.
        action_space: Dismiss and open.
        step: Size of the first step; they shrink with the root of the number of notifications.
        ridge: Weight of the squared coefficients in what is minimised.
        batch: How many notifications are learned at once, at most.

    Raises:
        ArgumentError: Observations are no vectors, or a parameter is out of range.
    """

    observation = "vector"

    def __init__(
        self,
        observation_space: Space[Any],
        action_space: Space[Any],
        step: float = 1.0,
        ridge: float = 1e-4,
        batch: int = 16,
    ) -> None:
        """Checks the parameters."""
        check_answers(action_space)
        check_above_zero(step=step, ridge=ridge)
        self._width = width_of(observation_space)
        self._step, self._ridge, self._batch = step, ridge, batch
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Begins anew; nothing in it is random."""
        self._model = SGDClassifier(
            loss="log_loss", alpha=self._ridge, learning_rate="invscaling", eta0=self._step,
            power_t=POWER, fit_intercept=False, shuffle=False, random_state=0,
        )  # fmt: skip
        self._coefficients: Floats = np.zeros(self._width)
        self._batches: Batches[tuple[Floats, int]] = Batches(self._batch)

    def score(self, observation: Any) -> float:
        """Returns the log odds of opening."""
        return float(with_constant(observation) @ self._coefficients)

    def act(self, observation: Any) -> int:
        """Opens from even odds on."""
        return OPEN if self.score(observation) >= 0.0 else DISMISS

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Learns what the person did, at the latest with the batch that it belongs to."""
        due = self._batches.add((with_constant(observation), int(opened(action, reward))))
        if due:
            rows, answers = zip(*due, strict=True)
            self._model.partial_fit(np.array(rows), np.array(answers), classes=[DISMISS, OPEN])
            self._coefficients = self._model.coef_[0]
