"""Pause, single step and speed, by mouse and keyboard, in a real Chromium."""

import time

import pytest
from viewer_support import eventually

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

STEPPING = """
for count in range(2, 10**9):
    feed.publish(count)
    time.sleep(0.001)
"""


def epoch(page):
    return int(page.locator("#epoch").inner_text().split(" / ")[0])


def stopped_at(page):
    """The epoch at which the run stands still."""
    expect(page.locator("#status")).to_have_text("paused")
    seen = []

    def still():
        page.wait_for_timeout(150)
        seen.append(epoch(page))
        return len(seen) > 1 and seen[-1] == seen[-2]

    assert eventually(still)
    return seen[-1]


@pytest.fixture
def running(script, open_page):
    page = open_page(script(STEPPING).url)
    expect(page.locator("#status")).to_have_text("live")
    return page


def test_pause_step_and_go_on(running):
    pause, step = (
        running.get_by_role("button", name="Pause"),
        running.get_by_role("button", name="Step"),
    )
    expect(pause).to_have_attribute("aria-pressed", "false")
    expect(step).to_have_attribute("aria-disabled", "true")
    pause.click()
    at = stopped_at(running)
    expect(pause).to_have_attribute("aria-pressed", "true")
    for steps in (1, 2, 3):
        step.click()
        expect(running.locator("#epoch")).to_have_text(f"{at + steps} / 262")
    pause.click()
    expect(running.locator("#status")).to_have_text("live")
    assert eventually(lambda: epoch(running) > at + 100)


def test_keys(running):
    expect(running.locator("footer")).to_have_text("Space pauses the agent")
    running.keyboard.press("Space")
    at = stopped_at(running)
    running.keyboard.press("ArrowRight")
    expect(running.locator("#epoch")).to_have_text(f"{at + 1} / 262")
    running.keyboard.press("Tab")  # to the chosen tab, then to the controls
    for name in ("pause", "step", "speed"):
        running.keyboard.press("Tab")
        focused = running.locator(":focus")
        expect(focused).to_have_attribute("id", name)
        assert focused.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    running.keyboard.press("Shift+Tab")
    running.keyboard.press("Enter")
    expect(running.locator("#epoch")).to_have_text(f"{at + 2} / 262")
    running.keyboard.press("Shift+Tab")
    running.keyboard.press("Space")
    expect(running.locator("#status")).to_have_text("live")


def test_after_a_click_the_keys_do_what_the_foot_of_the_page_says(running):
    foot, at = running.locator("footer"), running.locator("#epoch")
    running.locator("#pause").click()
    stopped_at(running)
    for control, offer in {
        "#step": "→ takes a single step",
        "#speed": "← → change the speed",
        "[role=tab]": "← → move along the tabs",
        "#curve": "← → move along the curves",
        "#opened": "→ takes a single step",
        ".phone": "→ takes a single step",
    }.items():
        running.locator(control).click(position={"x": 20, "y": 10})
        expect(foot).to_have_text(f"Space lets the agent go on · {offer}")
        before, slowness = stopped_at(running), running.locator("#delay").inner_text()
        place = running.locator("#curve").get_attribute("aria-valuenow")
        running.keyboard.press("ArrowRight")
        if "step" in offer:
            expect(at).to_have_text(f"{before + 1} / 262")
        elif "speed" in offer:
            expect(running.locator("#delay")).not_to_have_text(slowness)
        elif "curves" in offer:
            expect(running.locator("#curve")).not_to_have_attribute("aria-valuenow", place)
        running.keyboard.press("Space")
        expect(running.locator("#status")).to_have_text("live")
        expect(foot).to_contain_text("Space pauses the agent")
        running.keyboard.press("Space")
        expect(running.locator("#status")).to_have_text("paused")


def test_slowing_down(running):
    speed = running.get_by_role("slider", name="Speed")
    speed.focus()
    for _ in range(3):
        speed.press("ArrowLeft")
    expect(running.locator("#delay")).to_have_text("0.2 s a step")
    expect(speed).to_have_attribute("aria-valuetext", "0.2 s a step")
    running.wait_for_timeout(500)
    before, start = epoch(running), time.monotonic()
    assert eventually(lambda: epoch(running) >= before + 12)
    assert time.monotonic() - start > 1.2  # of 2.4, for a busy page may count from an older one
    running.reload()
    expect(running.locator("#delay")).to_have_text("0.2 s a step")
    expect(speed).to_have_value("3")


def test_hasty_hands(running):
    """More wishes at once than the viewer answers a page at once: each of them counts."""
    running.evaluate(
        """() => {
            const slider = document.getElementById('speed');
            for (let turn = 0; turn < 60; turn++) {
                slider.value = turn % 7;
                slider.dispatchEvent(new Event('input'));
            }
            document.getElementById('pause').click();
        }"""
    )
    at = stopped_at(running)
    expect(running.locator("#delay")).to_have_text("0.2 s a step")
    running.evaluate(
        "() => { for (let i = 0; i < 20; i++) document.getElementById('step').click() }"
    )
    expect(running.locator("#epoch")).to_have_text(f"{at + 20} / 262")


def test_a_pause_survives_reload_and_is_the_same_on_every_page(running, open_page):
    running.locator("#pause").click()
    at = stopped_at(running)
    running.reload()
    assert stopped_at(running) == at
    running.wait_for_timeout(2500)  # longer than a viewer without pages waits
    expect(running.locator("#epoch")).to_have_text(f"{at} / 262")
    second = open_page(running.url)
    expect(second.locator("#pause")).to_have_attribute("aria-pressed", "true")
    second.locator("#pause").click()
    for page in (running, second):
        expect(page.locator("#pause")).to_have_attribute("aria-pressed", "false")
        expect(page.locator("#status")).to_have_text("live")
    running.locator("#pause").click()
    assert stopped_at(running) == stopped_at(second)
    running.close()
    second.wait_for_timeout(2500)
    assert stopped_at(second) > at


def test_an_ended_run_cannot_be_controlled(feed, page):
    expect(page.locator("#controls")).to_be_visible()
    feed.close()
    expect(page.locator("#status")).to_have_text("run ended")
    expect(page.locator("#controls")).to_be_hidden()
