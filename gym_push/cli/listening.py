"""`gym-push listen`: one's own desktop becomes a log while one uses it."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from gym_push.cli import output
from gym_push.cli.options import Command, json_option
from gym_push.cli.types import Seconds
from gym_push.logs.importing.keys import Hasher
from gym_push.logs.importing.pieces import TEXTS, Options

if TYPE_CHECKING:
    from gym_push.logs.answers import Answers

UNIT: Final = """\
[Unit]
Description=gym-push: {what}
PartOf=graphical-session.target
After=graphical-session.target

[Service]
ExecStart={command}
Restart=on-failure
RestartSec=10
UMask=0077

[Install]
WantedBy=graphical-session.target
"""
"""Of systemd: systemd.unit(5), systemd.service(5), systemd.special(7)."""


@click.command(cls=Command)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FOLDER",
    help="The log: a folder with a file for each day, named .parquet or .csv.",
)
@click.option(
    "--text",
    type=click.Choice(TEXTS),
    default=TEXTS[0],
    show_default=True,
    help="What becomes of titles and texts; hash: of each word.",
)
@click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The key of hashes, made if need be; keep it to yourself.  [default: .key in the folder]",
)
@click.option("--seconds", type=Seconds(), help="End by itself after that long.")
@click.option(
    "--print-unit",
    is_flag=True,
    help="Print a unit by which systemd listens whenever you are logged in, and end.",
)
@json_option
def listen(
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
      gym-push listen --out my-desktop.parquet
      gym-push listen --out my-desktop.parquet --print-unit > gym-push-listen.service
    """
    if print_unit:
        words = [sys.executable, "-m", "gym_push.cli", "listen", "--out", str(out.absolute())]
        words += ["--text", text, *(["--key", str(key.absolute())] if key else [])]
        unit = unit_of("a log of this desktop's notifications", words)
        output.result(as_json, {"unit": unit}, *unit.rstrip("\n").split("\n"))
        return
    from gym_push.live.rows import ANSWERS

    options = Options(Hasher(key or out / ".key"), text)
    try:
        outcomes = asyncio.run(_listen(out, options, seconds))
    except OSError as error:
        raise output.Refused(f"{out} cannot be written: {error.strerror or error}") from None
    values = {"log": str(out), "rows": outcomes.total(), "outcomes": dict(outcomes)}
    output.result(as_json, values, _sentence(out, outcomes, ANSWERS))


async def _listen(out: Path, options: Options, seconds: float | None) -> Counter[str]:
    from gym_push.live.listening import listen as listen_until

    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(each, stopped.set)
    if seconds is not None:
        loop.call_later(seconds, stopped.set)
    return await listen_until(out, options, stopped, _tell_begun)


def _tell_begun(anybody: bool) -> None:
    if not anybody:
        output.tell("nobody shows notifications on this desktop yet; they are logged when one does")
    output.tell("listening to notifications; Ctrl-C ends it")


def _sentence(out: Path, outcomes: Counter[str], answers: Answers) -> str:
    rows = outcomes.total()
    opened = sum(outcomes[str(each)] for each in answers.opened)
    dismissed = sum(outcomes[str(each)] for each in answers.dismissed)
    return (
        f"{out} has {output.count(rows, 'notification')}: {opened} opened, {dismissed} dismissed, "
        f"{rows - opened - dismissed} without an answer"
    )


def unit_of(what: str, words: Iterable[str]) -> str:
    """Returns a unit by which systemd runs a command whenever the person is logged in.

    Args:
        what: The command does.
        words: Of the command.
    """
    return UNIT.format(what=what, command=" ".join(map(_word, words)))


def _word(word: str) -> str:
    """Returns a word of a command as systemd.service(5) reads it back."""
    for mark, instead in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(mark, instead)
    plain = all(letter.isalnum() or letter in "/._-=%$" for letter in word)
    return word if plain and word else f'"{word}"'
