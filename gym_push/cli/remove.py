"""`gym-push leaderboard remove`: deletes an entry."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from gym_push.cli.endings import Mistake
from gym_push.cli.suites import board_argument
from gym_push.cli.types import json_option


@click.command(
    "remove",
    epilog="""\b
Examples:
  gym-push leaderboard remove 3f9a0c12 --yes
  gym-push leaderboard remove 3f9a scores.sqlite --yes
""",
)
@click.argument("entry", metavar="ENTRY")
@board_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def remove(entry: str, board: Path, yes: bool, as_json: bool) -> None:
    """Deletes an entry of a leaderboard, or a run that was not finished, with all its results.

    ENTRY is its key, or as much of the beginning as no other has. FILE is leaderboard.sqlite if
    none is named, or what the environment variable GYM_PUSH_LEADERBOARD says.
    """
    from gym_push.evaluation.leaderboard import Leaderboard
    from gym_push.text import printable

    with Leaderboard(board, read_only=True) as kept:
        key, who = kept.find(entry)
    what = f"the run {key} of {printable(who)}"
    if not yes and not sys.stdin.isatty():
        raise Mistake(f"{what} is not removed without a question: add --yes")
    if not yes and not click.confirm(f"Remove {what}?", err=True):
        click.echo("nothing was removed", err=True)
        return
    with Leaderboard(board) as kept:
        kept.remove(key)
    click.echo(json.dumps({"removed": key}) if as_json else f"removed {what}")
