"""Pictures show every fact of a frame, and no text can leave its place in them."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from viewer_support import CONTEXT, NOTIFICATION, make_frame, play

from gym_push.viewer import words

pytest.importorskip("PIL")
from gym_push.viewer.drawing.canvas import clip, measure, wrap  # noqa: E402 (needs Pillow)
from gym_push.viewer.drawing.picture import HEIGHT, WIDTH, to_picture  # noqa: E402 (needs Pillow)

HEADER, PHONE, LEFT = (0, 0, WIDTH, 44), (16, 58, 236, 352), (16, 58, 236, 584)
DECISION, FEEDS = (250, 152, 688, 282), (702, 58, 944, 584)
LONG = "No end of WORDS, andoneofthemisverylong" * 3 + "x" * 5000
SHOWN = [name for name in CONTEXT if name != "postedDayOfWeek"]  # that, the date says already


def changed(**changes):
    """The box (left, top, right, bottom) outside which a changed frame looks as before."""
    rows, columns = np.nonzero((to_picture(make_frame(**changes)) != BEFORE).any(axis=-1))
    assert len(rows), "nothing has changed"
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


BEFORE = to_picture(make_frame())
NONE = memoryview(b"")


def test_a_picture_is_the_same_in_every_process():
    code = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from viewer_support import play,  make_frame
from gym_push.viewer.drawing.picture import to_picture
print(hashlib.sha256(to_picture(make_frame()).tobytes()).hexdigest())
"""
    command = [sys.executable, "-c", code, str(Path(__file__).parent)]
    other = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert other == hashlib.sha256(BEFORE.tobytes()).hexdigest()
    assert (BEFORE.shape, BEFORE.dtype) == ((HEIGHT, WIDTH, 3), np.uint8)


@pytest.mark.parametrize(
    "changes",
    [
        {"env": "other-v0"},
        {"user": "17"},
        {"episode": 2},
        {"epoch": 4},
        {"size": 263},
        {"posted": "2026-11-07T07:23:00"},
        {"posted": "2026-11-08T07:22:00"},
        {"posted": None},
        {"reward": 2},
        {"confusion": (2, 0, 1, 1)},
        {"decisions": NONE},
        {"decisions": memoryview(bytes([1, 3, 1]))},
        {"decisions": memoryview(bytes([0, 0, 1]))},
        {"units": {}},
        *({"notification": {**NOTIFICATION, name: "other"}} for name in NOTIFICATION),
        *({"notification": {**NOTIFICATION, name: "none"}} for name in ("ledARGB", "vibrate")),
        *({"context": {**CONTEXT, name: "other"}} for name in SHOWN),
    ],
    ids=",".join,
)
def test_every_fact_is_in_the_picture(changes):
    changed(**changes)


def test_the_day_is_shown_where_there_is_no_date():
    days = [{**CONTEXT, "postedDayOfWeek": day} for day in ("Sat", "Sun")]
    pictures = [to_picture(make_frame(posted=None, context=context)) for context in days]
    assert not np.array_equal(*pictures)


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        (HEADER, {"env": LONG}),
        (HEADER, {"user": LONG}),
        *((LEFT, {"notification": {**NOTIFICATION, name: LONG}}) for name in NOTIFICATION),
        (PHONE, {"notification": {**NOTIFICATION, "tickerText": LONG}}),
        *((LEFT, {"context": {**CONTEXT, name: LONG}}) for name in SHOWN),
        (PHONE, {"context": {**CONTEXT, "postedDayOfWeek": LONG}, "posted": None}),
        (PHONE, {"context": {**CONTEXT, "postedTimeOfDay": LONG}}),
        (LEFT, {"context": {**CONTEXT, **{f"{i}{LONG}": LONG for i in range(50)}}}),
        (LEFT, {"units": {"noise": LONG}}),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_long_text_stays_in_its_place(place, changes):
    left, top, right, bottom = changed(**changes)
    assert left >= place[0] and top >= place[1] and right <= place[2] and bottom <= place[3]


