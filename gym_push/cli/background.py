"""What commands share that run in the background until they are stopped."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

import click

from gym_push.cli.options import Callback
from gym_push.cli.types import Seconds

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
# a notification daemon that it has put back into its place stays there
KillMode=process

[Install]
WantedBy=graphical-session.target
"""
"""Of systemd: systemd.unit(5), systemd.service(5), systemd.kill(5), systemd.special(7)."""


def background_options(command: Callback) -> Callback:
    """Adds --seconds and --print-unit."""
    seconds = click.option(
        "--seconds", type=Seconds(), metavar="S", help="End by itself after that long."
    )
    unit = click.option(
        "--print-unit",
        is_flag=True,
        help="Print a unit by which systemd does this whenever you are logged in, and end.",
    )
    return seconds(unit(command))


def stop_event(seconds: float | None) -> asyncio.Event:
    """Returns an event that is set by Ctrl-C, by signals that end a process, or after a time."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(each, stopped.set)
    if seconds is not None:
        loop.call_later(seconds, stopped.set)
    return stopped


def unit_of(what: str, context: click.Context) -> str:
    """Returns a unit by which systemd runs a command as it was given, whatever the folder.

    Args:
        what: The command does.
        context: Of the command.
    """
    words = [sys.executable, "-m", "gym_push.cli", str(context.info_name)]
    for option in context.command.params:
        name, value = str(option.name), context.params[str(option.name)]
        given = context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        if given and name not in ("print_unit", "as_json"):
            for each in value if isinstance(value, tuple) else [value]:
                said = each.absolute() if isinstance(each, Path) else each
                words += [option.opts[0], *([] if each is True else [str(said)])]
    return UNIT.format(what=what, command=" ".join(map(_word, words)))


def _word(word: str) -> str:
    """Returns a word of a command as systemd.service(5) reads it back."""
    for mark, instead in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(mark, instead)
    plain = all(letter.isalnum() or letter in "/._-=%$" for letter in word)
    return word if plain and word else f'"{word}"'
