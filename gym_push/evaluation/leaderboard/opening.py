"""Opens the file of a leaderboard, and turns what is wrong with one into a sentence.

Results survive whatever happens to the process that wrote them. Readers write nothing, so they can
read from a full disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final, TypeVar

from gym_push.errors import ArgumentError, LeaderboardError
from gym_push.evaluation.leaderboard.entries import KEY_SHOWN
from gym_push.evaluation.leaderboard.rows import Row

Read = TypeVar("Read")

APPLICATION_ID: Final = 0x67507368
"""Marks SQLite files as those of gym-push: "gPsh"."""

VERSION: Final = 1
"""Of the tables. A release that changes them increments it, and converts older files here."""

PATIENCE: Final = 60.0
"""Seconds that a writer waits for others."""

_TABLES: Final = (
    """evaluations (
        run TEXT PRIMARY KEY REFERENCES runs, people TEXT NOT NULL, finished TEXT NOT NULL,
        seconds REAL NOT NULL
    ) WITHOUT ROWID
    """,
    """people (
        run TEXT NOT NULL REFERENCES runs, seed TEXT NOT NULL, person TEXT NOT NULL,
        metrics TEXT NOT NULL, curve TEXT NOT NULL, microseconds REAL NOT NULL,
        PRIMARY KEY (run, seed, person)
    ) WITHOUT ROWID
    """,
    """runs (
        key TEXT PRIMARY KEY, suite TEXT NOT NULL, data TEXT NOT NULL, agent TEXT NOT NULL,
        parameters TEXT NOT NULL, seed TEXT NOT NULL, versions TEXT NOT NULL,
        seeds INTEGER NOT NULL, "commit" TEXT, begun TEXT NOT NULL, stopped TEXT
    ) WITHOUT ROWID
    """,
)
"""By name, to the letter as SQLite keeps them. A file with anything else is not trusted."""

# What SQLite says, and what that means here. Python 3.10 does not know SQLite's error codes.
_REFUSALS: Final = {
    "database or disk is full": "cannot be written, because the disk is full; what is in it is "
    "whole: make room and run the same again",
    "disk i/o error": "cannot be read or written, because the disk refuses, perhaps for being "
    "full; what is in it is whole: make room and run the same again",
    "readonly database": "is read-only; change the permissions of the file and its folder, or name "
    "another file",
    "unable to open database file": "cannot be opened; check the permissions of the file and its "
    "folder, in which SQLite keeps files beside it",
    "locked": f"is being written by another process for more than {PATIENCE:.0f} seconds; "
    "try again when that has ended",
}


def connect(path: Path, read_only: bool) -> sqlite3.Connection:
    """Opens a leaderboard; one that may be written is created if it is missing.

    Raises:
        LeaderboardError: The file is not a leaderboard, is damaged, or is of a newer version.
        OSError: The machine refuses.
    """
    if path.is_dir():
        raise LeaderboardError(f"{path} is a folder; name a file")
    if not path.parent.is_dir():
        raise LeaderboardError(
            f"{path} cannot be created, because there is no folder {path.parent}"
        )
    if path.exists() and not path.is_file():
        raise LeaderboardError(f"{path} is a pipe or a device; name a file")
    if read_only and not path.exists():
        raise LeaderboardError(f"there is no leaderboard {path}; gym-push evaluate creates one")
    with refusals(path):
        last = monotonic() + PATIENCE
        while True:
            try:
                return _open(path, read_only)
            except sqlite3.OperationalError as error:
                # Of two processes that create the same file, SQLite turns one away at once.
                if "locked" not in str(error) or monotonic() > last:
                    raise
            sleep(0.02)


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turns errors of SQLite into a sentence about the file.

    Raises:
        LeaderboardError: The content of the file is wrong.
        ArgumentError: A name is not Unicode text.
        OSError: The machine refuses.
    """
    try:
        yield
    except UnicodeEncodeError as error:
        raise ArgumentError(
            f"{error.object!r} cannot be kept in a leaderboard, because it is not Unicode text"
        ) from None
    except (UnicodeDecodeError, OverflowError) as error:
        raise LeaderboardError(_damaged(path, str(error))) from None
    except sqlite3.ProgrammingError:
        raise  # a mistake of the caller, such as using a closed board
    except sqlite3.DatabaseError as error:
        said = str(error)
        for words, sentence in _REFUSALS.items():
            if words in said.lower():
                raise OSError(f"the leaderboard {path} {sentence}") from error
        if "file is not a database" in said:
            why = "is not a leaderboard, nor any other SQLite file; name another one"
            raise LeaderboardError(f"{path} {why}") from error
        raise LeaderboardError(_damaged(path, said)) from error


def parsed(path: Path, read: Callable[..., Read], rows: Iterable[Row]) -> Iterator[Read]:
    """Yields what rows of a leaderboard stand for.

    Raises:
        LeaderboardError: A row is not as it was written.
    """
    for row in rows:
        try:
            yield read(*row)
        except (
            TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError,
        ) as error:  # fmt: skip
            raise LeaderboardError(
                f"{path} is damaged: one of its rows is not as it was written ({error}); the run "
                f"can be removed with  gym-push leaderboard remove {str(row[0])[:KEY_SHOWN]}"
            ) from None


def _open(path: Path, read_only: bool) -> sqlite3.Connection:
    # Readers get write access where they can: a killed writer leaves a journal, with which SQLite
    # takes back what is half written.
    uri = f"{path.absolute().as_uri()}?mode={'rw' if read_only else 'rwc'}"
    connection = sqlite3.connect(uri, timeout=PATIENCE, isolation_level=None, uri=True)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")  # the file may come from anybody
        connection.execute("PRAGMA foreign_keys = ON")
        if _is_new(connection, path):
            if read_only:
                raise LeaderboardError(f"{path} is empty; gym-push evaluate fills it")
            _begin(connection)
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise LeaderboardError(_damaged(path, found))
        if read_only:
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_new(connection: sqlite3.Connection, path: Path) -> bool:
    """Returns whether the file is still empty.

    Raises:
        LeaderboardError: It is not a leaderboard, is damaged, or is of a newer version.
    """
    with connection:
        connection.execute("BEGIN")  # one snapshot: another process may be creating it
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application == 0 and not tables:
        return True
    if application != APPLICATION_ID:
        raise LeaderboardError(f"{path} is a database of another program; name another file")
    if version > VERSION:
        raise LeaderboardError(
            f"{path} was made by a newer gym-push: its tables are version {version}, and this one "
            f"knows versions up to {VERSION}; install a newer one"
        )
    schema = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    if schema != [(f"CREATE TABLE {table}",) for table in _TABLES]:
        raise LeaderboardError(_damaged(path, "its tables are not those of a leaderboard"))
    return False


def _begin(connection: sqlite3.Connection) -> None:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for statement in (
            # Another process may have been faster.
            *(f"CREATE TABLE IF NOT EXISTS {table}" for table in _TABLES),
            f"PRAGMA application_id = {APPLICATION_ID}",
            f"PRAGMA user_version = {VERSION}",
        ):
            connection.execute(statement)


def _damaged(path: Path, how: str) -> str:
    return (
        f"the leaderboard {path} is damaged: {' '.join(how.split())}; nothing in it was changed: "
        "put back a copy, or save what can be read with  sqlite3 FILE .recover"
    )
