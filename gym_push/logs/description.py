"""A log in numbers: who, how long, how much is opened, and what each column holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from gym_push.errors import LogError
from gym_push.logs.answers import ANSWERS
from gym_push.logs.columns import CodedColumn, coded
from gym_push.logs.log import THE_PERSON, NotificationLog, posted
from gym_push.logs.log_statistics import DAY, Floats, Ints, response_times
from gym_push.logs.scanning import LogScan, Piece
from gym_push.logs.schema import Schema
from gym_push.logs.sums import Sums
from gym_push.logs.tallies import MOST, Distinct, Quantiles, Values, in_order, most_frequent

MOST_APPS: Final = 10
"""Apps that are described, the busiest first."""
QUARTERS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


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


def describe(log: NotificationLog | LogScan) -> LogDescription:
    """Describes a log; its schema says which columns mean the app and the response time.

    Args:
        log: In memory, or larger, which is read once in memory that does not grow with its rows.
            Then, beyond a million different numbers or texts in a column, how many there are is an
            estimate, to about 0.2 %, and quartiles of response times are of times with fewer
            digits.

    Raises:
        LogError, SchemaError: As `LogScan.pieces`, or a scan finds no rows.
    """
    if isinstance(log, LogScan):
        found = _Found(log.schema, MOST)
        pieces = log.pieces([each.name for each in log.schema.features], timed=True)
        for piece in pieces:
            found.add(piece)
        return found.description(log.source, pieces.people, pieces.unanswered)
    found, owner = _Found(log.schema, None), log.owner
    everybody = np.zeros(len(log), np.int64) if owner is None else owner.codes.astype(np.int64)
    found.add(Piece(log, everybody, 1, None))
    return found.description(log.source, log.users or (THE_PERSON,), log.unanswered)


class _Found:
    """What has been found in the pieces of a log.

    Args:
        schema: Of the log.
        most: Different values that are kept; None for all.
    """

    def __init__(self, schema: Schema, most: int | None) -> None:
        self._schema, self._response = schema, Quantiles(most)
        self._columns = {each.name: Values(most) for each in schema.features}
        self._outcomes, self._times = Values(most), Distinct(most)
        self._opened_by_app: Counter[Any] = Counter()
        self._of_person = Sums()
        self._first = self._last = np.zeros(0, dtype=np.int64)

    def add(self, piece: Piece) -> None:
        """Adds some rows."""
        log, person = piece.log, piece.person
        for name, column in log.columns.items():
            self._columns[name].add(column)
        self._outcomes.add(log.outcome or coded(log.actions, ("dismissed", "opened")))
        self._of_person.add("rows", person, 1.0)
        self._of_person.add("opened", person, log.actions)
        if log.times is not None:
            self._add_times(person, log.times)
        app = log.columns.get(self._schema.meanings.get("app", ""))
        if isinstance(app, CodedColumn):
            counts = np.bincount(app.codes[log.actions == 1], minlength=len(app.values))
            self._opened_by_app.update(dict(zip(app.values, counts.tolist(), strict=True)))
        response = response_times(log)
        if response is not None:
            self._response.add(response[~np.isnan(response)])

    def _add_times(self, person: Ints, times: Ints) -> None:
        self._times.add(times)
        more = int(person.max(initial=-1)) + 1 - len(self._first)
        if more > 0:
            ends = np.iinfo(np.int64)
            self._first = np.append(self._first, np.full(more, ends.max))
            self._last = np.append(self._last, np.full(more, ends.min))
        np.minimum.at(self._first, person, times)
        np.maximum.at(self._last, person, times)

    def description(
        self, source: str, people: Sequence[str], unanswered: Mapping[str, int]
    ) -> LogDescription:
        """Returns the description of all that was added.

        Args:
            source: Where it came from.
            people: Everybody, by number.
            unanswered: Rows that were left out, by what the action column says.
        """
        schema, answered = self._schema, bool(self._schema.action)
        rows, opened = (
            self._of_person.of(name, np.arange(len(people)))[:, 0] for name in ("rows", "opened")
        )
        met = np.flatnonzero(rows)
        if not len(met):
            raise LogError(f"{source} has no rows; a log needs one notification")
        rows, opened = rows[met], opened[met]
        first, last, days = None, None, None
        if len(self._first):
            first, last = self._first[met], self._last[met]
            days = last // DAY - first // DAY + 1
        app = schema.meanings.get("app", "")
        names = [people[number] for number in met.tolist()]
        apps = self._columns[app].labels if app in self._columns else Counter[Any]()
        return LogDescription(
            source=source,
            rows=int(rows.sum()),
            users=len(met),
            first=None if first is None else posted(int(first.min())),
            last=None if last is None else posted(int(last.max())),
            days=None if first is None or last is None else _days(first.min(), last.max()),
            open_rate=float(opened.sum() / rows.sum()) if answered else None,
            open_rate_of_users=_spread(opened / rows) if answered else None,
            rows_of_users=_spread(rows),
            rows_a_day_of_users=None if days is None else _spread(rows / days),
            response=None if self._response.empty else Spread(*self._response.at(QUARTERS)),
            apps=tuple(self._apps(apps, answered)),
            app_count=len(apps),
            columns=tuple(self._described(dict(zip(names, map(int, rows), strict=True)))),
            unanswered=sum(unanswered.values()),
            outcomes=tuple(self._named_outcomes(unanswered)),
        )

    def _apps(self, apps: Counter[Any], answered: bool) -> Iterator[AppDescription]:
        for app, rows in most_frequent(apps)[:MOST_APPS]:
            rate = self._opened_by_app[app] / rows if answered else None
            yield AppDescription(str(app), rows, rate)

    def _named_outcomes(self, unanswered: Mapping[str, int]) -> Iterator[OutcomeDescription]:
        answers = self._schema.answers
        if answers is None:
            return
        rows = {str(value): count for value, count in in_order(self._outcomes.labels)}
        rows.update(unanswered)
        for answer in ANSWERS:
            for value in sorted(rows, key=lambda value: -rows[value]):
                if answers.meanings[value] == answer:
                    yield OutcomeDescription(value, answer, rows[value])

    def _described(self, people: Mapping[str, int]) -> Iterator[ColumnDescription]:
        schema = self._schema
        for each in schema.features:
            about = partial(ColumnDescription, each.name, each.role, each.kind or "", each.unit)
            yield self._columns[each.name].described(about)
        if schema.action:
            about = partial(ColumnDescription, schema.action, "action", "action", "")
            yield self._outcomes.described(about)
        if schema.user is not None:
            about, whose = (
                partial(ColumnDescription, schema.user, "user", "user", ""),
                Values(None),
            )
            whose.labels.update(people)
            yield whose.described(about)
        if schema.time is not None and len(self._first):
            distinct = self._times.count()
            yield ColumnDescription(schema.time.name, "time", "time", "", distinct, 0)


def _days(first: int, last: int) -> int:
    return int(last // DAY - first // DAY) + 1


def _spread(values: Floats) -> Spread:
    return Spread(*np.quantile(values, QUARTERS).tolist())
