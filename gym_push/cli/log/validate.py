"""`gym-push log validate`: whether a log can be read, and whether it looks right."""

from __future__ import annotations

import json
from pathlib import Path

import click

from gym_push.cli.endings import Mistake, tell
from gym_push.cli.types import (
    Given,
    LogName,
    json_option,
    log_argument,
    name_of,
    read_given,
    schema_option,
)
from gym_push.errors import LogError


@click.command(
    epilog="""\b
Examples:
  gym-push log validate my-log.csv --schema my-log.toml
  gym-push log validate bundled --json
"""
)
@log_argument(LogName())
@schema_option
@json_option
def validate(log: Given, schema: Path | None, as_json: bool) -> None:
    """Check that LOG can be read, and that it looks right.

    Ends with exit code 0 if it can be read, and warns of what looks wrong: columns that never
    change or that give the action away, rows that stand twice, times that run backwards. Else it
    names the first mistake in every column, with file and row, and ends with 2.
    """
    from gym_push.cli.shown import count, show
    from gym_push.logs import mistakes, suspicions

    try:
        read = read_given(log, schema)
    except LogError:
        told = [str(mistake) for mistake in mistakes(log, schema)]
        if as_json:
            click.echo(json.dumps({"valid": False, "log": name_of(log), "mistakes": told}))
        raise Mistake("\n".join(told)) from None
    users = max(len(read.users), 1)
    by = "its columns, which are known" if schema is None else str(schema)
    warnings = suspicions(read)
    if as_json:
        found = {"rows": len(read), "users": users, "schema": schema and str(schema)}
        click.echo(json.dumps({"valid": True, "log": name_of(log), **found, "warnings": warnings}))
        return
    rows, people = (
        count(len(read), "notification", "notifications"),
        count(users, "person", "people"),
    )
    show(f"{name_of(log)} can be read: {rows} of {people}, by {by}")
    for warning in warnings:
        tell(f"warning: {warning}")
