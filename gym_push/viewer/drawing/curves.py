"""The curves of an episode in a picture, for each kind of frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from gym_push.viewer.basic_frame import BasicFrame
from gym_push.viewer.days_frame import DAY_MINUTES, POINT, DaysFrame
from gym_push.viewer.delivery_frame import DeliveryFrame
from gym_push.viewer.drawing.canvas import BLUE, EDGE, GREEN, RED, SOFT, Canvas, Colour
from gym_push.viewer.frame import Frame
from gym_push.viewer.send_frame import SENT, SENT_SIGNS, SendFrame

STYLES: Final = ((GREEN, 0), (BLUE, 6), (SOFT, 3))
"""Colour and dash of each curve."""

DENSITY: Final = 2
"""Pixels from one point of a curve to the next."""

JUMPY: Final = 20
"""The first values of a mean that do not widen the axis."""


class Curves(NamedTuple):
    """Curves over an episode.

    Attributes:
        places: How far the episode was at each point, as a share.
        values: The values at each point, by what they are.
        limits: The least and the greatest value that the axis has room for.
        form: How a value is written.
        ends: What the episode begins and ends with, in words.
        signs: Marks on the first curve, and what each means.
        marks: The index of a point and that of its sign, of each mark.
    """

    places: NDArray[Any]
    values: Mapping[str, NDArray[Any]]
    limits: tuple[float, float]
    form: str
    ends: tuple[str, str]
    signs: tuple[tuple[str, str, Colour], ...] = ()
    marks: tuple[tuple[int, int], ...] = ()


def draw_curves(canvas: Canvas, frame: Frame, x: int, y: int, width: int, height: int) -> None:
    """Draws the curves of a frame into a box, with their names above and their axes."""
    curves = _curves(frame)
    left, right, top, bottom = x + 40, x + width, y + 34, y + height - 18
    ticks = MaxNLocator(4).tick_values(*curves.limits)
    low, high = ticks[0], ticks[-1]

    def level(values: Any) -> Any:
        return bottom - (np.clip(values, low, high) - low) / (high - low) * (bottom - top)

    for tick in ticks:
        canvas.box(left, level(tick), right - left, 1, EDGE)
        canvas.text(left - 7, level(tick) + 4, format(tick, curves.form), 10, SOFT, align="r")
    for place, end, align in ((left, curves.ends[0], "l"), (right, curves.ends[1], "r")):
        canvas.text(place, bottom + 16, end, 10, SOFT, align=align)

    places = curves.places * (right - left)
    for (name, values), (colour, dash) in zip(curves.values.items(), STYLES, strict=False):
        canvas.line(np.array([[x, y + 10], [x + 20, y + 10]]), colour, 2, dash)
        x += 36 + round(canvas.text(x + 24, y + 14, name, 10, SOFT))
        if len(places):
            across = np.append(np.arange(places[0], places[-1], DENSITY), places[-1])
            shown = level(np.interp(across, places, values))
            canvas.line(np.stack([left + across, shown], axis=1), colour, 2, dash)
    for sign, means, colour in curves.signs:
        canvas.text(x + 2, y + 14, sign, 11, colour, strong=True)
        x += 22 + round(canvas.text(x + 13, y + 14, means, 10, SOFT))
    first = next(iter(curves.values.values()))
    for point, which in curves.marks:
        sign, _, colour = curves.signs[which]
        above = level(first[point]) - 5
        canvas.text(left + places[point], above, sign, 10, colour, align="m", strong=True)


def _curves(frame: Frame) -> Curves:
    if isinstance(frame, DeliveryFrame):
        return _delivery(frame)
    if isinstance(frame, SendFrame):
        return _send(frame)
    assert isinstance(frame, BasicFrame)
    return _basic(frame)


def _basic(frame: BasicFrame) -> Curves:
    cells = np.frombuffer(frame.decisions, dtype=np.uint8)
    epochs = np.arange(1, len(cells) + 1)
    counted = {
        "performance": (cells == 0) | (cells == 3),
        "CTR": cells >> 1,
        "of the person (= always opening)": cells & 1,
    }
    values = {name: np.cumsum(each) / epochs for name, each in counted.items()}
    return Curves(epochs / frame.size, values, (0.0, 1.0), ".0%", ("0", f"{frame.size:,}"))


def _delivery(frame: DeliveryFrame) -> Curves:
    minute, reward, *_, arrived, all_delivered = np.frombuffer(frame.points).reshape(-1, POINT).T
    values = {
        "reward a notification": reward / arrived,
        "by delivering all": all_delivered / arrived,
    }
    steady = [0.0, *(height for each in values.values() for height in (*each[JUMPY:], *each[-1:]))]
    limits = min(steady), max(*steady, 0.1)
    return Curves(minute / frame.minutes, values, limits, "+.2f", _days(frame))


def _send(frame: SendFrame) -> Curves:
    points = np.frombuffer(frame.points).reshape(-1, POINT)
    minute, reward, nothing, *statuses = points.T
    now = frame.minutes if frame.left else frame.minute
    values = {
        "reward": np.append(reward, frame.reward),
        "sending nothing": np.append(nothing, frame.nothing),
    }
    heights = np.concatenate([[0.0], *values.values()])
    sent = np.diff(statuses, axis=1, prepend=0).T.nonzero()
    return Curves(
        np.append(minute, now) / frame.minutes,
        values,
        (heights.min(), max(heights.max(), 0.1)),
        "+,.4g",
        _days(frame),
        tuple(zip(SENT_SIGNS[1:], SENT[1:], (GREEN, RED, RED), strict=True)),
        tuple(zip(*(each.tolist() for each in sent), strict=True)) if len(points) else (),
    )


def _days(frame: DaysFrame) -> tuple[str, str]:
    return "day 1", f"day {frame.minutes // DAY_MINUTES}"
