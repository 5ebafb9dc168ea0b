"""Makes the log that comes with the package, `gym_push/envs/data/notifications.csv`.

It is the log of one simulated person, found by search: the first user of the seed below whose log
is long, varied and balanced enough for a first example (`_fits`). The seed is the first from 2019
on that has such a user among its first 250. Nothing about that person is set by hand.
"""

import csv
import io
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import click
import numpy as np
from numpy.typing import NDArray

from gym_push.files import write_whole
from gym_push.users.model.app_classes import APPS, CLASS_OF_APP
from gym_push.users.model.parameters import Parameters
from gym_push.users.model.states import SECOND
from gym_push.users.population import MOST_USERS, Population
from gym_push.users.simulation import DEFAULT_START, to_log

Columns = dict[str, NDArray[Any]]

SEED: Final = 2057
ROWS: Final = 324
DAYS: Final = 10
"""Days simulated; the log ends within the ninth or tenth."""

FEWEST_APPS: Final = 8
FEWEST_CLASSES: Final = 6
FEWEST_PLACES: Final = 8
LARGEST_SHARE_OF_AN_APP: Final = 0.4
OPEN_RATE: Final = (0.55, 0.65)
LAST_HOUR: Final = (8.5 * 24, 9.5 * 24)
"""Hours from the first midnight between which the last notification is posted."""

_USERS_AT_ONCE = 250
_DTYPES = {"flag": np.bool_, "integer": np.int64, "number": np.float64}
_DECIMALS = {"sentiment": 2, "enticement": 2, "responseTime": 1}


def bundled_log() -> tuple[int, Columns]:
    """Searches the users of the seed, in order, for the first whose log fits.

    Returns:
        The user's number, and the columns of the log, `ROWS` long, as `simulate` returns them.
    """
    first = 0
    while True:
        users = range(first, first + _USERS_AT_ONCE)
        columns = simulate(SEED, users, DAYS)
        for user in users:
            rows = np.flatnonzero(columns["user"] == user)[:ROWS]
            log = {name: values[rows] for name, values in columns.items()}
            if _fits(log):
                return user, log
        first += _USERS_AT_ONCE


def simulate(
    seed: int,
    users: Sequence[int],
    days: int,
    parameters: Parameters | None = None,
    start: date = DEFAULT_START,
) -> Columns:
    """Simulates people whose phones deliver every notification when it arrives.

    Args:
        seed: 0 to 2**64 - 1.
        users: Different numbers from 0 to 2**62 - 1.
        days: How many, 1 to 3650.
        parameters: The numbers of the model; None for its defaults.
        start: The first day.

    Returns:
        Arrays of one length, one entry for each notification, ordered by user (as given) and time:
        `user`, and the columns of the bundled log. Its data card, `gym_push/envs/data/README.md`,
        gives their meaning and units; `posted` is datetime64[s] here, labels and text are str.

    Raises:
        ArgumentError: A number is out of range or given twice, or there is no user.
    """
    population = Population(MOST_USERS, seed, start=start, parameters=parameters)
    simulation = population.simulate(users, days)
    log = to_log(simulation, users, "a simulation")
    columns: Columns = {
        each.name: np.array(
            log.columns[each.name].take(slice(None)), dtype=_DTYPES.get(each.kind or "", object)
        )
        for each in log.schema.features
    }
    response_time = columns.pop("responseTime")
    seconds = (simulation.arrivals.time // SECOND).astype("timedelta64[s]")
    return {
        "user": np.asarray(users, dtype=np.int64)[simulation.arrivals.person],
        **columns,
        "posted": np.datetime64(start, "s") + seconds,
        "action": log.actions.astype(np.int64),
        "responseTime": response_time,
    }


def write(path: str | os.PathLike[str]) -> None:
    """Writes the bundled log as CSV: UTF-8, a header, LF line ends; whole or not at all.

    Args:
        path: The file to write; a file that is there is replaced.

    Raises:
        OSError: If the file cannot be written.
    """
    _, columns = bundled_log()
    write_whole(path, _to_csv(columns))


@click.command(epilog="Example: python -m tools.bundled_log gym_push/envs/data/notifications.csv")
@click.argument("path", type=click.Path(path_type=Path), default="notifications.csv")
def main(path: Path) -> None:
    """Make the log that comes with gym-push.

    It has notifications of one simulated person over about nine days, with context and what the
    person did. The bytes are the same every time. PATH is the CSV file to write or replace; the
    default is notifications.csv.
    """
    try:
        write(path)
    except OSError as error:
        raise click.UsageError(f"cannot write {path}: {error.strerror}") from None
    click.echo(f"wrote {ROWS} notifications to {path}")


def _fits(log: Columns) -> bool:
    """Returns whether a log is long, varied and balanced enough for a first example."""
    posted, action = log["posted"], log["action"]
    if len(posted) < ROWS:
        return False
    midnight = posted[0].astype("datetime64[D]")
    last_hour = (posted[-1] - midnight) / np.timedelta64(1, "h")
    apps = np.array([APPS.index(package) for package in log["appPackage"]])
    notifications = np.bincount(apps)
    return bool(
        OPEN_RATE[0] <= action.mean() <= OPEN_RATE[1]
        and np.count_nonzero(notifications) >= FEWEST_APPS
        and len(np.unique(CLASS_OF_APP[apps])) >= FEWEST_CLASSES
        and len(set(log["place"])) >= FEWEST_PLACES
        and notifications.max() <= LARGEST_SHARE_OF_AN_APP * ROWS
        and LAST_HOUR[0] <= last_hour <= LAST_HOUR[1]
    )


def _to_csv(columns: Columns) -> str:
    cells = []
    for name, values in columns.items():
        if name in _DECIMALS:
            cells.append([f"{value:.{_DECIMALS[name]}f}" for value in values])
        elif name != "user":
            cells.append(values.astype(str).tolist())
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(name for name in columns if name != "user")
    writer.writerows(zip(*cells, strict=True))
    return text.getvalue()


if __name__ == "__main__":
    main()
