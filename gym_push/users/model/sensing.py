"""What the phone senses of the person and itself, and when the person sees what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from gym_push.users.keyed_random import Flags, Floats, Ints, Keys, Stream, derive
from gym_push.users.model.days import SLOTS_A_DAY, Routine, Situation
from gym_push.users.model.notifications import Arrivals
from gym_push.users.model.parameters import Parameters
from gym_push.users.model.persons import People
from gym_push.users.model.states import HOUR, RINGER_MODES, STATES, State, milliseconds, per_state

PLACES: Final = tuple(dict.fromkeys(name for each in STATES.values() for name in each.places))

FIRST_LEVEL: Final = 50.0
"""Percent at the first midnight."""

CATCHING_UP: Final = 5.0
"""Factor on the probability of charging by day after a night without."""

SLOTS_AN_HOUR: Final = SLOTS_A_DAY // 24

_SILENT, _VIBRATE, _NORMAL = range(len(RINGER_MODES))
_ACTIVITY_ENDS = per_state("activities").cumsum(axis=1)[:, :-1]
_PLACE_COUNT = np.array([len(STATES[state].places) for state in State])
# The places of one state stand side by side in PLACES, because no two states share only some.
_FIRST_PLACE = np.array([PLACES.index(STATES[state].places[0]) for state in State])


def hour_keys(people: People, at: Situation) -> Keys:
    """Returns keys that change with the hour and the state, as what is sensed does."""
    return derive(people.key[at.person], at.day, at.hour, at.state)


def ringer_mode(people: People, at: Situation, key: Keys) -> Ints:
    """Draws an index in `RINGER_MODES`."""
    draw = Stream.RINGER.uniform(key)
    silent = per_state("silent")[at.state]
    ringing = per_state("ringing")[at.state] * people.ringing[at.person]
    rings = draw > 1.0 - np.minimum(ringing, 1.0 - silent)
    return np.where(draw < silent, _SILENT, np.where(rings, _NORMAL, _VIBRATE))


def headphones(at: Situation, key: Keys) -> Flags:
    """Draws whether headphones are plugged in."""
    return Stream.HEADPHONES.uniform(key) < per_state("headphones")[at.state]


def activity(at: Situation, key: Keys) -> Ints:
    """Draws an index in `ACTIVITIES`."""
    ends_passed = Stream.ACTIVITY.uniform(key)[:, None] >= _ACTIVITY_ENDS[at.state]
    index: Ints = ends_passed.sum(axis=1)
    return index


def noise(at: Situation, key: Keys) -> Ints:
    """Draws an index in `NOISES`."""
    heard = Stream.NOISE_HEARD.uniform(key) < per_state("noise")[at.state]
    strong = Stream.NOISE_STRONG.uniform(key) < per_state("strong_noise")[at.state]
    return heard.astype(np.int64) + strong


def place(at: Situation, key: Keys) -> Ints:
    """Draws an index in `PLACES`."""
    number = (Stream.PLACE.uniform(key) * _PLACE_COUNT[at.state]).astype(np.int64)
    index: Ints = _FIRST_PLACE[at.state] + number
    return index


@dataclass(frozen=True)
class Battery:
    """The batteries of people's phones, from the first midnight on.

    Attributes:
        plugged: (people, hours) whether the phone is charging through each hour.
        level: (people, hours + 1) in percent, when each hour begins.
    """

    plugged: Flags
    level: Floats

    def charging(self, person: Ints, time: Ints) -> Flags:
        """Returns whether phones are charging at some times, in milliseconds."""
        return self.plugged[person, time // HOUR]

    def percent(self, person: Ints, time: Ints) -> Ints:
        """Returns the levels at some times, in milliseconds."""
        hour, elapsed = np.divmod(time, HOUR)
        before, after = self.level[person, hour], self.level[person, hour + 1]
        level: Floats = np.rint(before + (after - before) * (elapsed / HOUR))
        return level.astype(np.int64)


def drain_and_charge(people: People, routine: Routine) -> Battery:
    """Draws when people charge their phones, and lets the batteries fall and rise.

    A phone is on the charger all night or not at all; after a night without, it is charged more
    often by day.
    """
    p, days = people.parameters, routine.states.shape[1]
    state = routine.states[:, :, SLOTS_AN_HOUR // 2 :: SLOTS_AN_HOUR].reshape(-1, days * 24)
    hour = np.arange(days * 24)
    night_key = derive(people.key[:, None], np.arange(days + 1))
    at_night = Stream.CHARGING_AT_NIGHT.uniform(night_key) < per_state("charging")[State.SLEEP]
    chance = per_state("charging")[state] * np.where(at_night[:, hour // 24], 1.0, CATCHING_UP)
    by_day = Stream.CHARGING.uniform(derive(people.key[:, None], hour // 24, hour % 24)) < chance
    plugged = np.where(state == State.SLEEP, at_night[:, (hour + 12) // 24], by_day)

    awake = Stream.BATTERY.log_normal(night_key, p.drain, p.drain_spread)
    used = np.where(state == State.SLEEP, p.drain_asleep, awake[:, hour // 24])
    change = np.where(plugged, p.recharge, -used)
    level = np.empty((len(state), len(hour) + 1))
    level[:, 0] = FIRST_LEVEL
    for each in hour:
        level[:, each + 1] = np.clip(level[:, each] + change[:, each], p.battery_least, 100.0)
    return Battery(plugged, level)


class Attention(NamedTuple):
    """How a person comes to see each notification, whenever it is delivered.

    Attributes:
        alert: (notifications,) in (0, 1); the alert is noticed where that is more likely than this.
        after_alert: (notifications,) milliseconds from a noticed alert to seeing.
        in_use: (notifications,) milliseconds to seeing while the phone is in use.
    """

    alert: Floats
    after_alert: Ints
    in_use: Ints


def draw_attention(people: People, arrivals: Arrivals) -> Attention:
    """Draws, for every arrival, what does not depend on when it is delivered."""
    p, key = people.parameters, arrivals.key
    after_alert = p.alert_delay_median * np.exp(
        p.alert_delay_spread * Stream.ALERT_DELAY.normal(key) + people.delay[arrivals.person]
    )
    in_use = Stream.IN_USE_DELAY.log_normal(key, p.in_use_delay_median, p.in_use_delay_spread)
    return Attention(
        alert=Stream.ALERT_NOTICED.uniform(key),
        after_alert=milliseconds(after_alert),
        in_use=milliseconds(in_use),
    )


def notice_probability(people: People, at: Situation) -> Floats:
    """Returns the probability that an alert is noticed, if the phone is not in use."""
    p, context = people.parameters, hour_keys(people, at)
    by_ringer = np.array([p.notice_silent, p.notice_vibrate, p.notice_normal])
    notice = by_ringer[ringer_mode(people, at, context)] * per_state("notice")[at.state]
    return np.where(headphones(at, context), np.maximum(notice, p.notice_headphones), notice)


def seen_at(
    attention: Attention,
    delivered: Ints,
    notice: Floats,
    in_use: Flags,
    next_check: Ints,
    parameters: Parameters,
) -> Ints:
    """Finds when each notification is first seen, if it is delivered at the given time.

    During a self-check that is within seconds. Otherwise it is at the next self-check or when the
    alert is noticed, whichever comes first, and within a day at the latest, so that nothing
    depends on more than one day after the delivery.

    Args:
        attention: Of each notification.
        delivered: (notifications,) milliseconds.
        notice: (notifications,) probability that an alert is noticed then.
        in_use: (notifications,) whether a self-check is going on then.
        next_check: (notifications,) when the next self-check starts, in milliseconds.
        parameters: The numbers of the model.

    Returns:
        (notifications,) milliseconds.
    """
    latest = round(parameters.unseen_most * HOUR)
    looks = np.minimum(next_check, delivered + latest)
    alerted = np.where(attention.alert < notice, delivered + attention.after_alert, looks)
    using = delivered + np.minimum(attention.in_use, latest)
    return np.where(in_use, using, np.minimum(looks, alerted))
