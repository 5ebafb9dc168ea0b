"""What words of a command line may mean: a log, an agent, a length of time."""

from __future__ import annotations

import glob
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click
from click.shell_completion import CompletionItem
from click.types import StringParamType

from gym_push.cli.endings import Mistake
from gym_push.files import check_writable

if TYPE_CHECKING:
    from gym_push.logs import NotificationLog

BUNDLED: Final = "bundled"
"""Names the log that the package carries."""

Given: TypeAlias = "Path | str | list[Path]"
"""A log as a command line names it: a file, folder or pattern, `BUNDLED`, or several files."""

existing_file: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


class NewFile(click.Path):
    """A file to write; what cannot be one is refused before the work."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns a path to a file that can be written."""
        path = super().convert(value, param, ctx)
        if not (self.allow_dash and value == "-"):
            try:
                check_writable(value)
            except OSError as error:
                self.fail(f"{value!r} cannot be written: {error.strerror}.", param, ctx)
        return path


new_file: Final = NewFile(dir_okay=False, path_type=Path)


class LogFiles(click.Path):
    """A file, a folder of them, or a pattern such as `logs/*.csv`."""

    def __init__(self) -> None:
        super().__init__(exists=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns a path to what exists, or a pattern of which something does."""
        if glob.has_magic(str(value)) and glob.glob(str(value), recursive=True):
            return Path(value)
        return super().convert(value, param, ctx)


class LogName(LogFiles):
    """Files, or the bundled log."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns what `LogFiles` does, or `BUNDLED`."""
        return value if value == BUNDLED else super().convert(value, param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offers files, and `bundled` where it begins so."""
        if incomplete and BUNDLED.startswith(incomplete):
            return [CompletionItem(BUNDLED)]
        return super().shell_complete(ctx, param, incomplete)


def log_argument(
    type: LogFiles, required: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Returns what gives a command the argument LOG: a log in one file or in several.

    Args:
        type: What may be named.
        required: Whether it is; else it is the bundled log.
    """

    def one_or_several(context: Any, argument: Any, given: tuple[Any, ...]) -> Any:
        return list(given) if len(given) > 1 else given[0] if given else BUNDLED

    return click.argument("log", type=type, nargs=-1, required=required, callback=one_or_several)


def name_of(log: Given) -> str:
    """Returns what to call the log that a command line names."""
    return " ".join(map(str, log)) if isinstance(log, list) else str(log)


class AgentName(StringParamType):
    """A baseline, or `module:Class`; whether there is one, its `AgentSpec` says."""

    name = "agent"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offers the baselines, with what they do."""
        from gym_push.agents import BASELINES

        return [
            CompletionItem(name, help=baseline.summary)
            for name, baseline in BASELINES.items()
            if name.startswith(incomplete)
        ]


class Seconds(click.FloatRange):
    """A length of time that one can wait for."""

    name = "float"

    def __init__(self) -> None:
        super().__init__(0.0, 3600.0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns it as a float; NaN is in no range, but compares as if it were in all."""
        seconds = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value!r} is no length of time.", param, ctx)
        return seconds


schema_option = click.option(
    "--schema",
    type=existing_file,
    metavar="FILE",
    help="TOML or JSON file that says what the columns mean.  [default: known by their names]",
)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON instead of sentences and tables."
)


def read_given(log: Given, schema: Path | None) -> NotificationLog:
    """Returns the log that a command line names.

    Args:
        log: As `LogName` or `log_argument` has made it.
        schema: Of a log of one's own.

    Raises:
        LogError: It cannot be read.
        Mistake: There is a schema for the bundled log.
    """
    from gym_push.envs.data import bundled_log
    from gym_push.logs import read_log

    if log != BUNDLED:
        return read_log(log, schema)
    if schema is not None:
        raise Mistake("--schema is for a log of your own: name its file, too")
    return bundled_log()
