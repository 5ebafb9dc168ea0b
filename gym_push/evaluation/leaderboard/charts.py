"""The charts of the leaderboard's page: SVG within HTML, without scripts or inline styles.

Colours are classes of the page's style sheet, so they follow its light and dark scheme. A mark
always shows the agent's rank, too; colour alone never tells agents apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gym_push.evaluation.estimates import Estimate
from gym_push.text import escaped

COLOURS: Final = 8
"""Marks with colours of their own; all others are grey."""

WIDTH: Final = 400.0
"""Width of a chart in CSS pixels at its natural size, as all lengths here."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 26.0, 14.0, 44.0  # margins
_LINE: Final = 13.0  # least distance between two lines of text
_NAME: Final = 150.0  # width of the agents' names
_LETTERS: Final = 17  # of a name that are shown
_ROW: Final = 25.0
_PLOT: Final = 250.0  # height

Point = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """Maps values to positions in a chart.

    Attributes:
        name: What it shows.
        low, high: The values at its ends; `low` is below `high`.
        start, end: The positions of its ends.
        percent: Whether its values are shares.
    """

    name: str
    low: float
    high: float
    start: float
    end: float
    percent: bool = False

    @classmethod
    def around(
        cls, name: str, values: Sequence[float], start: float, end: float, percent: bool = False
    ) -> Axis:
        """Returns an axis that holds all values, with some room at its ends."""
        low, high = min(values), max(values)
        room = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
        return cls(name, low - room, high + room, start, end, percent)

    def at(self, value: float) -> float:
        """Returns the position of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yields positions and labels of about five round values."""
        rough = (self.high - self.low) / 5.0
        power = 10.0 ** math.floor(math.log10(rough))
        step = power * next(nice for nice in (1.0, 2.0, 5.0, 10.0) if nice * power >= rough)
        digits = max(0, -math.floor(math.log10(step)) - (2 if self.percent else 0))
        for count in range(math.ceil(self.low / step), math.floor(self.high / step) + 1):
            value = count * step
            shown = f"{value:.{digits}%}" if self.percent else f"{value:.{digits}f}"
            yield self.at(value), shown.replace("-", "−")


def intervals(title: str, names: Sequence[str], values: Sequence[Estimate]) -> str:
    """Draws means with their intervals, a row for each agent by rank.

    Args:
        title: What the chart shows, for screen readers.
        names: Of the agents.
        values: One for each agent.
    """
    bottom = _TOP + _ROW * len(values)
    every = [number for each in values for number in (each.value, *(each.interval or ()))]
    x, marks = Axis.around("", every, _NAME + 10.0, WIDTH - _RIGHT), ""
    for rank, (name, value) in enumerate(zip(names, values, strict=True), 1):
        y = _TOP + _ROW * (rank - 0.5)
        short = name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
        about, drawn = f"{name}: {value.value:.3f}", _text(f"{rank}  {short}", 0.0, y + 4.0)
        if value.interval:
            about += ", between {:.3f} and {:.3f}".format(*value.interval)
            low, high = map(x.at, value.interval)
            ends = "".join(f"M{end:.1f} {y - 5:.1f}v10" for end in (low, high))
            drawn += f'<path class="whisker" d="M{low:.1f} {y:.1f}H{high:.1f}{ends}"/>'
        marks += _mark(rank, about, drawn + _dot(x.at(value.value), y, 5))
    return _chart(title, bottom, x, None, marks)


def curves(title: str, names: Sequence[str], curves: Sequence[Sequence[float | None]]) -> str:
    """Draws how the rewards of the best agents change as they see more.

    Args:
        title: What the chart shows, for screen readers.
        names: Of the agents, by rank; at most `COLOURS`.
        curves: For each agent, the mean reward by tenth of what it saw; None where there is none.
    """
    bottom, most = _TOP + _PLOT, max(map(len, curves))
    known = [value for curve in curves for value in curve if value is not None]
    x = Axis("share of a person's notifications seen", 0.0, 1.0, _LEFT, WIDTH - _RIGHT, True)
    y, marks, ends = Axis.around("reward of a decision", known, bottom, _TOP), "", {}
    for rank, (name, curve) in enumerate(zip(names, curves, strict=True), 1):
        path, pen = "", "M"
        for tenth, value in enumerate(curve):
            if value is None:
                pen = "M"
            else:
                ends[rank] = x.at((tenth + 0.5) / most), y.at(value)
                path += "{}{:.1f} {:.1f}".format(pen, *ends[rank])
                pen = "L"
        marks += _mark(rank, name, f'<path class="line" d="{path}"/>') if path else ""
    for rank, place in _spread({rank: end[1] for rank, end in ends.items()}, bottom).items():
        marks += _text(str(rank), ends[rank][0] + 8.0, place + 4.0, f"rank c{rank}")
    return _chart(title, bottom, x, y, marks)


