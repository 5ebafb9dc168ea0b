"""What send-v0 shows: what was sent, why it could be, what came of it, and what can be sent now."""

import numpy as np
import pytest
from send_support import always, by_chance, episode, make

from gym_push.envs.send.messages import FEATURES
from gym_push.envs.send.rules import DISAPPOINTED, HINDRANCES, IGNORED, OPENED, PARTS, STATUSES
from gym_push.viewer.frame import plain
from gym_push.viewer.words import TABLES

PLAYED = [
    ("habit", {}),
    ("habit", {"times": "pick-ups", "budget": 3, "response": {"quit": 0.02}}),
    ("habit", {"over_budget": True, "budget": 2, "response": {"mute": 1.0, "burden_start": 0.9}}),
    ("recovering", {}),
    ("steps", {}),
]


@pytest.mark.parametrize(("preset", "kwargs"), PLAYED)
def test_a_frame_says_what_has_happened(preset, kwargs):
    env = make(preset, **kwargs)
    describe, total, parts, effect, cost = env.frame_builder(), 0.0, np.zeros(len(PARTS)), 0.0, 0.0
    turns = episode(env, by_chance(2, masked=True), user=3)
    counts, tried = [0] * len(STATUSES), np.zeros((len(env.form.catalogue), 2), dtype=int)
    for epoch, (_, _, reward, _, info) in enumerate(turns, 1):
        frame = describe(env.snapshot())
        total, effect, cost = total + reward, effect + info["effect"], cost + info["cost"]
        parts += [info[part] for part in PARTS]
        counts[info["status"]] += 1
        if info["sent"]:
            tried[info["sent"] - 1] += 1, info["status"] != IGNORED
        assert frame.epoch == len(frame.decisions) == epoch
        assert frame.reward == pytest.approx(total, abs=1e-3)
        assert list(frame.parts.values()) == pytest.approx(parts, abs=1e-3)
        assert frame.effect == pytest.approx(effect, abs=1e-3)
        assert (frame.above, frame.counts) == (cost, tuple(counts))
        assert frame.tried == tuple(map(tuple, tried))
        assert frame.week == env._game.book.sent_week
        assert frame.decision == next(frame.latest())
        decided = frame.decision
        assert (decided["epoch"], decided["action"]) == (epoch, int(info["sent"] > 0))
        assert decided["outcome"] == info["status"]
        assert decided["credit"] == pytest.approx(reward, abs=1e-4)
        if info["sent"]:
            assert decided["effect"] == pytest.approx(info["effect"], abs=1e-4)
            assert decided["notification"] == frame.notification
            assert frame.newest == info["status"]
        assert frame.points.tolist()[-5:-4] == [frame.reward]
        assert frame.points.tolist()[-3:] == counts[1:]
        assert plain(frame)
    measures = env.measures
    assert frame.left == bool(measures["left"]) == info["left"]
    assert frame.ctr is None or frame.ctr == measures["ctr"]
    assert frame.measured == pytest.approx(
        {name: measures[name] for name in frame.measured}, abs=1e-4
    )
    assert frame.episodes[-1] == (1, frame.reward, *counts[1:], int(frame.left))
    assert ("left on day" in frame.day) == frame.left
    assert frame.left or frame.minute == frame.minutes


@pytest.mark.parametrize(("preset", "kwargs"), PLAYED)
def test_what_can_be_sent_is_what_the_mask_says_and_why_not_is_told(preset, kwargs):
    env, seen = make(preset, **kwargs), set()
    for user in range(4):
        policy, told = by_chance(user), env.frame_builder()

        def shown(env, mask, policy=policy, told=told):
            frame = told(env.snapshot())
            can = [not frame.hindered and not lack for lack in frame.lacks]
            assert can == mask[1:].astype(bool).tolist()
            assert bool(frame.hindered) == (not env._game.sendable)
            seen.update(frame.hindered)
            return policy(env, mask)

        for mask, _, _, _, info in episode(env, shown, user=user):
            frame = told(env.snapshot())
            about = frame.decision["notification"]["text"]
            if not info["sent"]:
                possible = int(mask[1:].sum())
                assert about.startswith((f"{possible} of ", "a message")) == bool(possible)
            assert ("why" in frame.decision) == bool(info["sent"])
        assert frame.hindered == ("the person has left" if info["left"] else "the days are over",)
    assert seen <= set(HINDRANCES)
    if preset == "habit" and not kwargs:
        assert {HINDRANCES[0], *HINDRANCES[2:]} <= seen


