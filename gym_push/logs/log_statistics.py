"""Statistics of a log's people, whatever its columns: when, from which app, opened, how soon.

They compare logs of any origin, measured or simulated.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.logs.cells import SECONDS
from gym_push.logs.columns import CodedColumn, NumberColumn
from gym_push.logs.log import NotificationLog

FEWEST_RESPONSE_TIMES: Final = 20
"""Different response times; fewer are categories, not times."""
LEAST_KNOWN: Final = 0.5
"""Share of the response times that must be known."""

HOUR: Final = 3_600_000
"""Milliseconds, like every time in a log."""
DAY: Final = 24 * HOUR

_THURSDAY: Final = 3  # 1970-01-01

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LogStatistics:
    """Notifications, ordered by person and time; each has one entry in every array.

    Attributes:
        source: Where they come from, for people.
        person: Index of the person, from 0 and without a gap.
        opened: Whether it was opened, bool.
        row: Its row in the log.
        time: When it arrived, in ms since 1970 local to the phone; None where unknown.
        app: Index of the app; None where unknown.
        apps: The names of the apps, by that index.
        response: Seconds from the arrival to the act, NaN where unknown; None where all are.
    """

    source: str
    person: Ints
    opened: NDArray[np.bool_]
    row: Ints
    time: Ints | None = None
    app: Ints | None = None
    apps: tuple[str, ...] = ()
    response: Floats | None = None

    @classmethod
    def of_log(cls, log: NotificationLog) -> LogStatistics:
        """Returns the statistics of a log."""
        owner = np.zeros(len(log), np.int64) if log.owner is None else log.owner.codes
        person = np.unique(owner, return_inverse=True)[1].astype(np.int64)
        by_time = person if log.times is None else log.times
        order = np.lexsort((by_time, person))
        app = log.columns.get(log.schema.meanings.get("app", ""))
        response = response_times(log)
        return cls(
            source=log.source,
            person=person[order],
            opened=log.actions[order] == 1,
            row=order,
            time=None if log.times is None else log.times[order],
            app=app.codes[order].astype(np.int64) if isinstance(app, CodedColumn) else None,
            apps=tuple(map(str, app.values)) if isinstance(app, CodedColumn) else (),
            response=None if response is None else response[order],
        )

    def __len__(self) -> int:
        """The number of notifications."""
        return len(self.person)

    @cached_property
    def people(self) -> int:
        """The number of people."""
        return int(self.person[-1]) + 1

    @cached_property
    def bounds(self) -> Ints:
        """Where each person's entries begin, then where the last ones end: (people + 1,)."""
        return np.searchsorted(self.person, np.arange(self.people + 1))

    def of_one(self, person: int) -> slice:
        """Returns where the entries of a person are."""
        return slice(*self.bounds[person : person + 2].tolist())

    @cached_property
    def step(self) -> int:
        """The clock's resolution in ms: all times differ by multiples of it."""
        assert self.time is not None
        distinct = np.unique(self.time)
        return int(np.gcd.reduce(np.diff(distinct))) if len(distinct) > 1 else DAY

    @cached_property
    def hour(self) -> Floats:
        """Hour of arrival, with its fraction, in [0, 24)."""
        assert self.time is not None
        return (self.time % DAY) / HOUR

    @cached_property
    def day(self) -> Ints:
        """Day of arrival, counted from 1970."""
        assert self.time is not None
        return self.time // DAY

    @cached_property
    def weekday(self) -> Ints:
        """Weekday of arrival; Monday is 0."""
        return (self.day + _THURSDAY) % 7

    @cached_property
    def gap(self) -> Floats:
        """Seconds since the person's last notification, at least one step; NaN at the first."""
        assert self.time is not None
        gap = np.maximum(np.diff(self.time, prepend=0), self.step) / 1000.0
        gap[np.diff(self.person, prepend=-1) != 0] = np.nan
        return gap

    @cached_property
    def app_rank(self) -> Ints:
        """Rank of the app among the person's apps by notifications, from 1."""
        assert self.app is not None
        apps = int(self.app.max()) + 1
        counts = self.count(self.person * apps + self.app, self.people * apps)
        rank = np.argsort(np.argsort(-counts.reshape(-1, apps), axis=1, kind="stable"), axis=1) + 1
        return rank[self.person, self.app].astype(np.int64)

    @cached_property
    def days_of_each(self) -> Ints:
        """Days from each person's first to their last notification, both counted."""
        return self.day[self.bounds[1:] - 1] - self.day[self.bounds[:-1]] + 1

    def later(self, share: float) -> NDArray[np.bool_]:
        """Returns which entries come after the first share of each person's days.

        Without times it is the share of their rows. It is rounded down to whole days, or rows, so
        that each person has later ones.

        Args:
            share: From 0 to less than 1.
        """
        first, rows = self.bounds[:-1], np.diff(self.bounds)
        if self.time is None:
            number, of = np.arange(len(self)) - first[self.person], rows
        else:
            number, of = self.day - self.day[first][self.person], self.days_of_each
        earlier = np.floor(np.round(share * of, 6))  # .29 * 100 is 29, and not 28.999999999999996
        return number >= earlier[self.person]

    def lacks_clock(self, coarsest: int) -> str | None:
        """Returns why times are not precise to this many milliseconds; None if they are."""
        if self.time is None:
            return "it has no times of arrival"
        if self.step > coarsest:
            step, needed = duration(self.step), duration(coarsest)
            return f"its clock has steps of {step}, and this needs {needed}"
        return None

    def lacks_responses(self) -> str | None:
        """Returns why response times are unknown; None if they are known."""
        if self.response is None:
            return "it has no engagement column that means response_time, with a unit of time"
        known = self.response[~np.isnan(self.response)]
        if len(known) < LEAST_KNOWN * len(self):
            return f"only {len(known) / len(self):.0%} of its response times are known"
        if len(np.unique(known)) < FEWEST_RESPONSE_TIMES:
            return f"its response times are only {len(np.unique(known))} different ones"
        return None

    def lacks_app(self) -> str | None:
        """Returns why apps are unknown; None if they are known."""
        return "it has no label column that means app" if self.app is None else None

    @staticmethod
    def count(index: Ints, length: int) -> Floats:
        """Counts how often each index below `length` occurs."""
        return np.bincount(index, minlength=length).astype(np.float64)

    def mean_of_each(self, values: NDArray[Any], where: NDArray[np.bool_] | None = None) -> Floats:
        """Returns each person's mean of values in these rows; NaN for people without any."""
        person = self.person if where is None else self.person[where]
        values = values if where is None else values[where]
        rows = self.count(person, self.people)
        total = np.bincount(person, values, self.people)
        means: Floats = np.divide(total, rows, out=np.full(self.people, np.nan), where=rows > 0)
        return means

    def take(self, rows: NDArray[Any]) -> LogStatistics:
        """Returns some of the rows, given by ascending numbers or by flags."""
        parts = ((each.name, getattr(self, each.name)) for each in fields(self))
        taken = {name: part[rows] for name, part in parts if isinstance(part, np.ndarray)}
        taken["person"] = np.unique(taken["person"], return_inverse=True)[1].astype(np.int64)
        return replace(self, **taken)

    def at_step(self, step: int) -> LogStatistics:
        """Returns the statistics as a clock with this resolution, in ms, would show them."""
        assert self.time is not None
        return replace(self, time=self.time // step * step)


def duration(milliseconds: int) -> str:
    """Returns a length of time in the largest unit that it reaches."""
    for unit, length in (("h", HOUR), ("min", 60_000), ("s", 1000)):
        if milliseconds >= length:
            return f"{milliseconds / length:.3g} {unit}"
    return f"{milliseconds} ms"


def response_times(log: NotificationLog) -> Floats | None:
    """Returns the seconds from each arrival to the act, NaN where unknown: (rows,); None if all."""
    name = log.schema.meanings.get("response_time", "")
    column = log.columns.get(name)
    if not isinstance(column, NumberColumn):
        return None
    [about] = [each for each in log.schema.features if each.name == name]
    if about.role != "engagement" or about.unit not in SECONDS:
        return None
    response = column.numbers * SECONDS[about.unit]
    return np.where(response >= 0.0, response, np.nan)
