"""`adb`: a phone's own event log, as a computer reads it by cable.

`adb logcat -b events -d -v year -v zone > events.txt` prints what is still in the phone's buffer,
some hours or days; `adb shell dumpsys usagestats > usage.txt` which apps were used when, for about
a day. Titles and texts are in neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from gym_push.errors import LogError
from gym_push.logs.importing import logcat, reasons
from gym_push.logs.importing.logcat import Enqueued, Event
from gym_push.logs.importing.looks import Look
from gym_push.logs.importing.moments import day_of_week, minute_of_day, written
from gym_push.logs.importing.pieces import Columns, Options, Reading, Tally
from gym_push.logs.importing.usagestats import EVENT, Usage
from gym_push.logs.schema import Feature, Schema

FLAGS: Final = {
    "ongoing": (0x2, "ONGOING_EVENT"),
    "autoCancel": (0x10, "AUTO_CANCEL"),
    "foregroundService": (0x40, "FOREGROUND_SERVICE"),
    "groupSummary": (0x200, "GROUP_SUMMARY"),
}
"""Bits of `Notification.flags`, and their names in Android 14 and later."""

LONG_AGO: Final = 7 * 24 * 60
"""What stands for an app that was not seen in use: minutes of a week."""

_WORDS: Final = {
    "category": re.compile(r" category=(\S+)"),
    "visibility": re.compile(r" vis=(\w+)"),
}
_FLAGS: Final = re.compile(r" flags=(\S+)")
_CHANNEL: Final = re.compile(r"\(channel=(.*?) (?:shortcut|pri|contentView)=", re.DOTALL)
_BUTTONS: Final = re.compile(r" actions=(\d{1,9})\b")


def recognises(look: Look) -> bool:
    """Returns whether a file looks like one of the two."""
    lines = look.head.splitlines()
    return any(logcat.ANY_LINE.fullmatch(line) for line in lines) or _is_usage(look)


def timeless(look: Look) -> bool:
    """Returns whether a file has the events, but in a format without times."""
    return bool(re.search(r"^./notification_\w+\s*\(\s*\d+\):", look.head, re.MULTILINE))


def _is_usage(look: Look) -> bool:
    return any(EVENT.match(line) for line in look.head.splitlines())


def open_adb(paths: Sequence[Path], options: Options) -> Reading:
    """Returns the reading of the events of one phone, and of what was used if that is given.

    Raises:
        LogError: Lines have no time or no year, or no notification is among them.
    """
    is_usage = {path: _is_usage(Look.at(path)) for path in paths}
    events = logcat.events((path for path in paths if not is_usage[path]), options.year)
    names = ", ".join(path.name for path in paths)
    if not any(event.name == logcat.ENQUEUED for event in events):
        raise LogError(
            f"no line of {names} tells of a notification that is posted ({logcat.ENQUEUED}); print "
            "them with  adb logcat -b events -d -v year -v zone"
        )
    tally, usage, epoch = Tally(), None, events[0].time.tzinfo is logcat.EPOCH
    if epoch:
        tally.notes.append("times are UTC, as the lines do not say where the phone was")
    if any(is_usage.values()):
        if epoch:
            raise LogError(
                f"{names}: usagestats writes the phone's own time, and these events are in seconds "
                "since 1970; print them with  -v year -v zone  instead of  -v epoch"
            )
        usage = Usage(path for path in paths if is_usage[path])
    last_used = [] if usage is None else [Feature("timeAppLastUsed", "integer", "min", LONG_AGO)]
    schema = Schema(
        [
            *(
                Feature(name, "label")
                for name in ("appPackage", *_WORDS, "channel", "conversation")
            ),
            *(Feature(name, "flag") for name in FLAGS),
            *(Feature(name, "integer") for name in ("buttons", "numberUpdates")),
        ],
        [
            Feature("postedDayOfWeek", "label"),
            Feature("minuteOfDay", "integer", "min"),
            Feature("screenOn", "flag"),
            Feature("batteryLevel", "integer", "%", missing=50),
            *last_used,
        ],
        engagement=[Feature("responseTime", "number", "s")],
        action=reasons.ANSWERS,
        time="posted",
    )
    return Reading(schema, _pieces(events, usage, options, tally), tally)


@dataclass
class _Phone:
    """What is in the drawer of a phone, and its state."""

    usage: Usage | None
    options: Options
    rows: list[dict[str, Any]] = field(default_factory=list)
    present: dict[str, dict[str, Any]] = field(default_factory=dict)
    screen: bool | None = None
    battery: int | None = None

    def post(self, time: datetime, posted: Enqueued) -> None:
        """Adds a notification; what it replaces has been updated."""
        before = self.present.get(posted.key)
        if before is not None:
            before[reasons.OUTCOME] = before[reasons.OUTCOME] or reasons.UPDATED
        row = _notification(posted, self.options) | {
            "numberUpdates": 0 if before is None else before["numberUpdates"] + 1,
            "posted": time,
            "postedDayOfWeek": day_of_week(time),
            "minuteOfDay": minute_of_day(time),
            "screenOn": self.screen,
            "batteryLevel": self.battery,
            reasons.OUTCOME: None,
            "responseTime": None,
        }
        if self.usage is not None:
            clock = time.replace(tzinfo=None)
            row["timeAppLastUsed"] = self.usage.minutes_since(posted.app, clock)
            row["screenOn"] = self.usage.screen_on(clock) if self.screen is None else self.screen
        self.rows.append(row)
        self.present[posted.key] = row

    def end(self, time: datetime, key: str, outcome: str, gone: bool) -> bool:
        """Notes an answer or a removal; returns whether the notification is known.

        A clicked notification can stay until its app removes it: the first answer counts.
        """
        row = self.present.get(key)
        if row is None:
            return False
        if row[reasons.OUTCOME] is None:
            row[reasons.OUTCOME] = outcome
            if outcome in reasons.ANSWERED:
                row["responseTime"] = (time - row["posted"]).total_seconds()
        if gone:
            del self.present[key]
        return True


def _pieces(
    events: Iterable[Event], usage: Usage | None, options: Options, tally: Tally
) -> Iterator[Columns]:
    """Yields all rows at once: a phone's are few."""
    phone, unknown = _Phone(usage, options), 0
    for event in events:
        if event.name == logcat.SCREEN:
            phone.screen = event.values.strip("[]") != "0"
        elif event.name == logcat.BATTERY:
            level = event.values.strip("[]").partition(",")[0]
            phone.battery = int(level) if level.isdecimal() and int(level) <= 100 else phone.battery
        elif event.name == logcat.ENQUEUED:
            tally.found += 1
            posted = logcat.enqueued(event.values)
            if posted is None:
                tally.left_out["cut off"] += 1
            elif posted.ignored:
                tally.left_out["not shown by Android"] += 1
            else:
                phone.post(event.time, posted)
        elif (ended := _ended(event)) is not None:
            unknown += not phone.end(event.time, *ended)
    if unknown:
        tally.notes.append(f"clicks or removals of notifications posted before: {unknown}")
    for row in phone.rows:
        row[reasons.OUTCOME] = row[reasons.OUTCOME] or reasons.STILL_THERE
        row["posted"] = written(row["posted"])
        tally.outcomes[row[reasons.OUTCOME]] += 1
    if phone.rows:
        yield {name: [row[name] for row in phone.rows] for name in phone.rows[0]}


