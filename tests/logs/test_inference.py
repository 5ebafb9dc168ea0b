"""What kind a column is, where the schema does not say."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gym_push import Feature, LogError, Schema, read_log
from gym_push.logs import sources


def kind(cells):
    frame = pd.DataFrame({"x": pd.Series(cells, dtype=object), "action": 1})
    return read_log(frame, Schema([Feature("x", missing=None)])).schema.features[0].kind


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["true", "False", "TRUE"], "flag"),
        (["true", "1", "0", "unknown", ""], "flag"),
        (["1", "0", "1"], "integer"),
        (["1", "0", "7"], "integer"),
        (["1.0", "-3", "2e3"], "integer"),
        (["1", "2.5"], "number"),
        (["unknown", ""], "label"),
        (["home", "work", "unknown"], "label"),
        (["high", "very high", ""], "label"),
        (["true", "false", "maybe"], "label"),
        (["See you at eight", "no thanks"] * 5, "text"),
        ([f"word{i}" for i in range(1000)], "label"),
        ([f"word{i}" for i in range(1001)], "text"),
    ],
)
def test_kinds(cells, expected):
    assert kind(cells) == expected


def test_a_kind_that_is_given_stays():
    frame = pd.DataFrame({"x": ["1", "2"], "y": ["1", "0"], "action": 1})
    log = read_log(frame, Schema([Feature("x", "label"), Feature("y", "flag")]))
    assert log.columns["x"].values == ("1", "2")
    assert log.columns["y"].take(slice(None)) == [True, False]


CELLS = st.sampled_from(
    ["", "unknown", "true", "False", "1", "0", "1.0", "7", "2.5", "home", "nan", "three words here"]
)


@given(st.lists(CELLS, min_size=1, max_size=8).flatmap(
    lambda cells: st.tuples(st.just(cells), st.permutations(cells), st.integers(1, 4))
))  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_kind_does_not_depend_on_which_rows_come_first(monkeypatch, example):
    cells, permuted, piece = example
    monkeypatch.setattr(sources.Source, "PIECE", piece)

    def outcome(cells):
        try:
            return kind(cells)
        except LogError as error:
            return "mixed" if "some cells are numbers and some are words" in str(error) else "holes"

    assert outcome(cells) == outcome(permuted)
