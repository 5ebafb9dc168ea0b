"""Opens the file of a leaderboard, and says in one sentence what is wrong with one.

A result that was once written survives whatever happens to the processes afterwards. Readers write
nothing, so that they can read from a disk that is full.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from gym_push.errors import ArgumentError, LeaderboardError
from gym_push.evaluation.leaderboard.entries import KEY_SHOWN
from gym_push.evaluation.leaderboard.rows import RowError

APPLICATION_ID: Final = 0x67507368
"""By which SQLite files of gym-push are known from those of other programs: "gPsh"."""

VERSION: Final = 1
"""Of the tables. A release that changes them gets the next one, and takes over older files here."""

PATIENCE: Final = 60.0
"""Seconds that a writer waits for the others."""

_TABLES: Final = (
    """
    CREATE TABLE runs (
        key TEXT PRIMARY KEY, suite TEXT NOT NULL, data TEXT NOT NULL, agent TEXT NOT NULL,
        parameters TEXT NOT NULL, seed TEXT NOT NULL, versions TEXT NOT NULL,
        seeds INTEGER NOT NULL, "commit" TEXT, begun TEXT NOT NULL, stopped TEXT
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE people (
        run TEXT NOT NULL REFERENCES runs, seed TEXT NOT NULL, person TEXT NOT NULL,
        metrics TEXT NOT NULL, curve TEXT NOT NULL, microseconds REAL NOT NULL,
        PRIMARY KEY (run, seed, person)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE evaluations (
        run TEXT PRIMARY KEY REFERENCES runs, people TEXT NOT NULL, finished TEXT NOT NULL,
        seconds REAL NOT NULL
    ) WITHOUT ROWID
    """,
)

_SCHEMA: Final = "SELECT type, name, sql FROM sqlite_master ORDER BY name"

# What SQLite says, and what that means here. Only Python 3.11 knows its error codes.
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
_MISTAKES: Final = {
    "file is not a database": "is no leaderboard, nor any other SQLite file; name another one",
}


def connect(path: Path, read_only: bool) -> sqlite3.Connection:
    """Opens a leaderboard, and begins it if it may be written and is not there yet.

    Raises:
        LeaderboardError: The file is no leaderboard, a damaged one, or one of a newer version.
        OSError: The machine refuses.
    """
    if path.is_dir():
        raise LeaderboardError(f"{path} is a folder; name a file")
    if not path.parent.is_dir():
        raise LeaderboardError(f"{path} cannot be, because there is no folder {path.parent}")
    if path.exists() and not path.is_file():
        raise LeaderboardError(f"{path} is a pipe or a device; name a file")
    if read_only and not path.exists():
        raise LeaderboardError(f"there is no leaderboard {path}; gym-push evaluate begins one")
    with refusals(path):
        last = monotonic() + PATIENCE
        while True:
            try:
                return _open(path, read_only)
            except sqlite3.OperationalError as error:
                # Of two that begin the same file, SQLite sends one away without waiting.
                if "locked" not in str(error) or monotonic() > last:
                    raise
            sleep(0.02)


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turns what SQLite says about a file into a sentence.

    Raises:
        LeaderboardError: Something in the file is wrong.
        ArgumentError: A name cannot be written to any file.
        OSError: The machine refuses.
    """
    try:
        yield
    except RowError as error:
        raise LeaderboardError(
            f"{path} is damaged: {error}; the run can be removed with  gym-push leaderboard remove "
            f"{error.key[:KEY_SHOWN]}"
        ) from None
    except UnicodeEncodeError as error:
        raise ArgumentError(
            f"{error.object!r} cannot stand in a leaderboard, because it is no Unicode text"
        ) from None
    except (UnicodeDecodeError, OverflowError) as error:
        raise LeaderboardError(_damaged(path, str(error))) from None
    except sqlite3.ProgrammingError:
        raise  # a mistake in the calling code, such as a board that is closed
    except sqlite3.DatabaseError as error:
        said = str(error)
        for words, sentence in _REFUSALS.items():
            if words in said.lower():
                raise OSError(f"the leaderboard {path} {sentence}") from error
        for words, sentence in _MISTAKES.items():
            if words in said.lower():
                raise LeaderboardError(f"{path} {sentence}") from error
        raise LeaderboardError(_damaged(path, said)) from error


def _open(path: Path, read_only: bool) -> sqlite3.Connection:
    # Also who only reads may write, where the machine lets it: a writer that was killed in between
    # left a journal, and SQLite takes back by it what was written by half.
    uri = f"{path.absolute().as_uri()}?mode={'rw' if read_only else 'rwc'}"
    connection = sqlite3.connect(uri, timeout=PATIENCE, isolation_level=None, uri=True)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")  # the file may be from anybody
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
    """Returns whether nothing is in the file yet, and makes sure that it is for us.

    Raises:
        LeaderboardError: It is another program's, or that of a newer version.
    """
    with connection:
        connection.execute("BEGIN")  # all at one moment: another process may be beginning it
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
            f"knows those up to {VERSION}; install a newer one"
        )
    if connection.execute(_SCHEMA).fetchall() != _schema():
        raise LeaderboardError(_damaged(path, "its tables are not those of a leaderboard"))
    return False


@cache
def _schema() -> list[tuple[Any, ...]]:
    """Returns what the tables of a leaderboard are made of; a view could be anything."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for table in _TABLES:
            connection.execute(table)
        return connection.execute(_SCHEMA).fetchall()


def _begin(connection: sqlite3.Connection) -> None:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not tables:  # else another process was faster
            for table in _TABLES:
                connection.execute(table)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")


def _damaged(path: Path, how: str) -> str:
    how = " ".join(how.split())
    return (
        f"the leaderboard {path} is damaged: {how}; nothing in it was changed: put back a copy, or "
        "save what can be read with  sqlite3 FILE .recover"
    )
