"""A leaderboard may be damaged anywhere, or made by anybody: it is refused in one sentence."""

import csv
import io
import os
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace

import pytest
from leaderboard_support import finished, refused, run_of

from gym_push.errors import LeaderboardError
from gym_push.evaluation.leaderboard import Leaderboard
from gym_push.evaluation.leaderboard.entries import to_csv

posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")


@pytest.mark.parametrize("page", [1, 3, 5])
def test_a_file_with_broken_pages(path, page):
    data = bytearray(path.read_bytes())
    data[page * 4096 : page * 4096 + 900] = b"\xa5" * 900
    path.write_bytes(data)
    refused(path, LeaderboardError, "is damaged: .*; nothing in it was changed: put back a copy")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_was_cut(path, share):
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    refused(path, LeaderboardError, "is damaged: ")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE runs SET seed = '7'",
        "UPDATE runs SET seeds = 1000000000",
        "UPDATE runs SET parameters = '[]'",
        "UPDATE runs SET versions = x'ff'",
        "UPDATE runs SET suite = x'ff'",
        "UPDATE people SET metrics = printf('%.*c', 100000, '[')",
        "UPDATE evaluations SET finished = 'yesterday'",
        "UPDATE evaluations SET seconds = 'long'",
        "UPDATE evaluations SET people = '[\"somebody else\"]'",
        "UPDATE evaluations SET people = '[]'",
        "UPDATE people SET seed = '7'",
        "UPDATE people SET curve = 'NaN'",
        "UPDATE people SET metrics = '{\"reward\": true}'",
        "UPDATE people SET metrics = CAST(x'ff' AS TEXT)",
        "DELETE FROM people WHERE person = 'user-7'",
        "DELETE FROM people",
        "DROP TABLE evaluations",
    ],
)
def test_rows_that_are_not_what_was_written(path, change):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(change)
    refused(path, LeaderboardError, "is damaged: ")


def test_whatever_byte_is_damaged_is_told_in_a_sentence(path):
    """In the head of the file, in the words that say what tables there are, and in the rows."""
    whole = path.read_bytes()
    for at in (*range(0, 112, 3), *range(3300, 4096, 17), *range(4096, len(whole), 997)):
        path.write_bytes(whole[:at] + bytes([0xB3]) + whole[at + 1 :])
        try:
            with Leaderboard(path, read_only=True) as board:
                for entry in board.entries():
                    board.people_of(entry.run)
                board.unfinished()
        except (LeaderboardError, OSError) as error:
            assert str(path) in str(error) and "\n" not in str(error)


@pytest.mark.parametrize(
    "change",
    [
        "CREATE VIEW more AS SELECT 1",
        "CREATE TRIGGER after AFTER INSERT ON people BEGIN DELETE FROM runs; END",
        "DROP TABLE people; CREATE VIEW people AS WITH RECURSIVE n(x) AS "
        "(SELECT 1 UNION ALL SELECT x FROM n) SELECT x AS run, x AS person, x AS metrics, "
        "x AS curve, x AS microseconds FROM n",
    ],
)
def test_a_file_that_computes_is_no_leaderboard(path, change):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(change)
    refused(path, LeaderboardError, "is damaged: its tables are not those of a leaderboard")


@posix
def test_a_pipe_is_no_leaderboard(tmp_path):
    os.mkfifo(tmp_path / "board")
    refused(tmp_path / "board", LeaderboardError, "is a pipe or a device; name a file")


def test_the_header_of_csv_starts_no_formula_and_moves_no_cursor(path):
    whole = finished(run_of(seed=7), people=2)
    hostile = {"=1+1\x9b31m": 0.5, "\n=2": 0.25, "＝3\u202e": 0.75}
    people = tuple(replace(each, metrics={**each.metrics, **hostile}) for each in whole.people)
    with Leaderboard(path) as board:
        board.finish(replace(whole, by_seed=(people,)))
        header, *rows = csv.reader(io.StringIO(to_csv(board.entries())))
    assert {"'=1+1\\x9b31m", "'\\n=2", "'＝3\\u202e low"} <= set(header) and len(rows) == 3
    assert all(name.isprintable() and name[0] not in "=＝\n" for name in header)
