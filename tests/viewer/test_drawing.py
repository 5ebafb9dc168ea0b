"""Pictures show every fact of a frame, and no text can leave its place in them."""

import hashlib
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from viewer_support import CONTEXT, NOTIFICATION, make_delivery, make_frame, make_send, play

from gym_push.envs.basic.episodes import bundled_log
from gym_push.viewer import words

pytest.importorskip("matplotlib")
from gym_push.viewer.drawing.canvas import MOST, STRONG, Canvas, fit, writable  # noqa: E402
from gym_push.viewer.drawing.picture import HEIGHT, WIDTH, to_picture  # noqa: E402

HEADER, PHONE, LEFT = (0, 0, WIDTH, 44), (16, 58, 236, 352), (16, 58, 236, 584)
LIST = (674, 58, 944, 584)
LONG = "No end of WORDS, andoneofthemisverylong" * 3 + "x" * 5000
SHOWN = [name for name in CONTEXT if name != "postedDayOfWeek"]  # that, the date says already


def changed(**changes):
    """The box (left, top, right, bottom) outside which a changed frame looks as before."""
    rows, columns = np.nonzero((to_picture(make_frame(**changes)) != BEFORE).any(axis=-1))
    assert len(rows), "nothing has changed"
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


BEFORE = to_picture(make_frame())
NONE = memoryview(b"")
NOTHING = {
    make_frame: play([]),
    make_delivery: {"actions": (), "outcomes": ()},
    make_send: {"statuses": ()},
}
"""The changes that make a frame before the first decision."""


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


@settings(max_examples=50)
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


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_meter_may_be_as_short_as_can_be(width, height):
    Canvas.blank(8, 8, (0, 0, 0)).box(2, 2, width, height, (255, 255, 255), 2)


@given(st.text(max_size=400), st.integers(8, 30), st.integers(40, 300), st.booleans())
def test_a_line_is_never_too_wide(text, size, width, strong):
    line, length = fit(text, size, width, strong=strong)
    assert length <= width
    assert len(line) <= len(writable(text)) + 1


@pytest.fixture(scope="module", params=["DejaVuSans.ttf", STRONG.name])
def characters(request):
    """The characters of a font, by a reader of its own."""
    fonts = pytest.importorskip("fontTools.ttLib")
    return set(fonts.TTFont(STRONG.with_name(request.param)).getBestCmap())


def test_the_bundled_log_is_written_without_an_empty_box(characters):
    log = bundled_log()
    for row in range(len(log)):
        for role in ("notification", "context"):
            for said in map(str, log.features(row, role).values()):
                assert writable(said) == " ".join(said.split())
                assert set(map(ord, said)) <= characters, said


@given(text=st.text())
def test_no_text_leaves_an_empty_box(characters, text):
    assert set(map(ord, writable(text))) <= characters


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Éamonn Łukasz − ①", "Éamonn Łukasz − ①"),
        ("a\u200db\x1b[2J \n c", "ab[2J c"),
        ("Tonight 🎉🎉 😊", "Tonight (party popper) 😊"),
        ("今日は会議です OK", "(Chinese or Japanese) OK"),
        ("안녕 안녕", "(hangul) (hangul)"),
        ("Ａ", "A"),
        ("\U0010ffff", "(unknown)"),
        ("x" * 400, "x" * MOST),
    ],
)
def test_what_the_font_lacks_is_named(text, written):
    assert writable(text) == written


def test_text_from_right_to_left_begins_at_the_right():
    texts = ["שלום, מה שלומך", "Shalom, ma"]
    pictures = [
        to_picture(make_frame(notification={**NOTIFICATION, "tickerText": text})) for text in texts
    ]
    card = (slice(225, 245), slice(76, 218))
    dark = [np.nonzero((picture[card] < 120).all(axis=-1))[1].mean() for picture in pictures]
    assert dark[0] > dark[1] + 30


@pytest.mark.parametrize("make", NOTHING)
def test_the_curve_shows_every_decision(make):
    box = (slice(190, 430), slice(290, 650))
    empty = to_picture(make(**NOTHING[make]))[box]
    assert (to_picture(make())[box] != empty).any()


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ("com.google.android.gms", "Play services"),
        ("jp.naver.line.android", "LINE"),
        ("jp.somebody.android", "Somebody"),
        ("co.uk.bbc.news", "BBC"),
        ("org.example.bank", "Example"),
        ("com.foo.Bar", "FOO"),
        ("Mum's phone", "Mum's phone"),
        (None, "Notification"),
    ],
)
def test_an_app_has_the_name_that_people_know(package, name):
    assert words.app_name(package) == name


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
        "com.google.android.gms",
        "jp.naver.somebody",
        "co.uk.abc",
        "de.x",
        "tv",
    ]
    read = [
        ({"app": "com.whatsapp", "sender": "Aoife", "t": "Hi"}, {"text": "t"}),
        ({"a": "unknown", "s": "x"}, {"app": "a", "subject": "s"}),
        ({"mood": "good", "size": 1234}, {"first": "mood", "second": "size"}),
        ({"mood": None}, {"first": "mood", "text": "gone", "constructor": "mood"}),
        ({}, {}),
    ]
    read = [(features, {"app": "app", "sender": "sender", **roles}) for features, roles in read]
    names = [*words.TABLES["labels"], "lightIntensity", "some_longName_2", " x "]
    values = [True, False, 1234, 1234.5, 0.123, -3, "text", None, 10080]
    days = ["Sat", "monday", "WED", "someday"]
    times = ["2026-11-07T07:22:00", "2024-02-29T23:59:59", "never", None]
    colours = ["#FF25D366", "#25d366", "none", "#12", None]
    patterns = ["0 150 100 150", " 5 ", "none", "", None, "1 x"]
    said = page.evaluate(
        """async ([packages, names, values, days, times, colours, patterns, read]) => {
            const w = await import(new URL('js/words.js', document.baseURI).href);
            return [
                packages.map(w.appName), packages.map(w.hue), names.map(w.label),
                values.map(v => w.value('noise', v, 'dB')), values.map(v => w.value('b', v, '%')),
                values.map(v => w.value('timeAppLastUsed', v, 'min')), days.map(w.weekday),
                times.map(t => w.moment(t).clock), times.map(t => w.moment(t).day),
                colours.map(c => w.ledColour(c)?.css.toLowerCase() ?? null),
                patterns.map(p => w.vibration(p) ?? []), [null, 0, 0.7561, 1].map(w.percent),
                read.map(([features, roles]) => w.aboutOf(features, roles, ' · ')),
            ];
        }""",
        [packages, names, values, days, times, colours, patterns, read],
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
        [words.about(features, roles, " · ") for features, roles in read],
    ]


def test_common_apps_have_hues_of_their_own():
    log = bundled_log()
    packages = [log.features(row, "notification")["appPackage"] for row in range(len(log))]
    common = [app for app, count in Counter(packages).items() if count > 5]
    hues = sorted(words.hue(words.app_name(app)) for app in common)
    gaps = [(after - before) % 360 for before, after in pairwise([*hues, hues[0]])]
    assert len(common) > 6 and min(gaps) > 15
