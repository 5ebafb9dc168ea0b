"""Measures things in turn, round after round, and prints figures beside their targets."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping
from time import perf_counter


def medians(measured: Mapping[str, Callable[[], float]], rounds: int = 7) -> dict[str, float]:
    """Returns the median of each measurement; every round takes each of them once."""
    taken: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(rounds):
        for name, measure in measured.items():
            taken[name].append(measure())
    return {name: statistics.median(values) for name, values in taken.items()}


def seconds(call: Callable[[], object]) -> float:
    """Returns how long a call takes."""
    start = perf_counter()
    call()
    return perf_counter() - start


def title(text: str) -> None:
    """Prints a heading."""
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Prints rows under a header; the first column is aligned left, the others right."""
    cells = [list(map(str, row)) for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        first, *others = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join((first, *others)), flush=True)


def verdict(what: str, ratio: float, target: float, *, at_most: bool = False) -> None:
    """Prints a figure beside its target."""
    met = ratio <= target if at_most else ratio >= target
    sign = "≤" if at_most else "≥"
    print(
        f"  {'ok  ' if met else 'MISS'} {what}: {ratio:.3g} (target {sign} {target:g})", flush=True
    )
