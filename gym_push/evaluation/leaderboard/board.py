"""The leaderboard: each person's results as they come, and evaluations when they are finished."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from gym_push.agents.baselines import BASELINES
from gym_push.agents.sources import module_file
from gym_push.errors import ArgumentError, LeaderboardError
from gym_push.evaluation.leaderboard.entries import (
    KEY_SHOWN,
    Entry,
    Unfinished,
    read_entry,
    read_unfinished,
)
from gym_push.evaluation.leaderboard.opening import connect, parsed, refusals
from gym_push.evaluation.leaderboard.rows import (
    Row,
    evaluation_row,
    person_row,
    read_person,
    run_row,
)
from gym_push.evaluation.results import Evaluation, PersonResult, Run
from gym_push.text import printable

_RUN: Final = "key, suite, data, agent, parameters, seed, versions, seeds"
_GIT_SECONDS: Final = 10.0  # at most; git may have to look through a large working copy


class Leaderboard(AbstractContextManager["Leaderboard"]):
    """Results in one SQLite file, which any number of processes may write at once.

    Each process opens the file for itself. Every method that writes is one transaction: what it has
    written stays, whatever happens to the process, and calling it again changes nothing.

    ```pycon
    >>> import os, tempfile
    >>> from gym_push.evaluation.leaderboard import Leaderboard
    >>> with Leaderboard(os.path.join(tempfile.mkdtemp(), "leaderboard.sqlite")) as board:
    ...     board.entries()
    ()

    ```

    Args:
        path: The file; created if it is missing.
        read_only: Whether to open it only for reading, which also works on read-only media. It has
            to exist then.

    Raises:
        LeaderboardError: The file is not a leaderboard, is damaged, or is of a newer version.
        OSError: The machine refuses: the disk is full, or the file or folder cannot be written. All
            methods may raise both errors; what was written before stays whole.
    """

    def __init__(self, path: str | os.PathLike[str], *, read_only: bool = False) -> None:
        self.path = Path(path)
        self._connection = connect(self.path, read_only)

    def __exit__(self, *exception: object) -> None:
        """Closes it."""
        self.close()

    def close(self) -> None:
        """Closes it. Further calls do nothing."""
        self._connection.close()

    def begin(self, run: Run) -> None:
        """Notes that a run begins or goes on, and the commit of the agent's working copy."""
        row = (*run_row(run), commit_of(run.agent), _now(), None)
        with self._writing() as connection:
            connection.execute(
                f"INSERT INTO runs VALUES ({', '.join('?' * len(row))}) "
                "ON CONFLICT (key) DO UPDATE SET stopped = NULL",
                row,
            )

    def stop(self, run: Run, why: str) -> None:
        """Notes why a run ends before it is finished."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE runs SET stopped = ? WHERE key = ?", (printable(why), run.key)
            )

    def people_of(self, run: Run) -> dict[tuple[int, str], PersonResult]:
        """Returns the results of a run so far, by seed and person."""
        rows = self._read("SELECT * FROM people WHERE run = ? ORDER BY seed, person", run.key)
        people = parsed(self.path, read_person, rows)
        return {(seed, result.person): result for _, seed, result in people}

    def add_person(self, run: Run, seed: int, result: PersonResult) -> None:
        """Writes the result of a person with a seed.

        Args:
            run: A run that has begun.
            seed: One of its seeds.
            result: The result. If it is already there, that one stays, with its time.

        Raises:
            ArgumentError: The run has not begun, or a value is out of range or not a finite number.
            LeaderboardError: The person has another result in this run.
        """
        with self._writing() as connection:
            self._put(connection, run, seed, result)

    def finish(self, evaluation: Evaluation) -> None:
        """Writes an evaluation, and the results of its people that are not there yet.

        Args:
            evaluation: The evaluation. If it is already there, that one stays, with its date.

        Raises:
            ArgumentError: A value is out of range or not a finite number.
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
        """Returns the whole key of a run, and its agent and suite in words.

        Args:
            key: The key, or a prefix that fits only one run.
            finished: Whether to look only among finished runs.

        Raises:
            LeaderboardError: No run fits, or several do.
        """
        which = "WHERE key IN (SELECT run FROM evaluations)" if finished else ""
        rows = self._read(f"SELECT key, agent, suite FROM runs {which}")
        found = [row for row in rows if key and str(row[0]).startswith(key.lower())]
        if len(found) == 1:
            [(whole, agent, suite)] = found
            return whole, f"{agent} on {suite}"
        what, several = ("entry", "entries") if finished else ("run", "runs")
        why = f"{self.path} has no {what} with the key {key!r}"
        if found:
            why = f"{len(found)} {several} of {self.path} begin with {key!r}: give more digits"
        raise LeaderboardError(f"{why}; gym-push leaderboard lists them with their keys")

    def entries(self, suite: str | None = None) -> tuple[Entry, ...]:
        """Returns finished evaluations by suite, the best of each suite first.

        Their metrics are computed from each person's results.

        Args:
            suite: Only this one, such as "users-24/v1".
        """
        return self._entries("? IN (suite, '')", suite or "")

    def entry(self, key: str) -> Entry:
        """Returns the entry with a key, or with a prefix that fits only one.

        Raises:
            LeaderboardError: No entry fits, or several do.
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
        for key, seed, result in parsed(self.path, read_person, people):
            results[key][seed, result.person] = result
        found = ((*row, results[row[0]]) for row in rows)
        return tuple(sorted(parsed(self.path, read_entry, found), key=lambda entry: entry.place))

    def unfinished(self) -> tuple[Unfinished, ...]:
        """Returns runs that have begun and are not finished, by key."""
        rows = self._read(
            f"SELECT {_RUN}, (SELECT count(*) FROM people WHERE run = key), begun, stopped "
            "FROM runs WHERE key NOT IN (SELECT run FROM evaluations) ORDER BY key"
        )
        return tuple(parsed(self.path, read_unfinished, rows))

    def begun(self, run: Run) -> datetime | None:
        """Returns when a run began, in UTC; None if it has not."""
        for (begun,) in self._read("SELECT begun FROM runs WHERE key = ?", run.key):
            return datetime.fromisoformat(begun)
        return None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, written whole at its end or not at all."""
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
                f"{self.path} has another result of {run.agent} with {result.person!r} in the run "
                f"{key}: either the agent acts differently with the same seed, or something has "
                "changed that the key does not cover, such as a file elsewhere; in that case "
                f"remove the run with  gym-push leaderboard remove {key[:KEY_SHOWN]}"
            )

    def _read(self, query: str, *values: str) -> list[Row]:
        with refusals(self.path):
            return self._connection.execute(query, values).fetchall()


def commit_of(agent: str) -> str | None:
    """Returns the commit of the working copy that holds an agent's module.

    Args:
        agent: A baseline's name, or `module:Class`.

    Returns:
        40 hexadecimal digits, followed by "-dirty" if files of the working copy have changed since;
        None if git does not know the module.
    """
    home = f"gym_push.agents.{BASELINES[agent].home}" if agent in BASELINES else agent
    module = module_file(home.partition(":")[0])
    if module is None or _git(module, "ls-files", "--error-unmatch", module.name) is None:
        return None
    return _git(module, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")


def _git(module: Path, *arguments: str) -> str | None:
    """Returns what git prints in a module's folder; None if it is not installed or fails."""
    command = ["git", "-C", str(module.parent), *arguments]
    nothing = subprocess.DEVNULL
    try:
        return subprocess.check_output(
            command, stdin=nothing, stderr=nothing, text=True, timeout=_GIT_SECONDS
        ).strip()
    except (OSError, subprocess.SubprocessError):
        return None


def _now() -> str:
    """Returns the present time in UTC, as it is written."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
