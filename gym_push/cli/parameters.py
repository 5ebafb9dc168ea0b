"""The option `--parameter NAME=VALUE`: numbers of the model that differ from its defaults."""

from __future__ import annotations

from typing import Any

import click

from gym_push.errors import ArgumentError
from gym_push.users import Parameters

parameter_option = click.option(
    "--parameter",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    callback=lambda context, option, given: read_parameters(given),
    help="A number of the model that differs from its default, as often as needed; a row of "
    "numbers is  NAME=1,2,3.  The data card lists them all.",
)


def read_parameters(given: tuple[str, ...]) -> dict[str, Any]:
    """Returns parameters by their names, each as a number of its type.

    Args:
        given: As `NAME=VALUE`.

    Raises:
        ArgumentError: One is no number, or stands twice. Whether there is such a parameter, and
            whether it is in its range, is for `Parameters` to say.
    """
    defaults = {about.name: about.default for about in Parameters.describe()}
    changes: dict[str, Any] = {}
    for each in given:
        name, equals, value = (part.strip() for part in each.partition("="))
        if not equals:
            raise ArgumentError(f"--parameter {each} has no value; write  --parameter NAME=VALUE")
        if name in changes:
            raise ArgumentError(f"--parameter {name} stands twice; give it once")
        try:
            changes[name] = _number(value, defaults.get(name))
        except ValueError:
            raise ArgumentError(
                f"--parameter {each}: {value!r} is no number; write one like  42  or  0.5,  or a "
                "row of them like  1,2,3"
            ) from None
    return changes


def _number(text: str, default: Any) -> Any:
    if isinstance(default, tuple):
        return tuple(float(part) for part in text.split(","))
    try:
        return int(text) if isinstance(default, int) else float(text)
    except ValueError:
        return float(text)  # so that what wants a whole number says so itself
