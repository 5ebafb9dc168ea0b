"""Agents of send-v0: what they learn, and that nobody earns as much without learning."""

import copy

import gymnasium
import numpy as np
import pytest

from gym_push import ArgumentError, Population
from gym_push.agents import BASELINES, AgentSpec, Pretrainable, StochasticPolicy
from gym_push.agents.send_practice import practise
from gym_push.envs.send.messages import Message

NAMES = [
    name for name, about in BASELINES.items() if "send-v0" in about.plays and not about.packages
]
LEARNERS = ["recovering-softmax", "contextual-bandit", "action-centred"]
OTHERS = Population(64, seed=41)


def made(name, seed=3, **arguments):
    """An agent and its environment."""
    spec = AgentSpec.of(name)
    population = arguments.pop("population", Population(8, seed=40))
    env = gymnasium.make("gym_push:send-v0", population=population, **arguments, **spec.form)
    agent = spec.make(env.observation_space, env.action_space)
    agent.reset(seed)
    return agent, env


def play(agent, env, user=0):
    """Plays a person; returns actions, masks and the sum of rewards."""
    observation, info = env.reset(options={"user": user})
    actions, masks, total, over = [], [], 0.0, False
    while not over:
        action = agent.act(observation)
        actions.append(action)
        masks.append(info["action_mask"])
        following, reward, over, _, info = env.step(action)
        agent.learn(observation, action, reward)
        observation, total = following, total + reward
    return np.array(actions), np.array(masks), total


def practice(**arguments):
    return gymnasium.make_vec(
        "gym_push:send-v0", 32, population=OTHERS, observation="raw", **arguments
    )


def practised(name, steps=20_000, **arguments):
    """An agent that has practised, and its environment."""
    agent, env = made(f"{name}(steps={steps})", **arguments)
    agent.pretrain(practice(), seed=0)
    agent.reset(3)
    return agent, env


@pytest.mark.parametrize("name", [name for name in NAMES if name != "random"])
def test_what_is_sent_is_eligible(name):
    agent, env = made(name)
    actions, masks, _ = play(agent, env)
    assert masks[np.arange(len(actions)), actions].all()
    assert (actions > 0).any() == (name != "never-send")


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_is_the_same_and_a_reset_forgets(name):
    agent, env = made(name)
    first = play(agent, env)[0]
    agent.reset(3)
    assert (play(agent, env)[0] == first).all()
    another = copy.deepcopy(agent)
    another.reset(3)
    assert (play(another, env)[0] == first).all()


def test_one_message_and_no_other():
    agent, env = made("send-within-budget(message=2)")
    actions, masks, _ = play(agent, env)
    assert (actions == 2 * masks[:, 2]).all()


ONE_BETTER = [Message("good", lift=2.0), Message("poor", lift=-2.0), Message("bad", lift=-2.0)]
PLAIN = {"stale": 0.0, "topic_taste": 0.0, "tone_taste": 0.0, "burden": 0.0, "habituation": 0.0}


