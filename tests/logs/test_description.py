"""A description says what is in a log, as counting by hand would."""

import json
from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest
from logs_support import CSV, SCHEMA

from gym_push import Feature, Population, Schema, bundled_log, read_log
from gym_push.logs import describe
from gym_push.logs.schema import OBSERVED


@pytest.fixture
def small(tmp_path):
    (tmp_path / "log.csv").write_text(CSV, encoding="utf-8")
    return describe(read_log(tmp_path / "log.csv", SCHEMA))


def column(about, name):
    [found] = [each for each in about.columns if each.name == name]
    return found


def test_who_how_long_and_how_much_is_opened(small):
    assert (small.source, small.rows, small.users) == ("log.csv", 4, 2)
    assert (small.first, small.last) == ("2019-07-01T08:00:00", "2019-07-02T00:00:00")
    assert (small.days, small.open_rate) == (2, 0.5)
    assert astuple(small.open_rate_of_users) == (0.0, 0.25, 0.5, 0.75, 1.0)
    assert small.rows_of_users.least == small.rows_of_users.most == 2
    assert small.rows_a_day_of_users.least == 1 and small.rows_a_day_of_users.most == 2


def test_every_column_has_its_role_its_values_and_its_holes(small):
    assert [each.name for each in small.columns] == list(SCHEMA.columns)
    app = column(small, "app")
    assert (app.role, app.kind, app.distinct, app.missing) == ("notification", "label", 3, 0)
    assert app.values[0] == ("mail", 2)
    assert column(small, "charging").missing == 2 and column(small, "charging").distinct == 2
    assert column(small, "place").missing == 2 and column(small, "words").missing == 1
    battery = column(small, "battery")
    assert (battery.least, battery.most, battery.unit) == (20, 80, "%")
    delay = column(small, "delay")
    assert (delay.distinct, delay.missing, delay.least, delay.most) == (3, 1, 0.5, 3.0)
    assert [each.name for each in small.columns if each.role in OBSERVED] == [
        feature.name for feature in SCHEMA.observed
    ]
    assert dict(column(small, "action").values) == {"opened": 2, "dismissed": 2}
    assert (column(small, "user").distinct, column(small, "posted").distinct) == (2, 4)


@pytest.mark.filterwarnings("default::DeprecationWarning")  # the oldest pandas' own
def test_apps_are_those_of_the_frame():
    log = Population(20, 3).log(5)
    frame, about = log.to_frame(), describe(log)
    by_app = frame.groupby("appPackage")["action"].agg(["size", "mean"])
    assert about.app_count == len(by_app)
    assert len(about.apps) == 10
    assert [app.rows for app in about.apps] == sorted(by_app["size"], reverse=True)[:10]
    for app in about.apps:
        assert (app.rows, app.open_rate) == pytest.approx(tuple(by_app.loc[app.name]))
    rates = frame.groupby("user")["action"].mean()
    assert about.open_rate_of_users.median == pytest.approx(rates.median())
    assert about.response.median == pytest.approx(frame["responseTime"].median())


def test_what_a_log_does_not_have_is_none():
    frame = pd.DataFrame({"x": [0.5, np.nan], "y": ["", ""], "action": [1, 1]})
    log = read_log(frame, Schema([Feature("y", "label")], engagement=[Feature("x", "number")]))
    about = describe(log)
    assert (about.users, about.first, about.days) == (1, None, None)
    assert about.apps == () and about.app_count == 0
    assert about.response is None and about.rows_a_day_of_users is None
    assert (column(about, "y").distinct, column(about, "y").values) == (0, ())
    assert dict(column(about, "action").values) == {"opened": 2}


def test_it_is_plain_values_for_json():
    about = describe(bundled_log()).to_dict()
    again = json.loads(json.dumps(about, allow_nan=False))
    assert again["open_rate_of_users"]["median"] == again["open_rate"]
    assert again["apps"][0]["rows"] == 129
    assert again["columns"][0]["role"] == "notification"
