"""`gym-push listen`: one's own desktop becomes a log while one uses it."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import click

from gym_push.cli import output
from gym_push.cli.background import background_options, stop_event, unit_of
from gym_push.cli.options import Command, json_option, text_options
from gym_push.logs.importing.keys import Hasher
from gym_push.logs.importing.pieces import Options


@click.command(cls=Command)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FOLDER",
    help="The log: a folder with a file for each day.",
)
@text_options(".key in the folder")
@background_options
@json_option
@click.pass_context
def listen(
    context: click.Context,
    /,
    out: Path,
    text: str,
    key: Path | None,
    seconds: float | None,
    print_unit: bool,
    as_json: bool,
) -> None:
    """Log this desktop's notifications, and what you do with them.

    Works beside the notification daemon of any Linux desktop and changes nothing. A notification
    is a row: its app, kind and urgency, the moment, and whether you opened or dismissed it. Texts
    are dropped unless you say otherwise. Ctrl-C ends it; the next run goes on in the same folder.

    Examples:
      gym-push listen --out my-desktop
      gym-push listen --out my-desktop --print-unit > gym-push-listen.service
    """
    if print_unit:
        unit = unit_of("a log of this desktop's notifications", context)
        output.result(as_json, {"unit": unit}, *unit.rstrip("\n").split("\n"))
        return
    options = Options(Hasher(key or out / ".key"), text)
    try:
        outcomes = asyncio.run(_listen(out, options, seconds))
    except OSError as error:
        raise output.Refused(f"{out} cannot be written: {error.strerror or error}") from None
    values = {"log": str(out), "rows": outcomes.total(), "outcomes": dict(outcomes)}
    output.result(as_json, values, _sentence(out, outcomes))


async def _listen(out: Path, options: Options, seconds: float | None) -> Counter[str]:
    from gym_push.live.listening import listen as listen_until

    return await listen_until(out, options, stop_event(seconds), _tell_begun)


def _tell_begun(anybody: bool) -> None:
    if not anybody:
        output.tell("nobody shows notifications on this desktop yet; they are logged when one does")
    output.tell("listening to notifications; Ctrl-C ends it")


def _sentence(out: Path, outcomes: Counter[str]) -> str:
    from gym_push.live.rows import ANSWERS

    rows = outcomes.total()
    opened = sum(outcomes[str(each)] for each in ANSWERS.opened)
    dismissed = sum(outcomes[str(each)] for each in ANSWERS.dismissed)
    return (
        f"{out} has {output.count(rows, 'notification')}: {opened} opened, {dismissed} dismissed, "
        f"{rows - opened - dismissed} without an answer"
    )
