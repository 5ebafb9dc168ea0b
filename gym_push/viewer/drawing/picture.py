"""A frame as a picture: the `rgb_array` render mode, drawn in the process and without a browser.

It looks like the page in its light colours, and shows the same facts. Smaller than the page, for
those who record hundreds of pictures hold them all in memory.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gym_push.viewer import words
from gym_push.viewer.basic_frame import BasicFrame, Decision
from gym_push.viewer.drawing.canvas import Canvas, Colour, blank, clip, measure, pixels
from gym_push.viewer.drawing.parts import (
    BOTTOM,
    CARD,
    DISMISS,
    DISMISS_SOFT,
    FEEDS,
    GROUND,
    INK,
    LINE,
    MIDDLE,
    OPEN,
    OPEN_SOFT,
    RIGHT,
    SOFT,
    TOP,
    WHITE,
    WRONG,
    app_of,
    card,
    icon,
    meter,
)
from gym_push.viewer.drawing.phone import draw_case, draw_chips, draw_screen

if TYPE_CHECKING:
    from PIL import Image

WIDTH, HEIGHT = 960, 600

BELL = (240, 160, 32)
TILES = ((250, 118), (380, 184), (576, 112))  # x and width
DECISION_TOP, CONFUSION_TOP, DISMISSED_TOP = 152, 296, 328
CELLS = tuple((x, y) for y in (362, 470) for x in (342, 511))  # top left corners
CELL = (163, 98)  # width and height
CELL_WORDS = ("wanted, and shown", "shown, but unwanted", "wanted, but missed", "rightly held back")

AGENT, PERSON = ("dismiss", "open"), ("dismissed", "opened")


def to_picture(frame: BasicFrame) -> NDArray[np.uint8]:
    """Draws a frame: uint8, shape (`HEIGHT`, `WIDTH`, 3), red, green and blue; always the same."""
    image = _background().copy()
    canvas = Canvas(image)
    _head(canvas, frame)
    draw_screen(canvas, frame)
    draw_chips(canvas, frame)
    _tiles(canvas, frame)
    if frame.decision is not None:
        _decision(canvas, frame.decision)
    _confusion(canvas, frame.confusion)
    both_opened, only_agent, only_user, neither = frame.confusion
    _feed(canvas, TOP, "Opened", both_opened + only_agent, OPEN, frame.opened)
    _feed(canvas, DISMISSED_TOP, "Dismissed", only_user + neither, DISMISS, frame.dismissed)
    return pixels(image)


@lru_cache(maxsize=1)
def _background() -> Image.Image:
    """All that is the same in every picture."""
    image = blank(WIDTH, HEIGHT, GROUND)
    canvas = Canvas(image)
    canvas.box(0, 0, WIDTH, 44, CARD)
    canvas.box(0, 43, WIDTH, 1, LINE)
    for x, y, width, height, radius in ((22, 11, 12, 16, 6), (19, 24, 18, 3, 1), (26, 28, 4, 4, 2)):
        canvas.box(x, y, width, height, BELL, radius=radius)  # together, a bell
    canvas.text(44, 28, "gym-push", 17, INK, strong=True)

    draw_case(canvas)
    x, width = MIDDLE
    for left, wide in TILES:
        card(canvas, left, TOP, wide, 80)
    card(canvas, x, DECISION_TOP, width, CONFUSION_TOP - DECISION_TOP - 14)
    card(canvas, x, CONFUSION_TOP, width, BOTTOM - CONFUSION_TOP)
    for (left, _), title in zip(
        TILES, ("Performance", "Click-through rate", "Reward"), strict=True
    ):
        canvas.text(left + 14, TOP + 22, title, 12, SOFT)
    canvas.text(x + 14, DECISION_TOP + 23, "Last decision", 13, INK, strong=True)
    canvas.text(x + 14, CONFUSION_TOP + 23, "Agent against person", 13, INK, strong=True)
    for row, action in enumerate(reversed(PERSON)):
        canvas.text(CELLS[row][0] + CELL[0] // 2, CELLS[0][1] - 10, f"person {action}", 12, SOFT,
                    align="center")  # fmt: skip
        canvas.text(x + 14, CELLS[2 * row][1] + 46, "agent", 12, SOFT)
        canvas.text(x + 14, CELLS[2 * row][1] + 62, action, 12, SOFT)

    x, width = FEEDS
    card(canvas, x, TOP, width, DISMISSED_TOP - TOP - 14)
    card(canvas, x, DISMISSED_TOP, width, BOTTOM - DISMISSED_TOP)
    return image


def _head(canvas: Canvas, frame: BasicFrame) -> None:
    name = clip(frame.env, 12, 240)
    canvas.box(130, 10, round(measure(name, 12)) + 24, 24, INK, radius=12)
    canvas.text(142, 26, name, 12, WHITE)
    x, width = FEEDS
    whose = "" if frame.user is None else f"user {frame.user} · "
    epochs = canvas.text(x + width, 24, f"{frame.epoch} / {frame.size}", 12, INK, align="right")
    canvas.text(x + width - epochs - 16, 24, f"{whose}episode {frame.episode}", 12, SOFT,
                align="right", width=240)  # fmt: skip
    meter(canvas, x, 32, width, frame.epoch / max(1, frame.size), OPEN)


def _tiles(canvas: Canvas, frame: BasicFrame) -> None:
    (first, first_width), (rates, _), (last, last_width) = TILES
    right = frame.confusion[0] + frame.confusion[3]
    wrong = frame.confusion[1] + frame.confusion[2]
    for x, width, number, share, colour, below in (
        (first, first_width - 28, words.percent(frame.performance), frame.performance, RIGHT,
         "matches the person"),
        (rates, 72, words.percent(frame.ctr), frame.ctr, OPEN, "the agent"),
        (rates + 86, 72, words.percent(frame.user_ctr), frame.user_ctr, SOFT, "the person"),
    ):  # fmt: skip
        canvas.text(x + 14, TOP + 50, number, 24, INK, width=width, strong=True)
        meter(canvas, x + 14, TOP + 56, width, share or 0.0, colour)
        canvas.text(x + 14, TOP + 73, below, 10, SOFT, width=width + 10)
    reward = f"{frame.reward:+g}" if frame.reward else "0"
    canvas.text(last + 14, TOP + 50, reward, 24, INK, width=last_width - 28, strong=True)
    canvas.text(last + 14, TOP + 73, f"{right} right, {wrong} wrong", 10, SOFT,
                width=last_width - 24)  # fmt: skip


def _decision(canvas: Canvas, decision: Decision) -> None:
    x, width = MIDDLE
    middle, y = x + width // 2, DECISION_TOP + 78
    canvas.text(x + 108, DECISION_TOP + 23, f"epoch {decision.epoch}", 11, SOFT)
    for who, left, action, said in (
        ("Agent", x + 44, decision.action, AGENT[decision.action]),
        ("Person", x + width - 164, decision.user_action, PERSON[decision.user_action]),
    ):
        ink, soft = (OPEN, OPEN_SOFT) if action else (DISMISS, DISMISS_SOFT)
        canvas.text(left + 60, y - 30, who, 12, SOFT, align="center")
        canvas.box(left, y - 20, 120, 30, soft, radius=15)
        canvas.text(left + 60, y, said, 16, ink, align="center", strong=True)
    right = decision.reward > 0
    colour = RIGHT if right else WRONG
    canvas.mark(middle - 30, y - 16, 20, colour, right=right)
    canvas.text(middle + 2, y + 3, f"{decision.reward:+d}", 22, colour, strong=True)
    app = decision.notification.get("appPackage")
    about = clip(_about(decision, ": "), 12, width - 90)
    left = round(middle - (measure(about, 12) + 26) / 2)
    icon(canvas, left, y + 24, 20, app)
    canvas.text(left + 26, y + 39, about, 12, SOFT)


def _confusion(canvas: Canvas, counts: tuple[int, int, int, int]) -> None:
    total = max(1, sum(counts))
    for number, (count, (x, y)) in enumerate(zip(counts, CELLS, strict=True)):
        colour = RIGHT if number in (0, 3) else WRONG
        canvas.box(x, y, *CELL, _mixed(colour, 0.06 + 0.3 * count / total), radius=10)
        middle = x + CELL[0] // 2
        canvas.text(middle, y + 52, f"{count:,}", 26, INK, align="center", strong=True,
                    width=CELL[0] - 12)  # fmt: skip
        canvas.text(middle, y + 74, CELL_WORDS[number], 11, INK, align="center")


def _feed(
    canvas: Canvas,
    top: int,
    title: str,
    count: int,
    colour: Colour,
    decisions: tuple[Decision, ...],
) -> None:
    x, width = FEEDS[0] + 12, FEEDS[1] - 24
    start = canvas.text(x, top + 23, title, 13, INK, strong=True)
    canvas.text(x + start + 7, top + 23, f"{count:,}", 13, colour, strong=True)
    for row, decision in enumerate(decisions):
        y = top + 34 + row * 27
        day, clock = words.day(decision.posted), words.clock(decision.posted)
        when = f" · {day[:3]} {clock}" if day else ""
        icon(canvas, x, y, 22, decision.notification.get("appPackage"))
        canvas.text(x + 29, y + 9, _about(decision, " · "), 11, INK, width=width - 42)
        canvas.text(
            x + 29, y + 21, f"#{decision.epoch}{when} · person {PERSON[decision.user_action]}",
            10, SOFT, width=width - 42,
        )  # fmt: skip
        right = decision.reward > 0
        canvas.mark(x + width - 11, y + 6, 11, RIGHT if right else WRONG, right=right)


def _about(decision: Decision, between: str) -> str:
    notification = decision.notification
    subject = notification.get("subject", "unknown")
    text = notification.get("tickerText", None if subject == "unknown" else subject)
    said = (app_of(notification.get("appPackage")), text)
    return between.join(str(part) for part in said if part)


def _mixed(colour: Colour, share: float) -> Colour:
    """So much of a colour on a card's white."""
    red, green, blue = (round(255 + (channel - 255) * share) for channel in colour)
    return red, green, blue
