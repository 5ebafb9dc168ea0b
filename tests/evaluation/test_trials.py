"""Randomised trials: the interval of an effect, and propensities that are read wrongly."""

import numpy as np
import pandas as pd
import pytest

from gym_push import Feature, Schema, read_log
from gym_push.evaluation import LoggedDecisions, off_policy_difference, off_policy_estimate
from gym_push.evaluation.off_policy.readings import better_reading

TRIAL = Schema(
    ["day"],
    action="",
    user="user",
    engagement=[Feature(name, "number") for name in ("send", "steps", "p")],
    context=[Feature("avail", "flag")],
    decisions={"decision": "send", "reward": "steps", "actions": ["none", "send"],
               "available": "avail", "propensity": {"send": 0.6, "none": "rest"}},
)  # fmt: skip
EFFECT = 0.4


def trial(seed, people=37, decisions=60):
    """A trial like HeartSteps V1: sent with a probability of 0.6 to who is available.

    The effect of sending differs between people and fades over the days; on average it is EFFECT.
    """
    random = np.random.default_rng(seed)
    shape = people, decisions
    level, effect = (random.normal(m, s, (people, 1)) for m, s in ((3.0, 1.0), (EFFECT, 0.5)))
    fade = 1.0 + np.linspace(0.5, -0.5, decisions)
    avail = random.random(shape) < 0.8
    send = avail & (random.random(shape) < 0.6)
    steps = level + send * effect * fade + random.normal(0.0, 1.5, shape)
    return pd.DataFrame({
        "user": np.repeat(np.arange(people), decisions),
        "day": np.tile(np.arange(decisions) // 5, people),
        "avail": avail.ravel(),
        "send": send.ravel().astype(int),
        "steps": np.where(avail, steps, np.nan).ravel(),
        "p": 0.6,
    })  # fmt: skip


def always(action, logged):
    return np.eye(2)[np.full(len(logged), action)]


def effect_in(seed):
    logged = LoggedDecisions.of(read_log(trial(seed), TRIAL))
    return off_policy_difference(logged, always(1, logged), always(0, logged))


def test_the_effect_of_a_trial_is_estimated_from_those_who_could_be_sent_to():
    found = effect_in(1)
    frame = trial(1)
    each = frame[frame.avail].groupby(["user", "send"]).steps.mean().unstack()
    assert found.low < EFFECT < found.high
    assert found.value == pytest.approx((each[1] - each[0]).mean(), abs=0.1)


@pytest.mark.slow
def test_95_percent_intervals_hold_the_effect_in_93_to_97_percent_of_500_trials():
    held = [found.low <= EFFECT <= found.high for found in map(effect_in, range(500))]
    assert 0.93 <= np.mean(held) <= 0.97


def test_a_difference_is_that_of_the_values_and_narrower_than_they_are():
    logged = LoggedDecisions.of(read_log(trial(2), TRIAL))
    for method in ("ips", "snips"):
        one, two = (off_policy_estimate(logged, always(n, logged), method) for n in (1, 0))
        found = off_policy_difference(logged, always(1, logged), always(0, logged), method)
        assert found.value == pytest.approx(one.value - two.value)
    assert found.high - found.low < one.high - one.low
    nothing = off_policy_difference(logged, "random", "random")
    assert nothing.value == 0.0 and nothing.interval is None


def test_a_difference_that_hangs_on_one_person_has_no_interval():
    frame = trial(2)
    only = LoggedDecisions.of(read_log(frame.assign(send=frame.send * (frame.user == 7)), TRIAL))
    found = off_policy_difference(only, always(1, only), always(0, only))
    assert found.interval is None


PILOT = Schema(
    ["day"],
    action="",
    user="user",
    engagement=[Feature(name, "number") for name in ("sent", "quality", "prob")],
    decisions={"decision": "sent", "reward": "quality", "actions": ["none", "send"],
               "propensity": {"send": "prob", "none": "rest"}},
)  # fmt: skip
NEVER, ALWAYS = 90.0, 100.0


def pilot(people=9, decisions=140):
    """A pilot like that of Oralytics: `prob` is the probability of sending, whatever was done."""
    random = np.random.default_rng(3)
    rows = people * decisions
    prob = random.choice([0.2, 0.25, 0.3, 0.5, 0.8], rows)
    sent = random.random(rows) < prob
    return pd.DataFrame({
        "user": np.repeat(np.arange(people), decisions),
        "day": np.tile(np.arange(decisions) // 2, people),
        "sent": sent.astype(int),
        "prob": prob,
        "quality": np.where(sent, ALWAYS, NEVER) + random.normal(0.0, 30.0, rows),
    })  # fmt: skip


def test_the_probability_of_sending_gives_the_value_of_never_and_always():
    logged = LoggedDecisions.of(read_log(pilot(), PILOT))
    for action, truth in enumerate((NEVER, ALWAYS)):
        estimate = off_policy_estimate(logged, always(action, logged))
        assert estimate.low < truth < estimate.high
        assert estimate.value == pytest.approx(truth, abs=8.0)
        assert not any("fits as the probability" in each for each in estimate.warnings)


def test_the_probability_of_sending_read_as_that_of_what_was_done_is_told():
    misread = LoggedDecisions.of(read_log(pilot(), PILOT), propensity="prob")
    estimate = off_policy_estimate(misread, always(0, misread))
    assert estimate.value > 1.5 * NEVER  # which is why it has to be told
    assert estimate.warnings[0] == (
        "Column 'prob' fits as the probability of 'send', and not as it was read: say "
        "propensity={'send': 'prob', 'none': 'rest'}."
    )
    turned = LoggedDecisions.of(
        read_log(pilot(), PILOT), propensity={"none": "prob", "send": "rest"}
    )
    assert "fits as the probability of 'send'" in better_reading(turned)


def test_the_probability_of_what_was_done_read_as_that_of_sending_is_told():
    frame = pilot()
    frame["prob"] = np.where(frame.sent, frame.prob, 1.0 - frame.prob)
    misread = LoggedDecisions.of(read_log(frame, PILOT))
    assert better_reading(misread) == (
        "Column 'prob' fits as the probability of the action taken, and not as it was read: say "
        "propensity='prob'."
    )
    assert better_reading(LoggedDecisions.of(misread.log, propensity="prob")) is None


def test_propensities_that_fit_in_no_reading_are_left_to_calibration():
    logged = LoggedDecisions.of(read_log(pilot().assign(prob=0.05), PILOT))
    assert better_reading(logged) is None
    assert "do not fit how often it was taken" in off_policy_estimate(logged, "random").warnings[1]
