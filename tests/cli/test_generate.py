"""`gym-push generate` as it is run: to its end, stopped, killed, on a full disk, and resumed."""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from datetime import date

import psutil
import pytest
from command_support import run_here

from gym_push import Population
from gym_push.users import write_logs

COMMAND = [sys.executable, "-W", "error", "-m", "gym_push.cli", "generate"]
USERS, DAYS, AT_ONCE = 150, 3, 5  # thirty files: long enough to be stopped half-way
MANY = ["--users", str(USERS), "--days", str(DAYS), "--users-at-once", str(AT_ONCE)]

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")


def run(*arguments, **options):
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, **options)


@pytest.fixture
def run_inside(monkeypatch, capsys):
    """Runs the command in this process, which is faster: `run_inside(*arguments)`."""

    def run_inside(*arguments):
        words = shlex.join(map(str, arguments))
        return run_here(f"gym-push generate {words}", monkeypatch, capsys)

    return run_inside


def content(folder):
    """All files but the sums, whose lines are in the order of writing until all is done."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "SHA256SUMS"}


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What one run that nothing disturbs leaves in the folder."""
    folder = tmp_path_factory.mktemp("whole")
    write_logs(Population(USERS), folder, DAYS, users_at_once=AT_ONCE)
    return content(folder)


@pytest.fixture(params=["1", "2"], ids=["one process", "two processes"])
def half_way(request, tmp_path):
    """A run that has written some of its files; in a session of its own, as on a terminal."""
    command = [*COMMAND, *MANY, "--out", str(tmp_path), "--processes", request.param]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    until(lambda: len(list(tmp_path.glob("users-*"))) >= 2)
    yield process
    if process.returncode is None:
        process.kill()
        process.communicate()


def resumed(folder):
    shown = run(*MANY, "--out", folder, "--resume")
    assert shown.returncode == 0, shown.stderr
    return content(folder)


def test_it_says_what_it_wrote_and_how_far_it_is(tmp_path, run_inside):
    shown = run_inside(
        "--users", "20", "--days", "2", "--users-at-once", "10", "--out", tmp_path / "logs"
    )
    assert shown.code == 0
    assert shown.errors == "10 of 20 people\n20 of 20 people\n"
    rows = len(Population(20).log(2))
    assert shown.out == f"wrote {rows} notifications to 2 files in {tmp_path / 'logs'}\n"
    shown = run_inside("--users", "2", "--days", "2", "--out", tmp_path / "few")
    assert shown.out.endswith(f" notifications to 1 file in {tmp_path / 'few'}\n")


def test_json_is_one_line_for_programs(tmp_path, run_inside):
    arguments = "--users", "6", "--days", "2", "--seed", "4", "--start", "2024-02-28", "--json"
    parameters = "--parameter", "volume_median=90", "--parameter", "priority=-1,-0.6,0,0.7,0.4"
    shown = run_inside(*arguments, *parameters, "--format", "csv", "--out", tmp_path)
    done = json.loads(shown.out)
    seconds = done.pop("seconds")
    people = {"volume_median": 90.0, "priority": (-1.0, -0.6, 0.0, 0.7, 0.4)}
    rows = len(Population(6, 4, start=date(2024, 2, 28), **people).log(2))
    assert done == {"folder": str(tmp_path), "files": 1, "written": 1, "rows": rows}
    assert 0 < seconds < 60
    text = (tmp_path / "users-000000-000005.csv").read_text(encoding="utf-8")
    assert "2024-02-28T" in text and "2024-02-29T" in text


def test_the_command_of_the_data_card_makes_the_same_bytes_again(tmp_path, run_inside):
    first, again = tmp_path / "first", tmp_path / "again"
    options = "--start", "2024-02-28", "--parameter", "priority=-1,-0.6,0,0.7,0.4"
    run_inside("--users", "6", "--days", "2", *options, "--out", first)
    card = (first / "README.md").read_text(encoding="utf-8")
    (command,) = (line for line in card.splitlines() if line.startswith("    gym-push generate"))
    run_inside(*command.split()[2:-1], again)
    assert content(again) == content(first)


