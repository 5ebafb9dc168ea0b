"""What holds of estimators and intervals whatever was logged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_push.evaluation.off_policy.estimators import (
    DM,
    DR,
    IPS,
    NOTIFICATIONS,
    PERSONS,
    SNIPS,
    Evidence,
    Units,
    estimate,
    weigh,
)

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
    over = draw(st.sampled_from([PERSONS, NOTIFICATIONS]))
    units = Units("person", of_row, int(of_row.max()) + 1, over)
    weights = weigh(target, decisions, behaviour[np.arange(rows), decisions], None)
    predicted = np.stack([column(finite), column(finite)], axis=1)
    return Evidence(units, decisions, column(finite), target, weights, predicted, column(finite))


def changed(evidence, **changes):
    return Evidence(**{**vars(evidence), **changes})


@given(evidences())
def test_the_policy_that_decided_earned_the_mean_reward(evidence):
    same = changed(evidence, weights=np.ones(len(evidence.rewards)))
    persons = [evidence.rewards[evidence.units.of_row == n] for n in range(evidence.units.count)]
    mean = np.mean([each.mean() for each in persons])
    if evidence.units.over == NOTIFICATIONS:
        mean = evidence.rewards.mean()
    assert estimate(same, IPS).value == pytest.approx(mean)
    assert estimate(same, SNIPS).value == pytest.approx(mean)


@given(evidences(), finite)
def test_snips_moves_with_the_rewards(evidence, by):
    moved = estimate(changed(evidence, rewards=evidence.rewards + by), SNIPS)
    before = estimate(evidence, SNIPS)
    assert moved.value == pytest.approx(before.value + by, abs=1e-8)
    low, high = before.interval or (before.value, before.value)
    assert low <= before.value <= high


@given(evidences(), finite)
def test_ips_grows_with_the_rewards(evidence, factor):
    grown = estimate(changed(evidence, rewards=evidence.rewards * factor), IPS)
    assert grown.value == pytest.approx(estimate(evidence, IPS).value * factor, abs=1e-8)


@given(evidences())
def test_a_model_that_is_right_leaves_nothing_to_correct(evidence):
    predicted = evidence.predicted.copy()
    predicted[np.arange(len(predicted)), evidence.decisions] = evidence.rewards
    right = changed(evidence, predicted=predicted)
    assert estimate(right, DR).value == pytest.approx(estimate(right, DM).value, abs=1e-12)
    silent = changed(evidence, predicted=np.zeros_like(predicted))
    assert estimate(silent, DR) == pytest.approx(estimate(silent, IPS))
