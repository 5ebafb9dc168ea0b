"""Suites of send-v0, their oracle, and the order in which agents come."""

import itertools
from datetime import date

import numpy as np
import pytest

import gym_push
from gym_push import Population
from gym_push.agents import AgentSpec, LocalAgent
from gym_push.envs.send.env import SendEnv
from gym_push.envs.send.messages import CHANNELS, OCCASIONS, TONES, URGENCIES, Message
from gym_push.envs.send.response import MANY, respond
from gym_push.errors import ArgumentError
from gym_push.evaluation.send_rollouts import (
    LIKED,
    Outlook,
    never,
    play_send_oracle,
    play_sending,
)
from gym_push.evaluation.suites import SendSuite
from gym_push.users.model.persons import TOPICS

EARLIER = date(2018, 1, 1)
OFF = {
    "stale": 0.0, "habituation": 0.0, "weary": 0.0, "burden": 0.0, "quit": 0.0, "quit_burden": 0.0,
    "disappoint": 0.0, "habit_utility": 0.0, "mute": 0.0, "once_a_day": False,
}  # fmt: skip
"""Nothing that a message does outlasts it."""


def small(**changes):
    arguments = {"days": 14, "learn_days": 7, "practice": Population(8, seed=12, start=EARLIER)}
    return SendSuite("small/v1", Population(3, seed=11), **{**arguments, **changes})


def laid_out(people=40, days=28, **arguments):
    env = SendEnv(population=Population(people, seed=21), days=days, **arguments)
    world, _ = env.people_together().draw(np.random.default_rng(0), 0)
    return world, env.rules


def result(suite, agent, person="user 0", seed=0):
    return suite.test(LocalAgent(AgentSpec.of(agent)), seed, person).metrics


def test_the_floor_is_what_sending_nothing_earns():
    suite = small()
    for person in suite.people:
        metrics = result(suite, "never-send", person)
        assert metrics["reward"] == pytest.approx(suite.references[person].floor)
        assert metrics["sends a week"] in (0.0, None)
        assert metrics["ctr"] is metrics["effect per send"] is metrics["diversity"] is None


def test_the_parts_make_the_reward_and_measures_are_in_range():
    suite = small()
    for person in suite.people:
        metrics = result(suite, "send-within-budget", person)
        parts = ("outcome", "habit", "price", "leaving")
        assert metrics["reward"] == pytest.approx(sum(metrics[part] for part in parts))
        assert 0.0 < metrics["sends a week"] <= 7.0
        assert 0.0 <= metrics["ctr"] <= 1.0
        assert 1.0 < metrics["diversity"] <= np.log2(10)
        assert 0.0 <= metrics["trust"] <= 1.0
        assert metrics["price"] == pytest.approx(-0.02 * metrics["sends a week"] / 7.0, rel=1e-4)


def test_only_days_that_count_are_counted():
    cold, warm = small(learn_days=0), small()
    person = "user 1"
    early = result(cold, "never-send", person)["outcome"] * 14
    late = result(warm, "never-send", person)["outcome"] * 7
    env = warm.env(person, {"observation": "raw"})
    env.reset(options={"user": 1})
    first = sum(env.step(0)[4]["outcome"] for _ in range(7 * 4))
    assert early == pytest.approx(first + late)


def test_who_leaves_counts_with_what_they_earn():
    suite = small(response={"quit": 50.0})
    metrics = result(suite, "send-within-budget")
    assert metrics["reward"] == metrics["outcome"] == metrics["distal outcome"] == 0.0
    assert metrics["left"] == 1.0
    assert metrics["sends a week"] is None


def test_the_same_suite_has_the_same_data_and_another_one_has_not():
    assert small().data == small().data
    others = [
        small(days=15), small(learn_days=6), small(response={"stale": 0.4}), small(preset="dental"),
        small(practice=Population(8, seed=13, start=EARLIER)), small(practice=None),
    ]  # fmt: skip
    assert len({small().data, *(each.data for each in others)}) == 7


def test_an_evaluation_is_the_same_in_two_processes_and_audited():
    suite = small()
    spec = AgentSpec.of("contextual-bandit(steps=2000)")
    once = gym_push.evaluate(spec, suite)
    twice = gym_push.evaluate(spec, suite, processes=2)
    assert [each.metrics for each in once.people] == [each.metrics for each in twice.people]
    assert gym_push.evaluation.audit(spec, suite) == ()


def test_an_agent_of_another_environment_is_refused():
    with pytest.raises(ArgumentError, match="linucb plays basic-v0, but small/v1 is of send-v0"):
        result(small(), "linucb")


def test_what_the_oracle_expects_is_what_happens_in_the_mean():
    """Against the dynamics themselves, over the quantiles of what it does not know."""
    world, rules = laid_out()
    seen = []

    def half(games):
        if len(seen) < 20:
            seen.append(True)
            found = Outlook(world, rules).effects(games.at, games)
            people, quantiles = np.arange(len(games.person)), (np.arange(2000) + 0.5) / 2000
            for number in (1, 5, 10):
                stale = games.stale[people, number - 1]
                sent = rules.form.message(world, games.person, np.full((1, 40), number), stale)
                done = [
                    respond(
                        world.scene.response, MANY, games.at._replace(noise=noise, leave=1.0),
                        games.now, np.ones(40, dtype=bool), sent,
                    ).amount > 0.0
                    for noise in np.log(quantiles / (1.0 - quantiles))
                ]  # fmt: skip
                expected = found.chance[:, number - 1]
                assert np.mean(done, axis=0) == pytest.approx(expected, abs=1e-3)
        return np.where(games.mask[:, 2] > 0, 2, 0)

    play_sending(world, rules, half)
    assert len(seen) == 20


