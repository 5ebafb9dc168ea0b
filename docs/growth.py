"""Makes docs/growth.md and a plot: how time and memory grow with rows, people and workers.

Run by `python -m nox -s growth`; on a quiet machine it takes ten minutes. With `-- --rows 1e6
--people 1e3` it stops there. Each size runs in a process of its own.
"""

from __future__ import annotations

import argparse
import math
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from benchmarks.stream import A_FILE, CHANCES, OPENS, PEOPLE, SCHEMA, write_file
from gym_push import Population, evaluate, read_log
from gym_push.evaluation import Suite, evaluate_scan, off_policy_scan
from gym_push.files import write_whole
from gym_push.logs import describe, scan_log
from gym_push.users import write_logs

PAGE = Path(__file__).with_name("growth.md")
PLOT = PAGE.parent / "pictures" / "growth.svg"
ROWS = [10**power for power in range(4, 9)]
FEWER_ROWS = ROWS[:3]
"""Of logs that are read into memory."""
SIZES = [10**power for power in range(2, 6)]
FEWER = SIZES[:3]
"""People who are tested one after the other."""
DAYS = 7

Work = Callable[[Path, int], object]


def write_rows(folder: Path, rows: int) -> None:
    """Writes a log of Parquet, in which anybody may come next."""
    for number in range(-(-rows // A_FILE)):
        write_file(folder / f"log-{number:04}.parquet", number, min(rows, A_FILE))


def write_people(folder: Path, people: int) -> None:
    """Writes a day of simulated people."""
    write_logs(Population(people, seed=1), folder, 1, format="parquet")


def nothing(folder: Path, size: int) -> None:
    """Makes nothing ready."""


def generate(processes: int) -> Work:
    """Returns what generates the logs of people in some processes."""
    return lambda folder, people: write_logs(
        Population(people, seed=1), folder / "out", DAYS, format="parquet", processes=processes
    )


def test_people(folder: Path, people: int) -> object:
    """Tests an agent on all people."""
    return evaluate("table-per-app", Suite.from_log(read_log(folder)))


WORK: dict[str, tuple[str, list[int], Work, Work]] = {
    "score a policy, one pass": (
        "rows", ROWS, write_rows,
        lambda folder, rows: evaluate_scan(scan_log(folder, SCHEMA), OPENS),
    ),
    "IPS and SNIPS, one pass": (
        "rows", ROWS, write_rows,
        lambda folder, rows: off_policy_scan(scan_log(folder, SCHEMA), CHANCES),
    ),
    "describe, one pass": (
        "rows", ROWS, write_rows, lambda folder, rows: describe(scan_log(folder, SCHEMA)),
    ),
    "read into memory": (
        "rows", FEWER_ROWS, write_rows, lambda folder, rows: read_log(folder, SCHEMA),
    ),
    "evaluate table-per-app": ("people", FEWER, write_people, test_people),
    "generate, one worker": ("people", SIZES, nothing, generate(1)),
    "generate, two workers": ("people", SIZES, nothing, generate(2)),
}  # fmt: skip
"""What is counted, the sizes, what is made ready, and what is measured."""


def main() -> None:
    """Reads the arguments, measures, and writes page and plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, default=ROWS[-1], help="at most")
    parser.add_argument("--people", type=float, default=SIZES[-1], help="at most")
    limits = vars(parser.parse_args())
    found: dict[str, dict[int, tuple[float, float]]] = {}
    for name, (unit, sizes, _, _) in WORK.items():
        found[name] = {}
        for size in sizes:
            if size <= limits[unit]:
                found[name][size] = apart(name, size)
                print(name, size, *found[name][size], flush=True)
    plot(found)
    write_whole(PAGE, page(found, limits))


def apart(name: str, size: int) -> tuple[float, float]:
    """Returns the seconds and the MB over the imports that some work takes in its own process."""
    with tempfile.TemporaryDirectory() as folder:
        WORK[name][2](Path(folder), size)
        command = [sys.executable, __file__, "--measure", name, folder, str(size)]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, result.stdout.split()[-2:])
    return seconds, megabytes


def measure(name: str, folder: str, size: str) -> None:
    """Does some work, and prints what it takes."""
    before, start = peak(resource.RUSAGE_SELF), perf_counter()
    WORK[name][3](Path(folder), int(size))
    seconds, more = perf_counter() - start, peak(resource.RUSAGE_SELF) - before
    print(seconds, max(more, peak(resource.RUSAGE_CHILDREN) - before))


def peak(who: int) -> float:
    """Returns the most memory that was in use at once, in MB."""
    return resource.getrusage(who).ru_maxrss / 1e3


def exponent(sizes: dict[int, tuple[float, float]], which: int) -> str:
    """Returns the power by which time (0) or memory (1) grows between the two largest sizes."""
    if len(sizes) < 2:
        return ""
    (small, less), (large, more) = sorted(sizes.items())[-2:]
    least = (1e-3, 8.0)[which]  # below it, figures are noise
    if min(less[which], more[which]) < least:
        return ""
    return f"{math.log(more[which] / less[which]) / math.log(large / small):.2f}"


def page(found: dict[str, dict[int, tuple[float, float]]], limits: dict[str, float]) -> str:
    """Returns the page in Markdown."""
    lines = [
        "# How cost grows",
        "",
        f"Made by `python -m nox -s growth -- --rows {limits['rows']:.0f} --people "
        f"{limits['people']:.0f}`. Each size runs in a process of its own; memory is the "
        "most at once, over what the imports take, of one process. The exponent is that of growth "
        "between the two largest sizes, where they are more than noise: 1 is in proportion, 0 not "
        "at all. Logs of rows are of "
        f"{PEOPLE:,} people in mixed order; generated people have {DAYS} days, tested ones one.",
        "",
        "![Time and memory against size, with logarithmic axes](pictures/growth.svg)",
    ]
    for unit in ("rows", "people"):
        works = {name: found[name] for name in found if WORK[name][0] == unit}
        sizes = sorted({size for each in works.values() for size in each})
        for which, what, form in ((0, "seconds", ".2f"), (1, "MB", ".0f")):
            head = [f"{what}, by {unit}", *(f"{size:,}" for size in sizes), "exponent"]
            lines += ["", f"| {' | '.join(head)} |", "|-|" + "-:|" * (len(sizes) + 1)]
            for name, each in works.items():
                cells = [format(each[s][which], form) if s in each else "" for s in sizes]
                lines.append(f"| {' | '.join((name, *cells, exponent(each, which)))} |")
    return "\n".join(lines) + "\n"


def plot(found: dict[str, dict[int, tuple[float, float]]]) -> None:
    """Draws time and memory against size."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams["svg.hashsalt"] = "gym-push"  # the same numbers draw the same file
    figure = Figure(figsize=(9, 7), layout="constrained")
    for row, unit in zip(figure.subplots(2, 2), ("rows", "people"), strict=True):
        for which, (axes, what) in enumerate(zip(row, ("seconds", "MB"), strict=True)):
            for name, each in found.items():
                if WORK[name][0] == unit:
                    axes.plot(list(each), [v[which] for v in each.values()], "o-", label=name)
            axes.set(xscale="log", yscale="log", xlabel=unit, ylabel=what)
            axes.grid(alpha=0.3)
        row[0].legend(fontsize="small")
    figure.savefig(PLOT, metadata={"Date": None})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:])
    else:
        main()
