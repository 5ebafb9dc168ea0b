"""What commands say: results on stdout, the rest on stderr, and how they end."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click

from gym_push import viewer
from gym_push.text import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from gym_push.evaluation.estimates import Estimate

Advance: TypeAlias = Callable[[str, int], None]
"""Is called with a part of the work and the number of its things done since the last call."""

EXPLAIN: Final = "--explain says what the numbers mean"

WIDTH: Final = 120
"""Characters in a line of a file or a pipe."""

_GAP: Final = 2  # characters between two columns
_WORD: Final = 40  # characters of a name that are not broken


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
    """Says that a file is written, or names the one that cannot be.

    Raises:
        Refused: The block raises an OSError.
    """
    try:
        yield
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror or error}") from None
    tell(f"wrote {path}")


def tell(sentences: str) -> None:
    """Prints lines on stderr; control characters are escaped."""
    click.echo("\n".join(map(printable, sentences.split("\n"))), err=True)


def show(*things: Table | str) -> None:
    """Prints tables and sentences on stdout; control characters are escaped."""
    for thing in things:
        if isinstance(thing, str):
            click.echo(printable(thing))
        else:
            _keep_words_whole(thing)
            console().print(thing)


def _keep_words_whole(shown: Table) -> None:
    """Sets the widths of columns so that no word is broken, if the line is wide enough for that.

    Cells wrap between words, the widest first; of columns of numbers only the headings do.
    """
    from rich.cells import cell_len

    widths, least = [], []
    for column in shown.columns:
        cells, heading = list(map(str, column.cells)), str(column.header)
        words = cells if column.justify == "right" else " ".join(cells).split()
        widths.append(max(map(cell_len, [heading, *cells])))
        least.append(max(map(cell_len, [*heading.split(), *words]), default=0))
    excess = sum(widths) + _GAP * len(widths) + 1 - console().width
    while excess > 0:
        loose = [at for at, width in enumerate(widths) if width > least[at]]
        if not loose:
            return
        at = max(loose, key=lambda at: (shown.columns[at].justify != "right", widths[at]))
        widths[at] -= 1
        excess -= 1
    for column, width in zip(shown.columns, widths, strict=True):
        column.width, column.no_wrap = width, False


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


def explain(to: Table, columns: Collection[str], shown: Collection[str]) -> None:
    """Says below a table which columns had no room, and where all are explained."""
    missing = [name for name in columns if name not in shown]
    to.caption, to.caption_style, to.caption_justify = EXPLAIN, "dim", "left"
    if missing:
        to.caption = f"no room for {', '.join(missing)}: --json has all; {EXPLAIN}"


def add(to: Table, *cells: object, style: str = "") -> None:
    """Adds a row to a table; None is an empty cell."""
    to.add_row(*("" if cell is None else printable(cell) for cell in cells), style=style)


def keep_words(of: Table) -> None:
    """Sees to it that no word of a table is broken to make room for others."""
    for column in of.columns:
        words = (word for cell in column.cells for word in str(cell).split())
        column.min_width = max(map(len, words), default=0)


def console() -> Console:
    """Returns where tables are printed: a terminal, or a file or pipe that is wide enough."""
    from rich.console import Console

    made = Console(markup=False, emoji=False, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = WIDTH
    return made


def fitting(
    names: Sequence[str], columns: Mapping[str, Sequence[str]], needed: int, beside: int = 0
) -> dict[str, Sequence[str]]:
    """Returns the columns that fit on a line; the last ones are dropped first.

    Args:
        names: Of the rows, which wrap between words.
        columns: Their cells by heading, the most telling column first.
        needed: How many are shown however narrow the terminal is.
        beside: Width of the rest of the line, in characters.
    """
    longest = max(len(word) for name in names for word in name.split())
    room, shown = console().width - beside - min(longest, _WORD) - _GAP - 1, dict(columns)
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
def progress(parts: Mapping[str, int], one: str, many: str = "") -> Iterator[Advance]:
    """Shows progress until the block ends: bars on a terminal, else a line for each tenth.

    Each part has a bar and an estimate of its own, since parts may be of very different speed.

    Args:
        parts: How many things each part of the work has, in their order.
        one: Such a thing.
        many: Several of them, if not with an s.
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
    from rich.table import Column

    console, total, all_done = Console(stderr=True), sum(parts.values()), 0

    def tell_each_tenth(part: str, done: int) -> None:
        nonlocal all_done
        tenth = 10 * all_done // total
        all_done += done
        if 10 * all_done // total > tenth:
            tell(f"{all_done} of {count(total, one, many)}")

    if not console.is_terminal:
        with redirect_stdout(sys.stderr):  # Ray tells of lost machines; a result follows on stdout
            yield tell_each_tenth
        return
    name = TextColumn("{task.description}", table_column=Column(overflow="fold"))
    columns = name, BarColumn(), TextColumn("{task.completed} of {task.fields[of]}")
    left = TimeRemainingColumn(elapsed_when_finished=True)
    waiting, begun = [part for part, things in parts.items() if things], dict[str, TaskID]()

    with Progress(*columns, left, console=console, speed_estimate_period=inf) as bars:

        def begin_next() -> None:
            if waiting:
                part, nth = waiting.pop(0), len(begun) + 1
                label = f"{nth}/{nth + len(waiting)} {escape(part)}" if len(parts) > 1 else part
                of = count(parts[part], one, many)
                for above in [*begun.values()][: max(nth + 2 - console.height, 0)]:
                    bars.update(above, visible=False)  # Rich would leave out the last ones
                begun[part] = bars.add_task(label, total=parts[part], of=of)

        def advance(part: str, done: int) -> None:
            while part not in begun:
                begin_next()
            bars.advance(begun[part], done)
            if bars.finished:
                begin_next()

        begin_next()
        yield advance


def wait_for_enter() -> None:
    """Keeps the page until the person on the terminal has seen it; Ctrl-C is an answer, too."""
    if not sys.stdin.isatty():
        return
    page = viewer.url()  # waits until it is known
    where = f"the page, {page}" if page else "the page"
    try:
        click.echo(f"The final state stays on {where}\nPress Enter to end. ", err=True, nl=False)
        sys.stdin.readline()
    except KeyboardInterrupt:
        click.echo(err=True)


def result(as_json: bool, values: Any, *things: Table | str) -> None:
    """Prints on stdout plain values as a line of JSON, or else tables and sentences."""
    if as_json:
        click.echo(json.dumps(values))
    else:
        show(*things)
