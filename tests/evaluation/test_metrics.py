"""Numbers about decisions: they are what their names say, and intervals hold what they should."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import beta

from gym_push import Schema, Suite, evaluate, read_log
from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.metrics import (
    FLOOR,
    TOP,
    agreement,
    auc,
    curve,
    stretches,
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


@given(answers)
def test_auc_and_balanced_accuracy_are_those_of_scikit_learn(given_answers):
    sklearn = pytest.importorskip("sklearn.metrics")
    actions, did, scores = given_answers
    if did.all() or not did.any():
        assert auc(scores, did == 1) is None
        assert agreement(actions, did)["balanced accuracy"] is None
        return
    within = [
        (sklearn.roc_auc_score(did[part], scores[part]), did[part].sum() * (1 - did[part]).sum())
        for part in np.split(np.arange(len(did)), stretches(len(did))[1:])
        if 0 < did[part].sum() < len(part)
    ]
    expected = sum(area * pairs for area, pairs in within) / max(sum(n for _, n in within), 1)
    assert auc(scores, did == 1) == (pytest.approx(expected) if within else None)
    balanced = sklearn.balanced_accuracy_score(did, actions)
    assert agreement(actions, did, scores)["balanced accuracy"] == pytest.approx(balanced)


def test_stretches_are_tenths_of_ten_decisions_at_least():
    assert [stretches(n) for n in (1, 19, 20, 45)] == [(0,), (0,), (0, 10), (0, 11, 22, 33)]
    assert stretches(324) == tuple(324 * n // 10 for n in range(10))


def flips(people, rows, chances):
    """A log of people who open each app with a chance of its own, whatever else."""
    random, count = np.random.default_rng(rows), people * rows
    app = random.integers(0, len(chances), count)
    times = pd.date_range("2024-01-01", periods=rows, freq="3h").astype(str)
    frame = {
        "app": [f"app {each}" for each in app],
        "who": np.repeat(np.arange(people), rows),
        "at": np.tile(times, people),
        "opened": (random.random(count) < np.array(chances)[app]).astype(int),
    }
    return read_log(pd.DataFrame(frame), Schema(["app"], action="opened", user="who", time="at"))


@pytest.mark.parametrize(("people", "rows"), [(200, 20), (200, 40), (40, 300)])
def test_scores_of_coin_flips_come_out_as_one_half(people, rows):
    suite = Suite.from_log(flips(people, rows, [0.5] * 4), learn=0.0)
    found = evaluate("table-per-app(features=['app'])", suite).metrics["auc"]
    assert found.low <= 0.5 <= found.high and found.high - found.low < 0.05


@pytest.mark.parametrize(("people", "rows", "least"), [(200, 20, 0.57), (60, 40, 0.66)])
def test_scores_of_what_can_be_known_are_above_one_half(people, rows, least):
    suite = Suite.from_log(flips(people, rows, [0.1, 0.4, 0.6, 0.9]), learn=0.0)
    found = evaluate("table-per-app(features=['app'])", suite).metrics["auc"]
    assert found.low > least


def test_scores_of_what_is_known_are_near_the_truth():
    chances = np.array([0.1, 0.4, 0.6, 0.9])
    yes, no = chances / chances.sum(), (1 - chances) / (1 - chances).sum()
    truth = sum(y * (no[:k].sum() + no[k] / 2) for k, y in enumerate(yes))
    suite = Suite.from_log(flips(40, 300, chances), learn=0.5)
    found = evaluate("table-per-app(features=['app'])", suite).metrics["auc"]
    assert found.low - 0.01 < truth < found.high + 0.01


def test_a_curve_has_a_value_for_each_tenth_that_has_decisions():
    assert curve(np.arange(20.0)) == tuple(np.arange(0.5, 20, 2))
    assert curve(np.array([1.0, 2.0])) == (1.0, 2.0, *[None] * 8)


def people_of(random, count):
    """People whose score is 0.5, with rewards like those of people: most open a lot or little."""
    reward = 2.0 * random.beta(1.6, 0.7, count) - 1.0
    gain = random.uniform(0.3, 1.5, count)
    floor = reward - gain * random.uniform(0.1, 0.9, count)
    rows = zip(reward.tolist(), floor.tolist(), (floor + gain).tolist(), strict=True)
    return [person(str(n), r, **{FLOOR: f, TOP: t}) for n, (r, f, t) in enumerate(rows)]


LOWEST_TENTH = 2.0 * 10.0 * 1.6 / 2.3 * beta.cdf(beta.ppf(0.1, 1.6, 0.7), 2.6, 0.7) - 1.0


@pytest.mark.parametrize("count", [12, 24, 50])
def test_intervals_hold_the_truth_as_often_as_they_say(count):
    random, held = np.random.default_rng(count), {"score": [], "lowest tenth": []}
    for _ in range(1000):
        metrics = summary([people_of(random, count)])
        for name, truth in (("score", 0.5), ("lowest tenth", LOWEST_TENTH)):
            if metrics[name].interval:
                held[name].append(metrics[name].low <= truth <= metrics[name].high)
    chance = 0.01  # of a thousand samples: what is asked for is 93 to 97 %
    assert 0.93 - chance <= np.mean(held["score"]) <= 0.97 + chance
    if count < 24:
        assert not held["lowest tenth"], "nothing is known of a tenth of so few"
    else:
        assert 0.93 - chance <= np.mean(held["lowest tenth"]) <= 0.97 + chance


def test_too_few_people_have_no_interval_and_the_worst_never_has_one():
    metrics = summary([people_of(np.random.default_rng(0), 9)])
    assert metrics["reward"].interval and not metrics["score"].interval
    many = summary([people_of(np.random.default_rng(0), 200)])
    assert many["lowest tenth"].interval and not many["worst person"].interval


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40))
def test_the_lowest_tenth_is_that_of_all_people_together(rewards):
    people = [person(str(n), reward) for n, reward in enumerate(rewards)]
    tenfold = [person(f"{n} {k}", reward) for n, reward in enumerate(rewards) for k in range(10)]
    found = summary([people])["lowest tenth"].value
    if len(people) >= 10:
        assert found == pytest.approx(summary([tenfold])["lowest tenth"].value)
        assert found == pytest.approx(np.mean(sorted(rewards * 10)[: len(rewards)]))
    else:
        assert found == pytest.approx(min(rewards))


def test_seeds_are_averaged_for_each_person_and_their_spread_is_told():
    one = [person("a", 0.2, ctr=0.5), person("b", 0.4, ctr=None), person("c", 0.9, ctr=None)]
    two = [person("a", 0.4, ctr=None), person("b", 0.4, ctr=None), person("c", 1.0, ctr=0.2)]
    metrics = summary([one, two])
    alone = summary([[person("a", 0.3), person("b", 0.4), person("c", 0.95)]])
    assert metrics["reward"][:3] == pytest.approx(alone["reward"][:3])
    assert metrics["reward"].spread == pytest.approx(np.std([0.5, 0.6], ddof=1))
    assert metrics["worst person"].value == pytest.approx(0.3)
    assert metrics["ctr"].value == pytest.approx(0.35)  # of "a" and "c"
    assert metrics["ctr"].spread == pytest.approx(np.std([0.5, 0.2], ddof=1))
    assert summary([one])["reward"].spread is None
    assert summary([[person("a", 0.1)]] * 3)["reward"].spread == 0.0


def test_the_summary_scores_between_floor_and_top():
    people = [
        person("a", 0.5, **{FLOOR: 0.0, TOP: 1.0}),
        person("b", 0.7, **{FLOOR: 0.2, TOP: 0.8}),
    ]
    metrics = summary([people])
    assert metrics["score"].value == pytest.approx((0.6 - 0.1) / (0.9 - 0.1))
    assert metrics["regret"].value == pytest.approx(0.3)
    assert metrics["worst person"] == Estimate(0.5)
    assert metrics["lowest tenth"].value == 0.5
    assert FLOOR not in metrics
    assert TOP not in metrics


def test_a_metric_without_a_value_is_left_out_and_a_missing_one_does_not_count():
    metrics = summary([[person("a", 0.0, auc=None, recall=0.4), person("b", 0.0, recall=None)]])
    assert "auc" not in metrics
    assert metrics["recall"].value == 0.4


def test_one_person_has_no_interval():
    assert summary([[person("a", 0.25)]])["reward"] == Estimate(0.25)


def test_nothing_to_gain_is_a_score_of_nothing():
    metrics = summary([[person("a", 0.5, **{FLOOR: 0.5, TOP: 0.5})]])
    assert metrics["score"].value == 0.0
