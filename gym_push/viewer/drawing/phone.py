"""The left column of a picture: the phone with its notification, and the features around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gym_push.viewer import words
from gym_push.viewer.drawing.canvas import (
    BOTTOM,
    INK,
    LEFT,
    SOFT,
    TOP,
    WHITE,
    Canvas,
    card,
    clip,
    icon,
    measure,
)
from gym_push.viewer.frame import Frame

CASE, CARD_IN_PHONE = (17, 20, 27), (240, 238, 242)
SKY = ((38, 58, 99), (95, 69, 111), (138, 78, 67))
PHONE_BOTTOM = 352


def draw_case(canvas: Canvas) -> None:
    """Draws the phone without what it shows."""
    x, width = LEFT
    canvas.box(x, TOP, width, PHONE_BOTTOM - TOP, CASE, radius=28)
    canvas.gradient(x + 7, TOP + 7, width - 14, PHONE_BOTTOM - TOP - 14, SKY, radius=22)


def draw_screen(canvas: Canvas, frame: Frame) -> None:
    """Draws what the phone shows."""
    x, width = LEFT[0] + 18, LEFT[1] - 36
    middle = LEFT[0] + LEFT[1] // 2
    notification, context = frame.notification, frame.context
    battery = "charging" if context.get("charging") is True else ""
    if "batteryLevel" in context:
        battery = f"{words.value('batteryLevel', context['batteryLevel'], '%')} {battery}"
    canvas.text(x + 4, TOP + 28, context.get("place", ""), 11, WHITE, width=84)
    canvas.text(x + width - 4, TOP + 28, battery, 11, WHITE, width=80, align="right")
    canvas.text(middle, TOP + 88, words.clock(frame.posted), 44, WHITE, align="center")
    day = words.day(frame.posted)
    day_of_week = context.get("postedDayOfWeek", context.get("dayOfWeek"))
    if not day and day_of_week is not None:
        day = words.weekday(day_of_week)
    part = str(context.get("postedTimeOfDay", context.get("timeOfDay", "")))
    date = ", ".join(filter(None, (day, part)))
    canvas.text(middle, TOP + 112, date, 12, WHITE, width=width, align="center")

    top = TOP + 134
    canvas.box(x - 4, top, width + 8, 98, CARD_IN_PHONE, radius=14)
    app = notification.get("appPackage")
    icon(canvas, x + 6, top + 12, 30, app)
    category = notification.get("category", "unknown")
    kind = "" if category == "unknown" else category
    right = canvas.text(x + width - 6, top + 21, kind, 10, SOFT, width=50, align="right")
    who = words.about({**notification, "tickerText": "", "subject": "unknown"}, " · ")
    canvas.text(x + 44, top + 21, who, 12, INK, width=width - 58 - right, strong=True)
    canvas.paragraph(x + 44, top + 39, notification.get("tickerText", ""), 12, INK, width - 54, 4)

    _signals(canvas, middle, top + 122, notification)


def _signals(canvas: Canvas, middle: int, y: int, notification: Mapping[str, object]) -> None:
    """The notification's light as a dot, and how it vibrates: high where it buzzes."""
    led = words.led_colour(notification.get("ledARGB"))
    pattern = words.vibration(notification.get("vibrate"))
    said = "LED" if led else "no LED" if notification.get("ledARGB") == "none" else ""
    if led:
        canvas.box(middle - 82, y - 9, 10, 10, WHITE, radius=5)
        canvas.box(middle - 81, y - 8, 8, 8, led, radius=4)
    canvas.text(middle - 68 if led else middle - 82, y, said, 11, WHITE)
    x, total = middle - 28, max(1, sum(pattern))
    for number, length in enumerate(pattern):
        width = max(2, length * 56 // total)
        if number % 2 and x + width <= middle + 30:
            canvas.box(x, y - 8, width, 8, WHITE, radius=2)
        x += width
    silent = notification.get("vibrate") == "none"
    told = "no vibration" if silent else f"{sum(pattern[1::2]):,} ms" if pattern else ""
    canvas.text(middle + 86, y, told, 11, WHITE, align="right", width=80)


def draw_chips(canvas: Canvas, frame: Frame) -> None:
    """Lists below the phone what cannot be seen on it."""
    shown = set(words.TABLES["inPhone"])
    for name, read in (("ledARGB", words.led_colour), ("vibrate", words.vibration)):
        raw = frame.notification.get(name)
        if raw == "none" or read(raw):
            shown.add(name)
    y = PHONE_BOTTOM + 18
    for title, features in (
        ("Notification", frame.notification),
        ("Context", frame.context),
    ):
        if y > BOTTOM - 30:
            return
        canvas.text(LEFT[0], y, title, 11, SOFT)
        chips = [(name, raw) for name, raw in features.items() if name not in shown]
        y = _flow(canvas, y + 6, chips, frame.units) + 16


def _flow(
    canvas: Canvas, y: int, chips: Iterable[tuple[str, object]], units: Mapping[str, str]
) -> int:
    """Puts chips side by side, row by row, as far as there is room; returns where they end."""
    left, most = LEFT
    x = left
    for name, raw in chips:
        label = clip(words.label(name), 10, most / 2 - 16)
        start = measure(label, 10) + 5
        said = clip(words.value(name, raw, units.get(name)), 10, most - 16 - start)
        width = round(start + measure(said, 10)) + 15
        if x > left and x + width > left + most:
            x, y = left, y + 21
        if y + 19 > BOTTOM:
            return y
        card(canvas, x, y, width, 18, radius=9)
        canvas.text(x + 7, y + 13, label, 10, SOFT)
        canvas.text(x + 7 + start, y + 13, said, 10, INK)
        x += width + 4
    return y + 19
