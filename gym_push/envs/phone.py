"""What a phone senses of its person at a moment."""

from __future__ import annotations

from typing import Final

from gym_push.logs import Encoding
from gym_push.logs.columns import Column, NumberColumn, coded
from gym_push.spaces import Flag, Label, Number
from gym_push.users.keyed_random import Flags, Ints
from gym_push.users.model.days import situation
from gym_push.users.model.sensing import PLACES
from gym_push.users.model.states import (
    ACTIVITIES,
    DAY,
    DAY_PART_OF_HOUR,
    DAY_PARTS,
    MINUTE,
    NOISES,
    RINGER_MODES,
    WEEKDAYS,
)
from gym_push.users.simulation import Lives, flags, sensed_columns

PHONE: Final = Encoding({
    "dayOfWeek": Label(WEEKDAYS),
    "timeOfDay": Label(DAY_PARTS),
    "minuteOfDay": Number(0, 1439, integer=True),
    "place": Label(PLACES),
    "activity": Label(ACTIVITIES),
    "noise": Label(NOISES),
    "batteryLevel": Number(0, 100, integer=True),
    "charging": Flag(),
    "headphonesIn": Flag(),
    "ringerMode": Label(RINGER_MODES),
    "unlockCount_prev2": Number(0, 60, integer=True),
    "inUse": Flag(),
})  # fmt: skip


def sensed_at(lives: Lives, person: Ints, time: Ints, in_use: Flags) -> dict[str, Column]:
    """Returns what phones sense at some moments, as columns by name.

    Args:
        lives: Of the people.
        person: (moments,) whose phone it is.
        time: (moments,) milliseconds.
        in_use: (moments,) whether the person is using it.
    """
    at = situation(lives.routine, person, time)
    return {
        "dayOfWeek": coded(at.weekday, WEEKDAYS),
        "timeOfDay": coded(DAY_PART_OF_HOUR[at.hour], DAY_PARTS),
        "minuteOfDay": NumberColumn(time % DAY // MINUTE),
        **dict(sensed_columns(lives, at, time)),
        "inUse": flags(in_use),
    }
