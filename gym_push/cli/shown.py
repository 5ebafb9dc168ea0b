"""What commands show on a terminal: tables, and words of other people made harmless."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gym_push.text import printable

if TYPE_CHECKING:
    from gym_push.evaluation.estimates import Estimate

WIDTH: Final = 120
"""Characters in a line of a file or a pipe."""

SEEDS: Final = "± seeds"
"""The heading of how far the seeds of an agent are apart."""

_GAP: Final = 2  # characters between two columns


def table(title: str, *columns: str, right: tuple[str, ...] = ()) -> Table:
    """Returns an empty table.

    Args:
        title: Above it.
        *columns: Their headings.
        right: Those of them whose cells are numbers.
    """
    made = Table(
        title=Text(printable(title), "bold"),
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
    """Adds a row; None is an empty cell."""
    to.add_row(*(Text("" if cell is None else printable(cell)) for cell in cells), style=style)


def show(*things: Any) -> None:
    """Prints tables, and sentences each in a line; colours on a terminal only."""
    shown_on = console()
    for thing in things:
        if isinstance(thing, str):
            click.echo(printable(thing))
        else:
            shown_on.print(thing)


def console() -> Console:
    """Returns what tables are shown on: the terminal, or a file or pipe that is wide enough."""
    made = Console()
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = WIDTH
    return made


def fitting(
    columns: Mapping[str, Sequence[str]], needed: int, beside: int
) -> dict[str, Sequence[str]]:
    """Returns the columns that there is room for; the last ones go first.

    Args:
        columns: Their cells by heading, the most telling column first.
        needed: So many are shown in any case.
        beside: How many letters wide it is what else stands in a line.
    """
    room, shown = console().width - beside, dict(columns)
    while len(shown) > needed and room < sum(
        max(map(len, (heading, *cells))) + _GAP for heading, cells in shown.items()
    ):
        shown.popitem()
    return shown


def number(value: Estimate | None) -> str:
    """Returns a mean over persons as a cell."""
    return "" if value is None else f"{value.value:.3f}"


def interval(value: Estimate | None) -> str:
    """Returns its interval as a cell, which is empty where there is none."""
    return "" if value is None else " to ".join(f"{end:.3f}" for end in value.interval or ())


def spread(value: Estimate | None) -> str:
    """Returns how far the seeds are apart as a cell, which is empty where there is one."""
    return "" if value is None or value.spread is None else f"{value.spread:.3f}"


def count(number: int, one: str, many: str) -> str:
    """Returns a number of things in words: `count(2, "person", "people")` is "2 people"."""
    return f"{number} {one if number == 1 else many}"


def wait_for_enter(why: str) -> None:
    """Waits on a terminal until the person has seen it all; Ctrl-C is an answer, too."""
    if not sys.stdin.isatty():
        return
    try:
        click.echo(f"{why} Press Enter to end. ", err=True, nl=False)
        sys.stdin.readline()
    except KeyboardInterrupt:
        click.echo(err=True)
