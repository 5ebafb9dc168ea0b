"""What a cell means: times of digits, bytes and lengths of time, words like numbers, and holes."""

import datetime

import numpy as np
import pandas as pd
import pytest
from logs_support import sentence

from gym_push import Feature, LogError, Schema, read_log
from gym_push.logs import convert, suspicions
from gym_push.logs.dialect import HOLES


def read(cells, feature="x", **options):
    frame = pd.DataFrame({"x": pd.Series(cells, dtype=object), "action": 1})
    return read_log(frame, Schema([feature], **options))


def values(cells, feature="x", **options):
    return read(cells, feature, **options).columns["x"].take(slice(None))


def times(cells, unit="", **options):
    frame = pd.DataFrame({"app": "a", "at": pd.Series(cells, dtype=object), "action": 1})
    return read_log(frame, Schema(["app"], time=Feature("at", unit=unit), **options))


def told(log):
    """What looks wrong, but that these logs are small."""
    return [each for each in suspicions(log) if "learned" not in each]


# ---- times ----


@pytest.mark.parametrize(
    ("cell", "posted"),
    [
        ("20240315", "2024-03-15T00:00:00"),
        (20240315, "2024-03-15T00:00:00"),
        (20240315.0, "2024-03-15T00:00:00"),
        ("20240315081200", "2024-03-15T08:12:00"),
        ("20240315T081200Z", "2024-03-15T08:12:00"),
        ("1710490320", "2024-03-15T08:12:00"),
        ("1710490320000", "2024-03-15T08:12:00"),
        (datetime.date(2024, 3, 15), "2024-03-15T00:00:00"),
        (np.datetime64("2024-03-15T08:12"), "2024-03-15T08:12:00"),
    ],
)
def test_dates_of_eight_and_moments_of_fourteen_digits(cell, posted):
    assert times([cell]).posted(0) == posted


@pytest.mark.parametrize(("unit", "year"), [("s", "1970"), ("ms", "1970"), ("d", "2024")])
def test_a_unit_that_is_given_counts(unit, year):
    log = times(["45366.341667"], unit)
    assert log.posted(0)[:4] == year


def test_days_of_a_spreadsheet_are_told_to_the_second():
    log = times(["45366.341667", "45367.5", 25569], "d")
    assert [log.posted(row) for row in range(3)] == [
        "2024-03-15T08:12:00", "2024-03-16T12:00:00", "1970-01-01T00:00:00",
    ]  # fmt: skip


@pytest.mark.parametrize(("cell", "unit", "year"), [("20240315", "s", 1970), ("9e12", "ms", 2255)])
def test_unlikely_years_are_named(cell, unit, year):
    [sentence] = told(times([cell], unit))
    assert f"its times are of the year {year}" in sentence and "'at'" in sentence
    assert told(times(["1710490320"])) == []


AUTUMN = ["2024-10-27T02:50:00+02:00", "2024-10-27T02:10:00+01:00", "2024-10-27T03:00:00+01:00"]


def test_a_clock_that_goes_back_in_autumn_is_in_order(tmp_path):
    log = times(AUTUMN)
    assert told(log) == []
    assert log.offsets.tolist() == [120, 60, 60]
    assert [log.posted(row)[11:16] for row in range(3)] == ["02:50", "02:10", "03:00"]
    assert [each[:7] for each in told(times([each[:19] for each in AUTUMN]))] == ["row 2 i"]
    assert [each[:7] for each in told(times(AUTUMN[::-1]))] == ["2 rows "]


def test_some_times_may_say_no_offset():
    log = times([AUTUMN[0], "2024-10-27T02:10:00", "2024-10-27T03:00:00Z"])
    assert told(log)[0].startswith("row 2 is earlier")
    assert times(["2024-10-27T03:00:00"]).offsets is None


# ---- bytes and lengths of time ----


def test_bytes_are_text():
    assert values([b"mail", b"sms", np.bytes_(b"mail")]) == ["mail", "sms", "mail"]
    assert values([b"Gr\xfc\xdfe"], dialect={"encoding": "latin-1"}) == ["Grüße"]


