"""What the parts of a picture have in common: colours, columns, cards, tiles, icons and lines."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping

from gym_push.viewer import words
from gym_push.viewer.drawing.canvas import Canvas, Colour

GROUND, CARD, LINE, TRACK = (244, 243, 239), (255, 255, 255), (227, 224, 216), (233, 231, 224)
INK, SOFT = (29, 35, 48), (91, 98, 113)
OPEN, OPEN_SOFT = (29, 87, 216), (230, 238, 253)
DISMISS, DISMISS_SOFT = (168, 70, 15), (251, 236, 226)
RIGHT, WRONG = (20, 108, 53), (180, 35, 24)
WHITE = (255, 255, 255)

LEFT, MIDDLE, FEEDS = (16, 220), (250, 438), (702, 242)  # x and width of the three columns
TOP, SECOND_TOP, BOTTOM = 58, 328, 584  # of the columns, and of the second list


def icon(canvas: Canvas, x: int, y: int, size: int, package: object) -> None:
    """Draws the first letter of an app's name on its colour."""
    red, green, blue = colorsys.hls_to_rgb(words.hue(package) / 360, 0.29, 0.58)
    colour = (round(red * 255), round(green * 255), round(blue * 255))
    canvas.box(x, y, size, size, colour, radius=size * 2 // 7)
    letter = words.app_name(package).strip()[:1]
    canvas.text(x + size / 2, y + round(size * 0.68), letter, size // 2, WHITE, align="center",
                strong=True, width=size)  # fmt: skip


def card(canvas: Canvas, x: int, y: int, width: int, height: int, *, radius: int = 12) -> None:
    """Draws a white box with a thin line around it."""
    canvas.box(x, y, width, height, LINE, radius=radius)
    canvas.box(x + 1, y + 1, width - 2, height - 2, CARD, radius=radius - 1)


def titled_card(canvas: Canvas, top: int, bottom: int, title: str) -> None:
    """Draws a card of the middle column."""
    x, width = MIDDLE
    card(canvas, x, top, width, bottom - top)
    canvas.text(x + 14, top + 23, title, 13, INK, strong=True)


def meter(canvas: Canvas, x: int, y: int, width: int, share: float, colour: Colour) -> None:
    """Draws a bar of which `share`, from 0 to 1, is filled."""
    canvas.box(x, y, width, 4, TRACK, radius=2)
    canvas.box(x, y, round(width * share), 4, colour, radius=2)


def number(canvas: Canvas, x: int, width: int, value: str, below: str) -> None:
    """Draws what a tile of the score says: a large number, and small words below it."""
    canvas.text(x, TOP + 50, value, 24, INK, width=width, strong=True)
    canvas.text(x, TOP + 73, below, 10, SOFT, width=width + 10)


def rate(
    canvas: Canvas, x: int, width: int, share: float | None, below: str, colour: Colour
) -> None:
    """Draws a share as a number and as a bar."""
    number(canvas, x, width, words.percent(share), below)
    meter(canvas, x, TOP + 56, width, share or 0.0, colour)


def list_line(
    canvas: Canvas,
    x: int,
    y: int,
    width: int,
    epoch: int,
    notification: Mapping[str, object],
    posted: str | None,
    outcome: str,
    right: bool | None,
) -> None:
    """Draws one decision in two lines of text.

    Args:
        canvas: What to draw on.
        x: The left edge.
        y: The top.
        width: Its width.
        epoch: Number of the decision.
        notification: What it is about.
        posted: ISO local time at which that was posted.
        outcome: What the person did, in words; "" if there is nothing to say.
        right: Whether to draw a tick or a cross; None for neither.
    """
    day, clock = words.day(posted), words.clock(posted)
    said = " · ".join(filter(None, (f"#{epoch}", day and f"{day[:3]} {clock}", outcome)))
    icon(canvas, x, y, 22, notification.get("appPackage"))
    canvas.text(x + 29, y + 9, words.about(notification, " · "), 11, INK, width=width - 42)
    canvas.text(x + 29, y + 21, said, 10, SOFT, width=width - 42)
    if right is not None:
        canvas.mark(x + width - 11, y + 6, 11, RIGHT if right else WRONG, right=right)
