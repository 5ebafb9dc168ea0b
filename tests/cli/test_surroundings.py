"""What a shell or a scheduler leaves open, closed or unset, and what a terminal is shown."""

import json
import os
import shlex
import subprocess
import sys
import unicodedata

import pytest
from command_support import run_here
from leaderboard_support import finished, run_of

from gym_push import Schema, read_log
from gym_push.evaluation.leaderboard import Leaderboard

pytestmark = pytest.mark.slow

posix = pytest.mark.skipif(sys.platform == "win32", reason="shells and terminals of POSIX")
HOSTILE = "\x9b31m\u202eevil\x85\x1b[2J"
"""C1 and bidirectional controls, which a terminal may take for commands."""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run_in_shell(line, **environ):
    command = shlex.join([sys.executable, "-W", "error", "-m", "gym_push.cli"])
    return subprocess.run(
        ["sh", "-c", f"{command} {line}"],
        capture_output=True,
        timeout=120,
        env={**os.environ, **environ},
    )


CLOSED = ["<&-", ">&-", "<&- >&-", "2>&-", "<&- 2>&-", "<&- >&- 2>&-"]


@posix
@pytest.mark.parametrize("closed", CLOSED)
def test_a_run_does_not_need_stdin_or_stdout(closed):
    done = run_in_shell(f"play random --delay 0.01 --record run.html {closed}")
    assert done.returncode == 0
    assert os.path.getsize("run.html") > 50_000
    if "2>" not in closed:
        told = done.stderr.decode()
        assert told.startswith("gym-push: watch at http://")
        assert told.endswith("/\nwrote run.html\n") and told.count("\n") == 2


@posix
@pytest.mark.parametrize("closed", CLOSED)
def test_workers_do_not_need_them_either(closed):
    words = "generate --users 2 --users-at-once 1 --days 1 --format csv --processes 2 --out logs"
    done = run_in_shell(f"{words} {closed}")
    assert done.returncode == 0 and b"Traceback" not in done.stderr
    assert len([name for name in os.listdir("logs") if name.startswith("users-")]) == 2


@pytest.mark.parametrize("columns", ["0", "00", "", "-5", "wide", "²"])
def test_columns_that_say_nothing_are_none(columns, monkeypatch, capsys):
    plain = run_here("gym-push envs", monkeypatch, capsys)
    monkeypatch.setenv("COLUMNS", columns)
    assert run_here("gym-push envs", monkeypatch, capsys) == plain
    assert plain.code == 0 and max(map(len, plain.out.splitlines())) > 100


def hostile_log():
    """Writes a log whose names and words are hostile; returns its file's name."""
    name = f"{HOSTILE}.csv"
    with open(name, "w", encoding="utf-8", newline="") as file:
        file.write(f'"{HOSTILE}",user,opened,seconds\n')
        for row in range(4):
            file.write(f'"{HOSTILE}{row % 2}","{HOSTILE}",{row % 2},{row % 2}\n')
    schema = Schema([HOSTILE], engagement=["seconds"], action="opened", user="user")
    read_log(name, schema)
    return name


COMMANDS = [
    "log schema LOG",
    "log schema LOG --json",
    "log describe LOG --schema log.json",
    "log describe LOG --schema log.json --json",
    "log validate LOG --schema log.json",
    "log validate LOG --schema log.json --json",
    "log validate LOG",
    "log convert LOG OUT.csv --schema log.json",
    "play random --log LOG --schema log.json --no-page",
    "evaluate random --log LOG --schema log.json",
    "leaderboard BOARD",
    "leaderboard BOARD --json",
    "leaderboard BOARD --csv -",
    "leaderboard BOARD --csv OUT.csv",
    "leaderboard BOARD --suite OUT",
    "leaderboard verify OUT BOARD",
    "generate --users 1 --days 1 --format csv --out OUT",
    "generate --users 1 --days 1 --format csv --out OUT/LOG",
    "play OUT:Agent --no-page",
    "no-OUT",
]


@posix
@pytest.mark.parametrize("line", COMMANDS)
def test_no_raw_control_reaches_a_terminal(line, monkeypatch, capsys):
    log, board = hostile_log(), f"{HOSTILE}.sqlite"
    with open("log.json", "w") as file:
        about = {"notification": [HOSTILE], "engagement": ["seconds"], "user": "user"}
        json.dump({**about, "action": "opened"}, file)
    with Leaderboard(board) as kept:
        kept.finish(finished(run_of(HOSTILE, suite=f"{HOSTILE}/v1", **{HOSTILE: HOSTILE})))
    words = {"LOG": log, "OUT": HOSTILE, "BOARD": board}
    for word, value in words.items():
        line = line.replace(word, shlex.quote(value))
    shown = run_here(f"gym-push {line}", monkeypatch, capsys)
    assert "Traceback" not in shown.errors
    raw = {letter for letter in shown.out + shown.errors if unicodedata.category(letter)[0] == "C"}
    assert raw <= {"\n"} and "evil" in shown.out + shown.errors


@posix
@pytest.mark.parametrize(
    "line",
    ["leaderboard b.sqlite --csv -", "leaderboard b.sqlite --json", "log schema é.csv",
     "log describe é.csv --schema é.toml --json"],
)  # fmt: skip
def test_output_for_machines_is_utf_8_whatever_the_locale(line):
    with open("é.csv", "w", encoding="utf-8") as file:
        file.write("アプリ,opened\nпочта,1\nпочта,0\n")
    with open("é.toml", "w", encoding="utf-8") as file:
        file.write('action = "opened"\nnotification = ["アプリ"]\n')
    with Leaderboard("b.sqlite") as kept:
        kept.finish(finished(run_of("агент")))
    # As in a locale of Latin-1, which is not installed everywhere.
    done = run_in_shell(line, PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    told = done.stdout.decode("utf-8")
    if "--json" in line:
        told = str(json.loads(told))
    assert (done.returncode, done.stderr) == (0, b"")
    assert ("агент" if "board" in line else "アプリ") in told
