"""An agent of one's own, as the protocol describes it: a class, an instance, a trained model."""

import pickle
from datetime import date
from threading import Lock

import gymnasium
import pytest

from gym_push import Population, evaluate
from gym_push.agents import AgentSpec
from gym_push.errors import ArgumentError
from gym_push.evaluation.suites import DeliverySuite, Suite

pytestmark = pytest.mark.slow


class Bare:
    """Made with nothing."""

    def reset(self, seed=None):
        self.steps = 0

    def act(self, observation):
        self.steps += 1
        return self.steps % 2

    def learn(self, observation, action, reward):
        pass


class Tuned(Bare):
    """Made with parameters."""

    def __init__(self, every=2, holds=None):
        self.every, self.holds = every, holds

    def act(self, observation):
        self.steps += 1
        return int(self.steps % self.every == 1)


class Placed(Bare):
    """Made with a space and a parameter, in an order of its own."""

    def __init__(self, every, action_space):
        assert action_space.n == 2
        self.every = every

    act = Tuned.act


tuned = Tuned(3)


@pytest.fixture(scope="module")
def suite():
    return Suite.from_log(Population(2, seed=1).log(4))


def facts(evaluation):
    return evaluation.metrics


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Bare, Bare()),
        (AgentSpec.of(Tuned, every=3), Tuned(3)),
        (f"{__name__}:Tuned(every=3)", f"{__name__}:tuned"),
        (AgentSpec.of(Placed, every=3), Tuned(3)),
    ],
)
def test_a_class_and_an_instance_are_tested_alike(one, other, suite):
    assert facts(evaluate(one, suite)) == facts(evaluate(other, suite, processes=2))


def test_instances_that_differ_are_different_runs(suite):
    runs = [evaluate(Tuned(every), suite).run for every in (2, 3)]
    assert runs[0].agent == runs[1].agent == f"{__name__}:Tuned"
    assert runs[0].key != runs[1].key


def test_a_test_leaves_the_instance_as_it_was(suite):
    agent = Bare()
    evaluate(agent, suite)
    assert not vars(agent)
    spec = AgentSpec.of(agent)
    made = spec.make(None, None)
    made.reset()
    made.act(None)
    assert vars(spec.make(None, None)) == {}
    assert pickle.loads(pickle.dumps(spec)) == spec


@pytest.mark.parametrize(
    ("agent", "message"),
    [
        (
            lambda: AgentSpec.of(Tuned(holds=Lock())),
            "Tuned cannot be pickled for the process .*class",
        ),
        (lambda: AgentSpec.of(Tuned(), every=2).make(None, None), "is an instance, which takes no"),
        (lambda: AgentSpec.of(3), r"agent int has no reset\(\): write reset, act and learn"),
        (lambda: AgentSpec.of(Placed).make(None, None), "'every'; it is made with its parameters,"),
    ],
)
def test_what_cannot_be_tested_gets_a_sentence(agent, message):
    with pytest.raises(ArgumentError, match=message):
        agent()


@pytest.mark.parametrize("observation", ["vector", "codes"])
def test_a_trained_model_is_tested(observation):
    models = pytest.importorskip("stable_baselines3")
    from gym_push.integrations.stable_baselines import ModelAgent

    env = gymnasium.make("gym_push:delivery-v0", observation=observation, days=2)
    policy = "MlpPolicy" if observation == "vector" else "MultiInputPolicy"
    model = models.PPO(policy, env, n_steps=16, batch_size=16, seed=1, device="cpu")
    model.learn(16)
    people, others = Population(2, seed=11), Population(2, seed=12, start=date(2018, 1, 1))
    suite = DeliverySuite("small/v1", people, 4, 2, others, 2)
    evaluation = evaluate(ModelAgent(model), suite)
    assert len(evaluation.people) == 2
    assert facts(evaluation) == facts(evaluate(ModelAgent(model), suite))
    with pytest.raises(ArgumentError, match="ModelAgent makes an agent of a model"):
        evaluate(model, suite)
