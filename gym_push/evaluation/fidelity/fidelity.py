"""Does a simulated population look like a log? The gates of the model, one by one.

A statistic that a log cannot support, because it is too coarse or has too few people, has a reason
instead of a number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any, Final

from gym_push.errors import ArgumentError
from gym_push.evaluation.fidelity.distances import (
    FEWEST_PEOPLE,
    MEASURES,
    Gate,
    Statistic,
    Support,
    same_clock,
    too_few,
)
from gym_push.logs import NotificationLog
from gym_push.logs.log_statistics import LogStatistics
from gym_push.users import Population

DEFAULT_DAYS: Final = 28
AUC: Final = Gate(most=0.65)
FEWEST_SIMULATED: Final = 100
STATISTICS: Final = len(MEASURES) + 4
"""Rows of a report."""
LEARNERS_OF: Final = 24
"""People of a log to learn from, at most, since each is learned alone and takes time."""


@dataclass(frozen=True)
class FidelityReport:
    """How much a simulated population looks like a log.

    Attributes:
        log: The log, in words.
        population: The population, in words.
        days: Simulated days.
        seed: Of the samples and folds in the comparison.
        statistics: The rows.
        notes: On the comparison as a whole.
    """

    log: str
    population: str
    days: int
    seed: int
    statistics: tuple[Statistic, ...]
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[Statistic, ...]:
        """The statistics whose gates did not hold."""
        return tuple(each for each in self.statistics if each.verdict == "failed")

    @property
    def verdict(self) -> str:
        """What the gates say together, in a sentence."""
        gated = [each for each in self.statistics if each.gate is not None]
        verdicts = [each.verdict for each in gated]
        said = [f"{verdicts.count('held')} of {len(gated)} gates held"]
        if self.failed:
            said.append(f"failed: {', '.join(each.name for each in self.failed)}")
        if unknown := verdicts.count("not supported"):
            said.append(f"not supported by the log: {unknown}")
        return "; ".join(said)

    def to_dict(self) -> dict[str, Any]:
        """Returns plain Python values, for JSON."""
        statistics = [{**asdict(each), "verdict": each.verdict} for each in self.statistics]
        return {**asdict(self), "statistics": statistics, "verdict": self.verdict}

    def __str__(self) -> str:
        """The report as a table in plain text."""
        rows = [("statistic", "value", "gate", "verdict", "note")]
        for each in self.statistics:
            value = "" if each.value is None else f"{each.value:.3f}"
            rows.append((each.name, value, str(each.gate or ""), each.verdict, each.note))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        title = f"{self.population}, {self.days} days, beside {self.log}"
        return "\n".join((title, *lines, *self.notes, self.verdict))


def fidelity(
    log: NotificationLog | Population,
    population: Population,
    *,
    days: int | None = None,
    seed: int = 0,
) -> FidelityReport:
    """Compares a simulated population with a log, or with another population.

    Args:
        log: What the population should look like.
        population: Of at least 100 people; the gates are meant for 300.
        days: Days to simulate; None for as many as the log has, at most 28.
        seed: Of the samples and folds in the comparison.

    Returns:
        A row for each statistic: its value, its gate and whether it held, or why the log cannot
        support it.

    Raises:
        ArgumentError: The population is too small, or the days are out of range.
        MissingExtraError: scikit-learn is not installed.

    Examples:
        print(fidelity(read_log("my-log.csv", "my-log.toml"), Population(300, seed=1)))
    """
    if isinstance(log, Population):
        log = log.log(DEFAULT_DAYS if days is None else days)
    return compare(log, population, days, seed)[0]


def check(population: Population) -> None:
    """Makes sure that a population can be compared.

    Raises:
        ArgumentError: It is too small.
        MissingExtraError: scikit-learn is not installed.
    """
    import_module("gym_push.evaluation.fidelity.learnability")  # which needs scikit-learn
    if population.size < FEWEST_SIMULATED:
        raise ArgumentError(
            f"{population} has {population.size} people; a comparison needs at least "
            f"{FEWEST_SIMULATED}"
        )


def compare(
    log: NotificationLog,
    population: Population,
    days: int | None,
    seed: int,
    on_statistic: Callable[[Statistic], object] = lambda statistic: None,
) -> tuple[FidelityReport, LogStatistics, LogStatistics]:
    """Compares as `fidelity` does, and also returns the statistics of the log and the people.

    Each of the `STATISTICS` is told as it is ready.
    """
    check(population)
    log = log.with_answers()
    from gym_push.evaluation.fidelity.learnability import learnability

    measured = LogStatistics.of_log(log)
    if days is None:
        known = measured.time is not None
        days = int(min(measured.days_of_each.max(), DEFAULT_DAYS)) if known else DEFAULT_DAYS
    simulated = LogStatistics.of_log(population.log(days))

    one, other = same_clock(measured, simulated)
    support = Support(other, measured.people, seed)
    rows: list[Statistic] = []

    def add(*statistics: Statistic) -> None:
        rows.extend(statistics)
        for statistic in statistics:
            on_statistic(statistic)

    for measure in MEASURES:
        lack = measure.lack(measured) or measure.lack(other) or support.lack(measure)
        value = None if lack else measure.distance(one, other)
        add(Statistic(measure.name, value, measure.gate, lack or ""))
    auc, notes = _told_apart(measured, simulated, seed)
    add(auc)
    add(_learnability(log, measured))
    add(*learnability(population))
    report = FidelityReport(log.source, repr(population), days, seed, tuple(rows), notes)
    return report, measured, simulated


def _told_apart(
    measured: LogStatistics, simulated: LogStatistics, seed: int
) -> tuple[Statistic, tuple[str, ...]]:
    from gym_push.evaluation.fidelity.two_sample import FEWEST_TO_SPLIT, deviation, two_sample

    name = "two-sample AUC, split by person"
    lack = too_few(measured.people, FEWEST_TO_SPLIT)
    if lack:
        return Statistic(name, None, AUC, lack), ()
    auc, columns = two_sample(measured, simulated, seed)
    chance = deviation(measured.people, simulated.people)
    notes = (f"The classifier saw the columns of both: {', '.join(columns)}.",)
    return Statistic(name, auc, AUC, f"by chance at most 0.5 ± {chance:.2f}"), notes


def _learnability(log: NotificationLog, measured: LogStatistics) -> Statistic:
    from gym_push.evaluation.fidelity.learnability import (
        OVER_TABLE,
        TABLE,
        best_learner,
        in_words,
        learn_each,
    )

    name = "best learner − table per app, the log"
    lack = measured.lacks_app() or too_few(measured.people, FEWEST_PEOPLE)
    right = None if lack else learn_each(log, measured.take(measured.person < LEARNERS_OF))
    if right is None:
        lack = lack or "nobody in it has enough notifications"
        return Statistic(name, None, OVER_TABLE, lack)
    accuracy = right.groupby("person").mean()
    gains = accuracy[best_learner(accuracy)] - accuracy[TABLE]
    error = float(gains.agg("sem"))  # NaN with one person
    assert OVER_TABLE.least is not None
    if not 2.0 * error <= OVER_TABLE.least:
        lack = f"its standard error of {error:.3f} is more than half the gate: too few are tested"
        return Statistic(name, None, OVER_TABLE, lack)
    return Statistic(name, float(gains.mean()), OVER_TABLE, in_words(accuracy))
