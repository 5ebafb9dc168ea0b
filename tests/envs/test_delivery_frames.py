"""What delivery-v0 shows: what has happened, all of it, and nothing of what is to come."""

import gymnasium
import numpy as np
import pytest

from gym_push import EpisodeError
from gym_push.actions import (
    DELIVER,
    DISMISS,
    HOLD,
    OPEN,
    OPENED,
    PARTS,
    STATUSES,
    SUPPRESS,
    SUPPRESSED,
)
from gym_push.viewer.words import TABLES

POPULATION = {"size": 24, "seed": 3, "volume_median": 25}


def make(**kwargs):
    return gymnasium.make("gym_push:delivery-v0", population=POPULATION, days=2, **kwargs)


def run(env, seed, actions=(0.5, 0.3, 0.2)):
    """Plays an episode and yields (observation, reward, ended, info) of every step."""
    drawn = np.random.default_rng(seed)
    env.reset(seed=seed)
    ended = False
    while not ended:
        observation, reward, ended, _, info = env.step(int(drawn.choice(3, p=actions)))
        yield observation, reward, ended, info


@pytest.mark.parametrize("seed", range(4))
def test_a_frame_says_what_has_happened(seed):
    env = make(weights={"missed": 0.5})
    describe = env.unwrapped.frame_builder()
    total, parts = 0.0, np.zeros(4)
    for epoch, (observation, reward, _, info) in enumerate(run(env, seed), 1):
        frame = describe(env.unwrapped.snapshot())
        total += reward
        parts += [info[name] for name in ("engagement", "interruption", "stress", "missed")]
        assert frame.epoch == len(frame.decisions) == len(frame.rows) == epoch
        assert frame.reward == pytest.approx(total, abs=1e-4)
        assert frame.parts == pytest.approx(tuple(parts), abs=1e-4)
        assert {**frame.notification, **frame.context} == observation
        assert frame.held == observation["held"]
        actions = bytes(frame.decisions)
        assert (frame.delivered, frame.suppressed) == (actions.count(0), actions.count(2))
        facts = ("minute", "reward", "acted_on", "opened", "arrived", "deliver_all")
        assert frame.points.tolist()[-6:] == [getattr(frame, name) for name in facts]

    statuses = env.unwrapped.statuses
    for name in ("opened", "dismissed", "ignored", "suppressed"):
        assert getattr(frame, name) == statuses[name]
    assert (frame.acted_on, frame.held) == (frame.delivered, statuses["waiting"])
    assert frame.minute == frame.minutes == 2 * 1440
    assert frame.arrived == sum(statuses.values())
    assert frame.episodes[-1] == (1, frame.reward, frame.delivered, frame.opened, frame.arrived)


def credits_of(frame):
    """What has become known of each decision last: its outcome, and what it has earned."""
    led_to = zip(*[iter(frame.outcomes.tolist())] * 3, strict=True)
    return {int(index): (outcome, credit) for index, outcome, credit in led_to}


@pytest.mark.parametrize("seed", range(4))
def test_the_credit_of_each_notification_sums_to_the_reward(seed):
    """Exactly, while the episode goes on: parts of the reward are multiples of 2**-20."""
    env = make(weights={"missed": 0.5, "stress": 0.7})
    describe = env.unwrapped.frame_builder()
    total = 0.0
    for _, reward, _, _ in run(env, seed, (0.4, 0.4, 0.2)):
        frame = describe(env.unwrapped.snapshot())
        total += reward
        assert sum(credit for _, credit in credits_of(frame).values()) == total
        actions, credits = bytes(frame.decisions), credits_of(frame)
        assert frame.decision["credit"] == frame.credit
        assert frame.credit == round(credits.get(frame.epoch - 1, (0, 0.0))[1], 4)
    held = [index for index, action in enumerate(actions) if action == HOLD and index in credits]
    assert len(held) <= frame.held, "only what is held to the end costs something"
    assert {outcome for index, (outcome, _) in credits.items() if actions[index]} <= {0}
    notes = [frame.rows[index] for index in credits]
    assert len(notes) == len(set(notes)), "each notification is credited in one place"


