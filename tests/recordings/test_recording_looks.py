"""Recordings and comparisons for everybody: axe, every width, light and dark, no motion."""

import pytest
from recordings_support import by_contact, open_all, record_run

import gym_push

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recorded")
    for name, policy in (("opener", open_all), ("contact", by_contact)):
        record_run(folder / f"{name}.html", policy, episodes=2)
    gym_push.compare_page(
        [folder / "opener.html", folder / "contact.html"], folder / "comparison.html"
    )
    return folder


def at_150(page):
    page.locator("#scrub").evaluate(
        "node => { node.value = 150; node.dispatchEvent(new Event('input')); }"
    )
    expect(page.locator("#where")).to_contain_text("decision 15")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1360])
@pytest.mark.parametrize("name", ["contact", "comparison"])
def test_axe_finds_nothing_serious(files, open_file, violations, name, width, scheme):
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = at_150(open_file(files / f"{name}.html", **options))
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1140, 1360, 2560])
@pytest.mark.parametrize("name", ["contact", "comparison"])
def test_no_screen_is_too_narrow_or_too_wide(files, open_file, name, width):
    page = at_150(open_file(files / f"{name}.html", viewport={"width": width, "height": 900}))
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    outside = page.evaluate(
        """() => [...document.querySelectorAll('.card, .card *, #timeline *')].filter(node => {
            const card = node.closest('.card, #timeline').getBoundingClientRect();
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
