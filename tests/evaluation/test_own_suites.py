"""Suites of one's own: other people and weights, and agents that share what people teach them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

import gym_push
from gym_push import Leaderboard, Population, evaluate
from gym_push.agents import AgentSpec
from gym_push.errors import ArgumentError, LogError
from gym_push.evaluation import DeliverySuite, LogSuite, PeopleSuite, Suite, compare, evaluate_each
from gym_push.evaluation.suites.replay import THE_PERSON
from gym_push.logs import Encoding
from gym_push.users.model.states import DAY


@pytest.fixture(scope="module")
def many():
    """People with few notifications each."""
    return Population(100, seed=9, volume_median=5).log(7)


def test_weights_of_ones_own_decide_what_is_earned_and_what_is_compared_with():
    people = Population(2, seed=11)
    usual, calm = (
        DeliverySuite("mine/v1", people, days=4, learn_days=2, weights=weights)
        for weights in (None, {"interruption": 5.0})
    )
    assert usual.data != calm.data
    assert usual.people == calm.people
    for suite in (usual, calm):
        found = evaluate("deliver-all", suite)
        assert [each.metrics["reward"] for each in found.people] == pytest.approx(
            [suite.references[person].floor for person in suite.people]
        )
    person = usual.people[0]
    assert calm.references[person].floor < usual.references[person].floor
    with pytest.raises(ArgumentError, match="no part 'noise'"):
        DeliverySuite("mine/v1", people, days=4, weights={"noise": 1.0})


def test_a_suite_of_ones_own_needs_no_more_than_people_and_days():
    people = Population(2, seed=11)
    for suite, agent in (
        (DeliverySuite("mine/v1", people, 3), "deliver-all"),
        (PeopleSuite("mine/v1", people, 3), "majority"),
        (LogSuite("mine/v1", people.log(3), 0.0), "majority"),
    ):
        assert len(evaluate(agent, suite).people) == 2


def test_what_is_withheld_is_shown_to_nobody_and_known_to_the_oracle():
    people, others = Population(2, seed=11), (Population(2, seed=12, start=date(2018, 1, 1)), 2)
    telling = "subject", "contactSignificantContext"
    whole, less = (
        PeopleSuite("mine/v1", people, 4, 2, *others, withheld=withheld)
        for withheld in ((), telling)
    )
    assert whole.data != less.data
    assert whole.references == less.references
    person = whole.people[0]
    for form in ({"observation": "raw"}, {"observation": "codes"}):
        for env in (less.env(person, form), less.practice_envs(form, person)):
            assert not set(telling) & set(env.observation_space)
        assert set(whole.env(person, form).observation_space) > set(telling)
    with pytest.raises(LogError, match="no feature 'sentimant'; did you mean 'sentiment'"):
        evaluate("majority", PeopleSuite("mine/v1", people, 4, withheld=("sentimant",)))


def test_each_person_is_learned_and_tested_alone():
    log = Population(3, seed=1).log(8)
    suite = Suite.from_log(log, learn=0.25, name="mine")
    assert suite.id == "mine/v1"
    assert suite.people == log.users
    trial = suite.trial(log.users[0])
    assert trial.log.users == log.users[:1]
    assert 0 < trial.tested.argmax() < len(trial.log) / 2


def test_a_log_of_one_person_has_nobody_by_name():
    assert Suite.from_log(gym_push.bundled_log()).people == (THE_PERSON,)


def test_without_times_the_first_rows_are_learned_from():
    log = replace(gym_push.bundled_log(), times=None)
    suite = Suite.from_log(log, 0.5)
    assert "first 50% of the notifications" in suite.summary
    tested = suite.trial(THE_PERSON).tested
    assert tested.argmax() == tested.sum() == len(log) // 2


def test_rows_out_of_order_are_brought_in_order():
    log = gym_push.bundled_log()
    backwards = log.select(np.arange(len(log))[::-1])
    one, other = (Suite.from_log(each, 0.5).trial(THE_PERSON) for each in (log, backwards))
    assert (one.log.times == other.log.times).all()


def test_the_encoding_knows_nothing_of_what_is_tested():
    log = gym_push.bundled_log()
    trial = Suite.from_log(log, 0.5).trial(THE_PERSON)
    known = set(log.select(np.flatnonzero(~trial.tested)).columns["place"].values)
    assert set(trial.encoding.spaces["place"].labels) == known
    assert known < set(log.columns["place"].values)


@pytest.mark.parametrize("learn", [-0.1, 1.0, float("nan")])
def test_a_share_out_of_range_is_refused(learn):
    with pytest.raises(ArgumentError, match="from 0 to less than 1"):
        Suite.from_log(gym_push.bundled_log(), learn)


@pytest.mark.parametrize(("days", "learned"), [(1, 0), (3, 1), (5, 2), (7, 3), (8, 4)])
def test_half_of_the_days_is_rounded_down(days, learned):
    log = Population(1, seed=1, volume_median=200).log(days)
    trial = Suite.from_log(log, 0.5).trial("0")
    assert len(np.unique(trial.log.times[~trial.tested] // DAY)) == learned
    assert len(np.unique(trial.log.times[trial.tested] // DAY)) == days - learned


def test_everybody_is_tested_on_whatever_the_share():
    log = Population(3, seed=1).log(8)
    first, *others = (log.rows_of(user) for user in log.users)
    suite = Suite.from_log(log.select(np.concatenate((first[:1], *others))), 0.99)
    assert suite.people == log.users
    assert all(suite.trial(person).tested.any() for person in suite.people)


def test_it_says_where_the_share_rounds_to_nothing():
    suite = Suite.from_log(Population(3, seed=1).log(4), 0.1)
    assert all(suite.trial(person).tested.all() for person in suite.people)
    assert suite.summary.endswith("as 10% of the days of each is rounded down to none")


def test_nothing_to_test_is_refused():
    with pytest.raises(ArgumentError, match="no notification to be tested on"):
        Suite.from_log(Population(2, seed=1, volume_median=1e-9).log(2))


def test_nobody_practises_with_what_comes_later_or_is_of_the_same_group(many):
    suite = Suite.from_log(many, 0.5, groups=4)
    groups = {person: suite.group(person) for person in suite.people}
    assert np.bincount(list(groups.values())).tolist() == [25] * 4
    for person in suite.people:
        trial = suite.trial(person)
        trial.check()
        assert len(trial.others) > 100
        assert all(groups[other] != groups[person] for other in trial.others.users)
        assert trial.encoding == Encoding.fit(trial.others)
    early = min(groups, key=groups.get)
    late = max(groups, key=groups.get)
    assert suite.trial(early).others.times.max() <= suite.trial(late).others.times.max()


def test_who_comes_first_practises_with_nobody(many):
    suite = Suite.from_log(many, 0.0, groups=2)
    first = next(person for person in suite.people if suite.group(person) == 0)
    assert suite.trial(first).others is None


@pytest.mark.parametrize("groups", [1, -2])
def test_groups_are_two_or_more_and_need_times(groups, many):
    with pytest.raises(ArgumentError, match="groups"):
        Suite.from_log(many, groups=groups)
    with pytest.raises(ArgumentError, match="of a log with times"):
        Suite.from_log(replace(many, times=None), groups=2)


@pytest.mark.slow
def test_who_learns_from_others_does_better_with_people_of_whom_little_is_known(many):
    pytest.importorskip("sklearn")
    rows = np.median([len(many.rows_of(user)) for user in many.users])
    assert 25 <= rows <= 40
    suite = Suite.from_log(many, 0.5, groups=4)
    alone, pooled = evaluate_each(
        [AgentSpec.of("online-logistic"), AgentSpec.of("pooled-logistic")], suite
    )
    found = compare(pooled, alone, metric="auc")
    assert found.better == "pooled-logistic"
    assert found.difference.low > 0.0
    assert pooled.metrics["performance"].value > alone.metrics["performance"].value + 0.02


def test_practice_is_the_same_in_any_number_of_processes(many):
    pytest.importorskip("sklearn")
    some = many.select(np.concatenate([many.rows_of(user) for user in many.users[:12]]))
    suite = Suite.from_log(some, 0.5, groups=3)
    one, two = (evaluate("pooled-logistic", suite, processes=n).people for n in (1, 2))
    assert [each.metrics for each in one] == [each.metrics for each in two]


def test_an_evaluation_is_a_frame_and_a_line(many):
    suite = PeopleSuite("mine/v1", Population(3, seed=1, start=date(2020, 1, 1)), 4)
    evaluation = evaluate("always-open", suite)
    frame = evaluation.to_frame()
    assert frame.index.tolist() == list(suite.people)
    assert frame["reward"].mean() == pytest.approx(evaluation.metrics["reward"].value)
    assert frame.dtypes.map(str).unique().tolist() == ["float64"]
    assert "microseconds" in frame
    line = repr(evaluation)
    assert line.startswith("<Evaluation of always-open on mine/v1: 3 people, reward ")
    assert len(line) < 120


def test_a_learning_curve_counts_every_person_once_at_each_number_seen(many, tmp_path):
    some = many.select(np.concatenate([many.rows_of(user) for user in many.users[:4]]))
    suite = Suite.from_log(some, 0.0)
    evaluation = evaluate("always-open", suite, seeds=2, processes=2)
    curve = evaluation.learning_curve(every=10)
    answers = [2.0 * suite.trial(person).log.actions - 1.0 for person in suite.people]
    assert curve.index.tolist() == list(range(0, max(map(len, answers)), 10))
    for seen, reward, low, high, people in curve.itertuples():
        there = [each[seen : seen + 10].mean() for each in answers if len(each) > seen]
        assert people == len(there)
        assert reward == pytest.approx(np.mean(there))
        if len(set(there)) > 1:
            assert low < reward < high
    assert len(evaluation.learning_curve(every=1)) == max(map(len, answers))
    with pytest.raises(ArgumentError, match="every=0 must be 1 or more"):
        evaluation.learning_curve(0)
    with Leaderboard(tmp_path / "board.sqlite") as board:
        evaluate("always-open", suite, board=board)
        again = evaluate("always-open", suite, board=board, resume=True)
    with pytest.raises(ArgumentError, match="evaluate without resume"):
        again.learning_curve()