@pytest.mark.parametrize("seed", range(2))
def test_what_delivering_all_earns_is_known_exactly(seed):
    """It is what an agent earns that does it, whatever the agent does that is shown."""

    def points(actions):
        env = make()
        describe = env.unwrapped.frame_builder()
        for _ in run(env, seed, actions):
            frame = describe(env.unwrapped.snapshot())
        return frame.points.tolist(), env.unwrapped.frame_builder()(env.unwrapped.snapshot())

    delivered, last = points((1.0, 0.0, 0.0))
    assert delivered[1::6] == delivered[5::6]
    _, frame = points((0.2, 0.5, 0.3))
    assert (frame.arrived, frame.deliver_all) == (last.arrived, last.reward)


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_shown_before_the_person_acts(seed):
    """Engagement is paid when they act: with the payment an outcome is shown, and without none."""
    env = make()
    describe = env.unwrapped.frame_builder()
    known = unseen = 0
    for _, _, _, info in run(env, seed, (0.8, 0.1, 0.1)):
        frame = describe(env.unwrapped.snapshot())
        assert (frame.acted_on > known) == (info["engagement"] != 0)
        outcomes = [outcome for outcome, _ in credits_of(frame).values() if outcome]
        assert len(outcomes) == frame.acted_on
        known = frame.acted_on
        unseen = max(unseen, frame.delivered - known)
    assert unseen, "there were outcomes that only the rules knew"
    assert known == frame.delivered, "at the end everything is known"


def test_a_number_stands_for_one_notification_in_all_episodes():
    env = make().unwrapped
    build, told = env.frame_builder(), {}
    for user in (3, 20, 3):  # of two worlds
        env.reset(options={"user": user})
        while not env.step(DELIVER)[2]:
            pass
        frame = build(env.snapshot())
        assert len(frame.rows)
        for row in frame.rows:
            assert told.setdefault(row, frame.about(row)) == frame.about(row)


def test_text_says_it():
    env = make(render_mode="ansi")
    with pytest.raises(EpisodeError, match=r"render\(\) before reset\(\)"):
        env.render()
    env.reset(seed=1)
    assert "day 1 of 2" in env.render()
    assert "#1 " not in env.render()
    env.step(1)
    assert "#1 held" in env.render()
    assert "1 held now" in env.render()
    env.step(2)
    assert "#2 suppressed" in env.render()
    for _ in range(200):
        if env.step(0)[2]:
            break
    text = env.render()
    assert "0 not seen yet" in text
    assert "✗ #22 delivered, ignored" in text


def test_the_rules_and_the_page_use_the_same_numbers():
    assert TABLES["parts"] == list(PARTS)
    assert TABLES["outcomes"][1:] == list(STATUSES[OPENED:SUPPRESSED])
    assert TABLES["lists"]["delivery"] == {"delivered": DELIVER, "suppressed": SUPPRESS}
    assert TABLES["lists"]["basic"] == {"dismissed": DISMISS, "opened": OPEN}


@pytest.mark.parametrize("agent", ["deliver-all", "random"])
def test_one_run_has_one_reward_a_notification(agent):
    """On the page, in a suite, in its learning curve, and in the tables of documents."""
    from gym_push.agents import candidate
    from gym_push.agents.agent_spec import AgentSpec
    from gym_push.evaluation.suites import DeliverySuite
    from gym_push.users import Population

    suite = DeliverySuite("own/v1", Population(6, seed=3), 2)
    person = suite.people[0]
    player = candidate(AgentSpec.of(agent))
    result = suite.test(player, 1, person)
    env = suite.env(person, player.form)
    frame = env.frame_builder()(env.snapshot())
    assert frame.reward_each == pytest.approx(result.metrics["reward"], abs=1e-6)
    assert np.mean(result.rewards) == result.metrics["reward"]
    assert len(result.rewards) == frame.arrived
    floor = suite.references[person].floor
    assert frame.deliver_all / frame.arrived == pytest.approx(floor, abs=1e-6)
    if agent == "deliver-all":
        assert result.metrics["reward"] == floor
