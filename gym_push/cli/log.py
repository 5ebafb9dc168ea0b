"""`gym-push log`: what one does with a log before an agent plays it."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from gym_push import logs
from gym_push.cli import output
from gym_push.cli.options import (
    Given,
    Group,
    force_option,
    json_option,
    log_argument,
    plots_option,
    read_given,
    schema_option,
)
from gym_push.cli.types import BUNDLED, NewFile, forced
from gym_push.errors import LogError
from gym_push.logs.answers import NO_ANSWER
from gym_push.logs.description import ColumnDescription, LogDescription
from gym_push.logs.log import NotificationLog
from gym_push.logs.opening import schema_beside

if TYPE_CHECKING:
    from rich.table import Table


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def log(context: click.Context) -> None:
    """Look at a log of notifications, check it, convert it.

    LOG is a file (.csv, .tsv, .jsonl, .parquet or .xlsx), or several with the same columns: a
    folder, such as gym-push generate writes, a pattern in quotes, or a list of files. A schema that
    lies beside the only file under its name, log.toml of log.csv, is read with it.

    Examples:
      gym-push log schema my-log.csv
      gym-push log validate my-log.csv --schema my-log.toml
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@log.command()
@log_argument(bundled=False)
@json_option
def schema(log: Given, as_json: bool) -> None:
    """Begin a schema for LOG: its columns, with kinds that fit.

    Prints TOML for you to finish. The roles of the columns are not guessed: nobody notices an agent
    that sees what is known only afterwards.

    Examples:
      gym-push log schema my-log.csv
      gym-push log schema my-log.csv > my-schema.toml
    """
    text = logs.draft(log)
    output.result(as_json, {"log": _name(log), "toml": text}, *text.rstrip("\n").split("\n"))


@log.command()
@log_argument(bundled=True)
@schema_option
@json_option
def validate(log: Given, schema: Path | None, as_json: bool) -> None:
    """Check that LOG can be read, and that it looks right.

    Ends with exit code 0 if it can be read, and warns of what looks wrong: columns that never
    change or that give the action away, duplicate rows, times that run backwards. Otherwise names
    the first mistake in every column, with file and row, and ends with 2.

    Examples:
      gym-push log validate my-log.csv --schema my-log.toml
      gym-push log validate bundled --json
    """
    try:
        read = read_given(log, schema)
    except LogError:
        found = [str(mistake) for mistake in logs.mistakes(log, schema)]
        output.result(as_json, {"valid": False, "log": _name(log), "mistakes": found})
        raise output.Mistake("\n".join(found)) from None
    schema = schema or (None if log == BUNDLED else schema_beside(log))
    warnings, users = logs.suspicions(read), max(len(read.users), 1)
    about = {"rows": len(read), "users": users, "schema": schema and str(schema)}
    rows, people = output.count(len(read), "notification"), output.count(users, "person", "people")
    by = schema or "its columns, which are known"
    output.result(
        as_json,
        {"valid": True, "log": _name(log), **about, "warnings": warnings},
        f"{_name(log)} can be read: {rows} of {people}, by {by}",
    )
    if not as_json:
        for warning in warnings:
            output.tell(f"warning: {warning}")


@log.command()
@log_argument(bundled=True)
@click.argument("out", type=NewFile())
@schema_option
@force_option
@json_option
@click.pass_context
def convert(
    context: click.Context, /, log: Given, out: Path, schema: Path | None, as_json: bool
) -> None:
    """Write LOG to OUT: .csv or .parquet.

    Reading OUT gives the same log. It keeps the columns that the schema names, and the schema is
    written beside it as .toml, unless the log is known by its columns.

    Examples:
      gym-push log convert my-log.csv my-log.parquet --schema my-log.toml --force
      gym-push log convert bundled notifications.csv
    """
    read = read_given(log, schema)
    with output.writing(out):
        beside = logs.convert(read, out, force=forced(context))
    if beside:
        output.tell(f"wrote {beside}")
    meanings = f", and {beside} what its columns mean" if beside else ""
    output.result(
        as_json,
        {"log": str(out), "rows": len(read), "schema": beside and str(beside)},
        f"{out} holds {output.count(len(read), 'notification')}{meanings}",
    )


def _name(log: Given) -> str:
    return " ".join(map(str, log)) if isinstance(log, list) else str(log)


TITLES: Final = (
    ("Notification: the agent sees it", ("notification",)),
    ("Context: the agent sees it", ("context",)),
    ("Engagement: known only afterwards, never shown to an agent", ("engagement",)),
    ("Order and scoring, never shown to an agent", ("action", "user", "time")),
)

