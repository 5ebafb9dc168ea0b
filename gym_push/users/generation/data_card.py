"""The data card that is written beside simulated logs, for whoever finds them."""

from __future__ import annotations

import shlex
from typing import Any, Final

from gym_push.users.generation.columns import TABLE_HEAD
from gym_push.users.generation.plan import MANIFEST, Plan
from gym_push.users.model.parameters import Parameters
from gym_push.users.simulation import DEFAULT_START

CARD: Final = "README.md"

_FORMATS: Final = {
    "csv": "CSV, UTF-8, a header line, LF line ends",
    "parquet": "Parquet; labels are dictionaries, times have their type",
}


def data_card(plan: Plan) -> str:
    """Returns the card, in Markdown; it follows from the plan and the versions alone."""
    population, made = plan.population, plan.manifest()
    example, users = next(plan.files())
    account = plan.handling.account()
    writer = "" if made["writer"] == plan.format else f", with {made['writer']}"
    return f"""\
# Notifications of simulated people: the data card

**Simulated.** What the phones of {population.size} people who do not exist showed them in \
{plan.days} days from {population.start}, what each phone knew at those moments, and whether the \
person opened or dismissed the notification. No row, name or text comes from a real person.

## How it was made
By gym-push {made["gym-push"]}{writer}, from seed {population.seed}. {_changes(plan)} This command \
makes the same bytes again, with the same versions:

    {_command(plan)}

Each person follows from the seed, their number and the parameters alone: whatever the number of \
people or days, and whatever the version of NumPy.
{account.did}
## Files
The data is complete when {plan.count} files are here, from `{example}`, of {len(users)} people, \
on. Each is whole, and is read by `gym_push.read_log("{example}")`, and all of them by \
`gym_push.read_log` of the folder; `sha256sum -c SHA256SUMS` checks them. `{MANIFEST}` holds \
what `--resume` compares before it continues.

## Format
{_FORMATS[plan.format]}; one row for each notification, ordered by person and time, `posted` to \
the millisecond. No value is missing; `unknown` and `none` are labels of their own.

{TABLE_HEAD}| `user` | whose phone it is | number of the person, from 0 |
{account.columns}

## Parameters
The numbers of the model. A `*_median` with a `*_spread` is a log-normal: its median, and the \
standard deviation of its logarithm. The numbers of the classes of apps and of the states of the \
day are in `gym_push/users/model/app_classes.py` and `states.py`.

| parameter | value | default | unit and meaning | source |
|-|-|-|-|-|
{_parameters(population.parameters)}

## What it is for, and what not
Good for teaching, tests and comparing agents. Not evidence about people: fatigue, noise and daily \
routine are assumptions, the texts come from a few hundred phrases in English, {account.limits}.

## Licence
MIT, as gym-push.
"""


def _changes(plan: Plan) -> str:
    changes = plan.population.changes
    if not changes:
        return "All parameters have their defaults."
    listed = ", ".join(f"`{name}` is {_text(value)}" for name, value in changes.items())
    return f"Of the parameters, {listed}; the others have their defaults."


def _command(plan: Plan) -> str:
    population = plan.population
    words = ["gym-push", "generate", "--users", population.size, "--days", plan.days]
    words += ["--seed", population.seed]
    if population.start != DEFAULT_START:
        words += ["--start", population.start]
    for name, value in population.changes.items():
        words += ["--parameter", f"{name}={_text(value)}"]
    for name, value in plan.handling.options.items():
        words += [f"--{name}", value]
    words += ["--format", plan.format, "--users-at-once", plan.users_at_once, "--out", "FOLDER"]
    return shlex.join(map(str, words))


def _parameters(parameters: Parameters) -> str:
    return "\n".join(
        f"| `{about.name}` | {_text(getattr(parameters, about.name))} | {_text(about.default)} "
        f"| {about.meaning} | {about.source} |"
        for about in Parameters.describe()
    )


def _text(value: Any) -> str:
    """Writes a parameter as the command line takes it."""
    return ",".join(map(repr, value)) if isinstance(value, tuple) else repr(value)
