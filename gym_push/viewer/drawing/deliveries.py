"""The middle and right columns of a picture of delivery-v0: deliveries and what came of them."""

from __future__ import annotations

from itertools import islice

from gym_push.viewer import words
from gym_push.viewer.delivery_frame import (
    DELIVER,
    DONE,
    OPENED,
    OUTCOMES,
    PARTS,
    SUPPRESS,
    UNSEEN,
    Delivery,
    DeliveryFrame,
)
from gym_push.viewer.drawing.canvas import Canvas, Colour, clip, measure
from gym_push.viewer.drawing.lists import Line, about_of, draw_line, draw_list, draw_lists
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
    TRACK,
    WRONG,
    card,
    icon,
    meter,
)
from gym_push.viewer.frame import RECENT

TILES = ((250, 120), (380, 172), (562, 126))  # x and width
LAST_TOP, OUTCOMES_TOP, RECENT_TOP = 152, 264, 470
RECENT_OUTCOMES = 3

DAY = 24 * 60
"""Minutes."""

PILLS: tuple[tuple[Colour, Colour], ...] = (
    (OPEN, OPEN_SOFT),
    (INK, TRACK),
    (DISMISS, DISMISS_SOFT),
)
"""Ink and ground of an action."""


def day_of(frame: DeliveryFrame) -> str:
    """Returns which of the episode's days it is."""
    return f"day {min(frame.minute, frame.minutes - 1) // DAY + 1} of {frame.minutes // DAY}"


def draw_background(canvas: Canvas) -> None:
    """Draws what is the same in every picture."""
    x, width = MIDDLE
    for left, wide in TILES:
        card(canvas, left, TOP, wide, 80)
    for (left, _), title in zip(TILES, ("Reward", "", "Click-through rate"), strict=True):
        canvas.text(left + 14, TOP + 22, title, 12, SOFT)
    for top, below, title in (
        (LAST_TOP, OUTCOMES_TOP - 14, "Last decision"),
        (OUTCOMES_TOP, RECENT_TOP - 14, "Outcomes"),
        (RECENT_TOP, BOTTOM, "Recent outcomes"),
    ):
        card(canvas, x, top, width, below - top)
        canvas.text(x + 14, top + 23, title, 13, INK, strong=True)
    draw_lists(canvas)


def draw(canvas: Canvas, frame: DeliveryFrame) -> None:
    """Draws what a frame tells."""
    _tiles(canvas, frame)
    if frame.decision is not None:
        _last(canvas, frame.decision, frame.gained)
    _outcomes(canvas, frame)
    for row, told in enumerate(islice(frame.lately(), RECENT_OUTCOMES)):
        draw_line(canvas, MIDDLE[0] + 14, RECENT_TOP + 32 + row * 26, MIDDLE[1] - 28, _line(told))
    delivered = map(_line, islice(frame.newest(DELIVER), RECENT))
    suppressed = (
        _line(told)._replace(said="", right=None) for told in islice(frame.newest(SUPPRESS), RECENT)
    )
    draw_list(canvas, TOP, "Delivered", frame.delivered, OPEN, delivered)
    draw_list(canvas, SECOND_TOP, "Suppressed", frame.suppressed, DISMISS, suppressed)


def _line(told: Delivery) -> Line:
    right = None if told.outcome == UNSEEN else told.outcome == OPENED
    return Line(told.epoch, told.notification, told.posted, OUTCOMES[told.outcome], right)


def _tiles(canvas: Canvas, frame: DeliveryFrame) -> None:
    (first, first_width), (parts, _), (last, last_width) = TILES
    width = last_width - 28
    canvas.text(first + 14, TOP + 50, f"{frame.reward:+.2f}", 24, INK, width=first_width - 28,
                strong=True)  # fmt: skip
    a_decision = f"{frame.reward / frame.epoch:+.2f} a decision" if frame.epoch else "this episode"
    canvas.text(first + 14, TOP + 73, a_decision, 10, SOFT, width=first_width - 24)
    for number, (name, part) in enumerate(zip(PARTS, frame.parts, strict=True)):
        x, y = parts + 14 + number % 2 * 82, TOP + 20 + number // 2 * 34
        canvas.text(x, y, name, 10, SOFT)
        canvas.text(x, y + 16, f"{part:+.2f}" if part else "0", 14, INK, width=76, strong=True)
    canvas.text(last + 14, TOP + 50, words.percent(frame.ctr), 24, INK, width=width, strong=True)
    meter(canvas, last + 14, TOP + 56, width, frame.ctr or 0.0, OPEN)
    canvas.text(last + 14, TOP + 73, f"{frame.opened} of {frame.acted_on} opened", 10, SOFT,
                width=width + 10)  # fmt: skip


def _last(canvas: Canvas, decision: Delivery, gained: float) -> None:
    x, width = MIDDLE
    ink, ground = PILLS[decision.action]
    done = DONE[decision.action]
    wide = round(measure(done, 16)) + 32
    canvas.text(x + 108, LAST_TOP + 23, f"#{decision.epoch}", 11, SOFT)
    canvas.box(x + 14, LAST_TOP + 34, wide, 28, ground, radius=14)
    canvas.text(x + 14 + wide / 2, LAST_TOP + 53, done, 16, ink, align="center", strong=True)
    colour = RIGHT if gained > 0 else WRONG if gained < 0 else SOFT
    canvas.text(x + 28 + wide, LAST_TOP + 53, f"{gained:+.2f} with this step", 12, colour)
    icon(canvas, x + 14, LAST_TOP + 70, 20, decision.notification.get("appPackage"))
    about = clip(about_of(decision.notification, ": "), 12, width - 60)
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
