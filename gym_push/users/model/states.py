"""Times, and what a person can be doing at them, with what that means for phone and notifications.

The spread of self-checks, utilities and delays over the states was fitted by hand to ten anonymous
logs; what the phone senses in each state is an assumption.
"""

from enum import IntEnum
from functools import cache
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
    """What a state means; one row of `STATES`.

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
    activities: tuple[float, ...]
    noise: float
    strong_noise: float
    headphones: float
    charging: float
    places: tuple[str, ...]


# fmt: off
STATES: Final = {
    State.SLEEP: StateTraits(
        .02, -2.0, 1.5, .05, 1.0, .60, .20, (1, 0, 0, 0), .03, 0, .01, .85, ("home",)),
    State.HOME: StateTraits(
        1.2, .35, 1.0, 1.0, .10, .04, .48, (.97, .03, 0, 0), .20, .05, .05, .06, ("home",)),
    State.COMMUTE: StateTraits(
        1.6, .30, .9, .8, .25, .05, .36, (.15, .25, 0, .60), .70, .30, .40, .03, ("in-transit",)),
    State.WORK: StateTraits(
        .9, -.25, 1.2, .9, .40, .05, .16, (.95, .05, 0, 0), .30, .05, .15, .06, ("office",)),
    State.MEETING: StateTraits(
        .35, -1.0, 1.8, .5, .90, .35, .04, (1, 0, 0, 0), .35, .05, 0, .02, ("meeting-room",)),
    State.OUT: StateTraits(
        1.0, 0, 1.2, .85, .25, .03, .48, (.67, .25, 0, .08), .80, .40, .08, .02,
        ("cafe", "shop", "street", "with-friends")),
    State.EXERCISE: StateTraits(
        .4, -.7, 1.6, .5, .60, .10, .40, (.35, .25, .40, 0), .60, .30, .50, 0, ("gym", "park")),
}
# fmt: on


@cache
def per_state(field: str) -> Floats:
    """Returns a field of `StateTraits` for every state: (states, ...) float64, read-only."""
    return read_only(np.array([getattr(STATES[state], field) for state in State], dtype=np.float64))


def milliseconds(amount: Floats, unit: int = SECOND) -> Ints:
    """Rounds amounts of a unit to whole milliseconds."""
    return np.rint(amount * unit).astype(np.int64)
