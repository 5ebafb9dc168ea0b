"""What a log costs grows with its people and columns, and not with their square."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from gym_push import Schema, read_log
from gym_push.evaluation.suites.replay import LogSuite
from gym_push.logs import Encoding
from gym_push.logs.columns import CodedColumn


def peak(call):
    """Bytes; the second call is measured, when all that is kept is there."""
    call()
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def log_of(people, rows=2, **columns):
    size = people * rows
    user = [f"user {row // rows}" for row in range(size)]
    frame = pd.DataFrame({"app": "a", "action": [0, 1] * (size // 2), "user": user, **columns})
    return read_log(frame, Schema([*frame.columns[frame.columns != "user"].drop("action")],
                                  user="user"))  # fmt: skip


def test_who_is_in_a_log_is_told_once():
    log = log_of(3)
    assert log.users is log.users
    assert log.rows_of("user 1") is log.rows_of("user 1")


def test_looking_a_person_up_takes_no_memory_for_the_others():
    few, many = (log_of(people) for people in (10, 10_000))
    assert peak(lambda: many.rows_of("user 7")) <= peak(lambda: few.rows_of("user 7")) + 1_000


@pytest.mark.parametrize("kind", ["select", "codes"])
def test_some_rows_cost_what_they_are_however_many_labels_there_are(kind):
    def cost(labels):
        names = [f"label {number:06}" for number in range(labels)]
        log = log_of(labels // 2, app=names)
        encoding, rows = Encoding.fit(log), np.array([1, 2])
        work = {"select": log.select, "codes": lambda rows: encoding.codes(log, rows)}[kind]
        return peak(lambda: work(rows))

    assert cost(20_000) <= cost(200) + 1_000


def test_labels_of_some_rows_are_those_that_occur():
    values = tuple(f"label {number:03}" for number in range(300))
    column = CodedColumn(np.arange(300, dtype=np.uint16), values)
    some = column.select(np.array([200, 7, 200]))
    assert some.values == ("label 007", "label 200")
    assert some.codes.tolist() == [1, 0, 1] and some.codes.dtype == np.uint8


def test_a_trial_takes_no_memory_for_the_other_people():
    few, many = (LogSuite("own/v1", log_of(people), 0.5) for people in (10, 10_000))
    assert peak(lambda: many.trial("user 7")) <= peak(lambda: few.trial("user 7")) + 5_000


class Name(str):
    """A column's name that counts how often it is compared with another one."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other):
        Name.compared += 1
        return str.__eq__(self, other)


def test_a_column_is_not_looked_for_among_all_others():
    def comparisons(columns):
        names = [Name(f"column {number}") for number in range(columns)]
        frame = pd.DataFrame(
            [["a"] * columns + [1]], columns=pd.Index([*names, "action"], dtype=object)
        )
        Name.compared = 0
        read_log(frame, Schema([f"column {number}" for number in range(columns)]))
        return Name.compared

    assert comparisons(400) < 3 * comparisons(200)
