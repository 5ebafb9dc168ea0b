"""A policy is an agent, or probabilities; it learns nothing from what it is valued by."""

import numpy as np
import pytest
from off_policy_support import ALWAYS_B, of, small

from gym_push import ArgumentError
from gym_push.agents import AgentSpec
from gym_push.evaluation import learned_elsewhere, off_policy_estimate
from gym_push.evaluation.off_policy.targets import probabilities_of


class Learner:
    """Takes the action that has earned more so far; counts what it has seen."""

    def __init__(self, observation_space, action_space):
        self.reset()

    def reset(self, seed=None):
        self.total, self.seen = np.zeros((2, 2))

    def act(self, observation):
        return int(np.argmax(self.total / np.maximum(self.seen, 1)))

    def learn(self, observation, action, reward):
        self.total[action] += reward
        self.seen[action] += 1


def test_an_agent_acts_on_its_observations_and_learns_nothing():
    agent = Learner(None, None)
    agent.learn(None, 1, 5.0)
    probabilities = probabilities_of(of(small()), agent)
    np.testing.assert_array_equal(probabilities, ALWAYS_B)
    assert agent.seen.tolist() == [0.0, 1.0]


def test_an_agent_that_says_its_probabilities_is_asked_for_them():
    np.testing.assert_array_equal(probabilities_of(of(small()), "random"), np.full((400, 2), 0.5))


@pytest.mark.parametrize("form", ["raw", "codes", "vector"])
def test_an_agent_gets_observations_of_its_form(form):
    class Looker(Learner):
        observation = form

        def act(self, observation):
            assert "paid" not in observation if form != "vector" else len(observation) == 3
            first = {"raw": lambda o: o["app"] == "x", "codes": lambda o: o["app"] == 0}
            return int(first.get(form, lambda o: o[0] == 1.0)(observation))

    expected = np.eye(2)[np.arange(400) % 2]
    np.testing.assert_array_equal(probabilities_of(of(small()), Looker(None, None)), expected)


def test_a_learner_is_valued_on_people_from_whom_it_has_not_learned():
    logged = of(small(app=[f"row {row}" for row in range(400)]))
    probabilities = learned_elsewhere(logged, AgentSpec("test_off_policy_targets:Leak"), folds=4)
    assert (probabilities[:, 0] == 1.0).all()


class Leak(Learner):
    """Knows whether it has learned from the very observation that it is asked about."""

    def reset(self, seed=None):
        self.met = set()

    def learn(self, observation, action, reward):
        self.met.add(observation["app"])  # another one in each row of the log

    def act(self, observation):
        assert len(self.met) == 300
        return int(observation["app"] in self.met)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (np.ones((400, 3)) / 3, r"the shape \(400, 3\), not \(rows, actions\) = \(400, 2\)"),
        (np.full((400, 2), 0.6), r"row 1 of the policy, \[0.6, 0.6\], must be the probability"),
        (np.tile([1.5, -0.5], (400, 1)), "row 1 of the policy"),
        (np.full((400, 2), np.nan), "row 1 of the policy"),
        ("always-opne", "there is no agent 'always-opne'.*; did you mean 'always-open'"),
        (object(), "the policy, of type object, is neither an agent nor an array of probabilities"),
    ],
)
def test_a_policy_that_is_none_is_refused(target, message):
    with pytest.raises(ArgumentError, match=message):
        off_policy_estimate(of(small()), target)


def test_an_action_that_nobody_has_is_refused():
    class Third(Learner):
        def act(self, observation):
            return 2

    with pytest.raises(ArgumentError, match="Third answers 2, and the actions are numbered from 0"):
        off_policy_estimate(of(small()), Third(None, None))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ([0.7, 0.7], "row 1 of the policy"),
        ([1.0], r"have the shape \(400, 1\)"),
        ("b", "of type list, is neither"),
    ],
)
def test_probabilities_that_are_none_are_refused(said, message):
    class Wrong(Learner):
        def probabilities(self, observation):
            return said

    with pytest.raises(ArgumentError, match=message):
        off_policy_estimate(of(small()), Wrong(None, None))


@pytest.mark.parametrize("folds", [1, 41])
def test_a_fold_needs_a_person(folds):
    with pytest.raises(ArgumentError, match="must be from 2 to 40, the number of persons"):
        learned_elsewhere(of(small()), "random", folds=folds)
