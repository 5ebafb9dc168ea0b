"""The logs of a population in a folder: whole files, made by any number of processes.

`population.json` tells programs what the folder will hold, and the data card `README.md` tells
people. Each file has the log of some people; when it is whole, it gets its name, and then a line in
`SHA256SUMS`. So a run that was stopped or killed can be resumed to the same bytes, and a file that
has changed since is written again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final, TextIO

from gym_push.errors import ArgumentError
from gym_push.files import parts, whole_file, write_whole
from gym_push.logs.writing import best_format, log_bytes
from gym_push.users.generation.plan import (
    CARD,
    DELIVER_AT_ONCE,
    MANIFEST,
    PhonePolicy,
    Plan,
    data_card,
)
from gym_push.users.population import MOST_DAYS, MOST_USERS, USERS_AT_ONCE, Population, whole_number
from gym_push.workers import RayCluster, Workers, work_through

MOST_PROCESSES: Final = 1024
SUMS: Final = "SHA256SUMS"
"""Holds the digest of each whole file, in the format of `sha256sum`."""
_DIGITS: Final = 64  # of a digest


@dataclass(frozen=True)
class WrittenFile:
    """A whole file of a folder of logs.

    Attributes:
        name: In its folder.
        users: The number of people in it.
        rows: The number of notifications in it; None for a file of an earlier run.
        digest: SHA-256 of its bytes, in hexadecimal digits.
    """

    name: str
    users: int
    rows: int | None
    digest: str


def write_logs(
    population: Population,
    folder: str | Path,
    days: int = 28,
    *,
    format: str | None = None,
    users_at_once: int = USERS_AT_ONCE,
    processes: Workers = 1,
    resume: bool = False,
    phone_policy: PhonePolicy = DELIVER_AT_ONCE,
    on_file: Callable[[WrittenFile], object] | None = None,
) -> None:
    """Writes the logs of a population, and a data card, in constant memory.

    The files are the same bytes with any number of processes, in one run or in several.

    Args:
        population: The people.
        folder: Where to write; made if it does not exist.
        days: How many, 1 to 3650.
        format: `"parquet"` or `"csv"`; None for Parquet where PyArrow is installed, else CSV.
        users_at_once: People in a file, who are simulated together; a process needs about 50 kB of
            memory for each person and day.
        processes: How many work in parallel, 1 to 1024; or a `RayCluster`, whose workers return
            the files to this process.
        resume: Whether to continue in a folder that was begun: writes the files that are missing
            or have changed. An empty or missing folder is begun.
        phone_policy: What phones do with what arrives.
        on_file: Called once for each file when it is whole, in any order.

    Raises:
        ArgumentError: An argument is out of range, the folder holds something else, or another
            process is writing to it.
        MissingExtraError: Parquet needs PyArrow, which is not installed.
        OSError: A file cannot be written; the others are whole.
    """
    plan = Plan(
        population,
        whole_number("days", days, 1, MOST_DAYS),
        best_format() if format is None else format,
        whole_number("users_at_once", users_at_once, 1, MOST_USERS),
        phone_policy,
    )
    processes = checked(processes)
    tell = on_file or (lambda file: None)
    if not str(folder):
        raise ArgumentError("folder='' is not the name of a folder; name one")
    folder = Path(folder)
    manifest, card = plan.manifest(), data_card(plan)  # may fail: before anything is written
    _check(plan, folder, resume)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / SUMS) as sums:
        _check(plan, folder, resume)  # another process may have begun meanwhile
        _remove_parts(folder)
        write_whole(folder / MANIFEST, json.dumps(manifest, indent=1) + "\n")
        write_whole(folder / CARD, card)
        known = {line[_DIGITS:].strip(): line[:_DIGITS] for line in sums}

        def missing() -> Iterator[tuple[str, range]]:
            for name, users in plan.files():
                if (folder / name).is_file() and known.get(name) == _digest(folder / name):
                    tell(WrittenFile(name, len(users), None, known[name]))
                else:
                    yield name, users

        with closing(work_through(partial(_make, plan), missing(), processes)) as made:
            for file, content in made:
                with whole_file(folder / file.name) as whole:
                    whole.write(content)
                known[file.name] = file.digest
                sums.write(_line(file.name, file.digest))
                sums.flush()
                tell(file)
        sums.truncate(0)
        sums.writelines(_line(name, known[name]) for name, _ in plan.files())


def checked(processes: Workers) -> Workers:
    """Returns who works.

    Raises:
        ArgumentError: It is not a cluster, and not a number of processes from 1 to 1024.
    """
    if isinstance(processes, RayCluster):
        return processes
    return whole_number("processes", processes, 1, MOST_PROCESSES)


def _make(plan: Plan, file: tuple[str, range]) -> tuple[WrittenFile, bytes]:
    """Returns a file and its content: a worker may be on another machine, without the folder."""
    name, users = file
    log = plan.phone_policy.log(plan.population, plan.days, users)
    content = log_bytes(log, plan.format)
    return WrittenFile(name, len(users), len(log), sha256(content).hexdigest()), content


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _line(name: str, digest: str) -> str:
    return f"{digest}  {name}\n"


@contextmanager
def _alone(path: Path) -> Iterator[TextIO]:
    """Opens a file to read and append to, and locks it.

    Raises:
        ArgumentError: Another process has locked it.
    """
    with path.open("a+", encoding="utf-8", errors="replace", newline="\n") as file:
        file.seek(0)
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            raise ArgumentError(
                f"another process is writing to {path.parent}; wait until it ends"
            ) from None
        yield file


def _remove_parts(folder: Path) -> None:
    for part in parts(folder):
        part.unlink(missing_ok=True)


def _check(plan: Plan, folder: Path, resume: bool) -> None:
    """Checks that a folder is empty, or was begun with the plan and may be resumed.

    Raises:
        ArgumentError: It is not.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ArgumentError(f"{folder} is a file; name a folder")
    there = set(folder.iterdir()) - {*parts(folder), folder / SUMS}
    if there and not resume:
        raise ArgumentError(
            f"the folder {folder} is not empty; name another one, or continue what was begun there "
            "with --resume (in Python, resume=True)"
        )
    if folder / MANIFEST in there:
        plan.check_begun(folder / MANIFEST)
    elif there:
        raise ArgumentError(
            f"the folder {folder} holds files and no {MANIFEST}, so there is nothing to resume; "
            "name another one"
        )
