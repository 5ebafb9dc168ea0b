"""What a command is to write is tried before the work, and a device or a pipe stays what it is."""

import os
import stat
import subprocess
import sys

import click
import pytest
from command_support import commands, run_here
from leaderboard_support import finished, run_of

from gym_push.cli.types import NewFile
from gym_push.evaluation.leaderboard import Leaderboard

OUTPUTS = [
    (" ".join(path[1:]), parameter)
    for path, command in commands()
    for parameter in command.params
    if isinstance(parameter.type, NewFile)
]
NEEDED = {"play": "random", "compare": "random majority", "fidelity": "log.csv"}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "log.csv").touch()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("''", "it is not the name of a file"),
        ("folder", "is a directory"),
        ("no/file", "there is no folder no; make it first"),
        ("x" * 300, "File name too long"),
    ],
)
@pytest.mark.parametrize(("command", "parameter"), OUTPUTS, ids=lambda value: str(value))
def test_what_cannot_be_written_is_refused_before_the_work(
    command, parameter, name, why, monkeypatch, capsys, tmp_path
):
    words = [f"gym-push {command}", NEEDED.get(command, "")]
    if isinstance(parameter, click.Argument):
        words += ["bundled", name]
    else:
        words += [parameter.opts[0], name]
    shown = run_here(" ".join(words), monkeypatch, capsys)
    assert (shown.code, shown.out) == (2, "")
    assert why in shown.errors and shown.errors.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "log.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="devices and pipes of POSIX")
@pytest.mark.parametrize("option", ["--html", "--csv"])
def test_a_device_that_is_named_as_an_output_stays_one(tmp_path, option):
    with Leaderboard("lb.sqlite") as board:
        board.finish(finished(run_of()))
    reader = None
    try:
        os.mknod("null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
        open("null", "wb").close()
    except OSError:  # not root, or a folder where devices cannot be opened: a pipe does it
        if os.path.lexists("null"):
            os.unlink("null")
        os.mkfifo("null")
        reader = subprocess.Popen(["cat", "null"], stdout=subprocess.DEVNULL)
    before = os.stat("null")
    command = [sys.executable, "-m", "gym_push.cli", "leaderboard", "lb.sqlite", option, "null"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if reader is not None:
        reader.wait(120)
    assert (done.returncode, done.stderr) == (0, "wrote null\n")
    after = os.stat("null")
    assert (after.st_ino, after.st_mode, after.st_rdev) == (
        before.st_ino, before.st_mode, before.st_rdev
    )  # fmt: skip
