"""A network of send-v0 sends what can be sent, and remembers what has paid with whom."""

import copy
import pickle

import gymnasium
import numpy as np
import pytest
from extras_support import installed

from gym_push import ArgumentError, EpisodeError, Population
from gym_push.agents import AgentSpec

pytestmark = [pytest.mark.slow, installed("sb3_contrib")]

ACTIONS = 11


def many(num_envs=16, people=40, **arguments):
    return gymnasium.make_vec(
        "gym_push:send-v0",
        num_envs,
        population=Population(people, seed=4),
        observation="vector",
        **arguments,
    )


def one(people=12, **arguments):
    population = Population(people, seed=5)
    return gymnasium.make(
        "gym_push:send-v0", population=population, observation="vector", **arguments
    )


def made(env=None, **parameters):
    env = env or one()
    spec = AgentSpec.of("masked-ppo", **{"networks": 1, **parameters})
    return spec.make(env.observation_space, env.action_space)


def play(agent, env, user=0):
    """Plays a person; returns observations, actions, masks and rewards."""
    agent.reset(0)
    observation, info = env.reset(options={"user": user})
    seen, over = [], False
    while not over:
        action = agent.act(observation)
        following, reward, over, _, after = env.step(action)
        agent.learn(observation, action, reward)
        seen.append((observation, action, info["action_mask"], reward))
        observation, info = following, after
    return seen


@pytest.fixture(scope="module")
def agent():
    agent = made(steps=1)
    agent.pretrain(many(), 1)
    return agent


def test_only_what_can_be_sent_is_sent_whatever_the_networks_say(agent):
    keen = copy.deepcopy(agent)
    weights, bias = keen._layers[-1]
    keen._layers = (*keen._layers[:-1], (weights, bias - 1000.0 * np.eye(ACTIONS)[0][:, None]))
    for each in (agent, keen):
        for user in range(3):
            told = play(each, one(), user)
            assert all(mask[action] for _, action, mask, _ in told)
    sends = [(action > 0, mask[1:].any()) for _, action, mask, _ in told]
    assert all(sent == can for sent, can in sends), "one that always wants to send does"
    assert {sent for sent, _ in sends} == {False, True}


def test_the_same_seed_practises_to_the_same_network_and_a_copy_decides_alike(agent):
    again, other = made(steps=1), made(steps=1)
    again.pretrain(many(), 1)
    other.pretrain(many(), 2)
    done = [action for _, action, *_ in play(agent, one())]
    for twin in (again, copy.deepcopy(agent), pickle.loads(pickle.dumps(agent))):
        assert [action for _, action, *_ in play(twin, one())] == done
    assert not np.array_equal(again._layers[0][0], other._layers[0][0])


def test_what_it_reads_in_practice_is_what_it_reads_with_a_person():
    """The memory of many lanes, and that of one agent."""
    from gym_push.agents.send_deep import _Remembering
    from gym_push.integrations.stable_baselines import as_vec_env

    people, steps, random = 3, 200, np.random.default_rng(2)
    practice = _Remembering(as_vec_env(many(people, days=14)))
    agents = [made() for _ in range(people)]
    practice.seed(1)
    seen = practice.reset()
    for _ in range(steps):
        actions = random.integers(ACTIONS, size=people)
        following, rewards, ended, infos = practice.step(actions)
        for lane, each in enumerate(agents):
            observation = seen[lane, : -2 * ACTIONS]
            assert np.array_equal(each._memory.beside(observation, 0), seen[lane])
            each.learn(observation, int(actions[lane]), float(rewards[lane]))
            if ended[lane]:
                last = infos[lane]["terminal_observation"]
                assert np.array_equal(each._memory.beside(last[: -2 * ACTIONS], 0), last)
                each.reset()
        seen = following
    assert practice.observation_space.contains(seen[0])


def test_it_earns_more_than_chance_with_people_it_has_never_met():
    practised = made(steps=150_000, learning_rate=3e-3)
    practised.pretrain(many(64, people=300), 0)
    by_chance = AgentSpec.of("random").make(one().observation_space, one().action_space)
    learned, chance = (
        np.array([sum(told[-1] for told in play(each, one(40), user)) for user in range(40)])
        for each in (practised, by_chance)
    )
    gain = learned - chance
    assert gain.mean() > 3.0 * gain.std(ddof=1) / np.sqrt(40)


def test_what_does_not_fit_gets_a_sentence():
    with pytest.raises(ArgumentError, match="a network reads observation='vector'"):
        made(gymnasium.make("gym_push:send-v0"))
    with pytest.raises(ArgumentError, match="is not Discrete"):
        made(one(action="composed"))
    with pytest.raises(ArgumentError, match="networks=0 must be 1 or more"):
        made(networks=0)
    with pytest.raises(EpisodeError, match=r"act\(\) before pretrain\(\)"):
        play(made(), one())
