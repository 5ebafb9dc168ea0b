"""`gym-push leaderboard`: what agents achieved, as a table, a page, CSV or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from gym_push.cli import output
from gym_push.cli.entry import remove, verify
from gym_push.cli.options import DEFAULT_BOARD, board_argument, json_option
from gym_push.cli.types import NewFile
from gym_push.errors import did_you_mean
from gym_push.files import write_whole

if TYPE_CHECKING:
    from rich.table import Table

    from gym_push.evaluation.leaderboard import Entry, Leaderboard
    from gym_push.evaluation.leaderboard.entries import Unfinished

BESIDE: Final = ("reward", "performance", "ctr")
DETAILS: Final = ("user ctr", "engagement", "interruption")
"""Metrics beside the score, of those that a suite has, and further ones where there is room."""

_RANK_AND_AGENT: Final = 19  # letters, at least; an agent's name may take several lines


class FileOrCommand(click.Group):
    """A group whose first word is the name of a command, or its own argument."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the words behind its name; those behind a command's are for the command."""
        if args and args[0] in self.commands:
            args = [DEFAULT_BOARD, *args]
        else:
            ctx.allow_interspersed_args, ctx.allow_extra_args = True, False
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Returns its parameters; a command's usage does not show them."""
        return super().get_params(ctx) if ctx.command is self else []


@click.group(
    cls=FileOrCommand,
    commands=[verify, remove],
    invoke_without_command=True,
    subcommand_metavar="",
    epilog="""\b
Examples:
  gym-push leaderboard
  gym-push leaderboard scores.sqlite --suite basic-324/v1
  gym-push leaderboard --html leaderboard.html
  gym-push leaderboard --csv - > leaderboard.csv
  gym-push leaderboard verify 3f9a0c12
  gym-push leaderboard remove 3f9a0c12 --yes
""",
)
@board_argument
@click.option("--suite", metavar="NAME/VERSION", help="Show only this suite.")
@click.option(
    "--html",
    type=NewFile(),
    metavar="FILE",
    help="Write a page that opens anywhere; with plots if Matplotlib is installed.",
)
@click.option(
    "--csv",
    "csv_file",
    type=NewFile(allow_dash=True),
    metavar="FILE",
    help="Write CSV; - for the standard output.",
)
@json_option
@click.pass_context
def leaderboard(
    context: click.Context,
    board: Path,
    suite: str | None,
    html: Path | None,
    csv_file: Path | None,
    as_json: bool,
) -> None:
    """Show what agents achieved, by suite, the best first.

    FILE is what  gym-push evaluate  has written: leaderboard.sqlite, or what the environment
    variable GYM_PUSH_LEADERBOARD says.
    """
    if context.invoked_subcommand is not None:
        return
    from gym_push.evaluation.leaderboard import Leaderboard
    from gym_push.evaluation.leaderboard.entries import to_csv, to_dicts
    from gym_push.evaluation.leaderboard.page import page

    csv_only = csv_file == Path("-")
    if csv_only and as_json:
        raise click.UsageError("--csv - and --json both print; name a file for the CSV")
    with Leaderboard(board, read_only=True) as kept:
        entries = _of_suite(kept, suite)
        if html is not None:
            _write(html, page(board.name, entries))
        unfinished = [each for each in kept.unfinished() if suite in (None, each.run.suite)]
    if csv_file is not None and not csv_only:
        _write(csv_file, to_csv(entries))
    if csv_only:
        click.echo(to_csv(entries), nl=False)
    elif as_json:
        begun = [each.to_dict() for each in unfinished]
        output.print_json({"file": str(board), "unfinished": begun, "entries": to_dicts(entries)})
    elif html is None and csv_file is None:
        _show(board, entries, unfinished)


def _write(file: Path, text: str) -> None:
    with output.writing(file):
        write_whole(file, text)
    output.tell(f"wrote {file}")


def _of_suite(board: Leaderboard, suite: str | None) -> Sequence[Entry]:
    entries = board.entries()
    known = list(dict.fromkeys(entry.run.suite for entry in entries))
    if suite is None or not known:
        return entries
    if suite not in known:
        raise output.Mistake(
            f"{board.path} has no entry of {suite!r}{did_you_mean(suite, known)}; it has "
            f"{', '.join(known)}"
        )
    return [entry for entry in entries if entry.run.suite == suite]


def _show(board: Path, entries: Sequence[Entry], unfinished: Sequence[Unfinished]) -> None:
    from gym_push.evaluation.leaderboard.entries import suites

    output.show(*(_table(suite) for suite in suites(entries)))
    if not entries:
        output.show(f"{board} has no finished evaluation; gym-push evaluate adds them")
    if unfinished:
        output.show(_begun(unfinished), "gym-push evaluate --resume continues an unfinished run")


def _begun(unfinished: Sequence[Unfinished]) -> Table:
    from gym_push.evaluation.leaderboard.entries import KEY_SHOWN

    columns = ("agent", "key", "suite", "people", "begun", "status")
    made = output.table("Not finished", *columns, right=("people",))
    for each in unfinished:
        key, begun = each.run.key[:KEY_SHOWN], f"{each.begun:%Y-%m-%d}"
        output.add(made, each.run.who, key, each.run.suite, each.people, begun, each.status)
    return made


def _table(entries: Sequence[Entry]) -> Table:
    """Returns the widest table that fits."""
    from gym_push.evaluation.leaderboard.entries import KEY_SHOWN

    def metrics(names: Sequence[str]) -> dict[str, list[str]]:
        """Cells by metric, for those that any entry has and that do not rank it."""
        return {
            name: [output.number(entry.metrics.get(name)) for entry in entries]
            for name in names
            if name != entries[0].ranked_by and any(name in entry.metrics for entry in entries)
        }

    run, merits = entries[0].run, [entry.merit for entry in entries]
    needed = {
        "key": [entry.run.key[:KEY_SHOWN] for entry in entries],
        entries[0].ranked_by or "": [output.number(merit) for merit in merits],
    }
    beside = {
        "95 % interval": [output.interval(merit) for merit in merits],
        output.SEEDS: [output.spread(merit) for merit in merits],
    }
    needed |= {name: cells for name, cells in beside.items() if any(cells)}
    more = {
        **metrics(BESIDE),
        "seeds": [entry.run.seeds_shown for entry in entries],
        "people": [str(len(entry.people)) for entry in entries],
        "date": [f"{entry.finished:%Y-%m-%d}" for entry in entries],
        **metrics(DETAILS),
    }
    columns = output.fitting({**needed, **more}, len(needed), beside=_RANK_AND_AGENT)
    title = f"{run.suite}, data {run.data[:KEY_SHOWN]}"
    made = output.table(title, "", "agent", *columns, right=("", *columns))
    for rank, (entry, *row) in enumerate(zip(entries, *columns.values(), strict=True), 1):
        output.add(made, rank, entry.agent, *row, style="bold" if rank == 1 else "")
    return made
