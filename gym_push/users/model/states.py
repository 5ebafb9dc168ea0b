"""Times, and what a person can be doing at them, with what that means for phone and notifications.

The spread of self-checks, utilities and delays over the states was fitted by hand to ten anonymous
logs; what the phone senses in each state is an assumption.
"""

import json
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from gym_push.logs.columns import read_only
from gym_push.users.keyed_random import Floats, Ints

SECOND: Final = 1_000  # in milliseconds, as all times are: whole numbers add up alike in any order
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_PARTS: Final = ("early-morning", "morning", "afternoon", "evening", "night")
DAY_PART_OF_HOUR: Final[Ints] = np.repeat(np.arange(5), (6, 6, 5, 4, 3))
"""(24,) index in `DAY_PARTS`."""

ACTIVITIES: Final = ("still", "walking", "running", "vehicle")
NOISES: Final = ("quiet", "normal", "loud")
RINGER_MODES: Final = ("silent", "vibrate", "normal")


class State(IntEnum):
    """What the person is doing; an index into `STATES`."""

    SLEEP = 0
    HOME = 1
    COMMUTE = 2
    WORK = 3
    MEETING = 4
    OUT = 5
    EXERCISE = 6


class StateTraits(NamedTuple):
    """What a state means; one entry of `states.json`.

    Attributes:
        check_rate: Relative rate of self-checks of the phone.
        utility: Shift of the utility of opening, in logit units.
        delay: Factor on the time from seeing to acting.
        notice: Factor on the probability that an alert is noticed.
        interruption: Relative cost of an alert; assumed. That it differs between activities:
            "Attelia: Reducing User's Cognitive Load due to Interruptive Notifications".
        silent: Probability that the ringer is silent.
        ringing: Probability that the ringer is on, before the person's own habit.
        activities: Probabilities of `ACTIVITIES`.
        noise: Probability of any noise.
        strong_noise: Probability that the noise is one step louder.
        headphones: Probability that headphones are plugged in.
        charging: Probability that the phone is charging; asleep, that of a whole night.
        places: Equally likely names of the place.
    """

    check_rate: float
    utility: float
    delay: float
    notice: float
    interruption: float
    silent: float
    ringing: float
    activities: list[float]
    noise: float
    strong_noise: float
    headphones: float
    charging: float
    places: list[str]


_ROWS = json.loads(Path(__file__).with_name("states.json").read_text(encoding="utf-8"))
STATES: Final = {State[name]: StateTraits(**row) for name, row in _ROWS.items()}


@cache
def per_state(field: str) -> Floats:
    """Returns a field of `StateTraits` for every state: (states, ...) float64, read-only."""
    return read_only(np.array([getattr(STATES[state], field) for state in State], dtype=np.float64))


def milliseconds(amount: Floats, unit: int = SECOND) -> Ints:
    """Rounds amounts of a unit to whole milliseconds."""
    return np.rint(amount * unit).astype(np.int64)
