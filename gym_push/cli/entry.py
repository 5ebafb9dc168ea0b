"""`gym-push leaderboard verify` and `remove`: what one does with an entry."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from gym_push.cli import output
from gym_push.cli.options import board_argument, json_option, processes_option, suite_options
from gym_push.cli.types import agent_spec
from gym_push.text import printable

if TYPE_CHECKING:
    from gym_push.evaluation.results import Evaluation, Run
    from gym_push.evaluation.suites import Suite

NOT_REPRODUCED: Final = 1  # exit code


@click.command(
    epilog="""\b
Examples:
  gym-push leaderboard verify 3f9a0c12
  gym-push leaderboard verify 3f9a scores.sqlite --processes 2
  gym-push leaderboard verify 3f9a --log my-log.csv --schema my-log.toml
"""
)
@click.argument("entry", metavar="ENTRY")
@board_argument
@suite_options(None)
@processes_option
@click.option(
    "--import-agent",
    is_flag=True,
    help="Import an agent that is not one of the package's, which runs its code.",
)
@json_option
@click.pass_context
def verify(
    context: click.Context,
    entry: str,
    board: Path,
    suite: Suite | None,
    processes: int,
    import_agent: bool,
    as_json: bool,
) -> None:
    """Run an entry again, and say whether it is the same to the bit.

    ENTRY is its key, or the beginning of it that no other key has. FILE is leaderboard.sqlite, or
    what the environment variable GYM_PUSH_LEADERBOARD says. For an entry of a log of your own, name
    the log. Ends with exit code 0 if it is the same, and 1 if it is not; other versions of packages
    are named, but do not count.
    """
    from gym_push.agents import BASELINES, AgentSpec
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
            "add --import-agent if you trust the file, for to import an agent is to run its code"
        )

    def again(run: Run) -> Evaluation:
        spec = agent_spec(str(AgentSpec(run.agent, run.parameters)))
        with output.progress(len(found.people) * run.seeds, "episodes tested") as advance:
            return evaluate(
                spec, suite or run.suite, seed=run.seed, seeds=run.seeds, processes=processes,
                on_person=lambda spec, result: advance(1),
            )  # fmt: skip

    verdict = compare(found, again)
    then, now = found.commit, commit_of(run.agent)
    if as_json:
        about = {"key": run.key, "reproduced": verdict.reproduced}
        output.print_json({**about, **asdict(verdict), "commit": (then, now)})
    else:
        said = "is the same to the bit" if verdict.reproduced else "is not the same"
        output.show(f"{run.key}: {found.agent} on {run.suite} {said}")
        output.show(*(f"  {line}" for line in verdict.lines()))
        if then != now:
            output.show(f"  the agent's commit was {then}, and is {now}")
    context.exit(0 if verdict.reproduced else NOT_REPRODUCED)


@click.command(
    epilog="""\b
Examples:
  gym-push leaderboard remove 3f9a0c12 --yes
  gym-push leaderboard remove 3f9a scores.sqlite --yes
"""
)
@click.argument("entry", metavar="ENTRY")
@board_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def remove(entry: str, board: Path, yes: bool, as_json: bool) -> None:
    """Delete an entry, or an unfinished run, with all its results.

    ENTRY is its key, or the beginning of it that no other key has. FILE is leaderboard.sqlite, or
    what the environment variable GYM_PUSH_LEADERBOARD says.
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
    if as_json:
        output.print_json({"removed": key})
    else:
        click.echo(f"removed {what}")
