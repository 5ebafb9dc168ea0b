"""`gym-push leaderboard`: what agents achieved, as a table, a page, CSV or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gym_push.cli.endings import Refused
from gym_push.cli.verify import file_argument, verify
from gym_push.errors import did_you_mean
from gym_push.evaluation.leaderboard import Entry, Leaderboard
from gym_push.evaluation.leaderboard.entries import KEY_SHOWN, MERITS, suites
from gym_push.evaluation.leaderboard.export import to_csv, to_dicts
from gym_push.evaluation.leaderboard.page import page
from gym_push.evaluation.leaderboard.text import printable
from gym_push.evaluation.results import Estimate
from gym_push.files import write_whole

BESIDE: Final = ("reward", "performance", "ctr", "user ctr", "engagement", "interruption")
"""Metrics that the table shows beside the score, where a suite has them."""


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
    for suite in suites(entries):
        console.print(_table(suite))
    if not entries:
        click.echo(f"{file} has no finished evaluation; gym-push evaluate adds them")
    if begun:
        runs = "1 run has" if begun == 1 else f"{begun} runs have"
        click.echo(f"{runs} begun and not finished; the same gym-push evaluate goes on with it")


def _table(entries: Sequence[Entry]) -> Table:
    run, merit = entries[0].run, entries[0].ranked_by
    beside = [name for name in BESIDE if any(name in entry.metrics for entry in entries)]
    beside = [name for name in beside if name != merit]
    title = f"{printable(run.suite)}, data {printable(run.data[:KEY_SHOWN])}"
    table = Table(title=Text(title))
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("agent", overflow="fold", min_width=12)
    table.add_column(merit or MERITS[0], justify="right", no_wrap=True)
    table.add_column("95 % interval", no_wrap=True)
    for name in (*beside, "seed", "people"):
        table.add_column(name, justify="right")
    table.add_column("date", no_wrap=True)
    table.add_column("key", no_wrap=True)
    for rank, entry in enumerate(entries, 1):
        table.add_row(
            str(rank),
            Text(printable(entry.agent)),
            _number(entry.merit),
            "" if entry.merit is None else f"{entry.merit.low:.3f} to {entry.merit.high:.3f}",
            *(_number(entry.metrics.get(name)) for name in beside),
            str(entry.run.seed),
            str(len(entry.people)),
            f"{entry.finished:%Y-%m-%d}",
            entry.run.key[:KEY_SHOWN],
            style="bold" if rank == 1 else None,
        )
    return table


def _number(value: Estimate | None) -> str:
    return "" if value is None else f"{value.value:.3f}"
