"""What a delivery leads to, and what it is worth: person-model.md's potential outcomes.

The numbers of the rewards are assumptions; their unit is the worth of one fresh opening.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, NamedTuple

import numpy as np

from gym_push.errors import ArgumentError, did_you_mean
from gym_push.users.attention import seen_at
from gym_push.users.clock import MINUTE
from gym_push.users.counters import Flags, Floats, Ints
from gym_push.users.days import SLOT
from gym_push.users.decisions import acted_at, half_life, staleness
from gym_push.users.states import per_state
from gym_push.users.worlds import World

DISMISSED: Final = -0.30
IGNORED: Final = -0.10
SIGNIFICANT: Final = 0.5
"""Added to the worth of an opening if the sender matters to the person."""

ALERT: Final = 0.5
"""Cost of an alert in a state of cost 1 with the ringer on."""

ALERT_BY_RINGER: Final = np.array([0.35, 0.8, 1.0])  # silent, vibrate, normal
ALERT_IN_USE: Final = 0.5  # in place of the ringer's, while the phone is in use

ONE_ALERT: Final = MINUTE
"""Notifications that are delivered within so long of an alert do not alert again."""

USUAL_ALERTS: Final = 1 / 16
"""Of a day's volume: so many alerts an hour are usual."""

_YES, _NO = np.array(True), np.array(False)


@dataclass(frozen=True)
class Weights:
    """How much each part of the reward counts.

    Attributes:
        engagement: Worth of openings, and the cost of what is dismissed or ignored.
        interruption: Cost of alerts.
        stress: For each alert the logarithm of one plus the alerts of the hour before it over a
            usual hour's; and one for each notification of a sender who matters that is suppressed,
            or delivered later than its half-life, or never.
        missed: One for each notification of a sender who matters that is never delivered.
    """

    engagement: float = 1.0
    interruption: float = 1.0
    stress: float = 0.1
    missed: float = 0.0

    @classmethod
    def of(cls, given: Mapping[str, float] | None) -> Weights:
        """Returns the default weights with some of them changed.

        Raises:
            ArgumentError: There is no such part, or a weight is negative or no finite number.
        """
        known = [each.name for each in fields(cls)]
        if given is not None and not isinstance(given, Mapping):
            raise ArgumentError(f"weights={given!r} must be a dict from {', '.join(known)}")
        for name, weight in (given or {}).items():
            if name not in known:
                raise ArgumentError(
                    f"the reward has no part {name!r}, only {', '.join(known)}"
                    f"{did_you_mean(str(name), known)}"
                )
            number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
            if not number or not 0 <= weight < math.inf:
                raise ArgumentError(
                    f"weights={{{name!r}: {weight!r}}} must be a finite number, 0 or more"
                )
        return replace(cls(), **(given or {}))


class Prospects(NamedTuple):
    """What deliveries lead to, opened or not; (deliveries,) each.

    Whether a notification is opened depends on the fatigue that comes on top; nothing else here
    depends on what an agent does.

    Attributes:
        inclination: Utility of opening it when it is seen, with its noise, before fatigue.
        opened: Worth of an opening, unweighted.
        refused: Worth of not opening it, below zero.
        ignored: Whether it is ignored if it is not opened, 1 or 0; else it is dismissed.
        opened_at: Tick at or after which it is opened, if it is.
        refused_at: Tick at or after which it is dismissed or cleared, if it is.
        late: Whether it matters and comes later than its half-life, 1 or 0.
    """

    inclination: Floats
    opened: Floats
    refused: Floats
    ignored: Floats
    opened_at: Floats
    refused_at: Floats
    late: Floats


def prospects(world: World, notification: Ints, tick: Ints) -> Prospects:
    """Returns what it leads to if notifications are delivered at these ticks.

    Args:
        world: Where they are.
        notification: (deliveries,) indices of notifications.
        tick: (deliveries,) indices of ticks of the same people.
    """
    simulation, slots, ticks = world.simulation, world.slots, world.ticks
    arrivals, tastes, p = simulation.arrivals, simulation.people.tastes, simulation.parameters
    temper, delivered = simulation.temper.of(notification), ticks.time[tick]
    seen = seen_at(
        simulation.attention.of(notification),
        delivered,
        slots.notice[ticks.slot[tick]],
        ticks.in_use[tick],
        ticks.next_check[tick],
        p,
    )
    person, app_class = arrivals.person[notification], world.app_class[notification]
    slot = person * slots.count + seen // SLOT
    era, arrived = slots.era[slot], arrivals.time[notification]
    utility = (
        world.standing[era, notification]
        + slots.passing[slot]
        + tastes.class_day_part[era, person, app_class, slots.day_part[slot]]
        + staleness(seen - arrived, app_class, p)
    )
    significant = simulation.features.significant[notification]
    opened_at, refused_at = (
        np.maximum(ticks.at(person, acted_at(temper, opened, seen, slots.state[slot], p)), tick + 1)
        for opened in (_YES, _NO)
    )
    fresh: Floats = np.where(significant, 1.0 + SIGNIFICANT, 1.0)
    return Prospects(
        inclination=utility + temper.noise,
        opened=fresh * 2.0 ** ((arrived - seen) / half_life(app_class)),
        refused=np.where(temper.ignores, IGNORED, DISMISSED),
        ignored=temper.ignores.astype(np.float64),
        opened_at=opened_at.astype(np.float64),
        refused_at=refused_at.astype(np.float64),
        late=is_late(world, notification, delivered).astype(np.float64),
    )


def is_late(world: World, notification: Ints, time: Ints) -> Flags:
    """Returns whether notifications matter and are older than their half-life at these times."""
    age = time - world.simulation.arrivals.time[notification]
    late: Flags = age > half_life(world.app_class[notification])
    return late & world.simulation.features.significant[notification]


def prospects_at_once(world: World) -> Floats:
    """Returns the prospects of every notification delivered when it arrives, as (n, 7), kept."""
    kept: dict[str, Any] = vars(world)
    if "_at_once" not in kept:
        tick = world.ticks.of_arrival
        kept["_at_once"] = np.stack(prospects(world, world.ticks.arrival[tick], tick), axis=1)
    table: Floats = kept["_at_once"]
    return table


def alert_costs(world: World) -> Floats:
    """Returns what an alert at each tick costs the person, above zero; kept."""
    kept: dict[str, Any] = vars(world)
    if "_alert_costs" not in kept:
        ticks, slots = world.ticks, world.slots
        ringer = ALERT_BY_RINGER[slots.ringer[ticks.slot]]
        strength = np.where(ticks.in_use, ALERT_IN_USE, ringer)
        state = slots.state[ticks.slot]
        kept["_alert_costs"] = ALERT * per_state("interruption")[state] * strength
    costs: Floats = kept["_alert_costs"]
    return costs


def alert_stress(before: Ints, usual: Floats) -> Floats:
    """Returns the stress of alerts that come after so many others within the hour.

    Args:
        before: (alerts,) their number.
        usual: (alerts,) the usual number of the person, from `usual_alerts`.
    """
    return np.log1p(before / usual)


def usual_alerts(volume: Floats) -> Floats:
    """Returns how many alerts an hour are usual for people with so many notifications a day."""
    return np.maximum(volume * USUAL_ALERTS, 1.0)