@pytest.mark.parametrize("name", ["best-of-history", "recovering-softmax", "contextual-bandit"])
def test_who_learns_finds_the_better_message(name):
    agent, env = made(name, messages=ONE_BETTER, response=PLAIN, budget="any", days=40)
    if isinstance(agent, Pretrainable):
        agent.steps = 20_000
        agent.pretrain(practice(messages=ONE_BETTER, response=PLAIN), seed=0)
    actions = play(agent, env)[0]
    late = actions[len(actions) // 2 :]
    assert (late == 1).sum() > 2 * ((late == 2) | (late == 3)).sum()


def test_a_message_recovers():
    agent, env = made("recovering-softmax")
    observation, _ = env.reset(options={"user": 0})
    while not observation["eligible2"]:
        observation, *_ = env.step(0)
    fresh = agent.probabilities(observation)
    chances = [
        agent.probabilities({**observation, "hoursSince2": hours})[2] for hours in (0, 72, 10_000)
    ]
    assert chances[0] < chances[1] < chances[2] == pytest.approx(fresh[2])
    assert fresh.sum() == pytest.approx(1.0)
    assert isinstance(agent, StochasticPolicy)


def test_the_half_life_and_the_staleness_are_those_of_the_paper():
    """With a score of 0 each, the odds are exp(staleness * (1 - 2 ** (-days / half-life)) / T)."""
    text = "recovering-softmax(staleness=0.017, half_life=15.0, temperature=0.0025)"
    agent, env = made(text, preset="recovering")
    observation, _ = env.reset(options={"user": 0})
    while not observation["eligible1"]:
        observation, *_ = env.step(0)
    stale = agent.probabilities({**observation, "hoursSince1": 15 * 24})
    assert stale[2] / stale[1] == pytest.approx(np.exp(0.017 * 0.5 / 0.0025), rel=1e-6)


def test_practice_says_what_bait_does_to_the_days_after():
    later = practise(practice(), seed=0, steps=200_000).later()
    assert later[9] < np.delete(later, [3, 9]).min(), "bait"


@pytest.mark.parametrize("name", ["contextual-bandit", "action-centred"])
def test_the_price_of_the_budget_rises_and_falls(name):
    agent, env = made(f"{name}(price_step=0.5)")
    observation, _ = env.reset(options={"user": 0})
    agent.act({**observation, "daysLeft": 28, "budgetLeft": 7, "sentThisWeek": 0})
    agent._today = 4
    agent.act({**observation, "daysLeft": 27, "budgetLeft": 3, "sentThisWeek": 4})
    assert agent._price == pytest.approx(0.5 * (4 - 1))
    agent._today = 0
    agent.act({**observation, "daysLeft": 26, "budgetLeft": 3, "sentThisWeek": 4})
    assert agent._price == pytest.approx(0.5 * (4 - 1) - 0.5)


def test_an_action_centred_agent_sends_neither_always_nor_never():
    agent, env = practised("action-centred", budget="any")
    actions, masks, _ = play(agent, env)
    asked = masks[:, 1:].any(axis=1)
    assert 0.05 < (actions[asked] > 0).mean() < 0.95


def test_centring_keeps_a_wrong_baseline_from_biasing_the_effect():
    """The regression's rows: what is sent counts as 1 less its probability."""
    agent, _ = made("action-centred")
    context, features = np.ones((2, 3)), np.full((2, 4), 2.0)
    rows = agent._rows(context, features, np.array([0.3, 0.3]), np.array([True, False]))
    assert rows[:, 3:7] == pytest.approx(0.6)
    assert rows[:, 7:] == pytest.approx(np.array([[1.4], [-0.6]]).repeat(4, axis=1))
    assert 0.3 * rows[0, 7:] + 0.7 * rows[1, 7:] == pytest.approx(0.0)


@pytest.mark.parametrize("name", LEARNERS)
def test_agents_of_another_environment_or_form_are_refused(name):
    env = gymnasium.make("gym_push:send-v0", observation="vector")
    with pytest.raises(ArgumentError, match="plays send-v0 with a catalogue"):
        AgentSpec.of(name).make(env.observation_space, env.action_space)
    env = gymnasium.make("gym_push:send-v0", action="dict")
    with pytest.raises(ArgumentError, match="plays send-v0 with a catalogue"):
        AgentSpec.of(name).make(env.observation_space, env.action_space)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("send-within-budget(message=0)", "message=0 must be a whole number above 0"),
        ("send-within-budget(message=11)", "message=11 is not one of the 10 messages"),
        ("best-of-history(prior=0)", "prior=0 must be above 0"),
        ("recovering-softmax(half_life='a')", "half_life='a' must be above 0"),
        ("recovering-softmax(staleness=-1)", "staleness=-1 must be 0 or more"),
        ("recovering-softmax(steps=0)", "steps=0 must be a whole number above 0"),
        ("contextual-bandit(price_step=-1)", "price_step=-1 must be 0 or more"),
        ("action-centred(least=0.9, most=0.1)", "least=0.9 and most=0.1 must be"),
    ],
)
def test_a_number_out_of_range_gets_a_sentence(text, message):
    with pytest.raises(ArgumentError, match=message):
        made(text)


@pytest.mark.parametrize("name", LEARNERS)
def test_practice_in_which_nothing_can_be_sent_teaches_nothing(name):
    agent, env = made(f"{name}(steps=2_000)")
    agent.pretrain(practice(response={"available": [0.0] * 7}), seed=0)
    agent.reset(3)
    play(agent, env)


def test_practice_says_how_far_people_differ():
    """In how well messages of any kind do with them, where that is all that they differ in."""
    same = PLAIN | {"base_spread": 0.0, "receptive": 0.0, "habit_utility": 0.0}
    common = []
    for spread in (0.0, 2.0):
        others = practice(messages=ONE_BETTER, response={**same, "lift_spread": spread})
        seen = practise(others, seed=0, steps=100_000)
        rates = np.bincount(seen.numbers, seen.rewards) / np.bincount(seen.numbers)
        tastes = seen.tastes(seen.rewards - rates[seen.numbers])
        assert np.linalg.eigvalsh(tastes).min() > -1e-12
        common.append(tastes[-1, -2])
    assert common[0] < 0.003 < 0.01 < common[1]


def test_how_a_coefficient_differs_between_people_is_found_in_noise():
    """What people differ in is drawn here: 0.5 of what the weights stand before."""
    seen = practise(practice(), seed=0, steps=60_000)
    random = np.random.default_rng(1)
    _, person = np.unique(seen.episode, return_inverse=True)
    own = random.normal(scale=0.5, size=person.max() + 1)[person]
    weights = random.uniform(-1.0, 1.0, size=len(person))
    noise = random.normal(size=len(person))
    assert seen.differences(weights * own + noise, weights) == pytest.approx(0.25, rel=0.15)
    assert seen.differences(noise, weights) == pytest.approx(0.0, abs=0.01)


def test_practice_knows_what_was_drawn_and_not_sent():
    seen = practise(practice(), seed=0, steps=20_000)
    can = seen.eligible.any(axis=1)
    assert (seen.drawn.sum(axis=1) == can).all()
    assert (seen.drawn <= seen.eligible).all()
    assert seen.sent[can].mean() == pytest.approx(0.3, abs=0.02)
    assert not seen.parts[seen.sent == 0.0].any()
