"""A log answers questions about its rows, and nothing of it can be changed."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest
from logs_support import CSV, SCHEMA, VALUES, assert_same, table

from gym_push import LogError, Schema, read_log
from gym_push.logs import observe


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(CSV, encoding="utf-8")
    return read_log(path, SCHEMA)


def test_when_a_notification_was_posted(log):
    assert [log.posted(row) for row in range(4)] == [
        "2019-07-01T08:00:00",
        "2019-07-01T08:05:00",
        "2019-07-01T09:00:00",
        "2019-07-02T00:00:00",
    ]
    assert read_log(table(), Schema(["app"])).posted(0) is None


def test_users_have_their_rows_in_the_order_of_the_log(log):
    assert log.users == ("ann", "bob")
    assert log.rows_of("ann").tolist() == [0, 2]
    assert log.rows_of("bob").tolist() == [1, 3]
    assert read_log(table(), Schema(["app"])).users == ()
    with pytest.raises(LogError, match="log.csv has no user 'bop'; did you mean 'bob'"):
        log.rows_of("bop")


def test_what_the_schema_does_not_name_is_left_out(log):
    assert "id" not in log.to_frame()
    assert len(log) == 4
    assert "4 rows, 2 opened" in repr(log)


def test_features_can_be_left_out(log):
    left = log.without("words", "place", "delay")
    gone = {"words", "place", "delay"}
    assert set(left.columns) == set(log.columns) - gone
    assert left.schema.observed == tuple(e for e in log.schema.observed if e.name not in gone)
    assert left.features(2, "engagement") == {}
    assert left.features(1, "notification") == {"app": "chat"}
    assert left.users == log.users and (left.actions == log.actions).all()
    assert log.without().fingerprint == log.fingerprint
    assert left.fingerprint != log.fingerprint
    assert pickle.loads(pickle.dumps(left)).fingerprint == left.fingerprint


def test_what_cannot_be_left_out_is_told(log):
    with pytest.raises(LogError, match="log.csv has no feature 'wrods'; did you mean 'words'"):
        log.without("app", "wrods")
    with pytest.raises(LogError, match="at least one notification or context feature"):
        log.without(*(each.name for each in log.schema.observed))


def test_one_rows_features_by_role(log):
    assert log.features(1, "notification") == {"app": "chat", "words": "Sale, today only"}
    assert log.features(2, "context") == {
        "battery": 50, "noise": 1.0, "charging": "unknown", "place": "work",
    }  # fmt: skip
    assert log.features(0, "engagement") == {"delay": 2.5}


def test_a_row_is_made_of_plain_values(log):
    for name, column in log.columns.items():
        assert {type(value) for value in column.take(slice(None))} <= {
            type(value) for value in VALUES[name]
        }


def arrays(log):
    columns = [*log.columns.values(), log.owner]
    parts = [part for column in columns for part in vars(column).values()]
    return [log.actions, log.times, *(part for part in parts if isinstance(part, np.ndarray))]


def test_a_log_is_frozen(log):
    for array in arrays(log):
        assert not array.flags.writeable
    with pytest.raises(dataclasses.FrozenInstanceError):
        log.actions = None
    with pytest.raises(TypeError):
        log.columns["app"] = None
    with pytest.raises(ValueError, match="read-only"):
        log.rows_of("ann")[0] = 1


def test_a_log_is_pickled_and_copied_as_it_is(log):
    observe(log, None, "raw").take(np.arange(4))
    again = pickle.loads(pickle.dumps(log))
    assert_same(again)
    assert again.schema == log.schema
    assert not any(array.flags.writeable for array in arrays(again))
    with pytest.raises(TypeError):
        again.columns["app"] = None
    assert copy.deepcopy(log) is log


def test_a_frame_made_of_a_log_is_free(log):
    frame = log.to_frame()
    frame.loc[0, "action"] = 0
    frame.loc[0, "battery"] = 0
    assert_same(log)


def test_flags_of_a_frame_are_booleans_and_are_read_again(log):
    frame = log.to_frame()
    assert frame["charging"].dtype == "boolean"
    assert frame["charging"].isna().tolist() == [False, False, True, True]
    assert read_log(frame, SCHEMA).fingerprint == log.fingerprint


def test_labels_that_nobody_uses_are_in_no_log(log):
    assert log.select(np.array([0, 2])).columns["app"].values == ("mail",)
    assert log.select(np.array([0])).columns["charging"].values == (False, True, "unknown")
