"""Runs the benchmarks named on the command line, or all of them."""

from __future__ import annotations

import argparse
from importlib import import_module

BENCHMARKS = (
    "single", "vector", "start_up", "rendering", "big_log", "generation", "delivery", "agents",
    "growth", "text", "stream", "share", "send",
)  # fmt: skip


def main() -> None:
    """Reads the arguments and runs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}")
    names = parser.parse_args().names
    for name in names:
        if name not in BENCHMARKS:
            parser.error(f"there is no benchmark {name!r}; there are {', '.join(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        import_module(f"benchmarks.{name}").run()


if __name__ == "__main__":
    main()
