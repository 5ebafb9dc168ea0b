"""Networks practise with others, and are then the same agents wherever they are taken."""

import copy
import pickle
import random
from functools import partial

import gymnasium
import numpy as np
import pytest
from agents_support import deliver_for
from extras_support import installed

from gym_push import ArgumentError, EpisodeError, Population
from gym_push.agents import AgentSpec, Pretrainable
from gym_push.envs.delivery.observations import space_of

pytestmark = [pytest.mark.slow, installed("stable_baselines3")]

VECTOR, ACTIONS = space_of("vector"), gymnasium.spaces.Discrete(3)
NAMES = ("ppo", "dqn")


def many(num_envs=16, people=20, days=2):
    population = Population(people, seed=4, volume_median=20)
    return gymnasium.make_vec(
        "gym_push:delivery-v0",
        num_envs=num_envs,
        population=population,
        days=days,
        observation="vector",
    )


def practised(name, seed=1, steps=4_000, env=None, **parameters):
    agent = AgentSpec.of(name, steps=steps, **parameters).make(VECTOR, ACTIONS)
    assert isinstance(agent, Pretrainable)
    agent.pretrain(env or many(), seed)
    agent.reset(0)
    return agent


@pytest.fixture(scope="module")
def observations():
    """Many, of all sorts."""
    env, seen = many(), []
    env.reset(seed=9)
    actions = np.random.default_rng(9).integers(3, size=(40, 16))
    for each in actions:
        seen.extend(env.step(each)[0])
    return seen


@pytest.fixture(scope="module", params=NAMES)
def agent(request):
    return request.param, practised(request.param)


def decisions(agent, observations):
    return [agent.act(observation) for observation in observations]


def test_the_same_seed_practises_to_the_same_network(agent, observations):
    name, first = agent
    again, other = practised(name), practised(name, seed=2)
    same, different = (
        [np.array_equal(w, v) for (w, _), (v, _) in zip(first._layers, one._layers, strict=True)]
        for one in (again, other)
    )
    assert all(same)
    assert not any(different)
    assert decisions(again, observations) == decisions(first, observations)


def test_copies_act_alike_and_it_learns_no_more(agent, observations):
    _, first = agent
    done = decisions(first, observations)
    assert set(done) <= {0, 1, 2}
    for twin in (copy.deepcopy(first), pickle.loads(pickle.dumps(first))):
        twin.learn(observations[0], 0, -100.0)
        twin.reset(7)
        assert decisions(twin, observations) == done


def test_ppo_earns_more_than_tables_and_constants_with_people_it_has_never_met():
    agent = practised("ppo", steps=200_000, env=many(64, people=300, days=4), networks=1)
    table, everything = (
        AgentSpec.of(name).make(space_of("raw"), ACTIONS)
        for name in ("delivery-table", "deliver-all")
    )
    learned, by_table, floor = (
        np.mean([deliver_for(each, env, user)[0] for user in range(16)])
        for each, env in ((agent, one("vector")), (table, one("raw")), (everything, one("raw")))
    )
    assert floor + 0.02 < by_table < learned - 0.03


def one(observation):
    strangers = Population(16, seed=5)
    return gymnasium.make(
        "gym_push:delivery-v0", population=strangers, days=4, observation=observation
    )


def test_ppo_practises_where_a_decision_has_a_credit():
    single = partial(gymnasium.make, "gym_push:delivery-v0", days=2, observation="vector")
    side_by_side = gymnasium.vector.SyncVectorEnv([single] * 2)
    with pytest.raises(ArgumentError, match="does not say what a decision earns"):
        practised("ppo", env=side_by_side)


def test_practising_disturbs_nobody():
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        random.seed(5)
        np.random.seed(5)
        torch.manual_seed(5)
        expected = random.random(), np.random.random(), torch.rand(1).item()
        random.seed(5)
        np.random.seed(5)
        torch.manual_seed(5)
        practised("ppo", steps=1)
        assert (random.random(), np.random.random(), torch.rand(1).item()) == expected
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)


@pytest.mark.parametrize("name", NAMES)
def test_its_arrays_decide_as_the_models_do_together(name, monkeypatch):
    """Of networks as they are first drawn, which decide on some this and on some that."""
    import stable_baselines3
    import torch

    models = []
    learner = getattr(stable_baselines3, name.upper())
    monkeypatch.setattr(learner, "learn", lambda model, steps: models.append(model) or model)
    agent = practised(name, networks=3)
    noise = np.random.default_rng(1).normal(size=(500, *VECTOR.shape)).astype(np.float32)
    with torch.no_grad():
        rated = [ratings(model, torch.as_tensor(noise)).numpy() for model in models]
    alone, together = np.argmax(rated, axis=2), np.argmax(np.sum(rated, axis=0), axis=1)
    assert len(rated) == 3
    assert (alone != together).any(axis=1).all(), "no network decides alone"
    assert len(set(together)) > 1
    assert np.mean(decisions(agent, noise) == together) > 0.99, "but for ratings nearly equal"


def ratings(model, observations):
    if hasattr(model, "q_net"):
        return model.q_net(observations)
    return model.policy.get_distribution(observations).distribution.logits


def test_any_number_of_environments_will_do():
    agent = AgentSpec.of("ppo", steps=1, networks=1).make(VECTOR, ACTIONS)
    agent.pretrain(many(num_envs=3), seed=1)
    assert agent.act(VECTOR.sample()) in (0, 1, 2)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"steps": 0}, "steps=0 and networks=[13] must be 1 or more"),
        ({"networks": 0}, "networks=0 must be 1 or more"),
        ({"discount": 1.5}, "discount=1.5 from 0 to 1"),
        ({"learning_rate": 0}, "learning_rate=0 above 0"),
    ],
)
def test_a_number_out_of_range_is_refused(name, parameters, message):
    with pytest.raises(ArgumentError, match=message):
        AgentSpec.of(name, **parameters).make(VECTOR, ACTIONS)


def test_words_are_refused():
    with pytest.raises(ArgumentError, match="observation='vector'"):
        AgentSpec.of("ppo").make(space_of("raw"), ACTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_who_has_not_practised_says_so(name):
    with pytest.raises(EpisodeError, match=r"act\(\) before pretrain\(\)"):
        AgentSpec.of(name).make(VECTOR, ACTIONS).act(VECTOR.sample())
