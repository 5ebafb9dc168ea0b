"""Arrow's stream of a log holds what its file holds, in the log's own memory."""

import numpy as np
import pandas as pd
import pytest

pa = pytest.importorskip("pyarrow")

import pyarrow.parquet  # noqa: E402

from gym_push import Feature, Schema, bundled_log, read_log  # noqa: E402
from gym_push.logs.writing import write_log  # noqa: E402

FRAME = pd.DataFrame(
    {
        "app": ["chat", "mail", "chat"],
        "said": ["Tonight? 🎂", "", "naïve"],
        "topics": [["a", "b"], [], ["b"]],
        "charge": [0.5, 0.25, 1.0],
        "quiet": pd.array([True, None, False], "boolean"),
        "at": ["2026-03-01T09:00:00+01:00", "2026-03-01T10:00:00", "2026-03-02T09:00:00-03:30"],
        "who": ["Maya", "Noah", "Maya"],
        "opened": [1, 0, 1],
    }
)
SCHEMA = Schema(
    ["app", Feature("said", "text")],
    ["charge", "quiet"],
    engagement=[Feature("topics", "list")],
    time="at",
    user="who",
    action="opened",
)


@pytest.fixture(params=["bundled", "every kind"])
def log(request):
    return bundled_log() if request.param == "bundled" else read_log(FRAME, SCHEMA)


def test_the_stream_is_the_file(log, tmp_path):
    write_log(log, tmp_path / "log.parquet")
    table = pa.table(log)
    assert table.to_pylist() == pyarrow.parquet.read_table(tmp_path / "log.parquet").to_pylist()
    again = read_log(table.to_pandas(), log.schema)
    assert again.to_frame().equals(log.to_frame())


def test_polars_and_duckdb_take_a_log(log):
    polars, duckdb = pytest.importorskip("polars"), pytest.importorskip("duckdb")
    frame = polars.DataFrame(log)
    assert frame[log.schema.action].to_list() == log.actions.tolist()
    assert frame.columns == pa.table(log).column_names
    counted = duckdb.sql(f"SELECT count(*), sum({log.schema.action}) FROM log").fetchall()
    assert counted == [(len(log), log.actions.sum())]


def test_memory_is_shared():
    log = bundled_log()
    table = pa.table(log)

    def at(column):
        return [
            buffer.address
            for buffer in table.column(column).chunk(0).buffers()
            if buffer is not None
        ]

    for name, array in (
        ("batteryLevel", log.columns["batteryLevel"].numbers),
        ("place", log.columns["place"].codes),
        ("tickerText", log.columns["tickerText"].ends),
    ):
        assert array.ctypes.data in at(name)


def test_an_empty_selection_keeps_its_columns():
    none = bundled_log().select(np.array([], dtype=np.int64))
    table = pa.table(none)
    assert table.num_rows == 0
    assert table.column_names == pa.table(bundled_log()).column_names
