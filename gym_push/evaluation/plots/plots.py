"""A page of plots: a log and a simulated population, one beside the other."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from gym_push.errors import ArgumentError, extra_import
from gym_push.files import whole_file
from gym_push.logs.log_statistics import Floats, LogStatistics
from gym_push.text import printable

with extra_import("a page of plots", "Matplotlib", "plots"):
    from matplotlib.figure import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS: Final = ("pdf", "png", "svg")
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
RANKS: Final = 5
"""Of a person's apps, the busiest first."""
_COLOURS: Final = ("#1b6ca8", "#e07b39")  # told apart without colour vision, too


def plot(log: LogStatistics, population: LogStatistics, path: str | Path) -> None:
    """Draws what the gates look at, of both.

    What a log does not have is left empty, and says so.

    Args:
        log: What a log shows.
        population: What the simulated population shows.
        path: The file to write: .pdf, .png or .svg.

    Raises:
        ArgumentError: The file's name ends otherwise.
        OSError: The file cannot be written.
    """
    check_name(path)
    figure = page(f"{log.source} and {population.source}")
    gaps, responses, opened, hours, week, apps = figure.subplots(2, 3).ravel()
    both = (log, population)

    _cumulative(gaps, "s since the last notification", [
        None if of.time is None else of.gap for of in both
    ])  # fmt: skip
    _cumulative(responses, "s from arrival to response", [of.response for of in both])
    _steps(opened, "open rate of a person", [of.mean_of_each(of.opened) for of in both])
    _bars(hours, "hour of arrival", [str(hour) for hour in range(24)], [
        None if of.time is None else of.count(of.hour.astype(np.int64), 24) for of in both
    ])  # fmt: skip
    _bars(week, "weekday of arrival", WEEKDAYS, [
        None if of.time is None else of.count(of.weekday, 7) for of in both
    ])  # fmt: skip
    _bars(apps, "rank of the app", [str(rank + 1) for rank in range(RANKS)], [
        None if of.app is None else of.count(of.app_rank - 1, RANKS)[:RANKS] for of in both
    ])  # fmt: skip
    figure.legend(*gaps.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    save(figure, path)


def page(title: str) -> Figure:
    """Returns an empty page; its title is shown as it is, without formulas."""
    figure = Figure(figsize=(11, 7), layout="constrained")
    figure.suptitle(printable(title), fontsize=10, parse_math=False)
    return figure


def save(figure: Figure, path: str | Path) -> None:
    """Writes a page of plots in the format that the file's name ends in, whole or not at all.

    Raises:
        OSError: The file cannot be written.
    """
    drawn = BytesIO()
    figure.savefig(drawn, format=Path(path).suffix[1:].lower())
    with whole_file(path) as file:
        file.write(drawn.getvalue())


def check_name(path: str | Path) -> None:
    """Makes sure that a file's name says how to draw it.

    Raises:
        ArgumentError: It does not.
    """
    path = Path(path)
    if path.suffix[1:].lower() not in FORMATS:
        raise ArgumentError(
            f"{path.name} is no name for a page of plots; end it in .pdf, .png or .svg"
        )


def _cumulative(axes: Axes, label: str, values: list[Floats | None]) -> None:
    axes.set_xscale("log")
    _label(axes, label, "share up to here", values)
    for each, name, colour in zip(values, ("log", "population"), _COLOURS, strict=True):
        known = np.array([]) if each is None else np.maximum(each[~np.isnan(each)], 1.0)
        shares = np.linspace(0.0, 1.0, 501)
        places = np.quantile(known, shares) if len(known) else shares + np.nan
        axes.plot(places, shares, color=colour, label=name)


def _steps(axes: Axes, label: str, values: list[Floats]) -> None:
    _label(axes, label, "share of people", list(values))
    for each, colour in zip(values, _COLOURS, strict=True):
        axes.hist(
            each, bins=np.linspace(0, 1, 11).tolist(), histtype="step", color=colour,
            weights=np.full(len(each), 1 / len(each)),
        )  # fmt: skip


def _bars(
    axes: Axes, label: str, names: list[str] | tuple[str, ...], values: list[Floats | None]
) -> None:
    _label(axes, label, "share", values)
    places = np.arange(len(names))
    for each, colour, aside in zip(values, _COLOURS, (-0.2, 0.2), strict=True):
        if each is not None:
            axes.bar(places + aside, each / each.sum(), 0.4, color=colour)
    every = max(len(names) // 8, 1)
    axes.set_xticks(places[::every], list(names[::every]))


def _label(axes: Axes, x: str, y: str, values: list[Floats | None]) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    if values[0] is None:
        axes.set_title("the log does not have it", fontsize=9)