@pytest.mark.parametrize(
    ("unit", "expected"), [("", 90061.5), ("s", 90061.5), ("ms", 90061500.0), ("min", 1501.025)]
)
def test_lengths_of_time_are_numbers_in_the_columns_unit(unit, expected):
    length = pd.Timedelta(days=1, hours=1, minutes=1, seconds=1.5)
    for cell in (length, length.to_pytimedelta(), length.to_timedelta64(), str(length)):
        assert values([cell], Feature("x", "number", unit)) == [expected]
    assert read([length, None], Feature("x", missing=0)).schema.features[0].kind == "number"
    assert values([pd.Timedelta(days=2)], Feature("x", "integer", "d")) == [2]


def test_a_length_of_time_in_another_unit_is_refused():
    message = sentence(read, [pd.Timedelta(1, "s")], Feature("x", "number", "%"))
    assert message.startswith("the DataFrame, row 1, column 'x': '0 days 00:00:01' is a length of")
    assert "the unit '%' is not one of time" in message


# ---- words ----


@pytest.mark.parametrize("word", ["Nan", "inf", "Infinity", "-inf", "12_34", "٣", "１２", "1e5x"])
def test_what_python_takes_for_a_number_is_a_word(word):
    log = read(["Ana", word])
    assert log.schema.features[0].kind == "label"
    assert log.columns["x"].take(slice(None)) == ["Ana", word]
    assert "is not a number" in sentence(read, [word], Feature("x", "number"))


@pytest.mark.parametrize("number", ["1", "+1.5", "-.5", "2.", "1e5", " 7 ", "6.02E+23"])
def test_numbers(number):
    assert values([number], Feature("x", "number")) == [float(number)]


# ---- holes ----


@pytest.mark.parametrize(
    "hole", [*HOLES, "unknown", "Unknown", " NA ", None, np.nan, pd.NA, pd.NaT]
)
def test_a_hole_is_a_hole_in_every_kind_of_column(hole):
    assert values([hole, "85"], Feature("x", missing=50)) == [50, 85]
    assert values([hole, "true"]) == ["unknown", True]
    assert values([hole, "mail"]) == ["unknown", "mail"]
    assert values([hole, "You"], Feature("x", "text")) == ["", "You"]
    frame = pd.DataFrame({"app": "a", "x": pd.Series([hole, "2"], dtype=object), "action": 1})
    log = read_log(frame, Schema(["app"], engagement=["x"]))
    np.testing.assert_equal(log.columns["x"].numbers, [np.nan, 2.0])


def test_other_words_are_holes_where_the_schema_says_so():
    holes = {"holes": ["?"]}
    assert values(["NA", "?", "", "DE"], dialect=holes) == ["NA", "unknown", "unknown", "DE"]
    assert values(["?", "7"], Feature("x", missing=1), dialect=holes) == [1, 7]
    log = read(["NA", "?"], dialect=holes)
    again = read_log(log.to_frame(), log.schema)
    assert again.columns["x"].take(slice(None)) == ["NA", "unknown"]


def test_no_action_and_no_time_are_made_of_holes():
    for cell in ("NA", "-", None):
        frame = pd.DataFrame({"app": ["a"], "at": [cell], "action": [cell]})
        assert "the action is missing" in sentence(read_log, frame, Schema(["app"]))
        message = sentence(read_log, frame.assign(action=1), Schema(["app"], time="at"))
        assert "the time is missing" in message


@pytest.mark.parametrize(
    "labels", [["Mail", "mail"], ["mail", " mail"], ["a  b", "a b"], ["caf\u00e9", "cafe\u0301"]]
)
def test_labels_that_a_person_takes_for_the_same_are_told(labels):
    [sentence] = told(read(labels))
    assert sentence.startswith("column 'x': ") and "differ only in blanks, case or" in sentence
    assert all(repr(label) in sentence for label in labels)
    frame = pd.DataFrame({"app": ["a", "b"], "who": labels, "action": [1, 0]})
    [sentence] = told(read_log(frame, Schema(["app"], user="who")))
    assert sentence.startswith("column 'who': ")


def test_a_mistake_names_its_row():
    with pytest.raises(LogError, match="row 2, column 'x': a cell of type dict cannot"):
        read(["a", {"b": 1}])


@pytest.mark.parametrize("name", ["log.csv", "log.parquet"])
def test_offsets_are_written_and_read_again(tmp_path, name):
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    log = times([*AUTUMN, "2024-10-27T03:00:00.25-03:30", "2024-10-28"])
    again = read_log(tmp_path / name, convert(log, tmp_path / name))
    assert again.times.tolist() == log.times.tolist()
    assert again.offsets.tolist() == log.offsets.tolist() == [120, 60, 60, -210, -(2**15)]
