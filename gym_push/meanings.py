"""What a column means to the package, whatever it is called in a log.

A schema can say it (`Feature.means`); a column with a usual name needs no schema for it. Tables of
open rates, plots and fits look for the app and the response time; the page and pictures look for
what they show in a place of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from gymnasium.spaces import Dict

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
"""Usual names of columns by what they mean to the package; the first is the one shown."""


def columns_by_meaning(names: Iterable[str], said: Mapping[str, str]) -> dict[str, str]:
    """Returns the names of columns by what they mean.

    Args:
        names: All columns.
        said: Columns whose meaning a schema states, by that meaning.
    """
    silent = set(names) - set(said.values())
    usual = {
        meaning: name
        for meaning, known in MEANINGS.items()
        for name in reversed(known)
        if name in silent
    }
    return {**usual, **said}


class Features(Dict):
    """A Dict of features that also says what some of them mean.

    Attributes:
        meanings: Names of features by what they mean; None where the usual names count.
    """

    meanings: Mapping[str, str] | None = None


def features_by_meaning(space: Any) -> Mapping[str, str]:
    """Returns the names of an observation's features by what they mean.

    Args:
        space: A Dict of features. Where it is not one of an environment, the usual names count.
    """
    said: Mapping[str, str] | None = getattr(space, "meanings", None)
    return columns_by_meaning(getattr(space, "spaces", ()), {}) if said is None else said
