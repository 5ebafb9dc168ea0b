"""Frames of send-v0 on their way to the page, as text and as pictures."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viewer_support import CONTEXT, MESSAGE, make_frame, make_send, open_feed

from gym_push import viewer
from gym_push.viewer.board import Board
from gym_push.viewer.frame import About
from gym_push.viewer.text import to_text
from gym_push.viewer.wire import Kind, Message, News, unpack

HOSTILE = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>'
LEFT = {"left": True, "hindered": ("the person has left",)}
LONG = (1, 0, 2, 3) * 30


def board_of(*frames):
    """A board that was told of frames of one feed."""
    board, news = Board(), News(1)
    board.take(Message(1, Kind.NAME, b"send-v0"))
    for frame in frames:
        data, at = news.of(frame), 0
        while at < len(data):
            *_, size = data[at : at + 4], int.from_bytes(data[at + 5 : at + 9], "big")
            piece = iter((data[at : at + 9], data[at + 9 : at + 9 + size]))
            board.take(unpack(lambda _, piece=piece: next(piece)))
            at += 9 + size
    return board


def test_lists_say_what_was_sent_why_and_what_came_of_it():
    lists = board_of(make_send((1,)), make_send((1, 0)), make_send()).view(1, {})["lists"]
    sent = [(each["epoch"], each["outcome"], each["effect"], each["why"]) for each in lists["sent"]]
    assert sent == [(epoch, outcome, 1.0, "available, 2 of 7 sent")
                    for epoch, outcome in ((4, 3), (3, 2), (1, 1))]  # fmt: skip
    assert [each["credit"] for each in lists["sent"]] == [2.94, 1.96, 0.98]
    [unsent] = lists["unsent"]
    assert (unsent["epoch"], unsent["notification"]["text"]) == (2, "done it today")
    assert [each["epoch"] for each in lists["recent"]] == [4, 3, 1], "nothing sent is no news"


def test_text_has_every_fact():
    text = to_text(make_send())
    for fact in (
        "send-v0 · agent · user 17 · episode 1 · day 9 of 28",
        "  +1.50  reward, sending nothing +0.75, messages added +2.00",
        "  66.7%  CTR, 2 of 3 opened",
        "      3  sent this week, of 7",
        "outcome +2.00 · habit 0 · price -0.06 · leaving -0.44",
        "measured, not seen by the agent: habit 25.0%, trust 75.0%",
        "1 opened · 1 disappointed · 1 ignored · 1 nothing sent",
        "17:22 · Push · Time to practise? · sent Sat 07:15, ignored",
        "#4 sent: available, 2 of 7 sent",
        "1 of 2 messages can be sent now · N days in a row! needs 3 days in a row",
        "○ #4 ignored, added +1.00, +2.94 · Push · Time to practise?",
        "✗ #3 disappointed, added +1.00, +1.96 · Push · Time to practise?",
        "  #2 nothing sent · done it today",
        "✓ #1 opened, added +1.00, +0.98 · Push · Time to practise?",
    ):
        assert fact in text
    assert "2 above the budget" in to_text(make_send(above=2))
    assert "of 7, " not in text
    gone = to_text(make_send(**LEFT))
    assert "left on day 9 of 28" in gone and "nothing can be sent now: the person has left" in gone
    parts = {"composed": True, "lacks": (), "tried": ()}
    assert "any message can be sent now" in to_text(make_send(**parts))
    assert "any number" in to_text(make_send(budget=None))


@given(st.text())
def test_no_text_can_drive_a_terminal(hostile):
    hostile = f"\x1b]0;owned\x07\x9b2J\r{hostile}"
    about = About({"channel": hostile, "text": hostile}, hostile, {"why": hostile, "effect": 1.0})
    frame = make_send(
        env=hostile, posted=hostile, now=hostile, about=lambda row: about, hindered=(hostile,),
        catalogue=({"text": hostile, "note": hostile},), lacks=(hostile,),
    )  # fmt: skip
    for each in (frame, make_send(catalogue=frame.catalogue, lacks=frame.lacks)):
        assert all(line.isprintable() for line in to_text(each).split("\n"))


CHANGES = [
    {"episode": 2},
    {"minute": 20000},
    {"now": "2026-11-07T07:23:00"},
    {"reward": 2.5},
    {"nothing": 0.25},
    {"effect": 1.0},
    {"agent": "another"},
    {"parts": {"outcome": 2.5}},
    {"measured": {"habit": 0.5, "trust": 0.75}},
    {"week": 4},
    {"budget": None},
    {"above": 1},
    {"newest": 1},
    {"counts": (1, 1, 2, 1)},
    {"notification": {**MESSAGE, "text": "other"}},
    {"context": {**CONTEXT, "place": "other"}},
    {"hindered": ("done it today",)},
    {"lacks": ("", "")},
    {"composed": True, "lacks": ()},
    {"catalogue": ({"text": "Another", "note": ""}, {"text": "N days in a row!", "note": ""})},
    {"statuses": (1, 0, 2, 1)},
    {"statuses": ()},
    LEFT,
]


@pytest.mark.parametrize("changes", CHANGES, ids=repr)
def test_every_fact_is_in_the_picture(changes):
    pytest.importorskip("matplotlib")
    from gym_push.viewer.drawing.picture import to_picture

    assert (to_picture(make_send(**changes)) != to_picture(make_send())).any()


def test_long_texts_and_long_lists_stay_in_their_place():
    pytest.importorskip("matplotlib")
    from gym_push.viewer.drawing.picture import HEIGHT, WIDTH, to_picture

    long, many = "No end of WORDS, andoneofthemisverylong" * 50, 40
    about = About(dict.fromkeys(MESSAGE, long), None, {"why": long, "effect": 1.0})
    changes = {
        "about": lambda row: about,
        "hindered": (long,),
        "catalogue": ({"text": long, "note": long},) * many,
        "lacks": (long,) * many,
        "tried": ((10**9, 10**9),) * many,
    }
    before, drawn = to_picture(make_send()), to_picture(make_send(**changes))
    rows, columns = (drawn != before).any(axis=-1).nonzero()
    assert columns.min() >= 250 and rows.min() >= 58 and columns.max() < 944 and rows.max() < 584
    empty = make_send((), notification={}, context={}, posted=None, now=None, user=None)
    assert to_picture(empty).shape == (HEIGHT, WIDTH, 3)


@pytest.fixture
def feed():
    """A feed of this process, whose states are the changes to `make_send`."""
    feed = open_feed("send-v0", lambda changes: make_send(**changes))
    yield feed
    feed.close()


@pytest.mark.browser
def test_the_page_has_every_fact(feed, open_page):
    from playwright.sync_api import expect

    feed.publish({})
    page = open_page(viewer.url(30), viewport={"width": 1360, "height": 980})
    for selector, words in {
        "#epoch": "day 9 of 28",
        "#n-text": "Time to practise?",
        "#n-app": "Push",
        "#n-category": "warm",
        "#led-words": "sent Sat 07:15 · ignored",
        "#p-clock": "17:22",
        "#k-sum": "+1.5",
        "#sum-parts": "outcome +2, price −0.06, leaving −0.44",
        "#sum-against": "0.75 above sending nothing",
        "#k-effect": "+2",
        "#effect-words": "+0.67 a message",
        "#k-sent-ctr": "66.7%",
        "#opened-words": "2 of 3 opened",
        "#k-week": "3",
        "#week-words": "of 7",
        "#above": "",
        "#left": "",
        "#h-offers": "What can be sent now",
        "#offers-words": "1 of 2 messages",
        "#l-action": "ignored",
        "#l-why": "could be sent: available, 2 of 7 sent",
        "#measured dd": ["25.0%", "75.0%"],
        "#outcomes > dl:first-of-type dd": ["1", "1", "1", "1"],
        "#sent-count": "3",
        "#unsent-count": "1",
        "#unsent li bdi": ["done it today"],
        "#episodes-words": re.compile("people differ; 1 of 2 have left$"),
    }.items():
        expect(page.locator(selector)).to_have_text(words)
    offers = page.locator("#offers li")
    expect(offers.nth(0)).to_have_text(re.compile("✓Time to practise\\? warm.*sent 3, opened 2"))
    expect(offers.nth(1)).to_have_text(re.compile("✗N days in a row! playful.*needs 3 days"))
    expect(page.locator("#curve .sign")).to_have_text(["✓", "✗", "○"])
    expect(page.locator("#sent li").first).to_have_text(
        re.compile(r"#4 · Sat 07:15 · ignored · \+2.94.*added \+1 · available, 2 of 7 sent")
    )
    feed.publish({**LEFT, "above": 2})
    expect(page.locator("#left")).to_have_text(
        "The person has left, on day 9 of 28: nothing more can be sent."
    )
    expect(page.locator("#h-offers")).to_have_text("Nothing can be sent now")
    expect(page.locator("#offers-words")).to_have_text("the person has left")
    expect(page.locator("#offers .right")).to_have_count(0)
    expect(page.locator("#above")).to_have_text("2 above the budget")
    feed.publish({"statuses": (), "composed": True, "lacks": (), "tried": ()})
    expect(page.locator("#led-words")).to_have_text("no message yet")
    expect(page.locator("#card")).to_be_hidden()
    expect(page.locator("#offers-words")).to_have_text("any of these, put together")
    expect(page.locator("#unsent-more")).to_have_text("none yet")


@pytest.mark.browser
def test_a_chart_says_its_values_and_what_was_sent_until_then(feed, open_page):
    from playwright.sync_api import expect

    feed.publish({})
    page = open_page(viewer.url(30), viewport={"width": 1360, "height": 980})
    curve = page.locator("#curve")
    said = "reward {}, sending nothing {}, opened 1, disappointed {}, ignored {}"
    expect(curve).to_have_attribute(
        "aria-valuetext", f"day 9, 08:00: {said.format('+1.5', '+0.75', 1, 1)}"
    )
    curve.focus()
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    expect(curve).to_have_attribute(
        "aria-valuetext", f"day 3, 18:40: {said.format('+1', '+0.5', 1, 0)}"
    )
    legend = page.locator(".legend").first.locator("li")
    expect(legend).to_have_count(6)
    expect(legend.nth(4)).to_have_text("✗disappointed1")


@pytest.mark.browser
def test_hostile_text_stays_text(feed, open_page):
    from playwright.sync_api import expect

    evil = dict.fromkeys((*MESSAGE, HOSTILE), HOSTILE)
    about = About(evil, HOSTILE, {"why": HOSTILE, "effect": 1.0})
    feed.publish(
        {
            "env": HOSTILE,
            "notification": evil,
            "context": dict.fromkeys((*CONTEXT, HOSTILE), HOSTILE),
            "posted": HOSTILE,
            "now": HOSTILE,
            "about": lambda row: about,
            "parts": {HOSTILE: 1.0},
            "measured": {HOSTILE: 0.5},
            "hindered": (HOSTILE,),
            "catalogue": ({"text": HOSTILE, "note": HOSTILE},) * 2,
            "lacks": (HOSTILE, HOSTILE),
        }
    )
    page = open_page(viewer.url(30))
    for selector in ("#n-text", "#l-text", "#l-why", "#recent", "#sent", "#unsent", "#chips",
                     "#offers", "#offers-words", "#measured", "#sum-parts"):  # fmt: skip
        expect(page.locator(selector)).to_contain_text("<img src=x onerror=")
    assert page.locator("main img, main script").count() == 0
    assert page.evaluate("() => window.broken") is None


@pytest.mark.browser
@pytest.mark.parametrize(
    ("look", "widths"),
    [
        ({"color_scheme": "light"}, [320, 390, 768, 1140, 1360, 2560]),
        ({"color_scheme": "dark"}, [320, 1360]),
        ({"forced_colors": "active"}, [390, 1360]),
    ],
    ids=["light", "dark", "forced"],
)
def test_everybody_can_use_the_page(feed, open_page, violations, look, widths):
    from playwright.sync_api import expect

    feed.publish({"statuses": LONG, "above": 2, **LEFT})
    page = open_page(viewer.url(30), reduced_motion="reduce", **look)
    expect(page.locator("#l-epoch")).to_have_text("#120")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        assert violations(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        for card in page.locator("main .card:visible").all():
            assert card.evaluate("node => node.scrollWidth <= node.clientWidth + 1")
    assert page.evaluate("() => document.getAnimations().length") == 0


@pytest.mark.browser
def test_another_kind_of_environment_takes_nothing_with_it(feed, open_page):
    from playwright.sync_api import expect

    feed.publish({**LEFT})
    other = open_feed("basic-v0", lambda changes: make_frame(**changes))
    try:
        other.publish({})
        page = open_page(viewer.url(30), viewport={"width": 1360, "height": 900})
        for name, shown, hidden in (
            ("send-v0", "#offers", "#confusion"),
            ("basic-v0", "#confusion", "#offers"),
            ("send-v0", "#last", "#decision"),
            ("basic-v0", "#decision", "#last"),
        ):
            page.get_by_role("tab", name=re.compile(f"^{name}")).first.click()
            expect(page.locator(shown)).to_be_visible()
            expect(page.locator(hidden)).to_be_hidden()
            expect(page.locator(".feeds:visible")).to_have_count(1)
        expect(page.locator("#led-words")).not_to_contain_text("sent")
        expect(page.locator("#card")).to_be_visible()
    finally:
        other.close()
