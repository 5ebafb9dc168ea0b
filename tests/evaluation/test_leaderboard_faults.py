"""What is wrong with a leaderboard's file, or its disk, is one sentence, and nothing is lost."""

import ctypes
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from leaderboard_support import command, content, refused, result_of, run_of

from gym_push.errors import LeaderboardError
from gym_push.evaluation.leaderboard import Leaderboard, opening

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions and limits of POSIX")


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database\n" * 100)
    refused(path, LeaderboardError, "is not a leaderboard, nor any other SQLite file; name another")


def test_a_database_of_another_program(tmp_path):
    path = tmp_path / "bookmarks.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE runs (key)")
    refused(path, LeaderboardError, "is a database of another program; name another file")


def test_one_of_a_newer_version(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    words = "newer gym-push: its tables are version 2, and this one knows versions up to 1"
    refused(path, LeaderboardError, words)


def test_folders_and_files_that_are_not_there(tmp_path):
    refused(tmp_path, LeaderboardError, "is a folder; name a file")
    refused(tmp_path / "no" / "x.sqlite", LeaderboardError, "because there is no folder")
    refused(tmp_path / "x", LeaderboardError, "there is no leaderboard .*x;", read_only=[True])
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_filled_and_never_read(tmp_path):
    path = tmp_path / "new.sqlite"
    path.touch()
    refused(path, LeaderboardError, "is empty; gym-push evaluate fills it", read_only=[True])
    with Leaderboard(path) as board:
        assert board.entries() == ()


def test_a_board_that_is_closed_is_no_damaged_one(path):
    board = Leaderboard(path)
    board.close()
    board.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        board.entries()


def test_a_writer_that_does_not_end_is_not_waited_for_for_ever(path, monkeypatch):
    monkeypatch.setattr(opening, "PATIENCE", 0.2)
    with closing(sqlite3.connect(path, isolation_level=None)) as other, Leaderboard(path) as board:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OSError, match="is being written by another process"):
            board.begin(run_of(seed=3))
        assert len(board.entries()) == 2, "readers never wait"
        other.execute("ROLLBACK")
        board.begin(run_of(seed=3))


ADD = """
try:
    with Leaderboard(sys.argv[1]) as board:
        board.begin(run_of(seed=9))
        for n in range(5000):
            board.add_person(run_of(seed=9), 0, result_of(f"user-{n}"))
            print(n, flush=True)
except OSError as error:
    print(error, file=sys.stderr)
"""
READ = """
try:
    with Leaderboard(sys.argv[1], read_only=True) as board:
        print(len(board.entries()))
except OSError as error:
    print(error, file=sys.stderr)
"""


def run(code, path, **options):
    given = command(code, path)
    return subprocess.run(given, capture_output=True, text=True, timeout=120, **options)


def mortal():
    """Takes from a child that is root what lets it write everything; for `preexec_fn`."""
    if os.geteuid() == 0:
        drop_from_bounding_set, override, read_search = 24, 1, 2
        libc = ctypes.CDLL(None)
        for capability in (override, read_search):
            if libc.prctl(drop_from_bounding_set, capability, 0, 0, 0):
                os._exit(3)


@posix
@pytest.mark.skipif(sys.platform != "linux", reason="how root is kept from writing")
@pytest.mark.parametrize("what", ["file", "folder", "both"])
def test_what_is_read_only_is_read_and_not_written(path, what):
    before = path.read_bytes()
    if what != "folder":
        path.chmod(0o444)
    if what != "file":
        path.parent.chmod(0o555)
    try:
        shown = run(READ, path, preexec_fn=mortal)
        assert (shown.stdout, shown.stderr) == ("2\n", "")
        shown = run(ADD, path, preexec_fn=mortal)
    finally:
        path.parent.chmod(0o755)
    assert shown.stdout == ""
    assert shown.stderr.startswith(f"the leaderboard {path} ") and shown.stderr.count("\n") == 1
    assert "permissions of the file and its folder" in shown.stderr
    assert path.read_bytes() == before


KILLED = """
import os, sqlite3
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")  # pages, so that it writes before it has decided to
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE people SET metrics = printf('%.*c', 9000, 'x')")
os.kill(os.getpid(), 9)
"""


