"""Lines of `adb logcat -b events`, in any of its formats that have a time.

The events and their values are those of `EventLogTags.logtags` of Android's services: 2750
notification_enqueue (uid, pid, pkg, id, tag, userid, notification, status; the last since Android
6), 27520 notification_clicked (key, ...), 27521 notification_action_clicked (key, ...), 27530
notification_canceled (key, reason, ...); 70000 screen_toggled (state) and 2722 battery_level
(level, ...). Values are written one after the other with commas, as they are; a key is
`userid|pkg|id|tag|uid`. The status is 0 for a new notification, 1 for an update and 2 for one that
is ignored (`NotificationManagerService`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final, NamedTuple

from gym_push.errors import LogError
from gym_push.logs.importing.looks import text_of

ENQUEUED: Final = "notification_enqueue"
CLICKED: Final = "notification_clicked"
ACTED: Final = "notification_action_clicked"
CANCELED: Final = "notification_canceled"
SCREEN: Final = "screen_toggled"
BATTERY: Final = "battery_level"

EPOCH: Final = timezone(timedelta(0), "UTC since 1970")
"""Of times that do not say where the phone was."""

_EVENTS: Final = "|".join((ENQUEUED, CLICKED, ACTED, CANCELED, SCREEN, BATTERY))
_CLOCK: Final = r"(?:(?P<year>\d{4})-)?(?P<date>\d\d-\d\d) (?P<clock>\d\d:\d\d:\d\d\.\d{3})\d*"
LINE: Final = re.compile(
    rf"\s*(?:{_CLOCK}(?: (?P<zone>[+-]\d{{4}}))?|(?P<epoch>\d{{9,11}}\.\d{{3}})\d*)\s"
    rf"(?:.*?\W)?(?P<event>{_EVENTS})\s*(?:\(\s*\d+\))?:\s*(?P<values>.*?)\s*"
)
ANY_LINE: Final = re.compile(
    rf"\s*(?:{_CLOCK}(?: [+-]\d{{4}})?|\d{{9,11}}\.\d{{3}}\d*)\s+(?:\S+\s+){{0,4}}[VDIWEF][ /]\w+.*"
)
"""A line of any service, which a file of them begins with."""
_TIMELESS: Final = re.compile(rf"./(?:{_EVENTS})\s*\(\s*\d+\):")

_ENQUEUE: Final = re.compile(
    r"\[(?P<uid>\d+),\d+,(?P<pkg>[\w.]+),(?P<id>-?\d+),(?P<tag>.*?),(?P<user>-?\d+),"
    r"(?P<about>Notification\(.*\))(?:,(?P<status>\d+)(?:,\d+)?)?\]?",
    re.DOTALL,
)
_OF_KEY: Final = re.compile(
    r"\[?(?P<user>-?\d+)\|(?P<pkg>[\w.]+)\|(?P<id>-?\d+)\|(?P<tag>.*?)\|\d+"
    r"(?:,(?P<second>[^,\]]*).*)?",
    re.DOTALL,
)


class Event(NamedTuple):
    """A line: when it was on the phone, which event, and its values as they are written."""

    time: datetime
    name: str
    values: str


class Enqueued(NamedTuple):
    """A notification that an app posts.

    Attributes:
        key: Which it is: userid, app, id and tag. The uid is left out: it is the caller's, who may
            post for another app.
        app: Its package.
        about: What Android writes of it: `Notification(channel=...)`.
        ignored: Whether Android did not show it.
    """

    key: str
    app: str
    about: str
    ignored: bool


def events(paths: Iterable[Path], year: int | None) -> list[Event]:
    """Returns the events of some files in order of time, each once however many files have it.

    Args:
        paths: The files; in their order, if their lines have no year.
        year: Of the first line, where lines have none.

    Raises:
        LogError: Lines have no time, or no year and none is given.
    """
    found: dict[Event, None] = {}
    calendar = None if year is None else _Calendar(year)
    for path in paths:
        found |= dict.fromkeys(_events_of(path, calendar))
    if len({event.time.tzinfo is None for event in found}) > 1:
        raise LogError(
            "some of the lines say how far the phone was from UTC and others do not; print all of "
            "them with  -v zone"
        )
    return sorted(found, key=lambda event: event.time)


class _Calendar:
    """The year of lines without one, each less than half a year before or after the last one."""

    def __init__(self, year: int) -> None:
        self._year, self._month = year, 0

    def year_of(self, month: int) -> int:
        """Returns the year of the next line, which has this month."""
        if self._month:
            self._year += (month < self._month - 6) - (month > self._month + 6)
        self._month = month
        return self._year


def _events_of(path: Path, calendar: _Calendar | None) -> Iterator[Event]:
    with text_of(path) as file:
        for number, line in enumerate(file, start=1):
            match = LINE.fullmatch(line)
            if match is None:
                if _TIMELESS.match(line):
                    raise LogError(
                        f"{path.name}, line {number} has no time; print the lines with  adb logcat "
                        "-b events -d -v year -v zone"
                    )
                continue
            year = 0
            if match["year"] is None and match["epoch"] is None:
                if calendar is None:
                    raise LogError(
                        f"{path.name}, line {number} has no year; print the lines with  -v year, "
                        "or say the year of the first one with --year"
                    )
                year = calendar.year_of(int(match["date"][:2]))
            try:
                yield Event(_time(match, year), match["event"], match["values"])
            except ValueError:
                raise LogError(
                    f"{path.name}, line {number} begins with no time that there is; mend or remove "
                    "it"
                ) from None


def _time(match: re.Match[str], year: int) -> datetime:
    if match["epoch"]:
        since = timedelta(seconds=int(match["epoch"][:-4]), milliseconds=int(match["epoch"][-3:]))
        return datetime(1970, 1, 1, tzinfo=EPOCH) + since
    text = f"{match['year'] or year}-{match['date']} {match['clock']}"
    clock = datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f")
    if not match["zone"]:
        return clock
    sign, hours, minutes = match["zone"][0], int(match["zone"][1:3]), int(match["zone"][3:])
    ahead = timedelta(hours=hours, minutes=minutes)
    return clock.replace(tzinfo=timezone(-ahead if sign == "-" else ahead))


def enqueued(values: str) -> Enqueued | None:
    """Returns what a notification_enqueue says; None if it is cut off."""
    match = _ENQUEUE.fullmatch(values)
    if match is None:
        return None
    tag = "null" if match["tag"] == "NULL" else match["tag"]
    key = f"{match['user']}|{match['pkg']}|{match['id']}|{tag}"
    return Enqueued(key, match["pkg"], match["about"], match["status"] == "2")


def key_and_second(values: str) -> tuple[str, str] | None:
    """Returns the key that an event begins with, as of `Enqueued`, and its second value."""
    match = _OF_KEY.fullmatch(values)
    if match is None:
        return None
    key = f"{match['user']}|{match['pkg']}|{match['id']}|{match['tag']}"
    return key, match["second"] or ""
