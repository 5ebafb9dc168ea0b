"""One of many environments, followed so that it can be shown as if it were alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.basic.episodes import BEFORE_RESET, Episode, Snapshot
from gym_push.envs.basic.score import Ended, Tally, cell


class Lane:
    """Keeps the decisions of one environment of a vector environment."""

    def __init__(self) -> None:
        self._script = BEFORE_RESET
        self._outcomes: list[int] = []
        self._episode = self._epoch = 0
        self._ended = Ended()

    def begin(self, user: str | None, rows: NDArray[np.int64]) -> None:
        """Notes that an episode begins, whom it plays and which rows of the log."""
        self._ended = self._ended.add(self._episode, Tally(self._outcomes), self._epoch)
        self._script, self._outcomes = Episode(user, rows.copy()), [0] * len(rows)
        self._episode, self._epoch = self._episode + 1, 0

    def decide(self, action: int, user_action: int) -> None:
        """Notes a decision, and what the person did."""
        self._outcomes[self._epoch] = cell(action, user_action)
        self._epoch += 1

    @property
    def snapshot(self) -> Snapshot:
        """Where the episode stands."""
        return Snapshot(self._episode, self._script, self._outcomes, self._epoch, self._ended)
