"""Agents that compose: rows and dicts are actions, in this process and from another."""

import json
from datetime import date

import gymnasium
import numpy as np
import pytest

import gym_push
from gym_push import ActionError, ArgumentError, Population
from gym_push.agents import AgentSpec, VectorAgent
from gym_push.agents.local import LocalAgent, plain_action
from gym_push.agents.remote import RemoteAgent
from gym_push.evaluation import SendSuite

ROW = (1, 2, 1, 0, 0, 0, 2)
MESSAGE = {
    "send": 1, "topic": 2, "tone": "warm", "urgency": "low", "length": 0, "channel": 0,
    "occasion": "busy",
}  # fmt: skip
"""The same message."""
OTHERS = Population(12, seed=12, start=date(2018, 1, 1))


def small(action="composed", **changes):
    arguments = {"days": 14, "learn_days": 7, "practice": OTHERS} | changes
    return SendSuite("small/v1", Population(3, seed=11), action=action, **arguments)


class Composes:
    """Sends the same message whenever something can be sent, and checks what it is told of it."""

    def __init__(self, answer=ROW):
        self.answer = answer

    def reset(self, seed=None):
        self.told = 0

    def act(self, observation):
        nothing = {"send": 0} if isinstance(self.answer, dict) else np.zeros(7, dtype=np.int64)
        self.last = self.answer if observation["available"] else nothing
        return self.last

    def learn(self, observation, action, reward):
        assert isinstance(action, (tuple, dict))
        assert action == self.last if isinstance(action, dict) else action == tuple(self.last)
        self.told += 1


def test_a_row_and_a_dict_of_the_same_message_earn_the_same_here_and_in_another_process():
    """Another process has them in JSON."""
    rows, dicts, counted = small(), small("dict"), []
    for suite, answer in ((rows, ROW), (rows, np.array(ROW)), (dicts, MESSAGE)):
        for candidate in (LocalAgent, RemoteAgent):
            agent = candidate(AgentSpec.of(Composes(answer)))
            counted.append([suite.test(agent, 0, person).metrics for person in suite.people])
            agent.close()
    assert all(each == counted[0] for each in counted)
    assert {each["diversity"] for each in counted[0]} == {0.0}
    assert all(each["sends a week"] > 0.0 for each in counted[0])


def test_who_composes_is_evaluated_in_two_processes_and_audited():
    suite = small()
    spec = AgentSpec.of("contextual-bandit(steps=2000)")
    once, twice = (gym_push.evaluate(spec, suite, processes=each) for each in (1, 2))
    assert [each.metrics for each in once.people] == [each.metrics for each in twice.people]
    assert gym_push.evaluation.audit(spec, suite) == ()
    assert gym_push.evaluation.audit(Composes(), suite) == ()


@pytest.mark.parametrize(
    ("answer", "plain"),
    [
        (3, 3),
        (np.int64(3), 3),
        (np.array(3), 3),
        (True, 1),
        ([1, 0], (1, 0)),
        (np.array([1, 0], dtype=np.int8), (1, 0)),
        ((np.int32(1), 0), (1, 0)),
        ({"send": np.array(1), "tone": np.str_("warm")}, {"send": 1, "tone": "warm"}),
    ],
)
def test_an_answer_becomes_plain_numbers_and_words(answer, plain):
    made = plain_action(answer)
    assert made == plain and type(made) is type(plain)
    assert json.loads(json.dumps(made)) == (list(plain) if isinstance(plain, tuple) else plain)


NO_ACTIONS = [
    0.5, None, "1", [0.5], [[1], [0]], np.ones((2, 2), dtype=int), [None], {"send": [1]},
    {"send": 0.5}, {"send": None}, np.array([1.0, 0.0]), 1j, [1, "warm"],
]  # fmt: skip


