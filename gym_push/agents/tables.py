"""A table of open rates: the simplest agent that learns who a person is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gymnasium.spaces import Dict, Space

from gym_push.agents.simple import DISMISS, OPEN, opened
from gym_push.errors import ArgumentError, did_you_mean
from gym_push.meanings import features_by_meaning

Key = tuple[Any, ...]


class Table:
    """Opens what the person opens more often than not, by the values of some features.

    A cell that has seen little leans on the wider one without its last feature, and that on the
    next, down to the person's own rate. Each counts as `prior` rows in the next.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: Dismiss and open.
        features: Whose values make a cell, the most telling first; none for the one that means the
            app, or the first feature where none does.
        prior: How many rows the rate of a wider cell counts as.

    Raises:
        ArgumentError: There is no such feature, or the prior is not positive.
    """

    observation = "raw"

    def __init__(
        self,
        observation_space: Space[Any],
        action_space: Space[Any],
        features: Sequence[str] = (),
        prior: float = 1.0,
    ) -> None:
        if not isinstance(observation_space, Dict):
            raise ArgumentError(f"a table needs observations by name, not {observation_space}")
        if not prior > 0.0:
            raise ArgumentError(f"prior={prior!r} must be above 0")
        names = list(observation_space)
        app = features_by_meaning(observation_space).get("app", names[0])
        self._features = tuple(features) or (app,)
        for name in self._features:
            if name not in names:
                raise ArgumentError(
                    f"there is no feature {name!r} to make a table of{did_you_mean(name, names)}"
                )
        self._prior = prior
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Begins anew."""
        self._cells: dict[Key, list[int]] = {}
        self._opened = self._seen = 0

    def confidence(self, observation: Any) -> float:
        """Returns the open rate of the cell, in [0, 1]."""
        rate = (self._opened + 0.5) / (self._seen + 1.0)
        for key in self._keys(observation):
            opens, seen = self._cells.get(key, (0, 0))
            rate = (opens + self._prior * rate) / (seen + self._prior)
        return rate

    def act(self, observation: Any) -> int:
        """Opens from an open rate of a half on."""
        return OPEN if self.confidence(observation) >= 0.5 else DISMISS

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Counts what the person did."""
        did = opened(action, reward)
        for key in self._keys(observation):
            cell = self._cells.setdefault(key, [0, 0])
            cell[0] += did
            cell[1] += 1
        self._opened += did
        self._seen += 1

    def _keys(self, observation: Any) -> list[Key]:
        """Returns the cells of an observation, the widest first."""
        values = tuple(observation[name] for name in self._features)
        return [values[:depth] for depth in range(1, len(values) + 1)]


class TimeTable(Table):
    """A table by app, time of day and day of the week, as far as the log has them.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: Dismiss and open.
        prior: How many rows the rate of a wider cell counts as.

    Raises:
        ArgumentError: The log has no app or no time, or the prior is not positive.
    """

    def __init__(
        self, observation_space: Space[Any], action_space: Space[Any], prior: float = 5.0
    ) -> None:
        known = features_by_meaning(observation_space)
        cells = [known[each] for each in ("app", "time_of_day", "day_of_week") if each in known]
        if isinstance(observation_space, Dict) and not ("app" in known and len(cells) > 1):
            raise ArgumentError(
                "a table by time needs features that mean app, and time_of_day or day_of_week: say "
                "so in the log's schema, or take table-per-app with features of its own"
            )
        super().__init__(observation_space, action_space, cells, prior)
