"""What a comparison found: a value, the gate it is held to, or why there is no value."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

Verdict: TypeAlias = Literal["held", "failed", "not supported", "no gate"]


@dataclass(frozen=True)
class Gate:
    """The range that a statistic has to lie in.

    Attributes:
        least, most: Both belong to the range; None where it is open.
    """

    least: float | None = None
    most: float | None = None

    def holds(self, value: float) -> bool:
        """Returns whether the value lies in the range."""
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )

    def __str__(self) -> str:
        """The range as people write it."""
        if self.least is not None and self.most is not None:
            return f"{self.least:.2f} to {self.most:.2f}"
        return f"≤ {self.most:.2f}" if self.least is None else f"≥ {self.least:.2f}"


@dataclass(frozen=True)
class Statistic:
    """One row of a report.

    Attributes:
        name: What is measured.
        value: None where the log cannot support it.
        gate: What it is held to; None where it is only shown.
        note: Why there is no value, or what to know about the one there is.
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
        log: What was compared, for people.
        population: With what.
        days: How many days of the population.
        seed: Of the samples drawn for the comparison.
        statistics: What was found.
        notes: What was left out, and why.
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
        """Returns everything as plain Python values, for JSON."""
        statistics = [{**asdict(each), "verdict": each.verdict} for each in self.statistics]
        return {**asdict(self), "statistics": statistics}

    def __str__(self) -> str:
        """The report as a table of plain text."""
        rows = [("statistic", "value", "gate", "verdict", "note")]
        for each in self.statistics:
            value = "" if each.value is None else f"{each.value:.3f}"
            rows.append((each.name, value, str(each.gate or ""), each.verdict, each.note))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
        lines = [
            "  ".join(
                [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]
            )
            for row in rows
        ]
        title = f"{self.population}, {self.days} days, beside {self.log}"
        return "\n".join((title, *(line.rstrip() for line in lines), *self.notes))
