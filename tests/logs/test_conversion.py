"""A converted log is the same log, and needs nothing but what stands beside it."""

import errno

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gym_push import ArgumentError, Feature, Population, Schema, bundled_log, read_log
from gym_push.logs import convert, writing

SCHEMA = Schema(
    [Feature("app", "label"), Feature("text", "text")],
    [Feature("charging", "flag"), Feature("battery", "number", "%", 50.0)],
    action="opened",
    user="whose",
    time=Feature("at", unit="ms"),
    engagement=[Feature("seconds", "number", "s"), Feature("count", "integer")],
)

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NUMBERS = st.floats(-1e100, 1e100)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "app": WORDS,
            "text": WORDS,
            "charging": st.sampled_from([True, False, None]),
            "battery": NUMBERS,
            "seconds": st.none() | NUMBERS,
            "count": st.none() | st.integers(-(2**53), 2**53),
            "whose": WORDS,
            "at": st.integers(10**12, 2 * 10**12),
            "opened": st.sampled_from([0, 1]),
            "left out": WORDS,
        }
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(params=["log.csv", "log.parquet"])
def path(request, tmp_path):
    if request.param.endswith("parquet"):
        pytest.importorskip("pyarrow")
    return tmp_path / request.param


def same(log, other):
    assert log.schema == other.schema
    assert log.users == other.users
    pd.testing.assert_frame_equal(log.to_frame(), other.to_frame())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(rows=ROWS)
def test_any_log_is_read_as_it_was(rows, path):
    log = read_log(pd.DataFrame(rows, dtype=object), SCHEMA)
    beside = convert(log, path, force=True)
    assert beside == path.with_suffix(".toml")
    same(read_log(path, beside), log)


@pytest.mark.parametrize("make", [bundled_log, lambda: Population(3, 1).log(3)])
def test_a_log_known_by_its_columns_needs_no_schema(make, path, tmp_path):
    assert convert(make(), path) is None
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    same(read_log(path), make())


def test_there_and_back_again(tmp_path):
    pytest.importorskip("pyarrow")
    log = bundled_log()
    convert(log, tmp_path / "a.parquet")
    convert(read_log(tmp_path / "a.parquet"), tmp_path / "b.csv")
    convert(read_log(tmp_path / "b.csv"), tmp_path / "c.pq")
    same(read_log(tmp_path / "c.pq"), log)
    assert np.array_equal(read_log(tmp_path / "b.csv").times, log.times)


def test_what_is_there_is_replaced_by_force_only(tmp_path):
    log = read_log(pd.DataFrame({"app": ["mail"], "action": [1]}), Schema(["app"]))
    for name in ("log.csv", "log.toml"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
        with pytest.raises(ArgumentError, match=f"{name} is there"):
            convert(log, tmp_path / "log.csv")
        assert [each.read_text(encoding="utf-8") for each in tmp_path.iterdir()] == ["mine"]
        (tmp_path / name).unlink()
    (tmp_path / "log.csv").write_text("mine", encoding="utf-8")
    convert(log, tmp_path / "log.csv", force=True)
    assert len(read_log(tmp_path / "log.csv", tmp_path / "log.toml")) == 1


def test_a_full_disk_leaves_neither_file(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing, "write_log", full)
    log = read_log(pd.DataFrame({"app": ["mail"], "action": [1]}), Schema(["app"]))
    with pytest.raises(OSError, match="No space left"):
        convert(log, tmp_path / "log.csv")
    assert not list(tmp_path.iterdir())


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ArgumentError, match="end it in .csv or .parquet"):
        convert(bundled_log(), tmp_path / "log.xlsx")