@posix
@pytest.mark.skipif(sys.platform != "linux", reason="how root is kept from writing")
def test_what_a_killed_writer_wrote_by_half_is_taken_back(path):
    whole = path.read_bytes()
    assert run(KILLED, path).returncode == -9
    assert path.read_bytes() != whole
    path.parent.chmod(0o555)
    try:
        shown = run(READ, path, preexec_fn=mortal)
    finally:
        path.parent.chmod(0o755)
    assert shown.stdout == "" and shown.stderr.count("\n") == 1
    assert shown.stderr.startswith(f"the leaderboard {path} cannot be read or written")
    shown = run(READ, path)
    assert (shown.stdout, shown.stderr) == ("2\n", "")
    assert path.read_bytes() == whole


def test_who_reads_leaves_nothing_beside_the_file(path):
    before = path.read_bytes()
    with Leaderboard(path, read_only=True) as board:
        assert len(board.entries()) == 2
        assert list(path.parent.iterdir()) == [path]
    assert list(path.parent.iterdir()) == [path] and path.read_bytes() == before


@posix
def test_a_leaderboard_is_read_from_a_disk_that_is_full(path):
    import resource

    shown = run(READ, path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
    assert (shown.stdout, shown.stderr) == ("2\n", "")


@posix
def test_a_file_that_may_not_be_read_is_refused(path):
    path.chmod(0)
    shown = run(READ, path, preexec_fn=mortal if sys.platform == "linux" else None)
    assert shown.stdout == ""
    assert shown.stderr.startswith(
        f"the leaderboard {path} cannot be opened; check the permissions"
    )


def nothing_is_lost(path, shown):
    """After a disk was full: what was said to be written is there, and the rest can be added."""
    told = len(shown.stdout.split())
    assert 0 < told < 5000
    assert shown.stderr.startswith(f"the leaderboard {path} cannot be ")
    assert shown.stderr.endswith("make room and run the same again\n")
    assert shown.stderr.count("\n") == 1
    run_9 = run_of(seed=9)
    with Leaderboard(path) as board:
        assert list(board.people_of(run_9)) == sorted((0, f"user-{n}") for n in range(told))
        assert len(board.entries()) == 2
        board.add_person(run_9, 0, result_of(f"user-{told}"))
        assert len(board.people_of(run_9)) == told + 1


@posix
def test_a_limit_that_is_reached_loses_nothing(path):
    import resource

    most = path.stat().st_size + 50_000

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    shown = run(ADD, path, preexec_fn=limit)
    assert "because the disk refuses, perhaps for being full" in shown.stderr
    nothing_is_lost(path, shown)


def can_mount():
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    tried = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(tried, capture_output=True).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="a disk of its own needs user namespaces")
def test_a_disk_that_is_full_loses_nothing(path, tmp_path):
    """Fills a real disk of half a megabyte, and copies the file from it as it was left."""
    disk, left = tmp_path / "disk", tmp_path / "left"
    disk.mkdir()
    left.mkdir()
    script = 'mount -t tmpfs -o size=600k none "$1" && cp "$2" "$1" && shift 2 && "$@"; cp "$0"* '
    on_disk = disk / path.name
    mounted = ["unshare", "-rm", "sh", "-c", f"{script} {left}", on_disk, disk, path]
    given = [*map(str, mounted), *command(ADD, on_disk)]
    shown = subprocess.run(given, capture_output=True, text=True, timeout=120)
    assert f"the leaderboard {on_disk} cannot be written, because the disk is full" in shown.stderr
    shown.stderr = shown.stderr.replace(str(on_disk), str(left / path.name))
    nothing_is_lost(left / path.name, shown)


def test_what_was_written_before_stays_readable_while_others_write(path):
    before = content(path)
    with Leaderboard(path) as writer, Leaderboard(path, read_only=True) as reader:
        writer.begin(run_of(seed=5))
        writer.add_person(run_of(seed=5), 0, result_of("user-0"))
        assert list(reader.people_of(run_of(seed=5))) == [(0, "user-0")]
        with pytest.raises(OSError, match="is read-only"):
            reader.begin(run_of(seed=6))
    assert content(path)["evaluations"] == before["evaluations"]
