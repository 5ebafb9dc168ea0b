"""An evaluation is the same to the bit however it is run."""

import json
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from leaderboard_support import facts

from gym_push import Leaderboard, Population
from gym_push.agents import BASELINES, AgentSpec
from gym_push.errors import ArgumentError
from gym_push.evaluation import PeopleSuite, evaluate, evaluate_each
from gym_push.evaluation.evaluating import run_of
from gym_push.evaluation.results import ranked

SPECS = [AgentSpec.of("random"), AgentSpec.of("majority"), AgentSpec.of("table-per-app")]


def by_agent(evaluations):
    return {each.agent: facts(each) for each in evaluations}


def test_once_twice_and_in_two_processes_are_the_same_to_the_bit(suite):
    once = by_agent(evaluate_each(SPECS, suite, seed=3))
    assert by_agent(evaluate_each(SPECS, suite, seed=3)) == once
    assert by_agent(evaluate_each(SPECS, suite, seed=3, processes=2)) == once
    assert by_agent(evaluate_each(SPECS, suite, seed=4)) != once


def test_learners_learn_the_same_in_any_number_of_processes():
    for package in ("mabwiser", "sklearn", "vowpalwabbit"):
        pytest.importorskip(package)
    names = [
        name
        for name, each in BASELINES.items()
        if each.packages
        and "basic-v0" in each.plays
        and not each.required
        and name != "embedding-logistic"  # whose rows are the same in any company: test_embeddings
    ]
    specs = [AgentSpec.of(name) for name in names]
    few = PeopleSuite("few/v1", Population(2, seed=24), days=5, learn_days=3)
    once = by_agent(evaluate_each(specs, few))
    assert len(once) == len(names)
    assert by_agent(evaluate_each(specs, few, processes=2)) == once


def test_alone_and_among_others_are_the_same(suite):
    together = by_agent(evaluate_each(SPECS, suite))
    for spec in SPECS:
        assert facts(evaluate(spec, suite)) == together[str(spec)]


def test_people_come_in_the_order_of_the_suite_and_all_are_told_of(suite):
    told = []
    evaluation = evaluate("majority", suite, processes=2, on_person=lambda *each: told.append(each))
    assert tuple(each.person for each in evaluation.people) == suite.people
    assert sorted(result.person for _, result in told) == sorted(suite.people)


def test_random_agents_are_not_random_alike_with_different_people(suite):
    evaluation = evaluate("random", suite)
    assert len({each.metrics["ctr"] for each in evaluation.people}) == len(suite.people)


def test_a_run_names_all_that_decides_it(suite):
    run = run_of(AgentSpec.of("table-per-app", prior=2.0), suite, 7)
    assert (run.suite, run.agent, dict(run.parameters), run.seed) == (
        "five/v1", "table-per-app", {"prior": 2.0}, 7
    )  # fmt: skip
    assert run.data == suite.data
    assert {"python", "gym-push", "gymnasium", "numpy"} <= set(run.versions)
    assert run.key != replace(run, seed=8).key


def test_nothing_is_tested_if_one_of_the_agents_does_not_go_with_the_suite(suite):
    told = []
    with pytest.raises(ArgumentError, match="deliver-all plays delivery-v0"):
        evaluate_each(
            [SPECS[0], AgentSpec.of("deliver-all")],
            suite,
            on_person=lambda *each: told.append(each),
        )
    assert not told


@pytest.mark.parametrize("agent", ["table-per-app(prior=0)", "table-per-app(priro=1)"])
def test_nothing_is_tested_if_one_of_the_agents_cannot_be_made(suite, tmp_path, agent):
    with Leaderboard(tmp_path / "board.sqlite") as board:
        with pytest.raises(ArgumentError, match="prior|priro"):
            evaluate_each([SPECS[0], AgentSpec.of(agent)], suite, board=board)
        assert not board.unfinished()


@pytest.mark.parametrize(
    "wrong",
    [{"processes": 0}, {"processes": 1.5}, {"processes": 2000}, {"seeds": 0}, {"seeds": 1001}],
)
def test_numbers_out_of_range_are_refused(suite, wrong):
    with pytest.raises(ArgumentError, match="seeds|processes"):
        evaluate("random", suite, **wrong)


def test_several_seeds_are_those_of_several_runs(suite):
    alone = [evaluate("random", suite, seed=seed) for seed in (3, 4, 5)]
    together = evaluate("random", suite, seed=3, seeds=3, processes=2)
    assert [facts(each)[1][0] for each in alone] == facts(together)[1]
    reward = together.metrics["reward"]
    means = [each.metrics["reward"].value for each in alone]
    assert reward.value == pytest.approx(sum(means) / 3)
    assert reward.spread == pytest.approx(np.std(means, ddof=1)) and reward.spread > 0.0
    assert len({together.run.key, *(each.run.key for each in alone)}) == 4
    ends = zip(*(each.metrics["reward"].interval for each in alone), strict=True)
    narrowest = min(high - low for low, high in zip(*ends, strict=True))
    assert reward.high - reward.low < narrowest  # chance in the agent is averaged away


def test_seeds_leave_an_agent_without_chance_as_it_is(suite):
    one, five = (evaluate("table-per-app", suite, seeds=seeds) for seeds in (1, 5))
    assert five.metrics["reward"].spread == 0.0
    assert five.metrics["reward"][:3] == pytest.approx(one.metrics["reward"][:3])


def test_an_agent_that_stands_twice_is_tested_once(suite):
    agents = "table-per-app(prior=2)", "table-per-app(prior=2.0)", "majority"
    assert len(list(evaluate_each([AgentSpec.of(each) for each in agents], suite))) == 2


def test_agents_that_earn_alike_stand_in_one_order(suite):
    alike = evaluate("table-per-app(prior=1)", suite), evaluate("table-per-app", suite)
    better = evaluate("table-per-app-and-time", suite)
    names = [each.agent for each in ranked([*alike, better])]
    assert names == [each.agent for each in ranked([better, *reversed(alike)])]
    assert names.index("table-per-app") + 1 == names.index("table-per-app(prior=1)")


def test_an_evaluation_can_be_written_as_json(suite):
    evaluation = evaluate("table-per-app(features=['place'])", suite)
    closed = replace(evaluation.run, parameters=MappingProxyType(evaluation.run.parameters))
    assert closed.key == evaluation.run.key
    told = json.loads(json.dumps(replace(evaluation, run=closed).to_dict()))
    assert told["key"] == evaluation.run.key and told["parameters"] == {"features": ["place"]}
    assert told["metrics"]["reward"] == evaluation.metrics["reward"]._asdict()
    assert {"score", "regret", "balanced accuracy", "auc", "user ctr", "worst person"} <= set(
        told["metrics"]
    )
    assert [len(person["curve"]) for person in told["people"]] == [10] * 5
