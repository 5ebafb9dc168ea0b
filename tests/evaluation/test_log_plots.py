"""A page about a log: of any log, and of hostile ones, too."""

import xml.etree.ElementTree as ElementTree

import pandas as pd
import pytest

from gym_push import ArgumentError, Population, Schema, bundled_log, read_log

pytest.importorskip("matplotlib")

# The oldest supported Matplotlib gets warnings from what it builds on.
pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning")


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
    assert "does not" not in text and "has no" not in text


def test_what_a_log_does_not_have_is_said(tmp_path):
    log = read_log(pd.DataFrame({"x": ["a", "b"], "action": [1, 0]}), Schema(["x"]))
    text = page_of(log, tmp_path / "page.svg")
    assert text.count("<!-- the log has no times -->") == 3
    assert "<!-- the log does not tell apps apart -->" in text
    assert "<!-- the log has no response times -->" in text


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
