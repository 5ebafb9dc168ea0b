"""What commands say: results on stdout, the rest on stderr, and how they end."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click

from gym_push.text import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from gym_push.evaluation.estimates import Estimate

Advance: TypeAlias = Callable[[int], None]
"""Is called with the number of things done since the last call."""

WIDTH: Final = 120
"""Characters in a line of a file or a pipe."""

_GAP: Final = 2  # characters between two columns


class Refused(click.ClickException):
    """The machine refuses: a full disk, a folder that cannot be written."""

    exit_code = 1


class Mistake(click.ClickException):
    """Something on the command line, or in what it names, is wrong."""

    exit_code = 2


class Stopped(click.ClickException):
    """Ctrl-C."""

    exit_code = 130


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Names the file that cannot be written.

    Raises:
        Refused: The block raises an OSError.
    """
    try:
        yield
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror or error}") from None


def tell(sentences: str) -> None:
    """Prints lines on stderr; control characters are escaped."""
    click.echo("\n".join(map(printable, sentences.split("\n"))), err=True)


def show(*things: Table | str) -> None:
    """Prints tables and sentences on stdout; control characters are escaped."""
    for thing in things:
        if isinstance(thing, str):
            click.echo(printable(thing))
        else:
            console().print(thing)


def table(title: str, *columns: str, right: Sequence[str] = ()) -> Table:
    """Returns an empty table.

    Args:
        title: Above it.
        *columns: Their headings.
        right: The headings of the columns of numbers.
    """
    from rich import box
    from rich.table import Table

    made = Table(
        title=printable(title),
        title_style="bold",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for name in columns:
        if name in right:
            made.add_column(name, justify="right", no_wrap=True)
        else:
            made.add_column(name, overflow="fold")
    return made


def add(to: Table, *cells: object, style: str = "") -> None:
    """Adds a row to a table; None is an empty cell."""
    to.add_row(*("" if cell is None else printable(cell) for cell in cells), style=style)


def console() -> Console:
    """Returns where tables are printed: a terminal, or a file or pipe that is wide enough."""
    from rich.console import Console

    made = Console(markup=False, emoji=False, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = WIDTH
    return made


def fitting(
    columns: Mapping[str, Sequence[str]], needed: int, beside: int
) -> dict[str, Sequence[str]]:
    """Returns the columns that fit on a line; the last ones are dropped first.

    Args:
        columns: Their cells by heading, the most telling column first.
        needed: How many are shown however narrow the terminal is.
        beside: Width of the rest of the line, in characters.
    """
    room, shown = console().width - beside, dict(columns)
    while len(shown) > needed and room < sum(
        max(map(len, (heading, *cells))) + _GAP for heading, cells in shown.items()
    ):
        shown.popitem()
    return shown


def number(value: Estimate | None) -> str:
    """Returns a mean over people as a cell."""
    return "" if value is None else f"{value.value:.3f}"


def estimates(heading: str, values: Sequence[Estimate | None]) -> dict[str, list[str]]:
    """Returns means over people as columns: the means, their intervals, the spread between seeds.

    Intervals and spreads are left out where none is known.

    Args:
        heading: Of the means.
        values: One for each row; None leaves it empty.
    """
    ends = [value.interval or () if value else () for value in values]
    spreads = [value.spread if value else None for value in values]
    columns = {
        heading: [number(value) for value in values],
        "95 % interval": [" to ".join(f"{end:.3f}" for end in each) for each in ends],
        "± seeds": ["" if spread is None else f"{spread:.3f}" for spread in spreads],
    }
    return {name: cells for name, cells in columns.items() if name == heading or any(cells)}


def count(number: int, one: str, many: str = "") -> str:
    """Returns a number of things in words: `count(2, "person", "people")` is "2 people"."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


@contextmanager
def progress(total: int, things: str) -> Iterator[Advance]:
    """Shows progress until the block ends: a bar on a terminal, else a line for each tenth."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console, all_done = Console(stderr=True), 0

    def tell_each_tenth(done: int) -> None:
        nonlocal all_done
        tenth = 10 * all_done // total
        all_done += done
        if 10 * all_done // total > tenth:
            tell(f"{all_done} of {total} {things}")

    if not console.is_terminal:
        yield tell_each_tenth
        return
    columns = TextColumn(f"{{task.completed}} of {{task.total}} {things}"), BarColumn()
    with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.advance(task, done)


def wait_for_enter() -> None:
    """Keeps the page until the person on the terminal has seen it; Ctrl-C is an answer, too."""
    if not sys.stdin.isatty():
        return
    try:
        click.echo("The final state stays on the page. Press Enter to end. ", err=True, nl=False)
        sys.stdin.readline()
    except KeyboardInterrupt:
        click.echo(err=True)


def result(as_json: bool, values: Any, *things: Table | str) -> None:
    """Prints on stdout plain values as a line of JSON, or else tables and sentences."""
    if as_json:
        click.echo(json.dumps(values))
    else:
        show(*things)
