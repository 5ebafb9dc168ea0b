"""What a recording has said before, so that it need not say it again."""

from __future__ import annotations

from enum import Enum
from hashlib import blake2b

MAX_KNOWN = 1 << 16
"""Entries that are known again, about 150 bytes each; one that was forgotten is written anew."""


class Place(Enum):
    """Where an entry is, if not at a number."""

    NEW = "not in the table until now"
    NEXT = "after the one before"


class Table:
    """The number of every entry that was written, by its text."""

    def __init__(self) -> None:
        self._known: dict[bytes, int] = {}
        self._length = 0
        self._last = -1

    def copy(self) -> Table:
        """Returns one that goes on by itself."""
        twin = Table()
        twin.__dict__.update(self.__dict__, _known=self._known.copy())
        return twin

    def place(self, entry: bytes) -> int | Place:
        """Returns where an entry is, and adds it if it is new."""
        key = blake2b(entry, digest_size=16).digest()
        number = self._known.get(key)
        if number is None:
            if len(self._known) == MAX_KNOWN:
                self._known.clear()
            self._known[key] = self._last = self._length
            self._length += 1
            return Place.NEW
        follows, self._last = number == self._last + 1, number
        return Place.NEXT if follows else number
