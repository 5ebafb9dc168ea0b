"""What a policy would earn, from decisions that another policy has logged.

Without propensities the reward can only be bounded: Manski, "Nonparametric bounds on treatment
effects" (1990). The reward of an action that was not taken may be any in the range of rewards.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
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
    PERSONS,
    WEIGHTED,
    Evidence,
    estimate,
    modelled,
    taken,
    weigh,
)
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.off_policy.targets import Target, probabilities_of
from gym_push.logs import observe
from gym_push.logs.log_statistics import Floats, Ints


@dataclass(frozen=True)
class OffPolicyEstimate:
    """The estimated reward of a policy a notification.

    It is the mean over persons of the mean over their notifications, or the mean over all
    notifications, if the policy took each decision alone, after the decisions before it in the log.
    That is not what it would earn in the long run: its own deliveries would tire people more or
    less.

    Attributes:
        method: "ips", "snips", "dm" or "dr".
        value: The estimate.
        low, high: Its 95 % interval, with persons, or the days of one person, as independent; None
            without an interval, as for one day.
        diagnostics: What it rests on, and what the mean is over.
    """

    method: str
    value: float
    low: float | None
    high: float | None
    diagnostics: Diagnostics

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before trusting it, a sentence each."""
        return self.diagnostics.warnings

    def to_dict(self) -> dict[str, Any]:
        """Returns plain Python values, for JSON."""
        return {**asdict(self), "warnings": list(self.warnings)}

    def __str__(self) -> str:
        """One line for the estimate and one for each warning."""
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
        estimates: One for each method the log allows.
    """

    estimates: tuple[OffPolicyEstimate, ...]

    def __getitem__(self, method: str) -> OffPolicyEstimate:
        """Returns the estimate of a method."""
        return {each.method: each for each in self.estimates}[method]

    def __str__(self) -> str:
        """A table in plain text, what the estimates rest on, and the warnings."""
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
    """Estimates the reward of a policy a notification; see `OffPolicyEstimate`.

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
            nothing; `learned_elsewhere` returns the policy of an agent that learns.
        method: "ips" weights each reward by the target's probability of the action over its
            propensity; "snips" divides that by the mean weight, which has less variance and a small
            bias in short logs; "dm" uses a model of rewards; "dr" combines both, and is right if
            either is.
        over: What the mean is over: "persons", who count alike, or "notifications", so that a
            person with more of them counts for more. The interval is over persons in both cases. In
            a log of one person the mean is over notifications, and the interval over days.
        clip: Largest weight; None for no limit. Clipping biases the estimate.
        model: Of rewards, for "dm" and "dr": "ridge" or "boosting".
        seed: Of an agent that is made, and of the models.

    Raises:
        ArgumentError: There is no such method, agent or model; the method needs propensities, and
            they are unknown; the target takes an action that was never taken; or a model has
            nothing to learn from.
        MissingExtraError: The method needs scikit-learn, which is not installed.
    """
    choose("method", method, METHODS)
    table = off_policy_table(logged, target, [method], over=over, clip=clip, model=model, seed=seed)
    return table[method]


def off_policy_table(
    logged: LoggedDecisions,
    target: Target,
    methods: Collection[str] | None = None,
    *,
    over: str = PERSONS,
    clip: float | None = None,
    model: str = "ridge",
    seed: int = 0,
) -> OffPolicyTable:
    """Returns the estimates of several methods. Errors are those of `off_policy_estimate`.

    Args:
        logged: The decisions.
        target: The policy, as all further arguments as for `off_policy_estimate`.
        methods: None for all, or without propensities only for the direct method.
        over: What the mean is over.
        clip: Largest weight.
        model: Of rewards.
        seed: Of an agent that is made, and of the models.
    """
    if methods is None:
        methods = [DM] if logged.propensities is None else METHODS
    refuse_unweighted(logged.log.source, logged.propensities is not None, clip, methods)
    policy = probabilities_of(logged, target, seed)
    refuse_untried(logged, policy)
    weights = None
    if logged.propensities is not None:
        weights = weigh(policy, logged.decisions, logged.propensities, clip)
        if not weights.any():
            raise untaken(logged.log.source)
    units = logged.units.averaged(over)
    evidence = Evidence(units, logged.decisions, logged.rewards, policy, weights)
    if not set(MODELLED).isdisjoint(methods):
        seen = observe(logged.log, logged.encoding, "vector")
        evidence = modelled(evidence, seen.batch(np.arange(len(logged))), model, seed)
    diagnostics = diagnose(logged, evidence, clip)
    estimates = {name: estimate(evidence, name) for name in methods}
    return OffPolicyTable(
        tuple(
            OffPolicyEstimate(name, each.value, each.low, each.high, diagnostics)
            for name, each in estimates.items()
        )
    )


def refuse_unweighted(
    source: str, known: bool, clip: float | None, methods: Collection[str]
) -> None:
    """Raises an ArgumentError if methods cannot weigh decisions.

    Args:
        source: The log.
        known: Whether propensities are known.
        clip: The largest weight; None for no limit.
        methods: Of `METHODS`.
    """
    if clip is not None and not clip > 0.0:
        raise ArgumentError(f"clip={clip!r} must be a weight above 0")
    if not known and not set(WEIGHTED).isdisjoint(methods):
        raise ArgumentError(
            f"the propensities of {source} are unknown, so that there are no weights; "
            "use off_policy_bounds, or method='dm', which nothing protects from confounding"
        )


def untaken(source: str) -> ArgumentError:
    """Returns the error for a policy that agrees with no decision of a log."""
    return ArgumentError(
        f"the policy never takes the action that was taken in {source}; a log can only value what "
        "it has tried"
    )


def refuse_untried(logged: LoggedDecisions, policy: Floats) -> None:
    """Raises an ArgumentError if a policy takes an action that a log never does."""
    tried = np.bincount(logged.decisions, minlength=len(logged.actions))
    taken_in = np.count_nonzero(policy > 0.0, axis=0)
    refuse_actions(logged.log.source, logged.actions, tried, taken_in)


def refuse_actions(source: str, actions: Sequence[str], tried: Ints, taken_in: Ints) -> None:
    """Raises an ArgumentError if a policy takes an action that was never tried.

    Args:
        source: The log.
        actions: Names of the actions.
        tried: In how many rows each action was taken: (actions,).
        taken_in: In how many rows the policy may take it: (actions,).
    """
    for number in np.flatnonzero((tried == 0) & (taken_in > 0))[:1].tolist():
        share = taken_in[number] / tried.sum()
        raise ArgumentError(
            f"the policy takes the action {actions[number]!r} in {share:.1%} of the rows, "
            f"but {source} never does; nobody can say what it would earn"
        )


@dataclass(frozen=True)
class Bounds:
    """Bounds of the reward of a policy a notification.

    Attributes:
        least, most: The reward if all actions not taken had earned the least, or the most.
        low, high: The outer ends of their 95 % intervals over persons, or over the days of one
            person: the reward lies between them with at least that probability. None for one day.
        agreement: Mean probability of the action taken by the policy; the bounds are as far apart
            as the rest of it times the range of rewards.
    """

    least: float
    most: float
    low: float | None
    high: float | None
    agreement: float


def off_policy_bounds(
    logged: LoggedDecisions,
    target: Target,
    reward_range: tuple[float, float],
    *,
    over: str = PERSONS,
    seed: int = 0,
) -> Bounds:
    """Bounds the reward of a policy without propensities, whatever confounds the log.

    Args:
        logged: The decisions.
        target: The policy, as for `off_policy_estimate`.
        reward_range: The least and the most that any decision can earn.
        over: What the mean is over, as for `off_policy_estimate`.
        seed: Of an agent that is made.

    Raises:
        ArgumentError: The range is not valid, or does not hold a logged reward.
    """
    least, most = (float(end) for end in reward_range)
    if not (least < most and math.isfinite(most - least)):
        raise ArgumentError(f"reward_range={reward_range!r} must be two numbers, the lower first")
    outside = (logged.rewards < least) | (logged.rewards > most)
    for row in np.flatnonzero(outside)[:1].tolist():
        raise ArgumentError(
            f"reward_range={reward_range!r} does not hold the reward {logged.rewards[row]:g} of "
            f"{logged.log.source}, row {row + 1}; give the range of all rewards that are possible"
        )
    agreement = taken(probabilities_of(logged, target, seed), logged.decisions)
    known, units = agreement * logged.rewards, logged.units.averaged(over)
    lower = units.mean(known + (1.0 - agreement) * least)
    upper = units.mean(known + (1.0 - agreement) * most)
    return Bounds(lower.value, upper.value, lower.low, upper.high, float(agreement.mean()))
