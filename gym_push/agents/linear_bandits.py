"""LinUCB and Thompson sampling: linear bandits that explore what they are unsure of."""

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
from gym_push.agents.simple import DISMISS, OPEN
from gym_push.errors import MissingExtraError

try:
    from mabwiser.mab import MAB, LearningPolicy
except ImportError:
    raise MissingExtraError("a bandit of MABWiser", "mabwiser", "agents") from None

ARMS: Final = (DISMISS, OPEN)
SEEDS: Final = 2**31


class _LinearBandit:
    """A ridge regression of the reward for each action, with MABWiser.

    It learns of an action only what that action earned. A regression inverts a matrix as wide as
    an observation whenever it learns, so that all but the first notifications are learned a few
    at a time.
    """

    observation = "vector"

    def __init__(
        self, observation_space: Space[Any], action_space: Space[Any], policy: Any, batch: int
    ) -> None:
        check_answers(action_space)
        self._width = width_of(observation_space)
        self._policy, self._batch = policy, batch
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Begins anew."""
        random = np.random.default_rng(seed)
        self._bandit = MAB(list(ARMS), self._policy, seed=int(random.integers(SEEDS)))
        nothing = np.zeros((len(ARMS), self._width))  # teaches nothing, and lets it predict
        self._bandit.fit(np.array(ARMS), np.zeros(len(ARMS)), nothing)
        self._batches: Batches[tuple[Floats, int, float]] = Batches(self._batch)

    def act(self, observation: Any) -> int:
        """Does what it expects more of; opens where that is the same."""
        return OPEN if self._gain(observation) >= 0.0 else DISMISS

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Learns what the action earned, at the latest with the batch that it belongs to."""
        due = self._batches.add((with_constant(observation), int(action), float(reward)))
        if due:
            rows, actions, rewards = zip(*due, strict=True)
            self._bandit.partial_fit(np.array(actions), np.array(rewards), np.array(rows))

    def _gain(self, observation: Any) -> float:
        """Returns how much more it expects of opening than of dismissing."""
        expected = self._bandit.predict_expectations(with_constant(observation)[None])
        return float(expected[OPEN] - expected[DISMISS])


class LinUCB(_LinearBandit):
    """Does what may earn most: by the upper confidence bound of a linear regression.

    Li, Chu, Langford, Schapire (2010): A Contextual-Bandit Approach to Personalized News Article
    Recommendation.

    Args:
        observation_space: Of the environment, in the vector form.
        action_space: Dismiss and open.
        alpha: Width of the bound in standard deviations.
        ridge: Weight of the squared coefficients.
        batch: How many notifications are learned at once, at most.

    Raises:
        ArgumentError: Observations are no vectors, or a parameter is out of range.
    """

    def __init__(
        self,
        observation_space: Space[Any],
        action_space: Space[Any],
        alpha: float = 1.0,
        ridge: float = 1.0,
        batch: int = 16,
    ) -> None:
        check_above_zero(alpha=alpha, ridge=ridge)
        policy = LearningPolicy.LinUCB(alpha=alpha, l2_lambda=ridge)
        super().__init__(observation_space, action_space, policy, batch)

    def confidence(self, observation: Any) -> float:
        """Returns how much more opening may earn than dismissing."""
        return self._gain(observation)


class Thompson(_LinearBandit):
    """Does what earns most by coefficients drawn from what it holds possible.

    Agrawal, Goyal (2013): Thompson Sampling for Contextual Bandits with Linear Payoffs. It has no
    confidence: what it expects is drawn anew each time.

    Args:
        observation_space: Of the environment, in the vector form.
        action_space: Dismiss and open.
        alpha: Spread of the draws, in standard deviations of the coefficients.
        ridge: Weight of the squared coefficients.
        batch: How many notifications are learned at once, at most.

    Raises:
        ArgumentError: Observations are no vectors, or a parameter is out of range.
    """

    def __init__(
        self,
        observation_space: Space[Any],
        action_space: Space[Any],
        alpha: float = 0.3,
        ridge: float = 1.0,
        batch: int = 16,
    ) -> None:
        check_above_zero(alpha=alpha, ridge=ridge)
        policy = LearningPolicy.LinTS(alpha=alpha, l2_lambda=ridge)
        super().__init__(observation_space, action_space, policy, batch)
