"""The suite that a command line names, and where its results are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import CompletionItem
from click.types import StringParamType

from gym_push.cli.endings import Mistake
from gym_push.cli.types import LogFiles, new_file, read_given, schema_option

if TYPE_CHECKING:
    from gym_push.evaluation.suites import Suite

DEFAULT_LEARN: Final = 0.5
DEFAULT_BOARD: Final = "leaderboard.sqlite"
BOARD_VARIABLE: Final = "GYM_PUSH_LEADERBOARD"


class SuiteName(StringParamType):
    """The id of a suite."""

    name = "suite"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offers the suites."""
        from gym_push.evaluation.suites import SUITES

        return [CompletionItem(name) for name in SUITES if name.startswith(incomplete)]


_LOG_OPTIONS: Final = (
    click.option(
        "--log", type=LogFiles(), metavar="FILE", help="Instead of a suite: a log of your own."
    ),
    schema_option,
    click.option(
        "--learn",
        type=click.FloatRange(0.0, 1.0, max_open=True),
        metavar="SHARE",
        help="Of each person's days, rounded down, which agents learn from before it counts."
        f"  [default: {DEFAULT_LEARN}]",
    ),
    click.option(
        "--groups",
        type=click.IntRange(2),
        metavar="N",
        help="Part a log's people by when they are tested; who practises does so with the others.",
    ),
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
    type=new_file,
    default=DEFAULT_BOARD,
    show_default=True,
    envvar=BOARD_VARIABLE,
    metavar="FILE",
    help="The leaderboard that keeps the results.",
)


def suite_options(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Returns what gives a command the options that say what agents are tested on.

    Args:
        default: The suite without any; for its help, as `suite_of` is told it, too.
    """
    options = (
        click.option(
            "--suite",
            type=SuiteName(),
            metavar="NAME/VERSION",
            help="basic-324/v1, users-24/v1, cold-start-24/v1 or delivery-50/v1.  "
            f"[default: {default}]",
        ),
        *_LOG_OPTIONS,
        click.option(
            "--seed",
            type=click.IntRange(0),
            default=0,
            show_default=True,
            help="Of what is random in the agents.",
        ),
        click.option(
            "--seeds",
            type=click.IntRange(1),
            default=1,
            show_default=True,
            help="How many, from that one on: tells what chance in the agents does.",
        ),
    )
    return lambda command: _with(command, options)


def log_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options that name a log of one's own to test on."""
    return _with(command, _LOG_OPTIONS)


def _with(command: Callable[..., Any], options: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command


def suite_of(
    suite: str | None,
    log: Path | None,
    schema: Path | None,
    learn: float | None,
    groups: int | None = None,
    default: str = "",
) -> Suite:
    """Returns the suite that these options name.

    Raises:
        Mistake: They contradict each other.
        ArgumentError: There is no such suite, or nothing to be tested on in the log.
        LogError: The log cannot be read.
    """
    from gym_push.evaluation.suites import Suite

    if log is None:
        if any(each is not None for each in (schema, learn, groups)):
            raise Mistake(
                "--schema, --learn and --groups are for a log of your own: name it with --log"
            )
        return Suite.of(suite or default)
    if suite is not None:
        raise Mistake("--suite and --log both say what to test on: leave one of them out")
    share = DEFAULT_LEARN if learn is None else learn
    return Suite.from_log(read_given(log, schema), share, log.name, groups or 0)