def _ended(event: Event) -> tuple[str, str, bool] | None:
    """Returns the key of what was acted on, what became of it, and whether it is gone."""
    found = logcat.key_and_second(event.values)
    if found is None:
        return None
    key, second = found
    if event.name == logcat.CANCELED:
        return key, reasons.reason(int(second) if second.isdecimal() else None), True
    return key, reasons.ACTED if event.name == logcat.ACTED else "clicked", False


def _notification(posted: Enqueued, options: Options) -> dict[str, Any]:
    about = posted.about
    flags = _FLAGS.search(about)
    buttons = _BUTTONS.search(about)
    channel = _CHANNEL.search(about)
    words = {name: pattern.search(about) for name, pattern in _WORDS.items()}
    return {
        "appPackage": posted.app,
        **{name: match[1].rstrip(")").lower() if match else None for name, match in words.items()},
        **{name: flags and _is_set(flags[1], *bit) for name, bit in FLAGS.items()},
        "buttons": int(buttons[1]) if buttons else 0,
        "channel": options.hasher.hash(f"{posted.app} {channel[1]}") if channel else None,
        "conversation": options.hasher.hash(posted.key),
    }


def _is_set(flags: str, bit: int, name: str) -> bool:
    """Returns whether a flag is set in flags, written as `0x18` or as `ONGOING_EVENT|NO_CLEAR`."""
    flags = flags.rstrip(")")
    try:
        return bool(int(flags, 16) & bit)
    except ValueError:
        return name in flags.split("|")
