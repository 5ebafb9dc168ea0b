"""The middle and right columns of a picture, for each kind of frame."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from gym_push.actions import DELIVER, PARTS, SUPPRESS
from gym_push.viewer import words
from gym_push.viewer.basic_frame import BasicFrame, Decision
from gym_push.viewer.delivery_frame import DONE, OUTCOMES, UNSEEN, Delivery, DeliveryFrame
from gym_push.viewer.drawing.canvas import (
    BOTTOM,
    DISMISS,
    DISMISS_SOFT,
    FEEDS,
    INK,
    MIDDLE,
    OPEN,
    OPEN_SOFT,
    RIGHT,
    SECOND_TOP,
    SOFT,
    TOP,
    TRACK,
    WRONG,
    Canvas,
    Colour,
    card,
    clip,
    icon,
    list_line,
    measure,
    meter,
    number,
    rate,
    titled_card,
)
from gym_push.viewer.frame import RECENT

AGENT, PERSON = words.TABLES["agent"], words.TABLES["person"]

BASIC_TILES = ((250, 118), (380, 184), (576, 112))  # x and width
DECISION_TOP, CONFUSION_TOP = 152, 296
CELLS = tuple((x, y) for y in (362, 470) for x in (342, 511))  # top left corners
CELL = (163, 98)  # width and height
CELL_WORDS = ("wanted, and shown", "shown, but unwanted", "wanted, but missed", "rightly held back")

DELIVERY_TILES = ((250, 120), (380, 172), (562, 126))
LAST_TOP, OUTCOMES_TOP, RECENT_TOP = 152, 264, 470
RECENT_OUTCOMES = 3

PILLS: tuple[tuple[Colour, Colour], ...] = (
    (OPEN, OPEN_SOFT),
    (INK, TRACK),
    (DISMISS, DISMISS_SOFT),
)
"""Ink and ground of an action of delivery-v0."""


def draw_background(canvas: Canvas, kind: str) -> None:
    """Draws what is the same in every picture of a kind of frame."""
    if kind == BasicFrame.kind:
        tiles, titles = BASIC_TILES, ("Performance", "Click-through rate", "Reward")
        titled_card(canvas, DECISION_TOP, CONFUSION_TOP - 14, "Last decision")
        titled_card(canvas, CONFUSION_TOP, BOTTOM, "Agent against person")
        for row, action in enumerate(reversed(PERSON)):
            canvas.text(CELLS[row][0] + CELL[0] // 2, CELLS[0][1] - 10, f"person {action}", 12,
                        SOFT, align="center")  # fmt: skip
            for place, line in enumerate(("agent", action)):
                y = CELLS[2 * row][1] + 46 + 16 * place
                canvas.text(MIDDLE[0] + 14, y, line, 12, SOFT)
    else:
        tiles, titles = DELIVERY_TILES, ("Reward", "", "Click-through rate")
        titled_card(canvas, LAST_TOP, OUTCOMES_TOP - 14, "Last decision")
        titled_card(canvas, OUTCOMES_TOP, RECENT_TOP - 14, "Outcomes")
        titled_card(canvas, RECENT_TOP, BOTTOM, "Recent outcomes")
    for (x, width), title in zip(tiles, titles, strict=True):
        card(canvas, x, TOP, width, 80)
        canvas.text(x + 14, TOP + 22, title, 12, SOFT)
    x, width = FEEDS
    card(canvas, x, TOP, width, SECOND_TOP - TOP - 14)
    card(canvas, x, SECOND_TOP, width, BOTTOM - SECOND_TOP)


def draw_basic(canvas: Canvas, frame: BasicFrame) -> None:
    """Draws what a frame of basic-v0 tells."""
    both_opened, only_agent, only_user, neither = frame.confusion
    (first, _), (rates, _), (last, _) = BASIC_TILES
    rate(canvas, first + 14, 90, frame.performance, "matches the person", RIGHT)
    rate(canvas, rates + 14, 72, frame.ctr, "the agent", OPEN)
    rate(canvas, rates + 100, 72, frame.user_ctr, "the person", SOFT)
    reward = f"{frame.reward:+g}" if frame.reward else "0"
    right, wrong = both_opened + neither, only_agent + only_user
    number(canvas, last + 14, 84, reward, f"{right} right, {wrong} wrong")
    if frame.decision is not None:
        _decision(canvas, frame.decision)
    _confusion(canvas, frame.confusion)
    opened, dismissed = frame.newest(1), frame.newest(0)
    _list(canvas, TOP, "Opened", both_opened + only_agent, OPEN, opened)
    _list(canvas, SECOND_TOP, "Dismissed", only_user + neither, DISMISS, dismissed)


def draw_delivery(canvas: Canvas, frame: DeliveryFrame) -> None:
    """Draws what a frame of delivery-v0 tells."""
    (first, _), (parts, _), (last, _) = DELIVERY_TILES
    each = f"{frame.reward / frame.epoch:+.2f} a decision" if frame.epoch else "this episode"
    number(canvas, first + 14, 92, f"{frame.reward:+.2f}", each)
    for place, (name, part) in enumerate(zip(PARTS, frame.parts, strict=True)):
        x, y = parts + 14 + place % 2 * 82, TOP + 20 + place // 2 * 34
        canvas.text(x, y, name, 10, SOFT)
        canvas.text(x, y + 16, f"{part:+.2f}" if part else "0", 14, INK, width=76, strong=True)
    rate(canvas, last + 14, 98, frame.ctr, f"{frame.opened} of {frame.acted_on} opened", OPEN)
    if frame.decision is not None:
        _last(canvas, frame.decision, frame.gained)
    _outcomes(canvas, frame)
    for row, delivery in enumerate(islice(frame.lately(), RECENT_OUTCOMES)):
        _line(canvas, MIDDLE[0] + 14, RECENT_TOP + 32 + row * 26, MIDDLE[1] - 28, delivery)
    delivered, suppressed = frame.newest(DELIVER), frame.newest(SUPPRESS)
    _list(canvas, TOP, "Delivered", frame.delivered, OPEN, delivered)
    _list(canvas, SECOND_TOP, "Suppressed", frame.suppressed, DISMISS, suppressed)


def _list(
    canvas: Canvas,
    top: int,
    title: str,
    count: int,
    colour: Colour,
    newest: Iterator[Decision | Delivery],
) -> None:
    x, width = FEEDS[0] + 12, FEEDS[1] - 24
    start = canvas.text(x, top + 23, title, 13, INK, strong=True)
    canvas.text(x + start + 7, top + 23, f"{count:,}", 13, colour, strong=True)
    for row, decision in enumerate(islice(newest, RECENT)):
        _line(canvas, x, top + 34 + row * 27, width, decision)


def _line(canvas: Canvas, x: int, y: int, width: int, decision: Decision | Delivery) -> None:
    outcome, right = "", None
    if isinstance(decision, Decision):
        outcome, right = f"person {PERSON[decision.user_action]}", decision.reward > 0
    elif decision.action == DELIVER:
        outcome = OUTCOMES[decision.outcome]
        right = None if decision.outcome == UNSEEN else OUTCOMES[decision.outcome] == "opened"
    facts = decision.epoch, decision.notification, decision.posted
    list_line(canvas, x, y, width, *facts, outcome, right)


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
    about = clip(words.about(decision.notification, ": "), 12, width - 90)
    left = round(middle - (measure(about, 12) + 26) / 2)
    icon(canvas, left, y + 24, 20, decision.notification.get("appPackage"))
    canvas.text(left + 26, y + 39, about, 12, SOFT)


def _confusion(canvas: Canvas, counts: tuple[int, int, int, int]) -> None:
    total = max(1, sum(counts))
    for cell, (count, (x, y)) in enumerate(zip(counts, CELLS, strict=True)):
        colour = RIGHT if cell in (0, 3) else WRONG
        share = 0.06 + 0.3 * count / total  # of the colour on a card's white
        red, green, blue = (round(255 + (channel - 255) * share) for channel in colour)
        canvas.box(x, y, *CELL, (red, green, blue), radius=10)
        middle = x + CELL[0] // 2
        canvas.text(middle, y + 52, f"{count:,}", 26, INK, align="center", strong=True,
                    width=CELL[0] - 12)  # fmt: skip
        canvas.text(middle, y + 74, CELL_WORDS[cell], 11, INK, align="center")


def _last(canvas: Canvas, decision: Delivery, gained: float) -> None:
    x, width = MIDDLE
    ink, ground = PILLS[decision.action]
    done = DONE[decision.action]
    wide = round(measure(done, 16)) + 32
    canvas.text(x + 108, LAST_TOP + 23, f"#{decision.epoch}", 11, SOFT)
    canvas.box(x + 14, LAST_TOP + 34, wide, 28, ground, radius=14)
    canvas.text(x + 14 + wide / 2, LAST_TOP + 53, done, 16, ink, align="center", strong=True)
    colour = RIGHT if gained > 0 else WRONG if gained < 0 else SOFT
    canvas.text(x + 28 + wide, LAST_TOP + 53, f"{gained:+.2f} in this step", 12, colour)
    icon(canvas, x + 14, LAST_TOP + 70, 20, decision.notification.get("appPackage"))
    about = clip(words.about(decision.notification, ": "), 12, width - 60)
    canvas.text(x + 40, LAST_TOP + 85, about, 12, SOFT)


def _outcomes(canvas: Canvas, frame: DeliveryFrame) -> None:
    x, width = MIDDLE
    total = max(1, frame.delivered + frame.held + frame.suppressed)
    for row, (name, count, colour) in enumerate(
        (
            (OUTCOMES[1], frame.opened, RIGHT),
            (OUTCOMES[2], frame.dismissed, WRONG),
            (OUTCOMES[3], frame.ignored, WRONG),
            (OUTCOMES[UNSEEN], frame.delivered - frame.acted_on, SOFT),
            ("held now", frame.held, SOFT),
            (DONE[SUPPRESS], frame.suppressed, DISMISS),
        )
    ):
        y = OUTCOMES_TOP + 44 + row * 25
        canvas.text(x + 14, y, name, 12, SOFT)
        canvas.text(x + width - 14, y, f"{count:,}", 13, INK, align="right", strong=True)
        meter(canvas, x + 14, y + 6, width - 28, min(1.0, count / total), colour)
