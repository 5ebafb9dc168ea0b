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
from gym_push.evaluation.leaderboard.entries import KEY_SHOWN, Entry, Unfinished, ranked
from gym_push.evaluation.leaderboard.opening import connect, refusals
from gym_push.evaluation.leaderboard.rows import (
    evaluation_row,
    person_row,
    read_entry,
    read_person,
    read_unfinished,
    run_row,
)
from gym_push.evaluation.results import Evaluation, PersonResult, Run
from gym_push.text import printable

_RUN = "key, suite, data, agent, parameters, seed, versions, seeds"


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
        """Writes down that a run has begun, with the commit of the agent's working copy.

        One that has begun before goes on.
        """
        row = (*run_row(run), commit_of(run.agent), _now(), None)
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET stopped = NULL",
                row,
            )

    def stop(self, run: Run, why: str) -> None:
        """Writes down why a run has ended before it was finished."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE runs SET stopped = ? WHERE key = ?", (printable(why), run.key)
            )

    def people_of(self, run: Run) -> dict[tuple[int, str], PersonResult]:
        """Returns the results that a run has so far, by seed and person."""
        rows = self._read("SELECT * FROM people WHERE run = ? ORDER BY seed, person", run.key)
        with refusals(self.path):
            return {(seed, result.person): result for seed, result in map(read_person, rows)}

    def add_person(self, run: Run, seed: int, result: PersonResult) -> None:
        """Writes the result of a person with a seed.

        Args:
            run: A run that has begun.
            seed: One of its seeds.
            result: What came of it. One that is there already stays, with its time.

        Raises:
            ArgumentError: The run has not begun, or a value is no plain finite number.
            LeaderboardError: The person has another result in this run.
        """
        with self._writing() as connection:
            self._put(connection, run, seed, result)

    def finish(self, evaluation: Evaluation) -> None:
        """Writes an evaluation, with those of its people that are not there yet.

        Args:
            evaluation: What came of a run. One that is there already stays, with its date.

        Raises:
            ArgumentError: A value is no plain finite number.
            LeaderboardError: A person has another result in this run.
        """
        run, row = evaluation.run, evaluation_row(evaluation, _now())
        self.begin(run)
        with self._writing() as connection:
            for seed, people in zip(run.each_seed, evaluation.by_seed, strict=True):
                for result in people:
                    self._put(connection, run, seed, result)
            connection.execute(
                "INSERT INTO evaluations VALUES (?, ?, ?, ?) ON CONFLICT (run) DO NOTHING",
                (run.key, *row),
            )

    def remove(self, key: str) -> None:
        """Deletes a run with all its results, finished or not.

        Args:
            key: As `find` returns it.
        """
        with self._writing() as connection:
            for table, column in (("evaluations", "run"), ("people", "run"), ("runs", "key")):
                connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (key,))

    def find(self, key: str, finished: bool = False) -> tuple[str, str]:
        """Returns the key of a run, by as much of its beginning as no other has, and of what it is.

        Args:
            key: Or the beginning of it.
            finished: Whether only those count that are finished.

        Raises:
            LeaderboardError: None has it, or several.
        """
        which = "WHERE key IN (SELECT run FROM evaluations)" if finished else ""
        rows = self._read(f"SELECT key, agent, suite FROM runs {which}")
        found = [row for row in rows if key and str(row[0]).startswith(key.lower())]
        if len(found) == 1:
            [(whole, agent, suite)] = found
            return whole, f"{agent} on {suite}"
        what = "entries" if finished else "runs"
        several = f"{len(found)} {what} of {self.path} begin with {key!r}: give more digits"
        none = f"{self.path} has no {'entry' if finished else 'run'} with the key {key!r}"
        raise LeaderboardError(
            f"{several if found else none}; gym-push leaderboard lists them with their keys"
        )

    def entries(self, suite: str | None = None) -> tuple[Entry, ...]:
        """Returns what is finished, by suite, and in a suite with the best score first.

        The metrics are those of the persons, as `summary` has them now.

        Args:
            suite: Only of this one, as "users-24/v1".
        """
        return self._entries("? IN (suite, '')", suite or "")

    def entry(self, key: str) -> Entry:
        """Returns an entry by its key, or by as much of the beginning as no other has.

        Raises:
            LeaderboardError: None has it, or several.
        """
        [entry] = self._entries("key = ?", self.find(key, finished=True)[0])
        return entry

    def _entries(self, which: str, value: str) -> tuple[Entry, ...]:
        rows = self._read(
            f'SELECT {_RUN}, "commit", people, finished, seconds FROM evaluations '
            f"JOIN runs ON run = key WHERE {which}",
            value,
        )
        people = self._read(
            f"SELECT people.* FROM people JOIN evaluations USING (run) JOIN runs ON run = key "
            f"WHERE {which}",
            value,
        )
        results: dict[str, dict[tuple[int, str], PersonResult]] = defaultdict(dict)
        with refusals(self.path):
            for row in people:
                seed, result = read_person(row)
                results[row[0]][seed, result.person] = result
            return ranked(read_entry((*row, results[row[0]])) for row in rows)

    def unfinished(self) -> tuple[Unfinished, ...]:
        """Returns the runs that have begun and are not finished, by their keys."""
        rows = self._read(
            f"SELECT {_RUN}, (SELECT count(*) FROM people WHERE run = key), begun, stopped "
            "FROM runs WHERE key NOT IN (SELECT run FROM evaluations) ORDER BY key"
        )
        with refusals(self.path):
            return tuple(map(read_unfinished, rows))

    def begun(self, run: Run) -> datetime | None:
        """Returns when a run has begun, in UTC; None if it has not."""
        for (begun,) in self._read("SELECT begun FROM runs WHERE key = ?", run.key):
            return datetime.fromisoformat(begun)
        return None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is written at its end, or nothing."""
        with refusals(self.path), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def _put(
        self, connection: sqlite3.Connection, run: Run, seed: int, result: PersonResult
    ) -> None:
        key, row = run.key, person_row(seed, result)
        try:
            added = connection.execute(
                "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (key, *row),
            )
        except sqlite3.IntegrityError:
            raise ArgumentError(f"the run {key} has not begun; call begin(run) first") from None
        if added.rowcount:
            return
        there = connection.execute(
            "SELECT metrics, curve FROM people WHERE run = ? AND seed = ? AND person = ?",
            (key, *row[:2]),
        ).fetchone()
        if there != row[2:4]:
            raise LeaderboardError(
                f"{self.path} holds another result of {run.agent} with {result.person!r} in the "
                f"run {key}: either the agent does not do the same again with the same seed, or "
                "something has changed that its key does not know, as a file elsewhere; in that "
                f"case remove the run with  gym-push leaderboard remove {key[:KEY_SHOWN]}"
            )

    def _read(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with refusals(self.path):
            return self._connection.execute(query, values).fetchall()


def _now() -> str:
    """The moment, in UTC, as it is written."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
