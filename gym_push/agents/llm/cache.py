"""What language models have answered, and what was used: an SQLite file for many processes.

A request is known by its hash; its text is not kept. An answer that did not come is kept, too, so
that a run can be repeated to the bit. Costs are whole numbers of 10⁻¹² units of money, which add up
exactly.
"""

from __future__ import annotations

import atexit
import os
import secrets
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from time import monotonic, sleep
from typing import Final, NamedTuple

from gym_push.agents.llm.settings import Usage
from gym_push.errors import ArgumentError

ANSWERED: Final = "answered"
FAILED: Final = "failed"
LIMIT: Final = "limit"

UNIT: Final = 10**12
"""Parts of a unit of money in which costs are counted."""

CACHE_VARIABLE: Final = "GYM_PUSH_LLM_CACHE"
RUN: Final = os.environ.setdefault("GYM_PUSH_LLM_RUN", secrets.token_hex(8))
"""Names this program and the processes that it starts, which inherit it; they share a limit."""

_APPLICATION_ID: Final = 0x67506C6D  # "gPlm"
_VERSION: Final = 1
_PATIENCE: Final = 60.0  # seconds that a writer waits for others


class Answer(NamedTuple):
    """What became of a request.

    Attributes:
        outcome: `ANSWERED`, `FAILED` or `LIMIT`.
        probability: What was answered; None if nothing was.
        limit: Of the spending, in parts of a unit, where it was what forbade the request.
    """

    outcome: str
    probability: float | None = None
    limit: int = 0

    def is_right(self) -> bool:
        """Returns whether the parts fit together; a file of others can have anything."""
        if not isinstance(self.limit, int) or self.outcome not in (ANSWERED, FAILED, LIMIT):
            return False
        if self.outcome != ANSWERED:
            return self.probability is None
        return isinstance(self.probability, float) and 0.0 <= self.probability <= 1.0


_COUNTED: Final = tuple(each.name for each in fields(Usage))


def default_path() -> Path:
    """Returns the file in the user's own cache folder, or the one that a variable names."""
    if named := os.environ.get(CACHE_VARIABLE):
        return Path(named).expanduser()
    home = Path.home()
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        folder = home / "Library" / "Caches"
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    (folder / "gym-push").mkdir(parents=True, exist_ok=True)
    return folder / "gym-push" / "llm.sqlite"


