"""What happens on the phones of simulated people, and the log that the phones would keep of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from gym_push.logs import NotificationLog
from gym_push.logs.columns import Column, NumberColumn, coded
from gym_push.logs.known import SIMULATED
from gym_push.spaces import Flag
from gym_push.users.keyed_random import Flags, Floats, Ints
from gym_push.users.model import decisions, messages, notifications, persons, sensing, states
from gym_push.users.model.app_classes import APPS, PRIORITIES
from gym_push.users.model.days import (
    Routine,
    SelfChecks,
    Situation,
    draw_self_checks,
    situation,
    walk,
)
from gym_push.users.model.grammar import write_meaningful_texts
from gym_push.users.model.parameters import Parameters
from gym_push.users.model.states import DAY_PART_OF_HOUR, DAY_PARTS, HOUR, MINUTE, SECOND, WEEKDAYS

DEFAULT_START: Final = date(2019, 7, 1)
DAYS_BEYOND: Final = 2
"""Days that the routine runs on: a delivery on the last midnight is seen within a day."""
UNLOCK_WINDOW: Final = 2 * HOUR
LONGEST_SINCE_USE: Final = 7 * 24 * HOUR
"""The time since an app was used is cut here, which also stands for never."""


@dataclass(frozen=True)
class Responses:
    """What people do with their notifications; one entry of every array for each of them.

    Attributes:
        seen: When it is first seen, in milliseconds.
        margin: Utility plus noise less fatigue; it is opened exactly where this is positive.
        acted: When it is opened, dismissed or cleared, in milliseconds.
    """

    seen: Ints
    margin: Floats
    acted: Ints

    @property
    def opened(self) -> Flags:
        """Whether it is opened."""
        return self.margin > 0.0


@dataclass(frozen=True)
class Lives:
    """People and their days: what they do, and when they look at their phones.

    Attributes:
        start: The first day.
        people: Who they are.
        routine: What they do all day.
        battery: Of their phones.
        checks: When they look at them unprompted.
    """

    start: date
    people: persons.People
    routine: Routine
    battery: sensing.Battery
    checks: SelfChecks

    @property
    def midnight(self) -> int:
        """The first midnight, in milliseconds since 1970 local to the phones."""
        return int(np.datetime64(self.start, "ms").astype(np.int64))


@dataclass(frozen=True)
class Simulation(Lives):
    """What happens on people's phones, too, if everything is delivered at once."""

    arrivals: notifications.Arrivals
    features: notifications.Features
    attention: sensing.Attention
    traits: decisions.ResponseTraits
    at_arrival: Situation
    responses: Responses


def live(seed: int, users: Sequence[int], days: int, parameters: Parameters, start: date) -> Lives:
    """Lets people live for some days, whatever their phones receive.

    Args:
        seed: In [0, 2**64).
        users: Different numbers, each in [0, 2**63).
        days: At least one.
        parameters: The numbers of the model.
        start: The first day.
    """
    people = persons.draw_people(seed, np.asarray(users, dtype=np.int64), parameters)
    routine = walk(people, days + DAYS_BEYOND, start.weekday())
    return Lives(
        start=start,
        people=people,
        routine=routine,
        battery=sensing.drain_and_charge(people, routine),
        checks=draw_self_checks(people, routine),
    )


def run(
    seed: int, users: Sequence[int], days: int, parameters: Parameters, start: date
) -> Simulation:
    """Simulates people whose phones deliver every notification when it arrives.

    Args:
        seed: In [0, 2**64).
        users: Different numbers, each in [0, 2**63).
        days: At least one.
        parameters: The numbers of the model.
        start: The first day.
    """
    lives = live(seed, users, days, parameters, start)
    people, routine, checks = lives.people, lives.routine, lives.checks
    arrivals = notifications.draw_arrivals(people, days, start.weekday())
    features = notifications.draw_features(people, arrivals)
    person, delivered = arrivals.person, arrivals.time
    at_arrival = situation(routine, person, delivered)

    attention = sensing.draw_attention(people, arrivals)
    notice = sensing.notice_probability(people, at_arrival)
    seen = sensing.seen_at(
        attention, delivered, notice, *checks.around(person, delivered), parameters
    )
    at_sight = situation(routine, person, seen)
    traits = decisions.draw_response_traits(people, arrivals)
    utility = decisions.utility(people, arrivals, features, seen, at_sight)
    margin = decisions.margins(people, person, delivered, utility + traits.noise)
    acted = decisions.acted_at(traits, margin > 0.0, seen, at_sight.state, parameters)
    return Simulation(
        start=start,
        people=people,
        routine=routine,
        battery=lives.battery,
        checks=checks,
        arrivals=arrivals,
        features=features,
        attention=attention,
        traits=traits,
        at_arrival=at_arrival,
        responses=Responses(seen, margin, acted),
    )


