"""What every baseline of basic-v0 keeps, and what those that learn have learned."""

import copy
import pickle
import random

import numpy as np
import pandas as pd
import pytest
from agents_support import BASIC, accuracy, lacks, made, needs, person, play, reads

from gym_push import Feature, Schema, read_log
from gym_push.agents import AgentSpec, Scorer, StochasticPolicy
from gym_push.errors import ArgumentError, GymPushError

ALWAYS = ("always-open", "always-dismiss")
CONSTANT = ("random", *ALWAYS, "majority")
LEARNERS = [name for name in BASIC if name not in CONSTANT]


@pytest.mark.parametrize("name", needs(*BASIC))
def test_the_same_seed_gives_the_same_actions_and_leaves_global_chance_alone(name):
    agent, env = made(name)
    ours, theirs = random.getstate(), np.random.get_state()  # importing may have drawn
    first = play(agent, env)
    agent.reset(3)
    assert play(agent, env) == first
    assert play(*made(name)) == first
    assert random.getstate() == ours
    for before, after in zip(theirs, np.random.get_state(), strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("name", needs("random", "thompson", "vw-epsilon-greedy", "vw-squarecb"))
def test_another_seed_gives_other_actions(name):
    assert play(*made(name, seed=3))[0] != play(*made(name, seed=4))[0]


@pytest.mark.parametrize("name", needs(*BASIC))
def test_copies_go_on_as_the_agent_does_and_apart_from_it(name):
    agent, env = made(name)
    play(agent, env, 150)
    twins = copy.deepcopy(agent), pickle.loads(pickle.dumps(agent))
    if isinstance(agent, Scorer):
        observation, _ = env.reset(seed=1)
        assert {each.confidence(observation) for each in twins} == {agent.confidence(observation)}
    went = play(agent, env)
    assert [play(each, env) for each in twins] == [went] * 2


@pytest.mark.parametrize("name", needs(*BASIC))
def test_being_asked_how_sure_it_is_changes_nothing(name):
    def ask(agent, observation):
        if isinstance(agent, Scorer):
            assert agent.confidence(observation) == agent.confidence(observation)
        if isinstance(agent, StochasticPolicy):
            chances = agent.probabilities(observation)
            assert chances.dtype == np.float64
            assert chances.shape == (2,)
            assert chances.min() >= 0.0
            assert chances.sum() == pytest.approx(1.0)
            chances[:] = 0.0

    assert play(*made(name), before=ask) == play(*made(name))


@pytest.mark.parametrize("name", needs(*LEARNERS))
def test_it_learns_a_person_from_cold(name):
    learned = accuracy(play(*made(name, person()))[1])
    constant = max(accuracy(play(*made(name, person()))[1]) for name in ALWAYS)
    assert learned > constant + 0.02


@pytest.mark.parametrize("name", needs(*LEARNERS))
def test_what_it_is_sure_of_is_opened_more_often(name):
    agent, env = made(name, person())
    if not isinstance(agent, Scorer):
        pytest.skip(f"{name} has no score")
    scores = []
    actions, rewards = play(
        agent, env, before=lambda agent, observation: scores.append(agent.confidence(observation))
    )
    half = len(scores) // 2
    later = np.array(scores[half:])
    opened = (np.array(actions[half:]) == 1) == (np.array(rewards[half:]) > 0)
    assert later[opened].mean() > later[~opened].mean()


@pytest.mark.parametrize("name", needs(*LEARNERS))
def test_an_agent_learns_from_what_another_did(name):
    """An action that it did not choose teaches as much: after it, it knows."""
    agent, env = made(name, person())
    observation, _ = env.reset(seed=1)
    answers = []
    ended = False
    while not ended:
        following, reward, ended, _, _ = env.step(1)
        agent.learn(observation, 1, reward)
        agent.learn(observation, 0, -reward)
        answers.append((observation, reward > 0))
        observation = following
    right = [agent.act(observation) == opened for observation, opened in answers[-200:]]
    assert np.mean(right) > 0.7


COLUMNS = {
    "other names": {"source": ["mail", "chat"], "level": [1.5, 90.0]},
    "labels": {"appPackage": ["mail", "chat"]},
    "numbers": {"battery": [1.5, 90.0]},
    "flags": {"charging": [True, False]},
    "hostile": {"source": ["a|b 3:4\n\nshared |c", "0:-9:0.1 |a 1 % {x}"]},
}
TIME = {"postedTimeOfDay": ["night", "night"]}


def log_of(columns, actions):
    """A log of one's own: the values of each column over and over, and what was done with them."""
    frame = pd.DataFrame({name: values * 100 for name, values in columns.items()})
    kinds = {"tickerText": "text", "source": "label"}
    schema = Schema([Feature(name, kind=kinds.get(name)) for name in columns])
    return read_log(frame.assign(action=actions * 100), schema)


@pytest.mark.parametrize("columns", COLUMNS.values(), ids=COLUMNS)
@pytest.mark.parametrize("name", needs(*LEARNERS))
def test_a_log_of_ones_own_is_learned(name, columns):
    log = log_of({**columns, **TIME}, [1, 0])
    if name == "table-per-app-and-time" and "appPackage" not in columns:
        with pytest.raises(ArgumentError, match="features that mean app"):
            made(name, log)
    elif reads(name) and name != "vw-words":
        with pytest.raises(ArgumentError, match="the encoding has no text"):
            made(name, log)
    else:
        assert accuracy(play(*made(name, log))[1]) > 0.8


def test_a_table_takes_a_log_of_messages_only_word_for_word():
    log = log_of({"tickerText": ["Hi", "Bye"]}, [1, 0])
    assert accuracy(play(*made("table-per-app", log))[1]) == 1.0
    with pytest.raises(ArgumentError, match="features that mean app, and time_of_day or"):
        made("table-per-app-and-time", log)


@pytest.mark.parametrize("name", needs(*[name for name in LEARNERS if reads(name)]))
def test_what_reads_learns_a_log_of_messages_only(name):
    log = log_of({"tickerText": ["Come home now | shared: 1", "Ninety % off"]}, [1, 0])
    assert accuracy(play(*made(name, log))[1]) > 0.9


BLIND = [name for name in LEARNERS if "table" not in name and not reads(name)]


@pytest.mark.parametrize("name", needs(*BLIND))
def test_what_reads_no_words_refuses_a_log_of_messages_only(name):
    with pytest.raises(ArgumentError, match="nothing but text to observe"):
        made(name, log_of({"tickerText": ["Hi", "Bye"]}, [1, 0]))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("table-per-app-and-time", {"prior": 0}),
        ("online-logistic", {"step": 0.0}),
        ("online-logistic", {"ridge": -1.0}),
        ("online-logistic", {"batch": 0}),
        ("gradient-boosting", {"trees": 0}),
        ("gradient-boosting", {"trees": 1.5}),
        ("gradient-boosting", {"rate": 0.0}),
        ("gradient-boosting", {"first": 1}),
        ("linucb", {"alpha": -1.0}),
        ("thompson", {"batch": 0}),
        ("vw-epsilon-greedy", {"epsilon": 1.5}),
        ("vw-squarecb", {"gamma_scale": 0.0}),
        ("vw-cover", {"policies": 0}),
    ],
)
def test_a_parameter_out_of_range_is_named(name, parameters):
    if lacks(name):
        pytest.skip(f"{name} needs an extra")
    with pytest.raises(ArgumentError, match=next(iter(parameters))):
        made(name, **parameters)


NOT_RAW = [name for name in LEARNERS if "table" not in name and name != "vw-words"]


@pytest.mark.parametrize("name", needs(*NOT_RAW))
def test_spaces_that_are_none_of_its_own_are_refused(name):
    _, env = made(name)
    _, wrong = made("table-per-app")
    with pytest.raises(GymPushError, match="this agent reads"):
        AgentSpec.of(name).make(wrong.observation_space, env.action_space)
    with pytest.raises(GymPushError, match=r"is for basic-v0"):
        AgentSpec.of(name).make(env.observation_space, type(env.action_space)(3))
