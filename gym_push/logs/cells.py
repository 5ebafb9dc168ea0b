"""What a cell means: the one place where the cells of a log are parsed.

Every source gives its cells as text; cells with a type are written as a text file of the same
dialect holds them. So there is one rule for `True`, `1.0`, `NA` and `20240315` in all formats.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np

from gym_push.errors import did_you_mean
from gym_push.logs.dialect import COMMA, Dialect
from gym_push.logs.lists import LISTS, elements, listing
from gym_push.spaces import UNKNOWN
from gym_push.text import quoted

SECONDS: Final = {"": 1.0, "s": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0, "d": 86400.0}
"""Seconds in each unit of time."""
NO_OFFSET: Final = -(2**15)

ACTIONS: Final = {"1": 1, "true": 1, "opened": 1, "0": 0, "false": 0, "dismissed": 0}
FLAGS: Final = {"true": 1, "1": 1, "false": 0, "0": 0, UNKNOWN: 2, "": 2}

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DURATION: Final = re.compile(r"(-?\d+) days?(?:,? \+?(\d+):(\d\d):(\d\d(?:\.\d+)?))?", re.ASCII)
_OFFSET = r"\s*(Z|[+-]\d\d(?::?\d\d)?)?"
_CLOCK = r"[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?"
_TIME: Final = re.compile(rf"(\d{{4}})-(\d\d)-(\d\d)(?:{_CLOCK}{_OFFSET})?", re.ASCII)
_DIGITS: Final = re.compile(
    rf"(\d{{4}})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)(?:[.,](\d+))?{_OFFSET})?", re.ASCII
)
_EPOCH: Final = datetime(1970, 1, 1)
_MILLISECOND: Final = timedelta(milliseconds=1)
_LATEST: Final = 2.5e14  # ms, the year 9892: what datetime can still show
_FIRST_DAY: Final = 25569  # of 1970, as spreadsheets count
_LIKELY: Final = (6.3e8, 2e9)  # s, 1989 to 2033: the next would look like 2024031508
_LIKELY_DAYS: Final = (20_000, 80_000)  # 1954 to 2119


def text_of(cell: Any, dialect: Dialect) -> str:
    """Returns a cell of any type as a text file holds it; None, NaN, NaT and NA are empty.

    Raises:
        ValueError: It is neither a word nor a number, or its bytes are not text.
        Exception: Whatever its own methods raise.
    """
    if type(cell) is str:
        return cell
    if cell is None or _is_nothing(cell):
        return ""
    if isinstance(cell, (bytes, bytearray)):
        encoding = dialect.encoding or "utf-8"
        try:
            return cell.decode(encoding)
        except UnicodeDecodeError:
            raise ValueError(
                f"bytes that are not {encoding.upper()}; name their encoding in the schema's "
                "dialect"
            ) from None
    if isinstance(cell, (timedelta, np.timedelta64)):
        import pandas as pd

        return str(pd.Timedelta(cell))  # `0 days 00:00:05.25`, as `to_csv` writes it
    if isinstance(cell, LISTS):
        words = elements(cell)
        return listing(tuple([w if type(w) is str else text_of(w, dialect) for w in words]))
    if isinstance(cell, (set, dict, complex)):
        raise ValueError(f"a {type(cell).__name__} is neither a word nor a number")
    if isinstance(cell, (float, Decimal, np.floating)):
        return str(cell).replace(".", dialect.decimal)
    return str(cell)


def _is_nothing(cell: Any) -> bool:
    """NaN and NaT differ from themselves; pandas.NA will not even compare."""
    try:
        return bool(cell != cell)
    except Exception:  # not comparable, like NA, an array or a signalling NaN
        return str(cell) == "<NA>"


def number(cell: str, dialect: Dialect, unit: str = "") -> float | None:
    """Returns the number in a cell, or a duration in this unit; None where there is neither.

    `Nan`, `Infinity`, `12_34` and the like are words, although Python reads them as numbers.

    Raises:
        ValueError: A duration, and the unit is not one of time.
    """
    word = cell.strip()
    if dialect.decimal == ",":
        word = "" if "." in word else word.replace(",", ".")
    if _NUMBER.fullmatch(word):
        return float(word)
    duration = _DURATION.fullmatch(cell.strip())
    if duration is None:
        return None
    if unit not in SECONDS:
        raise ValueError(
            f"{quoted(cell)} is a length of time, and the unit {quoted(unit)} is not one of time; "
            f"make it one of {', '.join(filter(None, SECONDS))}"
        )
    days, hours, minutes, seconds = map(float, duration.groups(0))
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) / SECONDS[unit]


def other_mark(cell: str, dialect: Dialect) -> str:
    """Returns what to do about a number with the other decimal mark; `""` for other cells."""
    if COMMA.fullmatch(cell.strip()) and dialect.decimal == ".":
        return (
            'if its comma is a decimal one, say decimal = "," in the schema\'s dialect; else mend '
            "it, or make the column a label"
        )
    if dialect.decimal == "," and _NUMBER.fullmatch(cell.strip()):
        return (
            'it has a point, and the schema\'s dialect says decimal = ","; mend it, or make the '
            "column a label"
        )
    return ""


def not_a_number(cell: str, dialect: Dialect) -> str:
    """Returns what is wrong with a cell where a number is needed, and what to do."""
    to_do = other_mark(cell, dialect)
    if to_do:
        return f"{quoted(cell)}: {to_do}"
    return f"{quoted(cell)} is not a number; mend it, or give the column another kind in the schema"


def flag(cell: str, dialect: Dialect) -> int | None:
    """Returns 1 for true, 0 for false, 2 for unknown, and None for any other cell."""
    word = spelling(cell)
    if word in dialect.true or word in dialect.false:
        return int(word in dialect.true)
    return FLAGS[UNKNOWN] if dialect.is_hole(cell) else FLAGS.get(word)


def action(cell: str, dialect: Dialect) -> int:
    """Returns 1 for opened, 0 for dismissed.

    Raises:
        ValueError: The cell says neither.
    """
    word = spelling(cell)
    if word in dialect.true or word in dialect.false:
        return int(word in dialect.true)
    if word in ACTIONS:
        return ACTIONS[word]
    if dialect.is_hole(cell):
        raise ValueError("the action is missing; write what the person did, or leave the row out")
    raise ValueError(
        f"action {quoted(cell)} is not one of {', '.join(ACTIONS)}"
        f"{did_you_mean(word, ACTIONS) or '; say in the dialect which words are true and false'}"
    )


def spelling(cell: str) -> str:
    """Returns the normal spelling of a flag or an action: `true` for `True `, `1` for `1.0`."""
    word = cell.strip().casefold()
    return word[:-2] if word in ("1.0", "0.0", "1,0", "0,0") else word


def time(cell: str, dialect: Dialect, unit: str = "") -> tuple[int, int]:
    """Returns the time in a cell: ISO 8601, in the dialect's pattern, or a number of the unit.

    A number without a unit is a date if it has 8 digits, date and time if it has 14, and otherwise
    seconds or milliseconds since 1970 if that is between 1989 and 2033.

    Args:
        cell: The text.
        dialect: Its `times` is the pattern.
        unit: `"s"` or `"ms"` since 1970, `"d"` for days as spreadsheets count them, or `""`.

    Returns:
        Milliseconds since 1970 in local time, and the minutes by which local time is ahead of UTC;
        `NO_OFFSET` where the cell does not say.

    Raises:
        ValueError: The cell is not a time, or not without a unit.
    """
    word = cell.strip()
    found = _written(word, dialect.times) if dialect.times else None
    found = found or _matched(_TIME.fullmatch(word))
    if found is not None:
        return found
    amount = number(word, dialect)
    if amount is not None:
        return _counted(amount, word, unit), NO_OFFSET
    found = _matched(_DIGITS.fullmatch(word))
    if found is not None:
        return found
    if dialect.is_hole(cell):
        raise ValueError("the time is missing; write when it arrived, or leave the row out")
    raise ValueError(
        f"{quoted(cell)} is not a time; write it like 2019-02-18T04:55:12 or as s or ms since "
        "1970, or say in the schema's dialect how times are written, such as "
        'times = "%d.%m.%Y %H:%M"'
    )


def _written(word: str, pattern: str) -> tuple[int, int] | None:
    try:
        time = datetime.strptime(word, pattern)
    except ValueError:
        return None
    offset = time.utcoffset()
    minutes = NO_OFFSET if offset is None else int(offset.total_seconds() // 60)
    return (time.replace(tzinfo=None) - _EPOCH) // _MILLISECOND, minutes


def _matched(parts: re.Match[str] | None) -> tuple[int, int] | None:
    """Returns the time of an ISO 8601 match; what Python reads as ISO 8601 differs by version."""
    if parts is None:
        return None
    *whole, fraction, offset = parts.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in whole)
    try:
        time = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    milliseconds = (time - _EPOCH) // _MILLISECOND
    if fraction:
        milliseconds += round(float(f"0.{fraction}") * 1000)
    return milliseconds, _minutes(offset) if offset else NO_OFFSET


def _minutes(offset: str) -> int:
    if offset == "Z":
        return 0
    hours, minutes = int(offset[1:3]), int(offset[-2:]) if len(offset) > 3 else 0
    return (hours * 60 + minutes) * (-1 if offset[0] == "-" else 1)


def _counted(amount: float, word: str, unit: str) -> int:
    """Returns the milliseconds since 1970 of a number."""
    if unit == "d":
        milliseconds = round((amount - _FIRST_DAY) * 86400) * 1000.0  # as spreadsheets show them
    elif unit:
        milliseconds = amount * SECONDS[unit] * 1000
    else:
        return _by_its_digits(amount, word)
    if not 0 <= milliseconds < _LATEST:
        raise ValueError(
            f"{quoted(word)} is not a time in the years 1970 to 9892; mend it, or give the column "
            f"another unit in the schema (s, ms or d)"
        )
    return round(milliseconds)


def _by_its_digits(amount: float, word: str) -> int:
    """Returns the milliseconds since 1970 of a number without a unit."""
    digits = f"{amount:.0f}" if abs(amount) < 1e15 and amount % 1 == 0 else ""
    found = _matched(_DIGITS.fullmatch(digits)) if len(digits) in (8, 14) else None
    if found is not None and digits[:2] in ("19", "20"):
        return found[0]
    least, most = _LIKELY
    for scale in (1000, 1):
        if least * 1000 <= amount * scale < most * 1000:
            return round(amount * scale)
    raise ValueError(
        f"{quoted(word)} is not a time by itself: {_looks(amount)}; give the time column its unit "
        "in the schema (s or ms since 1970, d for a spreadsheet's days)"
    )


def _looks(amount: float) -> str:
    """Returns what a number would be as a time."""
    if _LIKELY_DAYS[0] <= amount < _LIKELY_DAYS[1]:
        day = _EPOCH + timedelta(amount - _FIRST_DAY)
        return f"as a spreadsheet's day it is {day:%Y-%m-%d %H:%M}"
    years = []
    for unit in ("s", "ms"):
        seconds = amount * SECONDS[unit]
        if 0 <= seconds * 1000 < _LATEST:
            years.append(f"as {unit} it is in {(_EPOCH + timedelta(seconds=seconds)).year}")
    return ", ".join(years) or "as s or ms it is in no year from 1970 to 9892"
