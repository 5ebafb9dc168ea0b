"""The data set `data_mimicHeartSteps` of R's package MRTAnalysis, made from its seed.

The package (Qian and others, version 0.1.2) describes how the data are drawn, by R's generator with
the seed 123; its manual and its tests say what `wcls` finds in them.
"""

import numpy as np
import pandas as pd
from scipy.special import ndtri

PEOPLE, POINTS = 37, 210


class RRandom:
    """R's default random numbers: Mersenne Twister, normal ones by inversion of 53 bits."""

    def __init__(self, seed):
        words = []
        for _ in range(50 + 625):
            seed = (69069 * seed + 1) % 2**32
            words.append(seed)
        self.bits = np.random.MT19937()
        key = np.array(words[51:], dtype=np.uint32)
        self.bits.state = {"bit_generator": "MT19937", "state": {"key": key, "pos": 624}}

    def uniform(self, count):
        return self.bits.random_raw(count) * 2.3283064365386963e-10

    def normal(self, count):
        high, low = self.uniform(2 * count).reshape(count, 2).T
        return ndtri((np.floor(2**27 * high) + low) / 2**27)

    def flips(self, count, chance):
        drawn = self.uniform(count)
        return drawn < chance if chance > 0.5 else drawn >= 1.0 - chance


def published_trial():
    random, shape, rows = RRandom(123), (PEOPLE, POINTS), PEOPLE * POINTS
    walked = np.maximum(20.0 + 50.0 * random.normal(rows), 0.0)
    before = np.minimum(np.log(walked + 0.5), 8.5).reshape(shape)
    home, available, sent = (
        random.flips(rows, chance).reshape(shape) for chance in (0.3624668, 0.8038462, 0.6)
    )
    sent &= available
    steps = np.zeros((PEOPLE, POINTS + 1))
    for point in range(POINTS):
        day, at_home = point // 5, home[:, point]
        usual = 1.755916 + 0.403241 * before[:, point] + 0.063676 * steps[:, point]
        usual += -0.009488 * day + 0.119917 * at_home
        effect = 0.442889 - 0.017908 * day + 0.101423 * at_home
        drawn = usual + (sent[:, point] - 0.6) * effect + 2.716 * random.normal(PEOPLE)
        steps[:, point + 1] = np.clip(drawn, np.log(0.5), 8.5)
    return pd.DataFrame({
        "person": np.repeat(np.arange(PEOPLE), POINTS),
        "before": before.ravel(),
        "last": steps[:, :-1].ravel(),
        "home": home.ravel(),
        "available": available.ravel(),
        "sent": sent.ravel(),
        "p": 0.6,
        "steps": steps[:, 1:].ravel(),
    })  # fmt: skip