@pytest.mark.parametrize("kwargs", [{}, {"action": "composed"}, {"response": {"quit": 0.02}}])
def test_what_sending_nothing_earns_is_known_exactly(kwargs):
    """It is what an agent earns that sends nothing, whatever the agent does that is shown."""
    env = make(**kwargs)
    left = set()
    for user in range(6):
        for _ in episode(env, lambda env, mask: env.action_space.sample() * 0, user=user):
            pass
        nothing = env.frame_builder()(env.snapshot())
        assert nothing.nothing == nothing.reward
        assert nothing.points.tolist()[1::6] == nothing.points.tolist()[2::6]
        env.action_space.seed(user)
        for _ in episode(env, lambda env, mask: env.action_space.sample(), user=user):
            pass
        frame = env.frame_builder()(env.snapshot())
        assert frame.nothing == nothing.reward
        left.add((frame.left, nothing.left))
    assert len(left) > 1 or "response" not in kwargs, "some leave, and some only of the agent"


def test_a_message_is_shown_as_the_person_saw_it():
    env = make(messages=[{"text": "{days} days in a row!", "streak": 2, "tone": "warm"}],
               response={"base": 9.0, "once_a_day": False}, budget="any")  # fmt: skip
    describe = env.frame_builder()
    for _, _, _, _, info in episode(env, always(1), user=0):
        frame = describe(env.snapshot())
        assert frame.catalogue == ({"text": "N days in a row!", "note": "warm"},)
        if info["sent"]:
            days = frame.decision["notification"]["text"].split()[0]
            assert int(days) >= 2
            assert frame.notification["tone"] == "warm"
        assert frame.lacks[0] in ("", "needs 2 days in a row")
    assert int(days) > 20


def test_a_composed_message_is_told_by_its_features_or_its_words():
    env = make(action="dict", times=[13.0], response={"driving": False})
    describe = env.frame_builder()
    told = {}
    said = {"send": 1, "topic": "tech", "tone": "warm", "urgency": "high", "length": "long"}
    said |= {"channel": "email", "occasion": "busy"}
    for words in ("", "Mind the gap"):
        for *_, info in episode(env, always({**said, "words": words}), user=1):
            if info["sent"]:
                told[words] = describe(env.snapshot()).notification["text"]
    assert told["Mind the gap"] == "Mind the gap"
    assert told[""] == "(warm, about tech, long, of high urgency, by email, for who is busy)"
    frame = describe(env.snapshot())
    assert frame.composed and not frame.lacks and not frame.tried
    assert [each["text"] for each in frame.catalogue] == list(FEATURES)


def test_of_a_long_catalogue_the_first_are_shown():
    env = make(messages=[{"text": f"Message {number}"} for number in range(200)])
    list(episode(env, by_chance(1, masked=True)))
    frame = env.frame_builder()(env.snapshot())
    assert len(frame.catalogue) == len(frame.lacks) == len(frame.tried) == 40
    assert frame.messages == frame.eligible == 200


def test_the_rules_and_the_page_use_the_same_words():
    assert TABLES["sent"][1:] == list(STATUSES[OPENED:])
    assert len(TABLES["sentSigns"]) == len(STATUSES) == len(set(TABLES["sentSigns"]))
    assert (OPENED, DISAPPOINTED, IGNORED) == (1, 2, 3)
    assert TABLES["lists"]["send"] == {"sent": 1, "unsent": 0}


def test_text_says_it():
    env = make(render_mode="ansi", budget=2)
    env.reset(seed=1, options={"user": 0})
    assert "no message yet" in env.render() and "#1 " not in env.render()
    texts, over = [], False
    while not over:
        *_, over, _, info = env.step(1)
        texts.append(env.render())
    text = "\n".join(texts)
    for words in (
        "sending nothing", "messages added", "sent this week, of 2", "not seen by the agent: habit",
        "nothing can be sent now: the week's budget is spent", "N days in a row! needs 3 days in a",
        "#1 sent: available, not done today, 0 of 2 sent", "nothing sent: the week's budget",
    ):  # fmt: skip
        assert words in text, words
    ends = "the person has left" if info["left"] else "the days are over"
    assert f"nothing can be sent now: {ends}" in texts[-1]
