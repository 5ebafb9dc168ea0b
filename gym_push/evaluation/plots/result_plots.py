"""Plots of agents on a suite, in one page or each as a picture. An agent's number is its rank."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib import style
from matplotlib.figure import Figure

from gym_push.evaluation.metrics import FLOOR, TOP
from gym_push.evaluation.plots import check_name, page, save, shown
from gym_push.evaluation.results import Evaluation, mean_of_known, ranked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS: Final = 8
LOOKS: Final = (("-", "o"), ("--", "s"), (":", "^"))
"""Lines and marks of the first so many agents, of the next ones, and of those after them."""
LONGEST_NAME: Final = 24
"""Characters of an agent's name; of a longer one the beginning is shown."""
PAIRS: Final = (("performance", "ctr", "user ctr"), ("interruption", "engagement", ""))
"""Metrics drawn against each other, and that of the people themselves, for basic-v0 and
delivery-v0."""
GROUNDS: Final = ("default", "dark_background")


def plot_evaluations(evaluations: Sequence[Evaluation], path: str | Path) -> None:
    """Draws a page about agents on one suite.

    It shows rewards with their intervals, between those of letting everything through and of an
    oracle; and as far as there is something to show, learning curves, CTR by performance or
    engagement by interruption, and each person's reward.

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
    names_and_rewards, *others = _plots(best_first)
    grid = figure.add_gridspec(max(1, len(others)), 2 if others else 1)
    names_and_rewards(figure.add_subplot(grid[:, 0]), best_first)
    for row, draw in enumerate(others):
        draw(figure.add_subplot(grid[row, 1]), best_first)
    save(figure, path)


def pictures(evaluations: Sequence[Evaluation]) -> Iterator[tuple[str, list[bytes]]]:
    """Yields all plots but each person's: the title, and SVG for a light and for a dark ground.

    Args:
        evaluations: Of agents on the same suite and data, by rank; at least one.
    """
    look = {"font.size": 8, "legend.framealpha": 0.0, "svg.hashsalt": "gym-push"}  # no chance
    for draw in _plots(evaluations):
        if draw is _people:
            continue
        drawn = []
        for name in GROUNDS:
            with style.context([name, look]):
                rows = len(evaluations) if draw is _rewards else 0
                figure = Figure(figsize=(3.7, max(3.0, 0.8 + 0.2 * rows)), layout="constrained")
                axes = figure.subplots()
                draw(axes, evaluations)
                picture = BytesIO()
                figure.savefig(picture, format="svg", transparent=True, metadata={"Date": None})
            drawn.append(picture.getvalue())
        yield axes.get_title(), drawn


def _plots(evaluations: Sequence[Evaluation]) -> list[Callable[[Axes, Sequence[Evaluation]], None]]:
    """Returns the plots for which there is something to show; rewards come first."""
    x, y, _ = _pair(evaluations)
    drawn = {
        _rewards: True,
        _curves: any(mean is not None for each in evaluations for mean in each.curve),
        _trade_off: any({x, y} <= set(each.metrics) for each in evaluations),
        _people: len(evaluations[0].people) > 1,
    }
    return [draw for draw, something in drawn.items() if something]


def _rewards(axes: Axes, evaluations: Sequence[Evaluation]) -> None:
    axes.set(title="Reward", xlabel="mean over people with its 95 % interval")
    for place, each in enumerate(evaluations):
        reward = each.metrics["reward"]
        low, high = reward.interval or (reward.value, reward.value)
        ends = [[reward.value - low], [high - reward.value]]
        colour, line, mark = _look(place)
        bar = axes.errorbar(reward.value, place, xerr=ends, fmt=mark, color=colour, capsize=3)
        bar.lines[2][0].set(linestyle=line)
    names = [f"{rank}  {_name(each)}" for rank, each in enumerate(evaluations, 1)]
    axes.set_yticks(range(len(names)), names, parse_math=False)
    axes.invert_yaxis()
    through = "opening" if "performance" in evaluations[0].metrics else "delivering"
    for name, line, label in ((FLOOR, "--", f"{through} everything"), (TOP, ":", "an oracle")):
        mean = mean_of_known(each.metrics.get(name) for each in evaluations[0].people)
        if mean is not None:
            axes.axvline(mean, color="grey", linewidth=1.0, linestyle=line, label=label)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=8)


def _curves(axes: Axes, evaluations: Sequence[Evaluation]) -> None:
    axes.set(title="Learning curves", ylabel="reward a notification")
    axes.set_xlabel("tenth of a person's notifications")
    for place, each in enumerate(evaluations[: COLOURS * len(LOOKS)]):
        means = np.array(each.curve, dtype=np.float64)
        colour, line, mark = _look(place)
        axes.plot(
            np.arange(1, len(means) + 1), means, line, marker=mark, markersize=3, color=colour
        )
    axes.locator_params(axis="x", integer=True)


def _trade_off(axes: Axes, evaluations: Sequence[Evaluation]) -> None:
    x, y, own = _pair(evaluations)
    y_name = "CTR" if y == "ctr" else y
    axes.set(title=f"{y_name[0].upper()}{y_name[1:]} against {x}", xlabel=x, ylabel=y_name)
    axes.margins(0.12)  # no mark is cut
    for place, each in reversed([*enumerate(evaluations)]):  # the best on top
        if x in each.metrics and y in each.metrics:
            at = each.metrics[x].value, each.metrics[y].value
            colour, _, mark = _look(place)
            axes.plot(*at, mark, color=colour, markersize=11)
            inside = axes.get_facecolor()
            axes.text(*at, str(place + 1), ha="center", va="center", color=inside, fontsize=7)
    if own in evaluations[0].metrics:
        line = axes.axhline(evaluations[0].metrics[own].value, color="grey", linestyle="--")
        axes.legend([line], ["the people's own CTR"], fontsize=8)


def _people(axes: Axes, evaluations: Sequence[Evaluation]) -> None:
    axes.set(title="Reward of each person", xlabel="people, the worst served first")
    for place, each in enumerate(evaluations[: COLOURS * len(LOOKS)]):
        rewards = sorted(person.metrics["reward"] or 0.0 for person in each.people)
        colour, line, _ = _look(place)
        axes.plot(range(1, len(rewards) + 1), rewards, line, color=colour)
    axes.locator_params(axis="x", integer=True)


def _pair(evaluations: Sequence[Evaluation]) -> tuple[str, str, str]:
    return PAIRS[not any("performance" in each.metrics for each in evaluations)]


def _look(place: int) -> tuple[str, str, str]:
    """Returns the colour, the line and the mark of the agent at a place, from 0."""
    return (f"C{place % COLOURS}", *LOOKS[place // COLOURS % len(LOOKS)])


def _name(evaluation: Evaluation) -> str:
    name = shown(evaluation.agent)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