def to_log(simulation: Simulation, users: Sequence[int], source: str) -> NotificationLog:
    """Returns the log of simulated people, ordered by user (as given) and time.

    Args:
        simulation: What happens.
        users: The numbers of its people.
        source: What error messages call the log.
    """
    receivers, owner = np.unique(simulation.arrivals.person, return_inverse=True)
    return NotificationLog(
        source=source,
        schema=SIMULATED,
        columns=dict(_columns(simulation)),
        actions=simulation.responses.opened.astype(np.int8),
        times=simulation.midnight + simulation.arrivals.time,
        owner=coded(owner, [str(users[person]) for person in receivers]),
    )


def _columns(simulation: Simulation) -> Iterator[tuple[str, Column]]:
    people, arrivals, features = simulation.people, simulation.arrivals, simulation.features
    at, posted = simulation.at_arrival, arrivals.time
    response_time = np.round((simulation.responses.acted - posted) / SECOND, 1)

    yield "appPackage", coded(arrivals.app, APPS)
    yield "category", coded(features.category, notifications.CATEGORIES)
    yield "priority", coded(features.priority, PRIORITIES)
    yield "numberUpdates", NumberColumn(features.updates)
    yield "ledARGB", coded(features.led, notifications.LED_COLOURS)
    yield "vibrate", coded(features.vibration, notifications.VIBRATIONS)
    yield "visibility", coded(features.visibility, notifications.VISIBILITIES)
    yield "subject", coded(features.topic, persons.TOPICS)
    yield "sentiment", NumberColumn(features.sentiment)
    yield "enticement", NumberColumn(features.enticement)
    write = write_meaningful_texts if people.parameters.meaningful else messages.write_texts
    yield "tickerText", write(people, arrivals, features, at)
    yield "postedDayOfWeek", coded(at.weekday, WEEKDAYS)
    yield "postedTimeOfDay", coded(DAY_PART_OF_HOUR[at.hour], DAY_PARTS)
    yield from sensed_columns(simulation, at, posted)
    yield "timeAppLastUsed", NumberColumn(_minutes_since_use(arrivals, simulation.responses))
    yield "contactSignificantContext", flags(features.significant)
    yield "responseTime", NumberColumn(response_time)


def sensed_columns(lives: Lives, at: Situation, time: Ints) -> Iterator[tuple[str, Column]]:
    """Yields what phones sense, as columns with their names.

    Args:
        lives: Of the people.
        at: (rows,) the situation in which each row is sensed.
        time: (rows,) when that is, in milliseconds.
    """
    people, person, key = lives.people, at.person, sensing.hour_keys(lives.people, at)
    since, battery = np.maximum(time - UNLOCK_WINDOW, 0), lives.battery
    yield "place", coded(sensing.place(at, key), sensing.PLACES)
    yield "activity", coded(sensing.activity(at, key), states.ACTIVITIES)
    yield "noise", coded(sensing.noise(at, key), states.NOISES)
    yield "batteryLevel", NumberColumn(battery.percent(person, time))
    yield "charging", flags(battery.charging(person, time))
    yield "headphonesIn", flags(sensing.headphones(at, key))
    yield "ringerMode", coded(sensing.ringer_mode(people, at, key), states.RINGER_MODES)
    yield "unlockCount_prev2", NumberColumn(lives.checks.count(person, since, time))


def flags(values: npt.NDArray[np.bool_]) -> Column:
    """Returns a column of flags."""
    return coded(values.astype(np.int64), Flag.VALUES)


def _minutes_since_use(arrivals: notifications.Arrivals, responses: Responses) -> Ints:
    """Minutes from the person's last opening of the app to the posting of a notification.

    Openings that happen after a notification is posted do not count, even of earlier ones.
    """
    span = responses.acted.max(initial=0) + 1
    offset = (arrivals.person * len(APPS) + arrivals.app) * span
    openings = np.sort((offset + responses.acted)[responses.opened])
    before = np.concatenate(([-LONGEST_SINCE_USE], openings))[
        np.searchsorted(openings, offset + arrivals.time, side="left")
    ]
    used = before >= offset  # else the latest opening is of another app, or of another person's
    since = np.where(used, offset + arrivals.time - before, LONGEST_SINCE_USE)
    return np.minimum(since, LONGEST_SINCE_USE) // MINUTE
