"""Ten thousand simulated people, simulated and written in a process whose memory is measured."""

from __future__ import annotations

import subprocess
import sys
import tempfile

from benchmarks.rounds import title, verdict

PEOPLE = 10_000
PEOPLE_WRITTEN = 1_000
DAYS = 28
RATE = 0.3  # M notifications a second and core
MEMORY_GB = 1
CODE = """
import resource, sys, time
from gym_push import Population
from gym_push.users import write_logs

def measure(work):
    cpu, wall = time.process_time(), time.perf_counter()
    rows = work()
    return rows, time.process_time() - cpu, time.perf_counter() - wall

def make():
    return sum(map(len, Population(int(sys.argv[1]), 1).logs(int(sys.argv[3]))))

def write():
    rows = []
    write_logs(
        Population(int(sys.argv[2]), 1), sys.argv[4], int(sys.argv[3]),
        on_file=lambda file: rows.append(file.rows),
    )
    return sum(rows)

made, written = measure(make), measure(write)
print(*made, *written, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)
"""


def run() -> None:
    """Measures and prints."""
    title(f"{PEOPLE:,} simulated people, {DAYS} days, in one process")
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            [sys.executable, "-c", CODE, str(PEOPLE), str(PEOPLE_WRITTEN), str(DAYS), folder],
            capture_output=True,
            text=True,
            check=True,
        )
    rows, cpu, wall, written, cpu_written, wall_written, peak = map(float, result.stdout.split())
    print(f"  {rows / 1e6:.1f} M notifications in {wall:.0f} s, {cpu:.0f} s of them computing")
    verdict("made, M a second of computing", rows / cpu / 1e6, RATE)
    print(
        f"  made and written, {PEOPLE_WRITTEN:,} people: {written / cpu_written / 1e6:.2f} M a "
        f"second of computing, {written / wall_written / 1e6:.2f} M of the clock"
    )
    verdict("peak memory, GB", peak, MEMORY_GB, at_most=True)
