"""A log of ten million rows, loaded and played in a process whose memory is measured."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.rounds import title, verdict

ROWS = 10_000_000
STEPS = 300_000
MEMORY_GB = 4
FEATURES = ("appPackage", "category", "priority", "numberUpdates", "place", "noise", "battery")
CODE = """
import sys, time, resource, gymnasium, numpy
import gym_push
start = time.perf_counter()
schema = gym_push.Schema(
    ["appPackage", "category", "priority", gym_push.Feature("numberUpdates", "integer")],
    ["place", "noise", gym_push.Feature("battery", "number")],
)
log = gym_push.read_log(sys.argv[1], schema)
loaded = time.perf_counter()
rates = []
for observation in ("raw", "vector"):
    env = gymnasium.make("gym_push:basic-v0", data=log, observation=observation)
    env.reset()
    start_steps = time.perf_counter()
    for _ in range(int(sys.argv[2])):
        env.step(1)
    rates.append(int(sys.argv[2]) / (time.perf_counter() - start_steps))
many = gymnasium.make_vec("gym_push:basic-v0", 256, data=log, observation="vector")
many.reset()
for _ in range(2000):
    many.step(numpy.ones(256, dtype=numpy.int64))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(len(log), loaded - start, *rates, peak)
"""


def run() -> None:
    """Measures and prints."""
    title(f"A log of {ROWS:,} rows, {len(FEATURES)} features, CSV")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        start = perf_counter()
        _write(path)
        print(f"  made in {perf_counter() - start:.0f} s, {path.stat().st_size / 1e9:.2f} GB")
        result = subprocess.run(
            [sys.executable, "-c", CODE, str(path), str(STEPS)],
            capture_output=True,
            text=True,
            check=True,
        )
    rows, loading, raw, vector, peak = map(float, result.stdout.split())
    print(f"  loaded in {loading:.0f} s: {rows / loading / 1e6:.2f} M rows a second")
    print(f"  stepped at {raw / 1e6:.2f} (raw) and {vector / 1e6:.2f} (vector) M steps a second")
    verdict("peak memory, GB", peak, MEMORY_GB, at_most=True)


def _write(path: Path) -> None:
    random = np.random.default_rng(0)
    words = {
        "appPackage": [f"org.example.app{i}" for i in range(40)],
        "category": ["msg", "email", "social", "unknown"],
        "priority": ["min", "low", "default", "high", "max"],
        "numberUpdates": [str(i) for i in range(20)],
        "place": ["home", "office", "street", "unknown"],
        "noise": ["quiet", "normal", "loud"],
        "battery": [f"{i / 10:.1f}" for i in range(1001)],
        "action": ["0", "1"],
    }
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(words) + "\n")
        for _ in range(0, ROWS, 100_000):
            columns = [
                np.array(values, dtype=object)[random.integers(len(values), size=100_000)]
                for values in words.values()
            ]
            file.write("\n".join(map(",".join, zip(*columns, strict=True))) + "\n")
