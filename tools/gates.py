"""The gates of the simulated person's model that need no log.

`python -m nox -s fidelity` tries them at full size, which takes minutes. Populations of different
seeds must look alike, and there must be something to learn about people: more than a table of open
rates knows, and not quite all that an oracle knows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from gym_push.evaluation.fidelity.distances import MEASURES, Gate, Statistic
from gym_push.evaluation.fidelity.learnability import learnability
from gym_push.evaluation.fidelity.two_sample import two_sample
from gym_push.logs.log_statistics import LogStatistics
from gym_push.users import Population

PEOPLE: Final = 300
DAYS: Final = 28
SEEDS: Final = (1, 2, 3)
ALIKE: Final = Gate(most=0.03)
NOT_TOLD_APART: Final = Gate(most=0.55)


def alike(seed: int, other: int, people: int = PEOPLE, days: int = DAYS) -> tuple[Statistic, ...]:
    """Returns the distances between two populations of different seeds."""
    one, another = (
        LogStatistics.of_log(Population(people, each).log(days)) for each in (seed, other)
    )
    distances = (
        Statistic(measure.name, measure.distance(one, another), ALIKE)
        for measure in MEASURES
        if measure.name.startswith("KS")
    )
    auc, _ = two_sample(one, another, seed)
    told = Statistic("two-sample AUC, split by person", auc, NOT_TOLD_APART)
    return (*distances, told)


def gates(seeds: tuple[int, ...] = SEEDS) -> Iterator[tuple[str, Statistic]]:
    """Yields every gate at full size, with the seeds it is tried on."""
    for seed in seeds:
        other = seed + len(seeds)
        for statistic in alike(seed, other):
            yield f"seeds {seed} and {other}", statistic
        for statistic in learnability(Population(PEOPLE, seed)):
            yield f"seed {seed}", statistic


def main() -> None:
    """Prints a line for each gate, and exits with code 1 if one fails."""
    missed = 0
    for tried, statistic in gates():
        assert statistic.value is not None
        held = statistic.verdict == "held"
        missed += not held
        note = f"  ({statistic.note})" if statistic.note else ""
        print(
            f"{'ok  ' if held else 'MISS'}  {tried}: {statistic.name} "
            f"{statistic.value:.3f} {statistic.gate}{note}",
            flush=True,
        )
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
