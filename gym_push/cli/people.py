"""`gym-push generate` and `fidelity`: simulated people, as files and beside those of a log."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from gym_push.cli import output
from gym_push.cli.options import (
    Command,
    Given,
    force_option,
    json_option,
    log_argument,
    number_option,
    plots_option,
    processes_option,
    read_given,
    schema_option,
    seed_option,
)
from gym_push.errors import ArgumentError, MissingExtraError
from gym_push.logs.writing import FORMATS, best_format
from gym_push.users import Parameters, Population, WrittenFile, write_logs
from gym_push.users.generation.plan import DELIVER_AT_ONCE, PhonePolicy
from gym_push.users.population import MOST_DAYS, USERS_AT_ONCE
from gym_push.users.simulation import DEFAULT_START
from gym_push.workers import Workers

if TYPE_CHECKING:
    from rich.table import Table

    from gym_push.evaluation import FidelityReport

_STYLES = {"held": "green", "failed": "bold red", "not supported": "yellow", "no gate": "dim"}


def read_parameters(context: Any, option: Any, given: tuple[str, ...]) -> dict[str, Any]:
    """Returns parameters of the model by name, from words such as `worker=0.5`.

    Raises:
        ArgumentError: One is not a number, or is given twice. `Parameters` checks names and ranges.
    """
    defaults = {about.name: about.default for about in Parameters.describe()}
    changes: dict[str, Any] = {}
    for each in given:
        name, equals, value = (part.strip() for part in each.partition("="))
        if not equals:
            raise ArgumentError(f"--parameter {each} has no value; write  --parameter NAME=VALUE")
        if name in changes:
            raise ArgumentError(f"--parameter {name} is given twice; give it once")
        try:
            changes[name] = _number(value, defaults.get(name))
        except ValueError:
            raise ArgumentError(
                f"--parameter {each}: {value!r} is not a number; write one like  42  or  0.5,  or "
                "a row of them like  1,2,3"
            ) from None
    return changes


def _number(text: str, default: Any) -> Any:
    if isinstance(default, tuple):
        return tuple(map(float, text.split(",")))
    number = float(text)
    return int(number) if isinstance(default, int) and number.is_integer() else number


parameter_option = click.option(
    "--parameter",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    callback=read_parameters,
    help="Changes a number of the model; may be given several times. A row of numbers is  "
    "NAME=1,2,3.  The data card lists them all.",
)


@click.command(cls=Command)
@click.option("--users", type=click.IntRange(1), required=True, help="How many people.")
@number_option("--days", "How many of each person.", 1, 28, MOST_DAYS)
@seed_option
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False),
    required=True,
    help="Folder to write to; made if it does not exist.",
)
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    help="Of the files.  [default: parquet where PyArrow is installed, else csv]",
)
@click.option(
    "--start",
    type=click.DateTime(["%Y-%m-%d"]),
    default=DEFAULT_START.isoformat(),
    show_default=True,
    metavar="YYYY-MM-DD",
    help="The first day.",
)
@parameter_option
@click.option(
    "--behaviour",
    metavar="POLICY",
    help="Log the decisions of a policy that delivers or suppresses at random, with their "
    "probabilities and rewards: random:P delivers with probability P, by-app by app and priority. "
    " [default: everything is delivered]",
)
@number_option("--users-at-once", "People in a file, who are simulated together.", 1, USERS_AT_ONCE)
@processes_option
@click.option("--resume", is_flag=True, help="Continue an unfinished run in the folder.")
@click.option("--json", "as_json", is_flag=True, help="End with a line of JSON.")
def generate(
    users: int,
    days: int,
    seed: int,
    folder: str,
    format: str | None,
    start: datetime,
    changes: dict[str, Any],
    behaviour: str | None,
    users_at_once: int,
    processes: Workers,
    resume: bool,
    as_json: bool,
) -> None:
    """Write the logs of simulated people.

    A data card is written beside them. The same seed and parameters give the same files. Files are
    written whole, so --resume can continue a run that was stopped. gym_push.read_log reads them.

    Examples:
      gym-push generate --users 1000 --days 28 --out logs/
      gym-push generate --users 10000 --processes 4 --out busy/ --parameter volume_median=80
      gym-push generate --users 1000 --days 28 --out logs/ --resume
      gym-push generate --users 1000000 --engine ray --address 10.0.0.1:6379 --out logs/
      gym-push generate --users 200 --days 28 --out decisions/ --behaviour by-app
    """
    population = Population(users, seed, start=start.date(), **changes)
    phone_policy: PhonePolicy = DELIVER_AT_ONCE
    if behaviour is not None:
        from gym_push.evaluation import Behaviour

        phone_policy = Behaviour.of(behaviour).phones()
    if format is None and (format := best_format()) == "csv":
        output.tell(f"writing CSV: {MissingExtraError('Parquet', 'PyArrow', 'parquet')}")
    began = perf_counter()
    files: list[WrittenFile] = []
    try:
        with output.progress({"": users}, "person", "people") as advance:

            def on_file(file: WrittenFile) -> None:
                files.append(file)
                advance("", file.users)

            write_logs(
                population, folder, days, format=format, users_at_once=users_at_once,
                processes=processes, resume=resume, phone_policy=phone_policy, on_file=on_file,
            )  # fmt: skip
    except KeyboardInterrupt:
        raise output.Stopped(
            f"stopped by Ctrl-C; the files in {folder} are whole, and --resume continues"
        ) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise output.Refused(
            f"writing to {folder} failed: {why}; what is there is whole, and --resume continues"
        ) from None
    seconds = round(perf_counter() - began, 3)
    rows = [file.rows for file in files if file.rows is not None]
    done = {"folder": folder, "files": len(files), "written": len(rows), "rows": sum(rows)}
    there = len(files) - len(rows)
    kept = f", beside {there} from before" if there else ""
    notifications = output.count(sum(rows), "notification")
    written = f"wrote {notifications} to {output.count(len(rows), 'file')} in {folder}{kept}"
    output.result(as_json, {**done, "seconds": seconds}, written)


@click.command(cls=Command)
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
@force_option
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

    Examples:
      gym-push fidelity my-log.csv --schema my-log.toml
      gym-push fidelity my-log.parquet --schema my-log.toml --users 500 --seed 1 --plots plots.pdf
    """
    # here: not everybody has scikit-learn
    from gym_push.evaluation.fidelity.fidelity import STATISTICS, check, compare

    population = Population(users, seed, **changes)
    check(population)
    read = read_given(log, schema)
    with output.progress({"": STATISTICS}, "statistic") as advance:
        report, measured, simulated = compare(
            read, population, days, seed, lambda statistic: advance("", 1)
        )
    if plots is not None:
        from gym_push.evaluation.plots.log_plots import plot_beside

        with output.writing(plots):
            plot_beside(measured, simulated, plots)
    output.result(as_json, report.to_dict(), _table(report), *report.notes, report.verdict)


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
