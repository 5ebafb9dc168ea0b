"""Recordings and comparisons for everybody: axe, light, dark and forced colours, no motion."""

import pytest
from recordings_support import scrub

import gym_push

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def files(runs):
    (opener, contact), _ = runs
    gym_push.compare_page([opener, contact], contact.with_name("comparison.html"))
    return contact.parent


def at_150(page):
    """Shows a place in the middle, and what somebody looks for."""
    scrub(page, 150)
    expect(page.locator("#where")).to_contain_text("decision 15")
    page.keyboard.press("/")
    page.keyboard.type("whatsapp")
    expect(page.locator("#results")).to_be_visible()
    return page


@pytest.mark.parametrize(
    ("width", "look"),
    [
        (390, {"color_scheme": "dark"}),
        (1360, {"color_scheme": "light"}),
        (1360, {"forced_colors": "active"}),
    ],
    ids=["dark", "light", "forced"],
)
@pytest.mark.parametrize("name", ["contact", "comparison"])
def test_axe_finds_nothing_serious(files, open_file, violations, name, width, look):
    page = at_150(
        open_file(files / f"{name}.html", viewport={"width": width, "height": 900}, **look)
    )
    assert violations(page) == []


@pytest.mark.parametrize("name", ["contact", "comparison"])
def test_what_is_found_fits_any_screen(files, open_file, name):
    page = at_150(open_file(files / f"{name}.html"))
    for width in (320, 560, 920, 1140, 1360, 1920):
        page.set_viewport_size({"width": width, "height": 700})
        expect(page.locator("#results")).to_be_in_viewport(ratio=1)
        expect(page.locator("#timeline")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("name", ["contact", "comparison"])
def test_nothing_moves_by_itself(files, open_file, name):
    page = open_file(files / f"{name}.html", reduced_motion="reduce")
    expect(page.locator("#status")).to_have_text("paused")
    assert page.evaluate("() => document.getAnimations().length") == 0
