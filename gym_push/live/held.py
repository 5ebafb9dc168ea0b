"""What the guard holds and what it has suppressed, in SQLite, so that nothing is lost."""

from __future__ import annotations

import asyncio
import base64
import json
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dbus_fast import Variant

from gym_push.errors import ArgumentError
from gym_push.live.keeping import private
from gym_push.live.tracking import Tracked

HELD: Final = "held"
SUPPRESSED: Final = "suppressed"

MOST: Final = 10_000
"""Notifications that are kept at a time."""
MOST_BYTES: Final = 1 << 26
"""Of all their texts and pictures together."""

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS waiting (
    id INTEGER PRIMARY KEY, state TEXT NOT NULL, app TEXT NOT NULL, since REAL NOT NULL, body TEXT
)
"""


@dataclass(eq=False)
class Waiting:
    """A notification that the person has not seen.

    Attributes:
        id: By which its application knows it.
        state: `HELD` or `SUPPRESSED`.
        app: What the application calls itself.
        since: When it arrived, in seconds since 1970.
        body: The arguments of its `Notify`; None if they died with an earlier guard.
        sender: The application's unique name on the bus; None from an earlier guard.
        tracked: What becomes of it; None if it has ended, or came to an earlier guard.
        leaving: Is done when the daemon has answered; None unless it was told to show it.
        size: Of its body, in characters of JSON.
    """

    id: int
    state: str
    app: str
    since: float
    body: list[Any] | None
    sender: str | None = None
    tracked: Tracked | None = None
    leaving: asyncio.Future[None] | None = None
    size: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Returns plain values, as the person sees it in a list."""
        summary, body = self.body[3:5] if self.body else (None, None)
        return {
            "id": self.id, "state": self.state, "app": self.app, "since": self.since,
            "summary": summary, "body": body,
        }  # fmt: skip


class Held:
    """Notifications that wait.

    Args:
        path: Of the database.
        keep: Whether texts are kept in it, so that they outlive this process; else they are in
            memory alone.
        longest: Seconds after which what is suppressed is final.

    Attributes:
        items: The notifications by id, the oldest first.

    Raises:
        ArgumentError: It is not such a database, or the disk refuses.
    """

    def __init__(self, path: Path, keep: bool, longest: float = 0.0) -> None:
        self._keep, self._longest, self._bytes = keep, longest, 0
        self.items: dict[int, Waiting] = {}
        try:
            with private():
                self._database = sqlite3.connect(path, isolation_level=None)
                for pragma in ("journal_mode = WAL", "secure_delete = ON", "synchronous = NORMAL"):
                    self._database.execute(f"PRAGMA {pragma}")
                self._database.execute(_TABLE)
            for row in self._database.execute("SELECT * FROM waiting ORDER BY since"):
                number, state, app, since, body = row
                self._put(Waiting(number, state, app, since, body and read(body)), len(body or ""))
        except (sqlite3.Error, ValueError) as error:
            raise ArgumentError(f"{path} cannot be used ({error}); name another folder") from None

    @property
    def final_before(self) -> float:
        """What is suppressed and arrived before this time is final: seconds since 1970."""
        return time.time() - self._longest

    def add(self, item: Waiting) -> bool:
        """Keeps a notification; returns False if it cannot be kept, so that it has to pass.

        Where too many wait, the oldest of those that are final make room.

        Args:
            item: With its body.
        """
        try:
            body = written(item.body or [])
            if not self._make_room(len(body)):
                return False
            cells = item.id, item.state, item.app, item.since, body if self._keep else None
            self._database.execute("REPLACE INTO waiting VALUES (?, ?, ?, ?, ?)", cells)
        except (ValueError, sqlite3.Error):
            return False
        self._put(item, len(body))
        return True

    def remove(self, item: Waiting) -> None:
        """Forgets a notification that the daemon shows or its application has withdrawn."""
        if self.items.pop(item.id, None) is None:
            return
        self._bytes -= item.size
        try:
            self._database.execute("DELETE FROM waiting WHERE id = ?", (item.id,))
        except sqlite3.Error:  # then it is shown twice rather than never
            return

    def of(self, state: str) -> list[Waiting]:
        """Returns those in a state, the oldest first."""
        return [item for item in self.items.values() if item.state == state]

    def close(self) -> None:
        """Closes the database."""
        self._database.close()

    def _put(self, item: Waiting, size: int) -> None:
        item.size = size
        self._bytes += size
        self.items[item.id] = item

    def _make_room(self, size: int) -> bool:
        """Returns whether there is room for a body, once what can go has gone."""
        while len(self.items) >= MOST or self._bytes + size > MOST_BYTES:
            oldest = next(iter(self.of(SUPPRESSED)), None)
            if size > MOST_BYTES or oldest is None or oldest.since >= self.final_before:
                return False
            self.remove(oldest)
        return True


def written(body: list[Any]) -> str:
    """Returns the arguments of a call as JSON."""
    return json.dumps(_plain(body), ensure_ascii=False, allow_nan=False)


def read(text: str) -> list[Any]:
    """Returns the arguments of a call from JSON.

    Raises:
        ValueError: It is none.
    """
    body: list[Any] = json.loads(text, object_hook=_of_plain)
    return body


def _plain(value: Any) -> Any:
    """Returns a value of D-Bus as one of JSON; each object says by its only key what it is."""
    if isinstance(value, Variant):
        return {"variant": [value.signature, _plain(value.value)]}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, dict):  # whose keys need not be strings
        return {"dict": [[key, _plain(each)] for key, each in value.items()]}
    return list(map(_plain, value)) if isinstance(value, (list, tuple)) else value


def _of_plain(given: dict[str, Any]) -> Any:
    [(kind, value)] = given.items()
    if kind == "variant":
        return Variant(*value)
    return dict(value) if kind == "dict" else base64.b64decode(value)
