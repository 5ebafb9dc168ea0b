"""The leaderboard keeps results to the bit, whoever writes beside it and whoever is killed."""

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from leaderboard_support import HOSTILE, command, content, finished, result_of, run_of

from gym_push.errors import ArgumentError, LeaderboardError
from gym_push.evaluation.leaderboard import Leaderboard
from gym_push.evaluation.metrics import summary
from gym_push.evaluation.results import Evaluation, PersonResult

ODD = (0.1 + 0.2, 1 / 3, 5e-324, -0.0, 2.0**-1074, 1e8 / 3, -1e-7, 3, 0.0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "leaderboard.sqlite"


@pytest.fixture
def board(path):
    with Leaderboard(path) as board:
        yield board


def test_what_is_written_comes_back_to_the_bit(path):
    metrics = {f"metric {n}": value for n, value in enumerate(ODD)} | {
        "none": None,
        "reward": 1 / 3,
    }
    people = tuple(PersonResult(name, metrics, ODD, 0.1) for name in ("b", HOSTILE, "", "a\0"))
    run = run_of(HOSTILE, seed=2**70, list=[1, {"a": 0.1 + 0.2}], text=HOSTILE, none=None)
    by_seed = (people, tuple(replace(each, microseconds=0.3) for each in people))
    evaluation = Evaluation(replace(run, seeds=2), by_seed, summary(by_seed), 0.1 + 0.2)
    with Leaderboard(path) as board:
        board.finish(evaluation)
    with Leaderboard(path, read_only=True) as board:
        (entry,) = board.entries()
        assert repr(entry.to_dict()) == repr(evaluation.to_dict())
        assert repr(entry) == repr(evaluation).replace("<Evaluation", "<Entry")
        assert repr(entry).isprintable()
        assert entry.by_seed == by_seed
        assert entry.metrics["reward"] is entry.merit
    assert datetime.now(timezone.utc) - entry.finished < timedelta(minutes=1)


def test_any_name_of_a_file_will_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = "a b#c%20ü;&.sqlite" if sys.platform == "win32" else "a b?mode=ro#c%20ü.sqlite"
    with Leaderboard(name) as board:
        board.begin(run_of())
    with Leaderboard(name, read_only=True) as board:
        assert len(board.unfinished()) == 1
    assert (tmp_path / name).exists()


def test_to_write_again_changes_nothing(board, path):
    evaluation = finished(run_of())
    board.finish(evaluation)
    before = content(path)
    board.begin(evaluation.run)
    board.add_person(evaluation.run, 0, evaluation.people[0])
    board.finish(evaluation)
    assert content(path) == before


def test_another_result_of_the_same_run_is_refused(board, path):
    evaluation = finished(run_of())
    board.finish(evaluation)
    before = content(path)
    with pytest.raises(LeaderboardError, match="another result of table-per-app with 'user-1'"):
        board.add_person(evaluation.run, 0, result_of("user-1", 0.5))
    with pytest.raises(LeaderboardError, match="another result"):
        board.finish(finished(evaluation.run, reward=0.5))
    assert content(path) == before


def test_an_evaluation_is_written_whole_or_not_at_all(board, path):
    run = run_of()
    board.begin(run)
    board.add_person(run, 0, result_of("user-2", 0.9))
    with pytest.raises(LeaderboardError, match="'user-2'"):
        board.finish(finished(run))
    assert list(board.people_of(run)) == [(0, "user-2")]
    assert board.entries() == () and [each.run for each in board.unfinished()] == [run]


def test_a_run_that_was_stopped_knows_who_is_done(board):
    run, other = run_of(), run_of(seed=1)
    for each in (run, other):
        board.begin(each)
    board.add_person(run, 0, result_of("user-1"))
    assert board.people_of(run) == {(0, "user-1"): result_of("user-1")}
    assert board.people_of(other) == {}
    assert {begun.run.key for begun in board.unfinished()} == {run.key, other.key}
    board.finish(finished(other))
    [left] = board.unfinished()
    assert (left.run, left.people, left.status) == (run, 1, "going on, or killed")
    assert board.begun(run) == left.begun


def test_a_run_that_has_failed_says_so_until_it_goes_on(board):
    run = run_of()
    board.begin(run)
    board.stop(run, "failed: no\x1b such file")
    [failed] = board.unfinished()
    assert failed.status == "failed: no\\x1b such file"
    board.begin(run)
    [again] = board.unfinished()
    assert (again.stopped, again.begun) == (None, failed.begun)


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), "0.5", True])
def test_what_is_no_finite_number_is_refused(board, odd):
    run = run_of()
    board.begin(run)
    whole = finished(run)
    for call in (
        lambda: board.add_person(run, 0, PersonResult("user-0", {"reward": odd}, (), 1.0)),
        lambda: board.add_person(run, 0, PersonResult("user-0", {"reward": 0.5}, (0.5, odd), 1.0)),
        lambda: board.add_person(run, 0, PersonResult("user-0", {"reward": 0.5}, (), odd)),
        lambda: board.finish(Evaluation(run, whole.by_seed, whole.metrics, odd)),
    ):
        with pytest.raises(ArgumentError, match="is not a finite number"):
            call()
    assert board.people_of(run) == {} and board.entries() == ()


