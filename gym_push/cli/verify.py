"""`gym-push leaderboard verify`: whether an entry can be had again, to the bit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from gym_push.cli.agents import spec_of
from gym_push.cli.endings import Mistake
from gym_push.cli.progress import progress
from gym_push.cli.suites import board_argument, log_options, suite_of
from gym_push.cli.types import json_option
from gym_push.text import printable
from gym_push.users.generation.writing import MOST_PROCESSES

if TYPE_CHECKING:
    from gym_push.evaluation.leaderboard import Entry, Verdict
    from gym_push.evaluation.results import Evaluation, Run

NOT_REPRODUCED: Final = 1  # exit code


@click.command(
    "verify",
    epilog="""\b
Examples:
  gym-push leaderboard verify 3f9a0c12
  gym-push leaderboard verify 3f9a scores.sqlite --processes 2
  gym-push leaderboard verify 3f9a --log my-log.csv --schema my-log.toml
""",
)
@click.argument("entry", metavar="ENTRY")
@board_argument
@log_options
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
@json_option
@click.pass_context
def verify(
    context: click.Context,
    entry: str,
    board: Path,
    log: Path | None,
    schema: Path | None,
    learn: float | None,
    groups: int | None,
    processes: int,
    import_agent: bool,
    as_json: bool,
) -> None:
    """Runs an entry of a leaderboard again, and says whether it is the same to the bit.

    ENTRY is its key, or as much of the beginning as no other has. FILE is leaderboard.sqlite if
    none is named, or what the environment variable GYM_PUSH_LEADERBOARD says. For an entry of a log
    of your own, name the log. Ends with exit code 0 if it is the same, and 1 if it is not. Other
    versions of packages are told, and do not count.
    """
    from gym_push.agents import BASELINES, AgentSpec
    from gym_push.cli.shown import show
    from gym_push.evaluation.evaluating import evaluate
    from gym_push.evaluation.leaderboard import Leaderboard
    from gym_push.evaluation.leaderboard import verify as compare
    from gym_push.evaluation.leaderboard.commits import commit_of

    with Leaderboard(board, read_only=True) as kept:
        found = kept.entry(entry)
    run = found.run
    if run.agent not in BASELINES and not import_agent:
        raise Mistake(
            f"the entry {run.key} is of {printable(run.agent)}, which is no agent of gym-push: add "
            "--import-agent if you trust the file, for to import an agent is to run its code"
        )
    own_log = any(each is not None for each in (log, schema, learn, groups))
    tested = suite_of(None, log, schema, learn, groups) if own_log else run.suite

    def again(run: Run) -> Evaluation:
        spec = spec_of(str(AgentSpec(run.agent, run.parameters)))
        with progress(len(found.people) * run.seeds, "tests of a person") as tell:
            return evaluate(
                spec, tested, seed=run.seed, seeds=run.seeds, processes=processes,
                on_person=lambda spec, result: tell(1),
            )  # fmt: skip

    verdict = compare(found, again)
    commits = found.commit, commit_of(run.agent)
    if as_json:
        click.echo(json.dumps(_values(found, verdict, commits)))
    else:
        said = "is the same to the bit" if verdict.reproduced else "is not the same"
        show(f"{run.key}: {found.agent} on {run.suite} {said}")
        show(*(f"  {line}" for line in verdict.lines()))
        if commits[0] != commits[1]:
            show(f"  the agent's commit was {commits[0]}, and is {commits[1]}")
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
