"""What sequential off-policy evaluation says: estimates, what supports them, and a verdict."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.off_policy.sequential_methods import MARGINAL, PDIS, SNPDIS

BETTER, WORSE, CANNOT_TELL = "better", "worse", "can't tell from this log"


@dataclass(frozen=True)
class SequentialEstimate:
    """The estimated reward of a policy a decision, if it took all decisions of each person.

    Attributes:
        method: "pdis", "snpdis", "marginal" or "fqe".
        value: The estimate.
        low, high: Its 95 % interval over persons; None without one.
        gain: How much more that is than what was earned in the log, with its interval.
        pareto_k: Shape of the tail of the persons' weights; for "fqe" those of "marginal".
        effective: Number of persons of equal weight that say as much.
        thin: Share of the decisions that come so late that weights leave hardly anybody there.
        problems: Why the log does not support the policy, a few words each; empty if it does.
    """

    method: str
    value: float
    low: float | None
    high: float | None
    gain: Estimate
    pareto_k: float
    effective: float
    thin: float
    problems: tuple[str, ...]

    @property
    def supported(self) -> bool:
        """Whether the log has seen enough of what the policy does."""
        return not self.problems

    @property
    def verdict(self) -> str:
        """Whether the policy is "better" or "worse" than the one that was logged.

        It is "can't tell from this log" where the log does not support the policy, or the interval
        of the gain holds zero.
        """
        if not self.supported or self.gain.low is None or self.gain.high is None:
            return CANNOT_TELL
        if self.gain.low > 0.0:
            return BETTER
        return WORSE if self.gain.high < 0.0 else CANNOT_TELL

    def to_dict(self) -> dict[str, Any]:
        """Returns plain Python values, for JSON; the shape of a tail may be infinite."""
        told = {"supported": self.supported, "verdict": self.verdict}
        return {**asdict(self), "gain": self.gain._asdict(), **told}

    def __str__(self) -> str:
        """One line."""
        ends = "no interval       "
        if self.low is not None and self.high is not None:
            ends = f"{self.low:+.4f} to {self.high:+.4f}"
        rests = f"k {self.pareto_k:5.2f}  worth {self.effective:5.1f}"
        return f"{self.method:<8}  {self.value:+.4f}  {ends}  {rests}  {self.verdict}"


@dataclass(frozen=True)
class SequentialTable:
    """The estimates of several methods.

    Attributes:
        estimates: One for each method.
        logged: What was earned in the log, with its interval.
        rows: Number of decisions.
        units: Number of independent streams.
        unit: What they are: "person", or in a log of one person "day" or "block".
        over: What the mean is over: "persons" or "notifications".
        horizon: How many decisions count for a reward; None for all of the stream.
        state: The observed features that make the states of "marginal".
        notes: What to know, a sentence each.
    """

    estimates: tuple[SequentialEstimate, ...]
    logged: Estimate
    rows: int
    units: int
    unit: str
    over: str
    horizon: int | None
    state: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __getitem__(self, method: str) -> SequentialEstimate:
        """Returns the estimate of a method."""
        return {each.method: each for each in self.estimates}[method]

    @property
    def verdict(self) -> str:
        """The verdict of the supported method that assumes least, or that nobody can tell.

        A model alone ("fqe") does not give a verdict.
        """
        for method in (SNPDIS, PDIS, MARGINAL):
            for each in self.estimates:
                if each.method == method and each.supported:
                    return each.verdict
        return CANNOT_TELL

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before trusting it, a sentence each."""
        told = [
            f"The log does not support {each.method!r}: {', '.join(each.problems)}."
            for each in self.estimates
            if each.problems
        ]
        return (*self.notes, *told)

    def to_dict(self) -> dict[str, Any]:
        """Returns plain Python values, for JSON."""
        given = asdict(self) | {"logged": self.logged._asdict()}
        given["estimates"] = [each.to_dict() for each in self.estimates]
        return given | {"verdict": self.verdict, "warnings": list(self.warnings)}

    def __str__(self) -> str:
        """A table in plain text, the verdict and the warnings."""
        streams = f"{self.units} {self.unit}{'' if self.units == 1 else 's'}"
        lines = [
            "method      value  95 % interval       weights             than the log",
            *map(str, self.estimates),
            f"mean over {self.over}; {self.rows} decisions of {streams}, which earned "
            f"{self.logged.value:+.4f}",
            f"verdict: {self.verdict}",
        ]
        return "\n".join((*lines, *self.warnings))
