"""LinUCB and Thompson sampling: linear bandits that explore what they are unsure of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Space
from numpy.typing import NDArray

from gym_push.actions import DISMISS, OPEN
from gym_push.agents.logistic import LinearAgent, with_constant
from gym_push.agents.simple import Floats, check_positive
from gym_push.errors import extra_import

with extra_import("a bandit of MABWiser", "mabwiser", "agents"):
    from mabwiser.mab import MAB, LearningPolicy

ARMS: Final = (DISMISS, OPEN)
SEEDS: Final = 2**31


@dataclass(eq=False)
class _LinearBandit(LinearAgent):
    """A ridge regression of the reward for each action, with MABWiser.

    From a reward it learns about the action that was taken, and not about the other one. Each fit
    inverts a matrix as wide as an observation.
    """

    alpha: float = 1.0
    ridge: float = 1.0

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_positive(alpha=self.alpha, ridge=self.ridge)
        super()._prepare(observation_space, action_space)

    def reset(self, seed: int | None = None) -> None:
        """Starts over."""
        super().reset()
        random = np.random.default_rng(seed)
        self._bandit = MAB(list(ARMS), self._policy(), seed=int(random.integers(SEEDS)))
        nothing = np.zeros((len(ARMS), self._width))  # a first fit, without which it cannot predict
        self._bandit.fit(np.array(ARMS), np.zeros(len(ARMS)), nothing)

    def _policy(self) -> Any:
        """Returns how MABWiser explores."""
        raise NotImplementedError

    def _gain(self, row: Floats) -> float:
        expected = self._bandit.predict_expectations(row[None])
        return float(expected[OPEN] - expected[DISMISS])

    def _fit(self, rows: Floats, actions: NDArray[np.int64], rewards: Floats) -> None:
        self._bandit.partial_fit(actions, rewards, rows)


class LinUCB(_LinearBandit):
    """Takes the action with the highest upper confidence bound of a linear regression.

    Li, Chu, Langford, Schapire (2010): A Contextual-Bandit Approach to Personalized News Article
    Recommendation.

    Args:
        observation_space: Of the environment, in the vector form.
        action_space: Dismiss and open.
        batch: How many notifications are learned at once, at most.
        text: What puts text into its vectors, as `text=` of `BasicEnv`; None to leave text out.
        alpha: Width of the bound in standard deviations.
        ridge: Weight of the squared coefficients.

    Raises:
        ArgumentError: Observations are not vectors, or a parameter is out of range.
    """

    def _policy(self) -> Any:
        return LearningPolicy.LinUCB(alpha=self.alpha, l2_lambda=self.ridge)

    def confidence(self, observation: Any) -> float:
        """Returns the bound of opening less that of dismissing."""
        return self._gain(with_constant(observation))


@dataclass(eq=False)
class Thompson(_LinearBandit):
    """Takes the best action by coefficients drawn from their posterior.

    Agrawal, Goyal (2013): Thompson Sampling for Contextual Bandits with Linear Payoffs. It has no
    `confidence`, since it draws other coefficients each time.

    Args:
        observation_space: Of the environment, in the vector form.
        action_space: Dismiss and open.
        batch: How many notifications are learned at once, at most.
        text: What puts text into its vectors, as `text=` of `BasicEnv`; None to leave text out.
        alpha: Spread of the draws, in standard deviations of the coefficients.
        ridge: Weight of the squared coefficients.

    Raises:
        ArgumentError: Observations are not vectors, or a parameter is out of range.
    """

    alpha: float = 0.3

    def _policy(self) -> Any:
        return LearningPolicy.LinTS(alpha=self.alpha, l2_lambda=self.ridge)
