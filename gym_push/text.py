"""Text from anywhere, such as a log or a notification, made safe to show."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from html import escape
from itertools import groupby
from reprlib import Repr

MOST_NAMES = 8

HAN = ("cjk", "hiragana", "katakana", "ideographic")
"""How the names of Chinese and Japanese characters begin."""

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


def writable(text: str, characters: Collection[int]) -> str:
    """Returns a text in characters that a font has.

    Others become their letters without accents, or are named in brackets, once in a row: a sign by
    its name, such as "(party popper)", a letter by its script. What is not printable is left out.

    Args:
        text: The text.
        characters: Code points that the font has; those of ASCII are among them.
    """
    return "".join(
        written if len(written) > 1 else written * len(list(same))
        for written, same in groupby(_writable(char, characters) for char in text)
    )


def _writable(char: str, characters: Collection[int]) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Cs"):
        return ""
    letters = char if ord(char) in characters else unicodedata.normalize("NFKD", char)
    if letters := "".join(each for each in letters if ord(each) in characters):
        return letters
    name = unicodedata.name(char, "unknown").lower()
    if category == "So":
        return f"({name})"
    if name.startswith(HAN):
        return "(Chinese or Japanese)"
    return "" if category in ("Mn", "Me", "Sk") else f"({name.split()[0]})"


def escaped(text: str) -> str:
    """Returns a text as HTML, for elements and attributes."""
    return escape(printable(text))
