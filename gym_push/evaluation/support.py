"""Whether a log has people enough for a statistic, judged by simulated people.

People differ so much that a few of them look like no population, not even like their own. So a
statistic is only taken if as many simulated people would mostly hold its gate.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gym_push.evaluation.distances import Measure
from gym_push.logs.marginals import Ints, Marginals

GROUPS: Final = 30
MOST_MISSES: Final = 0.1
"""Share of the groups; a log with more of them cannot tell a good population from a bad one."""
REFERENCE: Final = 100
"""People that the groups are compared with, at most: more would only take longer."""


class Support:
    """Groups of simulated people, each as many as a log has.

    Args:
        population: The simulated notifications.
        people: How many the log has.
        seed: Of the choice of groups.
    """

    def __init__(self, population: Marginals, people: int, seed: int) -> None:
        """Chooses the groups, apart from those they are compared with."""
        chosen = np.random.default_rng(seed).permutation(population.people)
        reference, others = np.split(chosen, [min(population.people // 2, REFERENCE)])
        self.people = people
        self._groups: list[Marginals] = []
        self._reference = population
        if 2 * people <= len(others):
            self._reference = population.take(_rows_of(population, reference))
            generator = np.random.default_rng([seed, 1])
            self._groups = [
                population.take(_rows_of(population, generator.choice(others, people, False)))
                for _ in range(GROUPS)
            ]

    def misses(self, measure: Measure) -> float | None:
        """Returns the share of groups that miss the gate; None for a log as large as they."""
        if not self._groups or measure.gate is None:
            return None
        held = [
            measure.lack(group) is not None  # too rare to count against the statistic
            or measure.gate.holds(measure.distance(group, self._reference))
            for group in self._groups
        ]
        return 1.0 - float(np.mean(held))

    @staticmethod
    def decides(misses: float) -> bool:
        """Returns whether that many misses are too many to take the statistic at its value."""
        return misses > MOST_MISSES


def _rows_of(of: Marginals, people: Ints) -> Ints:
    return np.flatnonzero(np.isin(of.person, people))
