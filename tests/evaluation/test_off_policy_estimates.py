"""What estimators say: the truth, where it is known; and when they say nothing."""

import json
import subprocess
import sys
from functools import cache

import numpy as np
import pandas as pd
import pytest
from off_policy_support import ALWAYS_B, of, small

from gym_push import ArgumentError, Feature, Population, Schema, read_log
from gym_push.evaluation import (
    LoggedDecisions,
    off_policy_bounds,
    off_policy_estimate,
    off_policy_table,
    simulate_decisions,
)
from gym_push.evaluation.off_policy.estimators import DM, DR, IPS, METHODS, SNIPS, weigh
from gym_push.evaluation.off_policy.targets import probabilities_of

DELIVER, SUPPRESS = 0, 2


@cache
def simulated():
    return simulate_decisions(Population(150, 3, volume_median=20.0), 3)


def chances(deliver):
    return np.stack([deliver, np.zeros(len(deliver)), 1.0 - deliver], axis=1)


@pytest.mark.parametrize("over", ["persons", "notifications"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("policy", ["deliver-all", "suppress-all", "by chance"])
def test_estimates_hold_the_true_value(method, policy, over):
    if method in (DM, DR):
        pytest.importorskip("sklearn")
    target = policy if policy != "by chance" else chances(np.full(len(simulated().deliver), 0.3))
    truth = simulated().value(probabilities_of(simulated().logged, target), over)
    estimate = off_policy_estimate(simulated().logged, target, method, over=over)
    assert estimate.low < truth < estimate.high
    assert estimate.low < estimate.value < estimate.high
    assert not estimate.warnings


def test_ips_is_unbiased_where_the_plain_mean_is_not():
    decided = simulate_decisions(Population(1500, 9), 1)
    logged, everything = decided.logged, chances(np.ones(len(decided.deliver)))
    weighed = logged.rewards * weigh(everything, logged.decisions, logged.propensities, None)
    truth = decided.values(everything)
    error = logged.units.totals(weighed - truth)
    assert abs(error.mean()) < 4 * error.std() / np.sqrt(len(error))
    delivered = logged.decisions == DELIVER
    plain = logged.rewards[delivered].mean() - truth.mean()
    rows = logged.rewards[delivered].std() / np.sqrt(delivered.sum())
    assert abs(plain) > 5 * rows  # what the behaviour delivers is opened more often


def test_doubly_robust_is_narrower_than_ips_where_a_model_knows_the_rewards():
    pytest.importorskip("sklearn")
    table = off_policy_table(simulated().logged, "suppress-all")
    widths = {each.method: each.high - each.low for each in table.estimates}
    assert widths[DR] < 0.9 * widths[IPS]


def test_a_model_of_boosted_trees_is_one_too():
    pytest.importorskip("sklearn")
    logged = of(small())
    estimates = [
        off_policy_estimate(logged, ALWAYS_B, DR, model=model) for model in ("ridge", "boosting")
    ]
    assert all(each.low < 1.0 < each.high for each in estimates)
    assert estimates[0].value != estimates[1].value
    with pytest.raises(ArgumentError, match="model='forest' is not one of 'ridge', 'boosting'"):
        off_policy_estimate(logged, ALWAYS_B, DM, model="forest")


def test_a_model_that_has_nothing_to_learn_from_is_refused():
    pytest.importorskip("sklearn")
    schema = small().schema
    texts = Schema([Feature("app", "text")], action="opened", user="who",
                   engagement=[f for f in schema.features if f.role == "engagement"])  # fmt: skip
    with pytest.raises(ArgumentError, match="nothing but text to observe"):
        off_policy_estimate(of(read_log(small().to_frame(), texts)), ALWAYS_B, DM)
    one = read_log(small(people=1).to_frame().iloc[:5], small(people=1).schema)
    with pytest.raises(ArgumentError, match="a model needs another day to learn from"):
        off_policy_estimate(of(one), ALWAYS_B[:5], DM)


def test_the_rows_of_a_person_count_together():
    # Ten times the same rows of each person say nothing new about persons.
    once, often = of(small(40, 20)), small(40, 20).to_frame()
    often = of(read_log(pd.concat([often] * 10), small(40, 20).schema))
    one, ten = (off_policy_estimate(each, np.full((len(each), 2), 0.5)) for each in (once, often))
    assert tuple(vars(one).values())[1:4] == pytest.approx(tuple(vars(ten).values())[1:4])


def test_what_was_never_tried_is_refused():
    with pytest.raises(ArgumentError, match="takes the action 'hold' in 100.0% of the rows, but"):
        off_policy_estimate(simulated().logged, "random")
    logged = of(small(did="a"))
    with pytest.raises(ArgumentError, match="'b' in 100.0% of the rows, but the DataFrame never"):
        off_policy_estimate(logged, ALWAYS_B)


def test_a_policy_that_never_agrees_is_refused():
    logged = of(small())
    opposite = np.eye(2)[1 - logged.decisions]
    with pytest.raises(ArgumentError, match="the policy never takes the action that was taken"):
        off_policy_estimate(logged, opposite)


def test_without_propensities_there_is_an_honest_refusal_or_a_bound():
    logged = of(small(), None)
    for method in (IPS, SNIPS, DR):
        with pytest.raises(ArgumentError, match="the propensities of the DataFrame are unknown"):
            off_policy_estimate(logged, ALWAYS_B, method)
    bounds = off_policy_bounds(logged, ALWAYS_B, (-5.0, 6.0))
    agreed = logged.decisions == 1
    known = (agreed * logged.rewards).mean()  # everybody has ten rows
    assert bounds.least == pytest.approx(known - 5.0 * (~agreed).mean())
    assert bounds.most == pytest.approx(known + 6.0 * (~agreed).mean())
    assert bounds.low < bounds.least < 1.0 < bounds.most < bounds.high
    assert bounds.agreement == agreed.mean()
    as_was = off_policy_bounds(logged, np.eye(2)[logged.decisions], (-5.0, 6.0))
    assert as_was.least == as_was.most == pytest.approx(logged.rewards.mean())


@pytest.mark.parametrize(
    ("reward_range", "message"),
    [
        ((1.0, 0.0), "must be two numbers, the lower first"),
        ((0.0, np.inf), "must be two numbers"),
        ((np.nan, 1.0), "must be two numbers"),
        ((-0.1, 0.1), "does not hold the reward"),
    ],
)
def test_a_range_of_rewards_holds_them_all(reward_range, message):
    with pytest.raises(ArgumentError, match=message):
        off_policy_bounds(of(small()), ALWAYS_B, reward_range)


def test_the_direct_method_without_propensities_says_that_nothing_protects_it():
    pytest.importorskip("sklearn")
    table = off_policy_table(of(small(), None), ALWAYS_B)
    assert [each.method for each in table.estimates] == [DM]
    assert "nothing protects the estimate from confounding" in str(table)


def test_bounds_hold_the_truth_of_simulated_people():
    bounds = off_policy_bounds(simulated().logged, "deliver-all", (-3.0, 1.5))
    truth = simulated().value(chances(np.ones(len(simulated().deliver))))
    assert bounds.least < truth < bounds.most


def test_the_weights_are_told():
    logged = of(small(), "all")
    rests = off_policy_estimate(logged, ALWAYS_B).diagnostics
    weights = (logged.decisions == 1) / logged.propensities
    assert rests.effective == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert (rests.largest, rests.clipped) == (5.0, 0.0)
    assert (rests.rows, rests.units, rests.unit, rests.unsupported) == (400, 40, "person", 0.0)
    assert [each.action for each in rests.calibration] == ["a", "b"]
    assert all(each.holds for each in rests.calibration)
    clipped = off_policy_estimate(logged, ALWAYS_B, clip=2.0)
    assert clipped.diagnostics.clipped == (weights > 2.0).mean()
    assert clipped.diagnostics.largest == 5.0
    np.testing.assert_allclose(
        clipped.value, (np.minimum(weights, 2.0) * logged.rewards).mean(), rtol=1e-12
    )
    assert "of the weights are clipped, which biases the estimate" in clipped.warnings[0]
    with pytest.raises(ArgumentError, match="clip=0 must be a weight above 0"):
        off_policy_estimate(logged, ALWAYS_B, clip=0)


def test_propensities_that_do_not_fit_are_told():
    estimate = off_policy_estimate(of(small(p=0.25)), ALWAYS_B)
    told = dict(zip("ab", estimate.warnings, strict=False))
    for check in estimate.diagnostics.calibration:
        assert not check.holds and check.expected == 1.0
        assert f"The propensities of {check.action!r} do not fit" in told[check.action]
        assert f"({check.ratio.value:.2f} of 1.00)" in told[check.action]
    assert "The mean weight is 1.71, not 1" in estimate.warnings[2]


def test_what_was_hardly_ever_tried_is_told():
    hardly = np.arange(400) % 2 == 1
    pb = np.where(hardly, 0.001, 0.7)
    log = small(pa=1.0 - pb, pb=pb, did=np.where(hardly, "a", "b"))
    estimate = off_policy_estimate(of(log, "all"), ALWAYS_B)
    assert estimate.diagnostics.unsupported == 0.5
    assert "50.0% of what the target does was hardly ever tried" in estimate.warnings[0]


def days_of(rows, **columns):
    """A log of one person with so many rows on each day, of a policy that always decides `b`."""
    at = np.repeat(pd.date_range("2024-01-01", periods=len(rows), freq="D"), rows).astype(str)
    frame = {"app": "x", "at": at, "did": "b", "p": 1.0, "opened": 1, **columns}
    engagement = ["did", *(Feature(name, "number") for name in ("p", "paid"))]
    schema = Schema(["app"], action="opened", engagement=engagement, time="at")
    log = read_log(pd.DataFrame(frame), schema)
    return LoggedDecisions.of(
        log, decision="did", propensity="p", reward="paid", actions=("a", "b")
    )


def test_days_are_no_persons_and_each_notification_of_one_person_counts_alike():
    rows = [60, 2] * 20
    logged = days_of(rows, paid=np.repeat([1.0, 0.0] * 20, rows))
    always_b = ALWAYS_B[:1].repeat(1240, axis=0)
    for over in ("persons", "notifications"):
        ips, snips = (
            off_policy_estimate(logged, always_b, method, over=over) for method in (IPS, SNIPS)
        )
        assert ips.value == snips.value == pytest.approx(60 / 62)
        assert 0.9 < ips.low < 60 / 62 < ips.high
        assert (ips.diagnostics.over, ips.diagnostics.units) == ("notifications", 40)


def test_persons_count_alike_or_their_notifications_do():
    log = small()  # of 40 persons, who have ten rows each
    frame = log.to_frame()
    again = np.flatnonzero(frame["who"] == "0").tolist() * 9
    frame = frame.iloc[[*range(len(frame)), *again]]
    logged = of(read_log(frame, log.schema))
    first, policy = logged.units.of_row == 0, np.eye(2)[logged.decisions] * 0.5 + 0.25
    weighed = policy[np.arange(len(logged)), logged.decisions] / logged.propensities
    weighed *= logged.rewards
    persons, each = (
        off_policy_estimate(logged, policy, over=over) for over in ("persons", "notifications")
    )
    assert persons.value == pytest.approx(np.mean([
        weighed[logged.units.of_row == n].mean() for n in range(40)
    ]))  # fmt: skip
    assert each.value == pytest.approx(weighed.mean()) and first.sum() == 100
    assert each.diagnostics.units == persons.diagnostics.units == 40
    assert str(each).startswith("ips") and "mean over notifications" in str(each)
    assert "mean over persons" in str(off_policy_table(of(small(), None), ALWAYS_B))
    with pytest.raises(ArgumentError, match="over='days' is not one of 'persons', 'notifications'"):
        off_policy_estimate(logged, policy, over="days")


def test_one_day_has_no_interval():
    estimate = off_policy_estimate(days_of([30], paid=np.arange(30.0)), ALWAYS_B[:30])
    assert (estimate.value, estimate.low, estimate.high) == (14.5, None, None)
    assert "There is only one day, and so no interval." in estimate.warnings
    assert str(estimate).startswith("ips     +14.5000, mean over notifications\n")
    assert json.loads(json.dumps(estimate.to_dict()))["low"] is None
    bounds = off_policy_bounds(days_of([30], paid=0.5), ALWAYS_B[:30], (0.0, 1.0))
    assert (bounds.low, bounds.high) == (None, None)


def test_a_log_of_one_person_says_that_its_interval_is_over_days():
    estimate = off_policy_estimate(of(small(people=1)), ALWAYS_B)
    assert (estimate.diagnostics.unit, estimate.diagnostics.units) == ("day", 34)
    assert estimate.warnings == (
        "The log is of one person: the interval is over days, as if these were independent, and "
        "says nothing about others.",
    )


def test_an_estimate_can_be_written_as_json():
    estimate = off_policy_estimate(of(small(), "all"), ALWAYS_B)
    again = json.loads(json.dumps(estimate.to_dict()))
    assert again["method"] == "ips" and again["value"] == estimate.value
    assert again["diagnostics"]["effective"] == estimate.diagnostics.effective


def test_ips_needs_no_extra_and_a_model_names_its_own():
    script = """
import sys; sys.modules["sklearn"] = None
from gym_push import Population
from gym_push.evaluation import off_policy_estimate, simulate_decisions
logged = simulate_decisions(Population(10, 1), 1).logged
print(*(off_policy_estimate(logged, "deliver-all", name).method for name in ("ips", "snips")))
off_policy_estimate(logged, "deliver-all", "dm")
"""
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert shown.stdout == "ips snips\n"
    assert "a model of rewards needs scikit-learn, which is not installed" in shown.stderr
