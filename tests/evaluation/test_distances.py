"""Each statistic measures what its name says."""

from dataclasses import replace

import numpy as np
import pytest

from gym_push import Population
from gym_push.logs.log_statistics import HOUR, LogStatistics

pytest.importorskip("scipy")
pytest.importorskip("sklearn")

from gym_push.evaluation.fidelity.distances import (
    MEASURES,
    Gate,
    Statistic,
    Support,
    kolmogorov_smirnov,
    same_clock,
    total_variation,
)
from gym_push.evaluation.fidelity.two_sample import ROWS_OF_EACH, _thinned, deviation, two_sample

pytestmark = pytest.mark.slow

BY_NAME = {measure.name: measure for measure in MEASURES}


@pytest.fixture(scope="module")
def people():
    return LogStatistics.of_log(Population(60, 5).log(14))


def test_the_distance_of_distributions():
    one = np.array([1.0, 2.0, 3.0, 4.0, np.nan])
    assert kolmogorov_smirnov(one, one) == 0.0
    assert kolmogorov_smirnov(one, one + 2.0) == 0.5
    assert kolmogorov_smirnov(np.log(one), np.log(one + 2.0)) == 0.5
    assert total_variation(np.array([1, 1, 0, 0]), np.array([0, 2, 1, 1])) == 0.5


def test_nothing_is_far_from_itself(people):
    assert {measure.distance(people, people) for measure in MEASURES} == {0.0}


@pytest.mark.parametrize(
    ("changed", "moved"),
    [
        ({"time": lambda of: of.time + 5 * HOUR}, {"KS of hour of arrival", "hour profile, share "
                                                   "that differs"}),
        ({"time": lambda of: of.time + 24 * HOUR}, {"weekday profile, share that differs"}),
        ({"response": lambda of: 4 * of.response}, {"KS of log response time"}),
        (
            {"opened": lambda of: of.opened & (of.app_rank != 2)},
            {"|Δ open rate|, app of rank 2"},
        ),
    ],
    ids=["later", "next day", "slower", "second app"],
)  # fmt: skip
def test_a_change_moves_the_statistics_that_look_at_it(people, changed, moved):
    other = replace(people, **{name: change(people) for name, change in changed.items()})
    distances = {m.name: m.distance(people, other) for m in MEASURES}
    assert moved <= {name for name, distance in distances.items() if distance > 0.05}
    if "time" not in changed:  # what arrives later may arrive on another day
        assert {name for name, distance in distances.items() if distance > 0.12} == moved


def test_logs_are_read_at_the_coarser_clock(people):
    one, other = same_clock(people, people.at_step(60_000))
    assert one.step == other.step == 60_000
    assert BY_NAME["KS of log inter-arrival"].distance(one, other) == 0.0


def test_few_people_support_no_open_rate_and_many_do(people):
    measure = BY_NAME["|Δ mean open rate|"]
    assert Support(people, 2, seed=0).missed(measure) > Support(people, 15, seed=0).missed(measure)
    assert Support(people, 1, 0).lack(measure) == "it is of one person, and this needs 5"
    assert "of groups of 5 simulated people miss it, too" in Support(people, 5, 0).lack(measure)
    assert Support(people, 60, seed=0).lack(measure) is None
    assert Support(people, 1, 0).lack(BY_NAME["hour profile, share that differs"]) is None


def test_gates():
    assert str(Gate(most=0.2)) == "≤ 0.20" and str(Gate(0.02, 0.06)) == "0.02 to 0.06"
    assert Statistic("x", 0.2, Gate(most=0.2)).verdict == "held"
    assert Statistic("x", 0.01, Gate(0.02, 0.06)).verdict == "failed"
    assert Statistic("x", None, Gate(least=0.03), "why").verdict == "not supported"
    assert Statistic("x", 0.1).verdict == "no gate"


def test_everybody_counts_for_as_many_rows_at_most(people):
    rows = np.bincount(people.person[_thinned(people)])
    everything = np.bincount(people.person)
    np.testing.assert_array_equal(rows, np.minimum(everything, ROWS_OF_EACH))


def test_a_classifier_tells_apart_only_what_differs(people):
    alike = LogStatistics.of_log(Population(60, 6).log(14))
    # Two standard deviations at the most, of 60 people beside 60.
    told = two_sample(people, alike, 0)
    assert told[0] < 0.5 + 2 * deviation(60, 60)
    slower = replace(alike, response=5 * alike.response)
    assert two_sample(people, slower, 0)[0] > 0.65
    assert two_sample(people, alike, 0) == told


def test_the_classifier_sees_only_what_both_have(people):
    assert two_sample(people, replace(people, response=None, app=None), 0)[1] == (
        "action", "hour", "weekday", "gap",
    )  # fmt: skip
