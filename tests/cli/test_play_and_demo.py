"""`gym-push play` and `demo`: an agent plays, learns, is watched, stopped and kept."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from command_support import run_apart, run_here

from gym_push import bundled_log

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of POSIX")

SLOW = """
import pathlib, time

class Slow:
    def __init__(self, observation_space, action_space): self.decisions = 0
    def reset(self, seed=None): pass
    def act(self, observation):
        self.decisions += 1
        if self.decisions == 5:
            pathlib.Path("begun").touch()
            time.sleep(60)
        return 1
    def learn(self, observation, action, reward): pass

class Practised:
    def __init__(self, observation_space, action_space): self.people = 0
    def reset(self, seed=None): pass
    def act(self, observation): return 0 if self.people else 1
    def learn(self, observation, action, reward): pass
    def pretrain(self, env, seed):
        self.people = env.num_envs
        env.reset(seed=seed)
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slow.py").write_text(SLOW)


def played(line, monkeypatch, capsys):
    shown = run_here(f"gym-push play {line} --no-page --json", monkeypatch, capsys)
    assert (shown.code, shown.errors) == (0, "")
    return json.loads(shown.out)


def test_it_says_what_was_played_and_reached(monkeypatch, capsys):
    done = played("'table-per-app(prior=2)'", monkeypatch, capsys)
    [episode] = done.pop("episodes")
    assert done == {
        "agent": "table-per-app",
        "parameters": {"prior": 2},
        "env": "basic-v0",
        "seed": 0,
        "stopped": False,
    }
    score = episode["score"]
    assert episode["decisions"] == sum(episode["actions"]) == len(bundled_log())
    assert episode["ended"] and episode["reward"] == 2 * round(324 * score["performance"]) - 324
    assert score["ctr"] == episode["actions"][1] / 324
    assert score["user_ctr"] == pytest.approx(bundled_log().actions.mean())


def test_it_goes_on_learning_from_episode_to_episode(monkeypatch, capsys):
    first, second = played("table-per-app-and-time --episodes 2", monkeypatch, capsys)["episodes"]
    assert second["reward"] > first["reward"]


def test_the_seed_decides_the_run(monkeypatch, capsys):
    line = "random --env delivery-v0 --seed 4"
    assert played(line, monkeypatch, capsys) == played(line, monkeypatch, capsys)
    assert played(line, monkeypatch, capsys) != played(f"{line}1", monkeypatch, capsys)


def test_without_an_environment_it_is_the_agents(monkeypatch, capsys):
    done = played("suppress-all", monkeypatch, capsys)
    [episode] = done["episodes"]
    assert done["env"] == "delivery-v0"
    assert episode["score"] is None and episode["actions"][:2] == [0, 0]
    assert sum(episode["parts"].values()) == pytest.approx(episode["reward"])


def test_what_was_sent_and_what_it_led_to_is_told(monkeypatch, capsys):
    [first, second] = played("best-of-history --episodes 2", monkeypatch, capsys)["episodes"]
    assert first["user"] != second["user"]
    for episode in (first, second):
        assert 0 < episode["notifications"] == sum(episode["actions"][1:])
        assert sum(episode["parts"].values()) == pytest.approx(episode["reward"])
        assert episode["measures"]["ctr"] > 0.0
    [nothing] = played("never-send", monkeypatch, capsys)["episodes"]
    assert nothing["notifications"] == 0 and nothing["measures"]["ctr"] is None
    shown = run_here("gym-push play never-send --no-page", monkeypatch, capsys)
    assert "never-send in send-v0" in shown.out and "leaving" in shown.out


@pytest.mark.parametrize("env_id", ["delivery-v0", "send-v0"])
def test_an_agent_that_wants_to_practise_does_so_before_it_plays(env_id):
    line = f"gym-push play slow:Practised --env {env_id} --no-page --json"
    shown = run_apart(line)
    assert (shown.code, shown.errors) == (0, "slow:Practised practises first, with other people\n")
    first, *others = json.loads(shown.out)["episodes"][0]["actions"]
    assert first and not any(others)


def test_the_page_shows_it_and_the_run_is_kept(tmp_path):
    shown = run_apart("gym-push play random --delay 0.02 --record run.html")
    assert shown.code == 0
    assert shown.errors.startswith("gym-push: watch at http://127.0.0.1:")
    assert shown.errors.endswith("/\nwrote run.html\n") and shown.errors.count("\n") == 2
    assert "random in basic-v0" in shown.out and "324" in shown.out
    assert (tmp_path / "run.html").read_text(encoding="utf-8").startswith("<!")


@posix
@pytest.mark.parametrize("json_too", [False, True], ids=["table", "json"])
def test_ctrl_c_shows_what_was_reached_and_keeps_the_run(tmp_path, json_too):
    command = "play slow:Slow --no-page --record run.html" + (" --json" if json_too else "")
    process = subprocess.Popen(
        [sys.executable, "-m", "gym_push.cli", *command.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 60
    while not (tmp_path / "begun").exists():
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == "wrote run.html\ngym-push: stopped by Ctrl-C after 4 decisions\n"
    if json_too:
        done = json.loads(out)
        assert done["stopped"] and done["episodes"][0]["decisions"] == 4
    else:
        assert "1 (stopped)" in out
    assert (tmp_path / "run.html").exists()


@posix
@pytest.mark.parametrize("answer", [b"\n", b"\x03"], ids=["Enter", "Ctrl-C"])
def test_on_a_terminal_the_page_stays_until_the_person_has_seen_it(answer):
    import pty

    process, terminal = pty.fork()
    if process == 0:
        arguments = [sys.executable, "-m", "gym_push.cli", "play", "random", "--delay", "0"]
        os.execv(sys.executable, arguments)
    shown = b""
    while b"Press Enter to end." not in shown:
        shown += os.read(terminal, 1000)
    address = shown.partition(b"watch at ")[2].split()[0]
    assert b"stays on the page, " + address + b"\r\nPress Enter" in shown
    os.write(terminal, answer)
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    assert b"Traceback" not in shown


def test_the_demo_shows_that_learning_beats_guessing_and_what_comes_next(monkeypatch, capsys):
    shown = run_here("gym-push demo --no-page --json", monkeypatch, capsys)
    done = json.loads(shown.out)
    rewards = {name: agent["reward"] for name, agent in done["agents"].items()}
    assert max(rewards, key=rewards.get) == "table-per-app"
    told = run_here("gym-push demo --no-page", monkeypatch, capsys)
    assert (told.code, told.errors) == (0, "")
    assert all(line in told.out for line in done["next"])
    assert "here are 324" in told.out.lower()


def test_the_demo_takes_its_seconds():
    began = time.monotonic()
    shown = run_apart("gym-push demo --seconds 3")
    assert shown.code == 0
    assert time.monotonic() - began > 3
    assert "watch at http://127.0.0.1:" in shown.errors
