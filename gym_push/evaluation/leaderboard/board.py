"""The leaderboard: results of persons as they come, and evaluations when they are finished."""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any

from gym_push.errors import ArgumentError, LeaderboardError
from gym_push.evaluation.leaderboard.commits import commit_of
from gym_push.evaluation.leaderboard.entries import Entry, ranked
from gym_push.evaluation.leaderboard.opening import connect, refusals
from gym_push.evaluation.leaderboard.rows import (
    RowError,
    evaluation_row,
    person_row,
    read_entry,
    read_person,
    read_run,
    run_row,
)
from gym_push.evaluation.results import Evaluation, PersonResult, Run

_RUN = "key, suite, data, agent, parameters, seed, versions"


class Leaderboard:
    """Results in one SQLite file, which any number of processes may write at once.

    Each process opens it for itself. Every method that writes is one transaction: what it wrote
    stays, whatever happens to the process afterwards, and to call it again changes nothing.

    ```pycon
    >>> import os, tempfile
    >>> from gym_push.evaluation.leaderboard import Leaderboard
    >>> with Leaderboard(os.path.join(tempfile.mkdtemp(), "leaderboard.sqlite")) as board:
    ...     board.entries()
    ()

    ```

    Args:
        path: The file; begun if it is not there.
        read_only: Whether to open it only to read, which works from read-only media, too, and
            begins no file.

    Raises:
        LeaderboardError: The file is no leaderboard, a damaged one, or one of a newer version.
        OSError: The machine refuses: the disk is full, file or folder cannot be written. The
            methods raise both, too; what was written before is whole.
    """

    def __init__(self, path: str | os.PathLike[str], *, read_only: bool = False) -> None:
        """Opens the file."""
        self.path = Path(path)
        self._connection = connect(self.path, read_only)

    def __enter__(self) -> Leaderboard:
        """Closes it at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes it."""
        self.close()

    def close(self) -> None:
        """Closes it. A second time does nothing."""
        self._connection.close()

    def begin(self, run: Run) -> None:
        """Writes down that a run has begun, with the commit of the agent's working copy."""
        row = (*run_row(run), commit_of(run.agent))
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING", row
            )

    def people_of(self, run: Run) -> dict[str, PersonResult]:
        """Returns the results that a run has so far, by person, in the order of their names."""
        rows = self._read(
            "SELECT person, metrics, curve, microseconds FROM people WHERE run = ? ORDER BY person",
            run.key,
        )
        with refusals(self.path):
            return {result.person: result for result in map(read_person, rows)}

    def add_person(self, run: Run, result: PersonResult) -> None:
        """Writes the result of a person.

        Args:
            run: A run that has begun.
            result: What came of it. One that is there already stays, with its time.

        Raises:
            ArgumentError: The run has not begun, or a value is no plain finite number.
            LeaderboardError: The person has another result in this run.
        """
        with self._writing() as connection:
            self._put(connection, run, result)

    def finish(self, evaluation: Evaluation) -> None:
        """Writes an evaluation, with those of its people that are not there yet.

        Args:
            evaluation: What came of a run. One that is there already stays, with its date.

        Raises:
            ArgumentError: A value is no plain finite number.
            LeaderboardError: A person has another result in this run.
        """
        run, row = evaluation.run, evaluation_row(evaluation, datetime.now(timezone.utc))
        self.begin(run)
        with self._writing() as connection:
            for result in evaluation.people:
                self._put(connection, run, result)
            connection.execute(
                "INSERT INTO evaluations VALUES (?, ?, ?, ?, ?) ON CONFLICT (run) DO NOTHING",
                (run.key, *row),
            )

    def entries(self, suite: str | None = None) -> tuple[Entry, ...]:
        """Returns what is finished, by suite, and in a suite with the best score first.

        Args:
            suite: Only of this one, as "users-24/v1".
        """
        rows = self._read(
            f'SELECT {_RUN}, "commit", people, metrics, finished, seconds '
            "FROM evaluations JOIN runs ON run = key"
        )
        times = defaultdict(list)
        for run, microseconds in self._read("SELECT run, microseconds FROM people"):
            times[run].append(microseconds)
        with refusals(self.path):
            entries = ranked(read_entry((*row, times[row[0]])) for row in rows)
        return tuple(entry for entry in entries if suite in (None, entry.run.suite))

    def entry(self, key: str) -> Entry:
        """Returns an entry by its key, or by as much of the beginning as no other has.

        Raises:
            LeaderboardError: None has it, or several.
        """
        found = [entry for entry in self.entries() if key and entry.run.key.startswith(key.lower())]
        if len(found) == 1:
            return found[0]
        several = f"{len(found)} entries of {self.path} begin with {key!r}: give more digits"
        none = f"no entry of {self.path} has the key {key!r}"
        raise LeaderboardError(
            f"{several if found else none}; gym-push leaderboard lists them with their keys"
        )

    def unfinished(self) -> tuple[Run, ...]:
        """Returns the runs that have begun and are not finished, by their keys."""
        rows = self._read(
            f"SELECT {_RUN} FROM runs WHERE key NOT IN (SELECT run FROM evaluations) ORDER BY key"
        )
        with refusals(self.path):
            return tuple(map(read_run, rows))

    def evaluation(self, entry: Entry) -> Evaluation:
        """Returns all that an entry comes from: the result of each person, too."""
        results = self.people_of(entry.run)
        with refusals(self.path):
            if missing := [person for person in entry.people if person not in results]:
                raise RowError(f"the result of {missing[0]!r} is missing")
        people = tuple(results[person] for person in entry.people)
        return Evaluation(entry.run, people, entry.metrics, entry.seconds)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is written at its end, or nothing."""
        with refusals(self.path), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def _put(self, connection: sqlite3.Connection, run: Run, result: PersonResult) -> None:
        key, row = run.key, person_row(result)
        try:
            added = connection.execute(
                "INSERT INTO people VALUES (?, ?, ?, ?, ?) ON CONFLICT (run, person) DO NOTHING",
                (key, *row),
            )
        except sqlite3.IntegrityError:
            raise ArgumentError(f"the run {key} has not begun; call begin(run) first") from None
        if added.rowcount:
            return
        there = connection.execute(
            "SELECT metrics, curve FROM people WHERE run = ? AND person = ?", (key, row[0])
        ).fetchone()
        if there != row[1:3]:
            raise LeaderboardError(
                f"{self.path} holds another result of {run.agent} with {result.person!r} in the "
                f"run {key}: an agent must do the same again with the same seed; give it a new "
                "name or parameter if its code has changed"
            )

    def _read(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with refusals(self.path):
            return self._connection.execute(query, values).fetchall()
