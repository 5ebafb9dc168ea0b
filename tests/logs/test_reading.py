"""The same notifications give the same log, however they are written down."""

import gzip

import numpy as np
import pandas as pd
import pytest
from logs_support import CSV, POSTED, SCHEMA, assert_same, table

from gym_push import Feature, LogError, Schema, read_log
from gym_push.logs import sources

WRITTEN = {
    "LF": CSV.encode(),
    "CRLF": CSV.replace("\n", "\r\n").replace('hi""\r\n', 'hi""\n').encode(),
    "BOM": CSV.encode("utf-8-sig"),
    "gzipped": gzip.compress(CSV.encode()),
    "gzipped with BOM": gzip.compress(CSV.encode("utf-8-sig")),
    "gzipped in two parts": gzip.compress(CSV.encode()[:200]) + gzip.compress(CSV.encode()[200:]),
    "blank lines": CSV.replace("\n2,", "\n\n\n2,").encode() + b"\n\n",
    "no line end at the end": CSV.encode().rstrip(b"\n"),
}

TABLES = {
    "plain": table(),
    "nullable": table(
        battery=pd.array([80, 20, 50, 50], dtype="Int64"),
        charging=pd.array([True, False, None, None], dtype="boolean"),
        delay=pd.array([2.5, None, 3.0, 0.5], dtype="Float64"),
        place=pd.array(["home", None, "work", None], dtype="string"),
    ),
    "categorical": table(
        app=pd.Categorical(["mail", "chat", "mail", "game"]),
        place=pd.Categorical(["home", None, "work", None]),
    ),
    "holes of every sort": table(
        place=pd.Series(["home", pd.NA, "work", pd.NaT], dtype=object),
        charging=pd.Series([True, False, np.nan, pd.NA], dtype=object),
        delay=pd.Series([2.5, None, 3, "0.5"], dtype=object),
    ),
    "floats for whole numbers": table(battery=[80.0, 20.0, 50.0, 50.0], action=[1.0, 0.0, 1.0, 0]),
    "another index": table().set_index(pd.Index([3, 3, 0, 1])),
    "times as text": table(posted=POSTED),
}


@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN)
def test_every_way_to_write_a_csv(tmp_path, content):
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    assert_same(read_log(path, SCHEMA))
    assert_same(read_log(str(path), SCHEMA))


@pytest.mark.parametrize("frame", TABLES.values(), ids=TABLES)
def test_every_sort_of_dataframe(frame):
    assert_same(read_log(frame, SCHEMA))


@pytest.mark.parametrize("name", ["log.parquet", "log.pq", "LOG.PARQUET"])
@pytest.mark.parametrize("frame", ["plain", "nullable", "categorical"])
def test_parquet(tmp_path, frame, name):
    pytest.importorskip("pyarrow")
    frame = TABLES[frame].assign(charging=pd.array([True, False, None, None], dtype="boolean"))
    frame.to_parquet(tmp_path / name)
    assert_same(read_log(tmp_path / name, SCHEMA))


def test_a_log_in_many_pieces(tmp_path, monkeypatch):
    pytest.importorskip("pyarrow")
    long = pd.concat([table(charging=pd.array([1, 0, None, None], dtype="boolean"))] * 5)
    long.to_csv(tmp_path / "log.csv", index=False)
    long.to_parquet(tmp_path / "log.parquet")
    at_once = read_log(tmp_path / "log.csv", SCHEMA)
    monkeypatch.setattr(sources.Source, "PIECE", 3)
    open_kinds = Schema(["app", "words"], ["battery", "noise", "charging", "place"])
    for data in (tmp_path / "log.csv", tmp_path / "log.parquet", long):
        assert_same(read_log(data, SCHEMA), at_once.to_frame())
        assert len(read_log(data, open_kinds)) == 20


def test_a_wrong_cell_is_named_by_its_row_in_any_piece(tmp_path, monkeypatch):
    monkeypatch.setattr(sources.Source, "PIECE", 3)
    for bad in (0, 2, 3, 10, 19):
        frame = pd.concat([table()] * 5).astype({"battery": object})
        frame.iloc[bad, frame.columns.get_loc("battery")] = "full"
        frame.to_csv(tmp_path / "log.csv", index=False)
        with pytest.raises(LogError, match=f"^log.csv, row {bad + 1}, column 'battery': 'full'"):
            read_log(tmp_path / "log.csv", SCHEMA)
        with pytest.raises(LogError, match=f"^the DataFrame, row {bad + 1}, column 'battery'"):
            read_log(frame, SCHEMA)