def test_with_nothing_that_lasts_the_oracle_reaches_the_closed_form():
    """In each week of a fixed person, the largest expected gains, as many as the budget."""
    messages = [{"text": "rest", "occasion": "rest"}, {"text": "go", "occasion": "busy"}]
    world, rules = laid_out(
        response=OFF, budget=5, messages=messages, weights={"habit": 0.0, "leaving": 0.0}
    )
    outlook, gains, chosen = Outlook(world, rules), [], []
    policy = outlook.policy(play_sending(world, rules, never))

    def noted(games):
        found = outlook.effects(games.at, games)
        gain = (found.chance - found.alone[:, None]) * found.amount - 0.02
        actions = policy(games)
        gains.append(np.where(games.at.available > 0.0, gain.max(axis=1), -1.0))
        sent = gain[np.arange(len(actions)), actions - 1]
        chosen.append(np.where(actions > 0, sent, 0.0))
        return actions

    play_sending(world, rules, noted)
    weeks = np.array(gains).reshape(4, 28, -1)
    best = np.sort(np.maximum(weeks, 0.0), axis=1)[:, -5:].sum(axis=(0, 1))
    assert np.array(chosen).sum(axis=0) == pytest.approx(best, abs=1e-9)


def test_where_messages_are_composed_the_oracle_earns_what_a_catalogue_of_them_earns():
    """Of all messages on the topics that the person likes best: it knows what each is worth."""
    composed, rules = laid_out(people=1, days=14, action="composed", response={"stale": 0.0})
    topics = np.argsort(-composed.worth[0, : len(TOPICS)], kind="stable")[:LIKED]
    every = itertools.product(topics, TONES, URGENCIES, CHANNELS, OCCASIONS)
    catalogue = [
        Message("one", TOPICS[topic], tone, urgency, "short", channel, occasion)
        for topic, tone, urgency, channel, occasion in every
    ]
    world, same = laid_out(people=1, days=14, messages=catalogue, response={"stale": 0.0})
    assert play_send_oracle(composed, rules).rewards == play_send_oracle(world, same).rewards


def test_an_oracle_that_composes_earns_more_than_one_with_a_catalogue():
    every = [play_send_oracle(*laid_out(action=each)) for each in ("catalogue", "composed")]
    for form, played in zip(("catalogue", "composed"), every, strict=True):
        assert (played.sent <= 1.0).all(), form
    listed, composed = (each.rewards for each in every)
    assert (composed - listed).mean() > 3.0 * (composed - listed).std(ddof=1) / np.sqrt(40)


@pytest.mark.parametrize(("preset", "least"), [("dental", 1.0), ("steps", 5.0)])
def test_the_oracle_spares_what_wears_the_amounts_off(preset, least):
    """Overdoses, and habituation that fades by decisions: it beats sending half of the time."""
    world, rules = laid_out(preset=preset)
    random = np.random.default_rng(1)
    count = len(rules.form.catalogue)

    def half(games):
        sends = games.sendable & (random.random(40) < 0.5)
        return np.where(sends, random.integers(1, count + 1, 40), 0)

    oracle, chance = (play_send_oracle(world, rules), play_sending(world, rules, half))
    more = oracle.rewards - least * chance.rewards
    assert more.mean() > 2.0 * more.std(ddof=1) / np.sqrt(40)


@pytest.fixture(scope="module")
def order():
    """A suite of the same shape with more people, and what agents earn with each."""
    others = Population(300, seed=12, start=EARLIER)
    suite = SendSuite("order/v1", Population(60, seed=11), 42, 14, others, 28)
    agents = {
        "bait": "send-within-budget(message=10)",
        "constant": "send-within-budget(message=1)",
        "everything": "send-within-budget",
        "random": "random",
        "best": "best-of-history",
        "recovering": "recovering-softmax(steps=150_000)",
        "contextual": "contextual-bandit(steps=150_000)",
    }
    earned = {
        name: [each.metrics["reward"] for each in gym_push.evaluate(agent, suite).people]
        for name, agent in agents.items()
    }
    earned["oracle"] = [each.top for each in suite.references.values()]
    earned["never"] = [each.floor for each in suite.references.values()]
    return {name: np.array(each) for name, each in earned.items()}


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("bait", "recovering"),
        ("constant", "recovering"),
        ("everything", "recovering"),
        ("never", "random"),
        ("random", "recovering"),
        ("best", "contextual"),
        ("recovering", "contextual"),
        ("contextual", "oracle"),
    ],
)
def test_who_knows_more_earns_more(order, worse, better):
    gain = order[better] - order[worse]
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    assert gain.mean() > 2.4 * error, f"{gain.mean():.3f}, standard error {error:.3f}"


CONSTANT = "gym_push.agents.simple:Always"


def test_who_composes_for_the_person_earns_more_than_chance_and_than_any_one_message():
    others = Population(300, seed=12, start=EARLIER)
    suite = SendSuite("order/v1", Population(40, seed=11), 42, 14, others, 28, action="composed")
    agents = ["random", "contextual-bandit(steps=100_000)"]
    # Any topic, in the words, channel and urgency that suit most people
    agents += [f"{CONSTANT}(action=[1, {topic}, 1, 1, 0, 0, 0])" for topic in range(len(TOPICS))]
    chance, composed, *constant = (
        np.array([suite.test(agent, 0, each).metrics["reward"] for each in suite.people])
        for agent in (LocalAgent(AgentSpec.of(name)) for name in agents)
    )
    top = np.array([each.top for each in suite.references.values()])
    for worse, better in [(chance, composed), (composed, top), *((c, composed) for c in constant)]:
        gain = better - worse
        assert gain.mean() > 2.7 * gain.std(ddof=1) / np.sqrt(len(gain))