def scatter(
    title: str,
    names: Sequence[str],
    points: Mapping[int, Point],
    axes: tuple[str, str],
    percent: bool,
    across: float | None,
) -> str:
    """Draws one metric against another.

    Args:
        title: What the chart shows, for screen readers.
        names: Of the agents, by rank.
        points: Values of both metrics by rank, from 1.
        axes: The names of the horizontal and the vertical metric.
        percent: Whether they are shares.
        across: Height of a line for what the people themselves do, if that is known.
    """
    bottom = _TOP + _PLOT
    xs, ys = zip(*points.values(), strict=True)
    x = Axis.around(axes[0], xs, _LEFT, WIDTH - _RIGHT, percent)
    heights = ys if across is None else (*ys, across)
    y, marks = Axis.around(axes[1], heights, bottom, _TOP, percent), ""
    if across is not None:
        line = y.at(across)
        marks += f'<path class="across" d="M{_LEFT} {line:.1f}H{WIDTH - _RIGHT}"/>'
        marks += _text("the people's own", _LEFT + 4.0, line - 5.0, "soft")
    for rank, (left, top) in reversed([*points.items()]):  # the best on top
        about = f"{names[rank - 1]}: {axes[0]} {left:.3f}, {axes[1]} {top:.3f}"
        left, top = x.at(left), y.at(top)
        label = _text(str(rank), left, top + 4.0, "inside")
        marks += _mark(rank, about, _dot(left, top, 9) + label)
    return _chart(title, bottom, x, y, marks)


def colour(rank: int) -> str:
    """Returns the class of the style sheet that gives a rank its colour and dashes."""
    return f"c{rank if rank <= COLOURS else 0}"


def _chart(title: str, bottom: float, x: Axis, y: Axis | None, marks: str) -> str:
    """Draws marks over a grid."""
    middle = (x.start + x.end) / 2.0
    grid = _text(x.name, middle, bottom + 36.0, "soft middle") if x.name else ""
    for place, tick in x.ticks():
        grid += f'<path class="grid" d="M{place:.1f} {_TOP}V{bottom}"/>'
        grid += _text(tick, place, bottom + 17.0, "soft middle")
    if y:
        turned = f'transform="translate(12 {_TOP + _PLOT / 2}) rotate(-90)"'
        grid += f'<text class="soft middle" {turned}>{y.name}</text>'
        for place, tick in y.ticks():
            grid += f'<path class="grid" d="M{_LEFT} {place:.1f}H{WIDTH - _RIGHT}"/>'
            grid += _text(tick, _LEFT - 7.0, place + 4.0, "soft end")
    size = f"0 0 {WIDTH:.0f} {bottom + _BOTTOM:.0f}"
    label = escaped(title)
    return f'<svg viewBox="{size}" role="img" aria-label="{label}">{grid}{marks}</svg>'


def _mark(rank: int, about: str, drawn: str) -> str:
    return f'<g class="{colour(rank)}"><title>{escaped(about)}</title>{drawn}</g>'


def _dot(x: float, y: float, radius: int) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'


def _text(text: str, x: float, y: float, style: str = "name") -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}">{escaped(text)}</text>'


def _spread(heights: Mapping[int, float], bottom: float) -> dict[int, float]:
    """Moves texts apart vertically, by rank, and keeps them above the bottom."""
    spread: dict[int, float] = {}
    low = -math.inf
    for rank, height in sorted(heights.items(), key=lambda each: each[1]):
        spread[rank] = low = max(height, low + _LINE)
    beyond = max(low - bottom, 0.0)
    return {rank: height - beyond for rank, height in spread.items()}
