"""What a policy would earn if it took all decisions of a person, not each of them alone.

Its own decisions then change what it meets later. Precup, Sutton and Singh, "Eligibility traces for
off-policy policy evaluation" (2000), weight each reward by the ratios of all decisions up to it;
`marginal.py` weights by states and `fitted_q.py` by no weights but a model.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

import numpy as np

from gym_push.errors import ArgumentError, choose
from gym_push.evaluation.estimates import ratio
from gym_push.evaluation.off_policy.diagnostics import FEW, SURE
from gym_push.evaluation.off_policy.estimate import refuse_untried
from gym_push.evaluation.off_policy.estimators import PERSONS, taken
from gym_push.evaluation.off_policy.fitted_q import fits
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.off_policy.marginal import states_of
from gym_push.evaluation.off_policy.pareto import largest_k, pareto_k
from gym_push.evaluation.off_policy.readings import better_reading
from gym_push.evaluation.off_policy.sequential_methods import (
    FQE,
    GROUPS,
    MARGINAL,
    PDIS,
    SEQUENTIAL,
    SNPDIS,
    Valued,
    by_history,
    by_model,
    by_state,
)
from gym_push.evaluation.off_policy.sequential_results import (
    SequentialEstimate,
    SequentialTable,
)
from gym_push.evaluation.off_policy.streams import Streams
from gym_push.evaluation.off_policy.targets import Target, probabilities_of
from gym_push.logs import observe
from gym_push.logs.log_statistics import Floats

MUCH: Final = 0.1
"""Share of the decisions at which hardly anybody may be left."""


def sequential_table(
    logged: LoggedDecisions,
    target: Target,
    methods: Collection[str] | None = None,
    *,
    over: str = PERSONS,
    horizon: int | None = None,
    state: Sequence[str] | None = None,
    seed: int = 0,
) -> SequentialTable:
    """Estimates what a policy would earn a decision if it took all decisions of each person.

    Use it where decisions change what comes later. Where they do not, `off_policy_table` needs less
    data for the same answer.

    ```pycon
    >>> from gym_push import Population
    >>> from gym_push.evaluation import sequential_table, simulate_decisions
    >>> people = Population(60, seed=1, volume_median=10.0)
    >>> logged = simulate_decisions(people, days=1, behaviour="random:0.5").logged
    >>> sequential_table(logged, "suppress-all").verdict
    "can't tell from this log"

    ```

    Args:
        logged: The decisions, of persons whose streams are independent. Streams are in order of
            time, or of the rows in a log without times. In a log of one person each day is one.
        target: The policy, as for `off_policy_estimate`.
        methods: "pdis" (per-decision importance sampling) weights each reward by the ratios of all
            decisions up to it, which needs no assumption but much data; "snpdis" divides it by the
            mean weight; "marginal" weights by the state, and is right if the past matters only
            through that; "fqe" (fitted Q evaluation) is a model. None for all; without "fqe" where
            there are too many actions and features for it.
        over: What the mean is over, as for `off_policy_estimate`.
        horizon: How many decisions count for a reward: 1 is each alone, None all of the stream.
        state: Observed features that carry what earlier decisions did, for "marginal". None for
            the two numbers that decisions move most.
        seed: Of an agent that is made, and of the groups of persons that are left out.

    Raises:
        ArgumentError: There is no such agent, method or feature; propensities are unknown; the
            target takes an action that was never taken; the horizon is below 1; or the model of
            "fqe" is too large.
    """
    methods = _chosen(logged, methods)
    if horizon is not None and not horizon >= 1:
        raise ArgumentError(f"horizon={horizon!r} must be 1 or more, or None")
    if logged.propensities is None:
        raise ArgumentError(
            f"the propensities of {logged.log.source} are unknown, so that there are no weights"
        )
    policy = probabilities_of(logged, target, seed)
    refuse_untried(logged, policy)
    streams = Streams.of(logged, over, horizon)
    order, units = streams.order, streams.units
    decisions, rewards, policy = logged.decisions[order], logged.rewards[order], policy[order]
    ratios = taken(policy, decisions) / logged.propensities[order]
    if not ratios[streams.step == 0].any():
        raise ArgumentError(
            f"the policy never begins as {logged.log.source} does, so that nothing is left of it"
        )
    group = np.random.default_rng(seed).permutation(units.count) % min(GROUPS, units.count)
    found: list[Valued] = []
    names: tuple[str, ...] = ()
    if not {PDIS, SNPDIS}.isdisjoint(methods):
        found += by_history(streams, ratios, rewards, methods)
    if not {MARGINAL, FQE}.isdisjoint(methods):
        states, names = states_of(logged, streams, ratios, state)
        valued = by_state(streams, states, ratios, rewards, group)
        if MARGINAL in methods:
            found.append(valued)
        if FQE in methods:
            seen = observe(logged.log, logged.encoding, "vector").batch(order)
            found.append(by_model(streams, decisions, rewards, policy, seen, group, valued.weights))
    reading = better_reading(logged)
    return SequentialTable(
        estimates=tuple(_judged(each, streams, rewards, reading is None) for each in found),
        logged=units.mean(rewards),
        rows=len(order),
        units=units.count,
        unit=units.kind,
        over=units.over,
        horizon=horizon,
        state=names,
        notes=tuple(_notes(logged, reading)),
    )


def _chosen(logged: LoggedDecisions, methods: Collection[str] | None) -> Collection[str]:
    small = fits(len(logged.actions), logged.encoding.width, min(GROUPS, logged.units.count))
    if methods is None:
        return SEQUENTIAL if small else [each for each in SEQUENTIAL if each != FQE]
    for method in methods:
        choose("method", method, SEQUENTIAL)
    if FQE in methods and not small:
        slots = f"{len(logged.actions)} actions and {logged.encoding.width} slots of an observation"
        raise ArgumentError(f"{slots} are too many for {FQE!r}; leave it out of `methods`")
    return methods


def _judged(valued: Valued, streams: Streams, rewards: Floats, sound: bool) -> SequentialEstimate:
    estimate, weights = valued.estimate(), streams.units.totals(valued.weights)
    squares, units, unit = float((weights**2).sum()), len(weights), streams.units.kind
    k = pareto_k(weights / streams.units.sizes)
    effective = float(weights.sum()) ** 2 / squares if squares else 0.0
    thin = streams.thin(valued.weights)
    mean = ratio(weights, streams.units.sizes, SURE)
    low, high = mean.interval or (1.0, 1.0)
    most = largest_k(units)
    problems = {
        f"its weights have the Pareto k {k:.2f} (up to {most:.2f} would do for {units} {unit}"
        f"{'' if units == 1 else 's'})": not k < most,
        f"its weights leave {effective:.0f} effective {unit}s (it takes {FEW})": effective < FEW,
        f"its weights leave hardly anybody for {thin:.0%} of the decisions (up to {MUCH:.0%} would "
        "do)": thin >= MUCH,
        f"the mean of its weights is {mean.value:.2f} and not 1": not low <= 1.0 <= high,
        "the propensities look misread": not sound,
    }
    return SequentialEstimate(
        method=valued.method,
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        gain=valued.gain(streams, rewards),
        pareto_k=k,
        effective=effective,
        thin=thin,
        problems=tuple(told for told, holds in problems.items() if holds),
    )


def _notes(logged: LoggedDecisions, reading: str | None) -> Iterator[str]:
    if reading is not None:
        yield reading
    yield from logged.left_out
    if logged.units.kind != "person":
        yield (
            f"The log is of one person: each {logged.units.kind} is taken as a stream by itself, "
            "and the intervals say nothing about others."
        )
