"""`open-bandit`: the Open Bandit Dataset, in which two policies recommend fashion items.

The data (research.zozo.com/data.html, a small version in github.com/st-tech/zr-obp; Saito, Aihara,
Matsutani and Narita 2020, arXiv 2008.07146): a CSV file for a policy (`random`, `bts`) and a
campaign (`all`, `men`, `women`), with `timestamp`, `item_id`, `position` (1 left to 3 right),
`click`, `propensity_score` (of the item at that position), `user_feature_0` to `_3` and an affinity
to each item. Items have other numbers in each campaign, so one import is of one campaign; who the
people are is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from gym_push.logs.importing.looks import Look
from gym_push.logs.importing.pieces import Columns, Options, Reading, Tally
from gym_push.logs.importing.tables import Part, parts
from gym_push.logs.schema import Feature, Schema

NEEDED: Final = ("timestamp", "item_id", "position", "click", "propensity_score")
LABELS: Final = "user_feature_"
AFFINITY: Final = "user-item_affinity_"


def recognises(look: Look) -> bool:
    """Returns whether a file looks like one of the data set."""
    return set(NEEDED) <= set(look.columns)


def open_open_bandit(paths: Sequence[Path], options: Options) -> Reading:
    """Returns the reading of the files of one campaign."""
    columns = Look.at(paths[0]).columns
    labels = ["position", *(name for name in columns if name.startswith(LABELS))]
    affinities = [name for name in columns if name.startswith(AFFINITY)]
    schema = Schema(
        context=[
            *(Feature(name, "label") for name in labels),
            *(Feature(name, "number") for name in affinities),
        ],
        engagement=[Feature("item_id", "label"), Feature("propensity_score", "number")],
        action="click",
        time="timestamp",
        decisions={
            "decision": "item_id",
            "reward": "click",
            "propensity": "propensity_score",
        },
    )
    tally = Tally()
    tally.notes.append("the data do not say who the people are, so intervals are over days")
    pieces = (
        piece
        for part in parts(paths, [*NEEDED, *labels[1:], *affinities])
        for piece in _piece(part, labels, affinities, tally)
    )
    return Reading(schema, pieces, tally)


def _piece(
    part: Part, labels: Sequence[str], affinities: Sequence[str], tally: Tally
) -> Iterator[Columns]:
    tally.found += len(part)
    chance, clicks = part.numbers("propensity_score"), part.flags("click")
    for row in np.flatnonzero((chance < 0) | (chance > 1)).tolist():
        raise part.refuse("propensity_score", row, "a probability from 0 to 1")
    items, times, kept = part.words("item_id"), part.times("timestamp"), []
    affinity = {name: part.numbers(name) for name in affinities}
    unknown = np.isnan(sum(affinity.values(), np.zeros(len(part))))
    for row, click in enumerate(clicks):
        if click is None:
            tally.left_out["no click told"] += 1
        elif items[row] is None or not chance[row] > 0:
            tally.left_out["no item, or no probability"] += 1
        elif times[row] is None or unknown[row]:
            tally.left_out["no time, or an affinity not known"] += 1
        else:
            kept.append(row)
            tally.outcomes["clicked" if click else "not clicked"] += 1
    if kept:
        columns: dict[str, Any] = {
            "timestamp": part.columns["timestamp"],
            "item_id": items,
            "click": clicks,
            **{name: part.words(name) for name in labels},
        }
        made = {name: [cells[row] for row in kept] for name, cells in columns.items()}
        numbers = {name: cells[kept] for name, cells in affinity.items()}
        yield {**made, "propensity_score": chance[kept], **numbers}
