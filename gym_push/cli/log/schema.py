"""`gym-push log schema`: the beginning of a schema file for a new log."""

from __future__ import annotations

import json
from pathlib import Path

import click

from gym_push.cli.types import existing_file, json_option


@click.command(
    epilog="""\b
Examples:
  gym-push log schema my-log.csv
  gym-push log schema my-log.csv > my-schema.toml
"""
)
@click.argument("log", type=existing_file)
@json_option
def schema(log: Path, as_json: bool) -> None:
    """Begin a schema for LOG: its columns, with kinds that fit.

    Prints TOML that you finish. Which column has which role is not guessed: an agent that sees what
    is known only afterwards is a mistake that nobody notices.
    """
    from gym_push.logs import draft

    text = draft(log)
    click.echo(json.dumps({"log": str(log), "toml": text}) if as_json else text, nl=as_json)