@pytest.mark.parametrize("answer", NO_ACTIONS, ids=repr)
def test_what_is_no_action_gets_a_sentence(answer):
    with pytest.raises(ActionError, match="which is not an action: an action is a whole number, a"):
        plain_action(answer)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("1" + "0" * 30, "is not 7 integers"),
        ("[1, 2]", "is not 7 integers: send, topic"),
        ("[2, 0, 0, 0, 0, 0, 0]", "send 2 of an action must be 0 to 1"),
        ("[1, 0, 0, 0, 0, 0, 1e3]", "is not an action"),
        ("[" * 60 + "]" * 60, "is not an action"),
        ('{"send": 1}', "is not 7 integers"),
        ("[1, " + "1" + "0" * 30 + ", 0, 0, 0, 0, 0]", "is not 7 integers"),
        ('"hello"', "is not an action"),
        ("null", "is not an action"),
    ],
)
def test_a_hostile_answer_gets_a_sentence(answer, sentence):
    """Written into the pipe by code that passes by what checks answers there."""
    agent = RemoteAgent(AgentSpec.of(Hostile(answer)))
    with pytest.raises(ActionError) as refused:
        small().test(agent, 0, "user 0")
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 500
    agent.close()


class Hostile:
    def __init__(self, answer):
        self.answer = answer

    def reset(self, seed=None):
        pass

    def act(self, observation):
        from gym_push.agents import remote

        def dumps(told):
            raw = '{"answer": [ANSWER, null, 1]}'.replace("ANSWER", self.answer)
            return raw if "answer" in told and isinstance(told["answer"], tuple) else "{}"

        remote.json = type("Json", (), {"dumps": staticmethod(dumps)})
        return 0

    def learn(self, observation, action, reward):
        pass


def test_agents_of_a_vector_environment_compose_as_each_does_alone():
    arguments = {"population": Population(4, seed=31), "days": 5, "action": "composed"}
    spec, people, seed = AgentSpec.of("contextual-bandit"), 3, 7
    env = gymnasium.make_vec("gym_push:send-v0", people, **arguments)
    agents = VectorAgent(spec, env)
    agents.reset(seed)
    observations, _ = env.reset(seed=seed)
    earned, over = np.zeros(people), np.zeros(people, dtype=bool)
    while not over.all():
        actions = agents.act(observations)
        assert env.action_space.contains(actions)
        following, rewards, terminated, truncated, _ = env.step(actions)
        agents.learn(observations, actions, rewards, terminated | truncated)
        earned += np.where(over, 0.0, rewards)
        observations, over = following, over | terminated
    alone = gymnasium.make("gym_push:send-v0", **arguments)
    for place in range(people):
        agent = spec.make(alone.observation_space, alone.action_space)
        agent.reset(seed + place)
        (observation, _), ended, total = alone.reset(seed=seed + place), False, 0.0
        while not ended:
            action = agent.act(observation)
            following, reward, ended, _, _ = alone.step(action)
            agent.learn(observation, action, reward)
            observation, total = following, total + reward
        assert total == earned[place]


def test_agents_of_a_vector_environment_do_not_answer_dicts():
    env = gymnasium.make_vec("gym_push:send-v0", 2, action="dict")
    with pytest.raises(ArgumentError, match="make the environment for numbers"):
        VectorAgent(AgentSpec.of(Composes(MESSAGE)), env)


def test_constants_and_chance_compose():
    suite = small()
    constant = "gym_push.agents.simple:Always"
    nothing, row, chance = (
        suite.test(LocalAgent(AgentSpec.of(agent)), 0, "user 1").metrics
        for agent in ("never-send", f"{constant}(action={list(ROW)})", "random")
    )
    assert nothing["reward"] == pytest.approx(suite.references["user 1"].floor)
    assert row["diversity"] == 0.0 < chance["diversity"]
    space = suite.env("user 1", {"observation": "raw"}).action_space
    with pytest.raises(ArgumentError, match=r"action=\[1, 2\] is not in MultiDiscrete"):
        AgentSpec.of(f"{constant}(action=[1, 2])").make(space, space)
