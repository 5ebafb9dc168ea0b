"""The right column of a picture: two lists of decisions, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gym_push.viewer import words
from gym_push.viewer.drawing.canvas import Canvas, Colour
from gym_push.viewer.drawing.parts import (
    BOTTOM,
    FEEDS,
    INK,
    RIGHT,
    SECOND_TOP,
    SOFT,
    TOP,
    WRONG,
    app_of,
    card,
    icon,
)


class Line(NamedTuple):
    """A line of a list.

    Attributes:
        epoch: Number of the decision.
        notification: What it is about.
        posted: ISO local time at which that was posted.
        said: What came of it, in words; empty if nothing does.
        right: Whether it is well; None if it is not known.
    """

    epoch: int
    notification: Mapping[str, object]
    posted: str | None
    said: str
    right: bool | None


def draw_lists(canvas: Canvas) -> None:
    """Draws the cards of both lists."""
    x, width = FEEDS
    card(canvas, x, TOP, width, SECOND_TOP - TOP - 14)
    card(canvas, x, SECOND_TOP, width, BOTTOM - SECOND_TOP)


def draw_list(
    canvas: Canvas, top: int, title: str, count: int, colour: Colour, lines: Iterable[Line]
) -> None:
    """Draws what one of them says."""
    x, width = FEEDS[0] + 12, FEEDS[1] - 24
    start = canvas.text(x, top + 23, title, 13, INK, strong=True)
    canvas.text(x + start + 7, top + 23, f"{count:,}", 13, colour, strong=True)
    for row, line in enumerate(lines):
        draw_line(canvas, x, top + 34 + row * 27, width, line)


def draw_line(canvas: Canvas, x: int, y: int, width: int, line: Line) -> None:
    """Draws one decision in two lines of text."""
    day, clock = words.day(line.posted), words.clock(line.posted)
    when = f"{day[:3]} {clock}" if day else ""
    said = " · ".join(filter(None, (f"#{line.epoch}", when, line.said)))
    icon(canvas, x, y, 22, line.notification.get("appPackage"))
    canvas.text(x + 29, y + 9, about_of(line.notification, " · "), 11, INK, width=width - 42)
    canvas.text(x + 29, y + 21, said, 10, SOFT, width=width - 42)
    if line.right is not None:
        colour = RIGHT if line.right else WRONG
        canvas.mark(x + width - 11, y + 6, 11, colour, right=line.right)


def about_of(notification: Mapping[str, object], between: str) -> str:
    """Returns the app, the sender and the text of a notification in one line."""
    sender, subject = (notification.get(name, "unknown") for name in ("sender", "subject"))
    text = notification.get("tickerText", "" if subject == "unknown" else subject)
    said = (app_of(notification.get("appPackage")), "" if sender == "unknown" else sender, text)
    return between.join(str(part) for part in said if part)
