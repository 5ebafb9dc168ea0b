"""A log larger than memory, valued in one pass, beside bare scans of the same columns.

`python -m benchmarks.stream 1e7` takes fewer rows than `python -m benchmarks stream`.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pandas as pd
import polars
import pyarrow
import pyarrow.parquet

from benchmarks.rounds import table, title, verdict
from gym_push import Feature, Schema, read_log
from gym_push.evaluation import LoggedDecisions, evaluate_scan, off_policy_scan, off_policy_table
from gym_push.evaluation.estimates import mean
from gym_push.logs import scan_log

ROWS = 10**8
A_FILE = 10**6
PEOPLE = 10**5
APPS = 40
ROUNDS = 3
MEMORY_MB = 300
ANSWERS = ["user", "app", "action"]
DECISIONS = ["user", "app", "decision", "deliverPropensity", "suppressPropensity", "reward"]
SCHEMA = Schema(
    [Feature("app", "label")],
    user="user",
    engagement=[
        Feature("decision", "label"),
        *(Feature(name, "number") for name in DECISIONS[3:]),
    ],
)
INDEX = pd.Index([f"org.example.app{number}" for number in range(APPS)], name="app")
OPENS = pd.Series(np.arange(APPS) % 2, INDEX)
CHANCE = np.linspace(0.1, 0.9, APPS)
CHANCES = pd.DataFrame({"deliver": CHANCE, "suppress": 1.0 - CHANCE}, INDEX)


def run(rows: int = ROWS) -> None:
    """Measures and prints."""
    title(f"{rows:,} rows of Parquet, {PEOPLE:,} people (median of {ROUNDS} rounds)")
    with tempfile.TemporaryDirectory() as folder:
        for number in range(-(-rows // A_FILE)):
            write_file(Path(folder) / f"log-{number:04}.parquet", number, min(rows, A_FILE))
        rounds = [{name: _apart(name, folder) for name in WORK} for _ in range(ROUNDS)]
        farthest = _farthest(Path(folder) / "log-0000.parquet")
    found = {
        name: [statistics.median(each) for each in zip(*(m[name] for m in rounds), strict=True)]
        for name in WORK
    }
    table(
        ("", "s of processor", "s", "MB over the imports"),
        [
            (name, f"{cpu:.1f}", f"{wall:.1f}", f"{mb:.0f}")
            for name, (cpu, wall, mb) in found.items()
        ],
    )
    for work, columns, least in (("a policy scored", 3, 0.8), ("IPS and SNIPS", 6, 0.5)):
        ratios = [found[f"{columns} columns by {by}"][0] / found[work][0] for by in SCANNERS]
        print(f"{work}: speed in processor time, of a bare scan of its {columns} columns")
        verdict("by Polars", ratios[0], least)
        print(f"       by PyArrow, which leaves words as codes: {ratios[1]:.2f}")
        verdict("MB over the imports", found[work][2], MEMORY_MB, at_most=True)
    verdict("farthest from what is found in memory", farthest, 1e-12, at_most=True)


def write_file(path: Path, number: int, rows: int) -> None:
    """Writes one file of answers and decisions, in which anybody may come next."""
    random = np.random.default_rng(number)
    app, person = random.integers(APPS, size=rows), random.integers(PEOPLE, size=rows)
    propensity = np.round(np.random.default_rng(0).uniform(0.2, 0.8, APPS), 3)[app]
    delivered = random.random(rows) < propensity
    columns = {
        "user": _words(person, [f"{number:06}" for number in range(PEOPLE)]),
        "app": _words(app, INDEX),
        "action": random.integers(2, size=rows),
        "decision": _words(1 - delivered, ["deliver", "suppress"]),
        "deliverPropensity": propensity,
        "suppressPropensity": 1.0 - propensity,
        "reward": np.round(random.normal(size=rows) + 0.3 * delivered, 3),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), path, compression="zstd")


def _words(codes: np.ndarray, words: Iterable[str]) -> pyarrow.DictionaryArray:
    return pyarrow.DictionaryArray.from_arrays(codes.astype(np.int32), list(words))


def _by_polars(columns: Sequence[str], folder: str) -> None:
    files = polars.scan_parquet(f"{folder}/*.parquet").select(columns)
    for _ in files.collect_batches():
        pass


def _by_pyarrow(columns: Sequence[str], folder: str) -> None:
    for path in sorted(Path(folder).iterdir()):
        for _ in pyarrow.parquet.ParquetFile(path).iter_batches(1 << 17, columns=list(columns)):
            pass


def _score(folder: str) -> None:
    evaluate_scan(scan_log(folder, SCHEMA), OPENS)


def _value(folder: str) -> None:
    off_policy_scan(scan_log(folder, SCHEMA), CHANCES)


SCANNERS = {"Polars": _by_polars, "PyArrow": _by_pyarrow}
WORK: dict[str, Callable[[str], None]] = {
    f"{len(columns)} columns by {name}": partial(scan, columns)
    for columns in (ANSWERS, DECISIONS)
    for name, scan in SCANNERS.items()
} | {"a policy scored": _score, "IPS and SNIPS": _value}


def _farthest(path: Path) -> float:
    """Returns how far, of 1, the numbers of a file are from those in memory at most."""
    log = read_log(path, SCHEMA)
    assert log.owner is not None
    app = log.columns["app"].take(slice(None))
    chance = CHANCES["deliver"][app].to_numpy()
    policy = np.stack([chance, np.zeros(len(log)), 1.0 - chance], axis=1)
    right = (OPENS[app].to_numpy() == log.actions) * 2.0 - 1.0
    rows = np.bincount(log.owner.codes)
    scan = scan_log(path, SCHEMA)
    rewards = mean(np.bincount(log.owner.codes, right) / rows)
    known = off_policy_table(LoggedDecisions.of(log), policy, ["ips", "snips"])
    pairs: list[tuple[Any, Any]] = [(evaluate_scan(scan, OPENS)["reward"], rewards)]
    pairs += zip(off_policy_scan(scan, CHANCES).estimates, known.estimates, strict=True)
    ends = [
        (getattr(a, end), getattr(b, end)) for a, b in pairs for end in ("value", "low", "high")
    ]
    return float(max(abs(a / b - 1.0) for a, b in ends))


def _apart(name: str, folder: str) -> tuple[float, float, float]:
    """Returns seconds of processor, seconds, and MB that some work takes in its own process."""
    command = [sys.executable, "-m", "benchmarks.stream", name, folder]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    processor, seconds, megabytes = map(float, result.stdout.split())
    return processor, seconds, megabytes


def _measure(name: str, folder: str) -> None:
    before, processor, start = _peak(), process_time(), perf_counter()
    WORK[name](folder)
    print(process_time() - processor, perf_counter() - start, _peak() - before)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    if len(sys.argv) == 3:
        _measure(sys.argv[1], sys.argv[2])
    else:
        run(*(int(float(each)) for each in sys.argv[1:]))
