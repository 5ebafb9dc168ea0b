"""`android-log`: the export of Notification Log, an open app that logs a phone's notifications.

The app (github.com/interactionlab/android-notification-log; Weber, Voit and Henze, Notification
Log: An Open-Source Framework for Notification Research on Mobile Devices, UbiComp 2018) writes
`{"device": ..., "posted": [...], "removed": [...]}` (its `ExportTask`). An entry (its
`NotificationObject`) has the key of the notification, when it was posted and logged (`postTime`,
`systemTime`, ms since 1970), by how many ms the phone was ahead of UTC (`offset`), what its app
says of it, and the state of the phone. Removed ones have a `removeReason` from Android 8 on, and
never a text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from gym_push.errors import LogError
from gym_push.logs.answers import LARGEST
from gym_push.logs.importing.looks import Look, text_of
from gym_push.logs.importing.moments import day_of_week, local, minute_of_day, written
from gym_push.logs.importing.pieces import Columns, Options, Reading, Tally
from gym_push.logs.importing.reasons import ANSWERED, ANSWERS, OUTCOME, STILL_THERE, UPDATED, reason
from gym_push.logs.schema import Feature, Schema
from gym_push.text import quoted

PRIORITIES: Final = {-2: "min", -1: "low", 0: "default", 1: "high", 2: "max"}
VISIBILITIES: Final = {-1: "secret", 0: "private", 1: "public"}
RINGER_MODES: Final = {0: "silent", 1: "vibrate", 2: "normal"}
FILTERS: Final = {1: "all", 2: "priority", 3: "none", 4: "alarms"}
CHARGING: Final = {"charging": True, "full": True, "discharging": False, "not charging": False}

TIMES: Final = {"postTime": 1 << 42, "systemTime": 1 << 42, "offset": 86_400_000}
"""Below which they are, in ms: the year 2109, and a day."""

PERSONAL: Final = ("call", "email", "missed_call", "msg", "social", "voicemail")
"""Categories whose titles are names of people, as a rule."""

_TEXTS: Final = ("titleBig", "text", "textBig", "textLines", "textSummary", "tickerText")

SCHEMA: Final = Schema(
    notification=[
        *(Feature(name, "label") for name in ("appPackage", "category", "priority", "visibility")),
        Feature("style", "label"),
        *(Feature(name, "flag") for name in ("ongoing", "clearable", "groupSummary")),
        *(Feature(name, "integer") for name in ("buttons", "people", "numberUpdates")),
        *(Feature(name, "label") for name in ("sender", "conversation")),
    ],
    context=[
        Feature("postedDayOfWeek", "label"),
        Feature("minuteOfDay", "integer", "min"),
        *(Feature(name, "label") for name in ("ringerMode", "interruptionFilter", "connection")),
        *(Feature(name, "flag") for name in ("screenOn", "charging")),
        Feature("batteryLevel", "integer", "%", missing=50),
    ],
    engagement=[Feature("responseTime", "number", "s")],
    action=ANSWERS,
    time="posted",
)


class Entry(NamedTuple):
    """A posting or a removal: which notification, when it was posted, and what is said of it."""

    key: str
    time: int
    said: Mapping[str, Any]


Entries: TypeAlias = dict[tuple[str, int], Entry]


def recognises(look: Look) -> bool:
    """Returns whether a file looks like an export."""
    return look.kind == "JSON" and look.columns[0] in ("device", "posted", "removed")


def open_android_log(paths: Sequence[Path], options: Options) -> Reading:
    """Returns the reading of exports of one phone.

    Raises:
        LogError: A file is not whole, or an entry lacks what every entry has.
    """
    tally, posted, removed = Tally(), Entries(), Entries()
    for path in paths:
        export = _parsed(path)
        for each in _entries(path, export, "posted"):
            tally.found += 1
            if (each.key, each.time) in posted:
                tally.left_out["logged twice"] += 1
            else:
                posted[each.key, each.time] = each
        removed |= {(each.key, each.time): each for each in _entries(path, export, "removed")}
    alone = sum(identity not in posted for identity in removed)
    if alone:
        tally.notes.append(f"removals of notifications posted before the log begins: {alone}")
    schema = SCHEMA if options.text == "drop" else _with_text(SCHEMA)
    return Reading(schema, _pieces(posted.values(), removed, options, tally), tally)


def _with_text(schema: Schema) -> Schema:
    return Schema(
        [*schema.of_role("notification"), Feature("text", "text")],
        schema.of_role("context"),
        engagement=schema.of_role("engagement"),
        action=ANSWERS,
        time=schema.time,
    )


def _parsed(path: Path) -> dict[str, Any]:
    try:
        with text_of(path) as file:
            export: dict[str, Any] = json.load(file)
    except (ValueError, RecursionError) as error:
        raise LogError(
            f"{path.name} is cut off or damaged ({error}); export the log again, and copy the file "
            "whole"
        ) from None
    for name in ("posted", "removed"):
        if not isinstance(export, dict) or not isinstance(export.get(name), list):
            raise LogError(
                f"{path.name} has no list {name!r}, which an export of Notification Log has; "
                "export the log again"
            )
    return export


def _entries(path: Path, export: Mapping[str, Any], name: str) -> Iterator[Entry]:
    for number, entry in enumerate(export[name], start=1):
        where = f"{path.name}, entry {number} of {name!r}"
        if not isinstance(entry, dict):
            raise LogError(f"{where} is {quoted(entry)}, not a notification; mend it or leave out")
        for field, most in TIMES.items():
            value = entry.get(field)
            if type(value) is not int or abs(value) >= most:
                raise LogError(
                    f"{where}: {field} is {quoted(value)}, not a whole number of ms below {most}; "
                    "mend it, or leave the entry out"
                )
        if not isinstance(entry.get("packageName"), str) or not entry["packageName"]:
            raise LogError(
                f"{where} does not say of which app it is (packageName); mend it, or leave the "
                "entry out"
            )
        key = entry.get("key") or "|".join(
            str(entry.get(part)) for part in ("packageName", "nid", "tag")
        )
        yield Entry(str(key), entry["postTime"], entry)


def _pieces(
    posted: Iterable[Entry], removed: Entries, options: Options, tally: Tally
) -> Iterator[Columns]:
    """Yields all rows at once: a phone's are few."""
    ordered = sorted(posted, key=lambda each: each.time)
    last = {each.key: each.time for each in ordered}
    rows, updates = list[dict[str, Any]](), dict[str, int]()
    for key, time, entry in ordered:
        end = removed.get((key, time))
        outcome = UPDATED if time < last[key] else STILL_THERE
        if end is not None:
            outcome = reason(end.said.get("removeReason"))
        tally.outcomes[outcome] += 1
        row = _notification(key, entry, options) | _context(entry)
        row["numberUpdates"] = updates.get(key, 0)
        updates[key] = row["numberUpdates"] + 1 if outcome == UPDATED else 0
        row[OUTCOME] = outcome
        row["responseTime"] = None
        if end is not None and outcome in ANSWERED:
            taken = (end.said["systemTime"] - time) / 1000
            row["responseTime"] = taken if taken >= 0 else None  # the clock was set back
        rows.append(row)
    if rows:
        yield {name: [row[name] for row in rows] for name in rows[0]}


