"""`ten-persons`: the logs of ten anonymous people that came with gym-push in 2019.

The data (github.com/kieranfraser/gym-push-old, folder data, which its README describes; no licence
is given): a folder for each person with three CSV files that are joined by `id`: notifications.csv,
context_on_posting.csv, and context_on_removal.csv with the action and its times. Such tables that
are joined already are read, too. What is only in context_on_removal.csv is measured when the person
acts, so agents do not see it. Of the phone's state at the removal, which both contexts have, only
that at the posting is kept. Times are local, and no zone is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from gym_push.errors import LogError
from gym_push.logs.importing.looks import Look
from gym_push.logs.importing.pieces import Columns, Options, Reading, Tally
from gym_push.logs.importing.tables import parts
from gym_push.logs.schema import Feature, Schema

FILES: Final = ("notifications.csv", "context_on_posting.csv", "context_on_removal.csv")
NOTIFICATION: Final = {
    **dict.fromkeys(("appPackage", "category", "numberUpdates", "subject", "priority"), "label"),
    "ongoing": "flag",
    "visibility": "label",
}
CONTEXT: Final = {
    **dict.fromkeys(("day", "time", "place", "activity", "noise", "batteryLevel"), "label"),
    **dict.fromkeys(("charging", "headphonesIn", "musicActive"), "flag"),
    **dict.fromkeys(("proximity", "ringerMode", "lightIntensity"), "label"),
}
MEANS: Final = {"day": "day_of_week", "time": "time_of_day"}
AFTERWARDS: Final = {
    **dict.fromkeys(("responseTime", "seenTime", "decisionTime"), "number"),
    **dict.fromkeys(("contactSignificantContext", "contactSignificantOverall"), "flag"),
}
LAST_USED: Final = "timeAppLastUsed"
OUTCOME: Final = ("action", "postDate")
JOINED: Final = ("id", *NOTIFICATION, *CONTEXT, *AFTERWARDS, *OUTCOME)

Rows: TypeAlias = dict[str, dict[str, Any]]


def recognises(look: Look) -> bool:
    """Returns whether a file looks like one of a person's three, or like them joined."""
    columns = set(look.columns)
    needed = (("id", *NOTIFICATION), ("id", *CONTEXT), ("id", *AFTERWARDS, *OUTCOME))
    return any(set(names) <= columns for names in needed)


def open_ten_persons(paths: Sequence[Path], options: Options) -> Reading:
    """Returns the reading of the people whose files are among some.

    Raises:
        LogError: One of a person's files is missing.
    """
    people = dict[str, list[Path]]()
    for path in paths:
        joined = set(JOINED) <= set(Look.at(path).columns)
        people.setdefault(path.stem if joined else path.resolve().parent.name, []).append(path)
    for person, files in people.items():
        there = [path.name for path in files]
        if len(files) > 1 and sorted(there) != sorted(FILES):
            lacking = next((name for name in FILES if name not in there), None)
            raise LogError(
                f"{person} has {', '.join(there)}; a person has one each of {', '.join(FILES)}"
                + (f", so give {lacking}, too" if lacking else "")
            )
        if len(files) == 1 and set(JOINED) - set(Look.at(files[0]).columns):
            rest = [name for name in FILES if name != there[0]]
            raise LogError(
                f"{there[0]} is one of the three files of a person: give {' and '.join(rest)}, too"
            )
    names = [LAST_USED] if all(_has_last_used(files) for files in people.values()) else []
    schema = Schema(
        [Feature(name, kind) for name, kind in NOTIFICATION.items()],
        [Feature(name, kind, means=MEANS.get(name, "")) for name, kind in CONTEXT.items()],
        engagement=[
            *(
                Feature(name, kind, "s" if kind == "number" else "")
                for name, kind in AFTERWARDS.items()
            ),
            *(Feature(name, "label") for name in names),
        ],
        user="user" if len(people) > 1 else None,
        time="postDate",
    )
    tally = Tally()
    tally.notes.append("times are the people's own, of a zone that the data do not say")
    pieces = (
        piece for person, files in people.items() for piece in _piece(person, files, schema, tally)
    )
    return Reading(schema, pieces, tally)


def _has_last_used(files: Sequence[Path]) -> bool:
    return any(LAST_USED in Look.at(path).columns for path in files)


def _piece(person: str, files: Sequence[Path], schema: Schema, tally: Tally) -> Iterator[Columns]:
    tables = {path.name: _by_id(path, schema) for path in files}
    if len(tables) == 1:
        [notifications] = tables.values()
        before = after = notifications
    else:
        notifications, before, after = (tables[name] for name in FILES)
    tally.found += len(notifications)
    lonely = sum(each not in notifications for each in {**before, **after})
    if lonely:
        tally.notes.append(f"ids of {person} that are in no {FILES[0]}: {lonely}")
    rows = []
    for each, notification in notifications.items():
        answer = after.get(each, {})
        if each not in before:
            tally.left_out["no context"] += 1
        elif answer.get("action") is None:
            tally.left_out["no answer"] += 1
        elif answer["postDate"] is None:
            tally.left_out["no time"] += 1
        else:
            tally.outcomes["opened" if answer["action"] else "dismissed"] += 1
            row = {**answer, **before[each], **notification, "user": person}
            rows.append([row[name] for name in schema.columns])
    if rows:
        yield dict(zip(schema.columns, map(list, zip(*rows, strict=True)), strict=True))


def _by_id(path: Path, schema: Schema) -> Rows:
    """Returns the rows of a file by their ids, with cells of the kinds that the schema says."""
    kinds = {each.name: each.kind for each in schema.features} | {"action": "flag"}
    wanted = [name for name in Look.at(path).columns if name in (*schema.columns, "id")]
    found: Rows = {}
    for part in parts([path], wanted):
        columns = {name: part.cells(name, kinds.get(name)) for name in wanted}
        for row, each in enumerate(part.columns["id"]):
            if each in found:
                raise LogError(
                    f"{path.name}, row {part.first_row + row}: the id {each} is in the file twice; "
                    "remove one of the rows"
                )
            found[each] = {name: cells[row] for name, cells in columns.items()}
    return found
