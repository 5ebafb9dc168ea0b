"""What the planner sees in an observation, and what it keeps in mind of a person's last hours.

An observation becomes a row of a regression: numbers, and a 1 for each label. Most of a row is
zero, so only the rest of it is kept.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from gymnasium.spaces import Dict, Space
from numpy.typing import NDArray

from gym_push.actions import DELIVER
from gym_push.errors import ArgumentError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NUMBERS: Final = (
    "one", "matters", "enticement", "sentiment", "updates", "idle", "in use", "unlocks", "age",
    "alerts", "deliveries",
)  # fmt: skip
"""Features with a number, in the order of a row."""
ONE, MATTERS, *_, IDLE, IN_USE, UNLOCKS, AGE, ALERTS, DELIVERIES = range(len(NUMBERS))

LABELS: Final = (
    "appPackage", "priority", "subject", "timeOfDay", "dayOfWeek", "place", "activity",
)  # fmt: skip
"""Features with labels, which follow in a row, one place each."""
APP = len(NUMBERS)
MOMENT: Final = slice(APP + LABELS.index("timeOfDay"), APP + len(LABELS))
"""Places in a row of what is known of the moment by labels."""
APP_AND_TIME = APP + len(LABELS)
APP_AND_AGE = APP_AND_TIME + 1

HOUR: Final = 60
DAY: Final = 24 * HOUR
AGE_UNIT: Final = 30.0
"""Minutes after which the logarithm of the age has grown by log 2."""
MEMORY: Final = 30.0
"""Minutes in which the count of alerts decays by a factor e; that of deliveries takes a day."""
WAKING: Final = 16.0
"""Hours of a day in which most arrives."""
SURE_DAYS: Final = 2.0
"""Days of the person that the volume of other people counts as."""


class Row(NamedTuple):
    """A row of a regression, without its zeros.

    Attributes:
        at: Indices of the coefficients.
        values: What each is multiplied with.
    """

    at: Ints
    values: Floats


class Moment(NamedTuple):
    """Where a person stands when the agent is asked.

    Attributes:
        minute: Since the midnight before the first observation.
        row: Of the regression of openings.
        alerts: Whether a delivery would alert: none has in this minute.
        recent: Alerts lately; each fades within `MEMORY`.
        usual: One more than how many of them are usual.
        volume: Notifications a day.
    """

    minute: int
    row: Row
    alerts: bool
    recent: float
    usual: float
    volume: float

    @property
    def rate(self) -> float:
        """Notifications a minute, by day."""
        return self.volume / (WAKING * HOUR)


class Layout:
    """Where each feature stands in the regressions.

    Args:
        space: Of the observations, in the raw form.

    Attributes:
        size: Number of coefficients of an opening.
        group: (size,) coefficients of one group differ as much from person to person.
        groups: How many there are.
        apps, places, parts: Number of labels.
        cells: Number of kinds of moments in which an alert has its own price.
        use_size: Number of coefficients of how soon the phone is used.

    Raises:
        ArgumentError: The observations are not those of delivery-v0, or not raw.
    """

    def __init__(self, space: Space[Any]) -> None:
        spaces: Mapping[str, Any] = space.spaces if isinstance(space, Dict) else {}
        for name in (*LABELS, "ringerMode", "minutesSincePosted"):
            if name not in spaces or not hasattr(spaces["appPackage"], "slot"):
                raise ArgumentError(
                    f"there is no feature {name!r}: this agent plays delivery-v0, observation='raw'"
                )
        self._slot = {name: spaces[name].slot for name in (*LABELS, "ringerMode")}
        self.apps, *_, self.parts, self.days, self.places, _ = sizes = [
            spaces[name].flat_size for name in LABELS
        ]
        self._ringers = spaces["ringerMode"].flat_size
        sizes = [1] * len(NUMBERS) + sizes + [self.apps * self.parts, self.apps]
        self._first = np.cumsum([0, *sizes[:-1]])
        self.size, self.groups = sum(sizes), len(sizes)
        self.group = np.repeat(np.arange(self.groups), sizes)
        self.cells = self.places * (1 + 2 * self._ringers)
        self.use_size = 3 + self.parts + self.places

    def weekday(self, seen: Mapping[str, Any]) -> int:
        """Returns the index of the day of the week."""
        return int(self._slot["dayOfWeek"](seen["dayOfWeek"]))

    def row(self, seen: Mapping[str, Any], alerts: float, deliveries: float) -> Row:
        """Returns the row of an observation."""
        slots = [self._slot[name](seen[name]) for name in LABELS]
        app, part = slots[0], slots[LABELS.index("timeOfDay")]
        age = math.log1p(seen["minutesSincePosted"] / AGE_UNIT)
        places = [0] * len(NUMBERS) + slots + [app * self.parts + part, app]
        numbers = [
            1.0,
            seen["contactSignificantContext"] is True,
            seen["enticement"],
            seen["sentiment"],
            math.log1p(seen["numberUpdates"]),
            _idle(seen),
            seen["inUse"] is True,
            math.log1p(seen["unlockCount_prev2"]),
            age,
            alerts,
            deliveries,
        ]
        values = [*numbers, *[1.0] * (len(LABELS) + 1), age]
        return Row(self._first + places, np.array(values, dtype=np.float64))

    def app_of(self, row: Row) -> int:
        """Returns the index of the app."""
        return int(row.at[APP] - self._first[APP])

    def cell(self, seen: Mapping[str, Any], in_use: bool | None = None) -> int:
        """Returns in which kind of moment a notification is delivered.

        Args:
            seen: The observation.
            in_use: Whether the phone is in use; None as it is now.
        """
        kind = 0
        if not (seen["inUse"] if in_use is None else in_use):
            kind = 1 + self._slot["ringerMode"](seen["ringerMode"]) + self._ringers * _idle(seen)
        return int(kind * self.places + self._slot["place"](seen["place"]))

    def kind(self, cell: Ints) -> Ints:
        """Returns what cells have in common that differ in the place alone."""
        kind: Ints = cell // self.places
        return kind

    def use_row(self, seen: Mapping[str, Any]) -> Floats:
        """Returns the row of the regression of how soon the phone is used."""
        row = np.zeros(self.use_size)
        row[:3] = 1.0, math.log1p(seen["unlockCount_prev2"]), seen["unlockCount_prev2"] == 0
        row[3 + self._slot["timeOfDay"](seen["timeOfDay"])] = 1.0
        row[3 + self.parts + self._slot["place"](seen["place"])] = 1.0
        return row


class Diary:
    """What has happened with one person lately, as far as the phone tells.

    Args:
        layout: Of the features.
        volume: Notifications a day of other people.
    """

    def __init__(self, layout: Layout, volume: float) -> None:
        self._layout, self._others = layout, volume
        self.minute, self._weekday, self._begin = -1, 0, 0
        self._alerts, self._deliveries, self._alerted = 0.0, 0.0, -1
        self._arrived = 0
        self._known: dict[str, tuple[int, int]] = {}
        self._pending: dict[str, deque[Row]] = {}

    def look(self, seen: Mapping[str, Any]) -> Moment:
        """Returns where the person stands. Nothing in the diary changes."""
        minute = self._minute_of(seen)
        begin = self._begin if self.minute >= 0 else minute
        volume = (self._arrived + SURE_DAYS * self._others) / ((minute - begin) / DAY + SURE_DAYS)
        usual = 1.0 + volume * MEMORY / DAY
        alerts, deliveries = self._faded(minute)
        row = self._layout.row(seen, math.log1p(alerts / usual), math.log1p(deliveries / volume))
        return Moment(minute, row, minute > self._alerted, alerts, usual, volume)

    def outcomes(self, seen: Mapping[str, Any]) -> tuple[list[Row], int]:
        """Returns what has been decided of this app's deliveries, and how many were opened.

        Which of several were opened, nobody says. The oldest are decided first.
        """
        app, counts = seen["appPackage"], (seen["appOpened"], seen["appNotOpened"])
        before = self._known.get(app, (0, 0))
        self._known[app] = counts
        opened, refused = counts[0] - before[0], counts[1] - before[1]
        pending = self._pending.get(app, ())
        rows = [self._pending[app].popleft() for _ in range(min(opened + refused, len(pending)))]
        return rows, min(opened, len(rows))

    def note(self, seen: Mapping[str, Any], moment: Moment, action: int) -> None:
        """Notes a decision."""
        if self.minute < 0:
            self._begin = moment.minute
        if seen["minutesSincePosted"] == 0:
            self._arrived += 1
        alerts, deliveries = self._faded(moment.minute)
        if action == DELIVER:
            alerts, deliveries = alerts + moment.alerts, deliveries + 1.0
            self._alerted = moment.minute
            self._pending.setdefault(seen["appPackage"], deque()).append(moment.row)
        self._alerts, self._deliveries = alerts, deliveries
        self.minute, self._weekday = moment.minute, self._layout.weekday(seen)

    def _minute_of(self, seen: Mapping[str, Any]) -> int:
        if self.minute < 0:
            return int(seen["minuteOfDay"])
        week = self._layout.days - 1  # one is for other labels
        days, before = (self._layout.weekday(seen) - self._weekday) % week, self.minute % DAY
        if days == 0 and seen["minuteOfDay"] < before:
            days = week
        return int(self.minute - before + days * DAY + seen["minuteOfDay"])

    def _faded(self, minute: int) -> tuple[float, float]:
        since = minute - self.minute
        return (
            self._alerts * math.exp(-since / MEMORY),
            self._deliveries * math.exp(-since / DAY),
        )


def crowd(seen: Mapping[str, Any], volume: float) -> float:
    """Returns how much is delivered lately beside what is usual, as a logarithm."""
    return math.log1p(seen["deliveredLastHour"] / max(volume / WAKING, 1.0))


def shared_out(margins: Floats, opened: int) -> Floats:
    """Returns how likely each delivery was opened, if so many of them were.

    Args:
        margins: (deliveries,) log odds before that was known.
        opened: How many.
    """
    if opened in (0, len(margins)):
        return np.full(len(margins), opened / len(margins))
    low, high = -30.0, 30.0
    for _ in range(40):
        middle = (low + high) / 2.0
        if chance(margins + middle).sum() < opened:
            low = middle
        else:
            high = middle
    shares: Floats = chance(margins + low)
    return shares


def chance(margins: Any) -> Any:
    """Returns the probabilities of log odds."""
    return 1.0 / (1.0 + np.exp(-margins))


def softened(variance: float) -> float:
    """Returns the factor on log odds that gives the mean probability."""
    return 1.0 / math.sqrt(1.0 + math.pi / 8.0 * variance)


def _idle(seen: Mapping[str, Any]) -> bool:
    return seen["unlockCount_prev2"] == 0 and not seen["inUse"]
