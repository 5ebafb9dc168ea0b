"""What a log can be read with, but looks like a mistake of whoever made it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from gym_push.logs.cells import NO_OFFSET
from gym_push.logs.columns import CodedColumn, Column, NumberColumn
from gym_push.logs.description import missing
from gym_push.logs.log import NotificationLog
from gym_push.text import listed, quoted

RAREST: Final = 0.01
"""Share of the actions that are of the rarer kind; with less there is next to nothing to learn."""
FEWEST_OF_EACH: Final = 10
"""Opened and dismissed ones, before a column that tells them apart is no chance."""
FEWEST_A_VALUE: Final = 2
"""Rows of a value on average; labels that hardly come again tell everything, and nothing."""

LIKELY_YEARS: Final = (1990, 2035)
"""Before them there were no phones with notifications; later, a number was taken for another."""
MINUTE: Final = 60_000
"""Milliseconds."""


def suspicions(log: NotificationLog) -> tuple[str, ...]:
    """Returns what looks wrong with a log, a sentence each; none for a log without fault.

    Looked for are columns that always hold the same, rows that stand there twice, times that run
    backwards or are of unlikely years, people who nearly always do the same, labels that are
    spelled in several ways, and observed columns that give the action away: these are known only
    afterwards, and an agent must not see them.

    Args:
        log: That has been read.
    """
    found = (
        _constant(log), _twice(log), _backwards(log), _unlikely_years(log), _one_sided(log)
    )  # fmt: skip
    return (*(each for each in found if each), *_spelled_twice(log), *_given_away(log))


def _constant(log: NotificationLog) -> str | None:
    same = [
        feature.name
        for feature in log.schema.observed
        if len(log) > 1 and len(np.unique(_codes(log.columns[feature.name]))) == 1
    ]
    if not same:
        return None
    return f"nothing can be learned from what is the same in every row: {listed(same)}"


def _twice(log: NotificationLog) -> str | None:
    """Without times, rows of the same coarse values come again by themselves."""
    if log.times is None:
        return None
    group = np.unique(log.times, return_inverse=True)[1].astype(np.int64)
    parts = [log.actions.astype(np.int64), *map(_codes, log.columns.values())]
    if log.owner is not None:
        parts.append(_codes(log.owner))
    for codes in parts:
        group = np.unique(group * (codes.max() + 1) + codes, return_inverse=True)[1]
    again = np.ones(len(log), dtype=np.bool_)
    again[np.unique(group, return_index=True)[1]] = False
    if not again.any():
        return None
    return f"{_rows(again)} the same in every column, the time included, as a row before"


def _backwards(log: NotificationLog) -> str | None:
    """By the clock of the world where both times tell it: a phone's own goes back in autumn."""
    if log.times is None:
        return None
    earlier = np.zeros(len(log), dtype=np.bool_)
    for user in log.users or (None,):
        rows = log.rows_of(user)
        step = np.diff(log.times[rows])
        if log.offsets is not None:
            told = log.offsets[rows] != NO_OFFSET
            ahead = np.diff(log.offsets[rows].astype(np.int64)) * MINUTE
            step -= np.where(told[1:] & told[:-1], ahead, 0)
        earlier[rows[1:][step < 0]] = True
    if not earlier.any():
        return None
    return f"{_rows(earlier)} earlier than the row before of the same person; sort the log by time"


def _unlikely_years(log: NotificationLog) -> str | None:
    if log.times is None or log.schema.time is None:
        return None
    ends = np.array([log.times.min(), log.times.max()], dtype="datetime64[ms]")
    first, last = (int(year) for year in np.datetime_as_string(ends, unit="Y"))
    if LIKELY_YEARS[0] <= first and last <= LIKELY_YEARS[1]:
        return None
    years = f"the year {first}" if first == last else f"the years {first} to {last}"
    name = quoted(log.schema.time.name)
    return f"its times are of {years}; if that is not so, look at column {name} and its unit"


def _spelled_twice(log: NotificationLog) -> Iterator[str]:
    """Yields labels that a person would take for the same."""
    columns = {name: each for name, each in log.columns.items() if isinstance(each, CodedColumn)}
    if log.owner is not None and log.schema.user is not None:
        columns[log.schema.user] = log.owner
    for name, column in columns.items():
        alike: dict[str, list[str]] = {}
        for label in map(str, column.values):
            alike.setdefault(" ".join(normalize("NFKC", label).casefold().split()), []).append(
                label
            )
        same = [labels for labels in alike.values() if len(labels) > 1]
        if same:
            more = f" (and {len(same) - 1} more so)" if same[1:] else ""
            yield (
                f"column {quoted(name)}: {listed(same[0])} differ only in blanks, case or Unicode "
                f"form{more}; spell alike what means the same"
            )


def _one_sided(log: NotificationLog) -> str | None:
    opened = float(log.actions.mean())
    if min(opened, 1.0 - opened) >= RAREST:
        return None
    did = "opened" if opened > 0.5 else "dismissed"
    return f"{max(opened, 1.0 - opened):.1%} of the notifications were {did}: little can be learned"


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


def _rows(which: NDArray[np.bool_]) -> str:
    rows = np.flatnonzero(which) + 1
    return (
        f"row {rows[0]} is" if len(rows) == 1 else f"{len(rows)} rows (the first is {rows[0]}) are"
    )
