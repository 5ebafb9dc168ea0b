"""`gym-push leaderboard`: what agents achieved, as a table, a page, CSV or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from gym_push.cli.endings import Mistake, tell, writing
from gym_push.cli.remove import remove
from gym_push.cli.suites import board_argument
from gym_push.cli.types import NewFile, json_option, new_file
from gym_push.cli.verify import verify
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


class _WithWords(click.Command):
    """A command with an argument of its own, and words that lead to other commands."""

    WORDS: Final = {"verify": verify, "remove": remove}

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        if args and args[0] in self.WORDS:
            name = f"{info_name} {args[0]}"
            return self.WORDS[args[0]].make_context(name, args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command(
    cls=_WithWords,
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
@click.option("--suite", metavar="NAME/VERSION", help="Only of this one.")
@click.option(
    "--html",
    type=new_file,
    metavar="FILE",
    help="Write a page with plots, which opens anywhere.",
)
@click.option(
    "--csv",
    "csv_file",
    type=NewFile(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Write CSV; - for the standard output.",
)
@json_option
def leaderboard(
    board: Path, suite: str | None, html: Path | None, csv_file: Path | None, as_json: bool
) -> None:
    """Shows what agents achieved, by suite, the best first.

    FILE is what  gym-push evaluate  has written: leaderboard.sqlite if none is named, or what the
    environment variable GYM_PUSH_LEADERBOARD says.

    `gym-push leaderboard verify ENTRY [FILE]`  runs an entry again and says whether it is the same
    to the bit;  `gym-push leaderboard remove ENTRY [FILE]`  deletes one.
    """
    from gym_push.evaluation.leaderboard import Leaderboard
    from gym_push.evaluation.leaderboard.export import to_csv, to_dicts
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
        told = {"file": str(board), "unfinished": begun, "entries": to_dicts(entries)}
        click.echo(json.dumps(told))
    elif html is None and csv_file is None:
        _show(board, entries, unfinished)


def _write(file: Path, text: str) -> None:
    with writing(file):
        write_whole(file, text)
    tell(f"wrote {file}")


def _of_suite(board: Leaderboard, suite: str | None) -> Sequence[Entry]:
    entries = board.entries()
    known = list(dict.fromkeys(entry.run.suite for entry in entries))
    if suite is None or not known:
        return entries
    if suite not in known:
        raise Mistake(
            f"{board.path} has no entry of {suite!r}{did_you_mean(suite, known)}; it has "
            f"{', '.join(known)}"
        )
    return [entry for entry in entries if entry.run.suite == suite]


def _show(board: Path, entries: Sequence[Entry], unfinished: Sequence[Unfinished]) -> None:
    from gym_push.cli.shown import show
    from gym_push.evaluation.leaderboard.entries import suites

    show(*(_table(suite) for suite in suites(entries)))
    if not entries:
        show(f"{board} has no finished evaluation; gym-push evaluate adds them")
    if unfinished:
        show(_begun(unfinished), "gym-push evaluate --resume goes on with one")


def _begun(unfinished: Sequence[Unfinished]) -> Table:
    from gym_push.cli.shown import add, table
    from gym_push.evaluation.leaderboard.entries import KEY_SHOWN

    made = table(
        "Not finished", "agent", "key", "suite", "people", "begun", "status", right=("people",)
    )
    for each in unfinished:
        key, begun = each.run.key[:KEY_SHOWN], f"{each.begun:%Y-%m-%d}"
        add(made, each.run.who, key, each.run.suite, each.people, begun, each.status)
    return made


def _table(entries: Sequence[Entry]) -> Table:
    """Returns the widest table that there is room for."""
    from gym_push.cli.shown import SEEDS, add, fitting, interval, number, spread, table
    from gym_push.evaluation.leaderboard.entries import KEY_SHOWN

    def metrics(names: Sequence[str]) -> dict[str, list[str]]:
        """Cells by metric, for those that any entry has and none is ranked by."""
        return {
            name: [number(entry.metrics.get(name)) for entry in entries]
            for name in names
            if name != entries[0].ranked_by and any(name in entry.metrics for entry in entries)
        }

    run, merits = entries[0].run, [entry.merit for entry in entries]
    needed = {
        "key": [entry.run.key[:KEY_SHOWN] for entry in entries],
        entries[0].ranked_by or "": [number(merit) for merit in merits],
    }
    beside = {
        "95 % interval": [interval(merit) for merit in merits],
        SEEDS: [spread(merit) for merit in merits],
    }
    needed |= {name: cells for name, cells in beside.items() if any(cells)}
    more = {
        **metrics(BESIDE),
        "seeds": [entry.run.seeds_shown for entry in entries],
        "people": [str(len(entry.people)) for entry in entries],
        "date": [f"{entry.finished:%Y-%m-%d}" for entry in entries],
        **metrics(DETAILS),
    }
    columns = fitting({**needed, **more}, len(needed), beside=_RANK_AND_AGENT)
    title = f"{run.suite}, data {run.data[:KEY_SHOWN]}"
    made = table(title, "", "agent", *columns, right=("", *columns))
    for rank, (entry, *row) in enumerate(zip(entries, *columns.values(), strict=True), 1):
        add(made, rank, entry.agent, *row, style="bold" if rank == 1 else "")
    return made
