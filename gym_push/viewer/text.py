"""A frame as plain text: the `ansi` render mode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from gym_push.text import printable
from gym_push.viewer import words
from gym_push.viewer.facts import facts
from gym_push.viewer.frame import Frame
from gym_push.viewer.lines import clip, columns, wrap

WIDTH: Final = 80
"""Columns of a terminal."""

HEIGHT: Final = 24
"""Lines of a terminal."""

BETWEEN: Final = " · "


def to_text(frame: Frame) -> str:
    """Writes a frame as plain text of at most `WIDTH` columns and `HEIGHT` lines.

    The text of a notification may be anybody's, so each character that a terminal could take for a
    command is written as its Python escape.
    """
    told = facts(frame)
    lines = [_line(BETWEEN.join((*told.run, told.progress)))]
    lines += [
        _line(f"{tile.value:>7}  {', '.join((tile.title, *tile.below))}") for tile in told.tiles
    ]
    lines += _block(told.parts, 1)
    lines += _block((told.measured,), 1)
    lines += _block((f"{count.number:,} {count.words}" for count in told.counts), 2)
    about = words.about(frame.notification, frame.roles, BETWEEN) if frame.notification else ""
    lines += ["", *_block((words.clock(told.now), about, told.newest), 2)]
    lines += _block((told.why,), 1)
    lacking = [f"{each.words} {each.about}" for each in told.offers if each.can is False]
    lines += _block((told.possible, *([] if told.hindered else lacking)), 2)
    lines += _features("Notification", frame.notification, frame, 4)
    lines += _features("Context", frame.context, frame, 7)
    newest = [
        _line(f"{line.sign} #{line.number} {line.said}{BETWEEN}{line.about}")
        for line in islice(told.lines, HEIGHT - len(lines) - 1)
    ]
    return "\n".join((*lines, *([""] if newest else []), *newest))


def _features(title: str, features: Mapping[str, object], frame: Frame, most: int) -> Iterator[str]:
    """Writes all features but the text, which stands above them."""
    said = [
        f"{words.label(name)} {words.value(name, raw, frame.units.get(name))}"
        for name, raw in features.items()
        if name != frame.roles.get("text")
    ]
    said[:1] = [f"{title}: {first}" for first in said[:1]]
    return _block(said, most)


def _block(items: Iterable[str], most: int) -> Iterator[str]:
    """Puts items side by side, in at most so many lines."""
    line = printable(BETWEEN.join(filter(None, items)))
    return wrap(line, WIDTH, most, columns, between=BETWEEN) if line else iter(())


def _line(text: str) -> str:
    return clip(printable(text), WIDTH, columns)
