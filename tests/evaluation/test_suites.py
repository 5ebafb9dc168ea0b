"""Suites never test on what can be learned from, and stay what they are."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

import gym_push
from gym_push import Population
from gym_push.agents import AgentSpec, LocalAgent
from gym_push.errors import ArgumentError, SuiteError
from gym_push.evaluation.suites import (
    SUITES,
    DeliverySuite,
    LogSuite,
    PeopleSuite,
    SendSuite,
    Suite,
)
from gym_push.logs import Encoding
from gym_push.users.model.states import DAY

RANDOM = AgentSpec.of("random")
EARLIER = date(2018, 1, 1)
OTHERS = Population(2, seed=12, start=EARLIER)
FROZEN = {
    "basic-324/v1": "a91fdd42aed332c213f88b46ca310e7af7177874f2b8a5de0e67af0cb62bb0a0",
    "users-24/v1": "eb713860b32711807dba272ae97c42fcb214292ca5ffa3402f8ca20bc7c6bad4",
    "cold-start-24/v1": "f0f235b6eb6c79677bd1165e78c0239b1de80cba40d14442a15d848a1dc0df72",
    "text-24/v1": "42d9c99d0e9d4c7827885aa7219b747eb670333657f1ab21f8a9c46b99e99f23",
    "delivery-50/v1": "3727c83daba2bccfdb44c708e7bc629d6851f3cfb321fd2c39b852b86474b24c",
    "send-24/v1": "ef0f074d4c02f2e184aabbd891bd7070d9877b3838352ba608b08635b0c0ccd7",
    "send-cold-24/v1": "6150fad268deb877960db0cb31cb16260068b2db0606f44231fd76b178641dc0",
    "send-composed-24/v1": "17e2e8946b86dd030276aadf06f4e11af312668b99eeae7ee7fdcede7f722c2b",
}
"""What each suite plays. A change of one of these is a new version of the suite."""
REPLAYED = [id for id in SUITES if not id.startswith(("delivery", "send"))]


@pytest.mark.bits
@pytest.mark.parametrize("id", SUITES)
def test_what_a_suite_plays_never_changes(id):
    assert Suite.of(id).id == id
    assert Suite.of(id).data == FROZEN[id]


@pytest.fixture(scope="module")
def few():
    """The shape of users-24/v1, with fewer people and days."""
    return PeopleSuite("few/v1", Population(3, seed=11), days=14, learn_days=7)


@pytest.fixture(scope="module")
def cold():
    """The shape of cold-start-24/v1."""
    others = Population(2, seed=12, start=EARLIER)
    return PeopleSuite("cold/v1", Population(2, seed=11), days=7, practice=others, practice_days=7)


def small_delivery(practice=13):
    return DeliverySuite(
        "small/v1", Population(2, seed=11), 6, 3, Population(2, seed=practice, start=EARLIER), 2
    )


@pytest.mark.parametrize("id", REPLAYED)
def test_nothing_of_a_test_can_be_learned_from(id):
    suite = Suite.of(id)
    for person in suite.people:
        trial = suite.trial(person)
        trial.check()
        assert trial.tested.any()
        learned, tested = trial.log.times[~trial.tested], trial.log.times[trial.tested]
        if len(learned):
            assert learned.max() < tested.min()
        if trial.others is not None:
            assert person not in trial.others.users
            assert trial.others.times.max() < trial.log.times.min()


@pytest.mark.parametrize("id", REPLAYED)
def test_no_encoding_has_seen_what_is_tested(id):
    suite = Suite.of(id)
    for person in suite.people:
        trial = suite.trial(person)
        learned = np.flatnonzero(~trial.tested)
        if len(learned):
            assert trial.encoding == Encoding.fit(trial.log.select(learned))
        else:  # it is fitted on other people, and knows the apps of nearly all
            mine = Encoding.fit(trial.log)
            assert trial.encoding != mine
            apps, known = (each.spaces["appPackage"].labels for each in (mine, trial.encoding))
            assert len({*apps} - {*known}) <= 2


def test_another_encoding_is_other_data():
    log = gym_push.bundled_log()
    halves = (Encoding.fit(log.select(rows)) for rows in np.split(np.arange(len(log)), 2))
    suites = [LogSuite("mine/v1", log, 0.0, encoding) for encoding in halves]
    assert len({suite.data for suite in suites}) == 2


def test_users_24_learns_56_days_of_each_and_tests_the_other_56():
    suite = Suite.of("users-24/v1")
    assert len(suite.people) == 24
    for person in suite.people:
        trial = suite.trial(person)
        days = trial.log.times // DAY - date(2019, 7, 1).toordinal() + date(1970, 1, 1).toordinal()
        assert (trial.tested == (days >= 56)).all()
        assert days.max() == 111


def test_in_a_cold_start_all_is_tested_and_nobody_is_practised_with(cold):
    for person in cold.people:
        trial = cold.trial(person)
        assert trial.tested.all()
        theirs = [trial.others.select(trial.others.rows_of(user)) for user in trial.others.users]
        shared = [set(trial.log.times.tolist()) & set(log.times.tolist()) for log in theirs]
        assert len(theirs) == 2
        assert not any(shared)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (lambda t: {"tested": ~t.tested}, "come after tested"),
        (lambda t: {"tested": np.zeros_like(t.tested)}, "has no notifications to be tested on"),
        (
            lambda t: {"log": t.log.select(np.arange(len(t.log))[::-1])},
            "are not in order of time",
        ),
        (
            lambda t: {"person": t.log.users[0], "others": t.log},
            "is among the people to practise with",
        ),
        (
            lambda t: {"others": Population(2, seed=99).log(9)},
            "goes on when",
        ),
    ],
    ids=["learns later ones", "tests nothing", "backwards", "the same person", "at the same time"],
)
def test_a_suite_that_peeks_is_refused(few, changes, message):
    trial = few.trial("user 1")
    with pytest.raises(SuiteError, match=message):
        replace(trial, **changes(trial)).check()


def test_a_suite_that_peeks_tests_nobody(few):
    class Peeking(PeopleSuite):
        def trial(self, person):
            trial = super().trial(person)
            return replace(trial, tested=~trial.tested)

    suite = Peeking("peeking/v1", Population(3, seed=11), days=14, learn_days=7)
    with pytest.raises(SuiteError, match="come after tested"):
        suite.test(LocalAgent(RANDOM), 0, "user 0")


def test_moments_are_not_split(few):
    trial = few.trial("user 0")
    first = int(trial.tested.argmax())
    times = trial.log.times.copy()
    times[first] = times[first - 1]
    with pytest.raises(SuiteError, match="at the same time"):
        replace(trial, log=replace(trial.log, times=times)).check()


def test_agents_do_not_practise_with_whom_they_are_tested_on():
    with pytest.raises(SuiteError, match="practise with the people"):
        small_delivery(practice=11)
    people = Population(2, seed=11)
    with pytest.raises(SuiteError, match="practise with the people"):
        PeopleSuite("cold/v1", people, days=7, practice=people, practice_days=7)


@pytest.mark.parametrize("kind", [PeopleSuite, DeliverySuite, SendSuite])
@pytest.mark.parametrize(
    ("days", "message"),
    [
        ({"days": 0}, "days=0 must be from 1 to 3650"),
        ({"days": 2, "learn_days": 2}, "learn_days=2 must be from 0 to 1"),
        ({"days": 2, "learn_days": -1}, "learn_days=-1 must be from 0 to 1"),
        ({"days": 2, "learn_days": 0.5}, "learn_days=0.5 must be a whole number"),
        ({"days": 2, "practice": OTHERS, "practice_days": 0}, "practice_days=0 must be from 1"),
    ],
)
def test_days_that_leave_nothing_to_count_are_refused(kind, days, message):
    with pytest.raises(ArgumentError, match=message):
        kind("none/v1", Population(2, seed=11), **days)


def test_the_same_suite_has_the_same_data_and_another_one_has_not(few):
    def made(seed=11, days=14, learn_days=7):
        population = Population(3, seed=seed)
        return PeopleSuite("few/v1", population, days, learn_days).data

    assert few.data == made()
    assert len({few.data, made(seed=12), made(days=15), made(learn_days=6)}) == 4


def test_the_oracle_knows_more_than_anybody_and_not_all(few):
    for person in few.people:
        reference = few.references[person]
        table = few.test(LocalAgent(AgentSpec.of("table-per-app")), 0, person)
        assert reference.floor <= reference.top < 1.0
        assert table.metrics["reward"] < reference.top + 0.05


def test_the_floor_is_what_opening_everything_earns(few):
    for person in few.people:
        everything = few.test(LocalAgent(AgentSpec.of("always-open")), 0, person).metrics
        assert everything["reward"] == pytest.approx(few.references[person].floor)
        assert everything["ctr"] == 1.0


def test_in_delivery_the_floor_is_what_delivering_everything_earns():
    suite = small_delivery()
    for person in suite.people:
        everything = suite.test(LocalAgent(AgentSpec.of("deliver-all")), 0, person).metrics
        assert everything["reward"] == pytest.approx(suite.references[person].floor)
        parts = ("engagement", "interruption", "stress", "missed")
        assert everything["reward"] == pytest.approx(sum(everything[part] for part in parts))
        assert everything["delivered"] == 1.0


def test_suppressing_everything_pays_nothing_but_stress():
    nothing = small_delivery().test(LocalAgent(AgentSpec.of("suppress-all")), 0, "user 0").metrics
    assert nothing["suppressed"] == 1.0
    assert nothing["engagement"] == nothing["interruption"] == 0.0
    assert nothing["ctr"] is None


QUIET = Population(12, seed=2, volume_median=0.5)
NOBODY = Population(2, seed=1, volume_median=1e-9)
OTHERS = Population(3, seed=3, start=EARLIER)


def delivery_of(people):
    return DeliverySuite("quiet/v1", people, 7, 4, OTHERS, 2)


def users_of(people):
    return PeopleSuite("quiet/v1", people, 7, 4, OTHERS, 2)


@pytest.mark.parametrize(
    ("made", "agent"), [(delivery_of, "deliver-all"), (users_of, "table-per-app")]
)
def test_whoever_gets_nothing_that_counts_is_left_out(made, agent):
    arrivals = QUIET.simulate(range(12), 7).arrivals
    counted = np.unique(arrivals.person[arrivals.time >= 4 * DAY])
    assert len(counted) < 12
    evaluation = gym_push.evaluate(agent, made(QUIET))
    assert [each.person for each in evaluation.people] == [f"user {each}" for each in counted]
    with pytest.raises(SuiteError, match="nobody gets a notification that counts"):
        gym_push.evaluate(agent, made(NOBODY))


def test_an_agent_that_cannot_be_made_is_found_before_the_test(few):
    with pytest.raises(ArgumentError, match="prior=0 must be above 0"):
        few.check(LocalAgent(AgentSpec.of("table-per-app(prior=0)")))
    with pytest.raises(ArgumentError, match=r"action=2 is not in Discrete\(2\)"):
        few.check(LocalAgent(AgentSpec.of("gym_push.agents.simple:Always", action=2)))


def test_an_unknown_suite_gets_a_sentence():
    with pytest.raises(ArgumentError, match="did you mean 'users-24/v1'"):
        Suite.of("users-24")


def test_a_baseline_for_another_environment_is_refused(few):
    with pytest.raises(ArgumentError, match="deliver-all plays delivery-v0, but few/v1 is of"):
        few.test(LocalAgent(AgentSpec.of("deliver-all")), 0, "user 0")
