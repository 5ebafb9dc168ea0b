"""Commands whose help ends in examples, and the options and arguments that several share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click

from gym_push.cli import output
from gym_push.cli.types import BUNDLED, FORCE, LogName, NewFile, SuiteName
from gym_push.envs.basic.episodes import bundled_log
from gym_push.errors import did_you_mean
from gym_push.logs import NotificationLog, read_log
from gym_push.logs.importing.pieces import TEXTS
from gym_push.logs.unanswered import left_out
from gym_push.users.generation.writing import MOST_PROCESSES
from gym_push.workers import RayCluster, Workers

if TYPE_CHECKING:
    from gym_push.evaluation.suites import Suite

Given: TypeAlias = "Path | str | list[Path]"
"""A log as a command line names it: a file, folder or pattern, `BUNDLED`, or several files."""

Callback: TypeAlias = Callable[..., Any]
Option: TypeAlias = Callable[[Callback], Callback]

DEFAULT_LEARN: Final = 0.5
DEFAULT_BOARD: Final = "leaderboard.sqlite"
RAY: Final = "ray"
BOARD_VARIABLE: Final = "GYM_PUSH_LEADERBOARD"


class Command(click.Command):
    """A command whose docstring ends in examples, which the help shows below the options."""

    def __init__(self, help: str | None = None, **others: Any) -> None:
        text, heading, examples = inspect.cleandoc(help or "").partition("Examples:\n")
        super().__init__(help=text, epilog=f"\b\n{heading}{examples}", **others)


class Group(Command, click.Group):
    """A group of commands, with examples."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Returns a command by its name, or suggests another one."""
        if args[0] not in self.commands and not ctx.resilient_parsing:
            ctx.fail(f"No such command {args[0]!r}{did_you_mean(args[0], self.commands)}")
        return super().resolve_command(ctx, args)


def number_option(
    name: str, help: str, least: int, default: int, most: int | None = None
) -> Option:
    """Returns an option that takes a whole number in a range."""
    range_ = click.IntRange(least, most)
    return click.option(name, type=range_, default=default, show_default=True, help=help)


seed_option = number_option("--seed", "The same seed gives the same run.", 0, 0)


def processes_option(command: Callback) -> Callback:
    """Adds the options that say who works side by side: the argument `processes` of a command."""

    @click.option(
        "--processes",
        type=click.IntRange(1, MOST_PROCESSES),
        help="How many to use; the result is the same to the bit.  [default: 1]",
    )
    @click.option(
        "--engine",
        type=click.Choice(("processes", RAY)),
        default="processes",
        show_default=True,
        help="Who works: processes on this machine, or every CPU of a Ray cluster.",
    )
    @click.option(
        "--address",
        metavar="HOST:PORT",
        help="A running Ray cluster; auto: the one of this machine.  [default: $RAY_ADDRESS, or "
        "one that is started here]",
    )
    @wraps(command)
    def chosen(
        *arguments: Any, processes: int | None, engine: str, address: str | None, **others: Any
    ) -> Any:
        workers: Workers = processes or 1
        if engine == RAY:
            if processes is not None:
                raise output.Mistake("Ray uses every CPU of its cluster: leave --processes out")
            workers = RayCluster(address)
        elif address is not None:
            raise output.Mistake("--address names a Ray cluster: add --engine ray")
        return command(*arguments, processes=workers, **others)

    return chosen


json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON instead of sentences and tables."
)

schema_option = click.option(
    "--schema",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="TOML or JSON file that says what the columns mean.  [default: log.toml beside log.csv; "
    "else known by their names]",
)


def text_options(key: str) -> Option:
    """Returns --text and --key: what becomes of texts in a log, and the key of their hashes.

    Args:
        key: Where the key is by default.
    """
    what = click.option(
        "--text",
        type=click.Choice(TEXTS),
        default=TEXTS[0],
        show_default=True,
        help="What becomes of titles and texts; hash: of each word.",
    )
    which = click.option(
        "--key",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help=f"The key of hashes, made if need be; keep it to yourself.  [default: {key}]",
    )
    return lambda command: what(which(command))


