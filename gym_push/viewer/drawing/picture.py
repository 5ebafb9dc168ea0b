"""A frame as a picture: the `rgb_array` render mode, drawn in the process and without a browser.

It looks like the page in its light colours and says the same. It is smaller than the page, since
those who record hundreds of pictures hold them all in memory.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gym_push.viewer import words
from gym_push.viewer.drawing.canvas import (
    BLUE,
    CARD,
    EDGE,
    GREEN,
    GROUND,
    INK,
    RED,
    SOFT,
    TRACK,
    WHITE,
    Canvas,
    Colour,
    fit,
)
from gym_push.viewer.drawing.curves import STYLES, draw_curves
from gym_push.viewer.facts import SIGNS, Facts, Line, Tile, facts
from gym_push.viewer.frame import Frame

WIDTH, HEIGHT = 960, 600

CASE, SCREEN, SKY = (17, 20, 27), (240, 238, 242), ((38, 58, 99), (95, 69, 111), (138, 78, 67))
BELL: Final = (240, 160, 32)

TONES: Final[Mapping[bool | None, tuple[Colour, Colour]]] = {
    True: (GREEN, (222, 237, 227)),
    False: (RED, (250, 231, 229)),
    None: (SOFT, TRACK),
}
"""Ink and ground of what is good, bad, and neither."""

LEFT, MIDDLE, RIGHT = (16, 220), (250, 410), (674, 270)  # x and width of the three columns
TOP, BOTTOM = 58, 584
PHONE_BOTTOM, TILES_BOTTOM, CURVES_BOTTOM = 352, 158, 446
GAP: Final = 14

SHARES: Final = {2: (0.5, 0.5), 3: (0.37, 0.34, 0.29)}
"""How wide each tile of the score is, by their number."""

LINE, OFFER = 34, 17
"""Height of a line of the list, and of what can be done now, which begins at ..."""

OFFERS_TOP: Final = 360


def to_picture(frame: Frame) -> NDArray[np.uint8]:
    """Draws a frame: uint8, shape (`HEIGHT`, `WIDTH`, 3), red, green and blue; always the same."""
    canvas, told = _background().copy(), facts(frame)
    _head(canvas, told)
    _phone(canvas, frame, told)
    _chips(canvas, frame)
    _tiles(canvas, told.tiles)
    x, width = MIDDLE
    top = TILES_BOTTOM + GAP
    draw_curves(canvas, frame, x + 14, top + 8, width - 28, CURVES_BOTTOM - top - 12)
    _counts(canvas, told)
    if told.offers:
        _offers(canvas, told)
    _lines(canvas, told.lines, OFFERS_TOP if told.offers else BOTTOM)
    return canvas.pixels()


@lru_cache(maxsize=1)
def _background() -> Canvas:
    """All that is the same in every picture."""
    canvas = Canvas.blank(WIDTH, HEIGHT, GROUND)
    canvas.box(0, 0, WIDTH, 44, CARD)
    canvas.box(0, 43, WIDTH, 1, EDGE)
    for x, y, width, height, radius in ((22, 11, 12, 16, 6), (19, 24, 18, 3, 1), (26, 28, 4, 4, 2)):
        canvas.box(x, y, width, height, BELL, radius)  # together, a bell
    canvas.text(44, 28, "gym-push", 16, INK, strong=True)
    x, width = LEFT
    canvas.box(x, TOP, width, PHONE_BOTTOM - TOP, CASE, 28)
    canvas.gradient(x + 7, TOP + 7, width - 14, PHONE_BOTTOM - TOP - 14, SKY, 22)
    x, width = MIDDLE
    _card(canvas, x, TILES_BOTTOM + GAP, width, CURVES_BOTTOM - TILES_BOTTOM - GAP)
    _card(canvas, x, CURVES_BOTTOM + GAP, width, BOTTOM - CURVES_BOTTOM - GAP)
    x, width = RIGHT
    _card(canvas, x, TOP, width, BOTTOM - TOP)
    canvas.text(x + 14, TOP + 24, "Decisions", 13, INK, strong=True)
    return canvas


def _head(canvas: Canvas, told: Facts) -> None:
    env, agent, *run = told.run
    name, length = fit(env, 12, 180)
    canvas.box(144, 10, length + 24, 24, INK, 12)
    canvas.text(156, 26, name, 12, WHITE)
    canvas.text(180 + length, 27, agent, 14, INK, width=460 - length, strong=True)
    x, width = RIGHT
    said = canvas.text(x + width, 24, told.progress, 12, INK, align="r", strong=True)
    rest = width - said - 12
    canvas.text(x + width - said - 12, 24, " · ".join(run), 12, SOFT, align="r", width=rest)
    _meter(canvas, x, 32, width, told.passed, BLUE)


def _phone(canvas: Canvas, frame: Frame, told: Facts) -> None:
    now = told.now
    x, width = LEFT[0] + 18, LEFT[1] - 36
    middle = LEFT[0] + LEFT[1] // 2
    every, roles = {**frame.context, **frame.notification}, frame.roles
    tell = partial(words.told, every, roles)
    charged = "⚡" if tell("charging") is True else ""
    if (level := tell("battery")) is not None:
        charged += words.value("", level, frame.units.get(roles["battery"], "%"))
    canvas.text(x + 4, TOP + 28, tell("place") or "", 11, WHITE, width=76)
    canvas.text(x + width - 4, TOP + 28, charged, 11, WHITE, width=76, align="r")
    if led := words.led_colour(tell("light")):
        canvas.box(middle - 6, TOP + 18, 12, 12, WHITE, 6)
        canvas.box(middle - 5, TOP + 19, 10, 10, led, 5)
    canvas.text(middle, TOP + 90, words.clock(now), 42, WHITE, align="m")
    canvas.text(
        middle,
        TOP + 114,
        _date(now, tell("day_of_week"), tell("time_of_day")),
        12,
        WHITE,
        width=width,
        align="m",
    )

    top = TOP + 136
    if not frame.notification:
        canvas.text(middle, top + 20, told.newest, 11, WHITE, align="m", width=width)
        return
    canvas.box(x - 4, top, width + 8, 108, SCREEN, 14)
    title = words.title(every, roles)
    _icon(canvas, x + 6, top + 12, 30, title)
    who = " · ".join(str(part) for part in (title, tell("sender")) if part)
    kind = tell("category") or ""
    end = canvas.text(x + width - 4, top + 22, kind, 10, SOFT, width=50, align="r")
    canvas.text(x + 44, top + 22, who, 12, INK, width=width - 56 - end, strong=True)
    canvas.paragraph(x + 44, top + 40, words.text(every, roles), 11, INK, width - 50, 5)
    buzzes = words.vibration(tell("vibration"))[1::2]
    if said := f"buzzes {', '.join(map(str, buzzes))} ms" if buzzes else told.newest:
        canvas.text(middle, top + 130, said, 11, WHITE, align="m", width=width)


def _date(now: str | None, day: object, part: object) -> str:
    date = words.day(now) or (words.weekday(day) if day else "")
    return ", ".join(str(said) for said in (date, part) if said)


def _chips(canvas: Canvas, frame: Frame) -> None:
    """Puts the features below the phone that cannot be seen on it, as far as there is room."""
    in_phone = set(words.TABLES["inPhone"])
    for role, read in (("light", words.led_colour), ("vibration", words.vibration)):
        if read(words.told(frame.notification, frame.roles, role)):
            in_phone.add(role)
    shown = {name for role, name in frame.roles.items() if role in in_phone}
    y: float = PHONE_BOTTOM + 18
    for title, features in (("Notification", frame.notification), ("Context", frame.context)):
        chips = [
            (words.label(name), words.value(name, raw, frame.units.get(name)))
            for name, raw in features.items()
            if name not in shown
        ]
        if chips and y < BOTTOM - 24:
            canvas.text(LEFT[0], y, title, 11, SOFT)
            y = _flow(canvas, y + 6, chips) + 19


def _flow(canvas: Canvas, y: float, chips: Iterable[tuple[str, str]]) -> float:
    """Puts labels and values side by side, row by row; returns where they end."""
    left, width = LEFT
    x: float = left
    for label, value in chips:
        label, start = fit(label, 10, width * 0.6)
        value, length = fit(value, 10, width - 19 - start)
        long = start + length + 19
        if x > left and x + long > left + width:
            x, y = left, y + 21
        if y + 18 > BOTTOM:
            return y
        _card(canvas, x, y, long, 18, 9)
        canvas.text(x + 7, y + 13, label, 10, SOFT)
        canvas.text(x + 12 + start, y + 13, value, 10, INK)
        x += long + 4
    return y + 18


def _tiles(canvas: Canvas, tiles: tuple[Tile, ...]) -> None:
    """Draws the score; the bar of a share has the colour of its curve, and a notch at the other."""
    left: float
    left, width = MIDDLE
    room = width - GAP * (len(tiles) - 1)
    for tile, share, (colour, _) in zip(tiles, SHARES[len(tiles)], STYLES, strict=False):
        x, wide = left + 14, room * share
        most = wide - 28
        _card(canvas, left, TOP, wide, TILES_BOTTOM - TOP)
        canvas.text(x, TOP + 21, tile.title[:1].upper() + tile.title[1:], 11, SOFT, width=most)
        size = 24 if len(tile.value) < 7 else 18
        canvas.text(x, TOP + 50, tile.value, size, INK, width=most + 8, strong=True)
        for row, said in enumerate(tile.below):
            canvas.text(x, TOP + 77 + row * 14, said, 10, SOFT, width=most + 10)
        if tile.share is not None:
            _meter(canvas, x, TOP + 58, most, tile.share, colour)
        if tile.other is not None:
            canvas.box(x - 1 + most * tile.other, TOP + 55, 2, 10, INK)
        left += wide + GAP


def _counts(canvas: Canvas, told: Facts) -> None:
    """Draws what came of the decisions, and below it the rest that there is to say of them."""
    left, width = MIDDLE[0] + 14, MIDDLE[1] - 28
    below = list(filter(None, (told.why, " · ".join(told.parts), told.measured)))
    columns = len(told.counts) // (1 if told.why else 2)
    wide = (width + 8) / columns
    high = 46 if below else 54
    for place, (count, said, good) in enumerate(told.counts):
        ink, ground = TONES[good]
        x = left + place % columns * wide
        y = CURVES_BOTTOM + GAP + 12 + place // columns * high
        canvas.box(x, y, wide - 8, high - 8, ground, 8)
        if told.why:  # the words below the number
            canvas.text(x + 10, y + 17, f"{count:,}", 14, ink, strong=True)
            canvas.text(x + 10, y + 32, said, 10, INK, width=wide - 20)
            continue
        start = canvas.text(x + 10, y + high / 2 + 2, f"{count:,}", 16, ink, strong=True)
        canvas.text(x + 17 + start, y + high / 2 + 2, said, 10, INK, width=wide - 30 - start)
    for row, said in enumerate(reversed(below)):
        canvas.text(left, BOTTOM - 9 - row * 18, said, 10, SOFT, width=width)


def _lines(canvas: Canvas, lines: Iterable[Line], bottom: int) -> None:
    left, width = RIGHT
    for row, line in enumerate(islice(lines, (bottom - TOP - 42) // LINE)):
        x, y = left + 14, TOP + 38 + row * LINE
        ink, _ = TONES[line.right]
        _icon(canvas, x, y, 24, line.title)
        canvas.text(x + 32, y + 10, line.about, 11, INK, width=width - 78)
        canvas.text(x + 32, y + 23, line.said, 10, SOFT, width=width - 78)
        canvas.text(left + width - 14, y + 17, line.sign, 15, ink, align="r", strong=True)


def _offers(canvas: Canvas, told: Facts) -> None:
    """Draws what can be done now, below the list."""
    left, width = RIGHT[0] + 14, RIGHT[1] - 28
    canvas.box(RIGHT[0], OFFERS_TOP, RIGHT[1], 1, EDGE)
    title = "Nothing can be sent now" if told.hindered else "Can be sent now"
    canvas.text(left, OFFERS_TOP + 20, title, 13, INK, strong=True)
    top = OFFERS_TOP + 38 + OFFER * bool(told.hindered)
    canvas.text(left, OFFERS_TOP + 37, told.hindered, 10, SOFT, width=width)
    for row, offer in enumerate(told.offers[: 1 + (BOTTOM - 8 - top) // OFFER]):
        y = top + row * OFFER
        ink, _ = TONES[offer.can]
        canvas.text(left, y, SIGNS[offer.can], 11, ink, strong=True)
        about, length = fit(offer.about, 10, width * 0.7)
        canvas.text(left + 16, y, offer.words, 10, INK, width=width - 22 - length)
        canvas.text(left + width, y, about, 10, SOFT, align="r")


def _icon(canvas: Canvas, x: float, y: float, size: int, title: str) -> None:
    """Draws the first letter of an app's name on its colour, or a dot where there is none."""
    red, green, blue = colorsys.hls_to_rgb(words.hue(title) / 360, 0.29, 0.58)
    colour = (round(red * 255), round(green * 255), round(blue * 255)) if title else SOFT
    canvas.box(x, y, size, size, colour, size * 2 / 7)
    letter = title.strip()[:1] or "•"
    canvas.text(x + size / 2, y + size * 0.68, letter, size // 2, WHITE, align="m", strong=True,
                width=size)  # fmt: skip


def _card(
    canvas: Canvas, x: float, y: float, width: float, height: float, radius: float = 12
) -> None:
    canvas.box(x, y, width, height, EDGE, radius)
    canvas.box(x + 1, y + 1, width - 2, height - 2, CARD, radius - 1)


def _meter(canvas: Canvas, x: float, y: float, width: float, share: float, colour: Colour) -> None:
    canvas.box(x, y, width, 4, TRACK, 2)
    canvas.box(x, y, width * share, 4, colour, 2)
