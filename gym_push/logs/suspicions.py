"""Finds what looks like a mistake in a log that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, Final
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from gym_push.logs.cells import NO_OFFSET
from gym_push.logs.columns import CodedColumn, Column, NumberColumn
from gym_push.logs.log import NotificationLog
from gym_push.logs.tallies import missing
from gym_push.text import listed, quoted

RAREST: Final = 0.01
"""Least share of the rarer action; with less there is next to nothing to learn."""
MOST_UNANSWERED: Final = 0.5
"""Share of rows without an answer from which one wonders about the others."""
FEWEST_OF_EACH: Final = 10
"""Opened, and dismissed, notifications from which a column that tells them apart is suspicious."""
FEWEST_A_VALUE: Final = 2
"""Rows for each value on average; labels that hardly recur tell the action by chance."""

LIKELY_YEARS: Final = (1990, 2035)
"""Before them phones had no notifications; after them a number was read in a wrong unit."""
MINUTE_MS: Final = 60_000


def suspicions(log: NotificationLog) -> tuple[str, ...]:
    """Returns what looks wrong with a log, a sentence each.

    It looks for many rows without an answer, columns with a single value, duplicate rows, times
    that run backwards or are of unlikely years, people who nearly always do the same, labels in
    several spellings, and observed columns that give the action away: those are known only
    afterwards, and an agent must not see them.
    """
    rules = (
        _unanswered, _constant, _twice, _backwards, _unlikely_years, _one_sided, _spelled_twice,
        _given_away,
    )  # fmt: skip
    return tuple(chain.from_iterable(rule(log) for rule in rules))


def _unanswered(log: NotificationLog) -> Iterator[str]:
    gone = sum(log.unanswered.values())
    if gone > MOST_UNANSWERED * (gone + len(log)):
        yield (
            f"{gone} of {gone + len(log)} rows have no answer and are left out: the others may not "
            "stand for them"
        )


def _constant(log: NotificationLog) -> Iterator[str]:
    same = [
        feature.name
        for feature in log.schema.observed
        if len(log) > 1 and len(np.unique(_codes(log.columns[feature.name]))) == 1
    ]
    if same:
        yield f"nothing can be learned from what is the same in every row: {listed(same)}"


def _twice(log: NotificationLog) -> Iterator[str]:
    if log.times is None:  # rows of the same coarse values are no surprise
        return
    group = np.unique(log.times, return_inverse=True)[1].astype(np.int64)
    parts = [log.actions.astype(np.int64), *map(_codes, log.columns.values())]
    parts += [_codes(column) for column in (log.owner, log.outcome) if column is not None]
    for codes in parts:
        group = np.unique(group * (codes.max() + 1) + codes, return_inverse=True)[1]
    again = np.ones(len(log), dtype=np.bool_)
    again[np.unique(group, return_index=True)[1]] = False
    if again.any():
        yield f"{_rows(log, again)} the same in every column, the time included, as a row before"


def _backwards(log: NotificationLog) -> Iterator[str]:
    """Compares times in UTC where both rows say it: a phone's own clock goes back in autumn."""
    if log.times is None:
        return
    earlier = np.zeros(len(log), dtype=np.bool_)
    for user in log.users or (None,):
        rows = log.rows_of(user)
        step = np.diff(log.times[rows])
        if log.offsets is not None:
            told = log.offsets[rows] != NO_OFFSET
            ahead = np.diff(log.offsets[rows].astype(np.int64)) * MINUTE_MS
            step -= np.where(told[1:] & told[:-1], ahead, 0)
        earlier[rows[1:][step < 0]] = True
    if earlier.any():
        yield (
            f"{_rows(log, earlier)} earlier than the row before of the same person; sort the log "
            "by time"
        )


def _unlikely_years(log: NotificationLog) -> Iterator[str]:
    if log.times is None or log.schema.time is None:
        return
    ends = np.array([log.times.min(), log.times.max()], dtype="datetime64[ms]")
    first, last = (int(year) for year in np.datetime_as_string(ends, unit="Y"))
    if first < LIKELY_YEARS[0] or last > LIKELY_YEARS[1]:
        years = f"the year {first}" if first == last else f"the years {first} to {last}"
        name = quoted(log.schema.time.name)
        yield f"its times are of {years}; if that is not so, look at column {name} and its unit"


def _one_sided(log: NotificationLog) -> Iterator[str]:
    if not log.schema.action:
        return
    opened = float(log.actions.mean())
    if min(opened, 1.0 - opened) < RAREST:
        did = "opened" if opened > 0.5 else "dismissed" if log.outcome is None else "not opened"
        share = max(opened, 1.0 - opened)
        yield f"{share:.1%} of the notifications were {did}: little can be learned"


def _spelled_twice(log: NotificationLog) -> Iterator[str]:
    """Yields labels that a person would take for the same."""
    columns = {name: each for name, each in log.columns.items() if isinstance(each, CodedColumn)}
    if log.owner is not None and log.schema.user is not None:
        columns[log.schema.user] = log.owner
    for name, column in columns.items():
        alike: dict[str, list[str]] = {}
        for label in map(str, column.values):
            plain = " ".join(normalize("NFKC", label).casefold().split())
            alike.setdefault(plain, []).append(label)
        same = [labels for labels in alike.values() if len(labels) > 1]
        if same:
            more = f" (and {len(same) - 1} more so)" if same[1:] else ""
            yield (
                f"column {quoted(name)}: {listed(same[0])} differ only in blanks, case or Unicode "
                f"form{more}; spell alike what means the same"
            )


def _given_away(log: NotificationLog) -> Iterator[str]:
    opened = log.actions == 1
    if min(opened.sum(), (~opened).sum()) < FEWEST_OF_EACH:
        return
    for feature in log.schema.observed:
        if _tells(log.columns[feature.name], opened):
            yield (
                f"column {quoted(feature.name)} alone tells what the person did, in every row; if "
                "it is known only afterwards, make it engagement"
            )


def _tells(column: Column, opened: NDArray[np.bool_]) -> bool:
    """Returns whether a column's values, a threshold of them, or its holes are the action."""
    hole = missing(column) == opened
    if hole.all() or not hole.any():
        return True
    if isinstance(column, NumberColumn):
        low, high = column.numbers[~opened], column.numbers[opened]
        if low.max() < high.min() or high.max() < low.min():
            return True
    codes = _codes(column)
    rows = np.bincount(codes)
    of_value = np.bincount(codes, opened)
    few = np.count_nonzero(rows) * FEWEST_A_VALUE <= len(codes)
    return bool(few and ((of_value == 0) | (of_value == rows)).all())


def _codes(column: Column) -> NDArray[np.int64]:
    """Returns a number for each cell, the same for the same value."""
    if isinstance(column, CodedColumn):
        return column.codes.astype(np.int64)
    if isinstance(column, NumberColumn):
        return np.unique(column.numbers, return_inverse=True)[1].astype(np.int64)
    seen: dict[Any, int] = {}
    return np.array([seen.setdefault(text, len(seen)) for text in column.take(slice(None))])


def _rows(log: NotificationLog, which: NDArray[np.bool_]) -> str:
    rows = np.flatnonzero(which) + 1
    of = " of those with an answer" if log.unanswered else ""
    if len(rows) == 1:
        return f"row {rows[0]}{of} is"
    return f"{len(rows)} rows (the first is {rows[0]}{of}) are"
