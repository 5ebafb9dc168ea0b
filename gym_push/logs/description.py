"""A log in numbers: who, how long, how much is opened, and what each column holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.logs.answers import ANSWERS
from gym_push.logs.columns import CodedColumn, Column, NumberColumn, TextColumn, coded
from gym_push.logs.log import NotificationLog
from gym_push.logs.log_statistics import Floats, LogStatistics
from gym_push.spaces import UNKNOWN

MOST_APPS: Final = 10
"""Apps that are described, the busiest first."""
MOST_VALUES: Final = 3
"""Labels of a column that are listed, the most frequent first."""


@dataclass(frozen=True)
class Spread:
    """The five-number summary of a distribution: minimum, quartiles, maximum."""

    least: float
    quarter: float
    median: float
    three_quarters: float
    most: float


@dataclass(frozen=True)
class AppDescription:
    """One app.

    Attributes:
        name: Its label in the log.
        rows: Its notifications.
        open_rate: Share of them that was opened.
    """

    name: str
    rows: int
    open_rate: float | None


@dataclass(frozen=True)
class ColumnDescription:
    """One column.

    Attributes:
        name: Its name in the log.
        role: notification, context, engagement, action, user or time.
        kind: label, flag, integer, number, text or list; "action", "user" or "time" like the role.
        unit: The unit of its numbers.
        distinct: Different values that are known.
        missing: Cells without a value, apart from holes that the schema fills (see
            `Feature.missing`).
        values: The most frequent labels and their counts; empty for numbers and texts.
        least, most: The range of numbers; None elsewhere, and where all are missing.
    """

    name: str
    role: str
    kind: str
    unit: str
    distinct: int
    missing: int
    values: tuple[tuple[str, int], ...] = ()
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class OutcomeDescription:
    """A value of the action column that the schema gives a meaning.

    Attributes:
        value: As the log has it; `""` for a hole.
        answer: opened, dismissed, ignored or no_answer.
        rows: Rows of the source with it; those without an answer are not in the log.
    """

    value: str
    answer: str
    rows: int


@dataclass(frozen=True)
class LogDescription:
    """What is in a log.

    Attributes:
        source: Where it came from.
        rows: Notifications.
        users: People.
        first, last: Arrival of the first and the last notification, ISO 8601, local to the phone;
            None where the log does not say.
        days: Calendar days from first to last, both counted.
        open_rate: Share of the notifications that was opened; None in a log of decisions without
            answers, as all open rates there.
        open_rate_of_users: Its spread over people.
        rows_of_users: The spread of notifications over people.
        rows_a_day_of_users: The spread of notifications a day over people; None without times.
        response: The spread of seconds from arrival to the act; None where they are unknown.
        apps: The busiest apps; empty where the log does not tell them apart.
        app_count: How many apps there are.
        columns: All columns that the schema names, in its order.
        unanswered: Rows of the source that were left out because they have no answer.
        outcomes: What the values of the action column mean, of those that occur, the most frequent
            of each answer first; empty where the schema does not say.
    """

    source: str
    rows: int
    users: int
    first: str | None
    last: str | None
    days: int | None
    open_rate: float | None
    open_rate_of_users: Spread | None
    rows_of_users: Spread
    rows_a_day_of_users: Spread | None
    response: Spread | None
    apps: tuple[AppDescription, ...]
    app_count: int
    columns: tuple[ColumnDescription, ...]
    unanswered: int = 0
    outcomes: tuple[OutcomeDescription, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Returns it as plain values, for JSON; a spread is a dict of its five numbers."""
        return asdict(self)


