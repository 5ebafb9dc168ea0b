"""Frames as JSON and as text."""

import json

from hypothesis import given
from hypothesis import strategies as st
from viewer_support import make_delivery, make_frame, make_send, play

from gym_push.viewer.frame import MAX_TEXT, About, to_json
from gym_push.viewer.lines import columns
from gym_push.viewer.text import HEIGHT, WIDTH, to_text


def test_json_has_every_fact():
    frame = json.loads(to_json(make_frame()))
    assert frame["notification"]["tickerText"] == "Aoife: Are you around this evening?"
    assert frame["confusion"] == [1, 0, 1, 1]
    assert frame["decision"]["reward"] == -1
    assert frame["posted"] == "2026-11-07T07:22:00"


def test_json_takes_numbers_that_json_cannot_write():
    frame = json.loads(to_json(make_frame(context={"noise": float("nan"), "light": float("inf")})))
    assert frame["context"] == {"noise": "nan", "light": "inf"}


def test_json_clips_long_values():
    frame = json.loads(to_json(make_frame(notification={"tickerText": "x" * 100_000})))
    assert len(frame["notification"]["tickerText"]) == MAX_TEXT + 1


def test_text_has_every_fact_and_the_score_first():
    assert to_text(make_frame(user="17")).split("\n") == [
        "basic-v0 · agent · user 17 · episode 1 · epoch 3 / 262",
        "  66.7%  performance, always opening 66.7%, the majority 66.7%",
        "  33.3%  CTR, the person's 66.7%",
        "     +1  reward, 2 right, 1 wrong",
        "1 wanted and shown · 0 shown but unwanted · 1 wanted but missed",
        "1 rightly held back",
        "",
        "07:22 · WhatsApp · Aoife: Are you around this evening?",
        "Notification: app package com.whatsapp · category msg · priority high",
        "updates 2 · LED #FF25D366 · vibrate 0 150 100 150",
        "Context: posted day of week Sat · posted time of day evening · place commuting",
        "noise 46 dB · battery 15% · charging yes · headphones in no",
        "app last used 44 min ago",
        "",
        "✗ #3 agent dismissed, person opened · Gmail · Aoife: Are you around this evenin…",
        "✓ #2 both opened · WhatsApp · Aoife: Are you around this evening?",
        "✓ #1 both dismissed · Example",
    ]


def test_text_before_the_first_decision():
    text = to_text(make_frame(**play([])))
    assert "–  performance" in text
    assert "#" not in text.partition("Context")[2]


anything = st.text() | st.floats() | st.integers() | st.none() | st.booleans()
features = st.dictionaries(st.text(), anything, max_size=60)


@given(features, features, anything, st.sampled_from([make_frame, make_delivery, make_send]))
def test_any_text_fits_a_terminal(notification, context, said, make):
    frame = make(
        env=str(said),
        user=str(said),
        units={name: str(said) for name in context},
        notification={**notification, "tickerText": said, "appPackage": said},
        context=context,
        about=lambda row: About({"appPackage": said, "tickerText": said}, None),
    )
    lines = to_text(frame).split("\n")
    assert len(lines) <= HEIGHT
    assert max(map(columns, lines)) <= WIDTH
    assert all(map(str.isprintable, lines))


@given(st.text())
def test_no_text_can_drive_a_terminal(hostile):
    hostile = f"\x1b]0;owned\x07\x9b2J\r{hostile}"
    for facts in (
        {"env": hostile},
        {"user": hostile},
        {"notification": {hostile: hostile}, "units": {}},
        {"notification": {"tickerText": hostile}},
        {"about": lambda row: About({"appPackage": hostile}, hostile)},
    ):
        text = to_text(make_frame(**facts))
        assert all(line.isprintable() for line in text.split("\n"))
        assert "\\x1b]0;owned\\x07" in text
