"""The curves of a page, in a real Chromium: what was never painted is drawn too."""

import random
import re

import pytest
from charts_support import values_drawn
from viewer_support import make_frame, open_feed, play

from gym_push.viewer.episode import BATCH

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

SHARES = ("performance", "ctr", "user-ctr")  # the reward has a panel of its own


def shares(cells):
    """The exact performance after every decision."""
    right = [cell in (0, 3) for cell in cells]
    return [sum(right[: end + 1]) / (end + 1) for end in range(len(right))]


def assert_draws(page, cells):
    """Whether the performance curve is that of `cells`, to the tenth of a pixel."""
    drawn = values_drawn(page, "curve", "performance")
    assert drawn == pytest.approx(shares(cells), abs=0.001)


def test_the_curve_is_exact_live_late_and_reloaded(feed, page, open_page):
    cells = random.Random(3).choices(range(4), k=200)
    for end in range(1, 201):  # without a break: most of these are never sent
        feed.publish(play(cells[:end], episode=2))
    for look in (lambda: page, lambda: open_page(page.url), lambda: page.reload() and page):
        watched = look()
        expect(watched.locator("#epoch")).to_have_text("200 / 262")
        assert_draws(watched, cells)
    for end in range(201, 263):
        feed.publish(play((cells + cells)[:end], episode=2))
    expect(page.locator("#epoch")).to_have_text("262 / 262")
    assert_draws(page, (cells + cells)[:262])


def test_a_new_episode_begins_a_new_curve(feed, page):
    feed.publish(play([3, 3, 1, 0] * 20))
    expect(page.locator("#epoch")).to_have_text("80 / 262")
    feed.publish(play([1, 2], episode=2, episodes=((1, 40, 0, 20, 20),)))
    expect(page.locator("#epoch")).to_have_text("2 / 262")
    assert_draws(page, [1, 2])
    expect(page.get_by_role("slider", name="Across episodes 1 to 1")).to_have_attribute(
        "aria-valuetext",
        "episode 1: performance 75.0%, CTR of the agent 50.0%, "
        "CTR of the person (= always opening) 75.0%, reward +40",
    )
    assert len(values_drawn(page, "episodes", "performance")) == 1


def test_curves_are_told_apart_without_colour_and_said_in_words(page):
    chart = page.get_by_role("slider", name="Over this episode")
    expect(chart).to_have_attribute(
        "aria-valuetext", re.compile("^decision 3 of 262: performance 66.7%.* reward")
    )
    dashes = {
        page.locator(f"#curve .{name}").evaluate("node => getComputedStyle(node).strokeDasharray")
        for name in SHARES
    }
    assert len(dashes) == len(SHARES)
    expect(page.locator("#episodes-card")).to_be_hidden()


def test_a_chart_says_its_values_under_the_pointer_and_by_keys(feed, page):
    feed.publish(play([3, 1] * 50, episode=2))
    chart, legend = page.locator("#curve"), page.locator("#curve").locator("..").locator(".legend")
    expect(legend.locator("li").first).to_have_text("decision 100 of 262")
    first = chart.bounding_box()
    chart.hover(position={"x": 46 + (first["width"] - 58) * 9 / 262, "y": 60})
    expect(legend.locator("li")).to_have_text(
        ["decision 9 of 262", "performance55.6%", "CTR of the agent55.6%"]
        + ["CTR of the person (= always opening)100.0%", re.compile("^majority so far"), "reward+1"]
    )
    page.mouse.move(0, 0)
    expect(legend.locator("li").first).to_have_text("decision 100 of 262")
    chart.focus()
    for key, place in {"ArrowLeft": 99, "Home": 1, "ArrowRight": 2, "End": 100}.items():
        chart.press(key)
        expect(chart).to_have_attribute("aria-valuenow", str(place))
        expect(chart).to_have_attribute("aria-valuetext", re.compile(f"^decision {place} of 262: "))


def test_charts_are_drawn_anew_when_their_size_changes(feed, page):
    def assert_fits(width):
        page.set_viewport_size({"width": width, "height": 860})
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        for chart in page.locator(".chart:visible").all():
            last = float(chart.locator("text").last.get_attribute("x"))
            assert last == pytest.approx(chart.bounding_box()["width"] - 12, abs=1)

    page.get_by_role("tab", selected=True).click()
    feed.publish(play([3, 1], episode=3, episodes=((1, 5, 1, 2, 3), (2, 6, 0, 2, 3))))
    expect(page.locator("#epoch")).to_have_text("2 / 262")
    assert_fits(900)
    page.locator("#pause").click()
    expect(page.locator("#status")).to_have_text("paused")
    assert_fits(1500)
    feed.close()
    expect(page.locator("#status")).to_have_text("run ended")
    assert_fits(700)


@pytest.mark.parametrize("width", [390, 1000, 1360])
def test_nothing_moves_when_the_chart_across_episodes_comes(feed, page, width):
    where = """() => [...document.querySelectorAll('.card, footer')]
        .map(node => JSON.stringify(node.getBoundingClientRect()))"""
    page.set_viewport_size({"width": width, "height": 860})
    feed.publish(play([3] * 9, episode=2))
    expect(page.locator("#epoch")).to_have_text("9 / 262")
    expect(page.locator("#episodes-card")).to_be_hidden()
    expect(page.locator("#opened li")).to_have_count(9)
    before = page.evaluate(where)
    feed.publish(play([3] * 9, episode=3, episodes=((1, 5, 1, 2, 3),)))
    expect(page.locator("#episodes-card")).to_be_visible()
    assert page.evaluate(where) == before


@pytest.fixture
def other():
    feed = open_feed("another-v0", lambda changes: make_frame(**changes))
    yield feed
    feed.close()


def test_each_tab_has_its_own_curves(page, other):
    first = page.get_by_role("tab", selected=True).get_attribute("id")
    other.publish(play([0] * 50, episodes=((1, 0, 0, 0, 9), (2, 0, 0, 0, 9))))
    page.get_by_role("tab", name="another-v0").click()
    expect(page.locator("#epoch")).to_have_text("50 / 262")
    assert_draws(page, [0] * 50)
    assert len(values_drawn(page, "episodes", "ctr")) == 2
    page.locator(f"#{first}").click()
    expect(page.locator("#epoch")).to_have_text("3 / 262")
    assert_draws(page, [0, 3, 1])
    expect(page.locator("#episodes-card")).to_be_hidden()


def test_ten_thousand_steps_leave_the_page_as_small_as_it_was(feed, page):
    def weigh():
        client.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(100)
        client.send("HeapProfiler.collectGarbage")
        return client.send("Runtime.getHeapUsage")["usedSize"]

    client = page.context.new_cdp_session(page)
    cells, weights = bytes([3, 2] * 5000), []
    for end in range(20, 10_001, 20):
        feed.publish(play(cells[:end], size=10_000))
        if end % 200 == 0:
            expect(page.locator("#epoch")).to_have_text(f"{end} / 10000")
        if end in (2500, 10_000):
            weights.append(weigh())
    assert weights[1] < weights[0] + 1_000_000
    assert page.locator("#opened li").count() == BATCH
    expect(page.locator("#opened-more")).to_have_text(f"and {10_000 - BATCH:,} earlier")
    assert page.locator("*").count() < 2500
    assert 500 <= len(values_drawn(page, "curve", "reward")) <= 1001
