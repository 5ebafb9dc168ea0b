"""Pages about logs: when notifications come and what is opened, of one log or of two together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from gym_push.evaluation.plots import check_name, page, save
from gym_push.logs import NotificationLog
from gym_push.logs.description import MOST_APPS
from gym_push.logs.log_statistics import Floats, Ints, LogStatistics

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS: Final = tuple(map(str, range(24)))
RANKS: Final = 5
"""Of a person's apps, from the busiest."""
LONGEST_NAME: Final = 28
"""Characters of an app's name; of a longer one the end is shown, which tells more."""
FEWEST_ROWS: Final = 5
"""Open rates of fewer notifications are drawn pale."""
SHARES: Final = np.linspace(0.0, 1.0, 501)
_BLUE, _ORANGE, _PALE = "#1b6ca8", "#e07b39", "#c3d9ea"  # distinct without colour vision, too


def plot_log(log: NotificationLog, path: str | Path) -> None:
    """Draws a page about a log; a panel that the log has no data for says so.

    Dashed lines are at the open rate of the whole log.

    Args:
        log: The log.
        path: The file to write: .pdf, .png or .svg.

    Raises:
        ArgumentError: The file has another ending.
        OSError: The file cannot be written.
    """
    check_name(path)
    of = LogStatistics.of_log(log)
    people = "one person" if of.people == 1 else f"{of.people} people"
    figure = page(f"{log.source}: {len(of)} notifications of {people}")
    week, by_hour, by_day, apps, persons, responses = figure.subplots(2, 3).ravel()
    hour, weekday = (None, None) if of.time is None else (of.hour.astype(np.int64), of.weekday)
    _week(week, of)
    _rates(by_hour, "hour of arrival", HOURS, hour, of)
    _rates(by_day, "weekday of arrival", WEEKDAYS, weekday, of)
    _apps(apps, of)
    persons.set(xlabel="open rate of a person", ylabel="people")
    persons.hist(of.mean_of_each(of.opened), bins=np.linspace(0, 1, 21).tolist(), color=_BLUE)
    persons.locator_params(axis="y", integer=True)
    _responses(responses, of)
    save(figure, path)


