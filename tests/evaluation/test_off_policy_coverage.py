"""The intervals of 500 simulated logs hold the true value as often as they say."""

from importlib import import_module

import numpy as np
import pytest

from gym_push import Population
from gym_push.evaluation import off_policy_estimate, simulate_decisions
from gym_push.evaluation.off_policy.estimators import METHODS
from tools.coverage import LOGS, NOMINAL, coverage, deliver_all

pytestmark = pytest.mark.slow


@pytest.mark.weekly
def test_95_percent_intervals_hold_the_truth_in_93_to_97_percent_of_500_logs():
    ips, snips = coverage(people=60, days=1, volume_median=20.0)
    for each in (ips, snips):
        assert NOMINAL.holds(each.held), each
        error = each.width / (2 * 1.96) / np.sqrt(LOGS)  # of the mean estimate
        assert abs(each.bias) < 4 * error
    assert (ips.method, snips.method) == ("ips", "snips")
    assert ips.truth == snips.truth > 0.2


@pytest.mark.weekly
def test_intervals_over_the_days_of_one_person_hold_the_truth_as_often():
    (ips,) = coverage(methods=("ips",), logs=100, people=1, days=7, volume_median=20.0)
    assert 0.9 <= ips.held <= 0.99  # of 100 logs


def test_a_wrong_propensity_would_be_noticed(monkeypatch):
    def blind(target, decisions, propensities, clip):
        return (target[np.arange(len(decisions)), decisions] > 0.0) / propensities.mean()

    monkeypatch.setattr(import_module(coverage.__module__), "weigh", blind)
    (ips,) = coverage(methods=("ips",), logs=50, people=60, days=1, volume_median=20.0)
    assert not NOMINAL.holds(ips.held)


def test_a_log_is_valued_as_off_policy_values_it():
    pytest.importorskip("sklearn")
    people = {"people": 10, "days": 3, "volume_median": 20.0}
    found = coverage(deliver_all, tuple(METHODS), logs=1, **people)
    logged = simulate_decisions(Population(10, 0, volume_median=20.0), 3).logged
    for each in found:
        estimate = off_policy_estimate(logged, "deliver-all", each.method)
        assert each.truth + each.bias == pytest.approx(estimate.value)
        assert each.width == pytest.approx(estimate.high - estimate.low)