@dataclass(frozen=True)
class AnswerCache:
    """The file of answers; connections are made as they are needed, one for each thread.

    Args:
        path: The file.
        create: Whether it is made if it is missing.
    """

    path: Path
    create: bool = True

    def find(self, key: str) -> Answer | None:
        """Returns what became of a request, or None if nothing is known of it."""
        with self._using() as connection:
            return _found(connection, key)

    def keep(self, key: str, model: str, answer: Answer, known: Answer | None) -> Answer:
        """Keeps what became of a request; of processes that ask the same, the first one counts.

        Args:
            key: Of the request.
            model: That was asked.
            answer: What became of it.
            known: What `find` said before.

        Returns:
            What is kept.
        """
        with self._using() as connection, _transaction(connection):
            found = _found(connection, key)
            if found is not None and found != known:
                return found
            row = key, model, *answer
            connection.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", row)
        return answer

    def reserve(self, user: str, most: int, limit: int | None) -> bool:
        """Sets money aside before a request is sent.

        Args:
            user: Who spends it.
            most: What the request can cost.
            limit: What the user may spend in this program.

        Returns:
            Whether the limit allows it.
        """
        with self._using() as connection, _transaction(connection):
            self._begin(connection, user)
            if limit is not None:
                (spent,) = connection.execute(
                    "SELECT cost + reserved FROM used WHERE run = ? AND user = ?", (RUN, user)
                ).fetchone()
                if spent + most > limit:
                    return False
            self._add(connection, user, reserved=most, sent=1)
        return True

    def settle(self, user: str, most: int, **counted: int) -> None:
        """Replaces what was set aside by what was used."""
        with self._using() as connection:
            self._add(connection, user, reserved=-most, **counted)

    def count(self, user: str, **counted: int) -> None:
        """Adds to what was used."""
        with self._using() as connection:
            self._begin(connection, user)
            self._add(connection, user, **counted)

    def usage(self, user: str) -> Usage:
        """Returns what was used in this program. What is still set aside counts as spent."""
        with self._using() as connection:
            row = connection.execute(
                f"SELECT {', '.join(_COUNTED)}, reserved FROM used WHERE run = ? AND user = ?",
                (RUN, user),
            ).fetchone()
        if row is None:
            return Usage()
        counts = dict(zip(_COUNTED, row[:-1], strict=True))
        return Usage(**{**counts, "cost": (counts["cost"] + row[-1]) / UNIT})

    @staticmethod
    def _begin(connection: sqlite3.Connection, user: str) -> None:
        connection.execute("INSERT OR IGNORE INTO used (run, user) VALUES (?, ?)", (RUN, user))

    @staticmethod
    def _add(connection: sqlite3.Connection, user: str, **counted: int) -> None:
        change = ", ".join(f"{name} = {name} + ?" for name in counted)
        connection.execute(
            f"UPDATE used SET {change} WHERE run = ? AND user = ?", (*counted.values(), RUN, user)
        )

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        """Gives this thread's connection, and says in a sentence what the machine refuses."""
        try:
            yield self._connection()
        except sqlite3.OperationalError as error:
            raise OSError(f"the cache {self.path} cannot be read or written: {error}") from None
        except sqlite3.DatabaseError as error:
            raise ArgumentError(
                f"{self.path} is damaged or not a cache of answers ({error}): name another file"
            ) from None

    def _connection(self) -> sqlite3.Connection:
        whose = str(self.path), os.getpid(), threading.get_ident()
        made = _connections.get(whose)
        if made is not None and self.path.exists():
            return made
        if made is not None:  # somebody has deleted the file
            _connections.pop(whose).close()
        last = monotonic() + _PATIENCE
        while True:
            try:
                _connections[whose] = made = _open(self.path, self.create)
                return made
            except sqlite3.OperationalError as error:
                # Of two processes that create the same file, SQLite turns one away at once.
                if "locked" not in str(error) or monotonic() > last:
                    raise
            sleep(0.02)


_connections: dict[tuple[str, int, int], sqlite3.Connection] = {}


@atexit.register
def _close() -> None:
    for (_, process, _), connection in _connections.items():
        if process == os.getpid():
            connection.close()


def _found(connection: sqlite3.Connection, key: str) -> Answer | None:
    query = "SELECT outcome, probability, spending FROM answers WHERE key = ?"
    row = connection.execute(query, (key,)).fetchone()
    if row is None:
        return None
    answer = Answer(*row)
    if not answer.is_right():
        raise sqlite3.DatabaseError(f"what it has of the request {key[:16]} is no answer")
    return answer


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        yield


def _open(path: Path, create: bool) -> sqlite3.Connection:
    if not path.parent.is_dir():
        raise ArgumentError(f"the cache {path} cannot be: there is no folder {path.parent}")
    if not create and not path.is_file():
        raise ArgumentError(f"there is no cache {path}, and offline nothing else can answer")
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    connection = sqlite3.connect(
        uri, timeout=_PATIENCE, isolation_level=None, uri=True, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA trusted_schema = OFF")  # the file may come from anybody
        with _transaction(connection):
            (found,) = connection.execute("PRAGMA application_id").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if create and not tables:
                _make_tables(connection)
            elif found != _APPLICATION_ID:
                raise ArgumentError(f"{path} is not a cache of answers; name another file")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != _VERSION:
            raise ArgumentError(f"{path} is a cache of another version of gym-push")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TABLE answers (key TEXT PRIMARY KEY, model TEXT NOT NULL, outcome TEXT NOT NULL, "
        "probability REAL, spending INTEGER NOT NULL) WITHOUT ROWID"
    )
    counted = ", ".join(f"{name} INTEGER NOT NULL DEFAULT 0" for name in (*_COUNTED, "reserved"))
    connection.execute(
        f"CREATE TABLE used (run TEXT, user TEXT, {counted}, PRIMARY KEY (run, user)) WITHOUT ROWID"
    )
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")
