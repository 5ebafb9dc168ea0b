"""Ids of notifications: what applications know them by (outer), and what the daemon does (inner).

They are the same, except for notifications that the daemon has not seen yet when their application
gets an id, and for those whose number an earlier daemon has given to another one.
"""

from __future__ import annotations

import time
from typing import Final

OWN: Final = 1 << 31
"""From here on ids are the guard's own; daemons count from 1."""
NOBODYS: Final = (1 << 32) - 1
"""The id by which a daemon hears of a notification that it does not have."""
REMEMBERED: Final = 10_000
"""Notifications whose application is remembered, the newest ones."""


class Ids:
    """Which id is which, and whose."""

    def __init__(self) -> None:
        # Later guards on the same bus begin higher; the clock is enough for 1024 ids a second.
        self._next = OWN + ((int(time.time()) & 0xFFFFF) << 10)
        self._highest = self._gone = 0
        self._inner: dict[int, int] = {}
        self._outer: dict[int, int] = {}
        self._apps: dict[int, str] = {}

    def new(self) -> int:
        """Returns an id for a notification that the daemon does not have."""
        self._next = OWN + (self._next + 1) % (OWN - 1)
        return self._next

    def restart(self) -> None:
        """Forgets what the daemon has, since another one takes its place."""
        self._gone = max(self._highest, self._gone)
        self._inner.clear()
        self._outer.clear()

    def inner(self, outer: int) -> int:
        """Returns the daemon's id of a notification; 0 if the daemon does not have it."""
        return self._inner.get(outer, outer if self._gone < outer < OWN else 0)

    def outer(self, inner: int) -> int:
        """Returns by which id applications know a notification of the daemon."""
        if inner not in self._outer and (inner <= self._gone or inner in self._inner):
            self._bind(self.new(), inner)
        self._highest = max(self._highest, inner if inner < OWN else 0)
        return self._outer.get(inner, inner)

    def shown(self, inner: int, outer: int, app: str | None) -> int:
        """Takes in that the daemon shows a notification.

        Args:
            inner: The id that it has given.
            outer: The id that the application has for it already; 0 for none.
            app: The application's unique name on the bus; None if it is not known.

        Returns:
            The id for the application.
        """
        if outer:
            self._bind(outer, inner)
        outer = self.outer(inner)
        if app is not None:
            self._apps.pop(outer, None)
            self._apps[outer] = app
            while len(self._apps) > REMEMBERED:
                oldest = next(iter(self._apps))
                del self._apps[oldest]
                self._outer.pop(self._inner.pop(oldest, 0), None)
        return outer

    def app(self, outer: int) -> str | None:
        """Returns the unique name of a notification's application, if it is remembered."""
        return self._apps.get(outer)

    def _bind(self, outer: int, inner: int) -> None:
        self._inner[outer], self._outer[inner] = inner, outer