@pytest.mark.parametrize(
    "spelling",
    ["1 0", "1.0 0.0", "true false", "True False", "TRUE FALSE", "opened dismissed",
     "Opened DISMISSED"],
)  # fmt: skip
def test_every_spelling_of_an_action(spelling):
    opened, dismissed = spelling.split()
    frame = pd.DataFrame({"app": ["a"] * 3, "action": [opened, f" {dismissed} ", opened]})
    assert read_log(frame, Schema(["app"])).actions.tolist() == [1, 0, 1]


@pytest.mark.parametrize("cells", [[True, False], [1, 0], [1.0, 0.0], np.array([1, 0], np.int8)])
def test_actions_that_are_no_text(cells):
    frame = pd.DataFrame({"app": ["a", "a"], "action": cells})
    assert read_log(frame, Schema(["app"])).actions.tolist() == [1, 0]


@pytest.mark.parametrize("kind", ["flag", None])
def test_a_switch_has_one_value_in_every_spelling(kind):
    cells = ["True", "true", "TRUE", " true", "1", "False", "false", "0", "unknown", "Unknown", ""]
    frame = pd.DataFrame({"on": cells, "action": 1})
    log = read_log(frame, Schema([Feature("on", kind)]))
    assert log.columns["on"].take(slice(None)) == [True] * 5 + [False] * 3 + ["unknown"] * 3


def test_unknown_is_a_label_of_its_own_and_an_empty_cell_is_it():
    frame = pd.DataFrame({"place": ["home", "unknown", "", None], "action": 1})
    column = read_log(frame, Schema(["place"])).columns["place"]
    assert column.values == ("home", "unknown")
    assert column.take(slice(None)) == ["home", "unknown", "unknown", "unknown"]


@pytest.mark.parametrize("hole", ["", " ", "unknown", "Unknown"])
def test_missing_says_what_a_hole_stands_for(hole):
    frame = pd.DataFrame({"battery": ["80", hole, "20"], "action": 1})
    log = read_log(frame, Schema([Feature("battery", missing=50)]))
    assert log.columns["battery"].take(slice(None)) == [80, 50, 20]
    assert log.schema.features[0].kind == "integer"
    afterwards = Schema(["action2"], engagement=[Feature("battery", "integer", missing=-1)])
    log = read_log(frame.assign(action2="x"), afterwards)
    assert log.columns["battery"].take(slice(None)) == [80, -1, 20]


def test_a_hole_in_what_came_after_the_act_is_nan():
    frame = pd.DataFrame({"app": "a", "delay": ["", "3"], "count": ["7", "unknown"], "action": 1})
    log = read_log(frame, Schema(["app"], engagement=["delay", Feature("count", "integer")]))
    np.testing.assert_array_equal(log.columns["delay"].numbers, [np.nan, 3])
    np.testing.assert_array_equal(log.columns["count"].numbers, [7, np.nan])


@pytest.mark.parametrize(
    ("unit", "cells", "milliseconds"),
    [
        ("", ["1561968000", "1561968000.25"], [1561968000000, 1561968000250]),
        ("", ["1561968000000", "1.561968e12"], [1561968000000, 1561968000000]),
        ("s", ["10", "2e11"], [10_000, 200_000_000_000_000]),
        ("ms", ["10", "1561968000000.0"], [10, 1561968000000]),
        ("", ["2019-07-01T08:00:00", "2019-07-01 08:00"], [1561968000000] * 2),
        ("", ["2019-07-01", " 2019-07-01T00:00:00 "], [1561939200000] * 2),
        ("", ["2019-07-01T08:00:00.5", "2019-07-01T08:00:00.500"], [1561968000500] * 2),
        ("", ["2019-07-01T08:00:00.5004999Z", "2019-07-01T08:00:00.500000001+02:00"],
         [1561968000500] * 2),
        ("", ["1969-12-31T23:59:59", "1970-01-01"], [-1000, 0]),
    ],
)  # fmt: skip
def test_times(unit, cells, milliseconds):
    frame = pd.DataFrame({"app": "a", "action": 1, "at": cells})
    log = read_log(frame, Schema(["app"], time=Feature("at", unit=unit)))
    assert log.times.tolist() == milliseconds
