"""The same cells are read alike, or refused alike, from every kind of file and from a DataFrame."""

import csv
import datetime
import json
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gym_push import Feature, LogError, Schema, read_log
from gym_push.logs.dialect import HOLES
from gym_push.logs.schema import KINDS

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

SPELLINGS = [
    *HOLES, "unknown", "Unknown", " NA ", "Nan", "inf", "Infinity", "-inf", "12_34", "1e5", "٣",
    "1,5", "1,000", "0x1F", "True", "true", "FALSE", "1", "0", "1.0", "opened", "Dismissed", "ja",
    "mail", " mail", "Mail", "20240315", "20240315081200", "20241340", "2024031508", "45366.34",
    "1710490320", "1710490320000", "2024-03-15", "2024-03-15 08:12:00.25", "2024-03-15T08:12Z",
    "2024-10-27T02:50:00+02:00", "15.03.2024 08:12", "0 days 00:00:05.25", "-1 days +23:59:55",
    "08:12:00", "b'mail'", "See you at eight?",
]  # fmt: skip
WORDS = st.sampled_from(SPELLINGS) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), max_size=6
)
ZONE = datetime.timezone(datetime.timedelta(hours=2))
MOMENTS = st.datetimes(datetime.datetime(1971, 1, 1), datetime.datetime(2200, 1, 1))


def cells(strategy):
    return st.lists(st.none() | strategy, min_size=1, max_size=4)


COLUMNS = st.one_of(
    cells(WORDS).map(lambda cells: (cells, pyarrow.string())),
    cells(WORDS.map(str.encode)).map(lambda cells: (cells, pyarrow.binary())),
    cells(WORDS).map(lambda cells: (cells, pyarrow.dictionary(pyarrow.int8(), pyarrow.string()))),
    cells(st.integers(-(2**60), 2**60)).map(lambda cells: (cells, pyarrow.int64())),
    cells(st.sampled_from([0, 1, 7, 20240315, 1710490320])).map(lambda c: (c, pyarrow.int64())),
    cells(st.floats(width=64)).map(lambda cells: (cells, pyarrow.float64())),
    cells(st.booleans()).map(lambda cells: (cells, pyarrow.bool_())),
    cells(st.decimals(0, 99, places=2)).map(lambda cells: (cells, pyarrow.decimal128(9, 2))),
    cells(st.dates(datetime.date(1971, 1, 1))).map(lambda cells: (cells, pyarrow.date32())),
    cells(MOMENTS).map(lambda cells: (cells, pyarrow.timestamp("us"))),
    cells(MOMENTS.map(lambda moment: moment.replace(tzinfo=ZONE))).map(
        lambda cells: (cells, pyarrow.timestamp("us", "+02:00"))
    ),
    cells(st.lists(WORDS, max_size=3)).map(lambda c: (c, pyarrow.list_(pyarrow.string()))),
    cells(st.timedeltas(datetime.timedelta(-9), datetime.timedelta(9999))).map(
        lambda cells: (cells, pyarrow.duration("us"))
    ),
)
"""Cells of one type, and what that is called in Parquet."""

SCHEMAS = [
    *(Schema([Feature("x", kind)]) for kind in (None, *KINDS) if kind != "list"),
    *(Schema(["other"], engagement=[Feature("x", kind)]) for kind in (None, "list")),
    Schema([Feature("x", missing=7)]),
    Schema(["other"], engagement=[Feature("x", "number", "ms")]),
    Schema(["other"], time="x"),
    Schema(["other"], time=Feature("x", unit="d")),
    Schema(["other"], user="x"),
    Schema(["other"], action="x"),
    Schema([Feature("x")], dialect={"decimal": ",", "true": ["ja"], "false": ["-"]}),
    Schema(["other"], time="x", dialect={"times": "%d.%m.%Y %H:%M"}),
]


def as_text(cell, decimal):
    """A cell as pandas writes it to a CSV file, and bytes as they are."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bytes):
        return cell.decode()
    if isinstance(cell, list):
        return json.dumps(cell, ensure_ascii=False)
    if isinstance(cell, datetime.timedelta):
        return str(pd.Timedelta(cell))
    return str(cell).replace(".", decimal) if isinstance(cell, (float, Decimal)) else str(cell)


def outcome(data, schema):
    try:
        log = read_log(data, schema)
    except LogError:
        return "refused"
    kinds = [feature.kind for feature in log.schema.features]
    frame = log.to_frame()
    return kinds, {name: list(map(repr, column)) for name, column in frame.items()}, log.offsets


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("alike")


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(column=COLUMNS, schema=st.sampled_from(SCHEMAS))
def test_csv_parquet_and_frames_are_read_alike_or_refused_alike(folder, column, schema):
    values, kind = column
    others = {"other": ["a"] * len(values), "action": [1] * len(values)}
    frame = pd.DataFrame({"x": pd.Series(values, dtype=object), **others})
    with (folder / "log.csv").open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, quoting=csv.QUOTE_ALL).writerow
        write(frame.columns)
        for value in values:
            write([as_text(value, schema.dialect.decimal), "a", 1])
    table = pyarrow.table({"x": pyarrow.array(values, kind), **others})
    parquet.write_table(table, folder / "log.parquet")

    expected = outcome(folder / "log.csv", schema)
    np.testing.assert_equal(outcome(folder / "log.parquet", schema), expected)
    np.testing.assert_equal(outcome(frame, schema), expected)
    lists = pyarrow.list_(pyarrow.string())
    if kind in (pyarrow.string(), pyarrow.int64(), pyarrow.bool_(), lists):
        rows = [{"x": value, "other": "a", "action": 1} for value in values]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / "log.jsonl").write_text(lines, encoding="utf-8")
        np.testing.assert_equal(outcome(folder / "log.jsonl", schema), expected)
