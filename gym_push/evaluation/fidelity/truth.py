"""What is known of simulated people, and of no others: how they would decide but for chance."""

from __future__ import annotations

from typing import Final

from gym_push.errors import ArgumentError
from gym_push.evaluation.fidelity.learnability import LEARNERS, TABLE, Learner, learn_each
from gym_push.evaluation.fidelity.report import Gate, Statistic
from gym_push.evaluation.policies.oracles import oracle
from gym_push.logs.log_statistics import LogStatistics
from gym_push.users import Population
from gym_push.users.simulation import to_log

PEOPLE: Final = 24
DAYS: Final = 112
"""Half of them to learn from, half to be tested on."""
OVER_TABLE: Final = Gate(least=0.03)
BELOW_ORACLE: Final = Gate(least=0.02, most=0.06)


def learnability(
    population: Population,
    people: int = PEOPLE,
    days: int = DAYS,
    learners: dict[str, Learner] | None = None,
) -> tuple[Statistic, Statistic]:
    """Returns what the best learner gains over a table per app, and what an oracle gains over it.

    Args:
        population: Whose first people are learned from, each alone.
        people: How many of them.
        days: Half of them to learn from, half to be tested on.
        learners: By name, the table among them; None for all.

    Raises:
        ArgumentError: Nobody gets notifications enough in these days.
    """
    users = range(min(people, population.size))
    simulation = population.simulate(users, days)
    log = to_log(simulation, users, repr(population))
    learned = learn_each(log, LogStatistics.of_log(log), learners or LEARNERS)
    if learned is None:
        raise ArgumentError(f"{days} days of {population} are too few to learn from; simulate more")
    best = learned.best
    judged = learned.beside("oracle", oracle(simulation), simulation.responses.opened)
    names = [*learned.right, "oracle"]
    note = ", ".join(f"{name} {judged.accuracy(name):.3f}" for name in names)
    return (
        Statistic(
            "best learner − table per app, simulated", judged.gain(best, TABLE)[0], OVER_TABLE, note
        ),
        Statistic(
            "oracle − best learner, simulated", judged.gain("oracle", best)[0], BELOW_ORACLE,
            f"best: {best}",
        ),
    )  # fmt: skip
