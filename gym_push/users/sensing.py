"""What the phone senses about the person and itself at a moment."""

from typing import Final

import numpy as np

from gym_push.users.channels import Channel
from gym_push.users.clock import DAY, HOUR, milliseconds
from gym_push.users.counters import Flags, Floats, Ints, Keys, derive, normal, uniform
from gym_push.users.days import Moment
from gym_push.users.parameters import Parameters
from gym_push.users.persons import People
from gym_push.users.states import RINGER_MODES, STATES, State, per_state

PLACES: Final = tuple(dict.fromkeys(name for each in STATES.values() for name in each.places))

_SILENT, _VIBRATE, _NORMAL = range(len(RINGER_MODES))
_ACTIVITY_ENDS = per_state("activities").cumsum(axis=1)[:, :-1]
_PLACE_COUNT = np.array([len(STATES[state].places) for state in State])
# The places of one state stand side by side in PLACES, because no two states share only some.
_FIRST_PLACE = np.array([PLACES.index(STATES[state].places[0]) for state in State])


def hour_keys(people: People, at: Moment) -> Keys:
    """Returns keys that change with the hour and the state: the phone senses afresh each time."""
    return derive(people.key[at.person], at.day, at.hour, at.state)


def ringer_mode(people: People, at: Moment, key: Keys) -> Ints:
    """Draws an index in `RINGER_MODES`."""
    draw = uniform(key, Channel.RINGER)
    silent = per_state("silent")[at.state]
    ringing = per_state("ringing")[at.state] * people.ringing[at.person]
    rings = draw > 1.0 - np.minimum(ringing, 1.0 - silent)
    return np.where(draw < silent, _SILENT, np.where(rings, _NORMAL, _VIBRATE))


def headphones(at: Moment, key: Keys) -> Flags:
    """Draws whether headphones are plugged in."""
    return uniform(key, Channel.HEADPHONES) < per_state("headphones")[at.state]


def charging(at: Moment, key: Keys) -> Flags:
    """Draws whether the phone is charging."""
    return uniform(key, Channel.CHARGING) < per_state("charging")[at.state]


def activity(at: Moment, key: Keys) -> Ints:
    """Draws an index in `ACTIVITIES`."""
    ends_passed = uniform(key, Channel.ACTIVITY)[:, None] >= _ACTIVITY_ENDS[at.state]
    index: Ints = ends_passed.sum(axis=1)
    return index


def noise(at: Moment, key: Keys) -> Ints:
    """Draws an index in `NOISES`."""
    heard = uniform(key, Channel.NOISE_HEARD) < per_state("noise")[at.state]
    strong = uniform(key, Channel.NOISE_STRONG) < per_state("strong_noise")[at.state]
    return heard.astype(np.int64) + strong


def place(at: Moment, key: Keys) -> Ints:
    """Draws an index in `PLACES`."""
    number = (uniform(key, Channel.PLACE) * _PLACE_COUNT[at.state]).astype(np.int64)
    index: Ints = _FIRST_PLACE[at.state] + number
    return index


def battery_level(people: People, person: Ints, time: Ints, parameters: Parameters) -> Ints:
    """Returns the battery level in percent: it falls from waking on, and is full by the next.

    Args:
        people: All people.
        person: (times,) index of the person.
        time: (times,) milliseconds.
        parameters: The numbers of the model.
    """
    since_wake = time - milliseconds(people.wake, HOUR)[person]
    day, elapsed = np.divmod(since_wake, DAY)
    hours: Floats = elapsed / HOUR
    used = np.minimum(parameters.drain * hours, parameters.recharge * (24.0 - hours))
    habit = normal(derive(people.key[person], day), Channel.BATTERY)
    level = 100.0 - used + parameters.battery_spread * habit
    return np.rint(np.clip(level, parameters.battery_least, 100.0)).astype(np.int64)
