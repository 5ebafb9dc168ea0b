"""Simulated people and their phones, from a seed to the log of their notifications."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gym_push.errors import ArgumentError
from gym_push.users.arrivals import Arrivals, draw_arrivals
from gym_push.users.attention import draw_attention, notice_probability, seen_at
from gym_push.users.classes import APPS, PRIORITIES
from gym_push.users.clock import (
    DAY_PART_OF_HOUR,
    DAY_PARTS,
    HOUR,
    MINUTE,
    SECOND,
    WEEKDAYS,
)
from gym_push.users.counters import Flags, Floats, Ints
from gym_push.users.days import (
    Moment,
    Routine,
    SelfChecks,
    draw_self_checks,
    moment,
    walk,
)
from gym_push.users.decisions import acted_at, draw_temper, margins, utility
from gym_push.users.features import (
    CATEGORIES,
    LED_COLOURS,
    VIBRATIONS,
    VISIBILITIES,
    Features,
    draw_features,
)
from gym_push.users.messages import write_texts
from gym_push.users.parameters import Parameters
from gym_push.users.persons import TOPICS, People, draw_people
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

DEFAULT_START: Final = date(2019, 7, 1)
DEFAULT_PARAMETERS: Final = Parameters()
UNLOCK_WINDOW: Final = 2 * HOUR
LONGEST_SINCE_USE: Final = 7 * 24 * 60
"""Minutes since an app was used are cut here, which also stands for never."""

Columns = dict[str, npt.NDArray[Any]]


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
class Simulation:
    """People, their days and what happens on their phones, if everything is delivered at once."""

    people: People
    routine: Routine
    checks: SelfChecks
    arrivals: Arrivals
    features: Features
    at_arrival: Moment
    responses: Responses


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
    return tabulate(simulation, np.asarray(users, dtype=np.int64), parameters, start)


def run(
    seed: int, users: Sequence[int], days: int, parameters: Parameters, start: date
) -> Simulation:
    """Runs the stations of the model one after another; arguments as in `simulate`."""
    _check(seed, users, days)
    first_weekday = start.weekday()
    people = draw_people(seed, np.asarray(users, dtype=np.int64), parameters)
    # What arrives on the last day may be seen on the next, so the routine runs a day longer.
    routine = walk(people, days + 1, first_weekday, parameters)
    checks = draw_self_checks(people, routine, parameters)
    arrivals = draw_arrivals(people, days, first_weekday, parameters)
    features = draw_features(people, arrivals, parameters)
    person, delivered = arrivals.person, arrivals.time
    at_arrival = moment(routine, person, delivered)

    attention = draw_attention(people, arrivals, parameters)
    notice = notice_probability(people, at_arrival, parameters)
    seen = seen_at(attention, delivered, notice, *checks.around(person, delivered), parameters)
    at_sight = moment(routine, person, seen)
    temper = draw_temper(people, arrivals, parameters)
    inclination = utility(people, arrivals, features, seen, at_sight, parameters) + temper.noise
    margin = margins(people, person, delivered, inclination, parameters)
    acted = acted_at(temper, margin > 0.0, seen, at_sight.state, parameters)
    responses = Responses(seen, margin, acted)
    return Simulation(people, routine, checks, arrivals, features, at_arrival, responses)


def tabulate(simulation: Simulation, users: Ints, parameters: Parameters, start: date) -> Columns:
    """Writes a simulation down as the columns of a log, in their order."""
    people, arrivals, features = simulation.people, simulation.arrivals, simulation.features
    at, responses = simulation.at_arrival, simulation.responses
    person, posted = arrivals.person, arrivals.time
    sensed = hour_keys(people, at)
    since = np.maximum(posted - UNLOCK_WINDOW, 0)
    response_time = (responses.acted - posted) / SECOND
    return {
        "user": users[person],
        "appPackage": _label(APPS, arrivals.app),
        "category": _label(CATEGORIES, features.category),
        "priority": _label(PRIORITIES, features.priority),
        "numberUpdates": features.updates,
        "ledARGB": _label(LED_COLOURS, features.led),
        "vibrate": _label(VIBRATIONS, features.vibration),
        "visibility": _label(VISIBILITIES, features.visibility),
        "subject": _label(TOPICS, features.topic),
        "sentiment": features.sentiment,
        "enticement": features.enticement,
        "tickerText": write_texts(people, arrivals, features),
        "postedDayOfWeek": _label(WEEKDAYS, at.weekday),
        "postedTimeOfDay": _label(DAY_PARTS, DAY_PART_OF_HOUR[at.hour]),
        "place": _label(PLACES, place(at, sensed)),
        "activity": _label(ACTIVITIES, activity(at, sensed)),
        "noise": _label(NOISES, noise(at, sensed)),
        "batteryLevel": battery_level(people, person, posted, parameters),
        "charging": charging(at, sensed),
        "headphonesIn": headphones(at, sensed),
        "ringerMode": _label(RINGER_MODES, ringer_mode(people, at, sensed)),
        "unlockCount_prev2": simulation.checks.count(person, since, posted),
        "timeAppLastUsed": _minutes_since_use(arrivals, responses),
        "contactSignificantContext": features.significant,
        "posted": np.datetime64(start, "s") + (posted // SECOND).astype("timedelta64[s]"),
        "action": responses.opened.astype(np.int64),
        "responseTime": np.round(response_time, 1),
    }


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


def _label(names: tuple[str, ...], code: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.object_]:
    labels: npt.NDArray[np.object_] = np.array(names, dtype=object)[code]
    return labels


def _check(seed: int, users: Sequence[int], days: int) -> None:
    if not 0 <= seed < 2**64:
        raise ArgumentError(f"seed {seed} is out of range; use an integer in [0, 2**64)")
    if len(users) == 0:
        raise ArgumentError("users is empty; give the number of at least one user")
    if days < 1:
        raise ArgumentError(f"days is {days}; simulate at least one")
    for user in users:
        if not 0 <= user < 2**63:
            raise ArgumentError(f"user {user} is out of range; use integers in [0, 2**63)")
    if len(set(users)) < len(users):
        raise ArgumentError("users holds a number twice; give each user once")
