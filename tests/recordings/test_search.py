"""The search over the timeline: what it finds, how fast, and with which keys."""

import gymnasium
import pandas as pd
import pytest
from recordings_support import HOSTILE, basic, by_contact, open_all, play, record_run, scrub
from widths_support import readme_log

import gym_push

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("recorded") / "run.html"
    record_run(path, episodes=2, last=100)
    return path


@pytest.fixture
def page(run, open_file):
    return open_file(run, viewport={"width": 1360, "height": 980})


def look_for(page, words):
    expect(page.locator("#status")).to_have_text("paused")  # all is read
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type(words)
    expect(page.locator("#search")).to_have_value(words)


def found(page):
    """The numbers of the decisions in the rows."""
    lines = page.locator("#hits small").all_inner_texts()
    return [int(line.split(" ")[0].removeprefix("#")) for line in lines]


def decisions():
    """Each notification, and what the agent and the person did."""
    env = basic()
    observation, _ = env.reset(seed=1)
    for _ in range(324):
        action = by_contact(observation)
        seen = observation
        observation, _, _, _, info = env.step(action)
        yield seen, action, info["user_action"]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("whatsapp", lambda seen, *_: seen["appPackage"] == "com.whatsapp"),
        ("LUCIA", lambda seen, *_: "lucía" in seen["tickerText"].lower()),
        ('"person opened · wrong"', lambda _, *did: did == (0, 1)),
        (
            'gmail "agent opened" "person dismissed"',
            lambda seen, *did: seen["appPackage"] == "com.google.android.gm" and did == (1, 0),
        ),
        ("nothing says this", lambda *_: False),
    ],
)
def test_app_text_and_outcome_are_found(page, words, wanted):
    places = [number for number, told in enumerate(decisions(), 1) if wanted(*told)]
    places += [number for number in places if number <= 100]  # of the second episode
    look_for(page, words)
    expect(page.locator("#found")).to_have_text(f"{len(places) or 'none'} of 424 decisions")
    assert found(page) == places[:100]
    expect(page.locator("#legend")).to_have_text(f"marked: {len(places)} found")
    more = f"1 to 100 of {len(places)}" if len(places) > 100 else ""
    expect(page.locator("#hits-more")).to_have_text(more)


def test_the_keyboard_goes_from_hit_to_hit_and_leaves(page):
    where = page.locator("#where")

    def at(place):
        expect(where).to_have_text(f"decision {place} of 324 · episode 1")
        expect(page.locator("#hits [aria-current=true]")).to_contain_text(f"#{place} ·")

    look_for(page, "whatsapp")
    one, two, *_ = found(page)
    page.keyboard.press("Enter")  # round the end, where the page opens
    at(one)
    page.keyboard.press("Enter")
    at(two)
    page.keyboard.press("Shift+Enter")
    at(one)
    page.keyboard.press("ArrowDown")
    at(two)
    page.keyboard.press("ArrowUp")
    at(one)
    page.keyboard.press("Escape")
    expect(page.locator("#search")).not_to_be_focused()
    expect(page.locator("#results")).to_be_hidden()
    page.keyboard.press("ArrowRight")  # the page's own keys again
    expect(where).to_have_text(f"decision {one + 1} of 324 · episode 1")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("#results")).to_be_visible()
    page.keyboard.type("of")  # instead of what was there
    expect(page.locator("#search")).to_have_value("of")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    expect(page.locator("#results")).to_be_hidden()
    expect(page.locator("#legend")).to_have_text("marked: wrong decisions")


def test_rows_lead_to_their_decisions(page):
    where = page.locator("#where")
    look_for(page, "whatsapp")
    row = page.locator("#hits button").nth(1)
    number = found(page)[1]
    row.click()
    expect(where).to_have_text(f"decision {number} of 324 · episode 1")
    expect(row).to_have_attribute("aria-current", "true")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(where).to_have_text(f"decision {found(page)[0]} of 324 · episode 1")
    page.keyboard.press("Escape")
    scrub(page, 300)
    expect(where).to_have_text("decision 300 of 324 · episode 1")
    entry = page.locator("#dismissed li").nth(4)
    number = entry.get_attribute("data-epoch")
    entry.click()
    expect(where).to_have_text(f"decision {number} of 324 · episode 1")
    expect(page.locator("#dismissed li").first).to_have_attribute("data-epoch", number)


