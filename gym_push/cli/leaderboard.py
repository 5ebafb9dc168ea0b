"""`gym-push leaderboard`: what agents achieved; its entries can be verified and removed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from gym_push.agents import BASELINES, AgentSpec
from gym_push.cli import output, usage
from gym_push.cli.options import (
    DEFAULT_BOARD,
    Group,
    board_argument,
    chosen_suite,
    explain_option,
    force_option,
    json_option,
    log_options,
    processes_option,
)
from gym_push.cli.types import NewFile, agent_spec
from gym_push.errors import did_you_mean
from gym_push.files import write_whole
from gym_push.text import printable
from gym_push.workers import Workers

if TYPE_CHECKING:
    from rich.table import Table

    from gym_push.evaluation.leaderboard import Entry, Leaderboard
    from gym_push.evaluation.leaderboard.entries import Unfinished
    from gym_push.evaluation.results import Evaluation, Run

BESIDE: Final = ("reward", "performance", "ctr")
DETAILS: Final = ("user ctr", "engagement", "interruption")
"""Metrics beside the score, of those that a suite has, and further ones where there is room."""


class FileOrCommand(Group):
    """A group whose first word is the name of a command, or its own argument."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the words behind its name; those behind a command's are for the command."""
        if args and args[0] in self.commands:
            args = [DEFAULT_BOARD, *args]
        else:
            meant = did_you_mean(args[0], self.commands) if args else ""
            if meant and not Path(args[0]).exists() and not ctx.resilient_parsing:
                ctx.fail(f"there is no command and no file {args[0]!r}{meant}")
            ctx.allow_interspersed_args, ctx.allow_extra_args = True, False
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Returns its parameters; a command's usage does not show them."""
        return super().get_params(ctx) if ctx.command is self else []


@click.group(cls=FileOrCommand, invoke_without_command=True, subcommand_metavar="")
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
@force_option
@explain_option
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

    Examples:
      gym-push leaderboard
      gym-push leaderboard scores.sqlite --suite basic-324/v1
      gym-push leaderboard --html leaderboard.html
      gym-push leaderboard --csv - > leaderboard.csv
      gym-push leaderboard verify 3f9a0c12
      gym-push leaderboard remove 3f9a0c12 --yes
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
    elif as_json or (html is None and csv_file is None):
        begun = [each.to_dict() for each in unfinished]
        values = {"file": str(board), "unfinished": begun, "entries": to_dicts(entries)}
        output.result(as_json, values, *_shown(board, entries, unfinished))


def _write(file: Path, text: str) -> None:
    with output.writing(file):
        write_whole(file, text)


def _of_suite(board: Leaderboard, suite: str | None) -> Sequence[Entry]:
    entries = board.entries()
    known = list(dict.fromkeys(entry.run.suite for entry in entries))
    if suite is None or not known:
        return entries
    if suite not in known:
        raise output.Mistake(
            f"{board.path} has no entry of {suite!r}; it has {', '.join(known)}"
            f"{did_you_mean(suite, known)}"
        )
    return [entry for entry in entries if entry.run.suite == suite]


def _shown(
    board: Path, entries: Sequence[Entry], unfinished: Sequence[Unfinished]
) -> Iterator[Table | str]:
    from gym_push.evaluation.leaderboard.entries import suites

    yield from map(_table, suites(entries))
    if not entries:
        yield f"{board} has no finished evaluation; gym-push evaluate adds them"
    if unfinished:
        yield _begun(unfinished)
        yield "gym-push evaluate --resume continues an unfinished run"


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

    run = entries[0].run
    needed = {
        "key": [entry.run.key[:KEY_SHOWN] for entry in entries],
        **output.estimates(entries[0].ranked_by, [entry.merit for entry in entries]),
    }
    more = {
        **metrics(BESIDE),
        "seeds": [entry.run.seeds_shown for entry in entries],
        "people": [str(len(entry.people)) for entry in entries],
        "date": [f"{entry.finished:%Y-%m-%d}" for entry in entries],
        **metrics(DETAILS),
    }
    every, names = {**needed, **more}, [entry.agent for entry in entries]
    columns = output.fitting(names, every, len(needed), beside=len(str(len(entries))) + 2)
    title = f"{run.suite}, data {run.data[:KEY_SHOWN]}"
    made = output.table(title, "", "agent", *columns, right=("", *columns))
    for rank, (entry, *row) in enumerate(zip(entries, *columns.values(), strict=True), 1):
        output.add(made, rank, entry.agent, *row, style="bold" if rank == 1 else "")
    output.explain(made, every, columns)
    return made


