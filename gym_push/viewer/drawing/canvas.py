"""What a picture is painted with: boxes, lines, and text that stays within its width.

The only importer of Pillow. Everything is drawn twice as large and then reduced, which makes its
edges smooth. The fonts come with Matplotlib, so a picture looks the same on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push import text
from gym_push.errors import extra_import
from gym_push.viewer.lines import clip, wrap

with extra_import("render_mode='rgb_array'", "Matplotlib", "plots"):
    import matplotlib
    from matplotlib.ft2font import FT2Font
    from PIL import Image, ImageDraw, ImageFont, ImageOps

Colour: TypeAlias = tuple[int, int, int]

FONTS: Final = Path(matplotlib.get_data_path(), "fonts", "ttf")
REGULAR, STRONG = FONTS / "DejaVuSans.ttf", FONTS / "DejaVuSans-Bold.ttf"

CHARACTERS: Final = frozenset(FT2Font(str(REGULAR)).get_charmap()) & frozenset(
    FT2Font(str(STRONG)).get_charmap()
)
"""Code points that both fonts can write: Latin, Greek, Cyrillic, Hebrew, Arabic, faces, ..."""

RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")

MOST: Final = 300
"""Characters of a text that are drawn at most; no picture has room for more."""

SCALE: Final = 2
"""How many times larger than the picture everything is drawn."""


GROUND, CARD, EDGE, TRACK = (244, 243, 239), (255, 255, 255), (227, 224, 216), (233, 231, 224)
INK, SOFT, WHITE = (29, 35, 48), (91, 98, 113), (255, 255, 255)
BLUE, GREEN, RED = (29, 87, 216), (20, 108, 53), (180, 35, 24)


class Canvas:
    """A picture in the making; all positions and sizes are in pixels from the top left corner."""

    def __init__(self, image: Image.Image) -> None:
        self.image = image
        self._draw = ImageDraw.Draw(image)

    @classmethod
    def blank(cls, width: int, height: int, colour: Colour) -> Canvas:
        """Begins a picture of one colour."""
        return cls(Image.new("RGB", (width * SCALE, height * SCALE), colour))

    def copy(self) -> Canvas:
        """Begins a picture with all that is on this one."""
        return Canvas(self.image.copy())

    def pixels(self) -> NDArray[np.uint8]:
        """Returns the picture: uint8, shape (height, width, 3), red, green and blue."""
        return np.array(self.image.reduce(SCALE), dtype=np.uint8)

    def box(
        self, x: float, y: float, width: float, height: float, colour: Colour, radius: float = 0
    ) -> None:
        """Fills a box with rounded corners; draws nothing if it is less than a pixel."""
        if min(width, height) * SCALE >= 1:
            self._draw.rounded_rectangle(_box(x, y, width, height), radius * SCALE, fill=colour)

    def gradient(
        self, x: float, y: float, width: float, height: float, colours: Sequence[Colour],
        radius: float,
    ) -> None:  # fmt: skip
        """Fills a box with three colours that become one another, from its top to its bottom."""
        first, middle, last = colours
        shades = ImageOps.colorize(Image.linear_gradient("L"), first, last, middle)
        left, top, right, bottom = _box(x, y, width, height)
        size = round(right - left) + 1, round(bottom - top) + 1
        mask = Image.new("L", size)
        corners = (0, 0, size[0] - 1, size[1] - 1)
        ImageDraw.Draw(mask).rounded_rectangle(corners, radius * SCALE, fill=255)
        self.image.paste(shades.resize(size), (round(left), round(top)), mask)

    def line(
        self, points: NDArray[np.float64], colour: Colour, width: float, dash: float = 0
    ) -> None:
        """Draws a line through points, (n, 2); one with a `dash` has gaps, each as long."""
        pieces = [points * SCALE]
        if dash and len(points) > 1:
            steps = np.hypot(*np.diff(points, axis=0).T)
            along = np.append(0, np.cumsum(steps))
            places = np.arange(0, along[-1])
            dense = np.stack([np.interp(places, along, each) for each in pieces[0].T], axis=1)
            starts = range(0, len(dense), round(2 * dash))
            pieces = [dense[start : start + round(dash) + 1] for start in starts]
        for piece in pieces:
            self._draw.line(piece.ravel().tolist(), colour, round(width * SCALE), joint="curve")

    def text(
        self, x: float, y: float, words: object, size: int, colour: Colour,
        *, width: float = np.inf, align: str = "l", strong: bool = False,
    ) -> float:  # fmt: skip
        """Writes one line, clipped to `width`, and returns how wide it is.

        Args:
            x: Where the line begins ("l"), has its middle ("m") or ends ("r"), as `align` says.
            y: The line's baseline.
            words: The text; what stands in for characters that the font lacks, `writable` says.
            size: Size of the font.
            colour: Colour of the text.
            width: Greatest width of the line; a longer one ends with dots.
            align: "l", "m" or "r".
            strong: Whether it is bold.
        """
        line, length = fit(words, size, width, strong=strong)
        if line:
            mask, left, top = _written(line, size, strong)
            start = x - {"l": 0.0, "m": length / 2, "r": length}[align]
            self.image.paste(colour, (round(start * SCALE) + left, round(y * SCALE) + top), mask)
        return length

    def paragraph(
        self, x: float, y: float, words: object, size: int, colour: Colour, width: float, most: int
    ) -> None:
        """Writes at most so many lines, wrapped at `width`; `y` is the first baseline.

        They begin at the right if the text's first letter does.
        """
        said = writable(str(words))
        first = next(filter(str.isalpha, said), "")
        align, x = ("r", x + width) if RIGHT_TO_LEFT.match(first) else ("l", x)
        for number, line in enumerate(wrap(said, width, most, partial(_measure, size=size))):
            self.text(x, y + number * size * 1.4, line, size, colour, align=align)


def fit(
    words: object, size: int, width: float = np.inf, *, strong: bool = False
) -> tuple[str, float]:
    """Returns as much of a text as fits into `width` pixels, and how wide that is."""
    measure = partial(_measure, size=size, strong=strong)
    line = clip(writable(str(words)), width, measure)
    return line, measure(line)


@lru_cache(maxsize=4096)
def _measure(line: str, size: int, strong: bool = False) -> float:
    return _font(size, strong, bool(RIGHT_TO_LEFT.search(line))).getlength(line) / SCALE


@lru_cache(maxsize=4096)
def writable(words: str) -> str:
    """Returns a text on one line, with characters that the font has."""
    return text.writable(" ".join(words[:MOST].split()), CHARACTERS)


@lru_cache(maxsize=1024)  # most texts stay from one picture to the next
def _written(line: str, size: int, strong: bool) -> tuple[Image.Image, int, int]:
    """A line of text as a mask, and where that begins as seen from the start of the baseline."""
    font = _font(size, strong, bool(RIGHT_TO_LEFT.search(line)))
    left, top, right, bottom = map(round, font.getbbox(line, anchor="ls"))
    mask = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(mask).text((-left, -top), line, 255, font, anchor="ls")
    return mask, left, top


@lru_cache(maxsize=64)
def _font(size: int, strong: bool, right_to_left: bool) -> ImageFont.FreeTypeFont:
    """Right-to-left text needs Raqm, which Pillow has where FriBidi is installed."""
    layout = ImageFont.Layout.RAQM if right_to_left else ImageFont.Layout.BASIC
    return ImageFont.truetype(str(STRONG if strong else REGULAR), size * SCALE,
                              layout_engine=layout)  # fmt: skip


def _box(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    """The corners of a box on the larger picture; Pillow counts the last pixel in."""
    return x * SCALE, y * SCALE, (x + width) * SCALE - 1, (y + height) * SCALE - 1
