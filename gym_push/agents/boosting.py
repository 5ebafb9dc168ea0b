"""Gradient boosting: many small trees, so that features can interact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Box, Space
from numpy.typing import NDArray

from gym_push.actions import DISMISS, OPEN
from gym_push.agents.simple import BaseAgent, Table, check_positive, check_whole, coded, opened
from gym_push.errors import ArgumentError, extra_import
from gym_push.meanings import features_by_meaning

with extra_import("gradient-boosting", "scikit-learn", "agents"):
    from sklearn.ensemble import GradientBoostingClassifier

SEEDS: Final = 2**31

Row = NDArray[np.float32]


@dataclass(eq=False)
class GradientBoosting(BaseAgent):
    """Opens what boosted trees, grown on the person's notifications so far, expect to be opened.

    New trees are grown each time the number of notifications has doubled, each on half of them;
    until the first it acts like a table. Beside the codes the trees see the person's open rate for
    the value of each label, since the size of a code means nothing.

    It is scikit-learn's `GradientBoostingClassifier`: the histogram one takes longer to predict a
    single row, and its threads get in each other's way when several processes play.

    Args:
        observation_space: Of the environment, in the form "codes".
        action_space: Dismiss and open.
        trees: Number of trees.
        rate: Share of each tree that is added.
        first: Number of notifications after which the first trees are grown.

    Raises:
        ArgumentError: Observations are not codes, or a parameter is out of range.
    """

    observation = "codes"

    trees: int = 80
    rate: float = 0.1
    first: int = 64

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_positive(rate=self.rate)
        check_whole(trees=self.trees)
        if self.first < 2:
            raise ArgumentError(f"first={self.first!r} must be 2 or more")
        spaces = coded(observation_space, action_space)
        self._numbers = [name for name, space in spaces.items() if isinstance(space, Box)]
        self._labels = [name for name in spaces if name not in self._numbers]
        self._tables = [Table(observation_space, action_space, (each,)) for each in self._labels]
        app = features_by_meaning(observation_space).get("app")
        self._leading = self._labels.index(app) if app in self._labels else 0

    def reset(self, seed: int | None = None) -> None:
        """Starts over."""
        self._random = np.random.default_rng(seed)
        for table in self._tables:
            table.reset()
        self._model: Any = None
        self._due = self.first
        self._rows: list[Row] = []
        self._opened: list[bool] = []
        self._opens = 0

    def confidence(self, observation: Any) -> float:
        """Returns the log odds of opening; before there are trees, an open rate less a half."""
        row = self._row_of(observation)
        if self._model is None:
            return float(row[1 + self._leading if self._tables else 0]) - 0.5
        return float(self._model.decision_function(row[None])[0])

    def act(self, observation: Any) -> int:
        """Opens if the odds are even or better."""
        return OPEN if self.confidence(observation) >= 0.0 else DISMISS

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Keeps what the person did, and grows new trees if they are due."""
        self._rows.append(self._row_of(observation))
        self._opened.append(opened(action, reward))
        self._opens += self._opened[-1]
        for table in self._tables:
            table.learn(observation, action, reward)
        if len(self._rows) >= self._due:
            self._due *= 2
            self._grow()

    def _row_of(self, observation: Any) -> Row:
        """Returns open rates of the person and of the labels, and the codes: (columns,)."""
        own = (self._opens + 0.5) / (len(self._rows) + 1.0)
        numbers = [float(observation[name][0]) for name in self._numbers]
        labels = [observation[name] for name in self._labels]
        rates = [table.confidence(observation) for table in self._tables]
        return np.array([own, *rates, *labels, *numbers], dtype=np.float32)

    def _grow(self) -> None:
        if not 0 < self._opens < len(self._rows):
            return  # trees need both answers
        self._model = GradientBoostingClassifier(
            n_estimators=self.trees, learning_rate=self.rate, max_depth=3,
            min_samples_leaf=10, subsample=0.5, max_features="sqrt",
            random_state=int(self._random.integers(SEEDS)),
        ).fit(np.array(self._rows), np.array(self._opened))  # fmt: skip
