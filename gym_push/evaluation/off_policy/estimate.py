"""What a policy would earn, by decisions that another one has logged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from gym_push.errors import ArgumentError, choose
from gym_push.evaluation.off_policy.diagnostics import Diagnostics, diagnose
from gym_push.evaluation.off_policy.estimators import (
    DM,
    IPS,
    METHODS,
    MODELLED,
    WEIGHTED,
    Evidence,
    weigh,
)
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.off_policy.targets import Target, probabilities_of
from gym_push.evaluation.off_policy.units import PERSONS
from gym_push.logs import observe
from gym_push.logs.log_statistics import Floats


@dataclass(frozen=True)
class OffPolicyEstimate:
    """What a policy is estimated to earn with a notification.

    The mean over persons of the mean over their notifications, or the mean over all notifications,
    if the policy took each decision alone, after what was decided before it. That is not what it
    would earn in the long run: people tire, and would be more or less tired of its own deliveries.

    Attributes:
        method: "ips", "snips", "dm" or "dr".
        value: The estimate.
        low, high: Its 95 % interval, as persons, or the days of one person, are independent; None
            where there is none, as of one day.
        diagnostics: What it rests on, and what the mean is over.
    """

    method: str
    value: float
    low: float | None
    high: float | None
    diagnostics: Diagnostics

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before it is believed, a sentence each."""
        return self.diagnostics.warnings

    def to_dict(self) -> dict[str, Any]:
        """Returns everything as plain Python values, for JSON."""
        return {**asdict(self), "warnings": list(self.warnings)}

    def __str__(self) -> str:
        """The estimate in a line, and a line for each warning."""
        line = f"{self.line()}, mean over {self.diagnostics.over}"
        return "\n".join((line, *self.warnings))

    def line(self) -> str:
        """Returns method, value and interval."""
        line = f"{self.method:<6}  {self.value:+.4f}"
        return line if self.low is None else f"{line}  {self.low:+.4f} to {self.high:+.4f}"


@dataclass(frozen=True)
class OffPolicyTable:
    """The estimates of all methods.

    Attributes:
        estimates: One for each method that the log allows.
    """

    estimates: tuple[OffPolicyEstimate, ...]

    def __getitem__(self, method: str) -> OffPolicyEstimate:
        """Returns the estimate of a method."""
        return {each.method: each for each in self.estimates}[method]

    def __str__(self) -> str:
        """A table of plain text, what the estimates rest on, and the warnings."""
        rests = self.estimates[0].diagnostics
        lines = ["method    value  95 % interval"]
        lines += [each.line() for each in self.estimates]
        worth = "" if rests.effective is None else f", worth {rests.effective:.0f} of equal weight"
        largest = "" if rests.largest is None else f"; largest weight {rests.largest:.1f}"
        units = f"{rests.units} {rests.unit}{'' if rests.units == 1 else 's'}"
        lines.append(f"mean over {rests.over}; {rests.rows} decisions of {units}{worth}{largest}")
        return "\n".join((*lines, *rests.warnings))


def off_policy_estimate(
    logged: LoggedDecisions,
    target: Target,
    method: str = IPS,
    *,
    over: str = PERSONS,
    clip: float | None = None,
    model: str = "ridge",
    seed: int = 0,
) -> OffPolicyEstimate:
    """Estimates what a policy would earn with a notification; see `OffPolicyEstimate`.

    ```pycon
    >>> from gym_push import Population
    >>> from gym_push.evaluation import off_policy_estimate, simulate_decisions
    >>> logged = simulate_decisions(Population(40, seed=1), days=2, behaviour="random:0.8").logged
    >>> estimate = off_policy_estimate(logged, "suppress-all")
    >>> estimate.low < estimate.value < estimate.high
    True

    ```

    Args:
        logged: The decisions.
        target: The policy: an agent's name or spec, an agent, or the probabilities of its
            actions, shape (rows, actions). An agent acts on the logged observations and learns
            nothing; `learned_elsewhere` gives the policy of one that learns.
        method: "ips" weighs each reward by how much likelier the target is to decide so; "snips"
            divides that by the mean weight, which is steadier and a little biased in short logs;
            "dm" asks a model of rewards; "dr" does both, and is right if either is.
        over: What the mean is over: "persons", who then count alike, or "notifications", so that
            who has more of them counts more. The interval is over persons in both. In a log of one
            person the mean is over notifications, and the interval over days.
        clip: Largest weight; None for no limit, since what is clipped is biased.
        model: Of rewards, for "dm" and "dr": "ridge" or "boosting".
        seed: Of an agent that is made, and of the models.

    Raises:
        ArgumentError: There is no such method, agent or model; the propensities are unknown, and
            the method needs them; the target does what was never decided; or a model has nothing
            to learn from.
        MissingExtraError: scikit-learn is not installed, and the method needs it.
    """
    choose("method", method, METHODS)
    return _estimate(logged, target, [method], over, clip, model, seed)[0]


def off_policy_table(
    logged: LoggedDecisions,
    target: Target,
    *,
    over: str = PERSONS,
    clip: float | None = None,
    model: str = "ridge",
    seed: int = 0,
) -> OffPolicyTable:
    """Returns the estimates of all methods; without propensities that of the direct method alone.

    Arguments and errors as for `off_policy_estimate`.
    """
    methods = [DM] if logged.propensities is None else list(METHODS)
    return OffPolicyTable(tuple(_estimate(logged, target, methods, over, clip, model, seed)))


def _estimate(
    logged: LoggedDecisions,
    target: Target,
    methods: Iterable[str],
    over: str,
    clip: float | None,
    model: str,
    seed: int,
) -> list[OffPolicyEstimate]:
    if clip is not None and not clip > 0.0:
        raise ArgumentError(f"clip={clip!r} must be a weight above 0")
    if logged.propensities is None and not set(WEIGHTED).isdisjoint(methods):
        raise ArgumentError(
            f"the propensities of {logged.log.source} are unknown, so that no weights can be "
            "given; use off_policy_bounds, or method='dm', which nothing protects from confounding"
        )
    policy = probabilities_of(logged, target, seed)
    _refuse_untried(logged, policy)
    weights = None
    if logged.propensities is not None:
        weights = weigh(policy, logged.decisions, logged.propensities, clip)
        if not weights.any():
            raise ArgumentError(
                f"the policy never decides as was decided in {logged.log.source}; a log can only "
                "value what it has tried"
            )
    units = logged.units.averaged(over)
    evidence = Evidence(units, logged.decisions, logged.rewards, policy, weights)
    if not set(MODELLED).isdisjoint(methods):
        from gym_push.evaluation.off_policy.reward_models import modelled  # needs scikit-learn

        seen = observe(logged.log, logged.encoding, "vector")
        evidence = modelled(evidence, seen.batch(np.arange(len(logged))), model, seed)
    diagnostics = diagnose(logged, evidence, clip)
    found = {name: METHODS[name](evidence) for name in methods}
    return [
        OffPolicyEstimate(name, each.value, each.low, each.high, diagnostics)
        for name, each in found.items()
    ]


def _refuse_untried(logged: LoggedDecisions, policy: Floats) -> None:
    tried = np.bincount(logged.decisions, minlength=len(logged.actions)) > 0
    for number in np.flatnonzero(~tried & (policy > 0.0).any(axis=0))[:1].tolist():
        share = (policy[:, number] > 0.0).mean()
        raise ArgumentError(
            f"the policy takes the action {logged.actions[number]!r} in {share:.1%} of the rows, "
            f"which {logged.log.source} never shows; nobody can say what it would earn"
        )
