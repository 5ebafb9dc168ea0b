"""Random numbers that are a pure function of what they are for.

A generator with a state gives other numbers as soon as one draw is added, left out or moved. Here
a draw is a hash of its counters, (seed, user, day, ...), and its `Stream`: the same seed gives
the same people whichever users are simulated together, for any number of days, and whatever an
agent does to one of their notifications.

The hash is the finaliser of splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
number generators", OOPSLA 2014), applied once for each counter.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from gym_push.users.streams import Stream

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.uint64]

LARGEST_POISSON_MEAN: Final = 500.0
"""Means beyond it are cut to it, so that exp(-mean) stays far from underflow."""

_INCREMENT: Final = 0x9E3779B97F4A7C15
_CHANNEL_STEP: Final = 0xD1342543DE82EF95
_ALL_64_BITS: Final = 2**64 - 1

# Rational approximations of the inverse normal CDF, highest power first: Wichura, "Algorithm
# AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988), PPND16.
_CENTRE_ABOVE: Final = (
    2509.0809287301226727,
    33430.575583588128105,
    67265.770927008700853,
    45921.953931549871457,
    13731.693765509461125,
    1971.5909503065514427,
    133.14166789178437745,
    3.387132872796366608,
)
_CENTRE_BELOW: Final = (
    5226.495278852854561,
    28729.085735721942674,
    39307.89580009271061,
    21213.794301586595867,
    5394.1960214247511077,
    687.1870074920579083,
    42.313330701600911252,
    1.0,
)
_TAIL_ABOVE: Final = (
    7.7454501427834140764e-4,
    0.0227238449892691845833,
    0.24178072517745061177,
    1.27045825245236838258,
    3.64784832476320460504,
    5.7694972214606914055,
    4.6303378461565452959,
    1.42343711074968357734,
)
_TAIL_BELOW: Final = (
    1.05075007164441684324e-9,
    5.475938084995344946e-4,
    0.0151986665636164571966,
    0.14810397642748007459,
    0.68976733498510000455,
    1.6763848301838038494,
    2.05319162663775882187,
    1.0,
)
_FAR_TAIL_ABOVE: Final = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    0.0012426609473880784386,
    0.026532189526576123093,
    0.29656057182850489123,
    1.7848265399172913358,
    5.4637849111641143699,
    6.6579046435011037772,
)
_FAR_TAIL_BELOW: Final = (
    2.04426310338993978564e-15,
    1.4215117583164458887e-7,
    1.8463183175100546818e-5,
    7.868691311456132591e-4,
    0.0148753612908506148525,
    0.13692988092273580531,
    0.59983220655588793769,
    1.0,
)


def derive(parent: Keys | int, *counters: npt.ArrayLike) -> Keys:
    """Hashes counters into a key.

    Args:
        parent: Keys made by an earlier call, or a seed in [0, 2**64).
        *counters: Integers or integer arrays that broadcast with `parent`.

    Returns:
        Keys, uint64, of the broadcast shape.
    """
    state = np.asarray(parent, dtype=np.uint64)
    with np.errstate(over="ignore"):  # the hash is arithmetic modulo 2**64
        for counter in counters:
            state = _mix((state ^ np.asarray(counter).astype(np.uint64)) + np.uint64(_INCREMENT))
    return state


def uniform(keys: Keys, channel: Stream) -> Floats:
    """Draws from the open interval (0, 1), with 52 bits, in the shape of `keys`."""
    offset = (int(channel) * _CHANNEL_STEP + _INCREMENT) & _ALL_64_BITS
    with np.errstate(over="ignore"):
        bits = _mix(keys + np.uint64(offset))
    return ((bits >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def normal(keys: Keys, channel: Stream) -> Floats:
    """Draws from the standard normal distribution, in the shape of `keys`."""
    return normal_quantile(uniform(keys, channel))


def logistic(keys: Keys, channel: Stream) -> Floats:
    """Draws from the standard logistic distribution, in the shape of `keys`."""
    fraction = uniform(keys, channel)
    return np.log(fraction / (1.0 - fraction))


def poisson(keys: Keys, channel: Stream, mean: Floats) -> Ints:
    """Draws from Poisson distributions, by inversion.

    Args:
        keys: One key for each draw.
        channel: What the draws are for.
        mean: One mean for each draw, cut at `LARGEST_POISSON_MEAN`.

    Returns:
        int64, in the shape of `keys`.
    """
    fraction = uniform(keys, channel).ravel()
    rate = np.minimum(np.broadcast_to(mean, keys.shape).ravel(), LARGEST_POISSON_MEAN)
    probability = np.exp(-rate)
    count = np.zeros(fraction.shape, np.int64)
    remaining = fraction - probability
    above = np.flatnonzero(remaining > 0.0)
    while above.size:
        count[above] += 1
        probability[above] *= rate[above] / count[above]
        remaining[above] -= probability[above]
        # A term of zero beyond the mean ends what rounding would otherwise keep above for ever.
        above = above[(remaining[above] > 0.0) & (probability[above] > 0.0)]
    return count.reshape(keys.shape)


def geometric(keys: Keys, channel: Stream, mean: Floats) -> Ints:
    """Draws from geometric distributions on 1, 2, ... with the given means, all above 1."""
    steps = np.log(uniform(keys, channel)) / np.log1p(-1.0 / mean)
    return 1 + np.floor(steps).astype(np.int64)


def pick(weights: Ints, row: Ints, fraction: Floats) -> Ints:
    """Picks a column of a row, with probability proportional to the row's weights.

    The weights are integers because their cumulative sum is then exact, and so the same
    whichever rows stand beside a row; sums of floats are not.

    Args:
        weights: (rows, columns), not negative, each row with a positive sum.
        row: (draws,) the row that each draw picks from.
        fraction: (draws,) uniform in (0, 1).

    Returns:
        (draws,) the picked columns.
    """
    columns = weights.shape[1]
    ends = np.cumsum(weights.ravel())
    row_ends = np.concatenate(([0], ends[columns - 1 :: columns]))
    total = row_ends[row + 1] - row_ends[row]
    step = np.minimum((fraction * total).astype(np.int64), total - 1)
    column: Ints = np.searchsorted(ends, row_ends[row] + step, side="right") - row * columns
    return column


def spread_out(counts: Ints) -> tuple[Ints, Ints]:
    """Lists the members of groups: (group of each member, its number in the group from 0)."""
    group = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)
    return group, number


def normal_quantile(fraction: Floats) -> Floats:
    """Inverse of the standard normal CDF (AS 241), to a relative error of about 1e-16.

    Args:
        fraction: Probabilities in the open interval (0, 1), of any shape.
    """
    centred = fraction - 0.5
    square = 0.180625 - centred * centred
    quantile = centred * _polynomial(_CENTRE_ABOVE, square) / _polynomial(_CENTRE_BELOW, square)
    outside = square < 0.0
    tail_fraction = fraction[outside]
    distance = np.sqrt(-np.log(np.minimum(tail_fraction, 1.0 - tail_fraction)))
    near, far = distance - 1.6, distance - 5.0
    tail = np.where(
        far <= 0.0,
        _polynomial(_TAIL_ABOVE, near) / _polynomial(_TAIL_BELOW, near),
        _polynomial(_FAR_TAIL_ABOVE, far) / _polynomial(_FAR_TAIL_BELOW, far),
    )
    quantile[outside] = np.copysign(tail, centred[outside])
    return quantile


def _polynomial(coefficients: tuple[float, ...], x: Floats) -> Floats:
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value *= x
        value += coefficient
    return value


def _mix(state: Keys) -> Keys:
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))
