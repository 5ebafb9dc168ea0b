"""The agent that a command line names, with its parameters."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from gym_push.cli.endings import Mistake
from gym_push.cli.types import AgentName
from gym_push.errors import GymPushError

if TYPE_CHECKING:
    from gym_push.agents import Recipe

agent_argument = click.argument("agent", type=AgentName())

set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the agent, as often as needed: a number, a word, or any JSON.",
)


def recipe_of(name: str, settings: tuple[str, ...] = ()) -> Recipe:
    """Returns the recipe of an agent: a baseline's, or of a class that Python finds from here.

    Args:
        name: Of a baseline, or `module:Class`.
        settings: Its parameters, as `NAME=VALUE`.

    Raises:
        ArgumentError: There is no such agent.
        MissingExtraError: It needs a package that is not installed.
        Mistake: A parameter has no value or stands twice, or the module of the class is broken.
    """
    from gym_push.agents import Recipe

    if os.getcwd() not in sys.path:  # `python -m` would do so, the installed command does not
        sys.path.insert(0, os.getcwd())
    with naming_faults(name):
        return Recipe.of(name, **_parameters(settings))


@contextmanager
def naming_faults(name: str) -> Iterator[None]:
    """Tells in a sentence what went wrong in the code of an agent, and where.

    Raises:
        Mistake: Something did.
    """
    try:
        yield
    except (GymPushError, click.ClickException, OSError):
        raise
    except Exception as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise Mistake(f"agent {name} failed in {_place(error)}: {why}") from error


def _place(error: Exception) -> str:
    """Returns the file and line that an error comes from."""
    if isinstance(error, SyntaxError) and error.filename:
        file, line = error.filename, error.lineno
    else:
        last = traceback.extract_tb(error.__traceback__)[-1]
        file, line = last.filename, last.lineno
    return f"{os.path.basename(file)}, line {line}"


def _parameters(settings: tuple[str, ...]) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    for each in settings:
        name, equals, value = (part.strip() for part in each.partition("="))
        if not (name and equals):
            raise Mistake(f"--set {each} has no value; write  --set NAME=VALUE")
        if name in parameters:
            raise Mistake(f"--set {name} stands twice; give it once")
        try:
            parameters[name] = json.loads(value)
        except ValueError:
            parameters[name] = value
    return parameters
