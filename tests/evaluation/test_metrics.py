"""Numbers about decisions: they are what their names say, and intervals hold what they should."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gym_push.evaluation.metrics import (
    FLOOR,
    TOP,
    agreement,
    auc,
    curve,
    differences,
    estimate,
    summary,
)
from gym_push.evaluation.results import PersonResult

answers = st.integers(1, 60).flatmap(
    lambda n: st.tuples(
        arrays.arrays(np.int64, n, elements=st.integers(0, 1)),
        arrays.arrays(np.int64, n, elements=st.integers(0, 1)),
        arrays.arrays(np.float64, n, elements=st.integers(-3, 3)),
    )
)


def person(name, reward, **metrics):
    return PersonResult(name, {"reward": reward, **metrics}, (0.0,) * 10, 1.0)


@settings(deadline=None)  # other tests share the processor
@given(answers)
def test_agreement_counts_as_a_person_would(given_answers):
    actions, did, _ = given_answers
    pairs = list(zip(actions.tolist(), did.tolist(), strict=True))
    metrics = agreement(actions, did)
    assert metrics["performance"] == pytest.approx(sum(a == d for a, d in pairs) / len(pairs))
    assert metrics["reward"] == pytest.approx(2 * metrics["performance"] - 1)
    assert metrics["ctr"] == pytest.approx(sum(a for a, _ in pairs) / len(pairs))
    opens, opened = [d for a, d in pairs if a], [a for a, d in pairs if d]
    for name, among in (("precision", opens), ("recall", opened)):
        expected = sum(among) / len(among) if among else None
        assert metrics[name] == (None if expected is None else pytest.approx(expected))


@settings(deadline=None)  # other tests share the processor
@given(answers)
def test_auc_and_balanced_accuracy_are_those_of_scikit_learn(given_answers):
    sklearn = pytest.importorskip("sklearn.metrics")
    actions, did, scores = given_answers
    if did.all() or not did.any():
        assert auc(scores, did == 1) is None
        assert agreement(actions, did)["balanced accuracy"] is None
        return
    assert auc(scores, did == 1) == pytest.approx(sklearn.roc_auc_score(did, scores))
    balanced = sklearn.balanced_accuracy_score(did, actions)
    assert agreement(actions, did, scores)["balanced accuracy"] == pytest.approx(balanced)


def test_a_curve_has_a_value_for_each_tenth_that_has_decisions():
    assert curve(np.arange(20.0)) == tuple(np.arange(0.5, 20, 2))
    assert curve(np.array([1.0, 2.0])) == (1.0, 2.0, *[None] * 8)


@settings(deadline=None)  # other tests share the processor
@given(arrays.arrays(np.float64, st.integers(2, 30), elements=st.floats(-1, 1)))
def test_an_interval_holds_its_mean_and_lies_among_the_values(values):
    mean, low, high = estimate(values)
    assert values.min() - 1e-9 <= low <= mean + 1e-9
    assert mean - 1e-9 <= high <= values.max() + 1e-9
    assert estimate(values) == (mean, low, high)


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    random = np.random.default_rng(3)
    covered = 0
    for _ in range(400):
        _, low, high = estimate(random.normal(0.4, 0.2, size=24))
        covered += low <= 0.4 <= high
    assert 0.89 <= covered / 400 <= 0.98  # a bootstrap of 24 is a little too short


def test_the_summary_scores_between_floor_and_top():
    people = [
        person("a", 0.5, **{FLOOR: 0.0, TOP: 1.0}),
        person("b", 0.7, **{FLOOR: 0.2, TOP: 0.8}),
    ]
    metrics = summary(people)
    assert metrics["score"].value == pytest.approx((0.6 - 0.1) / (0.9 - 0.1))
    assert metrics["regret"].value == pytest.approx(0.3)
    assert metrics["worst person"] == (0.5, 0.5, 0.5)
    assert metrics["lowest tenth"].value == 0.5
    assert FLOOR not in metrics
    assert TOP not in metrics


def test_a_metric_without_a_value_is_left_out_and_a_missing_one_does_not_count():
    metrics = summary([person("a", 0.0, auc=None, recall=0.4), person("b", 0.0, recall=None)])
    assert "auc" not in metrics
    assert metrics["recall"].value == 0.4


def test_one_person_has_no_interval():
    assert summary([person("a", 0.25)])["reward"] == (0.25, 0.25, 0.25)


def test_nothing_to_gain_is_a_score_of_nothing():
    metrics = summary([person("a", 0.5, **{FLOOR: 0.5, TOP: 0.5})])
    assert metrics["score"].value == 0.0


def test_differences_are_of_those_who_are_in_both():
    one = [person("a", 0.5), person("b", 0.7), person("c", None)]
    other = [person("b", 0.6), person("a", 0.1), person("c", 0.3), person("d", 0.3)]
    names, gains = differences(one, other, "reward")
    assert names == ("a", "b")
    assert gains == pytest.approx([0.4, 0.1])
