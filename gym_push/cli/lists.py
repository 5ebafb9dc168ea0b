"""`gym-push envs`, `agents` and `suites`: what there is."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import click

from gym_push.agents import BASELINES
from gym_push.cli import output
from gym_push.cli.options import Command, json_option
from gym_push.errors import ArgumentError, version_of
from gym_push.registration import ENVIRONMENTS

if TYPE_CHECKING:
    from rich.table import Table

OWN_AGENT: Final = "module:Class names one of your own; help(gym_push.agents.Agent) says how"
OWN_SUITE: Final = "gym-push evaluate --log my-log.csv  tests on a log of your own"


@click.command(cls=Command)
@json_option
def envs(as_json: bool) -> None:
    """List the environments: actions, observations, arguments.

    Examples:
      gym-push envs
      gym-push envs --json
    """
    entries = [each.to_dict() for each in ENVIRONMENTS]
    shown: list[Table | str] = []
    for about in entries:
        title = f'gymnasium.make("gym_push:{about["id"]}", ...)'
        arguments = output.table(title, "argument", "default", "what")
        for argument in about["arguments"]:
            output.add(arguments, *argument.values())
        actions = f"  actions: {about['actions']}"
        shown += [f"{about['id']}: {about['summary']}", actions, "", arguments]
    output.result(as_json, entries, *shown)


@click.command(cls=Command)
@json_option
def agents(as_json: bool) -> None:
    """List the agents: what they do, play and need.

    Examples:
      gym-push agents
      gym-push agents --json
    """
    entries: list[dict[str, Any]] = [
        {
            "name": name,
            "summary": baseline.summary,
            "environments": list(baseline.plays),
            "packages": list(baseline.packages),
            "installed": all(map(_is_installed, baseline.packages)),
        }
        for name, baseline in BASELINES.items()
    ]
    made = output.table("Agents", "agent", "what it does", "plays", "needs")
    for name, summary, plays, packages, installed in (each.values() for each in entries):
        needs = ", ".join(packages) + ("" if installed else " (not installed)")
        output.add(made, name, summary, ", ".join(plays), needs)
    output.keep_words(made)
    output.result(as_json, entries, made, OWN_AGENT)


def _is_installed(package: str) -> bool:
    with suppress(ArgumentError):
        return bool(version_of(package))
    return False


@click.command(cls=Command)
@json_option
def suites(as_json: bool) -> None:
    """List the suites: what agents are tested on.

    Examples:
      gym-push suites
      gym-push suites --json
    """
    from gym_push.evaluation.suites import SUITES

    every = [suite() for suite in SUITES.values()]
    made = output.table("Suites", "suite", "plays", "people", "what is tested", right=("people",))
    entries = [
        {"id": each.id, "env": each.plays, "people": len(each.people), "summary": each.summary}
        for each in every
    ]
    for entry in entries:
        output.add(made, *entry.values())
    output.result(as_json, entries, made, OWN_SUITE)