def plot_beside(log: LogStatistics, population: LogStatistics, path: str | Path) -> None:
    """Draws the statistics that have gates, of a log and of a simulated population.

    A panel that one of them has no data for says so.

    Args:
        log: Of the log.
        population: Of the simulated population.
        path: The file to write: .pdf, .png or .svg.

    Raises:
        ArgumentError: The file has another ending.
        OSError: The file cannot be written.
    """
    check_name(path)
    figure = page(f"{log.source} and {population.source}")
    gaps, responses, opened, hours, week, apps = figure.subplots(2, 3).ravel()
    both = (log, population)
    gap = [None if of.time is None else of.gap for of in both]
    _both_cumulative(gaps, "s since the last notification", gap)
    _both_cumulative(responses, "s from arrival to response", [of.response for of in both])
    opened.set(xlabel="open rate of a person", ylabel="share of people")
    for of, colour in zip(both, (_BLUE, _ORANGE), strict=True):
        rates, bins = of.mean_of_each(of.opened), np.linspace(0, 1, 11).tolist()
        shares = np.full(len(rates), 1 / len(rates))
        opened.hist(rates, bins=bins, histtype="step", color=colour, weights=shares)
    hour = [None if of.time is None else of.count(of.hour.astype(np.int64), 24) for of in both]
    _both_bars(hours, "hour of arrival", HOURS, hour)
    weekday = [None if of.time is None else of.count(of.weekday, 7) for of in both]
    _both_bars(week, "weekday of arrival", WEEKDAYS, weekday)
    rank = [None if of.app is None else of.count(of.app_rank - 1, RANKS)[:RANKS] for of in both]
    _both_bars(apps, "rank of the app", [str(each + 1) for each in range(RANKS)], rank)
    figure.legend(*gaps.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    save(figure, path)


def _week(axes: Axes, of: LogStatistics) -> None:
    """Notifications by weekday and hour."""
    axes.set_xlabel("hour of arrival")
    axes.set_yticks(range(7), WEEKDAYS)
    if of.time is None:
        _say(axes, "the log has no times")
        return
    cells = of.count(of.weekday * 24 + of.hour.astype(np.int64), 7 * 24).reshape(7, 24)
    shown = axes.imshow(cells, aspect="auto", cmap="Blues", extent=(0, 24, 6.5, -0.5))
    assert axes.figure is not None
    axes.figure.colorbar(shown, ax=axes, label="notifications")


def _rates(
    axes: Axes, label: str, names: Sequence[str], index: Ints | None, of: LogStatistics
) -> None:
    """Open rates as bars."""
    axes.set(xlabel=label, ylabel="open rate", ylim=(0, 1))
    if index is None:
        _say(axes, "the log has no times")
        return
    rows, rates = _open_rates(index, of, len(names))
    axes.bar(range(len(names)), rates, color=_colours(rows))
    _name_bars(axes, names, fontsize=8)
    axes.axhline(float(of.opened.mean()), color="grey", linewidth=0.8, linestyle="--")


def _apps(axes: Axes, of: LogStatistics) -> None:
    axes.set(xlabel="open rate", xlim=(0, 1))
    if of.app is None:
        _say(axes, "the log does not tell apps apart")
        return
    rows, rates = _open_rates(of.app, of, len(of.apps))
    busiest = np.argsort(-rows, kind="stable")[:MOST_APPS]
    busiest = busiest[rows[busiest] > 0]
    axes.barh(range(len(busiest)), rates[busiest], color=_colours(rows[busiest]))
    names = [_short(of.apps[app]) for app in busiest]
    axes.set_yticks(range(len(busiest)), names, fontsize=7, parse_math=False)
    axes.invert_yaxis()
    axes.axvline(float(of.opened.mean()), color="grey", linewidth=0.8, linestyle="--")


def _responses(axes: Axes, of: LogStatistics) -> None:
    axes.set(xlabel="s from arrival to response", ylabel="share up to here")
    if of.response is None:
        _say(axes, "the log has no response times")
        return
    axes.set_xscale("log")
    for which, colour, name in ((of.opened, _BLUE, "opened"), (~of.opened, _ORANGE, "dismissed")):
        some = of.response[which]
        if not np.isnan(some).all():
            _cumulative(axes, some, colour, name)
    axes.legend(fontsize=8)


def _both_cumulative(axes: Axes, label: str, values: Sequence[Floats | None]) -> None:
    axes.set(xlabel=label, ylabel="share up to here", xscale="log")
    _say_if_missing(axes, values)
    for each, name, colour in zip(values, ("log", "population"), (_BLUE, _ORANGE), strict=True):
        _cumulative(axes, np.array([]) if each is None else each, colour, name)


def _cumulative(axes: Axes, seconds: Floats, colour: str, name: str) -> None:
    known = np.maximum(seconds[~np.isnan(seconds)], 1.0)
    places = np.quantile(known, SHARES) if len(known) else np.full(len(SHARES), np.nan)
    axes.plot(places, SHARES, color=colour, label=name)


def _both_bars(
    axes: Axes, label: str, names: Sequence[str], values: Sequence[Floats | None]
) -> None:
    axes.set(xlabel=label, ylabel="share")
    _say_if_missing(axes, values)
    for each, colour, aside in zip(values, (_BLUE, _ORANGE), (-0.2, 0.2), strict=True):
        if each is not None:
            axes.bar(np.arange(len(names)) + aside, each / each.sum(), 0.4, color=colour)
    _name_bars(axes, names)


def _name_bars(axes: Axes, names: Sequence[str], fontsize: int | None = None) -> None:
    every = max(len(names) // 8, 1)
    axes.set_xticks(range(0, len(names), every), list(names[::every]), fontsize=fontsize)


def _open_rates(index: Ints, of: LogStatistics, length: int) -> tuple[Floats, Floats]:
    """Returns the notifications with each index, and their open rates, 0 without any."""
    rows, opened = of.count(index, length), of.count(index[of.opened], length)
    return rows, np.divide(opened, rows, out=np.zeros(length), where=rows > 0)


def _colours(rows: Floats) -> list[str]:
    return [_BLUE if count >= FEWEST_ROWS else _PALE for count in rows]


def _short(app: str) -> str:
    shown = "".join(char if char.isprintable() else "?" for char in app)
    return shown if len(shown) <= LONGEST_NAME else f"…{shown[1 - LONGEST_NAME :]}"


def _say_if_missing(axes: Axes, values: Sequence[Floats | None]) -> None:
    if values[0] is None:
        _say(axes, "the log does not have it")


def _say(axes: Axes, why: str) -> None:
    axes.set_title(why, fontsize=9)
