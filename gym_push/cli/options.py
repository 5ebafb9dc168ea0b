"""Options and arguments that several commands share, and what they stand for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click

from gym_push.cli import output
from gym_push.cli.types import BUNDLED, LogName, NewFile, SuiteName
from gym_push.errors import ArgumentError
from gym_push.users import Parameters
from gym_push.users.generation.writing import MOST_PROCESSES

if TYPE_CHECKING:
    from gym_push.logs import NotificationLog

Given: TypeAlias = "Path | str | list[Path]"
"""A log as a command line names it: a file, folder or pattern, `BUNDLED`, or several files."""

Command: TypeAlias = Callable[..., Any]

DEFAULT_LEARN: Final = 0.5
DEFAULT_BOARD: Final = "leaderboard.sqlite"
BOARD_VARIABLE: Final = "GYM_PUSH_LEADERBOARD"


def number_option(
    name: str, help: str, least: int, default: int, most: int | None = None
) -> Callable[[Command], Command]:
    """Returns an option that takes a whole number in a range."""
    range_ = click.IntRange(least, most)
    return click.option(name, type=range_, default=default, show_default=True, help=help)


seed_option = number_option("--seed", "The same seed gives the same run.", 0, 0)

processes_option = number_option(
    "--processes", "How many to use; the result is the same to the bit.", 1, 1, MOST_PROCESSES
)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON instead of sentences and tables."
)

schema_option = click.option(
    "--schema",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="TOML or JSON file that says what the columns mean.  [default: known by their names]",
)


def _check_plots(context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    if path is not None and not context.resilient_parsing:
        from gym_push.evaluation.plots import check_name

        check_name(path)
    return path


plots_option = click.option(
    "--plots",
    type=NewFile(),
    metavar="FILE",
    callback=_check_plots,
    help="Draw a page of plots, too: .pdf, .png or .svg.",
)


def log_argument(bundled: bool, required: bool = True) -> Callable[[Command], Command]:
    """Returns the argument LOG: a log in one file or in several.

    Args:
        bundled: Whether the bundled log may be named.
        required: Whether it must be given; the bundled log is the default.
    """

    def one_or_several(context: Any, argument: Any, given: tuple[Any, ...]) -> Any:
        return list(given) if len(given) > 1 else given[0] if given else BUNDLED

    return click.argument(
        "log", type=LogName(bundled), nargs=-1, required=required, callback=one_or_several
    )


def read_given(log: Given, schema: Path | None) -> NotificationLog:
    """Returns the log that a command line names.

    Raises:
        LogError: It cannot be read.
        Mistake: There is a schema for the bundled log.
    """
    from gym_push.envs.data import bundled_log
    from gym_push.logs import read_log

    if log != BUNDLED:
        return read_log(log, schema)
    if schema is not None:
        raise output.Mistake("--schema is for a log of your own: name its file, too")
    return bundled_log()


def read_parameters(context: Any, option: Any, given: tuple[str, ...]) -> dict[str, Any]:
    """Returns parameters of the model by name, from words such as `worker=0.5`.

    Raises:
        ArgumentError: One is not a number, or is given twice. `Parameters` checks names and ranges.
    """
    defaults = {about.name: about.default for about in Parameters.describe()}
    changes: dict[str, Any] = {}
    for each in given:
        name, equals, value = (part.strip() for part in each.partition("="))
        if not equals:
            raise ArgumentError(f"--parameter {each} has no value; write  --parameter NAME=VALUE")
        if name in changes:
            raise ArgumentError(f"--parameter {name} is given twice; give it once")
        try:
            changes[name] = _number(value, defaults.get(name))
        except ValueError:
            raise ArgumentError(
                f"--parameter {each}: {value!r} is not a number; write one like  42  or  0.5,  or "
                "a row of them like  1,2,3"
            ) from None
    return changes


def _number(text: str, default: Any) -> Any:
    if isinstance(default, tuple):
        return tuple(map(float, text.split(",")))
    number = float(text)
    return int(number) if isinstance(default, int) and number.is_integer() else number


parameter_option = click.option(
    "--parameter",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    callback=read_parameters,
    help="Changes a number of the model; may be given several times. A row of numbers is  "
    "NAME=1,2,3.  The data card lists them all.",
)

board_argument = click.argument(
    "board",
    type=click.Path(path_type=Path),
    default=DEFAULT_BOARD,
    envvar=BOARD_VARIABLE,
    metavar="[FILE]",
)

board_option = click.option(
    "--board",
    type=NewFile(),
    default=DEFAULT_BOARD,
    show_default=True,
    envvar=BOARD_VARIABLE,
    metavar="FILE",
    help="The leaderboard that keeps the results.",
)

_LOG_OPTIONS: Final = (
    click.option(
        "--log", type=LogName(False), metavar="FILE", help="Test on a log of your own, not a suite."
    ),
    schema_option,
    click.option(
        "--learn",
        type=click.FloatRange(0.0, 1.0, max_open=True),
        metavar="SHARE",
        help="Share of each person's days, rounded down, from which agents learn before they are "
        f"scored.  [default: {DEFAULT_LEARN}]",
    ),
    click.option(
        "--groups",
        type=click.IntRange(2),
        metavar="N",
        help="Split the log's people into groups; an agent that practises does so on the others.",
    ),
)


def suite_options(default: str | None) -> Callable[[Command], Command]:
    """Returns what gives a command the options that name a suite, and passes it as `suite`.

    Args:
        default: The id of the suite if no option names one. With None the options are only those of
            a log, there is no seed either, and `suite` may be None.
    """
    options: tuple[Callable[[Command], Command], ...] = _LOG_OPTIONS
    if default is not None:
        options = (
            click.option(
                "--suite",
                type=SuiteName(),
                metavar="NAME/VERSION",
                help="basic-324/v1, users-24/v1, cold-start-24/v1 or delivery-50/v1.  "
                f"[default: {default}]",
            ),
            *_LOG_OPTIONS,
            seed_option,
            number_option(
                "--seeds", "How many, from that one on: shows what chance in the agents does.", 1, 1
            ),
        )

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_suite(
            log: Path | None,
            schema: Path | None,
            learn: float | None,
            groups: int | None,
            suite: str | None = None,
            **others: Any,
        ) -> Any:
            from gym_push.evaluation.suites import Suite

            if log is not None:
                if suite is not None:
                    raise output.Mistake(
                        "--suite and --log both say what to test on: leave one out"
                    )
                share = DEFAULT_LEARN if learn is None else learn
                read = read_given(log, schema)
                found = Suite.from_log(read, share, log.name, groups or 0)
                return command(suite=found, **others)
            if any(each is not None for each in (schema, learn, groups)):
                raise output.Mistake(
                    "--schema, --learn and --groups are for a log of your own: name it with --log"
                )
            chosen = suite or default
            return command(suite=None if chosen is None else Suite.of(chosen), **others)

        made: Command = with_suite
        for option in reversed(options):
            made = option(made)
        return made

    return decorate
