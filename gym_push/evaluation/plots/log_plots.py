"""A page of plots: when the notifications of a log come, and what is opened of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from gym_push.evaluation.plots.plots import WEEKDAYS, check_name, page, save
from gym_push.logs import NotificationLog
from gym_push.logs.description import MOST_APPS
from gym_push.logs.log_statistics import Floats, Ints, LogStatistics

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LONGEST_NAME: Final = 28
"""Characters of an app's name, of which the end tells more than the beginning."""
FEWEST_ROWS: Final = 5
"""Of an open rate that is drawn in full colour; one of fewer is pale."""
_COLOUR, _PALE = "#1b6ca8", "#c3d9ea"


def plot_log(log: NotificationLog, path: str | Path) -> None:
    """Draws a page about a log; what it does not have is left empty, and says so.

    Dashed lines are at the open rate of the whole log.

    Args:
        log: What to draw.
        path: The file to write: .pdf, .png or .svg.

    Raises:
        ArgumentError: The file's name ends otherwise.
        OSError: The file cannot be written.
    """
    check_name(path)
    of = LogStatistics.of_log(log)
    people = "one person" if of.people == 1 else f"{of.people} people"
    figure = page(f"{log.source}: {len(of)} notifications of {people}")
    week, by_hour, by_day, apps, persons, responses = figure.subplots(2, 3).ravel()
    _week(week, of)
    hour = None if of.time is None else of.hour.astype(np.int64)
    _rates(by_hour, "hour of arrival", [f"{hour}" for hour in range(24)], hour, of)
    _rates(by_day, "weekday of arrival", WEEKDAYS, None if of.time is None else of.weekday, of)
    _apps(apps, of)
    _people(persons, of)
    _responses(responses, of)
    save(figure, path)


def _week(axes: Axes, of: LogStatistics) -> None:
    """Notifications by weekday and hour."""
    axes.set_xlabel("hour of arrival")
    axes.set_yticks(range(7), WEEKDAYS)
    if of.time is None:
        _empty(axes, "the log has no times")
        return
    cells = of.count(of.weekday * 24 + of.hour.astype(np.int64), 7 * 24).reshape(7, 24)
    shown = axes.imshow(cells, aspect="auto", cmap="Blues", extent=(0, 24, 6.5, -0.5))
    assert axes.figure is not None
    axes.figure.colorbar(shown, ax=axes, label="notifications")


def _rates(
    axes: Axes,
    label: str,
    names: tuple[str, ...] | list[str],
    index: Ints | None,
    of: LogStatistics,
) -> None:
    """Open rates as bars, pale where they rest on next to nothing."""
    axes.set_xlabel(label)
    axes.set_ylabel("open rate")
    axes.set_ylim(0, 1)
    if index is None:
        _empty(axes, "the log has no times")
        return
    rows = of.count(index, len(names))
    axes.bar(range(len(names)), _rate(index, of, len(names)), color=_colours(rows))
    every = max(len(names) // 8, 1)
    axes.set_xticks(range(0, len(names), every), list(names[::every]), fontsize=8)
    axes.axhline(float(of.opened.mean()), color="grey", linewidth=0.8, linestyle="--")


def _apps(axes: Axes, of: LogStatistics) -> None:
    axes.set_xlabel("open rate")
    axes.set_xlim(0, 1)
    if of.app is None:
        _empty(axes, "the log does not tell apps apart")
        return
    rows = of.count(of.app, len(of.apps))
    busiest = np.argsort(-rows, kind="stable")[:MOST_APPS]
    busiest = busiest[rows[busiest] > 0]
    rates = _rate(of.app, of, len(of.apps))[busiest]
    axes.barh(range(len(busiest)), rates, color=_colours(rows[busiest]))
    names = [_name(of.apps[app]) for app in busiest]
    axes.set_yticks(range(len(busiest)), names, fontsize=7, parse_math=False)
    axes.invert_yaxis()
    axes.axvline(float(of.opened.mean()), color="grey", linewidth=0.8, linestyle="--")


def _people(axes: Axes, of: LogStatistics) -> None:
    axes.set_xlabel("open rate of a person")
    axes.set_ylabel("people")
    axes.hist(of.mean_of_each(of.opened), bins=np.linspace(0, 1, 21).tolist(), color=_COLOUR)
    axes.locator_params(axis="y", integer=True)


def _responses(axes: Axes, of: LogStatistics) -> None:
    axes.set_xlabel("s from arrival to response")
    axes.set_ylabel("share up to here")
    if of.response is None:
        _empty(axes, "the log has no response times")
        return
    axes.set_xscale("log")
    known = np.maximum(of.response, 1.0)
    shares = np.linspace(0.0, 1.0, 501)
    for opened, colour, name in ((True, _COLOUR, "opened"), (False, "#e07b39", "dismissed")):
        some = known[(of.opened == opened) & ~np.isnan(known)]
        if len(some):
            axes.plot(np.quantile(some, shares), shares, color=colour, label=name)
    axes.legend(fontsize=8)


def _rate(index: Ints, of: LogStatistics, length: int) -> Floats:
    rows = of.count(index, length)
    opened = of.count(index[of.opened], length)
    return np.divide(opened, rows, out=np.zeros(length), where=rows > 0)


def _colours(rows: Floats) -> list[str]:
    return [_COLOUR if count >= FEWEST_ROWS else _PALE for count in rows]


def _name(app: str) -> str:
    shown = "".join(char if char.isprintable() else "?" for char in app)
    return shown if len(shown) <= LONGEST_NAME else f"…{shown[1 - LONGEST_NAME :]}"


def _empty(axes: Axes, why: str) -> None:
    axes.set_title(why, fontsize=9)
