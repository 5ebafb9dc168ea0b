"""The page for everybody: axe finds nothing serious, nothing moves for those who want no motion."""

import re

import pytest
from viewer_support import play

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def looked_at(feed, served, open_page):
    """Opens pages on a run with everything on it: two episodes, lists, and other notifications."""
    feed.publish(play([3, 2, 1, 0] * 30, 3, episodes=((1, 5, 1, 2, 3), (2, 6, 0, 2, 3))))

    def look(**options):
        page = open_page(served, **options)
        expect(page.locator("#epoch")).to_have_text("120 / 262")
        return page

    return look


SCHEMES = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [390, 1360])
def test_axe_finds_nothing_serious(looked_at, feed, violations, scheme, width):
    page = looked_at(viewport={"width": width, "height": 800}, **SCHEMES[scheme])
    assert violations(page) == []
    page.locator("#pause").click()
    expect(page.locator("#status")).to_have_text("paused")
    page.locator("#curve").click(position={"x": 100, "y": 50})
    assert violations(page) == []
    page.locator("#pause").click()
    expect(page.locator("#status")).to_have_text("waiting for the next frame")
    assert violations(page) == []
    page.get_by_role("tab", selected=True).click()
    feed.close()
    expect(page.locator("#status")).to_have_text("run ended")
    assert violations(page) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("psutil.Process(server.pid).kill(); sys.stdin.readline()", "viewer disconnected"),
        ("1 / 0", "agent crashed"),
    ],
)
def test_axe_finds_nothing_serious_when_something_is_gone(
    script, open_page, violations, code, words
):
    agent = script(f"sys.stdin.readline(); {code}")
    pages = [open_page(agent.url, **scheme) for scheme in SCHEMES.values()]
    for page in pages:
        expect(page.locator("#status")).to_have_text(re.compile("live|waiting for the next frame"))
    print(file=agent.process.stdin, flush=True)
    for page in pages:
        expect(page.locator("#status")).to_have_text(words)
        assert violations(page) == []


def test_axe_would_find_something(looked_at, violations):
    page = looked_at()
    page.evaluate("() => document.getElementById('pause').replaceChildren()")
    assert any(line.startswith("button-name") for line in violations(page))


def test_nothing_moves_for_those_who_want_no_motion(looked_at):
    moving = "() => document.getAnimations().length"
    assert looked_at().evaluate(moving) == 1, "the LED blinks"
    assert looked_at(reduced_motion="reduce").evaluate(moving) == 0


@pytest.mark.parametrize("width", [320, 1140, 2560])  # more: test_every_width
def test_no_screen_is_too_narrow_or_too_wide(looked_at, width):
    page = looked_at(viewport={"width": width, "height": 900})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    outside = page.evaluate(
        """() => [...document.querySelectorAll('main .card, main .card *')].filter(node => {
            const card = node.closest('.card').getBoundingClientRect();
            const own = node.getBoundingClientRect();
            return own.width && (own.right > card.right + 1 || own.left < card.left - 1);
        }).map(node => node.outerHTML.slice(0, 80))"""
    )
    assert outside == []


def test_text_on_the_charts_keeps_its_size(looked_at):
    for width in (390, 1900):
        page = looked_at(viewport={"width": width, "height": 900})
        box = page.locator("#curve text").first.bounding_box()
        assert 10 <= box["height"] <= 18
        assert re.search(r"\d+%", page.locator("#curve").text_content())
