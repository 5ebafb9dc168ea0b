"""How heavy the tail of some weights is.

Vehtari, Simpson, Gelman, Yao and Gabry, "Pareto smoothed importance sampling" (2024): the shape of
the generalised Pareto distribution that fits the largest weights says how many moments they have,
and so whether a mean of them can be trusted. The fit is that of Zhang and Stephens, "A new and
efficient estimation method for the generalized Pareto distribution" (2009), with their prior.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from gym_push.logs.log_statistics import Floats

FEWEST: Final = 5
"""Weights in a tail that can be fitted."""
MOST_K: Final = 0.7
"""Above it, no number of weights that one could have makes their mean reliable."""


def pareto_k(weights: Floats) -> float:
    """Returns the shape of the tail of weights; infinite where there are too few to say.

    Args:
        weights: Of independent units, at least 0: (units,).
    """
    ordered = np.sort(weights)
    tail = int(min(len(weights) / 5, 3.0 * math.sqrt(len(weights))))
    if tail < FEWEST:
        return math.inf
    above = ordered[-tail:] - ordered[-tail - 1]
    if above[-1] <= 1e-9 * max(ordered[-1], 1e-300):
        return 0.0  # no tail: the largest are all the same
    return _shape(np.maximum(above, 1e-12 * above[-1]))


def largest_k(units: int) -> float:
    """Returns the shape up to which so many units are enough."""
    return min(1.0 - 1.0 / math.log10(max(units, 11)), MOST_K)


def _shape(above: Floats) -> float:
    """Returns the shape of the distribution that fits exceedances, in ascending order."""
    count = len(above)
    points = 30 + int(math.sqrt(count))
    quartile = above[int(count / 4 + 0.5) - 1]
    grid = 1.0 - np.sqrt(points / (np.arange(1, points + 1) - 0.5))
    theta = grid / (3.0 * quartile) + 1.0 / above[-1]
    shapes = np.log1p(-theta[:, None] * above).mean(axis=1)
    likelihood = count * (np.log(-theta / shapes) - shapes - 1.0)
    weights = np.exp(likelihood - likelihood.max())
    mean = float((theta * weights).sum() / weights.sum())
    shape = float(np.log1p(-mean * above).mean())
    return (count * shape + 5.0) / (count + 10)  # a prior worth ten weights around 0.5
