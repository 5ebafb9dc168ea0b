"""`gym-push leaderboard`: what agents achieved, as a table, a page, CSV or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gym_push.cli.endings import Refused
from gym_push.cli.verify import file_argument, verify
from gym_push.errors import did_you_mean
from gym_push.evaluation.leaderboard import Entry, Leaderboard
from gym_push.evaluation.leaderboard.entries import KEY_SHOWN, suites
from gym_push.evaluation.leaderboard.export import to_csv, to_dicts
from gym_push.evaluation.leaderboard.page import page
from gym_push.evaluation.leaderboard.text import printable
from gym_push.evaluation.results import Estimate
from gym_push.files import write_whole

BESIDE: Final = ("reward", "performance", "ctr")
DETAILS: Final = ("user ctr", "engagement", "interruption")
"""Metrics beside the score, of those that a suite has, and further ones where there is room."""

# In letters:
_RANK: Final = 2
_AGENT: Final = 13  # the least of a column that may take several lines
_WIDE: Final = 200  # of what goes into a file or another program


class _WithVerify(click.Command):
    """A command with an argument of its own, and one word that leads to another command."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        if args[:1] == ["verify"]:
            return verify.make_context(f"{info_name} verify", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command(
    cls=_WithVerify,
    epilog="""\b
Examples:
  gym-push leaderboard
  gym-push leaderboard scores.sqlite --suite users-24/v1
  gym-push leaderboard --html leaderboard.html
  gym-push leaderboard --csv - > leaderboard.csv
  gym-push leaderboard verify 3f9a0c12
""",
)
@file_argument
@click.option("--suite", metavar="NAME/VERSION", help="Only of this one.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a page with plots, which opens anywhere.",
)
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Write CSV; - for the standard output.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def leaderboard(
    file: Path, suite: str | None, html: Path | None, csv_file: Path | None, as_json: bool
) -> None:
    """Shows what agents achieved, by suite, the best first.

    FILE is what  gym-push evaluate  has written: leaderboard.sqlite if none is named, or what the
    environment variable GYM_PUSH_LEADERBOARD says.

    `gym-push leaderboard verify ENTRY [FILE]`  runs an entry again and says whether it is the same
    to the bit.
    """
    csv_only = csv_file == Path("-")
    if csv_only and as_json:
        raise click.UsageError("--csv - and --json both print; name a file for the CSV")
    with Leaderboard(file, read_only=True) as board:
        entries = _of_suite(board, suite)
        if html is not None:
            finished = [(entry, board.evaluation(entry)) for entry in entries]
            _write(html, page(file.name, finished))
        begun = len(board.unfinished())
    if csv_file is not None and not csv_only:
        _write(csv_file, to_csv(entries))
    if csv_only:
        click.echo(to_csv(entries), nl=False)
    elif as_json:
        told = {"file": str(file), "unfinished": begun, "entries": to_dicts(entries)}
        click.echo(json.dumps(told))
    elif html is None and csv_file is None:
        _show(file, entries, begun)


def _write(file: Path, text: str) -> None:
    try:
        write_whole(file, text)
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror or error}") from None
    click.echo(f"wrote {file}", err=True)


def _of_suite(board: Leaderboard, suite: str | None) -> Sequence[Entry]:
    entries = board.entries()
    known = sorted({entry.run.suite for entry in entries})
    if suite is None or not known:
        return entries
    if suite not in known:
        there = ", ".join(map(printable, known))
        raise click.BadParameter(
            f"{board.path} has no entry of {suite!r}{did_you_mean(suite, known)}; it has {there}",
            param_hint="--suite",
        )
    return board.entries(suite)


def _show(file: Path, entries: Sequence[Entry], begun: int) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDE)
    for suite in suites(entries):
        console.print(_table(suite, console))
    if not entries:
        click.echo(f"{file} has no finished evaluation; gym-push evaluate adds them")
    if begun:
        runs = "1 run has" if begun == 1 else f"{begun} runs have"
        click.echo(f"{runs} begun and not finished; the same gym-push evaluate goes on with it")


def _table(entries: Sequence[Entry], console: Console) -> Table:
    """Returns the widest table that the console has room for; the last columns go first."""
    merits = [entry.merit for entry in entries]
    needed = {
        "key": [entry.run.key[:KEY_SHOWN] for entry in entries],
        entries[0].ranked_by or "": [_number(merit) for merit in merits],
        "95 % interval": [f"{of.low:.3f} to {of.high:.3f}" if of else "" for of in merits],
    }
    more = {
        **_metrics(entries, BESIDE),
        "seed": [str(entry.run.seed) for entry in entries],
        "people": [str(len(entry.people)) for entry in entries],
        "date": [f"{entry.finished:%Y-%m-%d}" for entry in entries],
        **_metrics(entries, DETAILS),
    }
    while more and _least_width({**needed, **more}) > console.width:
        more.popitem()
    return _table_of(entries, {**needed, **more})


def _least_width(columns: Mapping[str, Sequence[str]]) -> int:
    widths = [_RANK, _AGENT, *(_width(name, cells) for name, cells in columns.items())]
    return sum(widths) + 3 * len(widths)


def _width(name: str, cells: Sequence[str]) -> int:
    return max(map(len, (name, *cells)))


def _table_of(entries: Sequence[Entry], columns: Mapping[str, Sequence[str]]) -> Table:
    run = entries[0].run
    title = f"{printable(run.suite)}, data {printable(run.data[:KEY_SHOWN])}"
    table = Table(title=Text(title), box=SIMPLE)
    table.add_column("", justify="right", min_width=_RANK)
    table.add_column("agent", overflow="fold", min_width=_AGENT)
    for name, cells in columns.items():
        table.add_column(name, justify="right", min_width=_width(name, cells))
    for rank, (entry, *row) in enumerate(zip(entries, *columns.values(), strict=True), 1):
        style = "bold" if rank == 1 else None
        table.add_row(str(rank), Text(printable(entry.agent)), *row, style=style)
    return table


def _metrics(entries: Sequence[Entry], names: Sequence[str]) -> dict[str, list[str]]:
    """Returns cells by metric, for those that any entry has and none is ranked by."""
    return {
        name: [_number(entry.metrics.get(name)) for entry in entries]
        for name in names
        if name != entries[0].ranked_by and any(name in entry.metrics for entry in entries)
    }


def _number(value: Estimate | None) -> str:
    return "" if value is None else f"{value.value:.3f}"
