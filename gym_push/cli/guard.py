"""`gym-push guard`: an agent stands before this desktop's notifications."""

from __future__ import annotations

import asyncio
import os
import shlex
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gym_push.agents import AgentSpec
from gym_push.cli import output
from gym_push.cli.background import background_options, stop_event, unit_of
from gym_push.cli.options import Group, json_option, read_given, seed_option, text_options
from gym_push.cli.types import AgentName, LogName
from gym_push.logs.importing.keys import Hasher
from gym_push.logs.importing.pieces import Options

if TYPE_CHECKING:
    from gym_push.live.guarding import Settings


def _usual_folder() -> Path:
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "gym-push" / "guard"


folder_option = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=_usual_folder,
    metavar="FOLDER",
    help="Where the guard keeps all that it keeps.  [default: gym-push/guard in your data]",
)


@click.group(cls=Group, invoke_without_command=True)
@click.option("--agent", type=AgentName(), help="Who decides: an agent of basic-v0.")
@click.option(
    "--log", type=LogName(False), metavar="FILE", help="What it learns from first, by  listen ."
)
@folder_option
@text_options(".key in the folder")
@click.option("--always", multiple=True, metavar="APP", help="Passes at once; may be repeated.")
@click.option("--never", multiple=True, metavar="APP", help="Is suppressed; may be repeated.")
@click.option(
    "--longest",
    type=click.FloatRange(0.0, min_open=True),
    default=120.0,
    show_default=True,
    metavar="MINUTES",
    help="Minutes after which what is held is delivered, and what is suppressed is final.",
)
@click.option(
    "--unlikely",
    type=click.FloatRange(0.0, 1.0),
    default=0.05,
    show_default=True,
    metavar="SHARE",
    help="Suppress what you open less often than that; hold the rest that the agent dismisses.",
)
@click.option(
    "--explore",
    type=click.FloatRange(0.0, 1.0),
    default=0.05,
    show_default=True,
    metavar="SHARE",
    help="Share of that which is delivered all the same, so that the log can tell what it misses.",
)
@click.option("--shadow", is_flag=True, help="Decide and log, and deliver everything.")
@click.option(
    "--daemon",
    metavar="COMMAND",
    help="The notification daemon.  [default: the one that runs, else one that is installed]",
)
@click.option("--page", is_flag=True, help="Show on the page what happens.")
@background_options
@seed_option
@click.pass_context
def guard(
    context: click.Context,
    /,
    agent: AgentSpec | None,
    log: Path | None,
    folder: Path,
    text: str,
    key: Path | None,
    daemon: str | None,
    seconds: float | None,
    page: bool,
    print_unit: bool,
    longest: float,
    **others: Any,
) -> None:
    """Let an agent decide which notifications reach you now, later or never.

    Stands before your notification daemon, which goes on showing what is let through: what the
    agent would open is delivered, what it would dismiss is held until you next look, and what you
    would hardly ever open is suppressed. Critical ones and calls always pass. Ctrl-C puts the
    daemon back and delivers all that waits.

    Examples:
      gym-push guard --agent table-per-app --log my-desktop --shadow
      gym-push guard --agent table-per-app --log my-desktop --always Signal
      gym-push guard list
    """
    if context.invoked_subcommand is not None:
        return
    if agent is None:
        click.echo(context.get_help())
        return
    if print_unit:
        unit = unit_of("an agent before this desktop's notifications", context)
        output.show(*unit.rstrip("\n").split("\n"))
        return
    from gym_push.live.guarding import Settings

    settings = Settings(
        agent,
        folder,
        Options(Hasher(key or folder / ".key"), text),
        log=None if log is None else read_given(log, None),
        daemon=shlex.split(daemon) if daemon else None,
        longest=60.0 * longest,
        **others,
    )
    try:
        asyncio.run(_guard(settings, seconds, page))
    except OSError as error:
        raise output.Refused(f"{folder} cannot be used: {error.strerror or error}") from None


async def _guard(settings: Settings, seconds: float | None, page: bool) -> None:
    from gym_push.live.running import guard as guard_until

    if not page:
        await guard_until(settings, stop_event(seconds), output.tell)
        return
    from gym_push.live.decisions import schema
    from gym_push.live.showing import Showing

    with closing(Showing(str(settings.agent), schema(settings.options.text))) as shown:
        await guard_until(settings, stop_event(seconds), output.tell, shown)


@guard.command("list")
@folder_option
@json_option
def list_(folder: Path, as_json: bool) -> None:
    """List what is held and what was suppressed.

    Examples:
      gym-push guard list
    """
    from gym_push.live.running import waiting

    items = asyncio.run(waiting(folder))
    made = output.table("What you have not seen", "id", "state", "app", "since", "what")
    for item in items:
        since = datetime.fromtimestamp(item["since"]).strftime("%a %H:%M")
        what = " · ".join(filter(None, [item["summary"], item["body"]]))[:200]
        output.add(made, item["id"], item["state"], item["app"], since, what)
    output.result(as_json, items, made if items else "nothing waits")


@guard.command()
@click.argument("ids", type=click.IntRange(0), nargs=-1, metavar="[ID]...")
@json_option
def release(ids: tuple[int, ...], as_json: bool) -> None:
    """Deliver what waits: these, or all.

    Examples:
      gym-push guard release
      gym-push guard release 2147483649
    """
    from gym_push.live.running import release as release_now

    count = asyncio.run(release_now(ids))
    if count is None:
        raise output.Mistake("no guard runs on this desktop; the next one delivers what is held")
    output.result(as_json, {"released": count}, f"{output.count(count, 'notification')} released")


@guard.command()
@folder_option
@json_option
def report(folder: Path, as_json: bool) -> None:
    """Tell what the guard has done, and what delivering everything would have.

    Examples:
      gym-push guard report
    """
    from gym_push.live.report import Report

    told = Report.of(folder)
    output.result(as_json, told.to_dict(), *str(told).split("\n"))
