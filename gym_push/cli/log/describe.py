"""`gym-push log describe`: what is in a log, as tables and as a page of plots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from gym_push.cli.endings import writing
from gym_push.cli.types import (
    Given,
    LogName,
    json_option,
    log_argument,
    new_file,
    read_given,
    schema_option,
)

if TYPE_CHECKING:
    from rich.table import Table

    from gym_push.logs.description import ColumnDescription, LogDescription, Spread

TITLES: Final = (
    ("Notification: the agent sees it", ("notification",)),
    ("Context: the agent sees it", ("context",)),
    ("Engagement: known only afterwards, never shown to an agent", ("engagement",)),
    ("What orders and scores it, never shown to an agent", ("action", "user", "time")),
)

LONGEST_NAME: Final = 30
"""Of a column, so far as the tables keep their columns below each other."""


@click.command(
    epilog="""\b
Examples:
  gym-push log describe
  gym-push log describe my-log.csv --schema my-log.toml --plots my-log.pdf
"""
)
@log_argument(LogName(), required=False)
@schema_option
@click.option(
    "--plots", type=new_file, metavar="FILE", help="Draw a page of plots, too: .pdf, .png or .svg."
)
@json_option
def describe(log: Given, schema: Path | None, plots: Path | None, as_json: bool) -> None:
    """Show what is in LOG, or in the bundled log.

    Who, how long, how much of it is opened, by which apps, and what each column holds.
    """
    from gym_push.logs import describe as description

    if plots is not None:
        from gym_push.evaluation.plots.plots import check_name

        check_name(plots)
    read = read_given(log, schema)
    if plots is not None:
        from gym_push.evaluation.plots.log_plots import plot_log

        with writing(plots):
            plot_log(read, plots)
    about = description(read)
    if as_json:
        click.echo(json.dumps(about.to_dict()))
    else:
        _show(about)


def _show(about: LogDescription) -> None:
    from gym_push.cli.shown import count, show

    rows = count(about.rows, "notification", "notifications")
    told = f"{about.source}: {rows} of {count(about.users, 'person', 'people')}"
    if about.first is not None and about.last is not None:
        days = count(about.days or 0, "day", "days")
        told += f", {about.first} to {about.last} ({days})"
    show(f"{told}, {about.open_rate:.1%} opened", "")
    shown = (_spreads(about), _apps(about), *(_columns(about, *each) for each in TITLES))
    show(*(table for table in shown if table.row_count))


def _spreads(about: LogDescription) -> Table:
    from gym_push.cli.shown import add, table

    names = ("least", "quarter", "median", "three quarters", "most")
    made = table("Spread", "what", *names, right=names)

    def put(what: str, spread: Spread | None, form: str) -> None:
        if spread is not None:
            add(made, what, *(format(number, form) for number in spread))

    if about.users > 1:
        put("open rate of a person", about.open_rate_of_users, ".1%")
        put("notifications of a person", about.rows_of_users, ",.0f")
        put("notifications of a person a day", about.rows_a_day_of_users, ",.1f")
    put("seconds to the response", about.response, ",.0f")
    return made


def _apps(about: LogDescription) -> Table:
    from gym_push.cli.shown import add, table

    shown = f"the {len(about.apps)} busiest of {about.app_count}"
    numbers = ("notifications", "share", "open rate")
    made = table(f"Apps, {shown}", "app", *numbers, right=numbers)
    for app in about.apps:
        share = f"{app.rows / about.rows:.1%}"
        add(made, app.name, f"{app.rows:,}", share, f"{app.open_rate:.1%}")
    return made


def _columns(about: LogDescription, title: str, roles: tuple[str, ...]) -> Table:
    from gym_push.cli.shown import add, table

    numbers = ("distinct", "missing")
    made = table(title, "column", "kind", *numbers, "values", right=numbers)
    longest = min(max(len(each.name) for each in about.columns), LONGEST_NAME)
    for each in about.columns:
        if each.role in roles:
            missing = f"{each.missing / about.rows:.1%}" if each.missing else ""
            kind = f"{each.kind} ({each.unit})" if each.unit else each.kind
            add(
                made,
                each.name.ljust(longest),
                kind,
                f"{each.distinct:,}",
                missing,
                _values(each, about),
            )
    return made


def _values(column: ColumnDescription, about: LogDescription) -> str:
    if column.least is not None and column.most is not None:
        return f"{column.least:g} to {column.most:g}"
    if column.distinct > len(column.values) and column.values and column.values[0][1] == 1:
        return "each another"
    shares = (f"{value} {_share(rows / about.rows)}" for value, rows in column.values)
    more = column.distinct - len(column.values)
    return ", ".join(shares) + (f", {more:,} more" if column.values and more else "")


def _share(share: float) -> str:
    return f"{share:.0%}" if share >= 0.005 else "<1%"
