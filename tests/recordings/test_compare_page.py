"""Two agents side by side on a page: the result, each decision, and the way between differences."""

import re

import pandas as pd
import pytest
from recordings_support import HOSTILE, basic, by_contact, play, record_run, scrub

import gym_push

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def comparison(runs, tmp_path_factory):
    path = tmp_path_factory.mktemp("compared") / "compare.html"
    gym_push.compare_page(runs[0], path, names=("opener", "contact"))
    return path


@pytest.fixture
def page(comparison, open_file):
    page = open_file(comparison, viewport={"width": 1360, "height": 980})
    expect(page.locator("#where")).to_have_text("decision 324 of 324 · episode 2")
    return page


def differences():
    """The places, from 1, at which the two decide differently."""
    env = basic()
    observation, _ = env.reset(seed=1)
    for place in range(1, 325):
        if by_contact(observation) == 0:
            yield place
        observation = env.step(1)[0]


def test_it_shows_both_agents_numbers(runs, page):
    _, scores = runs
    for place in (1, 162, 324):
        scrub(page, place - 1)
        expect(page.locator("#where")).to_have_text(f"decision {place} of 324 · episode 2")
        one, other = (each[place] for each in scores)
        for name in ("performance", "ctr"):
            expect(page.locator(f"#n-{name} td")).to_have_text(
                [f"{getattr(one, name):.1%}", f"{getattr(other, name):.1%}", re.compile("point")]
            )
        signed = [f"{n:+d}".replace("-", "−") if n else "0" for n in (
            one.reward, other.reward, other.reward - one.reward
        )]  # fmt: skip
        expect(page.locator("#n-reward td")).to_have_text(signed)
        expect(page.locator("#n-person")).to_have_text(f"the person {one.user_ctr:.1%}")
        expect(page.locator("#d-0")).to_have_text("open")
        for chart in ("performance", "ctr", "reward"):
            drawn = page.locator(f"#c-{chart} .curve.two").get_attribute("d")
            assert len(re.findall("[ML]", drawn)) == place
    expect(page).to_have_title("opener against contact · gym-push")


def test_the_result_comes_first(runs, page):
    _, ((*_, opener), (*_, contact)) = runs
    assert opener.performance > contact.performance
    said = f"opener did as the person did in {opener.performance:.1%} of 324 decisions, contact in"
    expect(page.locator("#result")).to_have_text(f"{said} {contact.performance:.1%}.")
    expect(page.locator("#n-performance td").first).to_have_text(f"{opener.performance:.1%}")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#result")).to_be_in_viewport(ratio=1)


def test_it_leads_from_difference_to_difference(page):
    places = list(differences())
    expect(page.locator("#d-count")).to_have_text(str(len(places)))

    def at(place):
        expect(page.locator("#where")).to_have_text(f"decision {place} of 324 · episode 2")
        expect(page.locator("#agreement")).to_have_text("they differ")
        expect(page.locator("[aria-current=true]")).to_contain_text(f"#{place} ·")

    page.keyboard.press("n")  # round the end, where the page opens
    at(places[0])
    page.locator("#next").click()
    at(places[1])
    page.keyboard.press("N")
    at(places[2])
    page.keyboard.press("p")
    at(places[1])
    page.locator("#differences button").nth(60).click()
    at(places[60])
    page.keyboard.press("End")
    page.keyboard.press("P")
    at([place for place in places if place < 324][-1])
    expect(page.locator("#differences-more")).to_have_text(
        re.compile(rf"01 to \d+ of {len(places)}")
    )


def test_the_agents_have_colours_that_mean_nothing_else(page):
    colours = page.evaluate(
        """() => ['.pair .one', '.pair .two', '.versus [data-action="1"]', '#d-count', '.right']
            .map(each => getComputedStyle(document.querySelector(each)).color)"""
    )
    assert len(set(colours)) == len(colours)


CUT = """() => [...document.querySelectorAll('main *, header *')].filter(node => {
    const {display, overflow} = getComputedStyle(node);
    const {scrollWidth, clientWidth, scrollHeight, clientHeight} = node;
    return !node.children.length && !['inline', 'none'].includes(display) && overflow !== 'visible'
        && (scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1);
}).map(node => node.textContent)"""


def test_whatever_is_cut_can_be_read(tmp_path, open_file):
    text = " ".join(f"word{n}" for n in range(100))
    table = pd.DataFrame({"text": [text, "short"], "opened": [1, 0]})
    schema = gym_push.Schema(notification=["text"], context=[], action="opened")
    for action, name in enumerate("ab"):
        with gym_push.record(
            basic(data=gym_push.read_log(table, schema)), tmp_path / f"{name}.html"
        ) as env:
            play(env, lambda observation, action=action: action)
    files = [tmp_path / f"{name}.html" for name in "ab"]
    names = [f"an agent of a name that does not end {name * 40}" for name in "xy"]
    gym_push.compare_page(files, tmp_path / "c.html", names=names)
    page = open_file(tmp_path / "c.html", viewport={"width": 1360, "height": 980})
    for width in (320, 1360):
        page.set_viewport_size({"width": width, "height": 980})
        row = page.locator("#differences button").first
        row.click()
        expect(row).to_have_attribute("aria-current", "true")
        expect(row).to_contain_text(text)
        assert page.evaluate(CUT) in ([], [text])  # the phone has room for so much
        assert row.locator("bdi").evaluate("node => node.scrollHeight <= node.clientHeight + 1")


def test_agents_that_decide_alike_are_said_to(tmp_path, open_file):
    for name in "ab":
        record_run(tmp_path / f"{name}.html", last=30)
    gym_push.compare_page([tmp_path / "a.html", tmp_path / "b.html"], tmp_path / "c.html")
    page = open_file(tmp_path / "c.html")
    expect(page.locator("#d-words")).to_have_text("They agree in all 30 decisions.")
    expect(page.locator("#next")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("n")
    expect(page.locator("#where")).to_have_text("decision 30 of 324 · episode 1")


def test_hostile_texts_are_only_texts(tmp_path, open_file):
    table = pd.DataFrame(
        {"appPackage": [HOSTILE] * 2, "tickerText": [HOSTILE] * 2, "opened": [1, 0]}
    )
    schema = gym_push.Schema(notification=["appPackage", "tickerText"], context=[], action="opened")
    log = gym_push.read_log(table, schema)
    for action, name in enumerate("ab"):
        with gym_push.record(basic(data=log), tmp_path / f"{name}.html") as env:
            play(env, lambda observation, action=action: action)
    path = tmp_path / "c.html"
    gym_push.compare_page([tmp_path / f"{n}.html" for n in "ab"], path, names=(HOSTILE, HOSTILE))
    assert path.read_text(encoding="utf-8").count("</script>") == 2
    page = open_file(path)
    for selector in ("#n-app", "#n-text", "#differences li bdi >> nth=0", ".pair", "#d-words"):
        expect(page.locator(selector)).to_contain_text("</script><!--<script>")
    expect(page.locator("main script")).to_have_count(0)
