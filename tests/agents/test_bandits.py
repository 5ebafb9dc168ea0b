"""What bandits explore, and that they learn by the probability of what they drew."""

import copy

import numpy as np
import pytest
from agents_support import made, needs, play

from gym_push.agents import AgentSpec

VOWPAL = ("vw-epsilon-greedy", "vw-squarecb", "vw-cover")


@pytest.fixture
def observation():
    _, env = made("vw-squarecb")
    return env.reset(seed=1)[0]


@pytest.mark.parametrize("name", needs(*VOWPAL))
def test_actions_are_drawn_by_the_probabilities_that_it_says(name):
    agent, env = made(name)
    play(agent, env, 40)
    observation, _ = env.reset(seed=1)
    chances = agent.probabilities(observation)
    drawn = np.mean([agent.act(observation) for _ in range(2000)])
    assert drawn == pytest.approx(chances[1], abs=4 * 0.5 / np.sqrt(2000))


@pytest.mark.parametrize("epsilon", [0.1, 0.4])
def test_epsilon_is_the_share_left_to_chance(epsilon):
    pytest.importorskip("vowpalwabbit")
    agent, env = made("vw-epsilon-greedy", epsilon=epsilon)
    play(agent, env, 50)
    observation, _ = env.reset(seed=1)
    least = agent.probabilities(observation).min()
    assert least == pytest.approx(epsilon / 2, abs=1e-6)


@pytest.mark.parametrize("name", needs("vw-epsilon-greedy"))
def test_an_action_that_is_seldom_drawn_teaches_more(name, observation):
    """Less reward changes its mind about what it drew itself than about what it was told."""
    agent, _ = made(name)
    for _ in range(6):
        agent.learn(observation, 1, 1.0)
        agent.learn(observation, 0, -1.0)
    drew = copy.deepcopy(agent)
    assert 0 in (drew.act(observation) for _ in range(1000))
    assert changes_at(drew, observation) < changes_at(agent, observation)


def changes_at(agent, observation):
    """The tenths of reward of one dismissal from which on it dismisses more often than not."""
    for tenths in range(10, 20):
        one = copy.deepcopy(agent)
        one.learn(observation, 0, tenths / 10)
        if one.probabilities(observation)[0] > 0.5:
            return tenths
    raise AssertionError("it never changes its mind")


@pytest.mark.parametrize("name", needs("vw-squarecb"))
def test_the_better_an_action_is_known_the_less_is_explored(name, observation):
    agent, _ = made(name)
    explored = []
    for _ in range(5):
        explored.append(agent.probabilities(observation).min())
        for _ in range(20):
            agent.learn(observation, 1, 1.0)
            agent.learn(observation, 0, -1.0)
    assert explored[0] == pytest.approx(0.5)
    assert explored == sorted(explored, reverse=True)
    assert explored[-1] < 0.05


@pytest.mark.parametrize("name", needs("linucb", "thompson"))
def test_an_action_never_tried_is_tried_though_the_other_paid_a_little(name):
    agent, env = made(name, alpha=2.0)
    observation, _ = env.reset(seed=1)
    for _ in range(30):
        agent.learn(observation, 1, 0.05)
    assert 0 in {agent.act(observation) for _ in range(20)}


@pytest.mark.parametrize("name", needs("linucb", "thompson"))
def test_it_stays_with_what_pays(name):
    agent, env = made(name)
    observation, _ = env.reset(seed=1)
    for _ in range(200):
        agent.learn(observation, 1, 1.0)
        agent.learn(observation, 0, -1.0)
    assert {agent.act(observation) for _ in range(20)} == {1}


@pytest.mark.parametrize("name", needs("linucb", "online-logistic"))
def test_batches_change_little_of_what_is_learned(name):
    """The first notifications are learned at once whatever the batch."""
    one, env = made(name, batch=1)
    many, _ = made(name, batch=16)
    for agent in (one, many):
        play(agent, env, 7)
    observation, _ = env.reset(seed=1)
    assert one.confidence(observation) == many.confidence(observation)
    assert AgentSpec.of(name, batch=16).form == {"observation": "vector"}


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("vw-epsilon-greedy", {"epsilon": 0.3}), ("vw-squarecb", {"gamma_scale": 1.0}),
     ("vw-cover", {"policies": 5})],
)  # fmt: skip
def test_a_copy_keeps_its_parameters(name, parameters):
    pytest.importorskip("vowpalwabbit")
    agent, env = made(name, **parameters)
    play(agent, env, 60)
    twin = copy.deepcopy(agent)
    observation, _ = env.reset(seed=1)
    for action in (0, 1, 1, 0):
        assert twin.probabilities(observation).tolist() == agent.probabilities(observation).tolist()
        for one in (agent, twin):
            one.learn(observation, action, 1.0)
