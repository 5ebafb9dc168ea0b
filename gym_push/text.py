"""Text from anywhere, such as a log or a notification, made safe to show."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from reprlib import Repr

MOST_NAMES = 8

_short = Repr()
_short.maxstring = _short.maxother = 60  # characters


def quoted(value: object) -> str:
    """Returns the `repr` of a value, for a message; the middle of a long one is left out."""
    try:
        return _short.repr(value)
    except ValueError:  # Python does not write integers of thousands of digits
        return f"a long {type(value).__name__}"


def listed(names: Iterable[str]) -> str:
    """Returns the first few names, for a message."""
    names = list(names)
    shown = [quoted(name) for name in names[:MOST_NAMES]]
    return ", ".join(shown) + (f" and {len(names) - MOST_NAMES} more" if names[MOST_NAMES:] else "")


def printable(text: object) -> str:
    """Returns a text in which escapes replace what could move a cursor or reverse the order."""
    return "".join(
        letter
        if letter.isprintable()
        else letter.encode("unicode_escape", "surrogatepass").decode()
        for letter in str(text)
    )


def escaped(text: str) -> str:
    """Returns a text as HTML, for elements and attributes."""
    return escape(printable(text))
