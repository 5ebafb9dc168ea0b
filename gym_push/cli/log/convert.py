"""`gym-push log convert`: a log as a file of another format."""

from __future__ import annotations

import json
from pathlib import Path

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


@click.command(
    epilog="""\b
Examples:
  gym-push log convert my-log.csv my-log.parquet --schema my-log.toml --force
  gym-push log convert bundled notifications.csv
"""
)
@log_argument(LogName())
@click.argument("out", type=new_file)
@schema_option
@click.option("--force", is_flag=True, help="Replace files that are there.")
@json_option
def convert(log: Given, out: Path, schema: Path | None, force: bool, as_json: bool) -> None:
    """Write LOG to OUT: .csv or .parquet.

    Reading OUT gives the same log. The columns that the schema names are kept, and the schema is
    written beside OUT as .toml, unless the log is known by its columns.
    """
    from gym_push.cli.shown import count, show
    from gym_push.logs import convert as write

    read = read_given(log, schema)
    with writing(out):
        beside = write(read, out, force=force)
    if as_json:
        written = {"log": str(out), "rows": len(read), "schema": beside and str(beside)}
        click.echo(json.dumps(written))
        return
    rows = count(len(read), "notification", "notifications")
    show(f"wrote {rows} to {out}" + (f", and what its columns mean to {beside}" if beside else ""))
