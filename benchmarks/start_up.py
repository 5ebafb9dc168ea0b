"""What importing the package and making an environment cost, in new processes."""

from __future__ import annotations

import statistics
import subprocess
import sys

from benchmarks.rounds import title, verdict

PROCESSES = 9
CODE = """
import time, gymnasium
def ms(call):
    start = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - start)
print(ms(lambda: __import__("gym_push")))
import gym_push.envs
print(ms(lambda: gymnasium.make("gym_push:basic-v0").reset()))
print(ms(lambda: gymnasium.make("gym_push:basic-v0")))
"""


def run() -> None:
    """Measures and prints."""
    title(f"Start-up, milliseconds (median of {PROCESSES} processes)")
    runs = []
    for _ in range(PROCESSES):
        result = subprocess.run(
            [sys.executable, "-c", CODE], capture_output=True, text=True, check=True
        )
        runs.append([float(line) for line in result.stdout.split()])
    imported, first, second = (statistics.median(times) for times in zip(*runs, strict=True))
    verdict("import gym_push after gymnasium", imported, 2, at_most=True)
    verdict("first make and reset, beyond its imports", first, 20, at_most=True)
    verdict("second make", second, 1, at_most=True)
