"""A recorded run, opened from the disk in a real Chromium without a network."""

import json
import re

import pandas as pd
import pytest
from charts_support import values_drawn
from recordings_support import HOSTILE, basic, by_contact, play, read, record_run, scrub

import gym_push

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A file of two episodes, the second ended after 100 decisions, and their scores."""
    path = tmp_path_factory.mktemp("recorded") / "run.html"
    return path, record_run(path, episodes=2, last=100)


@pytest.fixture
def page(run, open_file):
    page = open_file(run[0], viewport={"width": 1360, "height": 980})
    expect(page.locator("#where")).to_have_text("decision 100 of 324 · episode 2")  # the result
    return page


def numbers(score):
    def share(value):
        return "–" if value is None else f"{value:.1%}"

    return {
        "#k-performance": share(score.performance),
        "#k-ctr": share(score.ctr),
        "#k-user-ctr": share(score.user_ctr),
        "#k-reward": f"{score.reward:+d}".replace("-", "−") if score.reward else "0",
        "#opened-count": str(score.both_opened + score.only_agent_opened),
        "#dismissed-count": str(score.only_user_opened + score.both_dismissed),
    }


def test_the_numbers_are_those_of_the_run(run, page):
    _, (first, second) = run
    places = [(1, first[1], 1), (162, first[162], 1), (324, first[324], 1), (425, second[100], 2)]
    for place, score, episode in places:
        scrub(page, place)
        expect(page.locator("#where")).to_have_text(
            f"decision {score.decisions} of 324 · episode {episode}"
        )
        expect(page.locator("#epoch")).to_have_text(f"{score.decisions} / 324")
        for selector, text in numbers(score).items():
            expect(page.locator(selector)).to_have_text(text)
        expect(page.locator("#confusion tbody td b")).to_have_text(
            [str(count) for count in score.confusion]
        )
    expect(page.locator("#episodes-card")).to_be_visible()


def test_it_shows_the_notification_and_the_decision_of_the_moment(page):
    env = basic()
    observation, _ = env.reset(seed=1)
    for place in range(4):
        scrub(page, place)
        expect(page.locator("#n-text")).to_have_text(observation["tickerText"])
        observation, reward, _, _, info = env.step(by_contact(observation))
        scrub(page, place + 1)
        expect(page.locator("#d-user")).to_have_text(
            "opened" if info["user_action"] else "dismissed"
        )
        expect(page.locator("#d-verdict")).to_have_text("✓ +1" if reward > 0 else "✗ −1")


def test_the_curves_are_exact(run, page):
    _, (first, _) = run
    scrub(page, 300)
    expect(page.locator("#epoch")).to_have_text("300 / 324")
    performances = [score.performance for score in first[1:301]]
    assert values_drawn(page, "curve", "performance") == pytest.approx(performances, abs=0.001)


def looks(page, places):
    """What is seen on the page, place by place: all of its elements that are not hidden."""
    found = {}
    for place in places:
        scrub(page, place)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        found[place] = page.evaluate(
            """() => {
                const main = document.querySelector('main').cloneNode(true);
                for (const node of main.querySelectorAll('[hidden]')) node.remove();
                return main.outerHTML;
            }"""
        )
    return found


def test_backwards_is_as_forwards(page):
    places = [0, 1, 2, 50, 51, 180, 324, 325, 326, 400, 425]
    assert looks(page, places) == looks(page, [*reversed(places)])
    jumps = [425, 0, 324, 180, 326, 2, 400, 51, 1, 325, 50]
    assert looks(page, jumps) == looks(page, places)


def test_it_plays_to_the_end_and_from_the_beginning(page):
    status, where = page.locator("#status"), page.locator("#where")
    for _ in range(2):
        page.locator("#pace").select_option("10")
        page.locator("#play").click()
        expect(status).to_have_text("playing")
        expect(where).to_have_text(re.compile(r"decision [1-9]\d* of 324 · episode 1"))
        page.locator("#pace").select_option("1000")
        expect(where).to_have_text("decision 100 of 324 · episode 2")
        expect(status).to_have_text("paused")
        expect(page.locator("#play")).to_have_text("Play")


def test_the_keyboard_reaches_everything(page):
    where = page.locator("#where")

    def press(key, place):
        page.keyboard.press(key)
        expect(where).to_have_text(f"decision {place} of 324 · episode 1")

    press("Home", 0)
    press("ArrowRight", 1)
    press("ArrowRight", 2)
    press("ArrowLeft", 1)
    page.keyboard.press("End")
    expect(where).to_have_text("decision 100 of 324 · episode 2")
    press("Home", 0)
    page.keyboard.press("Space")
    expect(page.locator("#status")).to_have_text("playing")
    page.keyboard.press("Space")
    expect(page.locator("#status")).to_have_text("paused")
    page.keyboard.press("Home")
    page.locator("#scrub").focus()
    press("ArrowRight", 1)
    expect(page.locator("#scrub")).to_have_attribute(
        "aria-valuetext", "decision 1 of 324 · episode 1"
    )
    page.keyboard.press("Space")
    expect(page.locator("#status")).to_have_text("playing")
    press("Home", 0)  # where no row of what is opened is to be passed
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("() => document.activeElement.id"))
    assert {"play", "back", "on", "scrub", "pace"} <= reached


def test_the_keys_work_after_a_click_on_any_control(page):
    scrub(page, 200)
    status, place = page.locator("#status"), page.locator("#scrub")
    page.locator("#pace").select_option("1")
    for control in ("#play", "#back", "#on", "#scrub", "#opened li", "#search"):
        page.locator(control).first.click()
        if control == "#search":
            page.keyboard.press("Escape")
        elif control == "#play":
            page.locator(control).click()
        expect(status).to_have_text("paused")
        at = int(place.input_value())
        for key, moved in (("ArrowLeft", at - 1), ("ArrowRight", at)):
            page.keyboard.press(key)
            expect(place).to_have_value(str(moved))
        for state in ("playing", "paused"):
            page.keyboard.press("Space")
            expect(status).to_have_text(state)


def test_hostile_texts_are_only_texts(tmp_path, open_file):
    texts = {name: [HOSTILE, HOSTILE + "2"] for name in (
        "appPackage", "category", "subject", "tickerText", "ledARGB", "vibrate", HOSTILE, "place",
        "postedDayOfWeek", "user", "__proto__",
    )}  # fmt: skip
    table = pd.DataFrame({**texts, "opened": [1, 1]}, dtype=object)
    context = ["place", "postedDayOfWeek", "__proto__"]
    schema = gym_push.Schema(
        notification=[name for name in texts if name not in (*context, "user")],
        context=context,
        action="opened",
        user="user",
    )
    path = tmp_path / "run.html"
    with gym_push.record(
        basic(data=gym_push.read_log(table, schema), agent_name=HOSTILE), path
    ) as env:
        env.reset(options={"user": HOSTILE})
        env.step(1)
    page = open_file(path)
    scrub(page, 1)
    for selector in ("#n-app", "#n-text", "#p-place", "#p-date", "#episode", "#d-text", "#chips"):
        expect(page.locator(selector)).to_contain_text("</script><!--<script>")
    expect(page.locator("#opened li")).to_have_count(1)
    expect(page.locator("main script, main img")).to_have_count(0)
    expect(page.locator("script")).to_have_count(2)
    expect(page).to_have_title(re.compile(r"^</script>[\s\S]+ · basic-v0 · gym-push$"))
    assert page.evaluate("() => window.broken") is None


def test_the_policy_holds(run, browser):
    """Script and style of anybody else do not run, and nothing is fetched."""
    page = browser.new_page()
    page.goto(run[0].as_uri())
    page.evaluate(
        """() => {
            window.told = [];
            document.addEventListener('securitypolicyviolation',
                event => window.told.push(event.effectiveDirective));
            const script = document.createElement('script');
            script.textContent = 'window.broken = 1';
            const style = document.createElement('style');
            style.textContent = 'body { display: none }';
            document.head.append(script, style);
        }"""
    )
    for attempt in ("fetch('https://example.org/')", "new WebSocket('wss://example.org/')"):
        page.evaluate(f"async () => {{ try {{ await {attempt} }} catch {{}} }}")
    told = set(page.evaluate("() => new Promise(done => setTimeout(() => done(window.told), 200))"))
    assert {"script-src-elem", "style-src-elem", "connect-src"} <= told
    expect(page).to_have_title("agent · basic-v0 · gym-push")
    assert page.evaluate("() => window.broken") is None
    expect(page.locator("main")).to_be_visible()
    page.close()


def test_ten_thousand_steps_can_be_searched(tmp_path, open_file):
    path = tmp_path / "run.html"
    rows = 10_000
    table = pd.DataFrame(
        {
            "text": [f"message {row}" for row in range(rows)],
            "opened": [row % 3 // 2 for row in range(rows)],
        }
    )
    schema = gym_push.Schema(notification=["text"], context=[], action="opened")
    with gym_push.record(basic(data=gym_push.read_log(table, schema)), path) as env:
        scores = play(env, lambda observation: 1)
    page = open_file(path)
    for place in (1, 5000, 10_000):
        scrub(page, place)
        expect(page.locator("#where")).to_have_text(f"decision {place} of 10000 · episode 1")
        expect(page.locator("#k-performance")).to_have_text(f"{scores[place].performance:.1%}")
        expect(page.locator("#opened-count")).to_have_text(f"{place:,}")
    expect(page.locator("#opened li")).to_have_count(min(place, 40))
    assert 500 <= len(values_drawn(page, "curve", "performance")) <= 1001


def test_the_frames_in_the_file_are_those_of_the_environment(run, page):
    """All fields of every frame, as `tape.js` makes them, against Python's own."""

    from gym_push.recordings.document import WEB, data_of

    source = (WEB / "js" / "tape.js").read_text(encoding="utf-8").replace("export ", "")
    made = json.loads(
        page.evaluate(
            "async () => {"
            + source
            + """
            const run = frames(await inflated(document.getElementById('data').textContent));
            const then = ({all, count}) => all.slice(0, count);
            return JSON.stringify(run.map(({decision, ...frame}) => ({...frame,
                decisions: then(frame.decisions), outcomes: then(frame.outcomes),
                points: then(frame.points)})));
            }"""
        )
    )
    assert len(made) == 325 + 101
    assert made == read(data_of(run[0].read_bytes()))