@leaderboard.command()
@click.argument("entry", metavar="ENTRY")
@board_argument
@log_options
@processes_option
@click.option(
    "--import-agent",
    is_flag=True,
    help="Trust the entry: import an agent of others, and let llm ask the endpoint it names.",
)
@json_option
@click.pass_context
def verify(
    context: click.Context,
    /,
    entry: str,
    board: Path,
    processes: Workers,
    import_agent: bool,
    as_json: bool,
    **own_log: Any,
) -> None:
    """Run an entry again, and say whether it is the same to the bit.

    ENTRY is its key, or the beginning of it that no other key has. FILE is leaderboard.sqlite, or
    what the environment variable GYM_PUSH_LEADERBOARD says. For an entry of a log of your own, name
    the log. Ends with exit code 0 if it is the same, and 1 if it is not; other versions of packages
    are named, but do not count.

    Examples:
      gym-push leaderboard verify 3f9a0c12
      gym-push leaderboard verify 3f9a scores.sqlite --processes 2
      gym-push leaderboard verify 3f9a --log my-log.csv --schema my-log.toml
    """
    from gym_push.evaluation.evaluating import evaluate
    from gym_push.evaluation.leaderboard import Leaderboard
    from gym_push.evaluation.leaderboard import verify as compare
    from gym_push.evaluation.leaderboard.board import commit_of

    with Leaderboard(board, read_only=True) as kept:
        found = kept.entry(entry)
    run = found.run
    if run.agent not in BASELINES and not import_agent:
        raise output.Mistake(
            f"the entry {run.key} is of {printable(run.agent)}, which is not an agent of gym-push: "
            "add --import-agent if you trust the file, because importing an agent runs its code"
        )
    suite = chosen_suite(run.suite, **own_log)

    def again(run: Run) -> Evaluation:
        spec = agent_spec(str(AgentSpec(run.agent, run.parameters)))
        with output.progress({"": len(found.people) * run.seeds}, "episode") as advance:
            return evaluate(
                spec, suite, seed=run.seed, seeds=run.seeds, processes=processes,
                on_person=lambda spec, result: advance("", 1),
            )  # fmt: skip

    with usage.asking(run.agent, import_agent):
        verdict = compare(found, again)
    then, now = found.commit, commit_of(run.agent)
    said = "is the same to the bit" if verdict.reproduced else "is not the same"
    lines = [f"{run.key}: {found.agent} on {run.suite} {said}"]
    lines += [f"  {line}" for line in verdict.lines()]
    if then != now:
        lines.append(f"  the agent's commit was {then}, and is {now}")
    values = {"key": run.key, "reproduced": verdict.reproduced, "commit": (then, now)}
    output.result(as_json, {**values, **asdict(verdict)}, *lines)
    context.exit(0 if verdict.reproduced else 1)


@leaderboard.command()
@click.argument("entry", metavar="ENTRY")
@board_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def remove(entry: str, board: Path, yes: bool, as_json: bool) -> None:
    """Delete an entry, or an unfinished run, with all its results.

    ENTRY is its key, or the beginning of it that no other key has. FILE is leaderboard.sqlite, or
    what the environment variable GYM_PUSH_LEADERBOARD says.

    Examples:
      gym-push leaderboard remove 3f9a0c12 --yes
      gym-push leaderboard remove 3f9a scores.sqlite --yes
    """
    from gym_push.evaluation.leaderboard import Leaderboard

    with Leaderboard(board, read_only=True) as kept:
        key, who = kept.find(entry)
    what = f"the run {key} of {printable(who)}"
    if not yes and not sys.stdin.isatty():
        raise output.Mistake(f"{what} is not removed without a question: add --yes")
    if not yes and not click.confirm(f"Remove {what}?", err=True):
        click.echo("nothing was removed", err=True)
        return
    with Leaderboard(board) as kept:
        kept.remove(key)
    output.result(as_json, {"removed": key}, f"removed {what}")
