"""The leaderboard for programs: as plain values for JSON, and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any, Final

from gym_push.evaluation.leaderboard.entries import Entry, metric_names, suites
from gym_push.text import printable

ABOUT: Final = (
    "rank", "key", "suite", "data", "agent", "parameters", "seed", "seeds", "people", "finished",
    "seconds", "microseconds", "commit", "versions",
)  # fmt: skip
"""What `to_dicts` says of an entry beside its metrics."""

_ENDS: Final = ("", " low", " high", " spread")  # of the columns of a metric
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a text begins that a spreadsheet would run."""


def to_dicts(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Returns ranked entries as plain values; ranks are those in their suite, from 1."""
    return [
        {
            "rank": rank,
            "key": entry.run.key,
            "suite": entry.run.suite,
            "data": entry.run.data,
            "agent": entry.run.agent,
            "parameters": dict(entry.run.parameters),
            "seed": entry.run.seed,
            "seeds": entry.run.seeds,
            "people": len(entry.people),
            "finished": entry.finished.isoformat(),
            "seconds": entry.seconds,
            "microseconds": entry.microseconds,
            "commit": entry.commit,
            "versions": dict(entry.run.versions),
            "metrics": {name: value._asdict() for name, value in entry.metrics.items()},
        }
        for suite in suites(entries)
        for rank, entry in enumerate(suite, 1)
    ]


def to_csv(entries: Sequence[Entry]) -> str:
    """Returns ranked entries as CSV with a header.

    Each metric has four columns, `NAME`, `NAME low`, `NAME high` and `NAME spread`, empty where
    there is no interval, or one seed; numbers are written to the bit. A text that a spreadsheet
    would take for a formula begins with an apostrophe.
    """
    names = metric_names(entries)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    header = (*ABOUT, *(f"{name}{end}" for name in names for end in _ENDS))
    writer.writerow(map(_cell, header))
    for entry, row in zip(entries, to_dicts(entries), strict=True):
        numbers = (entry.metrics.get(name, [""] * len(_ENDS)) for name in names)
        cells = (*(row[name] for name in ABOUT), *(number for four in numbers for number in four))
        writer.writerow([_cell(value) for value in cells])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, str):
        return printable(f"'{value}" if value.startswith(_FORMULAS) else value)
    return value
