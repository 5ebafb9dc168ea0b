"""What is written is read again as the same log."""

import pandas as pd
import pytest

from gym_push import (
    ArgumentError,
    Encoding,
    Feature,
    Population,
    Schema,
    bundled_log,
    read_log,
)
from gym_push.logs import write_log

SCHEMA = Schema(
    [Feature("app", "label"), Feature("text", "text")],
    [Feature("charging", "flag"), Feature("battery", "number")],
    action="opened",
    engagement=[Feature("seconds", "number")],
)


@pytest.fixture(params=["parquet", "csv"])
def path(request, tmp_path):
    if request.param == "parquet":
        pytest.importorskip("pyarrow")
    return tmp_path / f"log.{request.param}"


def written(log, path):
    write_log(log, path)
    return read_log(path, log.schema)


def test_texts_holes_and_every_digit_survive(path):
    log = read_log(
        pd.DataFrame(
            {
                "app": ["mail", None, "chat"],
                "text": ['Say "yes", or no', "two\nlines", "Ünïcode 🎉"],
                "charging": [True, None, False],
                "battery": [0.1 + 0.2, 1e-300, 50.0],
                "seconds": [1.5, None, 2.0],
                "opened": [1, 0, 1],
            }
        ),
        SCHEMA,
    )
    again = written(log, path)
    assert again.to_frame().equals(log.to_frame())
    assert again.features(1, "context") == {"charging": "unknown", "battery": 1e-300}


def test_a_log_of_one_person_has_no_user(path):
    again = written(bundled_log(), path)
    assert again.to_frame().equals(bundled_log().to_frame())
    assert again.users == () and (again.times == bundled_log().times).all()


def test_a_log_is_the_same_whether_it_was_made_or_read(path):
    log = Population(3, 1, volume_median=8).log(1)
    again = written(log, path)
    assert Encoding.fit(again) == Encoding.fit(log)
    assert again.fingerprint == log.fingerprint


def test_the_rows_of_one_person_are_read_again(path):
    log = Population(2, 1, volume_median=8).log(1)
    one = log.select(log.rows_of("1"))
    again = written(one, path)
    assert again.users == one.users == ("1",)
    assert again.fingerprint == one.fingerprint


def test_long_logs_are_written_in_pieces(path):
    rows = 10_001
    frame = pd.DataFrame({"app": ["a", "b", "c"] * rows, "opened": [0, 1, 1] * rows})
    log = read_log(frame, Schema(["app"], action="opened"))
    assert written(log, path).to_frame().equals(log.to_frame())


def test_another_format_is_refused_and_nothing_is_left(tmp_path):
    with pytest.raises(ArgumentError, match="format='xlsx' is not one of 'parquet', 'csv'"):
        write_log(bundled_log(), tmp_path / "log.xlsx", "xlsx")
    assert not list(tmp_path.iterdir())
