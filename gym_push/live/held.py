"""What the guard holds and what it has suppressed, in SQLite, so that nothing is lost."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dbus_fast import Variant

from gym_push.errors import ArgumentError
from gym_push.live.keeping import private

HELD: Final = "held"
SUPPRESSED: Final = "suppressed"

MOST: Final = 10_000
"""Notifications that are kept at a time; what comes then passes at once."""
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
        about: What the guard knows of it beside.
        leaving: Whether the daemon has been told to show it.
        size: Of its body, in characters of JSON.
    """

    id: int
    state: str
    app: str
    since: float
    body: list[Any] | None
    sender: str | None = None
    about: Any = None
    leaving: bool = False
    size: int = 0


class Held:
    """Notifications that wait, by id, the oldest first.

    Args:
        path: Of the database.
        keep: Whether texts are kept in it, so that they outlive this process; else they are in
            memory alone.

    Raises:
        ArgumentError: It is not such a database, or the disk refuses.
    """

    def __init__(self, path: Path, keep: bool) -> None:
        self._keep, self._bytes = keep, 0
        self.items: dict[int, Waiting] = {}
        try:
            with private():
                self._database = sqlite3.connect(path, isolation_level=None)
                self._database.execute("PRAGMA journal_mode = WAL")
                self._database.execute("PRAGMA secure_delete = ON")
                self._database.execute("PRAGMA synchronous = NORMAL")
                self._database.execute(_TABLE)
            for row in self._database.execute("SELECT * FROM waiting ORDER BY since"):
                number, state, app, since, body = row
                item = Waiting(number, state, app, since, body and read(body))
                item.size = len(body or "")
                self._bytes += item.size
                self.items[number] = item
        except (sqlite3.Error, ValueError) as error:
            raise ArgumentError(f"{path} cannot be used ({error}); name another folder") from None

    def add(self, item: Waiting) -> bool:
        """Keeps a notification; returns False if it cannot be kept, so that it has to pass.

        Args:
            item: With its body.
        """
        try:
            body = written(item.body)
        except (TypeError, ValueError):
            return False
        if len(self.items) >= MOST or self._bytes + len(body) > MOST_BYTES:
            return False
        cells = item.id, item.state, item.app, item.since, body if self._keep else None
        try:
            self._database.execute("REPLACE INTO waiting VALUES (?, ?, ?, ?, ?)", cells)
        except sqlite3.Error:
            return False
        item.size = len(body)
        self._bytes += item.size
        self.items[item.id] = item
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

    def of(self, state: str) -> Iterator[Waiting]:
        """Yields those in a state, the oldest first."""
        return (item for item in [*self.items.values()] if item.state == state)

    def close(self) -> None:
        """Closes the database."""
        self._database.close()


def described(item: Waiting) -> dict[str, Any]:
    """Returns what waits as plain values."""
    texts = (None, None) if item.body is None else item.body[3:5]
    return {
        "id": item.id,
        "state": item.state,
        "app": item.app,
        "since": item.since,
        "summary": texts[0],
        "body": texts[1],
    }


def written(body: list[Any] | None) -> str:
    """Returns the arguments of a call as JSON."""
    return json.dumps(body, default=_plain, ensure_ascii=False, allow_nan=False)


def read(text: str) -> list[Any]:
    """Returns the arguments of a call from JSON.

    Raises:
        ValueError: It is none.
    """
    body: list[Any] = json.loads(text, object_hook=_of_plain)
    return body


def _plain(value: Any) -> Any:
    if isinstance(value, Variant):
        return {"variant": [value.signature, value.value]}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": base64.b64encode(value).decode()}
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _of_plain(given: dict[str, Any]) -> Any:
    if given.keys() == {"variant"} and isinstance(given["variant"], list):
        return Variant(*given["variant"])
    if given.keys() == {"bytes"} and isinstance(given["bytes"], str):
        return base64.b64decode(given["bytes"])
    return given
