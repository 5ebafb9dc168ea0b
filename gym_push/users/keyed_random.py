"""Random numbers that are a pure function of what they are for.

A generator with a state gives other numbers as soon as one draw is added, left out or moved. Here
a draw is a hash of its key, (seed, user, day, ...), and its `Stream`. So the same seed gives the
same people whichever users are simulated together, for any number of days, and whatever an agent
does to one of their notifications.

The hash is the finaliser of splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
number generators", OOPSLA 2014), applied once for each part of the key. The bits of a quantile
are part of a person, so it is computed here and not by a library that may round otherwise.
"""

from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.uint64]

LARGEST_POISSON_MEAN: Final = 500.0
"""Larger means are cut to it, so that exp(-mean) stays far from underflow."""

_INCREMENT: Final = 0x9E3779B97F4A7C15
_STREAM_STEP: Final = 0xD1342543DE82EF95

# Rational approximations of the inverse normal CDF, numerator and denominator, highest power
# first: Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied
# Statistics 37 (1988), PPND16.
_CENTRE: Final = (
    (2509.0809287301226727, 5226.495278852854561),
    (33430.575583588128105, 28729.085735721942674),
    (67265.770927008700853, 39307.89580009271061),
    (45921.953931549871457, 21213.794301586595867),
    (13731.693765509461125, 5394.1960214247511077),
    (1971.5909503065514427, 687.1870074920579083),
    (133.14166789178437745, 42.313330701600911252),
    (3.387132872796366608, 1.0),
)
_TAIL: Final = (
    (7.7454501427834140764e-4, 1.05075007164441684324e-9),
    (0.0227238449892691845833, 5.475938084995344946e-4),
    (0.24178072517745061177, 0.0151986665636164571966),
    (1.27045825245236838258, 0.14810397642748007459),
    (3.64784832476320460504, 0.68976733498510000455),
    (5.7694972214606914055, 1.6763848301838038494),
    (4.6303378461565452959, 2.05319162663775882187),
    (1.42343711074968357734, 1.0),
)
_FAR_TAIL: Final = (
    (2.01033439929228813265e-7, 2.04426310338993978564e-15),
    (2.71155556874348757815e-5, 1.4215117583164458887e-7),
    (0.0012426609473880784386, 1.8463183175100546818e-5),
    (0.026532189526576123093, 7.868691311456132591e-4),
    (0.29656057182850489123, 0.0148753612908506148525),
    (1.7848265399172913358, 0.13692988092273580531),
    (5.4637849111641143699, 0.59983220655588793769),
    (6.6579046435011037772, 1.0),
)


