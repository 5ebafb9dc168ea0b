"""Charts of the leaderboard's page: SVG that stands in HTML, without script or inline style.

Colours are classes of the page's style sheet, so that they follow its light and dark scheme. An
agent is told by its rank, which stands beside its mark, and never by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gym_push.evaluation.estimates import Estimate
from gym_push.text import escaped

COLOURS: Final = 8
"""How many marks can be told apart; further ones share a grey."""

WIDTH: Final = 400.0
"""Of every chart, in CSS pixels at its natural size."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 26.0, 14.0, 44.0
_LETTER: Final = 7.0  # about the width of a letter or digit
_LINE: Final = 13.0  # the least distance of two lines of text
_NAME_WIDTH: Final = 140.0
_ROW: Final = 25.0
_PLOT: Final = 250.0  # height

Point = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """Maps values to places on a chart.

    Attributes:
        name: What it shows.
        low, high: The values at its ends; `low` is below `high`.
        start, end: The places of its ends.
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
        """Returns an axis on which all of some values lie, with some air at its ends."""
        low, high = min(values), max(values)
        air = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
        return cls(name, low - air, high + air, start, end, percent)

    def at(self, value: float) -> float:
        """Returns the place of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yields places of round values, about five, and how the values are written."""
        rough = (self.high - self.low) / 5.0
        power = 10.0 ** math.floor(math.log10(rough))
        step = power * next(nice for nice in (1.0, 2.0, 5.0, 10.0) if nice * power >= rough)
        digits = max(0, -math.floor(math.log10(step)) - (2 if self.percent else 0))
        for count in range(math.ceil(self.low / step), math.floor(self.high / step) + 1):
            value = count * step
            shown = f"{value:.{digits}%}" if self.percent else f"{value:.{digits}f}"
            yield self.at(value), shown.replace("-", "−")


def intervals(title: str, names: Sequence[str], values: Sequence[Estimate]) -> str:
    """Draws means with their intervals, a row for each, in the order of their ranks.

    Args:
        title: What the chart shows, for those who hear it.
        names: Of the agents.
        values: One for each.
    """
    height = _TOP + _ROW * len(values) + _BOTTOM
    every = [number for each in values for number in (each.value, *(each.interval or ()))]
    x = Axis.around("", every, _NAME_WIDTH + 10.0, WIDTH - _RIGHT)
    parts = [_bottom_axis(x, height)]
    for rank, (name, value) in enumerate(zip(names, values, strict=True), 1):
        y = _TOP + _ROW * (rank - 0.5)
        label = f"{rank}  {_shortened(name, int(_NAME_WIDTH / _LETTER) - 3)}"
        between = whisker = ""
        if value.interval:
            between = ", between {:.3f} and {:.3f}".format(*value.interval)
            low, high = map(x.at, value.interval)
            whisker = (
                f'<path class="whisker" d="M{low:.1f} {y:.1f}H{high:.1f}M{low:.1f} {y - 5:.1f}v10'
                f'M{high:.1f} {y - 5:.1f}v10"/>'
            )
        parts.append(
            f'<g class="{mark(rank)}"><title>{escaped(name)}: {value.value:.3f}{between}</title>'
            f'<text class="name" x="0" y="{y + 4:.1f}">{escaped(label)}</text>{whisker}'
            f'<circle cx="{x.at(value.value):.1f}" cy="{y:.1f}" r="5"/></g>'
        )
    return _svg(title, height, parts)


def curves(title: str, names: Sequence[str], curves: Sequence[Sequence[float | None]]) -> str:
    """Draws how the reward of the best agents changes as they see more.

    Args:
        title: What the chart shows, for those who hear it.
        names: Of the agents, by rank; at most `COLOURS`.
        curves: Mean reward by tenth of what they saw, for each; None where there is none.
    """
    height = _TOP + _PLOT + _BOTTOM
    most = max(map(len, curves))
    known = [value for curve in curves for value in curve if value is not None]
    x = Axis("share of a person's notifications seen", 0.0, 1.0, _LEFT, WIDTH - _RIGHT, True)
    y = Axis.around("reward of a decision", known, height - _BOTTOM, _TOP)
    parts = [_bottom_axis(x, height), _left_axis(y)]
    ends: dict[int, Point] = {}
    for rank, (name, curve) in enumerate(zip(names, curves, strict=True), 1):
        points = [
            None if value is None else (x.at((tenth + 0.5) / most), y.at(value))
            for tenth, value in enumerate(curve)
        ]
        there = [point for point in points if point is not None]
        if there:
            ends[rank] = there[-1]
            parts.append(
                f'<g class="{mark(rank)}"><title>{escaped(name)}</title>'
                f'<path class="line" d="{_path(points)}"/></g>'
            )
    for rank, place in _spread({rank: end[1] for rank, end in ends.items()}).items():
        parts.append(_rank(rank, ends[rank][0] + 8.0, place + 4.0))
    return _svg(title, height, parts)


def scatter(
    title: str,
    names: Sequence[str],
    points: Mapping[int, Point],
    axes: tuple[str, str],
    percent: bool,
    across: tuple[str, float] | None,
) -> str:
    """Draws one metric against another.

    Args:
        title: What the chart shows, for those who hear it.
        names: Of the agents, by rank.
        points: Values of both metrics, by rank, from 1.
        axes: The names of the metrics, that from left to right first.
        percent: Whether they are shares.
        across: Name and value of a line at the height of something to compare with.
    """
    height = _TOP + _PLOT + _BOTTOM
    ys = [point[1] for point in points.values()] + ([across[1]] if across else [])
    x = Axis.around(axes[0], [p[0] for p in points.values()], _LEFT, WIDTH - _RIGHT, percent)
    y = Axis.around(axes[1], ys, height - _BOTTOM, _TOP, percent)
    parts = [_bottom_axis(x, height), _left_axis(y)]
    if across:
        parts.append(
            f'<path class="across" d="M{_LEFT} {y.at(across[1]):.1f}H{WIDTH - _RIGHT}"/>'
            f'<text class="soft" x="{_LEFT + 4}" y="{y.at(across[1]) - 5:.1f}">{across[0]}</text>'
        )
    placed = {rank: (x.at(point[0]), y.at(point[1])) for rank, point in points.items()}
    for rank, (left, top) in placed.items():
        value = points[rank]
        parts.append(
            f'<g class="{mark(rank)}"><title>{escaped(names[rank - 1])}: {axes[0]} {value[0]:.3f}, '
            f"{axes[1]} {value[1]:.3f}</title>"
            f'<circle cx="{left:.1f}" cy="{top:.1f}" r="5"/></g>'
        )
    parts += [_rank(rank, *place) for rank, place in _beside(placed).items()]
    return _svg(title, height, parts)


def mark(rank: int) -> str:
    """Returns the class of the style sheet that gives a rank its colour and dashes."""
    return f"c{rank if rank <= COLOURS else 0}"


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" aria-label="{escaped(title)}">'
        f"{''.join(parts)}</svg>"
    )


def _bottom_axis(axis: Axis, height: float) -> str:
    bottom = height - _BOTTOM
    return "".join(
        f'<path class="grid" d="M{place:.1f} {_TOP}V{bottom:.1f}"/>'
        + _centred(tick, place, bottom + 17.0)
        for place, tick in axis.ticks()
    ) + _centred(axis.name, (axis.start + axis.end) / 2.0, height - 8.0)


def _left_axis(axis: Axis) -> str:
    return "".join(
        f'<path class="grid" d="M{_LEFT} {place:.1f}H{WIDTH - _RIGHT}"/>'
        f'<text class="soft" text-anchor="end" x="{_LEFT - 7}" y="{place + 4:.1f}">{tick}</text>'
        for place, tick in axis.ticks()
    ) + (
        f'<text class="soft" text-anchor="middle" transform="translate(12 {_TOP + _PLOT / 2}) '
        f'rotate(-90)">{axis.name}</text>'
    )


def _centred(text: str, x: float, y: float) -> str:
    return f'<text class="soft" text-anchor="middle" x="{x:.1f}" y="{y:.1f}">{text}</text>'


def _rank(rank: int, x: float, y: float) -> str:
    return f'<text class="rank {mark(rank)}" x="{x:.1f}" y="{y:.1f}">{rank}</text>'


def _path(points: Sequence[Point | None]) -> str:
    """Draws through points, with a gap where there is none."""
    before, path = None, ""
    for point in points:
        if point is not None:
            path += f"{'L' if before else 'M'}{point[0]:.1f} {point[1]:.1f}"
        before = point
    return path


def _spread(places: Mapping[int, float]) -> dict[int, float]:
    """Moves the places of texts apart, so that each can be read, and keeps them on the chart."""
    spread: dict[int, float] = {}
    low = -math.inf
    for rank, place in sorted(places.items(), key=lambda each: each[1]):
        spread[rank] = low = max(place, low + _LINE)
    beyond = max(low - (_TOP + _PLOT), 0.0)
    return {rank: place - beyond for rank, place in spread.items()}


def _beside(points: Mapping[int, Point]) -> dict[int, Point]:
    """Finds a place for the rank beside each point that is on no other text or point."""
    taken = [(x - 5.0, y - 5.0, x + 5.0, y + 5.0) for x, y in points.values()]
    places: dict[int, Point] = {}
    for rank, (x, y) in points.items():
        wide = _LETTER * len(str(rank))
        free = [
            (left, top)
            for away in (0.0, _LINE, 2.0 * _LINE)
            for left in (x + 8.0, x - 8.0 - wide)
            for top in (y + 4.0, y + 4.0 - away, y + 4.0 + away)
            if _LEFT < left < WIDTH - wide
            and not any(
                left < right and left + wide > other and top - 9.0 < bottom and top > upper
                for other, upper, right, bottom in taken
            )
        ]
        left, top = (free or [(x + 8.0, y + 4.0)])[0]
        taken.append((left, top - 9.0, left + wide, top))
        places[rank] = left, top
    return places


def _shortened(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
