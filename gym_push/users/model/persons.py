"""Who the simulated people are: what stays the same about each of them."""

import sys
from dataclasses import dataclass
from typing import Final

import numpy as np

from gym_push.users.keyed_random import Flags, Floats, Ints, Keys, Stream, derive
from gym_push.users.model.app_classes import APPS, CLASS_OF_APP, CLASSES, LEADS, per_class
from gym_push.users.model.parameters import Parameters
from gym_push.users.model.states import DAY_PARTS, WEEKDAYS, State

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
"""The last one, so also the number of known topics."""

SHARE_UNIT: Final = 2**20
"""Shares of apps are integers, in units of one over this, so that their sums are exact."""

DRAWS_PEOPLE: Final = "gym_push.draw_people"
"""The event, with the seed, that Python's audit hooks are told of before people are drawn."""

_AFTER_DRIFT: Final = 2**32  # above every number of an entry, so that its keys are different

_PACKAGES_IN_CLASS: Final = np.bincount(CLASS_OF_APP).astype(np.float64)


@dataclass(frozen=True)
class Tastes:
    """What people like: utilities by app, topic and situation.

    The first axis is the era: before the day of the drift, and from that day on. Without drift
    there is only one.

    Attributes:
        app: (eras, people, apps).
        topic: (eras, people, topics); zero for an unknown topic.
        day_part: (eras, people, 5).
        class_day_part: (eras, people, classes, 5).
        weekday: (eras, people, 7).
        state: (eras, people, states).
        intent: (people, intents).
        drift_day: First day of the second era.
    """

    app: Floats
    topic: Floats
    day_part: Floats
    class_day_part: Floats
    weekday: Floats
    state: Floats
    intent: Floats
    drift_day: int

    def era(self, day: Ints) -> Ints:
        """Returns the era that each day lies in."""
        drifted = (day >= self.drift_day) & (len(self.app) > 1)
        return drifted.astype(np.int64)