def _notification(key: str, entry: Mapping[str, Any], options: Options) -> dict[str, Any]:
    title, category = _word(entry.get("title")), _word(entry.get("category"))
    row = {
        "appPackage": _word(entry["packageName"]),
        "category": category,
        "priority": PRIORITIES.get(_count(entry.get("priority"))),
        "visibility": VISIBILITIES.get(_count(entry.get("visibility"))),
        "style": (_word(entry.get("style")) or "").rpartition("$")[2] or None,
        "ongoing": _flag(entry.get("isOngoing")),
        "clearable": _flag(entry.get("isClearable")),
        "groupSummary": _flag(entry.get("isGroupSummary")),
        "buttons": _count(entry.get("actionCount")),
        "people": _count(entry.get("people")),
        "sender": options.hasher.hash(title or "") or None if category in PERSONAL else None,
        "conversation": options.hasher.hash(key),
    }
    if options.text != "drop":
        texts = (_word(entry.get(name)) or "" for name in _TEXTS)
        row["text"] = options.text_of(title or "", *texts)
    return row


def _context(entry: Mapping[str, Any]) -> dict[str, Any]:
    moment = local(entry["postTime"], entry["offset"])
    battery = _count(entry.get("batteryLevel"), -1)
    return {
        "posted": written(moment),
        "postedDayOfWeek": day_of_week(moment),
        "minuteOfDay": minute_of_day(moment),
        "ringerMode": RINGER_MODES.get(_count(entry.get("ringerMode"), -1)),
        "interruptionFilter": FILTERS.get(_count(entry.get("interruptionFilter"))),
        "connection": _word(entry.get("connectionType")),
        "screenOn": _flag(entry.get("isScreenOn")),
        "charging": CHARGING.get(_word(entry.get("batteryStatus")) or ""),
        "batteryLevel": battery if 0 <= battery <= 100 else None,
    }


def _word(value: object) -> str | None:
    """Returns a text, in which halves of characters become question marks; None if it is none."""
    return value.encode(errors="replace").decode() or None if isinstance(value, str) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _count(value: object, otherwise: int = 0) -> int:
    return value if type(value) is int and abs(value) < LARGEST else otherwise
