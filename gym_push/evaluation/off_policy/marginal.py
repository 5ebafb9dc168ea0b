"""Weights of states instead of histories.

Where what a decision earns depends on the past only through a state, a decision needs no weight for
each decision before it, only for its state: how much more often the target policy would meet it.
Xie, Ma and Wang, "Towards optimal off-policy evaluation for reinforcement learning with
marginalized importance sampling" (2019). Here the weight of a state is the mean, over the decisions
that led to it, of the weight of their states times their own ratio.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from gym_push.errors import ArgumentError, did_you_mean
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.off_policy.streams import Streams
from gym_push.logs.columns import CodedColumn, NumberColumn
from gym_push.logs.log_statistics import Floats, Ints
from gym_push.text import listed, quoted
from gym_push.users.keyed_random import Flags

MOST_FEATURES: Final = 2
"""Features of a state that is found, not given."""
MOVED: Final = 3.0
"""Standard errors by which decisions have to move a feature of a state that is found."""
PARTS: Final = 4
"""Into which the numbers of a feature are cut, at their quantiles."""
ROUNDS: Final = 200
"""Decisions back after which the weights are taken as settled."""
SETTLED: Final = 1e-6


def states_of(
    logged: LoggedDecisions, streams: Streams, ratios: Floats, features: Sequence[str] | None
) -> tuple[Ints, tuple[str, ...]]:
    """Returns the number of each decision's state, and the features that make it: (rows,).

    Args:
        logged: The decisions.
        streams: Their order.
        ratios: The target's probability of each over its propensity, in this order: (rows,).
        features: Observed features; None for the numbers that decisions move most.

    Raises:
        ArgumentError: The log has no such feature.
    """
    names = tuple(_moved(logged, streams, ratios) if features is None else features)
    state = np.floor(np.log2(streams.step + 1)).astype(np.int64)  # how far the stream is
    for name in names:
        part = _parts(logged, name)[streams.order]
        state = np.unique(state * (part.max() + 1) + part, return_inverse=True)[1].reshape(-1)
    return state, names


def _moved(logged: LoggedDecisions, streams: Streams, ratios: Floats) -> list[str]:
    """Returns the observed numbers that the decision before moved most."""
    after = streams.follows
    surprise, found = ratios[after - 1] - 1.0, {}
    for feature in logged.log.schema.observed:
        column = logged.log.columns[feature.name]
        if isinstance(column, NumberColumn):
            numbers = column.numbers[streams.order]
            moved = surprise * (numbers[after] - numbers[after - 1])
            error = float(np.sqrt((moved**2).sum()))
            found[feature.name] = abs(float(moved.sum())) / error if error else 0.0
    most = sorted(found, key=lambda name: -found[name])[:MOST_FEATURES]
    return [name for name in most if found[name] > MOVED]


def _parts(logged: LoggedDecisions, name: str) -> Ints:
    observed = [feature.name for feature in logged.log.schema.observed]
    column = logged.log.columns.get(name)
    if name not in observed or not isinstance(column, (NumberColumn, CodedColumn)):
        raise ArgumentError(
            f"state names {quoted(name)}, which is not an observed number, flag or label of "
            f"{logged.log.source}{did_you_mean(str(name), observed) or '; it has '}"
            f"{'' if did_you_mean(str(name), observed) else listed(observed)}"
        )
    if isinstance(column, CodedColumn):
        return column.codes.astype(np.int64)
    cuts = np.unique(np.quantile(column.numbers, np.arange(1, PARTS) / PARTS))
    return np.searchsorted(cuts, column.numbers, side="left").astype(np.int64)


def state_weights(streams: Streams, state: Ints, ratios: Floats, kept: Flags) -> Floats:
    """Returns how much more often the target meets the state of each decision: (rows,).

    Args:
        streams: The order of the decisions.
        state: Their states: (rows,).
        ratios: The target's probability over the propensity: (rows,).
        kept: The rows to learn from: (rows,).
    """
    weights = np.ones(len(state))
    after = streams.follows[kept[streams.follows]]
    count = int(state.max()) + 1
    met = np.bincount(state[after], minlength=count)
    rounds = ROUNDS if streams.horizon is None else streams.horizon - 1
    far, starts = np.floor(np.log2(streams.step + 1)).astype(np.int64), streams.step == 0
    for _ in range(min(rounds, ROUNDS, int(streams.step.max()))):
        came = np.bincount(state[after], weights[after - 1] * ratios[after - 1], count)
        of_state = came / np.maximum(met, 1)
        found = np.where(starts | (met[state] == 0), 1.0, of_state[state])
        total = np.bincount(far[kept], found[kept])
        mean = total / np.maximum(np.bincount(far[kept], minlength=len(total)), 1)
        scale = np.ones(int(far.max()) + 1)
        scale[: len(mean)] = np.where(mean > 0.0, mean, 1.0)
        found = np.where(starts, 1.0, found / scale[far])
        moved = np.abs(found - weights).max()
        weights = found
        if moved < SETTLED:
            break
    return weights
