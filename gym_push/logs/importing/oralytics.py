"""`oralytics`: the pilot of the Oralytics trial, whose algorithm decides whether to send a prompt.

The data (github.com/StatisticalReinforcementLearningLab/oralytics_pilot_data with its
naming_convention.md; Nahum-Shani et al. 2024, doi 10.1016/j.cct.2024.107464): nine people, twice a
day for 35 days and more. `prob` is the probability that a message is *sent*, whatever was decided:
of a row with the action 0 the decision had the probability 1 - prob. The reward is `quality`, the
seconds of good brushing afterwards. People are called by addresses, which are hashed; times are
local, and no zone is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from gym_push.logs.importing.looks import Look
from gym_push.logs.importing.moments import day_of_week, minute_of_day, written
from gym_push.logs.importing.pieces import Columns, Options, Reading, Tally
from gym_push.logs.importing.tables import Part, parts
from gym_push.logs.schema import Feature, Schema

NEEDED: Final = ("user_id", "decision_time", "action", "prob", "quality")
STATE: Final = "state_"
ACTIONS: Final = ("none", "send")


def recognises(look: Look) -> bool:
    """Returns whether a file looks like the pilot's."""
    return set(NEEDED) <= set(look.columns)


def open_oralytics(paths: Sequence[Path], options: Options) -> Reading:
    """Returns the reading of the pilot's table."""
    states = [name for name in Look.at(paths[0]).columns if name.startswith(STATE)]
    schema = Schema(
        context=[
            Feature("dayOfWeek", "label"),
            Feature("minuteOfDay", "integer", "min"),
            *(Feature(name, "number") for name in states),
        ],
        engagement=[
            Feature("action", "label"),
            Feature("prob", "number"),
            Feature("quality", "number", "s"),
        ],
        action="",
        user="user",
        time="time",
        decisions={
            "decision": "action",
            "actions": list(ACTIONS),
            "reward": "quality",
            "propensity": {"send": "prob", "none": "rest"},
        },
    )
    tally = Tally()
    tally.notes.append("times are the people's own, of a zone that the data do not say")
    pieces = (
        piece
        for part in parts(paths, [*NEEDED, *states])
        for piece in _piece(part, states, options, tally)
    )
    return Reading(schema, pieces, tally)


def _piece(part: Part, states: Sequence[str], options: Options, tally: Tally) -> Iterator[Columns]:
    tally.found += len(part)
    sent, chance, quality = part.flags("action"), part.numbers("prob"), part.numbers("quality")
    for row in np.flatnonzero((chance < 0) | (chance > 1)).tolist():
        raise part.refuse("prob", row, "a probability from 0 to 1")
    context = {name: part.numbers(name) for name in states}
    users = part.words("user_id")
    moments, kept = part.times("decision_time"), []
    for row, moment in enumerate(moments):
        likely = chance[row] if sent[row] else 1 - chance[row]
        why = None
        if users[row] is None:
            why = "no person"
        elif moment is None:
            why = "no time"
        elif sent[row] is None or np.isnan(chance[row]):
            why = "no decision, or no probability"
        elif likely == 0:
            why = "decided against all probability"
        elif np.isnan(quality[row]):
            why = "brushing not measured"
        elif any(np.isnan(cells[row]) for cells in context.values()):
            why = "state not known"
        if why:
            tally.left_out[why] += 1
        else:
            kept.append(row)
            tally.outcomes[f"decided: {ACTIONS[bool(sent[row])]}"] += 1
    if kept:
        times = [moment for row in kept if (moment := moments[row]) is not None]
        yield {
            "user": [options.hasher.hash(str(users[row])) for row in kept],
            "time": list(map(written, times)),
            "dayOfWeek": list(map(day_of_week, times)),
            "minuteOfDay": list(map(minute_of_day, times)),
            "action": [ACTIONS[bool(sent[row])] for row in kept],
            "prob": chance[kept],
            "quality": quality[kept],
            **{name: cells[kept] for name, cells in context.items()},
        }
