"""A page about agents on a suite."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gym_push.evaluation.metrics import FLOOR, TENTHS, TOP
from gym_push.evaluation.plots import check_name, page, save
from gym_push.evaluation.results import Evaluation, ranked
from gym_push.text import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_evaluations(evaluations: Sequence[Evaluation], path: str | Path) -> None:
    """Draws a page about agents on one suite.

    It shows rewards with their intervals, between dashed lines at the rewards of letting everything
    through and of an oracle; learning curves; performance or reward by CTR; and each person's
    reward.

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
    rewards, curves, rates, each = figure.subplots(2, 2).ravel()
    _rewards(rewards, best_first)
    _curves(curves, best_first)
    _rates(rates, best_first)
    _people(each, best_first)
    figure.legend(*curves.get_legend_handles_labels(), loc="outside right center", fontsize=8)
    save(figure, path)


def _rewards(axes: Axes, evaluations: Sequence[Evaluation]) -> None:
    axes.set_xlabel("reward a decision, with its 95 % interval over persons")
    for place, each in enumerate(evaluations):
        reward = each.metrics["reward"]
        low, high = reward.interval or (reward.value, reward.value)
        ends = [[reward.value - low], [high - reward.value]]
        axes.errorbar(reward.value, place, xerr=ends, fmt="o", color=_colour(place), capsize=3)
    axes.set_yticks(range(len(evaluations)), [_name(each) for each in evaluations], fontsize=8)
    axes.invert_yaxis()
    for name in (FLOOR, TOP):
        mean = np.mean([each.metrics.get(name) or 0.0 for each in evaluations[0].people])
        axes.axvline(float(mean), color="grey", linewidth=0.8, linestyle="--")


def _curves(axes: Axes, evaluations: Sequence[Evaluation]) -> None:
    axes.set(xlabel="tenth of a person's notifications", ylabel="reward a decision")
    tenths = np.arange(1, TENTHS + 1)
    for place, each in enumerate(evaluations):
        known = np.array([person.curve for person in each.people], dtype=np.float64)
        axes.plot(tenths, np.nanmean(known, axis=0), color=_colour(place), label=_name(each))
    axes.set_xticks(tenths)


def _rates(axes: Axes, evaluations: Sequence[Evaluation]) -> None:
    second = "performance" if "performance" in evaluations[0].metrics else "reward"
    axes.set(xlabel="CTR", ylabel=second)
    for place, each in enumerate(evaluations):
        if "ctr" in each.metrics:
            rate, how_well = each.metrics["ctr"].value, each.metrics[second].value
            axes.plot(rate, how_well, "o", color=_colour(place))
    if "user ctr" in evaluations[0].metrics:
        own = evaluations[0].metrics["user ctr"].value
        axes.axvline(own, color="grey", linewidth=0.8, linestyle="--")


def _people(axes: Axes, evaluations: Sequence[Evaluation]) -> None:
    axes.set(xlabel="people, the worst served first", ylabel="reward a decision")
    for place, each in enumerate(evaluations):
        rewards = sorted(person.metrics["reward"] or 0.0 for person in each.people)
        axes.plot(range(1, len(rewards) + 1), rewards, color=_colour(place))
    axes.locator_params(axis="x", integer=True)


def _colour(place: int) -> str:
    return f"C{place % 10}"


def _name(evaluation: Evaluation) -> str:
    return printable(evaluation.agent).replace("$", r"\$")
