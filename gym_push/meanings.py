"""What a column may mean to the package, whatever it is called in a log.

A schema says it (`Feature.means`); a column with one of the usual names means it by itself. Tables
of open rates, plots and fits look for the app and the response time, the page and pictures for
what has a place of its own on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

MEANINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "app": ("appPackage", "app"),
    "sender": ("sender",),
    "text": ("tickerText", "text"),
    "subject": ("subject",),
    "category": ("category",),
    "light": ("ledARGB",),
    "vibration": ("vibrate",),
    "place": ("place",),
    "battery": ("batteryLevel", "battery"),
    "charging": ("charging",),
    "day_of_week": ("postedDayOfWeek", "dayOfWeek"),
    "time_of_day": ("postedTimeOfDay", "timeOfDay"),
    "minute_of_day": ("minuteOfDay",),
    "response_time": ("responseTime",),
}
"""The usual names of columns by what they mean; the first is that by which they are shown."""


def columns_by_meaning(names: Iterable[str], said: Mapping[str, str]) -> dict[str, str]:
    """Returns the names of columns by what they mean.

    Args:
        names: All there are.
        said: Those whose meaning somebody has said, by it.
    """
    silent = set(names) - set(said.values())
    usual = {
        meaning: name
        for meaning, known in MEANINGS.items()
        for name in reversed(known)
        if name in silent
    }
    return {**usual, **said}


def features_by_meaning(space: Any) -> Mapping[str, str]:
    """Returns the names of an observation's features by what they mean.

    Args:
        space: A Dict of them; that of an environment says what the log's schema does, for any
            other the usual names count.
    """
    said: Mapping[str, str] | None = getattr(space, "meanings", None)
    return columns_by_meaning(getattr(space, "spaces", ()), {}) if said is None else said