LONGEST_NAME: Final = 30
"""Up to this length of a column's name, the tables line up with each other."""


@log.command()
@log_argument(bundled=True, required=False)
@schema_option
@click.option("--scan", is_flag=True, help="Read Parquet larger than memory, in pieces.")
@plots_option
@force_option
@json_option
def describe(
    log: Given, schema: Path | None, scan: bool, plots: Path | None, as_json: bool
) -> None:
    """Show what is in LOG, or in the bundled log.

    Who, how long, how much of it is opened, by which apps, and what each column holds; what the
    values of the action mean, if the schema says it, and how many rows have no answer.

    Examples:
      gym-push log describe
      gym-push log describe my-log.csv --schema my-log.toml --plots my-log.pdf
      gym-push log describe 'years/*.parquet' --schema years.toml --scan
    """
    if scan and (plots or log == BUNDLED):
        raise output.Mistake("--scan is for files of Parquet, and without --plots")
    read = logs.scan_log(log, schema) if scan else read_given(log, schema)
    if plots is not None and isinstance(read, NotificationLog):
        from gym_push.evaluation.plots.log_plots import plot_log

        with output.writing(plots):
            plot_log(read, plots)
    about = logs.describe(read)
    head = f"{about.source}: {output.count(about.rows, 'notification')}"
    head += f" of {output.count(about.users, 'person', 'people')}"
    if about.first is not None and about.last is not None:
        head += f", {about.first} to {about.last} ({output.count(about.days or 0, 'day')})"
    tables = (
        _outcomes(about),
        _spreads(about),
        _apps(about),
        *(_columns(about, *each) for each in TITLES),
    )
    shown = (table for table in tables if table.row_count)
    rate = about.open_rate
    head += ", decisions without answers" if rate is None else f", {rate:.1%} opened"
    output.result(as_json, about.to_dict(), head, "", *shown)


def _spreads(about: LogDescription) -> Table:
    names = ("least", "quarter", "median", "three quarters", "most")
    made = output.table("Spread", "what", *names, right=names)
    rows = [("seconds to the response", about.response, ",.0f")]
    if about.users > 1:
        rows = [
            ("open rate of a person", about.open_rate_of_users, ".1%"),
            ("notifications of a person", about.rows_of_users, ",.0f"),
            ("notifications of a person a day", about.rows_a_day_of_users, ",.1f"),
            *rows,
        ]
    for what, spread, form in rows:
        if spread is not None:
            output.add(made, what, *(format(number, form) for number in astuple(spread)))
    return made


def _outcomes(about: LogDescription) -> Table:
    numbers = ("rows", "share")
    made = output.table("Answers", "value", "means", *numbers, right=numbers)
    every = about.rows + about.unanswered
    for each in about.outcomes:
        means = "no answer: left out" if each.answer == NO_ANSWER else each.answer
        share = f"{each.rows / every:.1%}"
        output.add(made, each.value or "empty", means, f"{each.rows:,}", share)
    return made


def _apps(about: LogDescription) -> Table:
    title, shown = "Apps", len(about.apps)
    if shown < about.app_count:
        title = f"The {shown} busiest of {about.app_count} apps"
    numbers = ("notifications", "share", "open rate")[: 2 if about.open_rate is None else 3]
    made = output.table(title, "app", *numbers, right=numbers)
    for app in about.apps:
        share = f"{app.rows / about.rows:.1%}"
        opened = [] if app.open_rate is None else [f"{app.open_rate:.1%}"]
        output.add(made, app.name, f"{app.rows:,}", share, *opened)
    return made


def _columns(about: LogDescription, title: str, roles: tuple[str, ...]) -> Table:
    numbers = ("distinct", "missing")
    made = output.table(title, "column", "kind", *numbers, "values", right=numbers)
    longest = min(max(len(each.name) for each in about.columns), LONGEST_NAME)
    for each in about.columns:
        if each.role in roles:
            name = each.name.ljust(longest)
            kind = f"{each.kind} ({each.unit})" if each.unit else each.kind
            missing = f"{each.missing / about.rows:.1%}" if each.missing else ""
            output.add(made, name, kind, f"{each.distinct:,}", missing, _values(each, about.rows))
    return made


def _values(column: ColumnDescription, rows: int) -> str:
    if column.least is not None and column.most is not None:
        return f"{column.least:g} to {column.most:g}"
    more = column.distinct - len(column.values)
    if more and column.values and column.values[0][1] == 1:
        return "all different"
    shares = (
        f"{value} {f'{times / rows:.0%}' if times / rows >= 0.005 else '<1%'}"
        for value, times in column.values
    )
    return ", ".join(shares) + (f", {more:,} more" if column.values and more else "")