def describe(log: NotificationLog) -> LogDescription:
    """Describes a log; its schema says which columns mean the app and the response time."""
    of, answered = LogStatistics.of_log(log), bool(log.schema.action)
    rows = LogStatistics.count(of.person, of.people)
    responses = None if of.response is None else of.response[~np.isnan(of.response)]
    ends = () if log.times is None else (int(log.times.argmin()), int(log.times.argmax()))
    first, last = (log.posted(row) for row in ends) if ends else (None, None)
    return LogDescription(
        source=log.source,
        rows=len(log),
        users=of.people,
        first=first,
        last=last,
        days=None if of.time is None else int(of.day.max() - of.day.min()) + 1,
        open_rate=float(of.opened.mean()) if answered else None,
        open_rate_of_users=_spread(of.mean_of_each(of.opened)) if answered else None,
        rows_of_users=_spread(rows),
        rows_a_day_of_users=None if of.time is None else _spread(rows / of.days_of_each),
        response=None if responses is None or not len(responses) else _spread(responses),
        apps=_apps(of, answered),
        app_count=0 if of.app is None else len(np.unique(of.app)),
        columns=tuple(_described(log)),
        unanswered=sum(log.unanswered.values()),
        outcomes=tuple(_outcomes(log)),
    )


def _spread(values: Floats) -> Spread:
    return Spread(*np.quantile(values, [0.0, 0.25, 0.5, 0.75, 1.0]).tolist())


def _apps(of: LogStatistics, answered: bool) -> tuple[AppDescription, ...]:
    if of.app is None:
        return ()
    rows = of.count(of.app, len(of.apps))
    opened = of.count(of.app[of.opened], len(of.apps))
    return tuple(
        AppDescription(
            of.apps[app], int(rows[app]), float(opened[app] / rows[app]) if answered else None
        )
        for app in np.argsort(-rows, kind="stable")[:MOST_APPS].tolist()
        if rows[app]
    )


def _outcomes(log: NotificationLog) -> Iterator[OutcomeDescription]:
    if log.outcome is None or log.schema.answers is None:
        return
    values = map(str, log.outcome.values)
    rows = dict(zip(values, np.bincount(log.outcome.codes).tolist(), strict=True))
    rows.update(log.unanswered)
    meanings = log.schema.answers.meanings
    for answer in ANSWERS:
        for value in sorted(rows, key=lambda value: -rows[value]):
            if meanings[value] == answer:
                yield OutcomeDescription(value, answer, rows[value])


def _described(log: NotificationLog) -> Iterator[ColumnDescription]:
    schema = log.schema
    for each in schema.features:
        yield _column(each.name, each.role, each.kind or "", each.unit, log.columns[each.name])
    if schema.action:
        actions = log.outcome or coded(log.actions, ("dismissed", "opened"))
        yield _column(schema.action, "action", "action", "", actions)
    if schema.user is not None and log.owner is not None:
        yield _column(schema.user, "user", "user", "", log.owner)
    if schema.time is not None and log.times is not None:
        distinct = len(np.unique(log.times))
        yield ColumnDescription(schema.time.name, "time", "time", "", distinct, 0)


def _column(name: str, role: str, kind: str, unit: str, column: Column) -> ColumnDescription:
    hole = missing(column)
    about = partial(ColumnDescription, name, role, kind, unit, missing=int(hole.sum()))
    if isinstance(column, TextColumn):
        return about(distinct=len(set(column.take(np.flatnonzero(~hole)))))
    if isinstance(column, NumberColumn):
        known = np.unique(column.numbers[~hole])
        ends = {"least": known[0].item(), "most": known[-1].item()} if len(known) else {}
        return about(distinct=len(known), **ends)
    counts = np.bincount(column.codes[~hole], minlength=len(column.values))
    distinct = int((counts > 0).sum())
    common = np.argsort(-counts, kind="stable")[: min(MOST_VALUES, distinct)]
    values = tuple((_shown(column.values[each]), int(counts[each])) for each in common)
    return about(distinct=distinct, values=values)


def _shown(value: bool | str | tuple[str, ...]) -> str:
    return " + ".join(value) or "nothing" if isinstance(value, tuple) else str(value)


def missing(column: Column) -> NDArray[np.bool_]:
    """Returns which cells of a column have no value: bool, shape (rows,)."""
    if isinstance(column, CodedColumn):
        holes = [code for code, value in enumerate(column.values) if value == UNKNOWN]
        return np.isin(column.codes, holes)
    if isinstance(column, NumberColumn):
        return np.isnan(column.numbers)
    empty: NDArray[np.bool_] = np.diff(column.ends) == 0
    return empty
