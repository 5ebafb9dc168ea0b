"""The lists of opened and dismissed on a page, in a real Chromium: whole, however it got there."""

import random
import re
from array import array

import pytest
from viewer_support import eventually, make_frame, open_feed, play

from gym_push.viewer.episode import BATCH
from gym_push.viewer.frame import About

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser


def state(cells, episode=2, size=262):
    """An episode in which every decision is about a notification of its own."""
    rows = memoryview(array("q", range(1001, 1001 + len(cells))))
    return play(cells, episode, size, about=told, rows=rows)


def told(row):
    """A notification that says which one it is."""
    return About({"appPackage": "com.whatsapp", "tickerText": f"number {row - 1000}"}, None)


def listed(page, name):
    """The epochs that a list shows, from its top."""
    lines = page.locator(f"#{name} li small").all_inner_texts()
    return [int(re.match(r"#(\d+)", line)[1]) for line in lines]


def epochs(cells, action):
    """The epochs at which the agent acted so, newest first."""
    return [at + 1 for at, cell in enumerate(cells) if cell >> 1 == action][::-1]


def scroll_to_the_end(page, name):
    """Scrolls down until there is nothing earlier any more."""
    more = page.locator(f"#{name}-more")
    for _ in range(50):
        if more.inner_text() == "":
            return
        before = more.inner_text()
        page.locator(f"#{name}").evaluate("list => { list.scrollTop = list.scrollHeight }")
        expect(more).not_to_have_text(before)


def test_a_page_has_the_whole_lists_early_late_and_reloaded(feed, page, open_page):
    cells = random.Random(5).choices(range(4), k=262)
    for end in range(1, 263):  # without a break: most of these are never sent
        feed.publish(state(cells[:end]))
    for look in (lambda: page, lambda: open_page(page.url), lambda: page.reload() and page):
        watched = look()
        expect(watched.locator("#epoch")).to_have_text("262 / 262")
        for name, action in (("opened", 1), ("dismissed", 0)):
            whole = epochs(cells, action)
            expect(watched.locator(f"#{name} li")).to_have_count(BATCH)
            expect(watched.locator(f"#{name}-count")).to_have_text(str(len(whole)))
            expect(watched.locator(f"#{name}-more")).to_have_text(
                f"and {len(whole) - BATCH:,} earlier"
            )
            assert listed(watched, name) == whole[:BATCH]
            scroll_to_the_end(watched, name)
            assert listed(watched, name) == whole
            texts = watched.locator(f"#{name} li bdi").all_inner_texts()
            assert texts == [f"WhatsApp · number {epoch}" for epoch in whole]
            right = watched.locator(f"#{name} li > b").all_inner_texts()
            assert right == ["✗✓"[cells[epoch - 1] in (0, 3)] for epoch in whole]


def test_an_open_page_adds_what_is_new_at_the_top(feed, page):
    cells = [3, 2] * 100
    for end in (8, 12, 13, 150):
        feed.publish(state(cells[:end]))
        expect(page.locator("#epoch")).to_have_text(f"{end} / 262")
        assert listed(page, "opened") == list(range(end, 0, -1))[:BATCH]
    expect(page.locator("#opened-more")).to_have_text(f"and {150 - BATCH} earlier")
    expect(page.locator("#dismissed li")).to_have_count(0)
    feed.publish(state([3], episode=3))
    expect(page.locator("#opened li")).to_have_count(1)
    expect(page.locator("#opened-more")).to_have_text("")
    page.locator("#opened").focus()
    assert eventually(lambda: page.evaluate("() => document.activeElement.id") == "opened")


def test_what_somebody_reads_further_down_stays_until_they_go_up_again(feed, page):
    cells = [3] * 1000
    feed.publish(state(cells[:500], size=1000))
    expect(page.locator("#opened li")).to_have_count(BATCH)
    scroll_to_the_end(page, "opened")
    feed.publish(state(cells[:505], size=1000))
    expect(page.locator("#opened li").first).to_contain_text("#505")
    assert listed(page, "opened") == list(range(505, 0, -1))
    page.locator("#opened").evaluate("list => { list.scrollTop = 0 }")
    feed.publish(state(cells[:506], size=1000))
    expect(page.locator("#opened li").first).to_contain_text("#506")
    expect(page.locator("#opened li")).to_have_count(BATCH)
    scroll_to_the_end(page, "opened")
    feed.publish(state(cells, size=1000))
    expect(page.locator("#opened li").first).to_contain_text("#1000")
    assert listed(page, "opened") == list(range(1000, 1000 - BATCH, -1)), "no gap behind the newest"


def test_each_tab_has_its_own_lists(page):
    first = page.get_by_role("tab", selected=True).get_attribute("id")
    other = open_feed("listed-v0", lambda changes: make_frame(**changes))
    other.publish(state([2] * 5))
    page.get_by_role("tab", name="listed-v0").click()
    expect(page.locator("#opened li")).to_have_count(5)
    expect(page.locator("#dismissed li")).to_have_count(0)
    page.locator(f"#{first}").click()
    expect(page.locator("#opened li")).to_have_count(1)
    expect(page.locator("#dismissed li")).to_have_count(2)
    other.close()
