"""What a person sees, in a real Chromium."""

import re
import time
from array import array

import pytest
from viewer_support import make_frame, open_feed

from gym_push.viewer.frame import About

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser


def test_shows_the_facts(page):
    for selector, text in {
        "#n-app": "WhatsApp",
        "#n-text": "Aoife: Are you around this evening?",
        "#p-clock": "07:22",
        "#p-date": "Saturday, November 7, evening",
        "#p-battery": "⚡15%",
        "#led-words": "LED green",
        "#vibration": "buzzes 150, 150 ms",
        "#episode": "episode 1",
        "#epoch": "3 / 262",
        "#k-performance": "66.7%",
        "#k-ctr": "33.3%",
        "#k-user-ctr": "66.7%",
        "#k-reward": "+1",
        "#d-agent": "dismiss",
        "#d-user": "opened",
        "#d-verdict": "✗ −1",
        "#opened-count": "1",
        "#dismissed-count": "2",
        "#status": "live",
    }.items():
        expect(page.locator(selector)).to_have_text(text)
    expect(page.locator("#led")).to_have_css("color", "rgb(37, 211, 102)")
    expect(page.locator("#chips li")).to_have_text(
        ["priority high", "updates 2", "noise 46 dB", "headphones in no"]
        + ["app last used 44 min ago"]
    )
    expect(page.locator("#confusion tbody td b")).to_have_text(["1", "0", "1", "1"])
    expect(page.locator("#opened li small")).to_have_text(["#2 · Sat 07:15 · person opened"])
    expect(page.locator("#dismissed li > b")).to_have_text(["✗", "✓"])
    expect(page.locator("#dismissed li bdi")).to_have_text([re.compile("^Gmail"), "Example"])


def test_follows_an_agent_in_another_process(script, open_page):
    agent = script("for line in sys.stdin: feed.publish(int(line))")
    page = open_page(agent.url)
    for epoch in (1, 2, 100):
        print(epoch, file=agent.process.stdin, flush=True)
        expect(page.locator("#epoch")).to_have_text(f"{epoch} / 262")


def test_a_reloaded_and_a_late_page_show_the_present(feed, page, open_page):
    for epoch in range(4, 120):
        feed.publish({"epoch": epoch})
    page.reload()
    for each in (page, open_page(page.url)):
        expect(each.locator("#epoch")).to_have_text("119 / 262")


def test_hostile_text_is_only_text(feed, page):
    hostile = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>\u202e'
    features = {name: hostile for name in ("appPackage", "category", "subject", "tickerText")}
    notification = {**features, "ledARGB": hostile, "vibrate": hostile, hostile: hostile}
    context = {name: hostile for name in ("place", "postedDayOfWeek", "batteryLevel", hostile)}
    feed.publish(
        {
            "env": hostile,
            "agent": hostile,
            "user": hostile,
            "notification": notification,
            "context": context,
            "units": {hostile: hostile},
            "posted": hostile,
            "about": lambda row: About(notification, hostile),
            "episode": 2,
            "rows": memoryview(array("q", [7, 8, 9])),
        }
    )
    for selector in ("#n-app", "#n-text", "#p-place", "#p-date", "#episode", "#d-text"):
        expect(page.locator(selector)).to_contain_text("<img src=x onerror")
    for selector in ("#chips", "#opened", "#dismissed"):
        expect(page.locator(selector)).to_contain_text("<img src=x onerror")
    expect(page.locator("main img, main script")).to_have_count(0)
    expect(page).to_have_title(f"{hostile} · {hostile} · gym-push")
    assert page.evaluate("() => window.broken") is None


def test_any_log_can_be_shown(feed, page):
    feed.publish(
        {
            "notification": {"lightIntensity": 3.14159, "ledARGB": "purple", "vibrate": "often"},
            "context": {"day": 0, "noise": float("nan"), "__proto__": 1, "constructor": 2},
            "units": {"lightIntensity": "lux"},
            "posted": None,
            "user": "17",
            "decisions": memoryview(b""),
            "confusion": (0, 0, 0, 0),
        }
    )
    expect(page.locator("#chips li")).to_have_text(
        ["light intensity 3.14 lux", "LED purple", "vibrate often"]
        + ["day 0", "noise nan", re.compile(r"proto\W*1$"), "constructor 2"]
    )
    expect(page.locator("#n-app")).to_have_text("Notification")
    expect(page.locator("#episode")).to_have_text("user 17 · episode 1")
    expect(page.locator("#k-performance")).to_have_text("–")
    expect(page.locator("#led")).to_be_hidden()


def test_two_feeds_are_two_tabs(page):
    other = open_feed("delivery-v0", lambda epoch: make_frame(epoch=epoch))
    other.publish(7)
    tab = page.get_by_role("tab", name="delivery-v0")
    tab.click()
    expect(page.locator("#epoch")).to_have_text("7 / 262")
    expect(tab).to_have_attribute("aria-selected", "true")
    page.reload()
    expect(page.locator("#epoch")).to_have_text("7 / 262")
    page.get_by_role("tab", selected=True).press("ArrowLeft")
    expect(page.get_by_role("tab", selected=True)).not_to_have_text(re.compile("delivery"))
    other.close()
    expect(page.get_by_role("tab", name=re.compile("delivery-v0.*ended"))).to_be_visible()


def test_a_closed_feed_keeps_its_last_state(feed, page):
    page.get_by_role("tab", selected=True).click()
    feed.publish({"epoch": 262})
    feed.close()
    expect(page.locator("#status")).to_have_text("run ended")
    expect(page.locator("#epoch")).to_have_text("262 / 262")


def test_the_last_frame_arrives_before_the_viewer_goes(script, open_page):
    agent = script("sys.stdin.readline(); feed.publish(262)")
    page = open_page(agent.url)
    expect(page.locator("#epoch")).to_have_text("1 / 262")
    _, errors, code = agent.finish()
    assert (code, errors.splitlines()) == (0, [f"gym-push: watch at {agent.url}"])
    expect(page.locator("#status")).to_have_text("run ended")
    expect(page.locator("#epoch")).to_have_text("262 / 262")
    assert agent.viewer_is_gone()


def test_closing_the_last_page_ends_neither_agent_nor_viewer(script, open_page):
    agent = script("sys.stdin.readline(); feed.publish(2); print('done')")
    page = open_page(agent.url)
    expect(page.locator("#epoch")).to_have_text("1 / 262")
    page.close()
    time.sleep(1.5)  # eel by itself ends its process a second after the last page
    expect(open_page(agent.url).locator("#epoch")).to_have_text("1 / 262")
    output, errors, code = agent.finish()
    assert (output, code) == ("done\n", 0)
    assert errors.splitlines() == [f"gym-push: watch at {agent.url}"]


def test_a_quiet_agent_is_waited_for(page):
    expect(page.locator("#status")).to_have_text("waiting for the next frame", timeout=5000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1000, 1900])
def test_fits_every_screen(open_page, served, scheme, width):
    page = open_page(served, viewport={"width": width, "height": 800}, color_scheme=scheme)
    expect(page.locator("#epoch")).to_have_text("3 / 262")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_the_page_forgets_what_it_was_answered(feed, page):
    for epoch in range(60):
        feed.publish({"epoch": epoch})
        time.sleep(0.01)
    expect(page.locator("#epoch")).to_have_text("59 / 262")
    assert page.evaluate("() => Object.keys(eel._call_return_callbacks).length") <= 2
