"""Reminders of Duolingo: lists, a history, and more rows than a memory should hold."""

import subprocess
import sys

import pytest

pa = pytest.importorskip("pyarrow")

import pyarrow.parquet  # noqa: E402
from duolingo_support import HISTORY, SCHEMA, written_log  # noqa: E402
from import_support import rows_of  # noqa: E402

from gym_push import LogError, read_log  # noqa: E402

ROWS = [
    (0.25, "en", ["A", "B"], [("A", 2.5), ("C", 0.5), ("A", 0.75)], "A", True),
    (4.5, "de", ["B", "L"], [], "L", False),
    (4.75, "de", ["B"], [("B", 9.0)], "B", True),
    (5.0, "de", ["B", "C"], [], "A", True),  # not eligible
    (5.5, "de", ["B", "C"], [], "C", None),
    (None, "de", ["B", "C"], [], "C", False),
    (6.0, "de", None, [], "C", False),
]


@pytest.fixture
def log(tmp_path):
    history = [[dict(zip(("template", "n_days"), e, strict=True)) for e in row[3]] for row in ROWS]
    columns = [list(column) for column in zip(*ROWS, strict=True)]
    columns[3] = pa.array(history, HISTORY)
    path = tmp_path / "training_part1.snappy.parquet"
    arrays = [pa.array(each, field.type) for each, field in zip(columns, SCHEMA, strict=True)]
    pyarrow.parquet.write_table(pa.table(arrays, schema=SCHEMA), path)
    return path


def with_column(log, name, cells):
    table = pyarrow.parquet.read_table(log)
    table = table.set_column(table.column_names.index(name), name, pa.array(cells))
    pyarrow.parquet.write_table(table, log)
    return log


@pytest.mark.parametrize("cells", [
    ["True", "False", "true", "True", None, "False", "false"], [1, 0, 1, 1, None, 0, 0],
    [1.0, 0.0, 1.0, 1.0, None, 0.0, 0.0],
])  # fmt: skip
def test_practice_in_words_or_numbers(cells, log, importing):
    imported = importing("duolingo", with_column(log, "session_end_completed", cells))
    assert imported.outcomes == {"practised": 2, "did not practise": 1}


@pytest.mark.parametrize(("name", "cells", "said"), [
    ("session_end_completed", [2, 0, 1, 1, 0, 0, 0], "Failed to parse value: 2"),
    ("session_end_completed", ["yes"] * 7, "Failed to parse value: yes"),
    ("datetime", [1.5e9] * 7, "rows 1 to 7: the datetime 1.5e+09 is not a number of days since"),
])  # fmt: skip
def test_what_would_be_something_else(name, cells, said, log, importing):
    with pytest.raises(LogError) as caught:
        importing("duolingo", with_column(log, name, cells))
    assert said in str(caught.value)


def test_values_and_numbers(log, importing):
    imported = importing("duolingo", log)
    assert (imported.found, imported.rows) == (7, 3)
    assert imported.left_out == {
        "not known whether the person practised": 1,
        "the template was not eligible": 2,
        "no time": 1,
    }
    assert imported.outcomes == {"practised": 2, "did not practise": 1}
    first, second, third = rows_of(imported)
    assert list(first.pop("eligible_templates")) == ["A", "B"]
    since = {name: first.pop(f"daysSince{name}") for name in "ABCDEFGHIJKL"}
    assert since == {**dict.fromkeys("ABCDEFGHIJKL"), "A": 0.75, "C": 0.5}
    assert first == {
        "ui_language": "en",
        "sentBefore": 3,
        "daysSinceLast": 0.5,
        "time": "2000-01-01T06:00:00.000+00:00",
        "session_end_completed": "true",
        "selected_template": "A",
    }
    assert (second["sentBefore"], second["daysSinceLast"]) == (0, None)
    assert third["time"] == "2000-01-05T18:00:00.000+00:00"
    read = read_log(imported.path)
    assert read.actions.tolist() == [1, 0, 1]
    assert read.features(1, "context")["daysSinceB"] == 100
    assert read.features(0, "engagement")["eligible_templates"] == ("A", "B")


@pytest.mark.parametrize("out", ["log.parquet", "log.csv"])
def test_both_files_hold_the_same(log, importing, out):
    frame = read_log(importing("duolingo", log, out=out).path).to_frame()
    assert frame["eligible_templates"].map(list).tolist() == [["A", "B"], ["B", "L"], ["B"]]
    assert frame["daysSinceA"].tolist() == [0.75, 100, 100]


MEASURE = """
import sys
from gym_push.logs.importing import import_log
imported = import_log("duolingo", sys.argv[1], sys.argv[2])
with open("/proc/self/status") as status:  # ru_maxrss begins with what the parent process had
    [most] = [line.split()[1] for line in status if line.startswith("VmHWM:")]
print(imported.found, imported.rows, 1024 * int(most))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells it without the parent's")
def test_two_million_rows_need_less_than_a_gigabyte(tmp_path):
    """And they are worth what is known: test_imported_decisions.py."""
    path = tmp_path / "training.parquet"
    written_log(path, 2_000_000)
    command = [sys.executable, "-c", MEASURE, path, tmp_path / "log.parquet"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found, rows, most = map(int, done.stdout.split())
    assert found == rows == 2_000_000
    assert most < 1e9, f"{most / 1e6:.0f} MB"