def test_ten_thousand_decisions_are_searched_at_once(tmp_path, open_file):
    rows = 10_000
    texts = [
        f"message {row} of a day on which much is said and little meant" for row in range(rows)
    ]
    table = pd.DataFrame({"text": texts, "opened": [row % 3 // 2 for row in range(rows)]})
    schema = gym_push.Schema(notification=["text"], context=[], action="opened")
    path = tmp_path / "run.html"
    with gym_push.record(basic(data=gym_push.read_log(table, schema)), path) as env:
        play(env, open_all)
    page = open_file(path)
    expect(page.locator("#where")).to_have_text("decision 10000 of 10000 · episode 1")
    took = page.evaluate(
        """() => ['message', 'message 77', 'wrong'].map(words => {
            const box = document.getElementById('search'), began = performance.now();
            box.value = words;
            box.dispatchEvent(new Event('input'));
            return performance.now() - began;
        })"""
    )
    assert max(took) < 500, "ms; about 40 the first time, and then 5"
    expect(page.locator("#found")).to_have_text("6,667 of 10,000 decisions")
    expect(page.locator("#hits li")).to_have_count(100)
    expect(page.locator("#hits-more")).to_have_text("1 to 100 of 6667")


def test_deliveries_are_found_by_what_became_of_them(tmp_path, open_file):
    path = tmp_path / "run.html"
    env = gymnasium.make("gym_push:delivery-v0", days=2)
    with gym_push.record(env, path) as recorder:
        recorder.reset(seed=1)
        steps = 0
        while not recorder.step(min(steps % 4, 2))[2]:
            steps += 1
        last = env.unwrapped.frame_builder()(env.unwrapped.snapshot())
    page = open_file(path)
    for words, count in {
        "delivered ignored": last.ignored,
        "delivered opened": last.opened,
        "suppressed": last.suppressed,
    }.items():
        look_for(page, words)
        expect(page.locator("#found")).to_have_text(f"{count} of {last.epoch} decisions")


def test_a_log_of_ones_own_shows_its_app_and_text_under_the_agents_name(tmp_path, open_file):
    record_run(tmp_path / "run.html", open_all, data=readme_log(), agent_name="my agent")
    page = open_file(tmp_path / "run.html")
    expect(page.locator("#agent")).to_have_text("my agent")
    expect(page.locator("#n-app")).to_have_text("News")
    expect(page.locator("#n-text")).to_have_text("Rain tonight")
    expect(page.locator("#opened bdi").first).to_have_text("News · Rain tonight")
    look_for(page, "chat lunch")
    expect(page.locator("#hits bdi")).to_have_text(["Chat · Lunch?"] * 6)


def test_hostile_texts_and_words_are_only_texts(tmp_path, open_file):
    table = pd.DataFrame({"app": [HOSTILE], "text": [HOSTILE], "opened": [1]})
    schema = gym_push.Schema(notification=["app", "text"], context=[], action="opened")
    path = tmp_path / "run.html"
    with gym_push.record(basic(data=gym_push.read_log(table, schema)), path) as env:
        play(env, open_all)
    page = open_file(path)
    expect(page.locator("#status")).to_have_text("paused")
    page.locator("#search").fill("</script><!--<script>")
    expect(page.locator("#hits bdi")).to_contain_text("</script><!--<script>")
    page.locator("#search").fill("[(*\\ ${x} <img src=x>")
    expect(page.locator("#found")).to_have_text("none of 1 decision")
    expect(page.locator("main script, #timeline script, #timeline img")).to_have_count(0)


def test_a_long_text_is_whole_in_the_last_decision(tmp_path, open_file):
    text = " ".join(f"word{number}" for number in range(100))
    table = pd.DataFrame({"text": [text, "short"], "opened": [1, 0]})
    schema = gym_push.Schema(notification=["text"], context=[], action="opened")
    path = tmp_path / "run.html"
    with gym_push.record(basic(data=gym_push.read_log(table, schema)), path) as env:
        play(env, open_all)
    page = open_file(path)
    scrub(page, 1)
    expect(page.locator("#d-text")).to_contain_text("word98 word99")
    look_for(page, "word99")
    expect(page.locator("#hits bdi")).to_contain_text("word98 word99")
