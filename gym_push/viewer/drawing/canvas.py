"""What a picture is painted with: rounded boxes, gradients, and text that stays within its width.

The only importer of Pillow. Its own font makes the same picture on every machine, also without
installed fonts.
"""

from __future__ import annotations

import colorsys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import MissingExtraError, extra_import
from gym_push.viewer import words

with extra_import("render_mode='rgb_array'", "Pillow", "plots"):
    from PIL import Image, ImageDraw, ImageFont

Colour: TypeAlias = tuple[int, int, int]

MOST = 300
"""Characters of a text that are drawn at most; no picture has room for more."""

BASELINE = 2
"""How far a line of text reaches above its baseline, accents included, in font sizes."""

SMOOTH = 4
"""Box outlines are drawn this many times larger and then reduced, for smooth corners."""

MARKS = {
    True: ((0.05, 0.55), (0.38, 0.88), (0.95, 0.15)),  # a tick, in one line
    False: ((0.12, 0.12), (0.88, 0.88), (0.5, 0.5), (0.88, 0.12), (0.12, 0.88)),  # a cross
}
"""The signs for right and wrong, which the font lacks, as corners in shares of their size."""


class Canvas:
    """A picture in the making; all positions and sizes are in pixels from the top left corner."""

    def __init__(self, image: Image.Image) -> None:
        self._image = image
        self._draw = ImageDraw.Draw(image)

    def box(
        self, x: int, y: int, width: int, height: int, colour: Colour, *, radius: int = 0
    ) -> None:
        """Fills a box with rounded corners; draws nothing if it has no width or height."""
        if width > 0 and height > 0:
            self._image.paste(colour, (x, y), _outline(width, height, radius))

    def gradient(
        self, x: int, y: int, width: int, height: int, stops: tuple[Colour, ...], *, radius: int
    ) -> None:
        """Fills a box with a gradient, from the first colour at the top to the last below."""
        place = np.linspace(0, len(stops) - 1, height)
        column = [
            np.interp(place, range(len(stops)), channel) for channel in zip(*stops, strict=True)
        ]
        pixels = np.repeat(np.stack(column, axis=-1)[:, None], width, axis=1)
        filled = Image.fromarray(pixels.round().astype(np.uint8))
        self._image.paste(filled, (x, y), _outline(width, height, radius))

    def text(
        self,
        x: float,
        y: int,
        words: object,
        size: int,
        colour: Colour,
        *,
        width: float = np.inf,
        align: str = "left",
        strong: bool = False,
    ) -> float:
        """Writes one line, clipped to `width`, and returns how wide it is.

        Args:
            x: Where the line begins, ends or has its middle, as `align` says.
            y: The line's baseline.
            words: The text; characters that cannot be printed are replaced.
            size: Size of the font.
            colour: Colour of the text.
            width: Greatest width of the line; a longer one ends with dots.
            align: "left", "right" or "center".
            strong: Whether it is bold.
        """
        line = clip(words, size, width)
        length = measure(line, size)
        x -= {"left": 0.0, "right": length, "center": length / 2}[align]
        if line:
            self._image.paste(colour, (round(x), y - BASELINE * size), _written(line, size, strong))
        return length

    def paragraph(
        self, x: float, y: int, words: object, size: int, colour: Colour, width: float, lines: int
    ) -> None:
        """Writes at most so many `lines`, wrapped at `width`; `y` is the first baseline."""
        for number, line in enumerate(wrap(words, size, width, lines)):
            self.text(x, y + number * round(size * 1.4), line, size, colour)

    def mark(self, x: int, y: int, size: int, colour: Colour, *, right: bool) -> None:
        """Draws the sign for right (a tick) or wrong (a cross) in a square of `size`."""
        corners = [(round(x + left * size), round(y + top * size)) for left, top in MARKS[right]]
        self._draw.line(corners, colour, max(2, size // 6), joint="curve")


@lru_cache(maxsize=4096)  # most texts stay from one picture to the next
def measure(line: str, size: int) -> float:
    """Width of one line of text in pixels."""
    return _font(size).getlength(line)


def clip(words: object, size: int, width: float) -> str:
    """Returns as much of a text as fits into `width` pixels, with characters that the font has."""
    line = _writable(words)
    if measure(line, size) <= width:
        return line
    return line[: _room(line, size, width - measure("…", size))].rstrip() + "…"


def wrap(words: object, size: int, width: float, lines: int) -> Iterator[str]:
    """Breaks a text between words, or within one wider than a line; clips the last line."""
    rest = _writable(words)
    for number in range(lines):
        end = max(1, _room(rest, size, width))
        if number == lines - 1 or end == len(rest):
            yield clip(rest, size, width)
            return
        space = rest.rfind(" ", 0, end + 1)
        end = space if space > 0 else end
        yield rest[:end]
        rest = rest[end:].lstrip()


def blank(width: int, height: int, colour: Colour) -> Image.Image:
    """Returns an image of one colour."""
    return Image.new("RGB", (width, height), colour)


def pixels(image: Image.Image) -> NDArray[np.uint8]:
    """Returns an image as a uint8 array of shape (height, width, 3), the caller's own."""
    return np.array(image, dtype=np.uint8)


@lru_cache(maxsize=1024)
def _room(line: str, size: int, width: float) -> int:
    """How many characters of a line fit into `width` pixels."""
    lengths = range(1, len(line) + 1)
    return bisect_right(lengths, width, key=lambda end: _font(size).getlength(line[:end]))


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise MissingExtraError("render_mode='rgb_array'", "Pillow with FreeType", "plots")
    return font.font_variant(layout_engine=ImageFont.Layout.BASIC)  # the same on every machine


@lru_cache(maxsize=1024)
def _written(line: str, size: int, strong: bool) -> Image.Image:
    """A line of text as a mask."""
    mask = Image.new("L", (round(measure(line, size)) + 2, (BASELINE + 1) * size))
    for shift in (0, 0.6) if strong else (0,):  # the font has no bold face
        ImageDraw.Draw(mask).text((shift, BASELINE * size), line, 255, _font(size), anchor="ls")
    return mask


@lru_cache(maxsize=512)
def _outline(width: int, height: int, radius: int) -> Image.Image:
    """A box as a mask, with smooth corners."""
    large = Image.new("L", (width * SMOOTH, height * SMOOTH))
    corner = min(radius, width // 2, height // 2) * SMOOTH
    edge = (0, 0, width * SMOOTH - 1, height * SMOOTH - 1)
    ImageDraw.Draw(large).rounded_rectangle(edge, corner, fill=255)
    return large.resize((width, height), Image.Resampling.BOX)


def _writable(words: object) -> str:
    """Returns a text on one line, with characters that the font has or its empty box."""
    text = " ".join(str(words)[:MOST].split())
    return "".join(map(_nearest, text))


@lru_cache(maxsize=4096)
def _nearest(char: str) -> str:
    """Returns a character that the font has, or the nearest: its letters without accents."""
    if _has(char):
        return char
    letters = "".join(filter(_has, unicodedata.normalize("NFKD", char)))
    return letters or ("-" if unicodedata.category(char) in ("Pd", "Sm") else "\ufffd")


def _has(char: str) -> bool:
    missing = bytes(_font(16).getmask("\uffff"))
    return char == " " or (char.isprintable() and bytes(_font(16).getmask(char)) != missing)


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
