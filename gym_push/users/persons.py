"""Who the simulated people are: what stays the same about each of them."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from gym_push.users.channels import Channel
from gym_push.users.classes import APPS, CLASS_OF_APP, CLASSES, per_class
from gym_push.users.clock import DAY_PARTS, WEEKDAYS
from gym_push.users.counters import Flags, Floats, Ints, Keys, derive, normal, uniform
from gym_push.users.parameters import Parameters
from gym_push.users.states import State

TOPICS: Final = (
    "people",
    "work",
    "shopping",
    "news",
    "sport",
    "entertainment",
    "finance",
    "travel",
    "tech",
    "unknown",
)
UNKNOWN_TOPIC: Final = TOPICS.index("unknown")
"""The last one, and so also the number of known topics."""

SHARE_UNIT: Final = 2**20
"""Shares of apps are kept as integers, in units of one over this, so that their sums are exact."""

_PACKAGES_IN_CLASS: Final = np.bincount(CLASS_OF_APP).astype(np.float64)


@dataclass(frozen=True)
class People:
    """Traits of people, one entry along the first axis of every array for each person.

    Attributes:
        key: (people,) from which every other draw of the person derives.
        volume: (people,) notifications a day.
        openness: (people,) utility that is added to every notification.
        wake, sleep: (people,) hour of day; sleep may lie beyond 24.
        worker: (people,) goes to work from Monday to Friday.
        checks: (people,) self-checks of the phone a day.
        delay: (people,) log of the factor on every delay.
        fatigue: (people,) utility lost for each unit of load.
        ringing: (people,) factor on the probability that the ringer is on, in [0.4, 1.6].
        contacts: (people,) first of the person's contacts in the list of names, uniform in (0, 1).
        app_share: (people, apps) share of the notifications, in units of `SHARE_UNIT`.
        app_taste: (people, apps) utility.
        led, vibration: (people, apps) uniform in (0, 1); which colour and pattern the app has.
        day_part_taste: (people, 5) utility.
        class_day_part_taste: (people, classes, 5) utility.
        weekday_taste: (people, 7) utility.
        state_taste: (people, states) utility.
        topic_taste: (people, topics) utility; zero for an unknown topic.
        weekday_rate: (people, 7) factor on arrivals, with mean one.
        day_part_rate: (people, 5) factor on arrivals.
    """

    key: Keys
    volume: Floats
    openness: Floats
    wake: Floats
    sleep: Floats
    worker: Flags
    checks: Floats
    delay: Floats
    fatigue: Floats
    ringing: Floats
    contacts: Floats
    app_share: Ints
    app_taste: Floats
    led: Floats
    vibration: Floats
    day_part_taste: Floats
    class_day_part_taste: Floats
    weekday_taste: Floats
    state_taste: Floats
    topic_taste: Floats
    weekday_rate: Floats
    day_part_rate: Floats


def draw_people(seed: int, users: Ints, parameters: Parameters) -> People:
    """Draws the traits of the users with the given numbers.

    Args:
        seed: In [0, 2**64).
        users: (people,) not negative.
        parameters: The numbers of the model.
    """
    p = parameters
    key = derive(0, seed, users)

    def log_normal(channel: Channel, median: float, spread: float) -> Floats:
        return median * np.exp(spread * normal(key, channel))

    def gaussian(channel: Channel, mean: float, spread: float) -> Floats:
        return mean + spread * normal(key, channel)

    def table(channel: Channel, *shape: int) -> Floats:
        entry = derive(key[:, None], np.arange(np.prod(shape)))
        return normal(entry, channel).reshape(len(users), *shape)

    app_key = derive(key[:, None], np.arange(len(APPS)))
    topic_taste = p.topic_taste * table(Channel.TOPIC_TASTE, len(TOPICS))
    topic_taste[:, UNKNOWN_TOPIC] = 0.0
    weekday_rate = np.exp(p.weekday_rate_spread * table(Channel.WEEKDAY_RATE, len(WEEKDAYS)))
    return People(
        key=key,
        volume=log_normal(Channel.VOLUME, p.volume_median, p.volume_spread),
        openness=gaussian(Channel.OPENNESS, p.openness_mean, p.openness_spread),
        wake=gaussian(Channel.WAKE, p.wake_mean, p.wake_spread),
        sleep=gaussian(Channel.SLEEP, p.sleep_mean, p.sleep_spread),
        worker=uniform(key, Channel.WORKER) < p.worker,
        checks=log_normal(Channel.SELF_CHECKS, p.checks_median, p.checks_spread),
        delay=gaussian(Channel.DELAY_TRAIT, 0.0, p.delay_spread),
        fatigue=log_normal(
            Channel.FATIGUE, p.fatigue_mean * np.exp(-0.5 * p.fatigue_spread**2), p.fatigue_spread
        ),
        ringing=0.4 + 1.2 / (1.0 + np.exp(-normal(key, Channel.RINGER_TRAIT))),
        contacts=uniform(key, Channel.CONTACTS),
        app_share=_app_shares(key, app_key, p),
        app_taste=p.app_taste * normal(app_key, Channel.APP_TASTE),
        led=uniform(app_key, Channel.LED),
        vibration=uniform(app_key, Channel.VIBRATION_PATTERN),
        day_part_taste=p.day_part_taste * table(Channel.DAY_PART_TASTE, len(DAY_PARTS)),
        class_day_part_taste=p.class_day_part_taste
        * table(Channel.CLASS_DAY_PART_TASTE, len(CLASSES), len(DAY_PARTS)),
        weekday_taste=p.weekday_taste * table(Channel.WEEKDAY_TASTE, len(WEEKDAYS)),
        state_taste=p.state_taste * table(Channel.STATE_TASTE, len(State)),
        topic_taste=topic_taste,
        weekday_rate=weekday_rate / weekday_rate.mean(axis=1, keepdims=True),
        day_part_rate=np.exp(p.day_part_rate_spread * table(Channel.DAY_PART_RATE, len(DAY_PARTS))),
    )


def _app_shares(key: Keys, app_key: Keys, p: Parameters) -> Ints:
    """Ranks the apps by Plackett-Luce and lets shares fall with the rank, to zero beyond a count.

    Adding Gumbel noise to log weights and sorting is a Plackett-Luce ranking.
    """
    count = np.rint(p.apps_median * np.exp(p.apps_spread * normal(key, Channel.APP_COUNT)))
    count = np.clip(count, p.apps_fewest, p.apps_most)
    concentration = np.clip(
        p.concentration_mean + p.concentration_spread * normal(key, Channel.APP_CONCENTRATION),
        p.concentration_least,
        p.concentration_most,
    )
    popularity = (per_class("popularity") / _PACKAGES_IN_CLASS)[CLASS_OF_APP]
    score = np.log(popularity) - np.log(-np.log(uniform(app_key, Channel.APP_RANK)))
    rank = np.argsort(np.argsort(-score, axis=1), axis=1) + 1.0
    share = rank ** -concentration[:, None] * np.exp(-(rank - 1.0) / p.rank_scale)
    kept = np.where(rank <= count[:, None], share, 0.0)
    shares: Ints = np.rint(SHARE_UNIT * kept).astype(np.int64)
    return shares
