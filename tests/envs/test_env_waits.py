"""An agent never waits for its viewer or for pages, whatever becomes of them."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import psutil
import pytest
import websocket
from page_support import AGENT, LONGEST, TIMED

pytestmark = pytest.mark.slow

PAGES = 50


def until(true, timeout=15.0):
    end = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < end, "it does not come to hold"
        time.sleep(0.05)


def connect(url, **options):
    return websocket.create_connection(url.replace("http", "ws", 1) + "eel", timeout=10, **options)


def ask(page, name, *arguments):
    page.send(json.dumps({"call": 1, "name": name, "args": arguments}))
    return json.loads(page.recv())["value"]


def epoch(url):
    page = connect(url)
    try:
        return ask(page, "next", None, {})["frame"]["epoch"]
    finally:
        page.close()


def watchers(viewer):
    """How many connections of pages the viewer has."""
    return len([each for each in viewer.net_connections() if each.status == "ESTABLISHED"])


def test_the_viewer_is_killed(agent):
    player = agent(TIMED)
    viewer, page = player.viewer(), connect(player.url)
    process = psutil.Process(player.process.pid)
    threads = process.num_threads()
    viewer.kill()
    time.sleep(1)
    assert player.longest_step() < LONGEST
    until(lambda: not psutil.pid_exists(viewer.pid))
    until(lambda: process.num_threads() == threads - 2)
    assert process.net_connections() == []
    assert process.children() == []
    page.shutdown()
    code, _, errors = player.finish()
    assert (code, errors.count("the agent goes on without it")) == (0, 1)


@pytest.mark.browser
def test_the_viewer_is_frozen(agent, open_page, see):
    player = agent(TIMED)
    viewer, page = player.viewer(), open_page(player.url)
    see(page, "#status", "live")
    player.longest_step()
    viewer.suspend()
    for _ in range(3):
        time.sleep(1)
        assert player.longest_step() < LONGEST
    before = page.locator("#epoch").inner_text()
    viewer.resume()
    until(lambda: page.locator("#epoch").inner_text() != before)
    see(page, "#status", "live")
    assert player.longest_step() < LONGEST


@pytest.mark.browser
def test_the_browser_is_killed(agent, chromium, tmp_path):
    """A Chromium of its own, with all of its processes; it had paused the agent as it went."""
    player = agent(TIMED)
    viewer = player.viewer()
    killed = subprocess.Popen(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--no-first-run",
            f"--user-data-dir={tmp_path}",
            player.url,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until(lambda: watchers(viewer) > 0, timeout=30)
        time.sleep(1)
        assert player.longest_step() < LONGEST
        asking = connect(player.url)
        ask(asking, "control", 1, {"paused": True})
        asking.close()
        time.sleep(0.5)  # what it had shown by then has arrived
        at = epoch(player.url)
        time.sleep(0.5)
        assert epoch(player.url) == at
    finally:
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    until(lambda: watchers(viewer) == 0)
    time.sleep(3)  # without a page, which each look at it would be
    assert epoch(player.url) != at
    player.longest_step()  # with the pause
    time.sleep(1)
    assert player.longest_step() < LONGEST
    assert viewer.is_running()
    assert player.finish()[0] == 0


@pytest.mark.browser
def test_fifty_pages_of_which_one_never_reads(agent, open_page, see):
    player = agent(TIMED)
    viewer, over = player.viewer(), threading.Event()
    tabs = [open_page(player.url) for _ in range(4)]
    small = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),)
    deaf = connect(player.url, sockopt=small)
    reading = [connect(player.url) for _ in range(PAGES - len(tabs) - 1)]
    answers = dict.fromkeys(range(len(reading)), 0)

    def read():
        while not over.is_set():
            for number, page in enumerate(reading):
                ask(page, "next", None, {})
                answers[number] += 1

    def ask_on():
        """As long as the viewer takes what it asks; what it answers is never read."""
        with contextlib.suppress(OSError, websocket.WebSocketException):
            while not over.is_set():
                deaf.send(json.dumps({"call": 1, "name": "next", "args": [None, {}]}))
                time.sleep(0.005)

    threads = [threading.Thread(target=read), threading.Thread(target=ask_on)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(2)
        used = viewer.memory_info().rss
        player.longest_step()
        for _ in range(3):
            time.sleep(1)
            assert player.longest_step() < LONGEST
        assert viewer.memory_info().rss < used + 20_000_000
        for page in tabs:
            see(page, "#status", "live")
            before = page.locator("#epoch").inner_text()
            until(lambda page=page, before=before: page.locator("#epoch").inner_text() != before)
        until(lambda: min(answers.values()) > 3)
    finally:
        over.set()
        with contextlib.suppress(OSError):  # the viewer may have closed it, for it asks too much
            deaf.sock.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
    (code, *_), end = player.finish(), time.monotonic()
    assert code == 0
    until(lambda: not viewer.is_running())
    assert time.monotonic() - end < 5
    for page in tabs:
        see(page, "#status", "run ended")
    for page in (deaf, *reading):
        page.shutdown()


def test_the_port_of_a_killed_viewer_is_taken(agent):
    """Whoever has it then is told nothing, and the next environment's page has another."""
    player = agent(
        AGENT.replace("env.close()", "")
        + """
again = gymnasium.make("gym_push:basic-v0", render_mode="human")
again.reset()
print(viewer.url(30), flush=True)
sys.stdin.read()
"""
    )
    viewer, port = player.viewer(), urlsplit(player.url).port
    viewer.kill()
    until(lambda: not psutil.pid_exists(viewer.pid))
    with socket.create_server(("127.0.0.1", port)) as stranger:
        stranger.settimeout(0.5)
        assert player.act(1, 0, 1) == 3
        player.process.stdin.close()
        again = player.process.stdout.readline().strip()
        assert urlsplit(again).port not in (port, None)
        with pytest.raises(TimeoutError):
            stranger.accept()


EVERY_PORT_TAKEN = """
import socket, subprocess, sys
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
with open("/proc/sys/net/ipv4/ip_local_port_range", "w") as ports:
    ports.write("40000 40001")
taken = [socket.create_server(("127.0.0.1", port)) for port in (40000, 40001)]
import gymnasium
env = gymnasium.make("gym_push:basic-v0", render_mode="human")
env.reset()
from gym_push import viewer
print(viewer.url(30))
for _ in range(324):
    env.step(1)
print(env.unwrapped.score.decisions)
env.close()
"""


def test_every_port_is_taken():
    """In a network of its own, that has two; ports are otherwise chosen from the free ones."""
    alone = ["unshare", "--user", "--map-root-user", "--net"]
    try:
        subprocess.run([*alone, "ip", "link"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine gives no process a network of its own")
    command = [*alone, sys.executable, "-c", EVERY_PORT_TAKEN]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout.split()) == (0, ["None", "324"]), run.stderr
    (line,) = run.stderr.splitlines()
    assert line.startswith("gym-push: the viewer has gone")
    assert "Address already in use" in line
