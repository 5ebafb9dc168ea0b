"""Logistic regression that learns as it goes: adds up what each feature says.

One begins with each person from nothing, the other with what it has learned from others.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from gymnasium.spaces import Space
from gymnasium.vector import VectorEnv

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
    from sklearn.linear_model import LogisticRegression, SGDClassifier
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

    def confidence(self, observation: Any) -> float:
        """Returns the log odds of opening."""
        return float(with_constant(observation) @ self._coefficients)

    def act(self, observation: Any) -> int:
        """Opens from even odds on."""
        return OPEN if self.confidence(observation) >= 0.0 else DISMISS

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Learns what the person did, at the latest with the batch that it belongs to."""
        due = self._batches.add((with_constant(observation), int(opened(action, reward))))
        if due:
            rows, answers = zip(*due, strict=True)
            self._model.partial_fit(np.array(rows), np.array(answers), classes=[DISMISS, OPEN])
            self._coefficients = self._model.coef_[0]


class PooledLogistic(OnlineLogistic):
    """Begins with what logistic regression has learned from other people, and goes on from there.

    Without practice it is `OnlineLogistic`.

    Args:
        observation_space: Of the environment, in the vector form.
        action_space: Dismiss and open.
        steps: Of practising, all environments together.
        prior: How many answers of the person what is practised counts as.
        **parameters: As of `OnlineLogistic`.

    Raises:
        ArgumentError: Observations are no vectors, or a parameter is out of range.
    """

    def __init__(
        self,
        observation_space: Space[Any],
        action_space: Space[Any],
        steps: int = 8_000,
        prior: float = 30.0,
        **parameters: Any,
    ) -> None:
        check_above_zero(steps=steps, prior=prior)
        self._steps, self._prior = steps, prior
        self._pooled: Floats | None = None
        super().__init__(observation_space, action_space, **parameters)

    def pretrain(self, env: VectorEnv[Any, Any, Any], seed: int) -> None:
        """Learns from what other people answer."""
        rows, answers = [], []
        observations, _ = env.reset(seed=seed)
        begins = np.zeros(env.num_envs, dtype=np.bool_)
        actions = np.full(env.num_envs, OPEN)
        for _ in range(0, self._steps, env.num_envs):
            following, rewards, terminated, truncated, _ = env.step(actions)
            rows.append(observations[~begins])
            answers.append(rewards[~begins] > 0.0)
            observations, begins = following, terminated | truncated
        seen, opened = np.concatenate(rows), np.concatenate(answers)
        if opened.all() or not opened.any():
            return
        model = LogisticRegression(max_iter=1000, fit_intercept=False)
        model.fit(np.column_stack((seen, np.ones(len(seen)))), opened)
        self._pooled = model.coef_
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Begins anew with what it has practised."""
        super().reset()
        if self._pooled is not None:
            nothing = np.zeros((1, self._width))  # is what a model has to be taught first
            self._model.partial_fit(nothing, [OPEN], classes=[DISMISS, OPEN])
            self._model.coef_, self._model.t_ = self._pooled.copy(), 1.0 + self._prior
            self._coefficients = self._model.coef_[0]
