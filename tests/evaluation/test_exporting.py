"""Logged decisions in other tools' forms have the rows, rewards and propensities that they had."""

from dataclasses import replace

import gymnasium
import numpy as np
import pytest

import gym_push
from gym_push.errors import ArgumentError
from gym_push.evaluation import off_policy_estimate, simulate_decisions
from gym_push.evaluation.exporting import (
    bandit_feedback,
    mdp_dataset,
    minari_dataset,
    minari_decisions,
    write_vowpal,
)


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


@pytest.fixture
def minari(monkeypatch, tmp_path):
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path))
    pytest.importorskip("pyarrow")
    return pytest.importorskip("minari")


@pytest.mark.filterwarnings("ignore::UserWarning:minari")
@pytest.mark.parametrize("known", [True, False])
def test_minari_keeps_what_was_logged(logged, minari, known):
    logged = logged if known else replace(logged, propensities=None, chances=None)
    made = minari_dataset(logged, "people/logged-v0", author="nobody")
    kept = minari.load_dataset(made.id)
    assert (kept.total_steps, kept.total_episodes) == (len(logged), len(logged.log.users))
    read = minari_decisions(kept)
    people = np.unique(logged.log.owner.codes, return_inverse=True)[1]
    order = np.lexsort((logged.log.times, people))
    assert read.decisions.tolist() == logged.decisions[order].tolist()
    assert read.rewards.tolist() == logged.rewards[order].tolist()
    vectors = np.stack(
        [read.log.columns[name].numbers for name in list(read.log.columns)[:-3]], axis=1
    )
    assert np.array_equal(vectors, logged.encoding.vectors(logged.log)[order])
    if not known:
        assert read.propensities is None
        return
    assert read.propensities.tolist() == logged.propensities[order].tolist()
    policy = np.tile([0.6, 0.0, 0.4], (len(logged), 1))
    for method in ("ips", "snips"):
        ours, theirs = (off_policy_estimate(each, policy, method) for each in (logged, read))
        assert (theirs.value, theirs.low) == pytest.approx((ours.value, ours.low), rel=1e-12)


@pytest.mark.filterwarnings("ignore::UserWarning:minari")
def test_played_episodes_that_minari_keeps_are_read(minari):
    from minari.data_collector import EpisodeBuffer

    env = gymnasium.make(
        "gym_push:delivery-v0", population={"size": 2, "seed": 1}, days=1, observation="vector"
    )
    env.action_space.seed(0)
    episodes = []
    for seed in range(2):
        episode = EpisodeBuffer(observations=[env.reset(seed=seed)[0]], actions=[])
        ended = False
        while not ended:
            episode.actions.append(env.action_space.sample())
            observation, reward, ended, truncated, _ = env.step(episode.actions[-1])
            episode.observations.append(observation)
            episode.rewards.append(reward)
            episode.terminations.append(ended)
            episode.truncations.append(truncated)
        episodes.append(episode)
    made = minari.create_dataset_from_buffers(
        "people/played-v0", episodes, env=env, data_format="arrow"
    )
    read = minari_decisions(made)
    assert read.rewards.tolist() == [reward for each in episodes for reward in each.rewards]
    assert read.decisions.tolist() == [action for each in episodes for action in each.actions]
    assert len(read.log.users) == 2 and read.propensities is None


@pytest.mark.filterwarnings("ignore::UserWarning:minari")
def test_minari_data_of_other_kinds_are_refused(minari):
    from minari.data_collector import EpisodeBuffer

    number = gymnasium.spaces.Discrete(3)
    episode = EpisodeBuffer(
        observations=[1, 2], actions=[0], rewards=[1.0], terminations=[True], truncations=[False]
    )
    made = minari.create_dataset_from_buffers(
        "people/numbers-v0", [episode], observation_space=number, action_space=number,
        data_format="arrow",
    )  # fmt: skip
    with pytest.raises(ArgumentError, match="decisions are read of vectors and Discrete actions"):
        minari_decisions(made)
