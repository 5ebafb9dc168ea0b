"""Agents in a vector environment do what each does alone."""

import gymnasium
import numpy as np
import pytest
from agents_support import BASIC, needs

from gym_push import Population
from gym_push.agents import AgentSpec, VectorAgent
from gym_push.errors import ArgumentError

STEPS = 60
PEOPLE = 3


@pytest.fixture(scope="module")
def log():
    """Three people, some of whom get few notifications: episodes end at different steps."""
    return Population(PEOPLE, seed=104).log(1)


def alone(spec, log, seed, steps):
    """Actions and rewards of one agent over several episodes; None where an episode begins."""
    env = gymnasium.make("gym_push:basic-v0", data=log, **spec.form, order="shuffled")
    agent = spec.make(env.observation_space, env.action_space)
    agent.reset(seed)
    observation, _ = env.reset(seed=seed)
    did, ended = [], False
    while len(did) < steps:
        if ended:
            observation, _ = env.reset()
            did.append(None)
            ended = False
            continue
        action = agent.act(observation)
        following, reward, ended, _, _ = env.step(action)
        agent.learn(observation, action, reward)
        did.append((action, reward))
        observation = following
    return did


@pytest.mark.parametrize("mode", ["vector_entry_point", "sync"])
@pytest.mark.parametrize("name", needs(*BASIC))
def test_together_each_does_what_it_does_alone(name, mode, log):
    spec = AgentSpec.of(name)
    env = gymnasium.make_vec(
        "gym_push:basic-v0", PEOPLE, vectorization_mode=mode,
        data=log, **spec.form, order="shuffled",
    )  # fmt: skip
    agents = VectorAgent(spec, env)
    agents.reset(5)
    observations, _ = env.reset(seed=5)
    seen = []
    begins = np.zeros(PEOPLE, dtype=bool)
    for _ in range(STEPS):
        actions = agents.act(observations)
        assert env.action_space.contains(actions)
        following, rewards, terminated, truncated, _ = env.step(actions)
        agents.learn(observations, actions, rewards, terminated | truncated)
        seen.append([
            None if begin else (int(action), float(reward))
            for begin, action, reward in zip(begins, actions, rewards, strict=True)
        ])  # fmt: skip
        observations, begins = following, terminated | truncated
    env.close()
    each = [list(did) for did in zip(*seen, strict=True)]
    assert any(None in did for did in each)
    assert each == [alone(spec, log, 5 + place, STEPS) for place in range(PEOPLE)]


def test_another_way_to_begin_episodes_is_refused(log):
    modes = gymnasium.vector
    if not hasattr(modes, "AutoresetMode"):
        pytest.skip("this Gymnasium knows one way only")
    env = gymnasium.make_vec(
        "gym_push:basic-v0", 2, vectorization_mode="sync",
        vector_kwargs={"autoreset_mode": modes.AutoresetMode.SAME_STEP},
    )  # fmt: skip
    with pytest.raises(ArgumentError, match="SAME_STEP: make it with AutoresetMode.NEXT_STEP"):
        VectorAgent(AgentSpec.of("random"), env)
    env.close()
