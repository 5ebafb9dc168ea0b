"""`gym-push log schema`: the beginning of a schema file for a new log."""

from __future__ import annotations

import json

import click

from gym_push.cli.types import Given, LogFiles, json_option, log_argument, name_of


@click.command(
    epilog="""\b
Examples:
  gym-push log schema my-log.csv
  gym-push log schema my-log.csv > my-schema.toml
"""
)
@log_argument(LogFiles())
@json_option
def schema(log: Given, as_json: bool) -> None:
    """Begin a schema for LOG: its columns, with kinds that fit.

    Prints TOML that you finish. Which column has which role is not guessed: an agent that sees what
    is known only afterwards is a mistake that nobody notices.
    """
    from gym_push.logs import draft

    text = draft(log)
    click.echo(json.dumps({"log": name_of(log), "toml": text}) if as_json else text, nl=as_json)