def test_a_frame_that_knows_nothing_is_drawn():
    changed(notification={}, context={}, units={}, user=None, posted=None, **play([]))


@settings(deadline=None, max_examples=50)
@given(st.text() | st.floats() | st.integers() | st.none() | st.booleans())
def test_anything_can_be_drawn(value):
    picture = to_picture(
        make_frame(
            env=str(value),
            user=str(value),
            posted=str(value),
            notification={name: value for name in (*NOTIFICATION, str(value))},
            context={name: value for name in (*CONTEXT, "more")},
        )
    )
    assert picture.shape == (HEIGHT, WIDTH, 3)


@settings(deadline=None)
@given(st.text(max_size=400), st.integers(8, 30), st.integers(40, 300), st.integers(1, 5))
def test_lines_are_never_too_wide_nor_too_many(text, size, width, lines):
    broken = list(wrap(text, size, width, lines))
    assert 1 <= len(broken) <= lines
    for line in (*broken, clip(text, size, width)):
        assert measure(line, size) <= width + 2  # kerning may make a part wider than the whole


def test_wrapping_loses_no_word_that_has_room():
    text = "So happy for you! Thanks, got it. You have to see this!"
    assert " ".join(wrap(text, 12, 120, 9)) == text
    assert len(list(wrap(text, 12, 120, 9))) > 2
    assert list(wrap(text, 12, 120, 1))[0].endswith("…")


def test_letters_that_the_font_lacks_become_the_nearest_that_it_has():
    assert clip("Éamonn Łukasz − ①", 12, 500) == "Eamonn \ufffdukasz - 1"


@pytest.mark.browser
def test_the_page_says_it_in_the_same_words(page):
    packages = [
        *words.TABLES["apps"],
        "org.example.bank",
        "com.google.apps",
        "plain",
        "",
        "a b.c",
        "é.ü",
        "😀",
    ]
    names = [*words.TABLES["labels"], "lightIntensity", "some_longName_2", " x "]
    values = [True, False, 1234, 1234.5, 0.123, -3, "text", None, 10080]
    days = ["Sat", "monday", "WED", "someday"]
    times = ["2026-11-07T07:22:00", "2024-02-29T23:59:59", "never", None]
    colours = ["#FF25D366", "#25d366", "none", "#12", None]
    patterns = ["0 150 100 150", " 5 ", "none", "", None, "1 x"]
    said = page.evaluate(
        """async ([packages, names, values, days, times, colours, patterns]) => {
            const w = await import(new URL('js/words.js', document.baseURI).href);
            return [
                packages.map(w.appName), packages.map(w.hue), names.map(w.label),
                values.map(v => w.value('noise', v, 'dB')), values.map(v => w.value('b', v, '%')),
                values.map(v => w.value('timeAppLastUsed', v, 'min')), days.map(w.weekday),
                times.map(t => w.moment(t).clock), times.map(t => w.moment(t).day),
                colours.map(c => w.ledColour(c)?.css.toLowerCase() ?? null),
                patterns.map(p => w.vibration(p) ?? []), [null, 0, 0.7561, 1].map(w.percent),
            ];
        }""",
        [packages, names, values, days, times, colours, patterns],
    )
    hexes = [None if (c := words.led_colour(raw)) is None else bytes(c).hex() for raw in colours]
    assert said == [
        [words.app_name(package) for package in packages],
        [words.hue(package) for package in packages],
        [words.label(name) for name in names],
        [words.value("noise", value, "dB") for value in values],
        [words.value("b", value, "%") for value in values],
        [words.value("timeAppLastUsed", value, "min") for value in values],
        [words.weekday(raw) for raw in days],
        [words.clock(time) for time in times],
        [words.day(time) for time in times],
        [code and f"#{code}" for code in hexes],
        [words.vibration(pattern) for pattern in patterns],
        [words.percent(share) for share in (None, 0, 0.7561, 1)],
    ]
