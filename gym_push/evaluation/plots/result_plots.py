"""Plots of agents on a suite, in one page or each as a picture. An agent's number is its rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib import style
from matplotlib.figure import Figure

from gym_push.evaluation.metrics import FLOOR, TOP
from gym_push.evaluation.plots import check_name, page, save
from gym_push.evaluation.results import Evaluation, mean_of_known, ranked
from gym_push.text import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS: Final = 8
"""Agents that are told apart by colour; further ones have no line."""
LONGEST_NAME: Final = 20
"""Characters of an agent's name; of a longer one the beginning is shown."""
PAIRS: Final = (("performance", "ctr", "user ctr"), ("interruption", "engagement", ""))
"""Metrics drawn against each other, and that of the people themselves, for basic-v0 and
delivery-v0."""
STYLES: Final = ("default", "dark_background")


def plot_evaluations(evaluations: Sequence[Evaluation], path: str | Path) -> None:
    """Draws a page about agents on one suite.

    It shows rewards with their intervals, between dashed lines at the rewards of letting everything
    through and of an oracle; learning curves; CTR by performance, or engagement by interruption;
    and each person's reward.

    Args:
        evaluations: Of agents on the same suite and data; at least one.
        path: The file to write: .pdf, .png or .svg.

    Raises:
        ArgumentError: The file has another ending.
        OSError: The file cannot be written.
    """
    check_name(path)
    best_first = ranked(evaluations)
    run, people = best_first[0].run, len(best_first[0].people)
    figure = page(f"{run.suite}: {people} {'person' if people == 1 else 'people'}")
    for axes, draw in zip(figure.subplots(2, 2).ravel(), _PLOTS, strict=True):
        draw(axes, best_first)
    save(figure, path)


def pictures(evaluations: Sequence[Evaluation]) -> Iterator[tuple[str, list[bytes]]]:
    """Yields all plots but each person's: the title, and SVG for a light and for a dark ground.

    Args:
        evaluations: Of agents on the same suite and data, by rank; at least one.
    """
    look = {"font.size": 8, "legend.framealpha": 0.0, "svg.hashsalt": "gym-push"}  # no chance
    for draw in _PLOTS[:3]:
        drawn = []
        for name in STYLES:
            with style.context([name, look]):
                rows = len(evaluations) if draw is _rewards else 0
                figure = Figure(figsize=(3.7, max(3.0, 0.8 + 0.2 * rows)), layout="constrained")
                axes = figure.subplots()
                draw(axes, evaluations)
                picture = BytesIO()
                figure.savefig(picture, format="svg", transparent=True, metadata={"Date": None})
            drawn.append(picture.getvalue())
        yield axes.get_title(), drawn


def _rewards(axes: Axes, evaluations: Sequence[Evaluation]) -> None:
    axes.set(title="Reward", xlabel="mean over people with its interval")
    for place, each in enumerate(evaluations):
        reward = each.metrics["reward"]
        low, high = reward.interval or (reward.value, reward.value)
        ends = [[reward.value - low], [high - reward.value]]
        axes.errorbar(reward.value, place, xerr=ends, fmt="o", color=_colour(place), capsize=3)
    names = [f"{rank}  {_name(each)}" for rank, each in enumerate(evaluations, 1)]
    axes.set_yticks(range(len(names)), names, parse_math=False)
    axes.invert_yaxis()
    for name in (FLOOR, TOP):
        mean = mean_of_known(each.metrics.get(name) for each in evaluations[0].people)
        if mean is not None:
            axes.axvline(mean, color="grey", linewidth=0.8, linestyle="--")


def _curves(axes: Axes, evaluations: Sequence[Evaluation]) -> None:
    axes.set(title="Learning curves", ylabel="reward of a decision")
    axes.set_xlabel("tenth of a person's notifications")
    for place, each in enumerate(evaluations[:COLOURS]):
        means = np.array(each.curve, dtype=np.float64)
        tenths = np.arange(1, len(means) + 1)
        axes.plot(tenths, means, color=_colour(place), label=str(place + 1))
    axes.locator_params(axis="x", integer=True)
    axes.legend(ncols=2, handlelength=1.0)


def _trade_off(axes: Axes, evaluations: Sequence[Evaluation]) -> None:
    basic = any("performance" in each.metrics for each in evaluations)
    x, y, own = PAIRS[0] if basic else PAIRS[1]
    axes.set(title=f"{'CTR' if basic else y.capitalize()} against {x}", xlabel=x, ylabel=y)
    for place, each in reversed([*enumerate(evaluations)]):  # the best on top
        if x in each.metrics and y in each.metrics:
            at = each.metrics[x].value, each.metrics[y].value
            axes.plot(*at, "o", color=_colour(place), markersize=11)
            inside = axes.get_facecolor()
            axes.text(*at, str(place + 1), ha="center", va="center", color=inside, fontsize=7)
    if own in evaluations[0].metrics:
        line = axes.axhline(evaluations[0].metrics[own].value, color="grey", linestyle="--")
        axes.legend([line], ["the people's own"])


def _people(axes: Axes, evaluations: Sequence[Evaluation]) -> None:
    axes.set(title="Reward of each person", xlabel="people, the worst served first")
    for place, each in enumerate(evaluations[:COLOURS]):
        rewards = sorted(person.metrics["reward"] or 0.0 for person in each.people)
        axes.plot(range(1, len(rewards) + 1), rewards, color=_colour(place))
    axes.locator_params(axis="x", integer=True)


_PLOTS: Final = (_rewards, _curves, _trade_off, _people)


def _colour(place: int) -> str:
    return f"C{place % COLOURS}"


def _name(evaluation: Evaluation) -> str:
    name = printable(evaluation.agent)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
