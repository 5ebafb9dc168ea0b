"""Texts that may be anybody's, such as the names of agents and persons, made safe to show."""

from __future__ import annotations

from html import escape


def printable(text: str) -> str:
    """Returns a text without letters that could move a cursor or turn its order around.

    Such a letter is shown by its number.
    """
    return "".join(
        letter
        if letter.isprintable()
        else letter.encode("unicode_escape", "surrogatepass").decode()
        for letter in text
    )


def escaped(text: str) -> str:
    """Returns a text as HTML, for elements and attributes."""
    return escape(printable(text))
