"""Whether a log has people enough for a statistic, judged by simulated people.

People differ so much that a few of them look like no population, not even like their own. So a
statistic is only held to its gate if as many simulated people would mostly hold it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gym_push.evaluation.fidelity.distances import Measure
from gym_push.logs.log_statistics import Ints, LogStatistics

FEWEST_PEOPLE: Final = 5
"""Fewer are no population, however near to one they are by chance."""
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

    def __init__(self, population: LogStatistics, people: int, seed: int) -> None:
        chosen = np.random.default_rng(seed).permutation(population.people)
        reference, others = np.split(chosen, [min(population.people // 2, REFERENCE)])
        self.people = people
        self._groups: list[LogStatistics] = []
        self._reference = population
        if 2 * people <= len(others):
            self._reference = population.take(_rows_of(population, reference))
            generator = np.random.default_rng([seed, 1])
            self._groups = [
                population.take(_rows_of(population, generator.choice(others, people, False)))
                for _ in range(GROUPS)
            ]

    def missed(self, measure: Measure) -> float:
        """Returns the share of groups that miss the gate; none do for a log as large as they."""
        if not self._groups or measure.gate is None:
            return 0.0
        held = [
            measure.lack(group) is not None  # too rare to count against the statistic
            or measure.gate.holds(measure.distance(group, self._reference))
            for group in self._groups
        ]
        return 1.0 - float(np.mean(held))

    def lack(self, measure: Measure) -> str | None:
        """Returns why the log has too few people for the gate of a statistic; None if enough."""
        if measure.gate is None:
            return None
        few = too_few(self.people, FEWEST_PEOPLE)
        if few:
            return few
        missed = self.missed(measure)
        if missed > MOST_MISSES:
            return f"{missed:.0%} of groups of {self.people} simulated people miss it, too"
        return None


def too_few(people: int, needed: int) -> str | None:
    """Returns that a log has too few people, in words; None if it has enough."""
    count = "one person" if people == 1 else f"{people} people"
    return f"it is of {count}, and this needs {needed}" if people < needed else None


def _rows_of(of: LogStatistics, people: Ints) -> Ints:
    return np.flatnonzero(np.isin(of.person, people))