def test_a_run_begins_before_its_people(board):
    with pytest.raises(ArgumentError, match=r"has not begun; call begin\(run\) first"):
        board.add_person(run_of(), 0, result_of("user-0"))


def test_a_name_that_no_file_can_hold_is_refused(board):
    with pytest.raises(ArgumentError, match="is not Unicode text"):
        board.begin(run_of("\ud800"))


def test_entries_are_ranked_in_their_suites(board):
    runs = [run_of(agent) for agent in ("random", "majority", "table-per-app")]
    for run, reward in zip(runs, (-0.2, 0.5, 0.3), strict=True):
        board.finish(finished(run, reward=reward))
    only_reward = finished(run_of(suite="basic-324/v1"))
    bare = tuple(replace(each, metrics={"reward": 0.25}) for each in only_reward.people)
    only_reward = replace(only_reward, by_seed=(bare,))
    board.finish(only_reward)
    other_data = finished(run_of(data="cd" * 32), reward=0.9)
    board.finish(other_data)
    assert [(entry.run.suite, entry.run.data[:2], entry.agent) for entry in board.entries()] == [
        ("basic-324/v1", "ab", "table-per-app"),
        ("users-24/v1", "ab", "majority"),
        ("users-24/v1", "ab", "table-per-app"),
        ("users-24/v1", "ab", "random"),
        ("users-24/v1", "cd", "table-per-app"),
    ]
    assert [entry.ranked_by for entry in board.entries()] == [
        "reward",
        *["score"] * 4,
    ]
    assert [entry.run for entry in board.entries("basic-324/v1")] == [only_reward.run]
    assert board.entries("users-24") == ()


def test_an_entry_is_found_by_the_beginning_of_its_key(board):
    runs = [run_of(seed=seed) for seed in range(20)]
    for run in runs:
        board.finish(finished(run))
    for run in runs:
        assert board.entry(run.key).run == run
        assert board.entry(run.key[:8].upper()).run == run
    digits = [run.key[0] for run in runs]
    several = next(digit for digit in digits if digits.count(digit) > 1)
    with pytest.raises(LeaderboardError, match="entries of .* begin with .*: give more digits"):
        board.entry(several)
    for none in ("", "xyz", "' OR 1", "%"):
        with pytest.raises(LeaderboardError, match="has no entry with the key"):
            board.entry(none)


def test_what_is_removed_is_gone_and_nothing_else_is(board, path):
    runs = [run_of(seed=seed) for seed in range(3)]
    for run in runs[:2]:
        board.finish(finished(run))
    before = content(path)
    board.begin(runs[2])
    board.add_person(runs[2], 2, result_of("user-0"))
    assert board.find(runs[2].key[:8].upper()) == (runs[2].key, "table-per-app on users-24/v1")
    board.remove(runs[2].key)
    assert content(path) == before
    board.remove(runs[0].key)
    assert [entry.run for entry in board.entries()] == [runs[1]]
    with pytest.raises(LeaderboardError, match="has no run with the key"):
        board.find(runs[0].key)


def at_once(code, arguments):
    """Lets several processes go on when all are there."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    code = f"print('ready', flush=True){code}"
    started = [subprocess.Popen(command(code, *each), text=True, **pipes) for each in arguments]
    assert [each.stdout.readline() for each in started] == ["ready\n"] * len(started)
    for each in started:
        each.stdin.write("go\n")
        each.stdin.flush()
    for each in started:
        _, errors = each.communicate(timeout=120)
        assert (each.returncode, errors) == (0, "")


WRITE = """
run = run_of()
sys.stdin.readline()
with Leaderboard(sys.argv[1]) as board:
    board.begin(run)
    for n in range(500):
        board.add_person(run, 0, result_of(f"{sys.argv[2]}-{n}", n / 500))
"""


def test_two_processes_that_write_at_once_lose_nothing(path):
    at_once(WRITE, [(path, name) for name in ("one", "two")])
    expected = {f"{name}-{n}": n / 500 for name in ("one", "two") for n in range(500)}
    with Leaderboard(path, read_only=True) as board:
        people = board.people_of(run_of())
    assert {person: each.metrics["reward"] for (_, person), each in people.items()} == expected


def test_many_may_begin_the_same_file_at_once(path):
    code = """
sys.stdin.readline()
with Leaderboard(sys.argv[1]) as board:
    board.finish(finished(run_of(seed=int(sys.argv[2]))))
"""
    at_once(code, [(path, seed) for seed in range(3)])
    with Leaderboard(path, read_only=True) as board:
        assert sorted(entry.run.seed for entry in board.entries()) == list(range(3))


def test_a_file_that_is_half_begun_is_nobody_elses(tmp_path):
    def begin(path, start):
        start.wait()
        Leaderboard(path).close()

    with ThreadPoolExecutor(6) as pool:
        for number in range(40):
            path, start = tmp_path / f"{number}.sqlite", threading.Barrier(6)
            begun = [pool.submit(begin, path, start) for _ in range(6)]
            assert [each.exception() for each in begun] == [None] * 6


def test_who_comes_while_another_begins_the_file_waits(path):
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with closing(other):
        other.execute("BEGIN IMMEDIATE")
        ends = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
        ends.start()
        with Leaderboard(path) as board:
            board.finish(finished(run_of()))
        ends.join()
