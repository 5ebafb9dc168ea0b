"""When notifications arrive, and from which app: clusters, and the notifications in them."""

from dataclasses import dataclass

import numpy as np

from gym_push.users.keyed_random import (
    Floats,
    Ints,
    Keys,
    derive,
    geometric,
    normal,
    pick,
    poisson,
    spread_out,
    uniform,
)
from gym_push.users.model.app_classes import CLASS_OF_APP, CLASSES, per_class
from gym_push.users.model.clock import DAY, DAY_PART_OF_HOUR, HOUR, milliseconds
from gym_push.users.model.parameters import Parameters
from gym_push.users.model.persons import SHARE_UNIT, People
from gym_push.users.streams import Stream

_SATURDAY = 5
_CLUSTER_SIZE = per_class("cluster_size")
_HOURLY = per_class("hours") / per_class("hours").sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Arrivals:
    """Notifications, ordered by person and time of arrival; one entry of every array for each.

    Attributes:
        person: Index of the person.
        time: Milliseconds.
        app: Index in `APPS`.
        position: Number in its cluster, from 0.
        key: From which the notification's own draws derive.
        conversation: From which the draws shared by its cluster derive.
    """

    person: Ints
    time: Ints
    app: Ints
    position: Ints
    key: Keys
    conversation: Keys

    @property
    def app_class(self) -> Ints:
        """Index in `CLASSES`."""
        return CLASS_OF_APP[self.app]


@dataclass(frozen=True)
class _Clusters:
    person: Ints
    start: Ints
    app: Ints
    key: Keys


def draw_arrivals(
    people: People, days: int, first_weekday: int, parameters: Parameters
) -> Arrivals:
    """Draws every notification that arrives in the given number of days."""
    clusters = _draw_clusters(people, days, first_weekday, parameters)
    app_class = CLASS_OF_APP[clusters.app]
    size = geometric(clusters.key, Stream.CLUSTER_SIZE, _CLUSTER_SIZE[app_class])
    size = np.minimum(size, parameters.cluster_most)
    cluster, position = spread_out(size)
    key = derive(clusters.key[cluster], position)
    gap = np.zeros(len(key), np.int64)
    later = np.flatnonzero(position)
    gap[later] = milliseconds(
        per_class("gap")[app_class[cluster[later]]]
        * np.exp(parameters.gap_spread * normal(key[later], Stream.GAP))
    )
    elapsed = np.cumsum(gap)
    first = np.cumsum(size) - size
    time = clusters.start[cluster] + elapsed - elapsed[first][cluster]
    person = clusters.person[cluster]

    within = np.flatnonzero(time < days * DAY)
    order = within[np.argsort(person[within] * (days * DAY) + time[within], kind="stable")]
    return Arrivals(
        person=person[order],
        time=time[order],
        app=clusters.app[cluster[order]],
        position=position[order],
        key=key[order],
        conversation=clusters.key[cluster[order]],
    )


def _draw_clusters(
    people: People, days: int, first_weekday: int, parameters: Parameters
) -> _Clusters:
    weekday = (np.arange(days) + first_weekday) % 7
    day_key = derive(people.key[:, None], np.arange(days))
    by_app = np.rint(people.app_share / _CLUSTER_SIZE[CLASS_OF_APP]).astype(np.int64)
    clusters_a_day = people.volume * by_app.sum(axis=1) / people.app_share.sum(axis=1)
    variance = parameters.day_rate_variance
    today = np.exp(np.sqrt(variance) * normal(day_key, Stream.DAY_RATE) - 0.5 * variance)
    mean = clusters_a_day[:, None] * people.weekday_rate[:, weekday] * today
    row, number = spread_out(poisson(day_key, Stream.CLUSTER_COUNT, mean).ravel())
    key = derive(day_key.ravel()[row], number)
    person, day = np.divmod(row, days)
    weekend = weekday[day] >= _SATURDAY

    on_weekend = np.rint(by_app * per_class("weekend")[CLASS_OF_APP]).astype(np.int64)
    weights = np.stack((by_app, on_weekend), axis=1).reshape(2 * len(people.key), -1)
    app = pick(weights, 2 * person + weekend, uniform(key, Stream.CLUSTER_APP))
    start = _time_of_day(people, person, CLASS_OF_APP[app], key, parameters) + day * DAY
    return _Clusters(person, start, app, key)


def _time_of_day(
    people: People, person: Ints, app_class: Ints, key: Keys, parameters: Parameters
) -> Ints:
    """Draws the class's hour, which follows the person's day parts and wake time."""
    rate: Floats = _HOURLY * people.day_part_rate[:, None, DAY_PART_OF_HOUR]
    weights = np.rint(SHARE_UNIT * rate).astype(np.int64).reshape(-1, 24)
    hour = pick(weights, person * len(CLASSES) + app_class, uniform(key, Stream.CLUSTER_HOUR))
    offset = (HOUR * uniform(key, Stream.CLUSTER_OFFSET)).astype(np.int64)
    shift = parameters.wake_shift * (people.wake - parameters.wake_mean)
    return (hour * HOUR + offset + milliseconds(shift, HOUR)[person]) % DAY