def _remember_force(context: click.Context, option: Any, force: bool) -> None:
    context.meta[FORCE] = force


force_option = click.option(
    FORCE,
    is_flag=True,
    is_eager=True,  # before the names of files
    expose_value=False,
    callback=_remember_force,
    help="Replace files that exist; they are refused otherwise.",
)


def _explain(context: click.Context, option: Any, asked: bool) -> None:
    if asked:
        from rich.markdown import Markdown

        from gym_push.evaluation.metrics import EXPLANATION

        output.console().print(Markdown(EXPLANATION.read_text(encoding="utf-8")))
        context.exit()


explain_option = click.option(
    "--explain",
    is_flag=True,
    is_eager=True,  # it needs no arguments
    expose_value=False,
    callback=_explain,
    help="Only say what the numbers mean.",
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


def log_argument(bundled: bool, required: bool = True) -> Option:
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
    """Returns the log that a command line names; rows that it leaves out are told.

    Raises:
        LogError: It cannot be read.
        Mistake: There is a schema for the bundled log.
    """
    if log != BUNDLED:
        read = read_log(log, schema)
        if read.unanswered:
            output.tell(left_out(read))
        return read
    if schema is not None:
        raise output.Mistake("--schema is for a log of your own: name its file, too")
    return bundled_log()


board_argument = click.argument(
    "board",
    type=click.Path(path_type=Path),
    default=DEFAULT_BOARD,
    envvar=BOARD_VARIABLE,
    metavar="[FILE]",
)

board_option = click.option(
    "--board",
    type=NewFile(replaced=False),
    default=DEFAULT_BOARD,
    show_default=True,
    envvar=BOARD_VARIABLE,
    metavar="FILE",
    help="The leaderboard that keeps the results.",
)


def log_options(command: Callback) -> Callback:
    """Adds the options of a log of one's own, for `chosen_suite`."""
    log = click.option(
        "--log", type=LogName(False), metavar="FILE", help="Test on a log of your own, not a suite."
    )
    learn = click.option(
        "--learn",
        type=click.FloatRange(0.0, 1.0, max_open=True),
        metavar="SHARE",
        help="Share of each person's days, rounded down, from which agents learn before they are "
        f"scored.  [default: {DEFAULT_LEARN}]",
    )
    groups = click.option(
        "--groups",
        type=click.IntRange(2),
        metavar="N",
        help="Split the log's people into groups; an agent that practises does so on the others.",
    )
    return log(schema_option(learn(groups(command))))


def suite_options(default: str) -> Option:
    """Returns the options of a suite, for `chosen_suite`, and of the agents' seeds.

    Args:
        default: The id of the suite if no option names one.
    """
    suite = click.option(
        "--suite",
        type=SuiteName(),
        metavar="NAME/VERSION",
        help="basic-324/v1, users-24/v1, cold-start-24/v1, text-24/v1, delivery-50/v1, "
        "send-cold-24/v1, send-composed-24/v1 or send-24/v1.  "
        f"[default: {default}]",
    )
    seeds = number_option(
        "--seeds", "How many, from that one on: shows what chance in the agents does.", 1, 1
    )
    return lambda command: suite(log_options(seed_option(seeds(command))))


def chosen_suite(
    default: str,
    log: Path | None,
    schema: Path | None,
    learn: float | None,
    groups: int | None,
    suite: str | None = None,
) -> Suite | str:
    """Returns the suite that options name.

    Returns:
        The one of a log, or the id of another one.

    Raises:
        Mistake: The options contradict each other.
        LogError: The log cannot be read.
    """
    from gym_push.evaluation.suites import Suite

    if log is None:
        if any(each is not None for each in (schema, learn, groups)):
            raise output.Mistake(
                "--schema, --learn and --groups are for a log of your own: name it with --log"
            )
        return suite or default
    if suite is not None:
        raise output.Mistake("--suite and --log both say what to test on: leave one out")
    share = DEFAULT_LEARN if learn is None else learn
    return Suite.from_log(read_given(log, schema), share, log.name, groups or 0)
