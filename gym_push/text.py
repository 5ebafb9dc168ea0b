"""Texts that may be anybody's, such as the words of a notification or of a log, safe to show."""

from __future__ import annotations

from html import escape


def printable(text: object) -> str:
    """Returns a text of it without letters that could move a cursor or turn its order around.

    Such a letter is shown by its number.
    """
    return "".join(
        letter
        if letter.isprintable()
        else letter.encode("unicode_escape", "surrogatepass").decode()
        for letter in str(text)
    )


def escaped(text: str) -> str:
    """Returns a text as HTML, for elements and attributes."""
    return escape(printable(text))
