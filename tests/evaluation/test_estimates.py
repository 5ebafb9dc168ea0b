"""Intervals hold the truth as often as they say, and p-values say the same as they do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from gym_push.evaluation.estimates import Estimate, jackknife, mean, p_value, ratio

SAMPLES = 1500
values = arrays.arrays(np.float64, st.integers(2, 30), elements=st.floats(-1, 1))


def rewards(random, shape):
    """Like those of people: most open a lot or little, so they are skewed and bounded."""
    return 2.0 * random.beta(1.6, 0.7, shape) - 1.0


def gains(random, shape):
    """Like those over a simple agent: much with some people, nothing at all with many."""
    return np.where(random.random(shape) < 0.3, 0.0, random.gamma(1.0, 0.1, shape))


def share_held(draw, truth, people):
    random = np.random.default_rng(people)
    ends = [mean(draw(random, people)).interval for _ in range(SAMPLES)]
    return np.mean([low <= truth <= high for low, high in ends])


@pytest.mark.parametrize("people", [5, 12, 24, 50])
@pytest.mark.parametrize(
    ("draw", "truth"),
    [(rewards, 2.0 * 1.6 / 2.3 - 1.0), (lambda random, n: random.normal(0.4, 0.2, n), 0.4)],
)
def test_intervals_hold_the_truth_as_often_as_they_say(draw, truth, people):
    assert 0.93 <= share_held(draw, truth, people) <= 0.97


@pytest.mark.parametrize("people", [12, 24, 50])
def test_intervals_of_skewed_gains_hold_the_truth_as_often_as_they_say(people):
    assert 0.93 <= share_held(gains, 0.07, people) <= 0.97


@pytest.mark.parametrize("days", [12, 24, 50])
def test_intervals_of_a_ratio_hold_the_truth_however_unequal_the_units_are(days):
    random, held = np.random.default_rng(days), []
    for _ in range(SAMPLES):
        rows = np.where(random.random(days) < 0.5, 60.0, 2.0)  # busy and quiet days
        paid = rows * np.where(rows == 60.0, 0.7, 0.1) + random.normal(0.0, 0.2 * rows)
        low, high = ratio(paid, rows).interval
        held.append(low <= (60.0 * 0.7 + 2.0 * 0.1) / 62.0 <= high)
    assert 0.93 <= np.mean(held) <= 0.97


@given(values)
def test_an_interval_holds_its_mean_and_turns_around_with_it(values):
    found, turned = mean(values), mean(-values)
    assert found.value == pytest.approx(values.mean(), abs=1e-15)
    if found.interval is None:
        assert np.ptp(values) < 1e-9 and turned.interval is None
        return
    assert found.low < found.value < found.high
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


@given(values, st.floats(-1.5, 1.5))
def test_a_p_value_is_below_five_percent_where_the_interval_does_not_hold_zero(values, moved):
    moved = values + moved
    found = mean(moved)
    if found.interval is None:
        assert p_value(moved) is None
    elif min(abs(found.low), abs(found.high)) > 1e-5:  # the quantile has six digits
        assert (p_value(moved) < 0.05) == (not found.low <= 0.0 <= found.high)


@pytest.mark.parametrize("values", [[1.0, 2.0], [-3.0, -1.0, 1.0, 4.0, 5.0, 9.0, 11.0, 13.0]])
def test_without_skewness_it_is_students_t(values):
    values = np.array(values)
    values = np.concatenate([values, values.sum() * 2.0 / len(values) - values])
    expected = stats.ttest_1samp(values, 0.0)
    found = mean(values)
    assert p_value(values) == pytest.approx(expected.pvalue)
    assert found.interval == pytest.approx(expected.confidence_interval(0.95), rel=1e-5)


def test_one_unit_and_units_that_are_alike_have_no_interval():
    assert mean(np.array([3.0])) == Estimate(3.0)
    assert mean(np.full(7, 0.1)) == Estimate(pytest.approx(0.1))
    nearly = 0.3 + np.array([0.1, 0.2, 0.7]) - np.array([0.1, 0.2, 0.7])
    assert np.ptp(nearly) > 0.0 and mean(nearly).interval is None and p_value(nearly) is None
    assert ratio(np.array([1.0, 0.0]), np.array([2.0, 0.0])) == Estimate(0.5)


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(0.1, 9)), min_size=3, max_size=9))
def test_a_ratio_is_what_leaving_each_unit_out_says(pairs):
    above, below = np.array(pairs).T
    value = above.sum() / below.sum()
    others = ~np.eye(len(above), dtype=bool)
    without = np.array([above[each].sum() / below[each].sum() for each in others])
    expected, found = jackknife(value, without - value), ratio(above, below)
    assert found.value == pytest.approx(value, abs=1e-12)
    if np.ptp(without) > 1e-6:
        assert found.interval == pytest.approx(expected.interval, rel=1e-6, abs=1e-6)
