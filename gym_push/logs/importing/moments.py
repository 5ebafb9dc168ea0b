"""Times as a log holds them: local to the phone, with the offset from UTC where it is known."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Final

from gym_push.logs.cells import NO_OFFSET, time
from gym_push.logs.dialect import USUAL

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_EPOCH: Final = datetime(1970, 1, 1)


def local(milliseconds: int, offset: int) -> datetime:
    """Returns when it was on a phone.

    Args:
        milliseconds: Since 1970, UTC.
        offset: By which the phone's clock was ahead of UTC, in ms; offsets are whole minutes.
    """
    ahead = timedelta(minutes=round(offset / 60_000))
    clock = _EPOCH + timedelta(milliseconds=milliseconds) + ahead
    return clock.replace(tzinfo=timezone(ahead))


def parsed(text: str) -> datetime:
    """Returns a time as files of data sets hold it, in ISO 8601.

    Raises:
        ValueError: It is none.
    """
    if text[10:11] == " ":  # as Python and R write it, and quickly read
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    milliseconds, offset = time(text, USUAL)
    clock = _EPOCH + timedelta(milliseconds=milliseconds)
    known = timezone(timedelta(minutes=offset)) if offset != NO_OFFSET else None
    return clock.replace(tzinfo=known)


def written(moment: datetime) -> str:
    """Returns a time as a log holds it: to the millisecond, with the offset if there is one."""
    return moment.isoformat(timespec="milliseconds")


def day_of_week(moment: datetime) -> str:
    """Returns the local day of the week, such as `"Mon"`."""
    return DAYS[moment.weekday()]


def minute_of_day(moment: datetime) -> int:
    """Returns the minutes since local midnight."""
    return moment.hour * 60 + moment.minute
