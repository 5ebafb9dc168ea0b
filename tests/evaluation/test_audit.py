"""Who looks for the answers finds none, who keeps them is found, and nobody honest is accused."""

import secrets
from datetime import date
from pathlib import Path
from statistics import fmean

import gymnasium
import pytest

from gym_push import Population
from gym_push.agents import BASELINES, AgentSpec, LocalAgent
from gym_push.errors import AgentError, MissingExtraError, SuiteError
from gym_push.evaluation.auditing import audit
from gym_push.evaluation.evaluating import evaluate, evaluate_each
from gym_push.evaluation.playing import Session
from gym_push.evaluation.suites import DeliverySuite, PeopleSuite, Suite


@pytest.fixture(autouse=True)
def cheats(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent)


@pytest.mark.parametrize("name", ["Peeking", "Prepared", "Undecided"])
def test_who_looks_for_the_answers_finds_none(name):
    nothing = evaluate("always-dismiss", "basic-324/v1").metrics
    assert evaluate(f"agents_that_cheat:{name}", "basic-324/v1").metrics == nothing


def test_in_one_process_an_answer_is_decided_before_the_reward_too():
    from agents_that_cheat import Undecided

    env = gymnasium.make("gym_push:basic-v0")
    episode = Session(env, Undecided(env.observation_space, env.action_space)).play()
    assert episode.actions == [324, 0]
    right = 1.0 - env.unwrapped.log.actions.mean()
    assert episode.score.performance == pytest.approx(right)


def test_a_module_that_changes_this_package_changes_nobody_elses_results():
    agents = "taints:Tainting", "always-dismiss"
    tainting, honest = evaluate_each([AgentSpec.of(agent) for agent in agents], "basic-324/v1")
    assert tainting.metrics == honest.metrics
    assert honest.metrics == evaluate("always-dismiss", "basic-324/v1").metrics


def test_an_agent_that_remembers_is_found():
    [found] = audit("agents_that_cheat:Remembering", "basic-324/v1")
    assert "does not do the same twice" in found


def test_an_agent_without_a_seed_is_found():
    assert audit("agents_that_cheat:Unseeded", "basic-324/v1")


def test_delivery_is_watched_too():
    suite = DeliverySuite("small/v1", Population(2, seed=1), 4, 2, Population(2, seed=2), 2)
    assert audit("random", suite) == ()


def test_an_agent_that_remembers_in_a_file_is_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert audit("agents_that_cheat:RemembersElsewhere", "basic-324/v1")


@pytest.fixture
def telling():
    """People whose texts tell what is withheld, to who has made them."""
    others = Population(3, seed=12, start=date(2018, 1, 1))
    withheld = "subject", "sentiment", "enticement", "contactSignificantContext"
    return PeopleSuite("mine/v1", Population(3, seed=11), 6, 3, others, 3, withheld=withheld)


@pytest.mark.parametrize("name", ["LooksUp", "LooksUpInSecret"])
def test_who_makes_the_people_again_to_look_up_what_is_withheld_is_found(name, telling):
    cheat = f"agents_that_cheat:{name}"
    assert evaluate(cheat, telling).metrics["ctr"].value > 0.0, "it knows what it was not shown"
    assert audit(cheat, telling) == (f"agent {cheat} makes the people it is tested on",)


@pytest.mark.parametrize("name", ["ReadsTheLog", "ReadsTheFile"])
def test_who_reads_the_log_of_the_package_is_found_where_it_is_tested_on(name, telling):
    cheat = f"agents_that_cheat:{name}"
    assert evaluate(cheat, "basic-324/v1").metrics["performance"].value == 1.0
    assert audit(cheat, "basic-324/v1") == (f"agent {cheat} reads the log it is tested on",)
    assert audit(cheat, telling) == ()


def test_who_practises_with_people_of_its_own_is_honest(telling):
    assert audit("agents_that_cheat:PractisesAlone", telling) == ()


@pytest.mark.parametrize("agent", ["majority", "table-per-app-and-time", "pooled-logistic"])
def test_who_sees_less_is_honest(agent, telling):
    pytest.importorskip("sklearn")
    assert audit(agent, telling) == ()


def test_who_brings_along_what_is_withheld_knows_nothing_of_strangers(telling):
    strangers = telling.with_strangers(secrets.randbits(63))
    assert strangers.data != telling.data
    assert strangers.trial(strangers.people[0]).log.schema == telling.trial("user 0").log.schema
    with pytest.raises(SuiteError, match="would practise with the people"):
        telling.with_strangers(telling.practice.seed)
    known, unknown = (
        evaluate("agents_that_cheat:LooksUp", suite).metrics["ctr"].value
        for suite in (telling, strangers)
    )
    assert known > 0.1 > 5 * unknown
    reacting = DeliverySuite("small/v1", telling.population, 4, weights={"missed": 2.0})
    assert reacting.with_strangers(5).data != reacting.data


def test_who_makes_the_people_that_react_is_found():
    suite = DeliverySuite("small/v1", Population(2, seed=11), 4, 2, Population(2, seed=2), 2)
    [found] = audit("agents_that_cheat:LooksUp", suite)
    assert found.endswith("makes the people it is tested on")
    for honest in ("delivery-table", "planner(steps=5000)"):
        assert audit(honest, suite) == ()


def test_what_is_written_into_the_pipe_is_no_answer():
    with pytest.raises(AgentError, match="wrote something into its pipe that is not an answer"):
        evaluate("agents_that_cheat:Talkative", "basic-324/v1")


TABLES = {
    "basic-324/v1": "table-per-app-and-time",
    "users-24/v1": "table-per-app",
    "cold-start-24/v1": "table-per-app",
}
TRICKS = ("agents_that_cheat:WinStay", "agents_that_cheat:CacheLoop")


@pytest.mark.slow
@pytest.mark.parametrize("id", TABLES)
def test_no_trick_earns_as_much_as_a_table_that_learns(id):
    suite = Suite.of(id)
    learned = evaluate(TABLES[id], suite).metrics["reward"].value
    for trick in TRICKS:
        agent = LocalAgent(AgentSpec.of(trick))
        tested = (suite.test(agent, 0, person) for person in suite.people)
        assert fmean(person.metrics["reward"] for person in tested) < learned, trick
    always_open = fmean(suite.references[person].floor for person in suite.people)
    assert abs(always_open) < learned  # always to dismiss earns the opposite


def test_with_two_actions_to_repeat_what_was_right_is_to_stay_with_what_pays():
    last, stay = (
        evaluate(f"agents_that_cheat:{name}", "basic-324/v1") for name in ("RepeatLast", "WinStay")
    )
    assert last.metrics == stay.metrics


@pytest.mark.weekly
def test_every_baseline_of_the_replay_plays_by_the_rules():
    specs = []
    for name, baseline in BASELINES.items():
        if "basic-v0" in baseline.plays and not baseline.required:
            try:
                specs.append(AgentSpec.of(name))
            except MissingExtraError:
                continue
    audited = {spec: audit(spec, "basic-324/v1") for spec in specs}
    assert audited == dict.fromkeys(specs, ())
    assert len(audited) >= 6
