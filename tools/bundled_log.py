"""Makes the log that comes with the package, `gym_push/envs/data/notifications.csv`.

It is the log of one simulated person, found by search: the first user of the seed below whose log
is long, varied and balanced enough for a first example (`_fits`). The seed is the first from 2019
on that has such a user among its first 250. Nothing about that person is set by hand.
"""

import csv
import io
import os
from pathlib import Path
from typing import Final

import click
import numpy as np

from gym_push.files import write_whole
from gym_push.users.model.app_classes import APPS, CLASS_OF_APP
from gym_push.users.population import Columns, simulate

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
