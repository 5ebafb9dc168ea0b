"""What a comparison found: values and their gates, or why there is no value."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

Verdict: TypeAlias = Literal["held", "failed", "not supported", "no gate"]


@dataclass(frozen=True)
class Gate:
    """The range of a statistic.

    Attributes:
        least, most: The ends, which belong to the range; None for an open end.
    """

    least: float | None = None
    most: float | None = None

    def holds(self, value: float) -> bool:
        """Returns whether the value lies in the range."""
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )

    def __str__(self) -> str:
        """The range in words, as `≤ 0.20`."""
        if self.least is not None and self.most is not None:
            return f"{self.least:.2f} to {self.most:.2f}"
        return f"≤ {self.most:.2f}" if self.least is None else f"≥ {self.least:.2f}"


@dataclass(frozen=True)
class Statistic:
    """One row of a report.

    Attributes:
        name: What is measured.
        value: None if the log cannot support it.
        gate: The range it has to be in; None if it is only shown.
        note: Why there is no value, or what to know about it.
    """

    name: str
    value: float | None
    gate: Gate | None = None
    note: str = ""

    @property
    def verdict(self) -> Verdict:
        """Whether the gate held."""
        if self.value is None:
            return "not supported"
        if self.gate is None:
            return "no gate"
        return "held" if self.gate.holds(self.value) else "failed"


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

    def to_dict(self) -> dict[str, Any]:
        """Returns plain Python values, for JSON."""
        statistics = [{**asdict(each), "verdict": each.verdict} for each in self.statistics]
        return {**asdict(self), "statistics": statistics}

    def __str__(self) -> str:
        """The report as a table in plain text."""
        rows = [("statistic", "value", "gate", "verdict", "note")]
        for each in self.statistics:
            value = "" if each.value is None else f"{each.value:.3f}"
            rows.append((each.name, value, str(each.gate or ""), each.verdict, each.note))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        title = f"{self.population}, {self.days} days, beside {self.log}"
        return "\n".join((title, *lines, *self.notes))
