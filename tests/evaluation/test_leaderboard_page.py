"""The leaderboard's page, opened from the disk in a real Chromium without a network."""

import re
import sys

import pytest

pytest.importorskip("matplotlib")

from leaderboard_support import HOSTILE, finished, run_of
from matplotlib.figure import Figure

from gym_push.evaluation.leaderboard import Leaderboard
from gym_push.evaluation.leaderboard.page import page
from gym_push.evaluation.metrics import summary
from gym_push.evaluation.plots.result_plots import _rewards
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
        r"default-src 'none'; style-src 'sha256-[\w+/]{43}='; img-src data:; base-uri 'none'; "
        "form-action 'none'",
        policy,
    )
    assert "<script" not in text and " style=" not in text
    text, pictures = re.subn(r"data:image/svg\+xml;base64,[\w+/=]+", "", text)
    assert pictures == 12  # three of each suite, for a light and for a dark ground
    assert not re.search(r'(href|src|srcset)="[^"]|url\(|xlink|@import', text)
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
    [alone] = (entry for entry in made if entry.agent == "bare")
    for entries, charts in ((made, 3), ([alone], 1)):  # no chart of nothing
        text = page("x", entries)
        assert text.count("<picture") == charts
        assert not re.search(r"\b(nan|inf)\b", text)
        assert " to " not in re.search(r"<table.*?</table>", text)[0]


def test_without_matplotlib_it_has_the_tables_and_says_how_to_get_plots(finished_ones, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("gym_push.evaluation.plots")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    text = page("x", finished_ones)
    assert "<picture" not in text and text.count("<table") == 6
    assert "a page of plots needs Matplotlib, which is not installed: run  python -m pip" in text


def test_marks_stand_where_their_values_are(finished_ones):
    users = [entry for entry in finished_ones if entry.run.suite == "users-24/v1"]
    axes = Figure().subplots()
    _rewards(axes, users)
    rewards = [entry.metrics["reward"] for entry in users]
    marks = [mark.lines[0].get_data() for mark in axes.containers]
    assert [(x, y) for (x,), (y,) in marks] == [(each.value, n) for n, each in enumerate(rewards)]
    ends = [mark.lines[2][0].get_segments()[0][:, 0].tolist() for mark in axes.containers]
    assert ends == [pytest.approx([each.low, each.high]) for each in rewards]
    assert [each.get_text() for each in axes.get_yticklabels()][3] == "4  linucb(alpha=0.4)"


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
    best = finished_ones[3]
    row = users.locator("table").first.locator("tbody tr").first
    cells = row.locator("th, td").all_inner_texts()
    assert cells[:3] == ["1", best.agent, best.run.key[:8]]
    score = best.metrics["score"]
    assert cells[3].split() == [f"{score.value:.3f}", f"{score.low:.3f}", "to", f"{score.high:.3f}"]
    pictures = page.locator("img").all()
    assert all(each.evaluate("image => image.naturalWidth") > 300 for each in pictures)
    assert [each.get_attribute("alt").partition(":")[0] for each in pictures] == [
        "Reward", "Learning curves", "Engagement against interruption",
        "Reward", "Learning curves", "CTR against performance",
    ]  # fmt: skip


@browser_test
def test_hostile_texts_are_only_texts(look):
    page = look()
    assert page.locator("script").count() == 0
    shown = page.locator("section").nth(1).locator("table").first.inner_text()
    assert "</title><script>alert(1)</script>\\x1b[2J\\u202e'\"&" in shown


@browser_test
@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1360, "dark")])
def test_axe_finds_nothing_serious(look, violations, width, scheme):
    assert violations(look(width, scheme)) == []


@browser_test
@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 1140, 2560])
def test_no_screen_is_too_narrow_or_too_wide(look, width):
    page = look(width)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    for picture in page.locator("img").all():  # of which 11 px of text are natural
        scale = picture.bounding_box()["width"] / picture.evaluate("image => image.naturalWidth")
        assert 0.7 <= scale <= 1.5
