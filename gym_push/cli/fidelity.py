"""`gym-push fidelity`: whether simulated people look like those of a log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gym_push.cli import output
from gym_push.cli.options import (
    Given,
    json_option,
    log_argument,
    number_option,
    parameter_option,
    plots_option,
    schema_option,
    seed_option,
)
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
@log_argument(bundled=False)
@number_option("--users", "Simulated people.", 1, 300)
@schema_option
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    help="Simulated days.  [default: the log's, at most 28]",
)
@seed_option
@parameter_option
@plots_option
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

    Tests the model's gates. A statistic that the log cannot support has a reason instead of a
    number. Ends with exit code 0 whether the gates hold or not.
    """
    # here: not everybody has scikit-learn
    from gym_push.evaluation.fidelity.fidelity import compare

    report, measured, simulated = compare(
        read_log(log, schema), Population(users, seed, **changes), days, seed
    )
    if plots is not None:
        from gym_push.evaluation.plots.log_plots import plot_beside

        with output.writing(plots):
            plot_beside(measured, simulated, plots)
    if as_json:
        output.print_json(report.to_dict())
    else:
        output.show(_table(report), *report.notes)


def _table(report: FidelityReport) -> Table:
    numbers = ("value", "gate")
    title = f"{report.population}, {report.days} days, beside {report.log}"
    made = output.table(title, "statistic", *numbers, "verdict", "note", right=numbers)
    for each in report.statistics:
        value = "" if each.value is None else f"{each.value:.3f}"
        output.add(
            made, each.name, value, each.gate, each.verdict, each.note, style=_STYLES[each.verdict]
        )
    return made
