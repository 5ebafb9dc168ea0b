"""What phones sense at the ticks of a world, as a table that is read like a log."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gym_push.envs.delivery.world import World
from gym_push.logs import NotificationLog, Schema
from gym_push.logs.columns import Column, NumberColumn, coded, read_only
from gym_push.logs.known import SITUATION
from gym_push.users.keyed_random import Ints
from gym_push.users.model.clock import DAY, DAY_PART_OF_HOUR, DAY_PARTS, MINUTE, WEEKDAYS
from gym_push.users.model.days import situation
from gym_push.users.simulation import flags, sensed_columns

SENSED: Final = Schema(context=SITUATION)


def sense(world: World) -> NotificationLog:
    """Returns a row for each tick of a world; its actions mean nothing. Kept."""
    kept: dict[str, Any] = vars(world)
    if "_sensed" not in kept:
        kept["_sensed"] = _sense(world)
    sensed: NotificationLog = kept["_sensed"]
    return sensed


def sensed_at(world: World, tick: Ints) -> dict[str, Column]:
    """Returns what is sensed at some ticks of a world, as columns by name.

    Args:
        world: Where they are.
        tick: (rows,) indices of ticks.
    """
    simulation, time = world.simulation, world.ticks.time[tick]
    at = situation(simulation.routine, world.ticks.person[tick], time)
    return {
        "dayOfWeek": coded(at.weekday, WEEKDAYS),
        "timeOfDay": coded(DAY_PART_OF_HOUR[at.hour], DAY_PARTS),
        "minuteOfDay": NumberColumn(time % DAY // MINUTE),
        **dict(sensed_columns(simulation, at, time)),
        "inUse": flags(world.ticks.in_use[tick]),
    }


def _sense(world: World) -> NotificationLog:
    ticks = len(world.ticks.time)
    return NotificationLog(
        source="the phones of the simulated people",
        schema=SENSED,
        columns=sensed_at(world, np.arange(ticks)),
        actions=read_only(np.zeros(ticks, dtype=np.int8)),
    )
