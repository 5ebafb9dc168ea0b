"""A fit is as sure as it says: of logs of few notifications, few people or odd times, too."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gym_push import Population, Schema, read_log
from gym_push.users import Parameters
from gym_push.users.fitting.moments import MOMENTS

pytestmark = pytest.mark.slow

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMA = Schema(["app"], user="user", time="posted")


def of_times(users, times, opened=None):
    """A log that says when notifications arrived, whose they are and what was opened."""
    if opened is None:
        opened = np.arange(len(times)) % 2
    columns = {"user": users, "posted": pd.to_datetime(times), "app": "mail", "action": opened}
    return read_log(pd.DataFrame(columns), SCHEMA)


def like(people, days, seed, later=0, **changes):
    frame = Population(people, seed, **changes).log(days).to_frame()
    users = frame["user"].astype(str) + f" of {seed}"
    return users, pd.to_datetime(frame["posted"]) + pd.Timedelta(days=later), frame["action"]


def fit(log, **arguments):
    report = Population.fit(log, simulated=30, **arguments)[1]
    why = {each.name: each.why for each in report.not_identified}
    return {each.name: each for each in report.fitted}, why


@pytest.mark.parametrize(
    ("volume", "people", "days"),
    [
        (0.4, 60, 28),
        (5.0, 12, 14),
        pytest.param(0.2, 80, 28, marks=pytest.mark.weekly),
        pytest.param(200.0, 4, 7, marks=pytest.mark.weekly),
    ],
)
def test_the_true_volume_lies_in_the_interval(volume, people, days):
    held = 0
    for seed in (1, 2, 3):
        each = fit(of_times(*like(people, days, 50 + seed, volume_median=volume)), seed=seed)
        each = each[0]["volume_median"]
        assert each.low < each.new < each.high < 5 * each.low
        assert each.population == pytest.approx(each.log, abs=0.1)
        held += each.low < volume < each.high
    assert held >= 2


def test_people_who_came_and_went_are_counted_while_they_were_there():
    early = like(6, 10, 1, volume_median=12.0)
    late = like(6, 10, 2, volume_median=12.0, later=60)
    each = fit(of_times(*map(np.concatenate, zip(early, late, strict=True))))[0]["volume_median"]
    assert each.low < 12.0 < each.high < 30.0


def test_a_target_that_no_people_meet_is_told_and_not_taken():
    times = pd.date_range("2024-01-01", periods=14_000, freq=pd.Timedelta(days=1) / 2000)
    log = of_times(["a"] * len(times), times)
    with pytest.warns(UserWarning, match="what .* says of volume_median, which stays as it was"):
        population, report = Population.fit(log, simulated=20)
    assert population.parameters.volume_median == Parameters().volume_median
    [why] = [each.why for each in report.not_identified if each.name == "volume_median"]
    assert why.startswith("no simulated people show it: the mean log of notifications a day is")
    assert "is 7.6 in the log and 5." in why
    assert f"volume_median: not identified; {why}" in str(report)


def test_the_spread_of_few_among_many_people_is_not_taken_for_that_of_all():
    frame = Population(60, 3, volume_median=0.4).log(28).to_frame().assign(app="mail")
    busy = (frame["user"].value_counts() >= 20).sum()
    assert busy > 5  # of whom some opened as many
    schema = Schema(["app"], engagement=["responseTime"], user="user", time="posted")
    log = read_log(frame[["app", "responseTime", "user", "posted", "action"]], schema)
    found, why = fit(log)
    assert "volume_median" in found
    assert why["delay_spread"].startswith("it has too few notifications for the spread over people")


def test_no_interval_leaves_the_range_of_its_parameter():
    ranges = {about.name: about for about in Parameters.describe()}
    for each in fit(of_times(*like(5, 7, 1, volume_median=4.0)))[0].values():
        about = ranges[each.name]
        assert about.least <= each.low <= each.new <= each.high <= about.most
        assert each.identified < 1.0


def test_a_search_that_ends_as_well_elsewhere_identifies_nothing(monkeypatch):
    [mean] = [each for each in MOMENTS if each.parameter == "openness_mean"]
    both_ways = replace(mean, take=lambda values: mean.take(values) ** 2)
    monkeypatch.setattr("gym_push.users.fitting.fit.MOMENTS", (both_ways,))
    log = of_times(*like(200, 7, 1, volume_median=4.0, openness_mean=0.8))
    report = Population.fit(log)[1]
    why = {each.name: each.why for each in report.not_identified}
    assert why["openness_mean"] == "other values of it fit the log as well"
