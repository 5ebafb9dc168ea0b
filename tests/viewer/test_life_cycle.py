"""The viewer never slows, changes or outlives the agent."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from viewer_support import eventually, make_frame, open_feed, viewers

from gym_push import viewer

HEAVY = {"eel", "gevent", "bottle", "json_tricks", "pandas", "asyncio"}


def test_nothing_runs_before_the_first_state():
    code = """
import sys, threading
from gym_push import viewer
viewer.open_feed("quiet", None, None).close()
print(threading.active_count(), *sys.modules)
"""
    output = subprocess.check_output([sys.executable, "-c", code], text=True)
    threads, *modules = output.split()
    assert threads == "1"
    assert not HEAVY & set(modules)


def test_the_agent_never_imports_eel(script):
    agent = script("print(*sys.modules)")
    modules = set(agent.finish()[0].split())
    assert not {"eel", "gevent", "bottle"} & modules


def test_publishing_leaves_the_global_random_state_alone(feed, served):
    state = random.getstate()
    for epoch in range(50):
        feed.publish({"epoch": epoch})
        time.sleep(0.005)
    assert random.getstate() == state


def test_a_killed_viewer_costs_one_line_and_nothing_else(capfd):
    feed = open_feed("basic-v0", lambda changes: make_frame(**changes))
    feed.publish({})
    assert viewer.url(30)
    (process,) = viewers()
    process.kill()
    assert eventually(lambda: not psutil.pid_exists(process.pid)), "a zombie is left"
    for epoch in range(1000):
        feed.publish({"epoch": epoch})
    assert eventually(lambda: "the viewer has gone" in capfd.readouterr().err)
    assert viewer.url(0) is None
    again = open_feed("basic-v0", lambda changes: make_frame(**changes))
    again.publish({})
    assert viewer.url(30), "a new environment gets a new viewer"
    assert "gone" not in capfd.readouterr().err
    again.close()


def test_a_frozen_viewer_never_blocks_the_agent(script):
    agent = script(
        """
big = {"text %d" % i: "x" * 200 for i in range(200)}
feed = open_feed("big", lambda epoch: make_frame(epoch=epoch, context=big))
server.suspend()
worst, end = 0.0, time.monotonic() + 1.5
while time.monotonic() < end:
    start = time.perf_counter()
    feed.publish(1)
    worst = max(worst, time.perf_counter() - start)
    time.sleep(0.001)
print(worst, time.monotonic())
"""
    )
    output, _, code = agent.finish()
    worst, end = map(float, output.split())
    assert worst < 0.05
    assert time.monotonic() - end < 4, "the end of the process waits two seconds at most"
    assert code == 0
    assert agent.viewer_is_gone()


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("", 0),
        ("feed.close()", 0),
        ("raise RuntimeError('the agent failed')", 1),
        ("sys.exit(3)", 3),
        ("os._exit(4)", 4),
        ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
        ("os.kill(os.getpid(), signal.SIGINT); time.sleep(9)", -signal.SIGINT),
    ],
)
def test_nothing_is_left_however_the_agent_ends(script, ending, code):
    agent = script(ending)
    assert agent.finish()[2] == code
    assert agent.viewer_is_gone()


def test_a_child_forked_while_the_viewer_starts_can_import_what_it_likes():
    code = """
import os, time
from viewer_support import make_frame, open_feed
from gym_push import viewer
feed = open_feed("basic-v0", lambda epoch: make_frame(epoch=epoch))
feed.publish(1)
children = []
for _ in range(8):
    time.sleep(0.04)
    child = os.fork()
    if child == 0:
        import pandas, json_tricks, json
        os._exit(0)
    children.append(child)
for child in children:
    assert os.waitpid(child, 0)[1] == 0
"""
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        timeout=60,
    )
    assert result.returncode == 0


def test_a_forked_child_does_not_keep_the_viewer(script):
    agent = script(
        """
child = os.fork()
if child == 0:
    time.sleep(20)
    os._exit(0)
print(child, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    )
    child = int(agent.process.stdout.readline())
    assert agent.viewer_is_gone()
    assert psutil.pid_exists(child)
    psutil.Process(child).kill()


def test_a_forked_child_that_renders_is_a_tab_of_its_parents_page(script):
    agent = script(
        """
child = os.fork()
feed.publish(2)
if child == 0:
    print(viewer.url(30), flush=True)
    sys.exit(0)
os.waitpid(child, 0)
print(viewer.url(0))
"""
    )
    assert agent.finish()[0].split() == [agent.url, agent.url]


def test_works_when_warnings_are_errors(script, monkeypatch):
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    agent = script("feed.publish(2)")
    assert agent.finish()[1:] == (f"gym-push: watch at {agent.url}\n", 0)


def test_a_viewer_that_cannot_start_costs_one_line():
    code = """
import sys
sys.path[:0] = sys.argv[1:]
from gym_push import viewer
from viewer_support import make_frame, open_feed
sys.executable = "/nowhere/python"
feed = open_feed("basic-v0", lambda epoch: make_frame(epoch=epoch))
for epoch in range(100):
    feed.publish(epoch)
print(viewer.url(30))
feed.publish(100)
"""
    command = [sys.executable, "-c", code, str(Path(__file__).parent)]
    agent = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (agent.stdout, agent.returncode) == ("None\n", 0)
    (line,) = agent.stderr.splitlines()
    assert line.startswith("gym-push: the viewer could not start")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a desktop")
@pytest.mark.parametrize(
    ("desktop", "opened"),
    [
        ({"DISPLAY": ":9"}, True),
        ({"WAYLAND_DISPLAY": "wayland-9"}, True),
        ({}, False),
        ({"DISPLAY": ":9", "CI": "true"}, False),
        ({"DISPLAY": ":9", "GYM_PUSH_BROWSER": "0"}, False),
    ],
)
def test_a_browser_opens_only_where_a_person_sits(tmp_path, desktop, opened):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o700)
    code = "from gym_push.viewer.process import open_browser; open_browser('http://127.0.0.1:1/')"
    environ = {**desktop, "BROWSER": f"{browser} %s"}
    subprocess.run([sys.executable, "-c", code], env=environ, check=True, timeout=30)
    assert (tmp_path / "opened").exists() == opened


def test_a_frame_that_cannot_be_made_is_told_once(feed, served, capfd):
    for _ in range(3):
        feed.publish({"no such field": 1})
        time.sleep(0.1)
    assert eventually(lambda: "cannot be shown" in capfd.readouterr().err)
    assert "cannot be shown" not in capfd.readouterr().err
    assert len(viewers()) == 1


def test_threads_may_publish_at_once(feed, served):
    def play():
        for epoch in range(5000):
            feed.publish({"epoch": epoch})

    threads = [threading.Thread(target=play) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert viewer.url(0) == served
    assert len(viewers()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stdin_or_stdout_does_not_cost_the_page(closed, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import gymnasium, pathlib, sys\nfrom gym_push import viewer\n"
        "env = gymnasium.make('gym_push:basic-v0', render_mode='human')\nenv.reset(seed=1)\n"
        "pathlib.Path(sys.argv[1]).write_text(str(viewer.url(60)))\n"
    )
    told = tmp_path / "told"
    command = ["sh", "-c", f'"$0" "$@" {closed}', sys.executable, script, told]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert told.read_text().startswith("http://127.0.0.1:")
