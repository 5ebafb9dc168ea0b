"""What phones sense at the ticks of a world, as a table that is read like a log."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gym_push.logs import Feature, NotificationLog, Schema
from gym_push.logs.columns import NumberColumn, coded, read_only
from gym_push.spaces import Flag
from gym_push.users.clock import DAY, DAY_PART_OF_HOUR, DAY_PARTS, MINUTE, WEEKDAYS
from gym_push.users.days import moment
from gym_push.users.sensing import (
    PLACES,
    activity,
    battery_level,
    charging,
    headphones,
    hour_keys,
    noise,
    place,
    ringer_mode,
)
from gym_push.users.states import ACTIVITIES, NOISES, RINGER_MODES
from gym_push.users.table import UNLOCK_WINDOW
from gym_push.users.worlds import World

SENSED: Final = Schema(
    context=[
        Feature("dayOfWeek", "label"),
        Feature("timeOfDay", "label"),
        Feature("minuteOfDay", "integer", "min"),
        Feature("place", "label"),
        Feature("activity", "label"),
        Feature("noise", "label"),
        Feature("batteryLevel", "integer", "%"),
        Feature("charging", "flag"),
        Feature("headphonesIn", "flag"),
        Feature("ringerMode", "label"),
        Feature("unlockCount_prev2", "integer"),
        Feature("inUse", "flag"),
    ],
)


def sense(world: World) -> NotificationLog:
    """Returns a row for each tick of a world; its actions mean nothing. Kept."""
    kept: dict[str, Any] = vars(world)
    if "_sensed" not in kept:
        kept["_sensed"] = _sense(world)
    sensed: NotificationLog = kept["_sensed"]
    return sensed


def _sense(world: World) -> NotificationLog:
    simulation, ticks = world.simulation, world.ticks
    people, p = simulation.people, simulation.parameters
    at = moment(simulation.routine, ticks.person, ticks.time)
    key = hour_keys(people, at)
    since = np.maximum(ticks.time - UNLOCK_WINDOW, 0)
    unlocks = simulation.checks.count(ticks.person, since, ticks.time)
    level = battery_level(people, ticks.person, ticks.time, p)
    return NotificationLog(
        source="the phones of the simulated people",
        schema=SENSED,
        columns={
            "dayOfWeek": coded(at.weekday, WEEKDAYS),
            "timeOfDay": coded(DAY_PART_OF_HOUR[at.hour], DAY_PARTS),
            "minuteOfDay": NumberColumn(read_only(ticks.time % DAY // MINUTE)),
            "place": coded(place(at, key), PLACES),
            "activity": coded(activity(at, key), ACTIVITIES),
            "noise": coded(noise(at, key), NOISES),
            "batteryLevel": NumberColumn(read_only(level)),
            "charging": coded(charging(at, key).astype(np.int64), Flag.VALUES),
            "headphonesIn": coded(headphones(at, key).astype(np.int64), Flag.VALUES),
            "ringerMode": coded(ringer_mode(people, at, key), RINGER_MODES),
            "unlockCount_prev2": NumberColumn(read_only(unlocks)),
            "inUse": coded(ticks.in_use.astype(np.int64), Flag.VALUES),
        },
        actions=read_only(np.zeros(len(ticks.time), dtype=np.int8)),
    )
