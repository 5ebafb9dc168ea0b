"""`gym-push log`: what one does with a log before an agent plays it."""

from __future__ import annotations

from pathlib import Path

import click

from gym_push.cli import output
from gym_push.cli.log_tables import describe
from gym_push.cli.options import Given, json_option, log_argument, read_given, schema_option
from gym_push.cli.types import NewFile
from gym_push.errors import LogError


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  gym-push log schema my-log.csv
  gym-push log validate my-log.csv --schema my-log.toml
""",
)
@click.pass_context
def log(context: click.Context) -> None:
    """Look at a log of notifications, check it, convert it.

    LOG is a file (.csv, .tsv, .jsonl, .parquet or .xlsx), or several with the same columns: a
    folder, such as gym-push generate writes, a pattern in quotes, or a list of files.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@log.command(
    epilog="""\b
Examples:
  gym-push log schema my-log.csv
  gym-push log schema my-log.csv > my-schema.toml
"""
)
@log_argument(bundled=False)
@json_option
def schema(log: Given, as_json: bool) -> None:
    """Begin a schema for LOG: its columns, with kinds that fit.

    Prints TOML for you to finish. The roles of the columns are not guessed: nobody notices an agent
    that sees what is known only afterwards.
    """
    from gym_push.logs import draft

    text = draft(log)
    if as_json:
        output.print_json({"log": _name(log), "toml": text})
    else:
        click.echo(text, nl=False)


@log.command(
    epilog="""\b
Examples:
  gym-push log validate my-log.csv --schema my-log.toml
  gym-push log validate bundled --json
"""
)
@log_argument(bundled=True)
@schema_option
@json_option
def validate(log: Given, schema: Path | None, as_json: bool) -> None:
    """Check that LOG can be read, and that it looks right.

    Ends with exit code 0 if it can be read, and warns of what looks wrong: columns that never
    change or that give the action away, duplicate rows, times that run backwards. Otherwise names
    the first mistake in every column, with file and row, and ends with 2.
    """
    from gym_push.logs import mistakes, suspicions

    try:
        read = read_given(log, schema)
    except LogError:
        found = [str(mistake) for mistake in mistakes(log, schema)]
        if as_json:
            output.print_json({"valid": False, "log": _name(log), "mistakes": found})
        raise output.Mistake("\n".join(found)) from None
    warnings, users = suspicions(read), max(len(read.users), 1)
    if as_json:
        about = {"rows": len(read), "users": users, "schema": schema and str(schema)}
        output.print_json({"valid": True, "log": _name(log), **about, "warnings": warnings})
        return
    rows, people = output.count(len(read), "notification"), output.count(users, "person", "people")
    by = "its columns, which are known" if schema is None else schema
    output.show(f"{_name(log)} can be read: {rows} of {people}, by {by}")
    for warning in warnings:
        output.tell(f"warning: {warning}")


log.add_command(describe)


@log.command(
    epilog="""\b
Examples:
  gym-push log convert my-log.csv my-log.parquet --schema my-log.toml --force
  gym-push log convert bundled notifications.csv
"""
)
@log_argument(bundled=True)
@click.argument("out", type=NewFile())
@schema_option
@click.option("--force", is_flag=True, help="Replace files that exist.")
@json_option
def convert(log: Given, out: Path, schema: Path | None, force: bool, as_json: bool) -> None:
    """Write LOG to OUT: .csv or .parquet.

    Reading OUT gives the same log. It keeps the columns that the schema names, and the schema is
    written beside it as .toml, unless the log is known by its columns.
    """
    from gym_push.logs import convert as write

    read = read_given(log, schema)
    with output.writing(out):
        beside = write(read, out, force=force)
    if as_json:
        output.print_json({"log": str(out), "rows": len(read), "schema": beside and str(beside)})
        return
    meanings = f", and what its columns mean to {beside}" if beside else ""
    output.show(f"wrote {output.count(len(read), 'notification')} to {out}{meanings}")


def _name(log: Given) -> str:
    return " ".join(map(str, log)) if isinstance(log, list) else str(log)
