"""Logs in the form of Duolingo's, with arms of known value, as large as one likes."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet

TEMPLATES = np.array(list("ABCDEFGHIJKL"))
VALUES = np.linspace(0.08, 0.18, 12)
"""Of each template, when it is fresh."""
RECENT = 0.05
"""By how much less, when it was sent less than a day before."""
PIECE = 100_000

HISTORY = pa.list_(pa.struct([("template", pa.string()), ("n_days", pa.float64())]))
SCHEMA = pa.schema(
    [
        ("datetime", pa.float64()),
        ("ui_language", pa.string()),
        ("eligible_templates", pa.list_(pa.string())),
        ("history", HISTORY),
        ("selected_template", pa.string()),
        ("session_end_completed", pa.bool_()),
    ]
)


def history_of(lengths, templates, days):
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    fields = [pa.array(TEMPLATES[templates]), pa.array(days)]
    struct = pa.StructArray.from_arrays(fields, fields=list(HISTORY.value_type))
    return pa.ListArray.from_arrays(offsets, struct, type=HISTORY)


def written_log(path, rows, seed=0):
    """Writes a log; returns the mean reward, and the value of never sending what is recent."""
    rng = np.random.default_rng(seed)
    earned, fresh = 0.0, 0.0
    with pyarrow.parquet.ParquetWriter(path, SCHEMA) as writer:
        for start in range(0, rows, PIECE):
            size = min(PIECE, rows - start)
            eligible = rng.random((size, 12)) < 0.6
            eligible[np.arange(size), rng.integers(12, size=size)] = True
            lengths = rng.integers(0, 6, size)
            templates = rng.integers(12, size=lengths.sum())
            days = np.round(rng.exponential(4, lengths.sum()), 3)
            of = np.repeat(np.arange(size), lengths)
            recent = np.zeros((size, 12), dtype=bool)
            recent[of[days < 1], templates[days < 1]] = True
            value = VALUES - RECENT * recent
            chosen = (rng.random((size, 12)) * eligible).argmax(axis=1)
            reward = rng.random(size) < value[np.arange(size), chosen]
            earned += reward.sum()
            rested = np.where(eligible & ~recent, 1.0, 0.0)
            rested = np.where(rested.any(axis=1, keepdims=True), rested, eligible)
            fresh += (value * rested / rested.sum(axis=1, keepdims=True)).sum()
            names = TEMPLATES[np.nonzero(eligible)[1]]
            bounds = pa.array(np.concatenate([[0], np.cumsum(eligible.sum(axis=1))]), pa.int32())
            columns = [
                pa.array(np.sort(rng.uniform(0, 15, size))),
                pa.array(rng.choice(["en", "es", "de"], size)),
                pa.ListArray.from_arrays(bounds, pa.array(names)),
                history_of(lengths, templates, days),
                pa.array(TEMPLATES[chosen]),
                pa.array(reward),
            ]
            writer.write_table(pa.table(columns, schema=SCHEMA))
    return earned / rows, fresh / rows
