"""A simulation written down: the log that a person's phone would keep."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gym_push.logs import NotificationLog
from gym_push.logs.columns import Column, NumberColumn, coded, read_only
from gym_push.logs.known import SIMULATED
from gym_push.spaces import Flag
from gym_push.users.keyed_random import Ints
from gym_push.users.model.app_classes import APPS, PRIORITIES
from gym_push.users.model.arrivals import Arrivals
from gym_push.users.model.clock import DAY_PART_OF_HOUR, DAY_PARTS, HOUR, MINUTE, SECOND, WEEKDAYS
from gym_push.users.model.days import Situation
from gym_push.users.model.features import CATEGORIES, LED_COLOURS, VIBRATIONS, VISIBILITIES
from gym_push.users.model.messages import write_texts
from gym_push.users.model.parameters import Parameters
from gym_push.users.model.persons import TOPICS
from gym_push.users.model.sensing import (
    PLACES,
    activity,
    headphones,
    hour_keys,
    noise,
    place,
    ringer_mode,
)
from gym_push.users.model.states import ACTIVITIES, NOISES, RINGER_MODES
from gym_push.users.simulation import (
    DEFAULT_PARAMETERS,
    DEFAULT_START,
    Responses,
    Simulation,
    run,
)

UNLOCK_WINDOW: Final = 2 * HOUR
LONGEST_SINCE_USE: Final = 7 * 24 * 60
"""Minutes since an app was used are cut here, which also stands for never."""

Columns = dict[str, npt.NDArray[Any]]


def simulate(
    seed: int,
    users: Sequence[int],
    days: int,
    parameters: Parameters = DEFAULT_PARAMETERS,
    start: date = DEFAULT_START,
) -> Columns:
    """Simulates people whose phones deliver every notification when it arrives.

    A user's log depends on the seed, the user's number and the start alone: it is the same
    whichever users are simulated beside it, and the first days of a longer log are the log of
    those days.

    Args:
        seed: In [0, 2**64).
        users: Different numbers, each in [0, 2**63).
        days: How many, at least one.
        parameters: The numbers of the model.
        start: The first day.

    Returns:
        Arrays of one length, one entry for each notification, ordered by user (as given) and time:
        `user`, and the columns of the bundled log. Its data card, `gym_push/envs/data/README.md`,
        gives their meaning and units; `posted` is datetime64[s] here, labels and text are str.

    Raises:
        ArgumentError: If the seed, a user or the days are out of range, or a user is given twice,
            or none at all.
    """
    simulation = run(seed, users, days, parameters, start)
    log = to_log(simulation, users, "a simulation")
    columns = {name: _values(column) for name, column in log.columns.items()}
    response_time = columns.pop("responseTime")
    seconds = (simulation.arrivals.time // SECOND).astype("timedelta64[s]")
    return {
        "user": np.asarray(users, dtype=np.int64)[simulation.arrivals.person],
        **columns,
        "posted": np.datetime64(start, "s") + seconds,
        "action": log.actions.astype(np.int64),
        "responseTime": response_time,
    }


def to_log(simulation: Simulation, users: Sequence[int], source: str) -> NotificationLog:
    """Returns the log of simulated people, ordered by user (as given) and time.

    Args:
        simulation: What happened.
        users: The numbers of its people.
        source: What error messages call the log.
    """
    receivers, owner = np.unique(simulation.arrivals.person, return_inverse=True)
    return NotificationLog(
        source=source,
        schema=SIMULATED,
        columns=dict(_columns(simulation)),
        actions=read_only(simulation.responses.opened.astype(np.int8)),
        times=read_only(_midnight(simulation) + simulation.arrivals.time),
        owner=coded(owner, [str(users[person]) for person in receivers]),
    )


def _columns(simulation: Simulation) -> Iterator[tuple[str, Column]]:
    people, arrivals, features = simulation.people, simulation.arrivals, simulation.features
    at, posted = simulation.at_arrival, arrivals.time
    response_time = np.round((simulation.responses.acted - posted) / SECOND, 1)

    yield "appPackage", coded(arrivals.app, APPS)
    yield "category", coded(features.category, CATEGORIES)
    yield "priority", coded(features.priority, PRIORITIES)
    yield "numberUpdates", numbers(features.updates)
    yield "ledARGB", coded(features.led, LED_COLOURS)
    yield "vibrate", coded(features.vibration, VIBRATIONS)
    yield "visibility", coded(features.visibility, VISIBILITIES)
    yield "subject", coded(features.topic, TOPICS)
    yield "sentiment", numbers(features.sentiment)
    yield "enticement", numbers(features.enticement)
    yield "tickerText", write_texts(people, arrivals, features, at)
    yield "postedDayOfWeek", coded(at.weekday, WEEKDAYS)
    yield "postedTimeOfDay", coded(DAY_PART_OF_HOUR[at.hour], DAY_PARTS)
    yield from sensed_columns(simulation, at, posted)
    yield "timeAppLastUsed", numbers(_minutes_since_use(arrivals, simulation.responses))
    yield "contactSignificantContext", flags(features.significant)
    yield "responseTime", numbers(response_time)


def sensed_columns(
    simulation: Simulation, at: Situation, time: Ints
) -> Iterator[tuple[str, Column]]:
    """Yields what the phone senses, as columns with their names.

    Args:
        simulation: Of the people.
        at: The moments.
        time: The same in milliseconds.
    """
    people, person, key = simulation.people, at.person, hour_keys(simulation.people, at)
    since, battery = np.maximum(time - UNLOCK_WINDOW, 0), simulation.battery
    yield "place", coded(place(at, key), PLACES)
    yield "activity", coded(activity(at, key), ACTIVITIES)
    yield "noise", coded(noise(at, key), NOISES)
    yield "batteryLevel", numbers(battery.percent(person, time))
    yield "charging", flags(battery.charging(person, time))
    yield "headphonesIn", flags(headphones(at, key))
    yield "ringerMode", coded(ringer_mode(people, at, key), RINGER_MODES)
    yield "unlockCount_prev2", numbers(simulation.checks.count(person, since, time))


def _minutes_since_use(arrivals: Arrivals, responses: Responses) -> Ints:
    """Minutes from the person's last opening of the app to the posting of a notification.

    Openings that happen after a notification is posted do not count, even of earlier ones.
    """
    span = responses.acted.max(initial=0) + 1
    offset = (arrivals.person * len(APPS) + arrivals.app) * span
    openings = np.sort((offset + responses.acted)[responses.opened])
    longest = LONGEST_SINCE_USE * MINUTE
    before = np.concatenate(([-longest], openings))[
        np.searchsorted(openings, offset + arrivals.time, side="left")
    ]
    used = before >= offset  # else the latest opening is of another app, or of another person's
    since = np.where(used, offset + arrivals.time - before, longest)
    return np.minimum(since, longest) // MINUTE


def _midnight(simulation: Simulation) -> int:
    """Milliseconds from 1970 to the first midnight, by the phone's own clock."""
    return int(np.datetime64(simulation.start, "ms").astype(np.int64))


def numbers(values: npt.NDArray[Any]) -> NumberColumn:
    """Returns a column of numbers."""
    return NumberColumn(read_only(values))


def flags(values: npt.NDArray[np.bool_]) -> Column:
    """Returns a column of flags."""
    return coded(values.astype(np.int64), Flag.VALUES)


def _values(column: Column) -> npt.NDArray[Any]:
    taken = column.take(slice(None))
    if isinstance(column, NumberColumn):
        return column.numbers
    values = np.empty(len(taken), dtype=object)
    values[:] = taken
    return values.astype(np.bool_) if taken and isinstance(taken[0], bool) else values
