"""Fitted people show what the log shows, and what it does not show stays as it was."""

import numpy as np
import pandas as pd
import pytest

from gym_push import ArgumentError, Feature, Population, Schema, read_log
from gym_push.users import Parameters
from gym_push.users.model.app_classes import CLASSES

TRUTH = {"volume_median": 20.0, "utility_msg": 0.2, "not_opened_delay": 2.5, "wake_mean": 8.5}
CLASS_OF = {package: each.name for each in CLASSES for package in each.packages}


@pytest.fixture(scope="module")
def fitted():
    return Population.fit(Population(60, 9, **TRUTH).log(10), size=7, seed=2, simulated=60)


@pytest.mark.slow
def test_what_was_changed_is_found_again(fitted):
    population, report = fitted
    found = {each.name: each for each in report.fitted}
    held = clear = 0
    for name, truth in TRUTH.items():
        each = found[name]
        held += each.low < truth < each.high
        clear += not each.low < each.old < each.high
        assert each.identified > 0.5
        assert getattr(population.parameters, name) == each.new
    assert held >= 3
    assert clear > 1
    assert found["volume_median"].new == pytest.approx(20.0, rel=0.35)
    assert (population.size, population.seed) == (7, 2)


@pytest.mark.slow
def test_the_moments_of_log_and_population_agree(fitted):
    # As far as few simulated people let them: what each shows jumps a little with every step.
    for each in fitted[1].fitted:
        if each.identified > 0.9:
            assert each.population == pytest.approx(each.log, abs=0.25), each.name


@pytest.mark.slow
def test_every_parameter_is_accounted_for_once(fitted):
    report = fitted[1]
    names = [each.name for each in (*report.fitted, *report.not_identified)]
    assert sorted(names) == sorted(about.name for about in Parameters.describe())
    changed = set(fitted[0].changes)
    assert changed <= {each.name for each in report.fitted}
    assert "volume_median: 42 -> " in str(report)
    assert report.to_dict()["people"] == 60


def one_person(**columns):
    frame = Population(1, 12, volume_median=100.0).log(8).to_frame().assign(**columns)
    return frame[["appPackage", "place", "posted", "responseTime", "action"]]


@pytest.mark.slow
def test_one_person_says_nothing_about_how_people_differ():
    schema = Schema(
        ["appPackage"], ["place"], time="posted",
        engagement=[Feature("responseTime", "number", "s")],
    )  # fmt: skip
    log = read_log(one_person(), schema)
    population, report = Population.fit(log, simulated=20)
    moved = {each.name for each in report.fitted}
    assert {"volume_median", "not_opened_delay"} <= moved
    why = {each.name: each.why for each in report.not_identified}
    for name in ("volume_spread", "openness_spread", "delay_spread", "app_taste"):
        assert why[name] == "it is of one person, and how people differ needs 5"
        assert getattr(population.parameters, name) == getattr(Parameters(), name)
    rate = len(log) / 8
    found = {each.name: each for each in report.fitted}
    assert abs(np.log(found["volume_median"].new / rate)) < abs(np.log(42 / rate))


def test_a_log_of_labels_alone_identifies_what_is_opened_alone():
    log = read_log(one_person(), Schema(["appPackage"], ["place"]))
    population, report = Population.fit(log, simulated=20)
    names = {each.name for each in report.fitted}
    assert names
    assert all(name == "openness_mean" or name.startswith("utility_") for name in names)
    sent = {CLASS_OF[app] for app in log.columns["appPackage"].values}
    absent = {f"utility_{name}" for name in set(CLASS_OF.values()) - sent}
    assert not names & absent
    why = {each.name: each.why for each in report.not_identified}
    assert why["volume_median"] == "it has no times of arrival"
    assert (
        why["ignored"]
        == "it has no engagement column that means response_time, with a unit of time"
    )
    assert set(population.changes) == names
    assert {why[name][:15] for name in absent} == {"it has too few "}
    assert Population.fit(log, simulated=20)[1] == report  # the same seed, the same result


@pytest.mark.slow
def test_a_log_of_openings_alone_does_not_say_how_open_a_person_is():
    log = read_log(one_person(action=1), Schema(["appPackage"], ["place"], time="posted"))
    why = {each.name: each.why for each in Population.fit(log, simulated=20)[1].not_identified}
    assert why["openness_mean"] == "everything in it was opened"


def test_a_log_that_says_nothing_moves_nothing():
    log = read_log(one_person(action=1), Schema(["place"]))
    population, report = Population.fit(log, simulated=20)
    assert not population.changes
    assert not report.fitted
    assert len(report.not_identified) == len(list(Parameters.describe()))


@pytest.mark.slow
def test_where_the_search_starts_is_read_off_the_log():
    frame = Population(6, 12, volume_median=60.0).log(8).to_frame()
    log = read_log(frame[["user", "place", "posted", "action"]], Schema(
        ["place"], user="user", time="posted",
    ))  # fmt: skip
    quiet = Parameters(volume_median=0.5)
    report = Population.fit(log, parameters=quiet, simulated=20)[1]
    [each] = [each for each in report.fitted if each.name == "volume_median"]
    assert each.old == 0.5
    assert each.low < 60.0 < each.high


def test_what_is_no_log_or_too_short_is_refused_in_a_sentence():
    with pytest.raises(ArgumentError, match="needs a NotificationLog, not a DataFrame; read one"):
        Population.fit(pd.DataFrame())
    with pytest.raises(ArgumentError, match="spans 3 days, too few to fit; give a log of at least"):
        Population.fit(Population(5, 1).log(3))
    few = Population(1, 12, volume_median=5.0).log(8)
    with pytest.raises(ArgumentError, match=f"has {len(few)} notifications, too few to fit"):
        Population.fit(few)
    with pytest.raises(ArgumentError, match="simulated=3 must be from 10"):
        Population.fit(few, simulated=3)