class Stream(IntEnum):
    """What a draw is for, with the parts of its key above each group.

    A number is part of every simulated person: never change it or use it for another draw.
    """

    # (user)
    VOLUME = 1
    OPENNESS = 2
    WAKE = 3
    SLEEP = 4
    SELF_CHECKS = 5
    DELAY_TRAIT = 6
    FATIGUE = 7
    WORKER = 8
    RINGER_TRAIT = 9
    APP_CONCENTRATION = 10
    APP_COUNT = 11
    CONTACTS = 12

    # (user, app)
    APP_RANK = 20
    APP_TASTE = 21
    LED = 22
    VIBRATION_PATTERN = 23
    CATEGORY_SET = 24
    COUNTS_UPDATES = 25

    # (user, number of the entry)
    DAY_PART_TASTE = 30
    CLASS_DAY_PART_TASTE = 31
    WEEKDAY_TASTE = 32
    STATE_TASTE = 33
    TOPIC_TASTE = 34
    INTENT_TASTE = 37
    WEEKDAY_RATE = 35
    DAY_PART_RATE = 36

    # (user, topic), and (user, topic, number of the month)
    TALK = 38
    TOPIC_NEWS = 39

    # (user, day)
    WAKE_TODAY = 40
    LEAVE_HOME = 41
    COMMUTE_LENGTH = 42
    LEAVE_WORK = 43
    SLEEP_TODAY = 44
    EVENING_OUT = 45
    EVENING_OUT_START = 46
    EVENING_OUT_LENGTH = 47
    EXERCISE = 48
    DAY_OUT = 49
    DAY_OUT_START = 50
    DAY_OUT_LENGTH = 51
    MOOD = 52
    DAY_RATE = 53
    CLUSTER_COUNT = 54
    SELF_CHECK_COUNT = 55
    BATTERY = 56
    CHARGING_AT_NIGHT = 57

    # (user, day, hour)
    MEETING = 60
    CHARGING = 61

    # (user, day, hour, state)
    RINGER = 70
    ACTIVITY = 71
    NOISE_HEARD = 72
    NOISE_STRONG = 73
    HEADPHONES = 74
    PLACE = 76

    # (user, day, number of the self-check)
    SELF_CHECK_SLOT = 80
    SELF_CHECK_OFFSET = 81
    SELF_CHECK_LENGTH = 82

    # (user, day, number of the cluster)
    CLUSTER_APP = 90
    CLUSTER_HOUR = 91
    CLUSTER_OFFSET = 92
    CLUSTER_SIZE = 93
    SIGNIFICANT = 94
    TOPIC = 95
    SENDER = 96
    PLANS = 97
    TONE = 98
    GOES_ON = 99

    # (user, day, number of the cluster, position in it)
    GAP = 100
    PRIORITY = 101
    TOPIC_KNOWN = 103
    ENTICEMENT = 104
    SENTIMENT = 105
    VISIBILITY = 107
    VIBRATE = 108
    WORDING = 109
    DECISION_NOISE = 110
    ALERT_NOTICED = 111
    ALERT_DELAY = 112
    IN_USE_DELAY = 113
    DECISION_TIME = 114
    IGNORED = 115
    CLEARED_AFTER = 116
    BEHAVIOUR = 117
    INTENT = 118
    WORDS = 119

    # Of send-v0: (user), or (user, number of the tone)
    SEND_BASE = 130
    SEND_AMOUNT = 131
    SEND_LIFT = 132
    SEND_TONE = 133

    # (user, day, minute of the decision)
    SEND_BUSY = 140
    SEND_AVAILABLE = 141
    SEND_DOES = 142
    SEND_HOW_MUCH = 143
    SEND_MUTE = 144
    SEND_BAIT = 145
    SEND_LEAVE = 146
    SEND_HABITUATION = 147
    SEND_BURDEN = 148
    SEND_MISREAD = 149
    TRIAL_SENDS = 150
    TRIAL_MESSAGE = 151

    def uniform(self, keys: Keys) -> Floats:
        """Draws from the open interval (0, 1), with 52 bits, in the shape of `keys`."""
        offset = (self * _STREAM_STEP + _INCREMENT) % 2**64
        with np.errstate(over="ignore"):
            bits = _mix(keys + np.uint64(offset))
        return ((bits >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52

    def normal(self, keys: Keys) -> Floats:
        """Draws from the standard normal distribution, in the shape of `keys`."""
        return normal_quantile(self.uniform(keys))

    def log_normal(self, keys: Keys, median: Floats | float, spread: float) -> Floats:
        """Draws from log-normal distributions; `spread` is the standard deviation of the log."""
        return median * np.exp(spread * self.normal(keys))

    def logistic(self, keys: Keys) -> Floats:
        """Draws from the standard logistic distribution, in the shape of `keys`."""
        fraction = self.uniform(keys)
        return np.log(fraction / (1.0 - fraction))

    def poisson(self, keys: Keys, mean: Floats) -> Ints:
        """Draws from Poisson distributions by inversion; means broadcast with `keys`."""
        fraction = self.uniform(keys).ravel()
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

    def geometric(self, keys: Keys, mean: Floats) -> Ints:
        """Draws from geometric distributions on 1, 2, ... with the given means, all above 1."""
        steps = np.log(self.uniform(keys)) / np.log1p(-1.0 / mean)
        return 1 + np.floor(steps).astype(np.int64)


def derive(parent: Keys | int, *counters: npt.ArrayLike) -> Keys:
    """Hashes counters into keys, uint64 of the broadcast shape.

    Args:
        parent: Keys made by an earlier call, or a seed in [0, 2**64).
        *counters: Integers or integer arrays that broadcast with `parent`.
    """
    state = np.asarray(parent, dtype=np.uint64)
    with np.errstate(over="ignore"):  # the hash is arithmetic modulo 2**64
        for counter in counters:
            state = _mix((state ^ np.asarray(counter).astype(np.uint64)) + np.uint64(_INCREMENT))
    return state


def pick(weights: Ints, row: Ints, fraction: Floats) -> Ints:
    """Picks columns with probabilities proportional to the weights of a row.

    Integer weights have exact cumulative sums, which do not depend on the rows beside a row.

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
    """Lists the members of groups of these sizes: the group of each, and its number there."""
    group = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)
    return group, number


def normal_quantile(fraction: Floats) -> Floats:
    """Inverse of the standard normal CDF on (0, 1), to a relative error of about 1e-16."""
    centred = fraction - 0.5
    square = 0.180625 - centred * centred
    quantile = _rational(_CENTRE, square, centred)
    outside = square < 0.0
    tail_fraction = fraction[outside]
    distance = np.sqrt(-np.log(np.minimum(tail_fraction, 1.0 - tail_fraction)))
    near, far = distance - 1.6, distance - 5.0
    tail = np.where(far <= 0.0, _rational(_TAIL, near), _rational(_FAR_TAIL, far))
    quantile[outside] = np.copysign(tail, centred[outside])
    return quantile


def _rational(
    coefficients: tuple[tuple[float, float], ...], x: Floats, factor: Floats | float = 1.0
) -> Floats:
    """Returns a factor times one polynomial over another."""
    above, below = np.zeros_like(x), np.zeros_like(x)
    for over, under in coefficients:
        above *= x
        above += over
        below *= x
        below += under
    return factor * above / below


def _mix(state: Keys) -> Keys:
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))
