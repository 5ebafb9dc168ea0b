"""A page about a log: of any log, and of hostile ones, too."""

import xml.etree.ElementTree as ElementTree

import pandas as pd
import pytest

from gym_push import ArgumentError, Population, Schema, bundled_log, read_log

pytest.importorskip("matplotlib")


def page_of(log, path):
    from gym_push.evaluation.plots.log_plots import plot_log

    plot_log(log, path)
    text = path.read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    return text


def test_every_panel_is_there(tmp_path):
    text = page_of(Population(20, 1).log(7), tmp_path / "page.svg")
    for label in (
        "notifications of 20 people",
        "hour of arrival",
        "weekday of arrival",
        "open rate of a person",
        "s from arrival to response",
        "opened",
        "dismissed",
    ):
        assert f"<!-- {label}" in text or f"{label} -->" in text
    assert text.count('id="axes_') == 7  # six, and the scale of the colours


def test_panels_that_a_log_has_nothing_of_are_left_out(tmp_path):
    for columns, titles in (
        ({"x": ["a", "b"]}, ["People"]),
        ({"app": ["a", "b"]}, ["Open rate by app"]),
        ({"app": ["a", "b"], "responseTime": [5.0, 7.0]}, ["Open rate by app", "Response times"]),
    ):
        engagement = [name for name in columns if name == "responseTime"]
        schema = Schema([name for name in columns if name not in engagement], engagement=engagement)
        log = read_log(pd.DataFrame({**columns, "action": [1, 0]}), schema)
        text = page_of(log, tmp_path / "page.svg")
        assert text.count('id="axes_') == len(titles)
        assert all(f"<!-- {title} -->" in text for title in titles)


def test_names_that_the_font_lacks_make_no_warning(tmp_path):
    names = ["日本語アプリ", "🎉 Party", "שלום", "한국"]
    frame = pd.DataFrame({"app": names, "action": [1, 0, 1, 0]})
    text = page_of(read_log(frame, Schema(["app"])), tmp_path / "page.svg")
    for shown in ("(Chinese or Japanese)", "(party popper) Party", "(hangul)"):
        assert f"<!-- {shown} -->" in text


def test_names_of_apps_are_no_formulas_and_no_commands(tmp_path):
    names = ["$\\frac{", "<script>", "a\x1b[1m", "x" * 300]
    frame = pd.DataFrame({"appPackage": names, "action": [1, 0, 1, 0]})
    text = page_of(read_log(frame, Schema(["appPackage"])), tmp_path / "page.svg")
    assert "<script>" not in text


def test_the_page_is_whole_or_not_there(tmp_path):
    from gym_push.evaluation.plots.log_plots import plot_log

    with pytest.raises(ArgumentError, match=r"end it in \.pdf, \.png or \.svg"):
        plot_log(bundled_log(), tmp_path / "page.txt")
    with pytest.raises(OSError, match="there is no folder"):
        plot_log(bundled_log(), tmp_path / "no" / "page.png")
    assert not list(tmp_path.iterdir())
