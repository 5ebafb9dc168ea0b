"""Runs command lines of `gym-push`, and knows all of its commands."""

import os
import shlex
import subprocess
import sys
import warnings
from dataclasses import dataclass

import click

from gym_push.cli.app import app, main


@dataclass
class Shown:
    code: int
    out: str
    errors: str


def commands(command=app, path=("gym-push",)):
    """Yields every command with its words."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), (*path, name))


def command_of(line):
    """Returns the words of the command that a line runs, and the command."""
    known = dict(commands())
    words = shlex.split(line)
    longest = max(length for length in range(1, len(words) + 1) if tuple(words[:length]) in known)
    return tuple(words[:longest]), known[tuple(words[:longest])]


def run_here(line, monkeypatch, capsys):
    """Runs a line in this process, which is much faster."""
    monkeypatch.setattr(sys, "argv", shlex.split(line))
    monkeypatch.setattr(sys, "path", [*sys.path])
    capsys.readouterr()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the oldest Matplotlib, in a process of its own unseen
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
    out, errors = capsys.readouterr()
    return Shown(code, out, errors)


def run_apart(line, **options):
    """Runs a line in a process of its own, as a shell does."""
    command = [sys.executable, "-W", "error", "-m", "gym_push.cli", *shlex.split(line)[1:]]
    done = subprocess.run(
        command,
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        **options,
    )
    return Shown(done.returncode, done.stdout, done.stderr)
