"""Logistic regression, learned online: from one person alone, or starting from other people.

Also what all linear agents share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from gymnasium.spaces import Box, Space
from gymnasium.vector import VectorEnv
from numpy.typing import NDArray

from gym_push.actions import DISMISS, OPEN
from gym_push.agents.simple import (
    BaseAgent,
    Floats,
    check_actions,
    check_positive,
    check_whole,
    opened,
)
from gym_push.errors import ArgumentError, extra_import

with extra_import("a linear agent", "scikit-learn", "agents"):
    from sklearn.linear_model import LogisticRegression, SGDClassifier


@dataclass(eq=False)
class LinearAgent(BaseAgent):
    """Learns coefficients of a vector and of a constant, several notifications at a time.

    The first notification is learned at once; later ones wait until there are an eighth as many as
    before, and `batch` at most. So nothing waits long while there is much to learn.

    Args:
        observation_space: Of the environment, in the vector form.
        action_space: Dismiss and open.
        batch: How many notifications are learned at once, at most.
        text: What puts text into its vectors, as `text=` of `BasicEnv`; None to leave text out.

    Raises:
        ArgumentError: Observations are not vectors, or the batch is not 1 or more.
    """

    observation = "vector"

    batch: int = 16
    text: str | Mapping[str, Any] | None = field(default=None, kw_only=True)

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_actions(action_space)
        check_whole(batch=self.batch)
        if not isinstance(observation_space, Box) or len(observation_space.shape) != 1:
            raise ArgumentError(
                f'this agent reads vectors, not {observation_space}: give it observation="vector"'
            )
        self._width = observation_space.shape[0] + 1

    def reset(self, seed: int | None = None) -> None:
        """Starts over."""
        self._seen = 0
        self._waiting: list[tuple[Floats, int, float]] = []

    def act(self, observation: Any) -> int:
        """Opens if that gains at least as much as dismissing."""
        return OPEN if self._gain(with_constant(observation)) >= 0.0 else DISMISS

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Learns from the reward, at the latest when the batch is full."""
        self._waiting.append((with_constant(observation), int(action), float(reward)))
        self._seen += 1
        if len(self._waiting) >= min(self.batch, 1 + self._seen // 8):
            self._fit(*map(np.array, zip(*self._waiting, strict=True)))
            self._waiting = []

    def _gain(self, row: Floats) -> float:
        """Returns how much better opening looks than dismissing."""
        raise NotImplementedError

    def _fit(self, rows: Floats, actions: NDArray[np.int64], rewards: Floats) -> None:
        raise NotImplementedError


@dataclass(eq=False)
class OnlineLogistic(LinearAgent):
    """Opens what a logistic regression, learned from the person so far, expects to be opened.

    Stochastic gradient descent with scikit-learn's `SGDClassifier`. One call takes as long for
    sixteen notifications as for one.

    Args:
        observation_space: Of the environment, in the vector form.
        action_space: Dismiss and open.
        batch: How many notifications are learned at once, at most.
        text: What puts text into its vectors, as `text=` of `BasicEnv`; None to leave text out.
        step: Size of the first step; steps shrink with the root of the number of notifications.
        ridge: Weight of the squared coefficients in the loss.

    Raises:
        ArgumentError: Observations are not vectors, or a parameter is out of range.
    """

    step: float = 1.0
    ridge: float = 1e-4

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_positive(step=self.step, ridge=self.ridge)
        super()._prepare(observation_space, action_space)

    def reset(self, seed: int | None = None) -> None:
        """Starts over; nothing in it is random."""
        super().reset()
        self._model = SGDClassifier(
            loss="log_loss", alpha=self.ridge, learning_rate="invscaling", eta0=self.step,
            power_t=0.5, fit_intercept=False, shuffle=False, random_state=0,
        )  # fmt: skip
        self._coefficients: Floats = np.zeros(self._width)

    def confidence(self, observation: Any) -> float:
        """Returns the log odds of opening."""
        return self._gain(with_constant(observation))

    def _gain(self, row: Floats) -> float:
        return float(row @ self._coefficients)

    def _fit(self, rows: Floats, actions: NDArray[np.int64], rewards: Floats) -> None:
        answers = np.array([*map(opened, actions, rewards)], dtype=np.int64)
        self._model.partial_fit(rows, answers, classes=[DISMISS, OPEN])
        self._coefficients = self._model.coef_[0]


@dataclass(eq=False)
class RefittedLogistic(LinearAgent):
    """Opens what a logistic regression on all of the person's notifications so far expects.

    It is fitted again each time there are a tenth more of them. Where a vector has many slots, as
    one with text, it knows more than `OnlineLogistic`, which looks at each notification once.

    Args:
        observation_space: Of the environment, in the vector form.
        action_space: Dismiss and open.
        batch, text: As of `OnlineLogistic`.
        spread: Standard deviation of the coefficients that are expected beforehand.

    Raises:
        ArgumentError: Observations are not vectors, or a parameter is out of range.
    """

    spread: float = 1.6

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_positive(spread=self.spread)
        super()._prepare(observation_space, action_space)

    def reset(self, seed: int | None = None) -> None:
        """Starts over; nothing in it is random."""
        super().reset()
        self._rows: list[Floats] = []
        self._answers: list[bool] = []
        self._due = 1.0
        self._coefficients: Floats = np.zeros(self._width)

    def confidence(self, observation: Any) -> float:
        """Returns the log odds of opening."""
        return self._gain(with_constant(observation))

    def _gain(self, row: Floats) -> float:
        return float(row @ self._coefficients)

    def _fit(self, rows: Floats, actions: NDArray[np.int64], rewards: Floats) -> None:
        self._rows += list(rows)
        self._answers += map(opened, actions, rewards)
        if len(self._rows) < self._due or len({*self._answers}) < 2:
            return
        self._due = 1.1 * len(self._rows)
        model = LogisticRegression(C=self.spread**2, max_iter=1000, fit_intercept=False)
        self._coefficients = model.fit(np.array(self._rows), self._answers).coef_[0]


@dataclass(eq=False)
class PooledLogistic(OnlineLogistic):
    """Starts with what a logistic regression learned from other people, and goes on from there.

    Without pretraining it is `OnlineLogistic`.

    Args:
        observation_space: Of the environment, in the vector form.
        action_space: Dismiss and open.
        batch, text, step, ridge: As of `OnlineLogistic`.
        steps: Of pretraining, over all environments.
        prior: How many notifications of the person the pretraining counts as.

    Raises:
        ArgumentError: Observations are not vectors, or a parameter is out of range.
    """

    steps: int = 8_000
    prior: float = 30.0

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_positive(steps=self.steps, prior=self.prior)
        self._pooled: Floats | None = None
        super()._prepare(observation_space, action_space)

    def pretrain(self, env: VectorEnv[Any, Any, Any], seed: int) -> None:
        """Learns what other people open."""
        rows, answers = [], []
        observations, _ = env.reset(seed=seed)
        begins = np.zeros(env.num_envs, dtype=np.bool_)
        actions = np.full(env.num_envs, OPEN)
        for _ in range(0, self.steps, env.num_envs):
            following, rewards, terminated, truncated, _ = env.step(actions)
            rows.append(observations[~begins])
            answers.append(rewards[~begins] > 0.0)
            observations, begins = following, terminated | truncated
        seen, did_open = np.concatenate(rows), np.concatenate(answers)
        if did_open.all() or not did_open.any():
            return
        model = LogisticRegression(max_iter=1000, fit_intercept=False)
        model.fit(np.column_stack((seen, np.ones(len(seen)))), did_open)
        self._pooled = model.coef_
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Starts over with what it was pretrained on."""
        super().reset()
        if self._pooled is not None:
            nothing = np.zeros((1, self._width))  # a first fit, without which there is no state
            self._model.partial_fit(nothing, [OPEN], classes=[DISMISS, OPEN])
            self._model.coef_, self._model.t_ = self._pooled.copy(), 1.0 + self.prior
            self._coefficients = self._model.coef_[0]


def with_constant(observation: Any) -> Floats:
    """Returns a vector with a 1 behind it, for the constant: float64."""
    row = np.ones(len(observation) + 1)
    row[:-1] = observation
    return row
