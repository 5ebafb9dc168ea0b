"""`gym-push listen` as a person runs it, and as it is killed."""

import json
import shlex
import signal
import subprocess
import sys

import pytest
from listen_support import rows_of, start_listening
from live_support import until

from gym_push import read_log

ANSWERS = ("open", "close") * 6


def use(desktop, answers):
    """Sends notifications by notify-send and answers them as the person does."""
    for number, answer in enumerate(answers):
        if answer == "open":
            waits = desktop.send_and_wait("-A", "default=Open", "-a", "Chat", f"Maya {number}")
            until(lambda: desktop.shown() == 1, "the notification")
            desktop.dunstctl("action", "0")
            waits.wait(20)
            waits.stdout.close()
        else:
            desktop.send("-a", "Mail", f"Offer {number}")
            until(lambda: desktop.shown() == 1, "the notification")
        desktop.dunstctl("close")
        until(lambda: desktop.shown() == 0, "its end")


def end(process, how=signal.SIGINT):
    process.send_signal(how)
    out, errors = process.communicate(timeout=30)
    return process.returncode, out, errors


def run(desktop, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "gym_push.cli", *arguments],
        env=desktop.env, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_ctrl_c_says_what_is_known_and_the_log_is_played(desktop, tmp_path):
    folder = tmp_path / "my-desktop"
    listens = start_listening(desktop, "--out", str(folder))
    use(desktop, ANSWERS)
    code, out, errors = end(listens)
    said = f"{folder} has 12 notifications: 6 opened, 6 dismissed, 0 without an answer\n"
    assert (code, out, errors) == (0, said, "")
    assert read_log(folder).actions.tolist() == [1, 0] * 6
    played = run(desktop, "play", "table-per-app", "--log", str(folder), "--no-page")
    assert played.returncode == 0 and " 12 " in played.stdout, played


def test_killed_it_loses_the_open_ones_and_goes_on(desktop, tmp_path):
    folder = tmp_path / "log"
    listens = start_listening(desktop, "--out", str(folder), "--text", "keep")
    use(desktop, ["open", "close", "close"])
    desktop.send("is open")
    until(lambda: len(rows_of(folder)) == 3, "three rows")
    assert end(listens, signal.SIGKILL)[0] == -signal.SIGKILL
    assert len(read_log(folder)) == 3
    desktop.dunstctl("close")
    listens = start_listening(desktop, "--out", str(folder), "--text", "keep", "--json")
    use(desktop, ["close"])
    code, out, _ = end(listens, signal.SIGTERM)
    assert code == 0
    assert json.loads(out) == {
        "log": str(folder), "rows": 4, "outcomes": {"opened": 1, "dismissed": 3},
    }  # fmt: skip
    assert [row["text"] for row in rows_of(folder)] == ["Maya 0", "Offer 1", "Offer 2", "Offer 0"]


def test_a_kill_at_once_loses_nothing_that_is_answered(desktop, tmp_path):
    folder = tmp_path / "log"
    listens = start_listening(desktop, "--out", str(folder))
    for number in range(30):
        desktop.send(f"{number}")
        desktop.dunstctl("close")
    [day] = folder.glob("*.jsonl")
    until(lambda: day.read_bytes().count(b"\n") >= 29, "the day")
    known = day.read_bytes().count(b"\n")
    end(listens, signal.SIGKILL)
    again = start_listening(desktop, "--out", str(folder), "--seconds", "0.1")
    out = again.communicate(timeout=30)[0]
    assert known >= 29 and out.startswith(f"{folder} has {known} notifications: ")


def test_what_is_wrong_is_told_in_a_sentence(empty_desktop, tmp_path):
    def said(*arguments, **env):
        empty_desktop.env.update(env)
        done = run(empty_desktop, "listen", *arguments)
        assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
        return done.returncode, done.stderr

    out = str(tmp_path / "log")
    (tmp_path / "file.csv").write_text("")
    code, words = said("--out", str(tmp_path / "file.csv"))
    assert code == 2 and "is a file, and a live log is a folder" in words
    code, words = said("--out", "/proc/nowhere/log.csv")
    assert code == 1 and "/proc/nowhere/log.csv cannot be written" in words
    code, words = said("--out", out, DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere")
    assert code == 2 and "the session bus unix:path=/nowhere cannot be reached" in words


def test_without_its_extra_it_says_how_to_get_it(tmp_path):
    hide = "import sys; sys.modules['dbus_fast'] = None; from gym_push.cli.app import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", hide, "listen", "--out", str(tmp_path / "log")],
        capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.count("\n") == 1
    assert "needs dbus-fast, which is not installed" in done.stderr
    assert 'pip install ".[live]"' in done.stderr


def test_a_desktop_without_a_daemon_is_told(empty_desktop, tmp_path):
    done = run(empty_desktop, "listen", "--out", str(tmp_path / "log"), "--seconds", "0", "--json")
    assert "nobody shows notifications on this desktop yet" in done.stderr
    assert json.loads(done.stdout)["rows"] == 0


def test_the_unit_runs_the_command_as_it_was_given(empty_desktop, tmp_path):
    out = tmp_path / 'my "50 %" $log.csv'
    done = run(empty_desktop, "listen", "--out", str(out), "--text", "hash", "--print-unit")
    assert done.returncode == 0
    [line] = [each for each in done.stdout.splitlines() if each.startswith("ExecStart=")]
    words = [
        word.replace("%%", "%").replace("$$", "$")
        for word in shlex.split(line.removeprefix("ExecStart="))
    ]
    assert words == [
        sys.executable, "-m", "gym_push.cli", "listen", "--out", str(out), "--text", "hash",
    ]  # fmt: skip
    assert "WantedBy=graphical-session.target" in done.stdout
    assert "KillMode=process" in done.stdout  # else the daemon that a guard has put back dies


@pytest.mark.parametrize("name", ["DISPLAY", "HOME"])
def test_it_needs_neither_a_screen_nor_a_home(name, empty_desktop, tmp_path):
    del empty_desktop.env[name]
    done = run(empty_desktop, "listen", "--out", str(tmp_path / "log"), "--seconds", "0")
    assert done.returncode == 0, done.stderr
