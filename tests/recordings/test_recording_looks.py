"""Recordings and comparisons for everybody: axe, every width, light and dark, no motion."""

import pytest
from recordings_support import scrub

import gym_push

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1360])
@pytest.mark.parametrize("name", ["contact", "comparison"])
def test_axe_finds_nothing_serious(files, open_file, violations, name, width, scheme):
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = at_150(open_file(files / f"{name}.html", **options))
    assert violations(page) == []


@pytest.mark.parametrize("name", ["contact", "comparison"])
def test_no_screen_is_too_narrow_or_too_wide(files, open_file, name):
    page = at_150(open_file(files / f"{name}.html"))
    for width in (320, 390, 560, 768, 1140, 1360, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        scrub(page, width)  # draws the curves anew
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        outside = page.evaluate(
            """() => [...document.querySelectorAll('.card, .card *, #timeline *')].filter(node => {
                const card = node.closest('.card, #results, #timeline').getBoundingClientRect();
                const own = node.getBoundingClientRect();
                return own.width && (own.right > card.right + 1 || own.left < card.left - 1);
            }).map(node => node.outerHTML.slice(0, 80))"""
        )
        assert outside == []


@pytest.mark.parametrize("name", ["contact", "comparison"])
def test_nothing_moves_by_itself(files, open_file, name):
    page = open_file(files / f"{name}.html", reduced_motion="reduce")
    assert page.evaluate("() => document.getAnimations().length") == 0
    where = page.locator("#where").inner_text()
    page.wait_for_timeout(500)
    assert page.locator("#where").inner_text() == where
