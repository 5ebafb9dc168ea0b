"""Logged decisions are read from any log, or refused with row and column."""

import numpy as np
import pandas as pd
import pytest

from gym_push import ArgumentError, Feature, LogError, Schema, SchemaError, read_log
from gym_push.evaluation import LoggedDecisions

COLUMNS = dict(decision="did", propensity="p", reward="paid", actions=("dismiss", "open"))
SCHEMA = Schema(
    ["app"],
    action="opened",
    user="who",
    engagement=["did", Feature("p", "number"), Feature("paid", "number"), Feature("q", "number")],
)


def frame(**changes):
    columns = {
        "app": ["mail", "chat", "chat", "mail"],
        "did": ["open", "dismiss", "open", "open"],
        "p": [0.8, 0.2, 0.8, 0.5],
        "q": [0.2, 0.8, 0.2, 0.5],
        "paid": [1.0, -1.0, -1.0, 1.0],
        "opened": [1, 1, 0, 1],
        "who": ["a", "a", "b", "b"],
    }
    return pd.DataFrame({**columns, **changes})


def logged(schema=SCHEMA, columns=COLUMNS, **changes):
    return LoggedDecisions.of(read_log(frame(**changes), schema), **columns)


def test_decisions_are_read_by_name_or_number():
    by_name, by_number = logged(), logged(did=[1, 0, 1, 1])
    assert by_name.decisions.tolist() == by_number.decisions.tolist() == [1, 0, 1, 1]
    assert by_name.propensities.tolist() == [0.8, 0.2, 0.8, 0.5]
    assert by_name.chances is None
    assert repr(by_name) == "<LoggedDecisions the DataFrame: 1 dismiss, 3 open>"
    assert (by_name.units.kind, by_name.units.count) == ("person", 2)


def test_a_text_is_a_decision_too():
    schema = Schema(["app"], action="opened", engagement=[Feature("did", "text"), "p", "paid"])
    assert logged(schema).decisions.tolist() == [1, 0, 1, 1]


def test_propensities_of_all_actions_are_known_by_action():
    of_all = {"open": "p", "dismiss": "q"}
    found = logged(columns={**COLUMNS, "propensity": of_all}, q=[0.2, 0.2, 0.2, 0.5],
                   p=[0.8, 0.8, 0.8, 0.5])  # fmt: skip
    assert found.chances.tolist() == [[0.2, 0.8], [0.2, 0.8], [0.2, 0.8], [0.5, 0.5]]
    assert found.propensities.tolist() == [0.8, 0.2, 0.8, 0.5]


def test_unknown_propensities_are_allowed():
    found = logged(columns={**COLUMNS, "propensity": None})
    assert found.propensities is None and found.chances is None


def test_nothing_can_be_changed():
    for array in (logged().decisions, logged().rewards, logged().propensities):
        assert not array.flags.writeable


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"p": [0.8, 0.0, 0.8, 0.5]}, "row 2, column 'p': 0.0 is not a probability above 0"),
        ({"p": [0.8, 0.2, 1.3, 0.5]}, "row 3, column 'p': 1.3 is not a probability"),
        ({"p": [0.8, 0.2, -0.1, 0.5]}, "row 3, column 'p': -0.1 is not a probability"),
        ({"p": [0.8, 0.2, None, 0.5]}, "row 3, column 'p': it is missing; say how likely"),
        ({"paid": [1.0, 2.0, 3.0, None]}, "row 4, column 'paid': it is missing; say what"),
        ({"did": ["open", "opne", "open", "open"]}, "row 2, column 'did': 'opne' is not 'dismiss'"),
        ({"did": [0, 1, 2, 1]}, "row 3, column 'did': 2 is not 'dismiss', 'open' or"),
        ({"did": [0, 1, -1, 1]}, "row 3, column 'did': -1 is not 'dismiss'"),
        ({"did": [0.0, 1.0, 0.5, 1.0]}, "row 3, column 'did': 0.5 is not 'dismiss'"),
    ],
)
def test_a_bad_cell_is_named_with_row_and_column(changes, message):
    with pytest.raises(LogError) as caught:
        logged(**changes)
    assert str(caught.value).startswith("the DataFrame, ") and message in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        ({"decision": "dit"}, SchemaError, "no engagement column 'dit'; did you mean 'did'?"),
        ({"reward": "nothing"}, SchemaError, "no engagement column 'nothing'; it has 'did', 'p'"),
        ({"decision": "app"}, SchemaError, "agents see the column 'app' of the DataFrame: make"),
        ({"reward": "did"}, SchemaError, "has the kind label or flag; make it a number"),
        ({"actions": ("open",)}, ArgumentError, "must be two different words or more"),
        ({"actions": ("open", "open")}, ArgumentError, "must be two different words or more"),
        ({"propensity": {"opne": "p"}}, ArgumentError, "action 'opne' is not one of"),
        (
            {"propensity": {"open": "p", "dismiss": "paid"}},
            LogError,
            "row 1: the propensities of all actions have the sum 1.8, not 1",
        ),
    ],
)
def test_a_column_that_does_not_fit_is_named(columns, error, message):
    with pytest.raises(error) as caught:
        logged(columns={**COLUMNS, **columns}, paid=[1.0, 0.2, 0.5, 1.0])
    assert message in str(caught.value)


def test_what_could_not_be_decided_was_not():
    of_all = {**COLUMNS, "propensity": {"open": "p", "dismiss": "q"}}
    with pytest.raises(LogError, match="row 2: dismiss was decided, with the propensity 0"):
        logged(columns=of_all, p=[0.8, 1.0, 0.8, 0.5], q=[0.2, 0.0, 0.2, 0.5])


def test_a_log_of_one_person_is_taken_apart_by_days_or_else_by_stretches():
    one = Schema(["app"], action="opened", engagement=["did", "p", "paid"])
    assert (logged(one).units.kind, logged(one).units.count) == ("block", 4)
    dated = Schema(["app"], action="opened", engagement=["did", "p", "paid"], time="at")
    days = ["2024-01-01T10:00", "2024-01-01T11:00", "2024-01-02T00:00", "2024-01-04T23:59"]
    units = logged(dated, at=days).units
    assert (units.kind, units.count, units.of_row.tolist()) == ("day", 3, [0, 0, 1, 2])
    assert units.mean(np.array([1.0, 2.0, 5.0, 7.0])).value == 15.0 / 4.0  # of notifications
