"""How a subcommand ends that cannot go on: with a sentence and an exit code."""

import click


class Refused(click.ClickException):
    """The machine refuses: a full disk, a folder that cannot be written."""

    exit_code = 1


class Mistake(click.ClickException):
    """Something at the command line, or in what it names, is wrong."""

    exit_code = 2


class Stopped(click.ClickException):
    """Ctrl-C."""

    exit_code = 130
