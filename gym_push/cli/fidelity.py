"""`gym-push fidelity`: whether simulated people look like those of a log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gym_push.cli.endings import writing
from gym_push.cli.parameters import parameter_option
from gym_push.cli.types import Given, LogFiles, json_option, log_argument, new_file, schema_option
from gym_push.logs import read_log
from gym_push.users import Population
from gym_push.users.population import MOST_DAYS

if TYPE_CHECKING:
    from rich.table import Table

    from gym_push.evaluation import FidelityReport

_STYLES = {"held": "green", "failed": "bold red", "not supported": "yellow", "no gate": "dim"}


@click.command(
    epilog="""\b
Examples:
  gym-push fidelity my-log.csv --schema my-log.toml
  gym-push fidelity my-log.parquet --schema my-log.toml --users 500 --seed 1 --plots fidelity.pdf
"""
)
@log_argument(LogFiles())
@click.option("--users", type=click.IntRange(1), default=300, show_default=True, help="Simulated.")
@schema_option
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), help="Simulated.  [default: the log's, at most 28]"
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Other seed, other people."
)
@parameter_option
@click.option(
    "--plots",
    type=new_file,
    metavar="FILE",
    help="Draw a page of plots, too: .pdf, .png or .svg.",
)
@json_option
def fidelity(
    log: Given,
    users: int,
    schema: Path | None,
    days: int | None,
    seed: int,
    changes: dict[str, Any],
    plots: Path | None,
    as_json: bool,
) -> None:
    """Compare simulated people with those of LOG.

    On the gates of the model. A statistic that the log cannot support has no number but the reason.
    Ends with exit code 0 whether the gates held or not.
    """
    from gym_push.evaluation.fidelity.fidelity import (
        compare,  # here: not everybody has scikit-learn
    )

    if plots is not None:
        from gym_push.evaluation.plots.plots import check_name, plot

        check_name(plots)
    compared = compare(read_log(log, schema), Population(users, seed, **changes), days, seed)
    if plots is not None:
        with writing(plots):
            plot(compared.measured, compared.simulated, plots)
    if as_json:
        click.echo(json.dumps(compared.report.to_dict()))
    else:
        from gym_push.cli.shown import show

        show(_table(compared.report), *compared.report.notes)


def _table(report: FidelityReport) -> Table:
    from gym_push.cli.shown import add, table

    numbers = ("value", "gate")
    title = f"{report.population}, {report.days} days, beside {report.log}"
    made = table(title, "statistic", *numbers, "verdict", "note", right=numbers)
    for each in report.statistics:
        value = "" if each.value is None else f"{each.value:.3f}"
        add(made, each.name, value, each.gate, each.verdict, each.note, style=_STYLES[each.verdict])
    return made
