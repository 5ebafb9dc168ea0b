"""The same seed gives bit-equal logs: in any company, for any days, and with any NumPy."""

import hashlib

import numpy as np
import pytest

from gym_push import Population
from gym_push.logs import write_log

pytestmark = pytest.mark.bits

MILLISECONDS_A_DAY = 24 * 60 * 60 * 1000

# Of the log below as CSV; the nox sessions compare the newest and the oldest Python and NumPy with
# it. Between these, logarithms differ in their last bits, and margins with them by some
# 1e-15; a log shows rounded numbers and decisions only.
SEED, USERS, DAYS = 7, 20, 28
SHA256 = "4d90d9c491671da5d8b44cc99d4c6dcb306a2957799e751cdc8acd3064515f7e"


def cells(log, rows):
    """What is in some rows, to the bit, whatever else is in the log."""
    columns = {**log.columns, "user": log.owner}
    shown = {name: column.take(rows) for name, column in columns.items()}
    return {**shown, "action": log.actions[rows].tolist(), "posted": log.times[rows].tolist()}


def test_every_numpy_gives_the_same_log(tmp_path):
    write_log(Population(USERS, SEED).log(DAYS), tmp_path / "log.csv", "csv")
    assert hashlib.sha256((tmp_path / "log.csv").read_bytes()).hexdigest() == SHA256


def test_ten_people_are_the_same_alone_and_among_a_thousand():
    among = Population(1000, 1).log(4)
    rows = np.flatnonzero(np.isin(among.owner.take(slice(None)), [str(i) for i in range(10)]))
    alone = Population(10, 1).log(4)
    assert cells(among, rows) == cells(alone, slice(None))


@pytest.mark.parametrize("changes", [{}, {"drift": 0.9, "drift_day": 40}], ids=["", "drift"])
def test_28_days_are_the_first_of_84(changes):
    long, short = (Population(10, 1, **changes).log(days) for days in (84, 28))
    began = short.times.min() // MILLISECONDS_A_DAY * MILLISECONDS_A_DAY
    rows = np.flatnonzero(long.times < began + 28 * MILLISECONDS_A_DAY)
    assert len(rows) < len(long) / 2
    assert cells(long, rows) == cells(short, slice(None))
