"""`gym-push generate`: the logs of simulated people, as files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

import click

from gym_push.cli.endings import Refused, Stopped, tell
from gym_push.cli.parameters import parameter_option
from gym_push.cli.progress import progress
from gym_push.errors import MissingExtraError
from gym_push.logs.writing import FORMATS, best_format
from gym_push.text import printable
from gym_push.users import Population, WrittenFile, write_logs
from gym_push.users.generation.phone_policy import Handling
from gym_push.users.generation.writing import MOST_PROCESSES
from gym_push.users.population import MOST_DAYS, USERS_AT_ONCE
from gym_push.users.simulation import DEFAULT_START


@dataclass
class _Tally:
    """What is in the folder at the end; rows are those of the files written in this run."""

    files: int = 0
    written: int = 0
    rows: int = 0

    def count(self, file: WrittenFile) -> None:
        self.files += 1
        if file.rows is not None:
            self.written += 1
            self.rows += file.rows

    def sentence(self, folder: str) -> str:
        from gym_push.cli.shown import count

        there = self.files - self.written
        kept = f"; {there} were there before" if there else ""
        rows = count(self.rows, "notification", "notifications")
        files = count(self.written, "file", "files")
        return f"wrote {rows} to {files} in {folder}{kept}"


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
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=28, show_default=True, help="Of each."
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Other seed, other people."
)
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False),
    required=True,
    help="Folder to write to; made if it is not there.",
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
    help="Log the decisions of a policy that delivers or suppresses by chance, with their "
    "probabilities and rewards: random:P delivers with probability P, by-app by app and priority. "
    " [default: everything is delivered]",
)
@click.option(
    "--users-at-once",
    type=click.IntRange(1),
    default=USERS_AT_ONCE,
    show_default=True,
    help="People in a file, who are simulated together.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, MOST_PROCESSES),
    default=1,
    show_default=True,
    help="How many work side by side; the files are the same.",
)
@click.option("--resume", is_flag=True, help="Continue what was begun in the folder.")
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

    A data card is written beside them. The same seed and parameters give the same files. Each is
    whole: what is stopped can be continued with --resume. gym_push.read_log reads them.
    """
    population = Population(users, seed, start=start.date(), **changes)
    handling = None if behaviour is None else _by_chance(behaviour)
    if format is None and (format := best_format()) == "csv":
        tell(f"writing CSV: {MissingExtraError('Parquet', 'PyArrow', 'parquet')}")
    began, tally = perf_counter(), _Tally()
    try:
        with progress(users, "people") as advance:

            def on_file(file: WrittenFile) -> None:
                tally.count(file)
                advance(file.users)

            write_logs(
                population,
                folder,
                days,
                format=format,
                users_at_once=users_at_once,
                processes=processes,
                resume=resume,
                handling=handling,
                on_file=on_file,
            )
    except KeyboardInterrupt:
        raise Stopped(
            f"stopped by Ctrl-C; the files in {folder} are whole, and --resume continues"
        ) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise Refused(
            f"writing to {folder} failed: {why}; what is there is whole, and --resume continues"
        ) from None
    seconds = round(perf_counter() - began, 3)
    done = {"folder": folder, **asdict(tally), "seconds": seconds}
    click.echo(json.dumps(done) if as_json else printable(tally.sentence(folder)))


def _by_chance(behaviour: str) -> Handling:
    from gym_push.evaluation.off_policy import Behaviour  # here: this loads Gymnasium
    from gym_push.evaluation.off_policy.randomised_delivery import RandomisedDelivery

    return RandomisedDelivery(Behaviour.of(behaviour))
