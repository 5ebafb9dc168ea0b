"""Deliveries on their way to the page: outcomes that become known later, curves, hostile texts."""

import re
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viewer_support import CONTEXT, NOTIFICATION, make_delivery, open_feed

from gym_push import viewer
from gym_push.viewer.board import Board
from gym_push.viewer.episode import BATCH, MAX_POINTS, Curve
from gym_push.viewer.frame import About
from gym_push.viewer.text import to_text
from gym_push.viewer.wire import Kind, Message, News, unpack

HOSTILE = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>'


def new_board():
    board = Board()
    board.take(Message(1, Kind.NAME, b"delivery-v0"))
    return board


def tell(board, data):
    """Gives a board the messages of a frame."""
    at = 0

    def read(size):
        nonlocal at
        at += size
        return data[at - size : at]

    while at < len(data):
        board.take(unpack(read))


@given(st.lists(st.integers(0, 3), max_size=60), st.data())
def test_a_page_that_takes_what_it_lacks_has_what_a_new_page_gets(steps, data):
    """Deliveries become known some frames later; pages look at some of the frames."""
    board, news, seen = new_board(), News(1), {}
    page = {"delivered": [], "suppressed": []}
    actions, known, waiting = [], [], []
    for step in steps:
        if step < 3:
            waiting += [len(actions)] if step == 0 else []
            actions.append(step)
        elif waiting:
            known.append((waiting.pop(0), data.draw(st.integers(1, 3))))
        tell(board, news.of(make_delivery(actions, known)))
        if data.draw(st.booleans()):
            lists = board.view(1, seen)["lists"]
            seen = {"run": lists["run"], "listed": lists["epoch"], "known": lists["known"]}
            for name, kept in page.items():
                kept[:0] = lists[name]
                assert name not in lists["gaps"]
            for epoch, outcome, credit in lists["outcomes"]:
                for each in page["delivered"]:
                    if each["epoch"] == epoch:
                        each.update(outcome=outcome, credit=credit)
            fresh = board.view(1, {})["lists"]
            assert {name: fresh[name] for name in page} == {
                name: kept[:BATCH] for name, kept in page.items()
            }
            assert [each["epoch"] for each in fresh["recent"]] == [
                index + 1 for index, _ in known[:-4:-1]
            ]
            assert not any(each["outcome"] for each in fresh["suppressed"])


def test_a_new_episode_begins_with_nothing():
    board, news = new_board(), News(1)
    tell(board, news.of(make_delivery()))
    tell(board, news.of(make_delivery([1], [], episode=2)))
    lists = board.view(1, {})["lists"]
    assert (lists["delivered"], lists["recent"], lists["outcomes"]) == ([], [], [])
    assert board.view(1, {})["curve"]["points"] == [(0, 0, 0, 0, 1, 0)]


