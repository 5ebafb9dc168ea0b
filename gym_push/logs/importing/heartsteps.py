"""`heartsteps`: suggestions.csv of the HeartSteps V1 trial, in which chance decided to suggest.

The data (github.com/klasnja/HeartStepsV1; Klasnja et al. 2019, doi 10.1093/abm/kay067): 37 people
for six weeks, at five times a day that each had chosen. A person who was available got a suggestion
to be active or one against sitting, each with the probability 0.3, or none. The reward is the
logarithm of the steps in the 30 minutes after it plus a half, as in the trial's analysis, which
counts missing steps as none; here such rows are left out. Times are UTC (`utime`), and
`sugg.gmtoff` says by how many seconds the phone was ahead.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import numpy as np

from gym_push.logs.importing.looks import Look
from gym_push.logs.importing.moments import day_of_week, minute_of_day, written
from gym_push.logs.importing.pieces import Columns, Options, Reading, Tally
from gym_push.logs.importing.tables import Part, parts
from gym_push.logs.schema import Feature, Schema

NEEDED: Final = (
    *("user.index", "decision.index.nogap", "sugg.decision.utime", "avail"),
    *("send", "send.active", "send.sedentary", "jbsteps30"),
)

CONTEXT: Final = {
    "slot": "sugg.select.slot",
    "activity": "recognized.activity",
    "place": "dec.location.category",
    "weather": "dec.weather.condition",
}
"""Labels that are known when it is decided, by their columns."""

STEPS_BEFORE: Final = {"stepsBefore": "jbsteps30pre"}
OTHER: Final = ("sugg.select.utime", "sugg.gmtoff", "response")

QUARTER: Final = 900
"""Seconds of which the offset of every time zone is a multiple."""

PROPENSITIES: Final = {"none": 0.4, "sedentary": 0.3, "active": 0.3}
SETTLED: Final[Mapping[tuple[bool | None, ...], str]] = {
    (False, False, False): "none",
    (True, False, True): "sedentary",
    (True, True, False): "active",
}
"""What send, send.active and send.sedentary say together."""


def recognises(look: Look) -> bool:
    """Returns whether a file looks like suggestions.csv."""
    return set(NEEDED) <= set(look.columns)


def open_heartsteps(paths: Sequence[Path], options: Options) -> Reading:
    """Returns the reading of suggestions.csv."""
    columns = Look.at(paths[0]).columns
    labels = {name: column for name, column in CONTEXT.items() if column in columns}
    numbers = {name: column for name, column in STEPS_BEFORE.items() if column in columns}
    schema = Schema(
        context=[
            Feature("dayOfWeek", "label"),
            Feature("minuteOfDay", "integer", "min"),
            *(Feature(name, "label") for name in labels),
            *(Feature(name, "number", missing=0) for name in numbers),
            Feature("available", "flag"),
        ],
        engagement=[
            Feature("decision", "label"),
            *(Feature(name, "number") for name in ("steps30", "logSteps30")),
            Feature("response", "label"),
        ],
        action="",
        user="user",
        time="time",
        decisions={
            "decision": "decision",
            "actions": list(PROPENSITIES),
            "available": "available",
            "reward": "logSteps30",
            "propensity": PROPENSITIES,
        },
    )
    tally = Tally()
    if "sugg.gmtoff" not in columns:
        tally.notes.append("times are UTC, as the file has no sugg.gmtoff")
    known: list[str] = [name for name in (*NEEDED, *OTHER) if name in columns]
    wanted = [*known, *labels.values(), *numbers.values()]
    pieces = (
        piece for part in parts(paths, wanted) for piece in _piece(part, labels, numbers, tally)
    )
    return Reading(schema, pieces, tally)


def _piece(
    part: Part, labels: dict[str, str], numbers: dict[str, str], tally: Tally
) -> Iterator[Columns]:
    tally.found += len(part)
    available = part.flags("avail")
    sent = zip(*map(part.flags, ("send", "send.active", "send.sedentary")), strict=True)
    decisions = [SETTLED.get(each) for each in sent]
    send = part.flags("send")
    steps, travelling = part.numbers("jbsteps30"), part.words("decision.index.nogap")
    for row in np.flatnonzero(steps < 0).tolist():
        raise part.refuse("jbsteps30", row, "a number of steps")
    users, moments = part.words("user.index"), _moments(part)
    kept, rows = [], {name: list[Any]() for name in ("time", "dayOfWeek", "minuteOfDay")}
    for row, moment in enumerate(moments):
        why = None
        if travelling[row] is None:
            why = "the person was travelling"
        elif users[row] is None:
            why = "no person"
        elif moment is None:
            why = "no time, or no time zone"
        elif not available[row]:
            why = "sent to somebody not available" if send[row] else None
            decisions[row] = "none"
        elif decisions[row] is None:
            why = "no decision, or several"
        elif np.isnan(steps[row]):
            why = "steps not measured"
        if why is not None or moment is None:
            tally.left_out[str(why)] += 1
            continue
        kept.append(row)
        rows["time"].append(written(moment))
        rows["dayOfWeek"].append(day_of_week(moment))
        rows["minuteOfDay"].append(minute_of_day(moment))
        tally.outcomes[f"decided: {decisions[row]}" if available[row] else "not available"] += 1
    if kept:
        response = part.words("response") if "response" in part.columns else [None] * len(part)
        columns: dict[str, Any] = {
            "user": users,
            "decision": decisions,
            "available": [bool(each) for each in available],
            "steps30": steps,
            "logSteps30": np.log(steps + 0.5),
            "response": response,
            **{name: part.words(column) for name, column in labels.items()},
            **{name: part.numbers(column) for name, column in numbers.items()},
        }
        yield rows | {name: [cells[row] for row in kept] for name, cells in columns.items()}


def _moments(part: Part) -> list[datetime | None]:
    """Returns the local times of the decisions, or else the times that were chosen for them."""
    decided, ahead = part.times("sugg.decision.utime"), np.zeros(len(part))
    chosen = part.times("sugg.select.utime") if "sugg.select.utime" in part.columns else decided
    if "sugg.gmtoff" in part.columns:
        ahead = part.numbers("sugg.gmtoff")
        for row in np.flatnonzero((np.abs(ahead) >= 86_400) | (ahead % QUARTER > 0)).tolist():
            raise part.refuse("sugg.gmtoff", row, "a number of seconds ahead of UTC such as -14400")
    found: list[datetime | None] = []
    for row, seconds in enumerate(ahead.tolist()):
        utc = decided[row] or chosen[row]
        if utc is None or math.isnan(seconds):
            found.append(None)
        else:
            zone = timezone(timedelta(seconds=seconds))
            found.append(utc.replace(tzinfo=timezone.utc).astimezone(zone))
    return found
