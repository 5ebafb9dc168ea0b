"""A page about agents on a suite tells all of them apart, and explains what it shows."""

import pytest

pytest.importorskip("matplotlib")

from leaderboard_support import finished, result_of, run_of
from matplotlib.figure import Figure

from gym_push.evaluation.metrics import summary
from gym_push.evaluation.plots.result_plots import _curves, _people, _rewards, plot_evaluations
from gym_push.evaluation.results import Evaluation, PersonResult


def agents(number, people=3):
    runs = (run_of(f"agent-{n}") for n in range(number))
    return [finished(run, people, reward=0.9 - n / 30) for n, run in enumerate(runs)]


def look(line):
    return line.get_color(), line.get_linestyle(), line.get_marker()


@pytest.mark.parametrize("draw", [_curves, _people])
def test_13_agents_have_a_line_each_and_no_two_look_alike(draw):
    axes = Figure().subplots()
    draw(axes, agents(13))
    assert len({look(line) for line in axes.lines}) == len(axes.lines) == 13
    assert axes.get_title()


def test_each_lines_look_stands_beside_its_agents_name():
    names, curves = Figure().subplots(), Figure().subplots()
    _rewards(names, agents(13))
    _curves(curves, agents(13))
    marks = [bar.lines[0] for bar in names.containers]
    assert [(mark.get_color(), mark.get_marker()) for mark in marks] == [
        (line.get_color(), line.get_marker()) for line in curves.lines
    ]
    assert [label.get_text() for label in names.get_yticklabels()][12] == "13  agent-12"


def page_of(evaluations, path):
    plot_evaluations(evaluations, path)
    return path.read_text(encoding="utf-8")


def test_every_panel_has_a_title_and_every_line_a_name(tmp_path):
    people = tuple(
        PersonResult(each.person, {**each.metrics, "floor": 0.1, "top": 0.9}, each.curve, 1.0)
        for each in map(result_of, "abc")
    )
    text = page_of([Evaluation(run_of(), (people,), summary([people]), 1.0)], tmp_path / "page.svg")
    for said in (
        "Reward",
        "Learning curves",
        "CTR against performance",
        "Reward of each person",
        "opening everything",
        "an oracle",
        "the people's own CTR",
    ):
        assert f"<!-- {said} -->" in text
    assert text.count('id="axes_') == 4


def test_panels_without_anything_in_them_are_left_out(tmp_path):
    text = page_of(agents(2, people=1), tmp_path / "page.svg")
    assert text.count('id="axes_') == 3 and "each person" not in text
    nobody = PersonResult("a", {"reward": 0.5}, (None,) * 10, 1.0)
    bare = Evaluation(run_of("日本 🎉"), ((nobody,),), summary([[nobody]]), 1.0)
    text = page_of([bare], tmp_path / "page.svg")
    assert text.count('id="axes_') == 1
    assert "<!-- 1  (Chinese or " in text
