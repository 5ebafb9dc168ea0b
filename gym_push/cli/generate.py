"""`gym-push generate`: the logs of simulated people, as files."""

from __future__ import annotations

from datetime import datetime
from time import perf_counter
from typing import Any

import click

from gym_push.cli import output
from gym_push.cli.options import number_option, parameter_option, processes_option, seed_option
from gym_push.errors import MissingExtraError
from gym_push.logs.writing import FORMATS, best_format
from gym_push.users import Population, WrittenFile, write_logs
from gym_push.users.generation.plan import DELIVER_AT_ONCE, PhonePolicy
from gym_push.users.population import MOST_DAYS, USERS_AT_ONCE
from gym_push.users.simulation import DEFAULT_START


@click.command(
    epilog="""\b
Examples:
  gym-push generate --users 1000 --days 28 --out logs/
  gym-push generate --users 10000 --processes 4 --out busy/ --parameter volume_median=80
  gym-push generate --users 1000 --days 28 --out logs/ --resume
  gym-push generate --users 200 --days 28 --out decisions/ --behaviour by-app
"""
)
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
    processes: int,
    resume: bool,
    as_json: bool,
) -> None:
    """Write the logs of simulated people.

    A data card is written beside them. The same seed and parameters give the same files. Files are
    written whole, so --resume can continue a run that was stopped. gym_push.read_log reads them.
    """
    population = Population(users, seed, start=start.date(), **changes)
    phone_policy = DELIVER_AT_ONCE if behaviour is None else _at_random(behaviour)
    if format is None and (format := best_format()) == "csv":
        output.tell(f"writing CSV: {MissingExtraError('Parquet', 'PyArrow', 'parquet')}")
    began = perf_counter()
    files: list[WrittenFile] = []
    try:
        with output.progress(users, "people") as advance:

            def on_file(file: WrittenFile) -> None:
                files.append(file)
                advance(file.users)

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
    if as_json:
        done = {"folder": folder, "files": len(files), "written": len(rows), "rows": sum(rows)}
        output.print_json({**done, "seconds": seconds})
        return
    there = len(files) - len(rows)
    kept = f"; {there} were there before" if there else ""
    notifications = output.count(sum(rows), "notification")
    output.show(f"wrote {notifications} to {output.count(len(rows), 'file')} in {folder}{kept}")


def _at_random(behaviour: str) -> PhonePolicy:
    from gym_push.evaluation.off_policy import Behaviour  # here: this loads Gymnasium

    return Behaviour.of(behaviour).phones()
