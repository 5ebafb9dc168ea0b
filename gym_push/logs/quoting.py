"""How a value from a log or a schema stands in a message: quoted, in one line, and never long."""

from __future__ import annotations

from collections.abc import Iterable
from reprlib import Repr

MOST_NAMES = 8

_short = Repr()
_short.maxstring = _short.maxother = 60  # characters


def quoted(value: object) -> str:
    """Returns the `repr` of a value; the middle of a long one is left out."""
    try:
        return _short.repr(value)
    except ValueError:  # Python will not write thousands of digits
        return f"a long {type(value).__name__}"


def listed(names: Iterable[str]) -> str:
    """Returns the names, the first few of many."""
    names = list(names)
    shown = [quoted(name) for name in names[:MOST_NAMES]]
    return ", ".join(shown) + (f" and {len(names) - MOST_NAMES} more" if names[MOST_NAMES:] else "")
