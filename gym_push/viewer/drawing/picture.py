"""A frame as a picture: the `rgb_array` render mode, drawn in the process and without a browser.

It looks like the page in its light colours and shows the same facts. It is smaller than the page,
since those who record hundreds of pictures hold them all in memory.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gym_push.viewer.basic_frame import BasicFrame
from gym_push.viewer.delivery_frame import DeliveryFrame
from gym_push.viewer.drawing.canvas import (
    CARD,
    FEEDS,
    GROUND,
    INK,
    LINE,
    OPEN,
    SOFT,
    WHITE,
    Canvas,
    blank,
    clip,
    measure,
    meter,
    pixels,
)
from gym_push.viewer.drawing.columns import draw_background, draw_basic, draw_delivery
from gym_push.viewer.drawing.phone import draw_case, draw_chips, draw_screen
from gym_push.viewer.frame import Frame

if TYPE_CHECKING:
    from PIL import Image

WIDTH, HEIGHT = 960, 600

BELL = (240, 160, 32)


def to_picture(frame: Frame) -> NDArray[np.uint8]:
    """Draws a frame: uint8, shape (`HEIGHT`, `WIDTH`, 3), red, green and blue; always the same."""
    image = _background(frame.kind).copy()
    canvas = Canvas(image)
    if isinstance(frame, DeliveryFrame):
        passed = frame.minute / max(1, frame.minutes)
        _head(canvas, frame, frame.day, passed)
        draw_screen(canvas, replace(frame, posted=frame.now))
        draw_delivery(canvas, frame)
    else:
        assert isinstance(frame, BasicFrame)
        decided = frame.epoch / max(1, frame.size)
        _head(canvas, frame, f"{frame.epoch} / {frame.size}", decided)
        draw_screen(canvas, frame)
        draw_basic(canvas, frame)
    draw_chips(canvas, frame)
    return pixels(image)


@lru_cache(maxsize=2)
def _background(kind: str) -> Image.Image:
    """All that is the same in every picture of a kind of frame."""
    image = blank(WIDTH, HEIGHT, GROUND)
    canvas = Canvas(image)
    canvas.box(0, 0, WIDTH, 44, CARD)
    canvas.box(0, 43, WIDTH, 1, LINE)
    for x, y, width, height, radius in ((22, 11, 12, 16, 6), (19, 24, 18, 3, 1), (26, 28, 4, 4, 2)):
        canvas.box(x, y, width, height, BELL, radius=radius)  # together, a bell
    canvas.text(44, 28, "gym-push", 17, INK, strong=True)
    draw_case(canvas)
    draw_background(canvas, kind)
    return image


def _head(canvas: Canvas, frame: Frame, progress: str, share: float) -> None:
    name = clip(frame.env, 12, 240)
    canvas.box(130, 10, round(measure(name, 12)) + 24, 24, INK, radius=12)
    canvas.text(142, 26, name, 12, WHITE)
    x, width = FEEDS
    whose = "" if frame.user is None else f"user {frame.user} · "
    said = canvas.text(x + width, 24, progress, 12, INK, align="right")
    canvas.text(x + width - said - 16, 24, f"{whose}episode {frame.episode}", 12, SOFT,
                align="right", width=240)  # fmt: skip
    meter(canvas, x, 32, width, share, OPEN)