@given(st.integers(0, 5000), st.integers(1, 2000))
def test_a_curve_keeps_exact_points_evenly(count, step):
    numbers = [(float(at), at / 2, at // 3, at // 4, at, 0) for at in range(1, count + 1)]
    curve = Curve()
    for first in range(0, count, step):
        told = [number for point in numbers[first : first + step] for number in point]
        curve.tell_points(array("d", told).tobytes())
    assert len(curve.points) <= MAX_POINTS
    stride = int(curve.points[0][0]) if curve.points else 1
    assert curve.points == numbers[stride - 1 :: stride]


def test_an_unknown_kind_is_refused():
    with pytest.raises(KeyError):
        new_board().take(Message(1, Kind.BEGIN, b"another"))


@pytest.mark.parametrize(
    "outcome", [(-1, 1, 0), (2**62, 1, 0), (5, 1, 0), (2, 4, 0), (float("nan"), 1, 0)]
)
def test_an_outcome_of_no_decision_is_refused(outcome):
    board = new_board()
    tell(board, News(1).of(make_delivery()))
    with pytest.raises(ValueError, match="which was never told"):
        board.take(Message(1, Kind.OUTCOMES, array("d", outcome).tobytes()))
    assert len(board.view(1, {})["lists"]["recent"]) == 2


@pytest.mark.parametrize("kind", [Kind.OUTCOMES, Kind.POINTS])
def test_half_a_number_is_refused(kind):
    board = new_board()
    board.take(Message(1, Kind.BEGIN, b"delivery"))
    with pytest.raises(ValueError):
        board.take(Message(1, kind, b"half"))


def test_text_has_every_fact():
    text = to_text(make_delivery())
    for fact in (
        "delivery-v0 · agent · user 17 · episode 1 · day 2 of 7",
        "+0.30  reward a notification, delivering all +0.20, +1.50 in all",
        "50.0%  CTR, 1 of 2 opened",
        "engagement +3.25 · interruption -1.25 · stress -0.50 · missed 0",
        "1 opened · 1 dismissed · 0 ignored · 1 not seen yet · 1 held now",
        "1 suppressed",
        "07:22 · WhatsApp · Aoife",
        "  #5 delivered, not seen yet · WhatsApp · Aoife",
        "  #4 suppressed · WhatsApp · Aoife",
        "✗ #3 delivered, dismissed, +0.25 · WhatsApp",
        "  #2 held · WhatsApp · Aoife",
        "✓ #1 delivered, opened, +0.25 · WhatsApp",
    ):
        assert fact in text


@given(st.text())
def test_no_text_can_drive_a_terminal(hostile):
    hostile = f"\x1b]0;owned\x07\x9b2J\r{hostile}"
    about = About({"appPackage": hostile}, hostile)
    frame = make_delivery(
        env=hostile, user=hostile, posted=hostile, now=hostile, about=lambda row: about
    )
    assert all(line.isprintable() for line in to_text(frame).split("\n"))


CHANGES = [
    {"episode": 2},
    {"minute": 4000},
    {"now": "2026-11-07T07:23:00"},
    {"reward": 2.5},
    {"agent": "another"},
    {"parts": (3.25, -1.25, -0.25, 0.0)},
    {"held": 2},
    *({name: 7} for name in ("delivered", "opened", "dismissed", "ignored", "suppressed")),
    {"notification": {**NOTIFICATION, "tickerText": "other"}},
    {"context": {**CONTEXT, "place": "other"}},
    {"outcomes": ((0, 1), (2, 2), (4, 1))},
    {"actions": (0, 1, 0, 2, 2)},
]


@pytest.mark.parametrize("changes", CHANGES, ids=repr)
def test_every_fact_is_in_the_picture(changes):
    pytest.importorskip("matplotlib")
    from gym_push.viewer.drawing.picture import to_picture

    assert (to_picture(make_delivery(**changes)) != to_picture(make_delivery())).any()


def test_long_texts_and_nothing_at_all_can_be_drawn():
    pytest.importorskip("matplotlib")
    from gym_push.viewer.drawing.picture import HEIGHT, WIDTH, to_picture

    long = "No end of WORDS, andoneofthemisverylong" * 50
    before = to_picture(make_delivery())
    about = About(dict.fromkeys(NOTIFICATION, long), None)
    drawn = to_picture(make_delivery(about=lambda row: about))
    rows, columns = (drawn != before).any(axis=-1).nonzero()
    assert columns.min() >= 250 and rows.min() >= 58 and columns.max() < 944 and rows.max() < 584
    empty = make_delivery((), (), notification={}, context={}, posted=None, now=None, user=None)
    assert to_picture(empty).shape == (HEIGHT, WIDTH, 3)


@pytest.fixture
def feed():
    """A feed of this process, whose states are the changes to `make_delivery`."""
    feed = open_feed("delivery-v0", lambda changes: make_delivery(**changes))
    yield feed
    feed.close()


@pytest.mark.browser
def test_hostile_text_stays_text(feed, open_page):
    from playwright.sync_api import expect

    evil = dict.fromkeys((*NOTIFICATION, HOSTILE), HOSTILE)
    about = About(evil, HOSTILE)
    feed.publish(
        {
            "env": HOSTILE,
            "user": HOSTILE,
            "notification": evil,
            "context": dict.fromkeys((*CONTEXT, HOSTILE), HOSTILE),
            "units": {HOSTILE: HOSTILE},
            "posted": HOSTILE,
            "now": HOSTILE,
            "about": lambda row: about,
        }
    )
    page = open_page(viewer.url(30))
    for selector in ("#n-text", "#l-text", "#recent", "#delivered", "#suppressed", "#chips"):
        expect(page.locator(selector)).to_contain_text("<img src=x onerror=")
    assert page.locator("main img, main script").count() == 0
    assert page.evaluate("() => window.broken") is None


@pytest.mark.browser
@pytest.mark.parametrize(
    ("scheme", "widths"), [("light", [320, 390, 768, 1140, 1360, 2560]), ("dark", [320, 1360])]
)
def test_everybody_can_use_the_page(feed, open_page, violations, scheme, widths):
    from playwright.sync_api import expect

    feed.publish({"actions": (0, 1, 0, 2, 0) * 20, "outcomes": ((0, 1), (2, 2), (5, 3))})
    page = open_page(viewer.url(30), color_scheme=scheme)
    expect(page.locator("#l-epoch")).to_have_text("#100")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        assert violations(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        for card in page.locator("main .card:visible").all():
            assert card.evaluate("node => node.scrollWidth <= node.clientWidth + 1")
        words = [each for each in page.locator("#curve text").all_text_contents() if "day" in each]
        assert words == ["4 days", "7 days"]


@pytest.mark.browser
def test_both_kinds_of_environments_are_tabs_of_one_page(feed, open_page):
    from playwright.sync_api import expect
    from viewer_support import make_frame

    feed.publish({})
    other = open_feed("basic-v0", lambda changes: make_frame(**changes))
    try:
        other.publish({})
        page = open_page(viewer.url(30), viewport={"width": 1360, "height": 900})
        for name, shown, hidden in (
            ("basic-v0", "#confusion", "#outcomes"),
            ("delivery-v0", "#outcomes", "#confusion"),
            ("basic-v0", "#decision", "#last"),
        ):
            page.get_by_role("tab", name=re.compile(f"^{name}")).first.click()
            expect(page.locator(shown)).to_be_visible()
            expect(page.locator(hidden)).to_be_hidden()
            expect(page.locator(".feeds:visible")).to_have_count(1)
        expect(page.locator("#k-performance")).to_have_text("66.7%")
        expect(page.locator("#opened li")).to_have_count(1)
    finally:
        other.close()
