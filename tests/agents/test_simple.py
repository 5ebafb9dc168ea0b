"""Agents that look at nothing."""

import gymnasium
import numpy as np
import pytest
from agents_support import made, play
from gymnasium.spaces import Box, Discrete

from gym_push.agents import AgentSpec
from gym_push.agents.simple import opened
from gym_push.errors import ArgumentError

ANYTHING = Box(0.0, 1.0, (2,))


@pytest.mark.parametrize(
    ("action", "reward", "did"),
    [(1, 1.0, True), (1, -1.0, False), (0, 1.0, False), (0, -1.0, True)],
)
def test_what_the_person_did_follows_from_action_and_reward(action, reward, did):
    assert opened(action, reward) is did


@pytest.mark.parametrize(("name", "action"), [("always-open", 1), ("always-dismiss", 0)])
def test_always_does_always_the_same(name, action):
    assert set(play(*made(name))[0]) == {action}


def test_random_does_each_as_often():
    agent = AgentSpec.of("random").make(ANYTHING, Discrete(3))
    agent.reset(1)
    counts = np.bincount([agent.act(None) for _ in range(3000)])
    assert counts == pytest.approx([1000, 1000, 1000], abs=100)
    assert agent.probabilities(None) == pytest.approx([1 / 3] * 3)


def test_majority_follows_what_paid_more_often():
    agent = AgentSpec.of("majority").make(ANYTHING, Discrete(2))
    assert agent.act(None) == 1
    agent.learn(None, 1, -1.0)
    assert agent.act(None) == 0
    agent.learn(None, 0, -1.0)
    agent.learn(None, 1, 1.0)
    assert agent.act(None) == 1


def test_an_action_that_the_environment_lacks_is_refused():
    env = gymnasium.make("gym_push:basic-v0")
    with pytest.raises(ArgumentError, match=r"action=2 is not in Discrete\(2\)"):
        AgentSpec.of("suppress-all").make(env.observation_space, env.action_space)


def test_actions_that_cannot_be_counted_are_refused():
    with pytest.raises(ArgumentError, match="is not Discrete"):
        AgentSpec.of("random").make(ANYTHING, ANYTHING)
