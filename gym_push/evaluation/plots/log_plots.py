"""Pages about logs: when notifications come and what is opened, of one log or of two together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.lines import Line2D

from gym_push.evaluation.plots import check_name, page, panels, save, shown
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
EXPLAINED: Final = (
    f"dashed: open rate of the whole log; pale: fewer than {FEWEST_ROWS} notifications"
)
SHARES: Final = np.linspace(0.0, 1.0, 501)
_BLUE, _ORANGE = COLOURS = ("#1b6ca8", "#e07b39")
"""Distinct without colour vision, too: of a log and a population, of opened and dismissed."""
PALE: Final = "#c3d9ea"
DASHED: Final[Mapping[str, Any]] = {"color": "grey", "linewidth": 0.8, "linestyle": "--"}


def plot_log(log: NotificationLog, path: str | Path) -> None:
    """Draws a page about a log, without panels that it has no data for.

    Args:
        log: The log.
        path: The file to write: .pdf, .png or .svg.

    Raises:
        ArgumentError: The file has another ending.
        LogError: The log is of decisions without answers.
        OSError: The file cannot be written.
    """
    check_name(path)
    of = LogStatistics.of_log(log.with_answers())
    plots: list[Callable[[Axes, LogStatistics], None]] = []
    if of.time is not None:
        plots += [_week, _by_hour, _by_weekday]
    if of.app is not None:
        plots.append(_apps)
    if of.response is not None:
        plots.append(_responses)
    if of.people > 1 or not plots:
        plots.append(_persons)
    people = "one person" if of.people == 1 else f"{of.people} people"
    figure = page(f"{log.source}: {len(of)} notifications of {people}")
    for axes, draw in zip(panels(figure, len(plots)), plots, strict=True):
        draw(axes, of)
    if plots != [_persons]:
        figure.supxlabel(EXPLAINED, fontsize=8)
    save(figure, path)


def plot_beside(log: LogStatistics, population: LogStatistics, path: str | Path) -> None:
    """Draws the statistics that have gates, of a log and of a simulated population.

    A panel that one of them has no data for is left out.

    Args:
        log: Of the log.
        population: Of the simulated population.
        path: The file to write: .pdf, .png or .svg.

    Raises:
        ArgumentError: The file has another ending.
        OSError: The file cannot be written.
    """
    check_name(path)
    both = (log, population)
    plots: list[Callable[[Axes, Sequence[LogStatistics]], None]] = [_both_open_rates]
    if all(of.time is not None for of in both):
        plots += [_both_gaps, _both_hours, _both_weekdays]
    if all(of.response is not None for of in both):
        plots.append(_both_responses)
    if all(of.app is not None for of in both):
        plots.append(_both_ranks)
    figure = page(f"{log.source} and {population.source}")
    for axes, draw in zip(panels(figure, len(plots)), plots, strict=True):
        draw(axes, both)
    lines = [Line2D([], [], color=colour) for colour in COLOURS]
    figure.legend(lines, ["log", "population"], loc="outside lower center", ncols=2)
    save(figure, path)


def _week(axes: Axes, of: LogStatistics) -> None:
    cells = of.count(of.weekday * 24 + of.hour.astype(np.int64), 7 * 24).reshape(7, 24)
    drawn = axes.imshow(cells, aspect="auto", cmap="Blues", extent=(0, 24, 6.5, -0.5))
    axes.set(title="Arrivals", xlabel="hour")
    axes.set_yticks(range(7), WEEKDAYS)
    assert axes.figure is not None
    axes.figure.colorbar(drawn, ax=axes, label="notifications")


def _by_hour(axes: Axes, of: LogStatistics) -> None:
    axes.set(title="Open rate by hour", xlabel="hour of arrival")
    _rates(axes, HOURS, of.hour.astype(np.int64), of)


def _by_weekday(axes: Axes, of: LogStatistics) -> None:
    axes.set(title="Open rate by weekday", xlabel="weekday of arrival")
    _rates(axes, WEEKDAYS, of.weekday, of)


def _rates(axes: Axes, names: Sequence[str], index: Ints, of: LogStatistics) -> None:
    """Draws open rates as bars."""
    axes.set(ylabel="open rate", ylim=(0, 1))
    rows, rates = _open_rates(index, of, len(names))
    axes.bar(range(len(names)), rates, color=_colours(rows))
    _name_bars(axes, names)
    axes.axhline(float(of.opened.mean()), **DASHED)


def _apps(axes: Axes, of: LogStatistics) -> None:
    assert of.app is not None
    rows, rates = _open_rates(of.app, of, len(of.apps))
    busiest = np.argsort(-rows, kind="stable")[:MOST_APPS]
    busiest = busiest[rows[busiest] > 0]
    title = "Open rate by app" if len(busiest) < MOST_APPS else "Open rate of the busiest apps"
    axes.set(title=title, xlabel="open rate", xlim=(0, 1))
    axes.barh(range(len(busiest)), rates[busiest], color=_colours(rows[busiest]))
    names = [_short(of.apps[app]) for app in busiest]
    axes.set_yticks(range(len(busiest)), names, fontsize=7, parse_math=False)
    axes.invert_yaxis()
    axes.axvline(float(of.opened.mean()), **DASHED)


def _persons(axes: Axes, of: LogStatistics) -> None:
    axes.set(title="People", xlabel="open rate of a person", ylabel="people")
    axes.hist(of.mean_of_each(of.opened), bins=np.linspace(0, 1, 21).tolist(), color=_BLUE)
    axes.locator_params(axis="y", integer=True)


def _responses(axes: Axes, of: LogStatistics) -> None:
    assert of.response is not None
    axes.set(title="Response times", xlabel="s from arrival to response", xscale="log")
    axes.set_ylabel("share up to here")
    for which, colour, name in ((of.opened, _BLUE, "opened"), (~of.opened, _ORANGE, "dismissed")):
        _cumulative(axes, of.response[which], colour, name)
    axes.legend(fontsize=8)


def _both_gaps(axes: Axes, both: Sequence[LogStatistics]) -> None:
    axes.set(title="Gaps", xlabel="s since the last notification", ylabel="share up to here")
    axes.set_xscale("log")
    for of, colour in zip(both, COLOURS, strict=True):
        _cumulative(axes, of.gap, colour)


def _both_responses(axes: Axes, both: Sequence[LogStatistics]) -> None:
    axes.set(title="Response times", xlabel="s from arrival to response", xscale="log")
    axes.set_ylabel("share up to here")
    for of, colour in zip(both, COLOURS, strict=True):
        assert of.response is not None
        _cumulative(axes, of.response, colour)


def _both_open_rates(axes: Axes, both: Sequence[LogStatistics]) -> None:
    axes.set(title="People", xlabel="open rate of a person", ylabel="share of people")
    for of, colour in zip(both, COLOURS, strict=True):
        rates, bins = of.mean_of_each(of.opened), np.linspace(0, 1, 11).tolist()
        shares = np.full(len(rates), 1 / len(rates))
        axes.hist(rates, bins=bins, histtype="step", color=colour, weights=shares)


def _both_hours(axes: Axes, both: Sequence[LogStatistics]) -> None:
    axes.set(title="Arrivals by hour", xlabel="hour of arrival")
    _both_bars(axes, HOURS, [of.count(of.hour.astype(np.int64), 24) for of in both])


def _both_weekdays(axes: Axes, both: Sequence[LogStatistics]) -> None:
    axes.set(title="Arrivals by weekday", xlabel="weekday of arrival")
    _both_bars(axes, WEEKDAYS, [of.count(of.weekday, 7) for of in both])


def _both_ranks(axes: Axes, both: Sequence[LogStatistics]) -> None:
    axes.set(title="Each person's busiest apps", xlabel="rank of the app")
    counts = [of.count(of.app_rank - 1, RANKS)[:RANKS] for of in both]
    _both_bars(axes, [str(rank) for rank in range(1, RANKS + 1)], counts)


def _both_bars(axes: Axes, names: Sequence[str], counts: Sequence[Floats]) -> None:
    axes.set_ylabel("share")
    for each, colour, aside in zip(counts, COLOURS, (-0.2, 0.2), strict=True):
        axes.bar(np.arange(len(names)) + aside, each / each.sum(), 0.4, color=colour)
    _name_bars(axes, names)


def _cumulative(axes: Axes, seconds: Floats, colour: str, name: str = "") -> None:
    """Draws the share of known times up to each."""
    known = np.maximum(seconds[~np.isnan(seconds)], 1.0)
    if len(known):
        axes.plot(np.quantile(known, SHARES), SHARES, color=colour, label=name)


def _name_bars(axes: Axes, names: Sequence[str]) -> None:
    every = max(len(names) // 8, 1)
    axes.set_xticks(range(0, len(names), every), list(names[::every]), fontsize=8)


def _open_rates(index: Ints, of: LogStatistics, length: int) -> tuple[Floats, Floats]:
    """Returns the notifications with each index, and their open rates, 0 without any."""
    rows, opened = of.count(index, length), of.count(index[of.opened], length)
    return rows, np.divide(opened, rows, out=np.zeros(length), where=rows > 0)


def _colours(rows: Floats) -> list[str]:
    return [_BLUE if count >= FEWEST_ROWS else PALE for count in rows]


def _short(app: str) -> str:
    name = shown(app)
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"
