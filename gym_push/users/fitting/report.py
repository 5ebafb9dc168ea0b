"""What a fit of the simulated person to a log found, how sure that is, and what it did not find."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

ELSEWHERE: Final = "when people get, open and act does not tell it apart from other parameters"


@dataclass(frozen=True)
class Fitted:
    """A parameter that was fitted to the log.

    Attributes:
        name: Of the field of `Parameters`.
        old: Its value before.
        new: Its value now.
        low, high: Its 95 % confidence interval, if the rest of the model is right.
        identified: The share of the uncertainty about it that the log removes, at most 1.
        matched_on: The moment that log and population now share.
        log: That moment of the log.
        population: That moment of the fitted population.
    """

    name: str
    old: float
    new: float
    low: float
    high: float
    identified: float
    matched_on: str
    log: float
    population: float


@dataclass(frozen=True)
class NotIdentified:
    """A parameter that stays as it was, and why the log does not say what it is."""

    name: str
    why: str


@dataclass(frozen=True)
class FitReport:
    """What `Population.fit` found and what it could not.

    Attributes:
        log: Its name.
        people: How many it has.
        fitted: The parameters that were fitted.
        not_identified: All others.
    """

    log: str
    people: int
    fitted: tuple[Fitted, ...]
    not_identified: tuple[NotIdentified, ...]

    def to_dict(self) -> dict[str, Any]:
        """Returns everything as plain Python values, for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        """The report as lines of text; what no log identifies is only counted."""
        lines = [f"fitted to {self.log}, people: {self.people}"]
        lines += [
            f"  {each.name}: {each.old:.3g} -> {each.new:.3g} "
            f"({each.low:.3g} to {each.high:.3g}), {int(100 * each.identified)}% from the log ("
            f"{each.matched_on}: {each.log:.3g} in the log, {each.population:.3g} now)"
            for each in self.fitted
        ]
        told = [each for each in self.not_identified if each.why != ELSEWHERE]
        lines += [f"  {each.name}: not identified; {each.why}" for each in told]
        others = len(self.not_identified) - len(told)
        return "\n".join([*lines, f"  {others} others: not identified; {ELSEWHERE}"])
