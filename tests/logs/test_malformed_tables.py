"""What is wrong with a Parquet file or a DataFrame is said in one sentence, too."""

import sys

import numpy as np
import pandas as pd
import pytest
from logs_support import case, frame, sentence

from gym_push import Feature, MissingExtraError, Schema, SchemaError, read_log
from gym_push.logs import sources

# ---- Parquet ----


def parquet_bytes(tmp_path):
    pytest.importorskip("pyarrow")
    pd.DataFrame({"app": [f"app{i}" for i in range(2000)], "action": 1}).to_parquet(
        tmp_path / "good.parquet"
    )
    return (tmp_path / "good.parquet").read_bytes()


@pytest.mark.parametrize("name", ["log.parquet", "log.pq"])
@pytest.mark.parametrize("damage", ["CSV", "empty", "start", "end", "footer", "data"])
def test_a_broken_parquet_file(tmp_path, name, damage):
    whole = parquet_bytes(tmp_path)
    broken = {
        "CSV": b"app,action\nmail,1\n",
        "empty": b"",
        "start": whole[:100],
        "end": whole[-100:],
        "footer": whole[:-60] + bytes(52) + whole[-8:],
        "data": whole[:4] + bytes(byte ^ 0xFF for byte in whole[4:400]) + whole[400:],
    }
    (tmp_path / name).write_bytes(broken[damage])
    message = sentence(read_log, tmp_path / name, Schema(["app"]))
    assert message.startswith(f"{name} is damaged, or ")
    assert message.endswith("copy or make it again")


def test_a_parquet_file_that_is_called_csv(tmp_path):
    (tmp_path / "log.csv").write_bytes(parquet_bytes(tmp_path))
    message = sentence(read_log, tmp_path / "log.csv", Schema(["app"]))
    assert "whose name ends in .parquet" in message


def test_cells_of_a_parquet_file_are_named(tmp_path):
    parquet_bytes(tmp_path)
    message = sentence(read_log, tmp_path / "good.parquet", Schema([Feature("app", "number")]))
    assert message.startswith("good.parquet, row 1, column 'app': 'app0' is not a number")
    assert "has no column 'apps'" in sentence(
        read_log, tmp_path / "good.parquet", Schema(["apps"]), error=SchemaError
    )


def test_no_parquet_file():
    pytest.importorskip("pyarrow")
    assert "nope.parquet: there is no such file" in sentence(
        read_log, "nope.parquet", Schema(["app"])
    )


def test_without_pyarrow_the_error_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    message = sentence(read_log, tmp_path / "log.parquet", Schema(["app"]), error=MissingExtraError)
    assert message.startswith("reading log.parquet needs PyArrow, which is not installed")
    assert 'pip install ".[parquet]"' in message


# ---- DataFrames ----


class Wordless:
    def __str__(self):
        raise RuntimeError("no words for it")


FRAMES = [
    case("empty", frame()[:0], "the DataFrame has a header and no rows"),
    case("no columns", pd.DataFrame(), "the DataFrame has no column 'app'"),
    case("columns that are numbers", pd.DataFrame([["a", 1]]), "column 1 is called 0", "a word"),
    case("a column twice", pd.DataFrame([["a", "a", 1]], columns=["app", "app", "action"]),
         "column 'app' appears twice"),
    case("columns of two levels", pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples(
        [("a", "app"), ("a", "action")])), "column 1 is called ('a', 'app')"),
    case("a column without a name", frame().rename(columns={"app": None}), "column 1 is called"),
    case("action missing", frame(action=[1, None, 0]), "the DataFrame, row 2, column 'action'",
         "the action is missing"),
    case("action of NA", frame(action=pd.array([1, 0, None], dtype="Int64")), "row 3",
         "the action is missing"),
    case("half an action", frame(action=[1, 0.5, 0]), "row 2, column 'action'", "'0.5' is not one"),
    case("mixed types", frame(app=[1, 2, "three"]), "row 3, column 'app': 'three'", "with '1'",
         "some cells are numbers and some are words", "give the column's kind"),
    case("mixed types, words first", frame(app=["one", "unknown", 3.5]), "row 3, column 'app'",
         "'3.5' is in one column with 'one'"),
    case("a hole among numbers", frame(app=[1, 2, np.nan]),
         "row 3, column 'app': the cell is empty"),
    case("infinity", frame(app=[1, -np.inf, 2]), "row 2, column 'app': '-inf' is in one"),
    case("a list among words", frame(app=[["b"], "a", "c"]), "row 2, column 'app': 'a' is in one",
         "column with lists", "write it as a list, too"),
    case("lists of what an agent sees", frame(app=[["a"], [], ["c"]]), "column 'app': it holds",
         "lists, which agents cannot see; make it engagement"),
    case("a list of lists", frame(app=[[["b"]], [], []]), "row 1, column 'app': a cell of type",
         "a list of lists"),
    case("a set", frame(app=[{"b"}, "a", "c"]), "row 1, column 'app': a cell of type set cannot",
         "neither a word nor a number"),
    case("bytes that are no text", frame(app=[b"a", b"b", b"\xff"]), "row 3, column 'app'",
         "a cell of type bytes", "bytes that are not UTF-8", "encoding"),

    case("a cell without words", frame(app=["a", Wordless(), "b"]), "row 2, column 'app'",
         "a cell of type Wordless cannot be written as text (no words for it)"),
    case("a number too long to write", frame(app=pd.Series([10**5000, 1, 2], dtype=object)),
         "row 1, column 'app': a cell of type int cannot be written"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "fragments"), FRAMES)
def test_a_broken_frame(data, fragments):
    message = sentence(read_log, data, Schema(["app"]))
    for fragment in fragments:
        assert fragment in message


def test_half_a_character():
    texts = frame(app=pd.Series(["a", "\ud83d!", "b"], dtype=object))
    message = sentence(read_log, texts, Schema([Feature("app", "text")]))
    assert message.startswith("the DataFrame, row 2, column 'app': '\\ud83d!' holds half of a char")


def test_a_cell_without_words_is_named_by_its_row_in_any_piece(monkeypatch):
    monkeypatch.setattr(sources.Source, "PIECE", 2)
    message = sentence(read_log, frame(app=["a", "b", Wordless()]), Schema(["app"]))
    assert message.startswith("the DataFrame, row 3, column 'app': a cell of type Wordless")
