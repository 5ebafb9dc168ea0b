"""`gym-push envs`: the environments that can be played."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import import_module

import click

from gym_push.cli.types import json_option


@click.command(
    epilog="""\b
Examples:
  gym-push envs
  gym-push envs --json
"""
)
@json_option
def envs(as_json: bool) -> None:
    """List the environments: actions, observations, arguments."""
    from gym_push.cli.shown import add, show, table
    from gym_push.envs.catalogue import entry
    from gym_push.registration import ENVIRONMENTS

    entries = []
    for each in ENVIRONMENTS:
        module, _, name = each.entry_point.partition(":")
        entries.append(entry(each.id, getattr(import_module(module), name)))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in entries]))
        return
    for about in entries:
        show(f"{about.id}: {about.summary}", f"  actions: {about.actions}", "")
        made = table(f'gymnasium.make("gym_push:{about.id}", ...)', "argument", "default", "what")
        for argument in about.arguments:
            add(made, argument.name, argument.default, argument.meaning)
        show(made)
