"""What holds of estimators and intervals whatever was logged."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_push.evaluation.off_policy.estimators import DM, DR, IPS, METHODS, SNIPS, Evidence, weigh
from gym_push.evaluation.off_policy.intervals import Units, mean_interval

finite = st.floats(-10, 10)


@st.composite
def evidences(draw):
    rows = draw(st.integers(4, 30))

    def column(of):
        return np.array(draw(st.lists(of, min_size=rows, max_size=rows)))

    behaviour, target = (column(st.floats(0.05, 0.95)) for _ in range(2))
    decisions = column(st.integers(0, 1))
    target = np.stack([1 - target, target], axis=1)
    behaviour = np.stack([1 - behaviour, behaviour], axis=1)
    _, of_row = np.unique(column(st.integers(0, 5)), return_inverse=True)
    units = Units("person", of_row, int(of_row.max()) + 1)
    weights = weigh(target, decisions, behaviour[np.arange(rows), decisions], None)
    predicted = np.stack([column(finite), column(finite)], axis=1)
    return Evidence(units, decisions, column(finite), target, weights, predicted, column(finite))


def changed(evidence, **changes):
    return Evidence(**{**vars(evidence), **changes})


def person_mean(evidence, values):
    return evidence.units.means(values).mean()


@settings(deadline=None)
@given(evidences())
def test_the_policy_that_decided_earned_the_mean_reward(evidence):
    same = changed(evidence, weights=np.ones(len(evidence.rewards)))
    mean = person_mean(evidence, evidence.rewards)
    assert METHODS[IPS](same).value == pytest.approx(mean)
    assert METHODS[SNIPS](same).value == pytest.approx(mean)


@settings(deadline=None)
@given(evidences(), finite)
def test_snips_moves_with_the_rewards(evidence, by):
    moved = METHODS[SNIPS](changed(evidence, rewards=evidence.rewards + by))
    before = METHODS[SNIPS](evidence)
    assert moved.value == pytest.approx(before.value + by, abs=1e-8)
    assert before.low <= before.value <= before.high


@settings(deadline=None)
@given(evidences(), finite)
def test_ips_grows_with_the_rewards(evidence, factor):
    grown = METHODS[IPS](changed(evidence, rewards=evidence.rewards * factor))
    assert grown.value == pytest.approx(METHODS[IPS](evidence).value * factor, abs=1e-8)


@settings(deadline=None)
@given(evidences())
def test_a_model_that_is_right_leaves_nothing_to_correct(evidence):
    predicted = evidence.predicted.copy()
    predicted[np.arange(len(predicted)), evidence.decisions] = evidence.rewards
    right = changed(evidence, predicted=predicted)
    assert METHODS[DR](right).value == pytest.approx(METHODS[DM](right).value, abs=1e-12)
    silent = changed(evidence, predicted=np.zeros_like(predicted))
    assert METHODS[DR](silent) == pytest.approx(METHODS[IPS](silent))


@pytest.mark.parametrize("level", [0.95, 0.999])
def test_the_interval_is_students(level):
    stats = pytest.importorskip("scipy.stats")
    random = np.random.default_rng(1)
    for count in (2, 3, 4, 9, 30, 500):
        values = random.normal(size=count)
        error = values.std(ddof=1) / np.sqrt(count)
        quantile = stats.t.ppf((1.0 + level) / 2.0, count - 1)
        if count == 2:  # Cauchy's, in closed form: SciPy 1.11 is off by 1e-9
            quantile = np.tan(np.pi * level / 2.0)
        expected = values.mean() - quantile * error, values.mean() + quantile * error
        np.testing.assert_allclose(mean_interval(values, level)[1:], expected, rtol=1e-9)
    assert mean_interval(np.array([3.0])) == (3.0, -np.inf, np.inf)
