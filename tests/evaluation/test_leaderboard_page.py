"""The leaderboard's page, opened from the disk in a real Chromium without a network."""

import re

import pytest
from leaderboard_support import HOSTILE, finished, run_of

from gym_push.evaluation.leaderboard import Leaderboard
from gym_push.evaluation.leaderboard.charts import COLOURS, Axis
from gym_push.evaluation.leaderboard.page import page
from gym_push.evaluation.metrics import summary
from gym_push.evaluation.results import Evaluation, PersonResult

AGENTS = ("random", "majority", "always-open", HOSTILE)
browser_test = pytest.mark.browser


def delivery(agent, score):
    parts = {"engagement": 0.2 + score / 5, "interruption": score / 5 - 0.4, "missed": -0.01}
    values = {"reward": sum(parts.values()), "ctr": 0.3, "floor": 0.0, "top": 0.5} | parts
    people = tuple(PersonResult(f"p{n}", values, (score,) * 10, 1.0) for n in range(4))
    return Evaluation(run_of(agent, "delivery-50/v1"), (people,), summary([people]), 1.0)


@pytest.fixture(scope="module")
def finished_ones(tmp_path_factory):
    """Of two suites, one with more agents than there are colours, and hostile names."""
    with Leaderboard(tmp_path_factory.mktemp("board") / "leaderboard.sqlite") as board:
        for n, agent in enumerate(AGENTS):
            board.finish(finished(run_of(agent, note=HOSTILE), reward=n / 5 - 0.3))
        for n in range(8):
            board.finish(finished(run_of("linucb", alpha=n / 10), reward=0.4 + n / 1000))
        for n, agent in enumerate(("deliver-all", "suppress-all", "dqn")):
            board.finish(delivery(agent, n / 4))
        return board.entries()


@pytest.fixture(scope="module")
def file(finished_ones, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "leaderboard.html"
    path.write_text(page(HOSTILE, finished_ones), encoding="utf-8")
    return path


@pytest.fixture
def look(file, open_file):
    def look(width=1360, scheme="light"):
        viewport = {"width": width, "height": 900}
        opened = open_file(file, viewport=viewport, color_scheme=scheme)
        for details in opened.locator("summary").all():
            details.click()
        return opened

    return look


def test_the_same_board_is_the_same_page(finished_ones, file):
    assert page(HOSTILE, finished_ones) == file.read_text(encoding="utf-8")


def test_it_forbids_itself_everything_but_its_style(file):
    text = file.read_text(encoding="utf-8")
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'",
        policy,
    )
    assert "<script" not in text and " style=" not in text
    assert not re.search(r"(href|src)=|url\(|xlink|@import", text)
    assert not re.search(r"[^\n\x20-\x7e–…−±]", text), "nothing that could turn or hide text"


def test_an_empty_board_says_how_to_fill_it():
    empty = page("leaderboard.sqlite", [])
    assert "Nothing is finished yet" in empty and "gym-push evaluate" in empty


@pytest.mark.parametrize("reward", [0.25, -1.0, 0.0])
def test_one_person_one_agent_and_no_decision_make_a_page(tmp_path, reward):
    nobody = PersonResult("user-0", {"reward": reward}, (None,) * 10, 1.0)
    bare = Evaluation(run_of("bare"), ((nobody,),), summary([[nobody]]), 1.0)
    with Leaderboard(tmp_path / "board.sqlite") as board:
        board.finish(bare)
        board.finish(finished(run_of(), people=1, reward=reward))
        made = board.entries()
    assert page("x", made).count("<svg") == 3
    [alone] = (entry for entry in made if entry.agent == "bare")
    assert page("x", [alone]).count("<svg") == 1
    assert not re.search(r"\b(nan|inf)\b", page("x", made))
    assert "One person." in page("x", made) and "95 % interval" not in page("x", made)
    assert "between" not in page("x", made) and 'class="whisker"' not in page("x", made)


