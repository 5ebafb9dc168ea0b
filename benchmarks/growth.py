"""How time and memory grow with people and columns; each size runs in its own process."""

from __future__ import annotations

import math
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import gymnasium
import numpy as np

from benchmarks.rounds import table, title, verdict
from gym_push import Feature, Schema, evaluate, read_log
from gym_push.evaluation import Evaluation, PersonResult, Run, Suite, compare
from gym_push.evaluation.fidelity.learnability import FEWEST_LEARNED, learn_each, majority
from gym_push.evaluation.suites.replay import LogSuite
from gym_push.logs import NotificationLog
from gym_push.logs.description import describe
from gym_push.logs.log_statistics import LogStatistics
from gym_push.logs.suspicions import suspicions

STEEPEST = 1.15
"""Exponent of the growth; from 10 000 to 100 000, n log n grows with 1.10."""
LEAST_MB = 8.0
"""A smaller difference is noise of the allocator."""
SIZES = (1_000, 10_000, 100_000)
FEWER = (100, 1_000, 10_000)
"""Sizes where each person takes some milliseconds."""
ROWS = 4
WORDS = ("mail", "chat", "news", "game")


def read_people(folder: Path, people: int) -> Callable[[], NotificationLog]:
    """Reads a log of many people."""
    path = folder / "log.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("user,app,action,time\n")
        for row in range(people * ROWS):
            word = WORDS[row % ROWS]
            file.write(f"user {row // ROWS},{word},{row % 2},{1_700_000_000 + row * 40_000}\n")
    schema = Schema(["app"], user="user", time=Feature("time", unit="s"))
    return lambda: read_log(path, schema)


def look_at_people(folder: Path, people: int) -> Callable[[], object]:
    """Looks up and describes all people, and looks for what is suspicious."""
    log = read_people(folder, people)()
    return lambda: (suspicions(log), describe(log), [log.rows_of(user) for user in log.users])


def begin_with_people(folder: Path, people: int) -> Callable[[], object]:
    """Begins an episode with a random person, in one environment and in many."""
    log = read_people(folder, people)()

    def begin() -> None:
        gymnasium.make("gym_push:basic-v0", data=log).reset(seed=0)
        gymnasium.make_vec("gym_push:basic-v0", 64, data=log).reset(seed=0)

    return begin


def build_trials(folder: Path, people: int) -> Callable[[], object]:
    """Builds the trial of each person in turn."""
    log = read_people(folder, people)()

    def build() -> None:
        suite = LogSuite("people/v1", log, 0.5)
        for person in suite.people:
            suite.trial(person)

    return build


def evaluate_people(folder: Path, people: int) -> Callable[[], object]:
    """Tests an agent on all people."""
    suite = Suite.from_log(read_people(folder, people)())
    return lambda: evaluate("always-open", suite)


def learn_from_people(folder: Path, people: int) -> Callable[[], object]:
    """Learns from each person alone, who has just enough to learn from."""
    rows = people * 2 * FEWEST_LEARNED
    path = folder / "log.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("user,app,action\n")
        for row in range(rows):
            file.write(f"{row // (2 * FEWEST_LEARNED)},{WORDS[row % ROWS]},{row % 2}\n")
    log = read_log(path, Schema(["app"], user="user"))
    return lambda: learn_each(log, LogStatistics.of_log(log), {"majority": majority})


def compare_people(folder: Path, people: int) -> Callable[[], object]:
    """Compares two agents person by person, with a paired t-test."""
    one, other = (_evaluation(people, seed) for seed in range(2))
    return lambda: compare(one, other)


def read_columns(folder: Path, columns: int) -> Callable[[], NotificationLog]:
    """Reads a log of many columns."""
    path, names = folder / "log.csv", [f"column {number}" for number in range(columns)]
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join((*names, "action")) + "\n")
        for row in range(ROWS):
            file.write(f"{WORDS[row]}," * columns + f"{row % 2}\n")
    return lambda: read_log(path, Schema(names))


def look_at_columns(folder: Path, columns: int) -> Callable[[], object]:
    """Describes every column, looks for what is suspicious, and plays them."""
    log = read_columns(folder, columns)()

    def look() -> None:
        describe(log)
        suspicions(log)
        env = gymnasium.make("gym_push:basic-v0", data=log)
        env.reset()
        env.step(1)

    return look


WORK = {
    "people, read": (read_people, SIZES),
    "people, looked at": (look_at_people, SIZES),
    "people, begun with": (begin_with_people, SIZES),
    "people, trials built": (build_trials, SIZES),
    "people, compared": (compare_people, SIZES),
    "people, evaluated": (evaluate_people, FEWER),
    "people, learned from": (learn_from_people, FEWER),
    "columns, read": (read_columns, SIZES),
    "columns, looked at": (look_at_columns, SIZES),
}


def run() -> None:
    """Measures and prints."""
    title("How time and memory grow: exponents from the middle size to the largest")
    for name, (_, sizes) in WORK.items():
        found = [_apart(name, size) for size in sizes]
        rows = [
            (f"{size:,}", f"{seconds:.3f}", f"{megabytes:.0f}")
            for size, (seconds, megabytes) in zip(sizes, found, strict=True)
        ]
        table((name, "s", "MB more"), rows)
        seconds, memory = (
            math.log10(max(each[-1], least) / max(each[-2], least))
            / math.log10(sizes[-1] / sizes[-2])
            for each, least in zip(zip(*found, strict=True), (1e-3, LEAST_MB), strict=True)
        )
        verdict("exponent of time", seconds, STEEPEST, at_most=True)
        verdict("exponent of memory", memory, STEEPEST, at_most=True)


def _apart(name: str, size: int) -> tuple[float, float]:
    """Returns the seconds and MB that some work takes in its own process."""
    command = [sys.executable, "-m", "benchmarks.growth", name, str(size)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, result.stdout.split())
    return seconds, megabytes


def _measure(name: str, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = WORK[name][0](Path(folder), size)
        before, start = _peak(), perf_counter()
        work()
        print(perf_counter() - start, _peak() - before)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def _evaluation(people: int, seed: int) -> Evaluation:
    rewards = np.random.default_rng(seed).normal(size=people).tolist()
    results = tuple(
        PersonResult(str(number), {"reward": reward}, (), 1.0)
        for number, reward in enumerate(rewards)
    )
    return Evaluation(Run("people/v1", "", str(seed), {}, 0, {}), (results,), {}, 1.0)


if __name__ == "__main__":
    _measure(sys.argv[1], int(sys.argv[2]))
