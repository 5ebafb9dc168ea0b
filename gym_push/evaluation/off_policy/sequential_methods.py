"""The methods of sequential off-policy evaluation, each with what it says without some persons."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gym_push.evaluation.estimates import Estimate, jackknife
from gym_push.evaluation.off_policy.fitted_q import fitted_q
from gym_push.evaluation.off_policy.marginal import state_weights
from gym_push.evaluation.off_policy.streams import Streams
from gym_push.logs.log_statistics import Floats, Ints
from gym_push.processes import one_thread

PDIS, SNPDIS, MARGINAL, FQE = SEQUENTIAL = ("pdis", "snpdis", "marginal", "fqe")

GROUPS: Final = 20
"""Of units, which are left out in turn where weights or models are learned."""


@dataclass(frozen=True, eq=False)
class Valued:
    """What a method says of a policy.

    Attributes:
        method: Its name.
        value: The mean reward.
        without: The same without each group of units: (groups,).
        group: The group of each unit: (units,).
        weights: The weight of each decision's reward: (rows,).
    """

    method: str
    value: float
    without: Floats
    group: Ints
    weights: Floats

    def estimate(self) -> Estimate:
        """Returns the value with its interval."""
        return self._estimate(self.value, self.without)

    def gain(self, streams: Streams, rewards: Floats) -> Estimate:
        """Returns how much more it is than the mean of the logged rewards."""
        units = streams.units
        mean, without = _left_out(units.totals(rewards), units.sizes, self.group)
        return self._estimate(self.value - mean, self.without - without)

    @staticmethod
    def _estimate(value: float, without: Floats) -> Estimate:
        known = np.isfinite(without).all() and len(without) > 1
        return jackknife(value, without - value) if known else Estimate(value)


def by_history(
    streams: Streams, ratios: Floats, rewards: Floats, methods: Collection[str]
) -> Iterator[Valued]:
    """Yields what follows from the ratios of all decisions up to each: `PDIS` and `SNPDIS`."""
    units = streams.units
    weights = streams.products(ratios)
    earned, weighed = units.totals(weights * rewards), units.totals(weights)
    each = np.arange(units.count)
    for method, below in ((PDIS, units.sizes), (SNPDIS, weighed)):
        if method in methods:
            yield Valued(method, *_left_out(earned, below, each), each, weights)


def by_state(
    streams: Streams, states: Ints, ratios: Floats, rewards: Floats, group: Ints
) -> Valued:
    """Returns what follows from the weights of states: `MARGINAL`."""
    units, group_of = streams.units, group[streams.units.of_row]

    def valued(kept: NDArray[np.bool_]) -> tuple[float, Floats]:
        weights: Floats = state_weights(streams, states, ratios, kept) * ratios * kept
        total = units.totals(weights).sum()
        value = units.totals(weights * rewards).sum() / total if total else np.nan
        return float(value), weights

    value, weights = valued(np.ones(len(ratios), dtype=np.bool_))
    without = [valued(group_of != each)[0] for each in range(int(group.max()) + 1)]
    return Valued(MARGINAL, value, np.array(without), group, weights)


def by_model(
    streams: Streams,
    decisions: Ints,
    rewards: Floats,
    target: Floats,
    features: NDArray[np.float32],
    group: Ints,
    weights: Floats,
) -> Valued:
    """Returns what a model says: `FQE`. It has no weights, and is judged by those of states."""
    group_of = group[streams.units.of_row]
    with one_thread():
        value, without = fitted_q(streams, decisions, rewards, target, features, group_of)
    return Valued(FQE, value, without, group, weights)


def _left_out(above: Floats, below: Floats, group: Ints) -> tuple[float, Floats]:
    """Returns a ratio of sums over units, and the same without each group."""
    total, size = above.sum(), below.sum()
    left = size - np.bincount(group, below)
    without = np.full(len(left), np.nan)
    rest = total - np.bincount(group, above)
    np.divide(rest, left, out=without, where=left > 0.0)
    return float(total / size), without