@dataclass(frozen=True)
class People:
    """Traits of people, one entry along the first axis of every array for each person.

    Attributes:
        key: (people,) every other draw of the person derives from it.
        volume: (people,) notifications a day.
        openness: (people,) utility of any notification.
        wake, sleep: (people,) hour of day; sleep may lie beyond 24.
        worker: (people,) goes to work from Monday to Friday.
        checks: (people,) self-checks of the phone a day.
        delay: (people,) log of the factor on every delay.
        fatigue: (people,) utility lost for each unit of load.
        ringing: (people,) factor on the probability that the ringer is on, in [0.4, 1.6].
        contacts: (people,) place of their first contact in the list of names, in (0, 1).
        app_share: (people, apps) share of the notifications, in units of `SHARE_UNIT`.
        app_key: (people, apps) what each app does the same each time derives from it.
        tastes: What they like.
        weekday_rate: (people, 7) factor on arrivals, with mean one.
        day_part_rate: (people, 5) factor on arrivals.
        parameters: The numbers of the model, by which they live.
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
    app_key: Keys
    tastes: Tastes
    weekday_rate: Floats
    day_part_rate: Floats
    parameters: Parameters


def draw_people(seed: int, users: Ints, parameters: Parameters) -> People:
    """Draws the traits of the users with the given numbers.

    Args:
        seed: In [0, 2**64).
        users: (people,) not negative.
        parameters: The numbers of the model.
    """
    sys.audit(DRAWS_PEOPLE, seed)
    p = parameters
    key = derive(0, seed, users)

    def gaussian(stream: Stream, mean: float, spread: float) -> Floats:
        return mean + spread * stream.normal(key)

    fatigue_median = p.fatigue_mean * np.exp(-0.5 * p.fatigue_spread**2)
    app_key = derive(key[:, None], np.arange(len(APPS)))
    weekday_rate = np.exp(p.weekday_rate_spread * _table(key, Stream.WEEKDAY_RATE, len(WEEKDAYS)))
    return People(
        key=key,
        volume=Stream.VOLUME.log_normal(key, p.volume_median, p.volume_spread),
        openness=gaussian(Stream.OPENNESS, p.openness_mean, p.openness_spread),
        wake=gaussian(Stream.WAKE, p.wake_mean, p.wake_spread),
        sleep=gaussian(Stream.SLEEP, p.sleep_mean, p.sleep_spread),
        worker=Stream.WORKER.uniform(key) < p.worker,
        checks=Stream.SELF_CHECKS.log_normal(key, p.checks_median, p.checks_spread),
        delay=gaussian(Stream.DELAY_TRAIT, 0.0, p.delay_spread),
        fatigue=Stream.FATIGUE.log_normal(key, fatigue_median, p.fatigue_spread),
        ringing=0.4 + 1.2 / (1.0 + np.exp(-Stream.RINGER_TRAIT.normal(key))),
        contacts=Stream.CONTACTS.uniform(key),
        app_share=_app_shares(key, app_key, p),
        app_key=app_key,
        tastes=_draw_tastes(key, p),
        weekday_rate=weekday_rate / weekday_rate.mean(axis=1, keepdims=True),
        day_part_rate=np.exp(
            p.day_part_rate_spread * _table(key, Stream.DAY_PART_RATE, len(DAY_PARTS))
        ),
        parameters=p,
    )


def _draw_tastes(key: Keys, p: Parameters) -> Tastes:
    eras = (key, derive(key, _AFTER_DRIFT)) if p.drift else (key,)

    def taste(stream: Stream, spread: float, *shape: int) -> Floats:
        drawn = [spread * _table(era, stream, *shape) for era in eras]
        if p.drift:
            drawn[1] = np.sqrt(1.0 - p.drift) * drawn[0] + np.sqrt(p.drift) * drawn[1]
        return np.stack(drawn)

    topic = taste(Stream.TOPIC_TASTE, p.topic_taste, len(TOPICS))
    topic[..., UNKNOWN_TOPIC] = 0.0
    parts = len(DAY_PARTS)
    return Tastes(
        app=taste(Stream.APP_TASTE, p.app_taste, len(APPS)),
        topic=topic,
        day_part=taste(Stream.DAY_PART_TASTE, p.day_part_taste, parts),
        class_day_part=taste(
            Stream.CLASS_DAY_PART_TASTE, p.class_day_part_taste, len(CLASSES), parts
        ),
        weekday=taste(Stream.WEEKDAY_TASTE, p.weekday_taste, len(WEEKDAYS)),
        state=taste(Stream.STATE_TASTE, p.state_taste, len(State)),
        intent=p.intent_taste * _table(key, Stream.INTENT_TASTE, len(p.intent)),
        drift_day=p.drift_day,
    )


def _table(key: Keys, stream: Stream, *shape: int) -> Floats:
    """Draws a table of standard normals for each key."""
    entry = derive(key[:, None], np.arange(np.prod(shape)))
    return stream.normal(entry).reshape(len(key), *shape)


def _app_shares(key: Keys, app_key: Keys, p: Parameters) -> Ints:
    """Ranks the apps by Plackett-Luce and lets shares fall with the rank, to zero beyond a count.

    Adding Gumbel noise to log weights and sorting is a Plackett-Luce ranking. The best of those
    that can lead is put before the others.
    """
    count = np.rint(Stream.APP_COUNT.log_normal(key, p.apps_median, p.apps_spread))
    count = np.clip(count, p.apps_fewest, p.apps_most)
    concentration = np.clip(
        p.concentration_mean + p.concentration_spread * Stream.APP_CONCENTRATION.normal(key),
        p.concentration_least,
        p.concentration_most,
    )
    popularity = (per_class("popularity") / _PACKAGES_IN_CLASS)[CLASS_OF_APP]
    score = np.log(popularity) - np.log(-np.log(Stream.APP_RANK.uniform(app_key)))
    leader = np.argmax(np.where(LEADS, score, -np.inf), axis=1)
    score[np.arange(len(key)), leader] = np.inf
    rank = np.argsort(np.argsort(-score, axis=1), axis=1) + 1.0
    share = rank ** -concentration[:, None] * np.exp(-(rank - 1.0) / p.rank_scale)
    kept = np.where(rank <= count[:, None], share, 0.0)
    shares: Ints = np.rint(SHARE_UNIT * kept).astype(np.int64)
    return shares
