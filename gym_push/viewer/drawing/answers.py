"""The middle and right columns of a picture of basic-v0: answers beside the person's own."""

from __future__ import annotations

from itertools import islice

from gym_push.viewer import words
from gym_push.viewer.basic_frame import BasicFrame, Decision
from gym_push.viewer.drawing.canvas import Canvas, Colour, clip, measure
from gym_push.viewer.drawing.lists import Line, about_of, draw_list, draw_lists
from gym_push.viewer.drawing.parts import (
    BOTTOM,
    DISMISS,
    DISMISS_SOFT,
    INK,
    MIDDLE,
    OPEN,
    OPEN_SOFT,
    RIGHT,
    SECOND_TOP,
    SOFT,
    TOP,
    WRONG,
    card,
    icon,
    meter,
)
from gym_push.viewer.frame import RECENT

TILES = ((250, 118), (380, 184), (576, 112))  # x and width
DECISION_TOP, CONFUSION_TOP = 152, 296
CELLS = tuple((x, y) for y in (362, 470) for x in (342, 511))  # top left corners
CELL = (163, 98)  # width and height
CELL_WORDS = ("wanted, and shown", "shown, but unwanted", "wanted, but missed", "rightly held back")

AGENT, PERSON = ("dismiss", "open"), ("dismissed", "opened")


def draw_background(canvas: Canvas) -> None:
    """Draws what is the same in every picture."""
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

    draw_lists(canvas)


def draw(canvas: Canvas, frame: BasicFrame) -> None:
    """Draws what a frame tells."""
    _tiles(canvas, frame)
    if frame.decision is not None:
        _decision(canvas, frame.decision)
    _confusion(canvas, frame.confusion)
    both_opened, only_agent, only_user, neither = frame.confusion
    opened, dismissed = (map(_line, islice(frame.newest(action), RECENT)) for action in (1, 0))
    draw_list(canvas, TOP, "Opened", both_opened + only_agent, OPEN, opened)
    draw_list(canvas, SECOND_TOP, "Dismissed", only_user + neither, DISMISS, dismissed)


def _line(decision: Decision) -> Line:
    said, right = f"person {PERSON[decision.user_action]}", decision.reward > 0
    return Line(decision.epoch, decision.notification, decision.posted, said, right)


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
    about = clip(about_of(decision.notification, ": "), 12, width - 90)
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


def _mixed(colour: Colour, share: float) -> Colour:
    """So much of a colour on a card's white."""
    red, green, blue = (round(255 + (channel - 255) * share) for channel in colour)
    return red, green, blue
