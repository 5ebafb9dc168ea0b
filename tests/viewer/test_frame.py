"""Frames as JSON and as text."""

import json

from hypothesis import given
from hypothesis import strategies as st
from viewer_support import make_frame, play

from gym_push.viewer.frame import MAX_TEXT, to_json
from gym_push.viewer.text import to_text


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


def test_text_has_every_fact():
    text = to_text(make_frame(user="17"))
    for fact in (
        "basic-v0 · user 17 · episode 1 · epoch 3 / 262",
        "tickerText     Aoife: Are you around this evening?",
        "noise            46 dB",
        "performance 66.7%   reward +1",
        "CTR 33.3%   the person's CTR 66.7%",
        "✗ -1  epoch 3: agent dismissed, person opened  com.google.android.gm",
    ):
        assert fact in text
    opened, dismissed = text.split("Opened, newest first")[1].split("Dismissed, newest first")
    assert (opened.count("epoch"), dismissed.count("epoch")) == (1, 2)


def test_text_has_units_of_what_is_measured_only():
    for pattern, shown in {"0 150": "0 150 ms\n", "none": "none\n", "unknown": "unknown\n"}.items():
        frame = make_frame(notification={"vibrate": pattern}, units={"vibrate": "ms"})
        assert f"vibrate  {shown}" in to_text(frame)


def test_text_before_the_first_decision():
    text = to_text(make_frame(**play([])))
    assert "performance –" in text
    assert "Last decision" not in text


@given(st.text())
def test_no_text_can_drive_a_terminal(hostile):
    hostile = f"\x1b]0;owned\x07\x9b2J\r{hostile}"
    frame = make_frame(
        env=hostile, user=hostile, posted=hostile, notification={hostile: hostile}, units={}
    )
    assert all(line.isprintable() for line in to_text(frame).split("\n"))
    assert "\\x1b]0;owned\\x07" in to_text(frame)
