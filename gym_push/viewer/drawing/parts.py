"""What the parts of a picture have in common: colours, columns, cards, icons and meters."""

from __future__ import annotations

import colorsys

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


def app_of(package: object) -> str:
    """Name of the app of a package, or what stands for it where a log has none."""
    return "Notification" if package is None else words.app_name(package)


def icon(canvas: Canvas, x: int, y: int, size: int, package: object) -> None:
    """Draws the first letter of an app's name on its colour."""
    red, green, blue = colorsys.hls_to_rgb(words.hue(package) / 360, 0.29, 0.58)
    colour = (round(red * 255), round(green * 255), round(blue * 255))
    canvas.box(x, y, size, size, colour, radius=size * 2 // 7)
    letter = app_of(package).strip()[:1]
    canvas.text(x + size / 2, y + round(size * 0.68), letter, size // 2, WHITE, align="center",
                strong=True, width=size)  # fmt: skip


def card(canvas: Canvas, x: int, y: int, width: int, height: int, *, radius: int = 12) -> None:
    """Draws a white box with a thin line around it."""
    canvas.box(x, y, width, height, LINE, radius=radius)
    canvas.box(x + 1, y + 1, width - 2, height - 2, CARD, radius=radius - 1)


def meter(canvas: Canvas, x: int, y: int, width: int, share: float, colour: Colour) -> None:
    """Draws a bar of which `share`, from 0 to 1, is filled."""
    canvas.box(x, y, width, 4, TRACK, radius=2)
    canvas.box(x, y, round(width * share), 4, colour, radius=2)
