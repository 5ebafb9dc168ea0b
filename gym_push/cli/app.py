"""The command `gym-push` itself: its subcommands, and how it ends when something is wrong.

A mistake on the command line, or in what it names, ends it with one sentence and exit code 2; what
the machine refuses (a full disk, a folder that cannot be written) with one and 1; Ctrl-C with 130.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Final

import click

import gym_push
from gym_push.cli.demo import demo
from gym_push.cli.evaluate import compare, evaluate
from gym_push.cli.guard import guard
from gym_push.cli.importing import import_
from gym_push.cli.leaderboard import leaderboard
from gym_push.cli.listening import listen
from gym_push.cli.lists import agents, envs, suites
from gym_push.cli.log import log
from gym_push.cli.options import Group
from gym_push.cli.output import Mistake, Refused, Stopped, tell
from gym_push.cli.people import fidelity, generate
from gym_push.cli.play import play
from gym_push.cli.trial import trial
from gym_push.errors import GymPushError
from gym_push.processes import without_notices

NAME: Final = "gym-push"

SECTIONS: Final = {
    "See it": (demo, play),
    "Score it": (evaluate, compare, leaderboard),
    "Logs and people": (import_, log, generate, trial, fidelity),
    "On your own desktop": (listen, guard),
    "What there is": (envs, agents, suites),
}
"""The subcommands in the order of the help."""


class Sections(Group):
    """A group whose help lists its commands in sections."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the sections, a line for each command."""
        longest = max(map(len, self.commands))
        for heading, commands in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl(
                    [
                        (
                            str(each.name).ljust(longest),
                            each.get_short_help_str(formatter.width - longest - 6),
                        )
                        for each in commands
                    ]
                )


@click.group(
    NAME,
    cls=Sections,
    commands=[each for commands in SECTIONS.values() for each in commands],
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(gym_push.__version__, prog_name=NAME)
@click.pass_context
def app(context: click.Context) -> None:
    """Practise what a person's phone should do with its notifications.

    A file that exists is replaced only with --force.

    Examples:
      gym-push demo
      gym-push play table-per-app --log my-log.csv --schema my-log.toml
      gym-push generate --users 1000 --days 28 --out logs/
    For completion with Tab, put your shell's line into its start-up file:
      bash  eval "$(_GYM_PUSH_COMPLETE=bash_source gym-push)"
      zsh   eval "$(_GYM_PUSH_COMPLETE=zsh_source gym-push)"
      fish  _GYM_PUSH_COMPLETE=fish_source gym-push | source
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main() -> None:
    """Runs the command and ends the process, with one sentence if something is wrong."""
    _mend_surroundings()
    without_notices()
    try:
        code = app.main(prog_name=NAME, standalone_mode=False)
    except click.ClickException as error:
        code = _complain(error)
    except GymPushError as error:
        code = _complain(Mistake(str(error)))
    except OSError as error:
        code = _complain(Refused(str(error)))
    except (click.Abort, KeyboardInterrupt):
        code = _complain(Stopped("stopped by Ctrl-C"))
    sys.exit(code)


def _mend_surroundings() -> None:
    """Makes usable what a shell or a scheduler may have left unusable."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed
            nothing = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nothing, mode, closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Files and pipes get UTF-8; a terminal its own encoding, which may lack a log's letters
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    columns = os.environ.get("COLUMNS", "")
    if not columns.isdecimal() or not int(columns):  # then the width is not known
        os.environ.pop("COLUMNS", None)


def _complain(error: click.ClickException) -> int:
    sentence = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    if context is not None:
        see = " See" if sentence.endswith("?") else "; see"
        sentence += f"{see}  {context.command_path} --help"
    tell(f"{NAME}: {sentence}")
    return error.exit_code