def test_without_pyarrow_it_writes_csv_and_says_what_parquet_needs(
    tmp_path, monkeypatch, run_inside
):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    command = "--users", "1", "--days", "1", "--out", tmp_path
    shown = run_inside(*command)
    assert shown.code == 0
    assert (
        "writing CSV: Parquet needs PyArrow, which is not installed: run  python -m pip"
        in shown.errors
    )
    assert (tmp_path / "users-000000-000000.csv").exists()

    shown = run_inside(*command, "--format", "parquet", "--resume")
    assert shown.code == 2
    assert "gym-push: writing Parquet needs PyArrow" in shown.errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--users", "0"], "Invalid value for '--users': 0 is not in the range x>=1"),
        (["--users", "many"], "Invalid value for '--users': 'many' is not a valid integer"),
        (["--days", "0"], "Invalid value for '--days': 0 is not in the range 1<=x<=3650"),
        (["--start", "soon"], "Invalid value for '--start': 'soon' does not match"),
        (["--parameter", "worker=1.5"], "worker=1.5 (probability of a job"),
        (["--parameter", "wroker=0.5"], "no parameter 'wroker'; did you mean 'worker'?"),
        (["--parameter", "worker=half"], "--parameter worker=half: 'half' is not a number"),
        (["--parameter", "worker"], "--parameter worker has no value"),
        (["--parameter", "worker=1", "--parameter", "worker=0"], "worker is given twice"),
        (["--parameter", "apps_most=9.5"], "apps_most=9.5 (apps) must be a whole number"),
        (["--parameter", "priority=1,2"], "must be 5 numbers"),
    ],
)
def test_a_mistake_is_named_in_one_sentence(tmp_path, arguments, message, run_inside):
    shown = run_inside("--users", "5", "--out", tmp_path / "x", *arguments)
    assert (shown.code, shown.out) == (2, "")
    assert message in shown.errors
    assert shown.errors.startswith("gym-push: ") and shown.errors.count("\n") == 1
    assert not (tmp_path / "x").exists()


@posix
def test_two_runs_do_not_write_to_one_folder(half_way, tmp_path, whole):
    half_way.send_signal(signal.SIGSTOP)  # it must not end before the other has begun
    shown = run(*MANY, "--out", tmp_path, "--resume")
    half_way.send_signal(signal.SIGCONT)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert f"another process is writing to {tmp_path}; wait" in shown.stderr
    assert shown.stderr.count("\n") == 1
    half_way.communicate(timeout=120)
    assert content(tmp_path) == whole


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, run_inside):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    shown = run_inside("--users", "5", "--out", tmp_path)
    assert shown.code == 2
    assert f"the folder {tmp_path} is not empty" in shown.errors and "--resume" in shown.errors
    assert list(content(tmp_path)) == ["mine.txt"]


@posix
def test_ctrl_c_leaves_whole_files_and_resume_the_same_bytes(half_way, tmp_path, whole):
    os.killpg(half_way.pid, signal.SIGINT)
    _, errors = half_way.communicate(timeout=60)
    assert half_way.returncode == 130
    assert errors.splitlines()[-1] == (
        f"gym-push: stopped by Ctrl-C; the files in {tmp_path} are whole, and --resume continues"
    )
    assert "Traceback" not in errors
    left = content(tmp_path)
    assert 4 <= len(left) < len(whole) and left.items() <= whole.items()
    assert resumed(tmp_path) == whole


@posix
def test_what_is_killed_is_resumed_to_the_same_bytes(half_way, tmp_path, whole):
    workers = psutil.Process(half_way.pid).children()
    half_way.kill()
    half_way.communicate()
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert not alive
    assert len(content(tmp_path)) < len(whole)
    assert resumed(tmp_path) == whole


@posix
def test_a_worker_that_is_killed_is_a_sentence(tmp_path):
    command = [*COMMAND, *MANY, "--out", str(tmp_path), "--processes", "2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    until(lambda: list(tmp_path.glob("users-*")))
    children = psutil.Process(process.pid).children()
    next(child for child in children if "serve()" in " ".join(child.cmdline())).kill()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "a worker process was killed" in errors.splitlines()[-1]
    assert "Traceback" not in errors
    assert not list(tmp_path.glob(".*"))


@posix
@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_disk_that_is_full_leaves_whole_files_only(tmp_path, processes, whole):
    import resource

    card = len(whole["README.md"])
    smallest = min(len(data) for name, data in whole.items() if name.startswith("users-"))
    assert card < smallest, "the limit must let the card pass and stop the logs"

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (card + 1, card + 1))

    options = "--out", tmp_path, "--processes", processes
    shown = run(*MANY, *options, preexec_fn=limit)
    assert shown.returncode == 1
    assert (
        f"gym-push: writing to {tmp_path} failed: File too large; what is there is whole"
        in shown.stderr
    )
    assert "Traceback" not in shown.stderr
    assert sorted(content(tmp_path)) == ["README.md", "population.json"]
    assert resumed(tmp_path) == whole


@posix
def test_a_bar_shows_how_far_it_is_on_a_terminal_alone(tmp_path):
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
    environment.pop("NO_COLOR", None)
    command = [*COMMAND, "--users", "20", "--days", "1", "--out", str(tmp_path)]
    process = subprocess.Popen(
        command, stderr=theirs, stdout=subprocess.PIPE, text=True, env=environment
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # which says that nobody writes to a terminal any more
        while some := os.read(ours, 4096):
            shown += some
    os.close(ours)
    out, _ = process.communicate(timeout=60)
    shown = shown.decode()
    assert "20 of 20 people" in shown and "\x1b[" in shown and "━" in shown
    assert out.startswith("wrote ") and "\x1b" not in out
