"""How far long work has come: a bar on a terminal, else a line now and then; always on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

Advance: TypeAlias = Callable[[int], None]


@contextmanager
def progress(total: int, things: str) -> Iterator[Advance]:
    """Shows progress until the block ends.

    Args:
        total: How many things there are to do.
        things: What they are called.

    Yields:
        A function that is called with the number of things that were done since the last call.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(total, things)
        return
    columns = TextColumn(f"{{task.completed}} of {{task.total}} {things}"), BarColumn()
    with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.advance(task, done)


class _Lines:
    """A line for each tenth that is done."""

    def __init__(self, total: int, things: str) -> None:
        self._total, self._things = total, things
        self._done = 0

    def __call__(self, done: int) -> None:
        tenth = 10 * self._done // self._total
        self._done += done
        if 10 * self._done // self._total > tenth:
            click.echo(f"{self._done} of {self._total} {self._things}", err=True)
