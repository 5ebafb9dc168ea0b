"""Logged decisions in other tools' forms have the rows, rewards and propensities that they had."""

from dataclasses import replace

import numpy as np
import pytest

import gym_push
from gym_push.errors import ArgumentError
from gym_push.evaluation import off_policy_estimate, simulate_decisions
from gym_push.evaluation.exporting import bandit_feedback, mdp_dataset, write_vowpal


@pytest.fixture(scope="module")
def logged():
    return simulate_decisions(gym_push.Population(6, seed=1), days=2, behaviour="by-app").logged


def test_open_bandit_pipeline_gets_what_was_logged(logged):
    feedback = bandit_feedback(logged)
    assert feedback["n_rounds"] == len(feedback["context"]) == len(logged)
    assert feedback["action"].tolist() == logged.decisions.tolist()
    assert feedback["reward"].tolist() == logged.rewards.tolist()
    assert feedback["pscore"].tolist() == logged.propensities.tolist()


def test_open_bandit_pipeline_estimates_alike(logged):
    ope = pytest.importorskip("obp.ope")
    policy = np.tile([0.6, 0.0, 0.4], (len(logged), 1))
    estimators = [
        ope.InverseProbabilityWeighting(),
        ope.SelfNormalizedInverseProbabilityWeighting(),
    ]
    values = ope.OffPolicyEvaluation(
        bandit_feedback=bandit_feedback(logged), ope_estimators=estimators
    ).estimate_policy_values(action_dist=policy[:, :, np.newaxis])
    ours = [
        off_policy_estimate(logged, policy, method, over="notifications").value
        for method in ("ips", "snips")
    ]
    assert list(values.values()) == pytest.approx(ours, rel=1e-12)


def test_vowpal_wabbit_reads_each_line(logged, tmp_path):
    vowpal = pytest.importorskip("vowpalwabbit")
    write_vowpal(logged, tmp_path / "log.vw")
    lines = (tmp_path / "log.vw").read_text().splitlines()
    model = vowpal.Workspace("--cb 3 --quiet")
    vectors = logged.encoding.vectors(logged.log)
    assert len(lines) == len(logged)
    for row, line in enumerate(lines):
        example = model.parse(line)
        costs = {each.label: each for each in vowpal.CBLabel.from_example(example).costs}
        assert sorted(costs) == [1, 2, 3]
        taken = costs[logged.decisions[row] + 1]
        assert taken.cost == pytest.approx(-logged.rewards[row], rel=1e-6)
        assert taken.probability == pytest.approx(logged.propensities[row], rel=1e-6)
        slots = {
            int(slot): float(value)
            for slot, value in (each.split(":") for each in line.split(" | ")[1].split())
        }
        assert [slots.get(slot, 0.0) for slot in range(len(vectors[row]))] == pytest.approx(
            vectors[row].tolist()
        )
        model.finish_example(example)
    model.finish()


def test_vowpal_wabbit_needs_propensities(logged, tmp_path):
    with pytest.raises(ArgumentError, match="has no propensities"):
        write_vowpal(replace(logged, propensities=None), tmp_path / "log.vw")
    assert not list(tmp_path.iterdir())


def test_an_episode_of_d3rlpy_is_a_person(logged):
    pytest.importorskip("d3rlpy")
    dataset = mdp_dataset(logged)
    assert dataset.transition_count == len(logged)
    assert dataset.size() == len(logged.log.users)
    people = np.unique(logged.log.owner.codes, return_inverse=True)[1]
    for person, episode in enumerate(dataset.episodes):
        rows = np.flatnonzero(people == person)
        assert episode.terminated
        assert episode.actions[:, 0].tolist() == logged.decisions[rows].tolist()
        assert episode.rewards[:, 0] == pytest.approx(logged.rewards[rows])
        assert np.array_equal(episode.observations, logged.encoding.vectors(logged.log, rows))
