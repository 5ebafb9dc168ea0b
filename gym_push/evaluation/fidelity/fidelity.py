"""Does a simulated population look like a log? The gates of the model, one by one.

A statistic that a log cannot support, because it is too coarse or of too few people, is no number
but the reason why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gym_push.errors import ArgumentError
from gym_push.evaluation.fidelity.report import FidelityReport, Gate, Statistic
from gym_push.logs import NotificationLog
from gym_push.logs.log_statistics import LogStatistics
from gym_push.users import Population

if TYPE_CHECKING:
    from gym_push.evaluation.fidelity.distances import Measure
    from gym_push.evaluation.fidelity.support import Support

DEFAULT_DAYS: Final = 28
AUC: Final = Gate(most=0.65)
FEWEST_SIMULATED: Final = 100
LEARNERS_OF: Final = 24
"""People of a log that are learned from, at most: each alone, and so each takes its time."""


def fidelity(
    log: NotificationLog | Population,
    population: Population,
    *,
    days: int | None = None,
    seed: int = 0,
) -> FidelityReport:
    """Compares a simulated population with a log, or with another population.

    Args:
        log: What it should look like.
        population: Of 100 people and more; 300 in the gates.
        days: How many of it are simulated; None for as many as the log has, at most 28.
        seed: Of the samples and folds of the comparison.

    Returns:
        A row for each statistic: its value, its gate and whether it held, or why the log cannot
        support it.

    Raises:
        ArgumentError: The population is too small, or the days are out of range.
        MissingExtraError: scikit-learn is not installed.

    Example:
        print(fidelity(read_log("my-log.csv", "my-log.toml"), Population(300, seed=1)))
    """
    if isinstance(log, Population):
        log = log.log(DEFAULT_DAYS if days is None else days)
    return compare(log, population, days, seed).report


@dataclass(frozen=True, eq=False)
class Compared:
    """A report, and what it is of.

    Attributes:
        measured: What the log shows.
        simulated: What the population shows.
        report: What was found.
    """

    measured: LogStatistics
    simulated: LogStatistics
    report: FidelityReport


def compare(log: NotificationLog, population: Population, days: int | None, seed: int) -> Compared:
    """Compares as `fidelity` does, and returns beside the report what was compared."""
    # Here, because they need packages that not everybody has installed.
    from gym_push.evaluation.fidelity.distances import MEASURES, same_clock
    from gym_push.evaluation.fidelity.support import Support
    from gym_push.evaluation.fidelity.truth import learnability

    if population.size < FEWEST_SIMULATED:
        raise ArgumentError(
            f"{population} has {population.size} people; a comparison needs "
            f"{FEWEST_SIMULATED} and more"
        )
    measured = LogStatistics.of_log(log)
    days = default_days(measured) if days is None else days
    simulated = LogStatistics.of_log(population.log(days))

    one, other = same_clock(measured, simulated)
    support = Support(other, measured.people, seed)
    rows = [_measure(measure, measured, one, other, support) for measure in MEASURES]
    auc, notes = _told_apart(measured, simulated, seed)
    rows += [auc, _learnability(log, measured), *learnability(population)]
    report = FidelityReport(log.source, repr(population), days, seed, tuple(rows), notes)
    return Compared(measured, simulated, report)


def default_days(measured: LogStatistics) -> int:
    """Returns how many days to simulate beside a log: as many as it has, at most 28."""
    if measured.time is None:
        return DEFAULT_DAYS
    return int(min(measured.days_of_each.max(), DEFAULT_DAYS))


def _measure(
    measure: Measure,
    measured: LogStatistics,
    one: LogStatistics,
    other: LogStatistics,
    support: Support,
) -> Statistic:
    lack = measure.lack(measured) or measure.lack(other) or support.lack(measure)
    value = None if lack else measure.distance(one, other)
    return Statistic(measure.name, value, measure.gate, lack or "")


def _told_apart(
    measured: LogStatistics, simulated: LogStatistics, seed: int
) -> tuple[Statistic, tuple[str, ...]]:
    from gym_push.evaluation.fidelity.support import too_few
    from gym_push.evaluation.fidelity.two_sample import FEWEST_PEOPLE, deviation, two_sample

    name = "two-sample AUC, split by person"
    lack = too_few(measured.people, FEWEST_PEOPLE)
    if lack:
        return Statistic(name, None, AUC, lack), ()
    found = two_sample(measured, simulated, seed)
    chance = deviation(measured.people, simulated.people)
    notes = (f"The classifier saw what both have of: {', '.join(found.columns)}.",)
    return Statistic(name, found.auc, AUC, f"by chance 0.5 ± {chance:.2f} at the most"), notes


def _learnability(log: NotificationLog, measured: LogStatistics) -> Statistic:
    from gym_push.evaluation.fidelity.learnability import TABLE, learn_each
    from gym_push.evaluation.fidelity.support import FEWEST_PEOPLE, too_few
    from gym_push.evaluation.fidelity.truth import OVER_TABLE

    name = "best learner − table per app, the log"
    lack = measured.lacks_app() or too_few(measured.people, FEWEST_PEOPLE)
    if lack:
        return Statistic(name, None, OVER_TABLE, lack)
    learned = learn_each(log, measured.take(measured.person < LEARNERS_OF))
    if learned is None:
        return Statistic(name, None, OVER_TABLE, "nobody in it has notifications enough")
    gain, error = learned.gain(learned.best, TABLE)
    assert OVER_TABLE.least is not None
    if 2.0 * error > OVER_TABLE.least:
        lack = f"its standard error of {error:.3f} is more than half the gate: too few are tested"
        return Statistic(name, None, OVER_TABLE, lack)
    note = ", ".join(f"{each} {learned.accuracy(each):.3f}" for each in learned.right)
    return Statistic(name, gain, OVER_TABLE, note)