@pytest.mark.parametrize(
    ("low", "high", "percent", "ticks"),
    [
        (0.0, 1.0, True, ["0%", "20%", "40%", "60%", "80%", "100%"]),
        (-0.31, 0.42, False, ["−0.2", "0.0", "0.2", "0.4"]),
        (0.501, 0.5034, False, ["0.5010", "0.5015", "0.5020", "0.5025", "0.5030"]),
        (-1000.0, 9000.0, False, ["0", "2000", "4000", "6000", "8000"]),
    ],
)
def test_axes_are_marked_at_round_values(low, high, percent, ticks):
    axis = Axis("", low, high, 0.0, 100.0, percent)
    assert [tick for _, tick in axis.ticks()] == ticks
    assert all(0.0 <= place <= 100.0 for place, _ in axis.ticks())


@browser_test
def test_it_shows_the_ranks_the_numbers_and_the_charts(look, finished_ones):
    page = look()
    assert (
        page.title() == "</title><script>alert(1)</script>\\x1b[2J\\u202e'\"&: gym-push leaderboard"
    )
    assert page.locator("h2").all_inner_texts() == [
        "delivery-50/v1 data abababab", "users-24/v1 data abababab"
    ]  # fmt: skip
    users = page.locator("section").nth(1)
    assert users.locator("h3").all_inner_texts() == [
        "Score", "Learning curves", "CTR against performance"
    ]  # fmt: skip
    best = finished_ones[3]
    row = users.locator("table").first.locator("tbody tr").first
    cells = row.locator("th, td").all_inner_texts()
    assert cells[:3] == ["1", best.agent, best.run.key[:8]]
    score = best.metrics["score"]
    assert cells[3].split() == [f"{score.value:.3f}", f"{score.low:.3f}", "to", f"{score.high:.3f}"]
    intervals, curves, scatter = users.locator("svg").all()
    assert intervals.locator("circle").count() == 12 == scatter.locator("circle").count()
    assert curves.locator(".line").count() == COLOURS
    assert sorted(curves.locator("text.rank").all_text_contents()) == list("12345678")
    assert "the people's own" in scatter.text_content()
    first = page.locator("section").first
    assert first.locator("h3").last.inner_text() == "Engagement against interruption"


@browser_test
def test_marks_stand_where_their_values_are(look, finished_ones):
    intervals = look().locator("section").nth(1).locator("svg").first
    places = [float(each.get_attribute("cx")) for each in intervals.locator("circle").all()]
    scores = [entry.merit.value for entry in finished_ones if entry.run.suite == "users-24/v1"]
    slope = (places[0] - places[-1]) / (scores[0] - scores[-1])
    assert slope > 0
    for place, score in zip(places, scores, strict=True):
        assert place == pytest.approx(places[-1] + slope * (score - scores[-1]), abs=0.11)


@browser_test
def test_hostile_texts_are_only_texts(look):
    page = look()
    assert page.locator("script").count() == 0
    shown = page.locator("section").nth(1).locator("table").first.inner_text()
    assert "</title><script>alert(1)</script>\\x1b[2J\\u202e'\"&" in shown


@browser_test
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1360])
def test_axe_finds_nothing_serious(look, violations, width, scheme):
    assert violations(look(width, scheme)) == []


@browser_test
@pytest.mark.parametrize("width", [320, 390, 768, 1140, 1360, 2560])
def test_no_screen_is_too_narrow_or_too_wide(look, width):
    page = look(width)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        """() => [...document.querySelectorAll('svg text')].filter(text => {
            const frame = text.closest('.card').getBoundingClientRect();
            const own = text.getBoundingClientRect();
            return innerWidth >= 390 && (own.left < frame.left || own.right > frame.right);
        }).map(text => text.outerHTML)"""
    )
    assert cut == []
    height = page.locator("svg text").first.bounding_box()["height"]
    assert 9 <= height <= 21
