"""A group of commands that imports each when it is asked for, so that starting costs little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """Commands in sections, each in a module of its name.

    Args:
        *args: Of `click.Group`.
        package: Where they are: command `describe` is `describe` in the module `package.describe`.
        sections: Their names, under the headings of the help.
        **kwargs: Of `click.Group`.
    """

    def __init__(
        self, *args: Any, package: str, sections: Mapping[str, Sequence[str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._package, self._sections = package, sections

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Reads the words behind the group's name; without any it shows its help."""
        asked = args or context.resilient_parsing  # completion asks for nothing, and must not exit
        return super().parse_args(context, args if asked else ["--help"])

    def list_commands(self, context: click.Context) -> list[str]:
        """Returns the names in the order of the help."""
        return [name for names in self._sections.values() for name in names]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Imports a command; None if there is none of that name."""
        if name not in self.list_commands(context):
            return None
        command: click.Command = getattr(import_module(f"{self._package}.{name}"), name)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the sections, a line for each command."""
        longest = max(map(len, self.list_commands(context)))
        for heading, names in self._sections.items():
            commands = [(name, self.get_command(context, name)) for name in names]
            limit = formatter.width - longest - 6
            lines = [
                (name.ljust(longest), command.get_short_help_str(limit))
                for name, command in commands
                if command is not None
            ]
            with formatter.section(heading):
                formatter.write_dl(lines)
