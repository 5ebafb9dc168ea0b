"""`gym-push leaderboard verify`: whether an entry can be had again, to the bit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click

from gym_push.agents.baselines import BASELINES
from gym_push.agents.recipe import Recipe
from gym_push.cli.endings import Mistake
from gym_push.evaluation.leaderboard import Entry, Leaderboard, Verdict
from gym_push.evaluation.leaderboard import verify as compare
from gym_push.evaluation.leaderboard.commits import commit_of
from gym_push.evaluation.leaderboard.text import printable
from gym_push.evaluation.results import Evaluation, Run
from gym_push.users.writing import MOST_PROCESSES

DEFAULT_FILE: Final = "leaderboard.sqlite"
NOT_REPRODUCED: Final = 1  # exit code

file_argument = click.argument(
    "file",
    type=click.Path(path_type=Path),
    default=DEFAULT_FILE,
    envvar="GYM_PUSH_LEADERBOARD",
)


@click.command(
    "verify",
    epilog="""\b
Examples:
  gym-push leaderboard verify 3f9a0c12
  gym-push leaderboard verify 3f9a scores.sqlite --processes 2
""",
)
@click.argument("entry", metavar="ENTRY")
@file_argument
@click.option(
    "--processes",
    type=click.IntRange(1, MOST_PROCESSES),
    default=1,
    show_default=True,
    help="How many work side by side; the result is the same.",
)
@click.option(
    "--import-agent",
    is_flag=True,
    help="Import the agent if it is none of the package's, which runs its code.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def verify(
    context: click.Context,
    entry: str,
    file: Path,
    processes: int,
    import_agent: bool,
    as_json: bool,
) -> None:
    """Runs an entry of a leaderboard again, and says whether it is the same to the bit.

    ENTRY is its key, or as much of the beginning as no other has. FILE is leaderboard.sqlite if
    none is named, or what the environment variable GYM_PUSH_LEADERBOARD says. Ends with exit code 0
    if it is the same, and 1 if it is not. Other versions of packages are told, and do not count.
    """
    with Leaderboard(file, read_only=True) as board:
        found = board.entry(entry)
        recorded = board.evaluation(found)
    run = found.run
    if run.agent not in BASELINES and not import_agent:
        raise Mistake(
            f"the entry {run.key} is of {printable(run.agent)}, which is no agent of gym-push: add "
            "--import-agent if you trust the file, for to import an agent is to run its code"
        )

    def again(run: Run) -> Evaluation:
        from gym_push.evaluation.evaluating import evaluate  # here: reading needs nothing of it

        agent = Recipe(run.agent, run.parameters)
        return evaluate(agent, run.suite, seed=run.seed, processes=processes)

    verdict = compare(recorded, again)
    commits = found.commit, commit_of(run.agent)
    if as_json:
        click.echo(json.dumps(_values(found, verdict, commits)))
    else:
        said = "is the same to the bit" if verdict.reproduced else "is not the same"
        click.echo(f"{run.key}: {printable(found.agent)} on {printable(run.suite)} {said}")
        for line in verdict.lines():
            click.echo(f"  {printable(line)}")
        if commits[0] != commits[1]:
            click.echo(f"  the agent's commit was {commits[0]}, and is {commits[1]}")
    context.exit(0 if verdict.reproduced else NOT_REPRODUCED)


def _values(
    entry: Entry, verdict: Verdict, commits: tuple[str | None, str | None]
) -> dict[str, object]:
    return {
        "key": entry.run.key,
        "reproduced": verdict.reproduced,
        "data": verdict.data,
        "metrics": verdict.metrics,
        "people": verdict.people,
        "versions": verdict.versions,
        "commit": commits,
    }
