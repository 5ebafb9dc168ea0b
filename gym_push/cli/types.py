"""What a word of a command line may be: a file, a log, an agent, a suite, a length of time."""

from __future__ import annotations

import glob
import math
import os
import sys
from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import CompletionItem
from click.types import StringParamType

from gym_push.agents import BASELINES, AgentSpec
from gym_push.files import check_writable

BUNDLED: Final = "bundled"
"""Names the log that comes with the package."""


FORCE: Final = "--force"


def forced(context: click.Context) -> bool:
    """Returns whether files that exist are to be replaced."""
    return bool(context.meta.get(FORCE))


class NewFile(click.Path):
    """A file to write; one that cannot be written is refused before the work.

    Args:
        allow_dash: Whether - stands for the standard output.
        replaced: Whether it is replaced, which takes `FORCE`, and not added to.
    """

    def __init__(self, allow_dash: bool = False, replaced: bool = True) -> None:
        super().__init__(dir_okay=False, allow_dash=allow_dash, path_type=Path)
        self._replaced = replaced

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns its path."""
        path = super().convert(value, param, ctx)
        if not (self.allow_dash and value == "-"):
            try:
                check_writable(value)
            except OSError as error:
                self.fail(f"{value!r} cannot be written: {error.strerror}.", param, ctx)
            if self._replaced and Path(value).is_file() and not (ctx and forced(ctx)):
                self.fail(f"{value!r} is there; {FORCE} replaces it.", param, ctx)
        return path


class LogName(click.Path):
    """A log: a file, a folder of them, or a pattern such as `logs/*.csv`.

    Args:
        bundled: Whether `BUNDLED` names a log, too.
    """

    def __init__(self, bundled: bool) -> None:
        super().__init__(exists=True, path_type=Path)
        self._bundled = bundled

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns a path to what exists, a pattern that something matches, or `BUNDLED`."""
        if self._bundled and value == BUNDLED:
            return value
        if glob.has_magic(str(value)) and glob.glob(str(value), recursive=True):
            return Path(value)
        return super().convert(value, param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offers files, and `bundled` to a word that begins so."""
        if self._bundled and incomplete and BUNDLED.startswith(incomplete):
            return [CompletionItem(BUNDLED)]
        return super().shell_complete(ctx, param, incomplete)


class AgentName(StringParamType):
    """An agent with its parameters: a baseline, or `module:Class`."""

    name = "agent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns its spec, as `agent_spec` does."""
        completing = ctx is not None and ctx.resilient_parsing
        return value if completing else agent_spec(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offers the baselines, with what they do."""
        return [
            CompletionItem(name, help=baseline.summary)
            for name, baseline in BASELINES.items()
            if name.startswith(incomplete)
        ]


def agent_spec(agent: str) -> AgentSpec:
    """Returns the spec of a baseline, or of a class that Python finds from the working folder.

    The class's module is not imported yet.

    Raises:
        ArgumentError: There is no such agent, or its parameters cannot be read.
        MissingExtraError: It needs a package that is not installed.
    """
    if ":" in agent.partition("(")[0] and os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())  # last: a csv.py there must not replace Python's own
    return AgentSpec.of(agent)


class SuiteName(StringParamType):
    """The id of a suite; `Suite.of` says whether it exists."""

    name = "suite"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offers the suites."""
        from gym_push.evaluation.suites import SUITES

        return [CompletionItem(name) for name in SUITES if name.startswith(incomplete)]


class Seconds(click.FloatRange):
    """A length of time that one can wait for."""

    name = "float"

    def __init__(self) -> None:
        super().__init__(0.0, 3600.0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns it as a float, and refuses NaN, which `FloatRange` lets through."""
        seconds = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value!r} is not a length of time.", param, ctx)
        return seconds
