"""`duolingo`: reminders of Duolingo, each by a template drawn from those that were eligible.

The data (doi 10.7910/DVN/23ZWVI; Yancey and Settles, A Sleeping, Recovering Bandit Algorithm for
Optimizing Recurring Notifications, KDD 2020, doi 10.1145/3394486.3403351) are Parquet files with
202 million rows. Its README describes the columns: `datetime` (days since the start of the data,
UTC), `ui_language`, `eligible_templates` (A to L), `history` (earlier templates with days before
this one), `selected_template` (drawn from the eligible, each as likely) and `session_end_completed`
(whether the person practised within two hours). Who the people are is not told.

Files are read in pieces: a million rows need no more memory than a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import LogError, extra_import
from gym_push.logs.importing.looks import Look
from gym_push.logs.importing.pieces import Columns, Options, Reading, Tally
from gym_push.logs.schema import Feature, Schema
from gym_push.logs.sources import unreadable
from gym_push.text import quoted

NEEDED: Final = (
    *("datetime", "ui_language", "eligible_templates", "history"),
    *("selected_template", "session_end_completed"),
)
TEMPLATES: Final = "ABCDEFGHIJKL"
ROWS: Final = 1 << 15
"""Read at a time."""

START: Final = np.datetime64("2000-01-01T00:00:00.000")
"""Stands for the start of the data, which is not told."""
LONG_AGO: Final = 100.0
"""What stands for never, in days: the longest history in the data is much shorter."""

LONGEST: Final = 36_525.0
"""Days that data may last: a century."""

SCHEMA: Final = Schema(
    context=[
        Feature("ui_language", "label"),
        Feature("sentBefore", "integer"),
        Feature("daysSinceLast", "number", "d", missing=LONG_AGO),
        *(Feature(f"daysSince{name}", "number", "d", missing=LONG_AGO) for name in TEMPLATES),
    ],
    engagement=[Feature("selected_template", "label"), Feature("eligible_templates", "list")],
    action="session_end_completed",
    time="time",
    decisions={
        "decision": "selected_template",
        "reward": "session_end_completed",
        "eligible": "eligible_templates",
        "propensity": "uniform",
    },
)


def recognises(look: Look) -> bool:
    """Returns whether a file looks like one of the data set."""
    return set(NEEDED) <= set(look.columns) and look.kind == "Parquet"


def open_duolingo(paths: Sequence[Path], options: Options) -> Reading:
    """Returns the reading of some files, one after the other."""
    tally = Tally()
    tally.notes.append(
        "times count from 2000-01-01, since the data do not say when they begin; UTC"
    )
    tally.notes.append("the data do not say who the people are, so intervals are over days")
    return Reading(SCHEMA, _pieces(paths, tally), tally)


def _pieces(paths: Sequence[Path], tally: Tally) -> Iterator[Columns]:
    with extra_import(f"reading {paths[0].name}", "PyArrow", "parquet"):
        import pyarrow.parquet

    for path in paths:
        row = 1
        try:
            with pyarrow.parquet.ParquetFile(path) as file:
                for batch in file.iter_batches(ROWS, columns=list(NEEDED)):
                    yield from _piece(
                        batch, f"{path.name}, rows {row} to {row + len(batch) - 1}", tally
                    )
                    row += len(batch)
        except LogError:
            raise
        except Exception as error:  # Arrow's errors have no common base
            raise unreadable(path.name, error) from None


def _piece(batch: Any, where: str, tally: Tally) -> Iterator[Columns]:
    import pyarrow.compute as pc

    tally.found += len(batch)
    selected, eligible = batch["selected_template"], batch["eligible_templates"]
    practised, days = _flags(batch["session_end_completed"]), _floats(batch["datetime"])
    for day in days[np.abs(days) > LONGEST][:1].tolist():
        raise LogError(
            f"{where}: the datetime {day:g} is not a number of days since the start of the data; "
            "mend it, or leave the row out"
        )
    sizes = pc.fill_null(pc.list_value_length(eligible), 0).to_numpy(zero_copy_only=False)
    rows = np.repeat(np.arange(len(batch)), sizes)
    among = _codes(pc.list_flatten(eligible), where) == np.repeat(_codes(selected, where), sizes)
    fair = np.bincount(rows[among], minlength=len(batch)) > 0
    told = practised.is_valid().to_numpy(zero_copy_only=False)
    for why, wrong in (
        ("not known whether the person practised", ~told),
        ("the template was not eligible", told & ~fair),
        ("no time", told & fair & ~np.isfinite(days)),
    ):
        tally.left_out[why] += int(wrong.sum())
    kept = np.flatnonzero(told & fair & np.isfinite(days))
    done = practised.to_numpy(zero_copy_only=False)[kept].astype(bool)
    tally.outcomes["practised"] += int(done.sum())
    tally.outcomes["did not practise"] += int((~done).sum())
    if len(kept):
        sent, since = _history(batch["history"], where)
        times = START + np.round(days[kept] * 86_400_000).astype("timedelta64[ms]")
        yield {
            "time": np.char.add(np.datetime_as_string(times, unit="ms"), "+00:00").tolist(),
            "ui_language": batch["ui_language"].take(kept),
            "sentBefore": sent[kept],
            "daysSinceLast": np.fmin.reduce(since[kept], axis=1),
            **{f"daysSince{name}": since[kept, at] for at, name in enumerate(TEMPLATES)},
            "selected_template": selected.take(kept),
            "eligible_templates": eligible.take(kept),
            "session_end_completed": done,
        }


def _floats(column: Any) -> NDArray[np.float64]:
    import pyarrow

    found: NDArray[np.float64] = column.cast(pyarrow.float64()).to_numpy(zero_copy_only=False)
    return found


def _flags(column: Any) -> Any:
    """Returns true and false, also where they are written as numbers or words."""
    import pyarrow

    flags = pyarrow.bool_()
    return column if column.type == flags else column.cast(pyarrow.string()).cast(flags)


def _codes(names: Any, where: str) -> NDArray[np.int64]:
    """Returns the places of templates among all; -1 for none.

    Raises:
        LogError: There is another template.
    """
    import pyarrow
    import pyarrow.compute as pc

    names = names.cast(pyarrow.string())
    codes = pc.index_in(names, value_set=pyarrow.array(list(TEMPLATES)))
    unknown = names.filter(pc.and_(codes.is_null(), names.is_valid()))
    if len(unknown):
        raise LogError(
            f"{where}: the template {quoted(unknown[0].as_py())} is none of A to L, which the data "
            "set has; leave the row out"
        )
    found: NDArray[np.int64] = pc.fill_null(codes, -1).to_numpy(zero_copy_only=False)
    return found.astype(np.int64)


def _history(history: Any, where: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Returns how many reminders were sent before, and the days since the last of each template.

    Returns:
        int64 of shape (rows,), and float64 of shape (rows, templates), NaN for never.
    """
    import pyarrow.compute as pc

    sent = pc.fill_null(pc.list_value_length(history), 0).to_numpy(zero_copy_only=False)
    template, days = pc.list_flatten(history).flatten()  # a struct of a name and a number
    rows = np.repeat(np.arange(len(history)), sent)
    since = np.full((len(history), len(TEMPLATES)), np.inf)
    np.minimum.at(since, (rows, _codes(template, where)), _floats(days))
    return sent.astype(np.int64), np.where(np.isinf(since), np.nan, since)
