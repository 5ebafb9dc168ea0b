"""A report holds a population beside a log, and is silent where the log cannot speak."""

import json

import numpy as np
import pytest

from gym_push import ArgumentError, Feature, Population, Schema, read_log

pytest.importorskip("scipy")
pytest.importorskip("sklearn")

from gym_push.evaluation import fidelity
from gym_push.evaluation.fidelity.distances import Gate
from gym_push.evaluation.fidelity.learnability import LEARNERS, TABLE, learn_each, learnability
from gym_push.evaluation.fidelity.two_sample import deviation
from gym_push.evaluation.rollouts import oracle
from gym_push.logs.log_statistics import LogStatistics
from tools.gates import alike

pytestmark = pytest.mark.slow

QUICK = {name: LEARNERS[name] for name in ("majority", TABLE, "logistic regression")}


@pytest.fixture
def small(monkeypatch):
    """Learns from fewer simulated people and days: the full size is for the gates."""
    monkeypatch.setattr(learnability, "__defaults__", (8, 28, QUICK))


@pytest.fixture(scope="module")
def population():
    return Population(100, seed=1)


def coarse_log(days=14, **columns):
    """What one person's phone might have kept: no response times, times in steps of 10 000 s."""
    frame = Population(1, 12).log(days).to_frame()
    step = np.timedelta64(10_000, "s")
    frame["posted"] -= (frame["posted"] - np.datetime64(0, "s")) % step
    kept = frame[["appPackage", "priority", "place", "posted", "action"]].assign(**columns)
    return read_log(kept, Schema(["appPackage", "priority"], ["place"], time=Feature("posted")))


def test_a_log_of_the_same_model_holds_the_gates_that_it_supports(population, small):
    report = fidelity(Population(40, seed=2), population, days=14)
    # What is learned from 8 people in 14 days is too little for its gates, which are for 56.
    assert all("simulated" in each.name for each in report.failed)
    verdicts = {each.name: each.verdict for each in report.statistics}
    assert verdicts["KS of log inter-arrival"] == "held"
    assert verdicts["two-sample AUC, split by person"] == "held"
    assert report.days == 14
    assert json.loads(json.dumps(report.to_dict()))["statistics"][0]["verdict"] == "held"
    assert fidelity(Population(40, seed=2), population, days=14) == report


def test_other_people_miss_gates(population, small):
    other = Population(40, 2, openness_mean=-2.5, alert_delay_median=3000.0, checks_median=5.0)
    failed = {each.name for each in fidelity(other, population, days=14).failed}
    assert {"KS of log response time", "two-sample AUC, split by person"} <= failed
    assert "|Δ mean open rate|" in failed


def test_what_a_coarse_log_of_one_person_cannot_support_has_a_reason(population, small):
    report = fidelity(coarse_log(), population)
    found = {each.name: each for each in report.statistics}
    reasons = {
        "KS of log inter-arrival": "its clock has steps of 2.78 h, and this needs 1 min",
        "KS of hour of arrival": "its clock has steps of 2.78 h, and this needs 30 min",
        "KS of log response time": "it has no engagement column that means response_time",
        "two-sample AUC, split by person": "it is of one person, and this needs 10",
        "best learner − table per app, the log": "it is of one person, and this needs 5",
        "|Δ mean open rate|": "it is of one person, and this needs 5",
    }
    for name, reason in reasons.items():
        assert found[name].verdict == "not supported"
        assert reason in found[name].note
    assert found["oracle − best learner, simulated"].value is not None
    assert report.days == 14
    assert "not supported" in str(report)


def test_too_small_a_population_is_refused():
    with pytest.raises(ArgumentError, match="has 5 people; a comparison needs at least 100"):
        fidelity(Population(5, 1), Population(5, 2))


def test_two_populations_look_alike_as_far_as_few_people_can():
    people = 60
    *distances, auc = alike(1, 2, people=people, days=7)
    # At 300 people the gate is .03, and chance alone goes with one over the square root: 2.2 times
    # as far for a fifth of the people. The full gates are for `nox -s fidelity`.
    assert len(distances) == 3
    assert max(each.value for each in distances) <= 0.03 * np.sqrt(300 / people)
    assert auc.value <= 0.5 + 2 * deviation(people, people)


def test_there_is_something_to_learn_and_something_left():
    over_table, below_oracle = learnability(Population(12, 1), people=12, days=56, learners=QUICK)
    # Half the people and days of the gate: less to learn from, so the oracle is further off.
    assert over_table.value >= 0.02
    assert Gate(0.01, 0.08).holds(below_oracle.value)
    assert "oracle 0." in over_table.note


def test_the_oracle_knows_all_but_the_coin():
    population = Population(10, 3)
    simulation = population.simulate(range(10), 14)
    right = (oracle(simulation) == simulation.responses.opened).mean()
    assert 0.8 < right < 0.95
    certain = Population(10, 3, noise=1e-6).simulate(range(10), 14)
    assert (oracle(certain) == certain.responses.opened).all()


def test_learners_never_see_what_they_are_tested_on():
    """A person whose habits turn round in the second half is predicted wrongly."""
    log = Population(3, 4, openness_mean=0.0).log(28)
    of = LogStatistics.of_log(log)
    learned = learn_each(log, of, QUICK)
    rows = learned.index.get_level_values("row")
    assert len(rows) < 0.7 * len(log)
    first_day = of.time.min() // 86_400_000
    assert (log.times[rows] // 86_400_000 - first_day >= 13).all()
    frame = log.to_frame()
    frame.loc[frame.index[rows], "action"] ^= 1
    turned = read_log(frame, log.schema)
    after = learn_each(turned, LogStatistics.of_log(turned), QUICK)
    for name in QUICK:
        assert after[name].mean() == pytest.approx(1.0 - learned[name].mean())


def test_a_person_of_few_notifications_teaches_nothing():
    log = Population(1, 4).log(1)
    assert learn_each(log, LogStatistics.of_log(log), QUICK) is None
