"""A page holds an agent up only as long as it is there, and never for anybody else."""

import signal
import time

import psutil
import pytest
import websocket
from viewer_support import ask, eventually, make_frame, open_feed

pytestmark = pytest.mark.slow

STEPPING = """
steps = open(sys.argv[1], "ab", buffering=0)
for count in range(2, 10**9):
    feed.publish(count)
    steps.write(b".")
    time.sleep(0.001)
"""


def view(url, feed=None):
    return ask(url, "next", feed, {})


def epoch(url):
    return view(url)["frame"]["epoch"]


@pytest.fixture
def stepping(script, tmp_path):
    """An agent that steps a thousand times a second, and a function that says how often it has."""
    path = tmp_path / "steps"
    path.touch()
    return script(STEPPING, path), lambda: path.stat().st_size


@pytest.fixture
def paused(stepping, open_page):
    """The same, paused by a page that stays open."""
    agent, steps = stepping
    page = open_page(agent.url)
    page.locator("#pause").click()
    assert eventually(lambda: stands_still(steps))
    return agent, steps, page


def stands_still(steps):
    before = steps()
    time.sleep(0.2)
    return steps() == before


def test_nobody_waits_when_nobody_asks(feed, served):
    start = time.perf_counter()
    for number in range(100_000):
        feed.publish({"epoch": number})
    assert (time.perf_counter() - start) / 100_000 < 20e-6  # a wait would be of milliseconds


@pytest.mark.browser
def test_a_paused_agent_stops_and_steps_and_goes_on(paused):
    agent, steps, _ = paused
    assert view(agent.url)["pace"] == {"paused": True, "delay": 0.0}
    before = steps()
    for _ in range(3):
        ask(agent.url, "control", 1, {"step": True})
    assert eventually(lambda: steps() == before + 3)
    assert stands_still(steps)
    assert eventually(lambda: view(agent.url)["frame"]["epoch"] == steps() + 2)
    ask(agent.url, "control", 1, {"paused": False})
    assert eventually(lambda: steps() > before + 100)
    assert view(agent.url)["pace"] == {"paused": False, "delay": 0.0}


@pytest.mark.browser
def test_a_slowed_agent_takes_its_time(stepping, open_page):
    agent, steps = stepping
    open_page(agent.url)
    ask(agent.url, "control", 1, {"delay": 0.2})
    time.sleep(0.5)
    before, start = steps(), time.monotonic()
    assert eventually(lambda: steps() >= before + 3)
    assert time.monotonic() - start > 0.4
    ask(agent.url, "control", 1, {"delay": 0})
    assert eventually(lambda: steps() > before + 100)


@pytest.mark.browser
def test_the_agent_runs_on_when_the_last_page_leaves(paused):
    agent, steps, page = paused
    before = steps()
    page.close()
    time.sleep(1.0)
    assert steps() == before, "a page that is reloaded is not there for a moment"
    assert eventually(lambda: steps() > before + 100)
    assert view(agent.url)["pace"] == {"paused": False, "delay": 0.0}


@pytest.mark.browser
def test_the_agent_runs_on_when_the_viewer_dies(paused):
    agent, steps, _ = paused
    before = steps()
    psutil.Process(agent.viewer).kill()
    assert eventually(lambda: steps() > before + 100)


@pytest.mark.browser
def test_the_agent_runs_on_when_the_viewer_hangs_and_is_paused_again_after_it(paused):
    agent, steps, _ = paused
    viewer = psutil.Process(agent.viewer)
    time.sleep(6)
    before = steps()
    assert stands_still(steps), "longer than a viewer that is well may take to say so"
    viewer.suspend()
    assert eventually(lambda: steps() > before + 100)
    viewer.resume()
    assert eventually(lambda: stands_still(steps))
    assert view(agent.url)["pace"]["paused"]


@pytest.mark.browser
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_paused_agent_can_be_ended(paused, end):
    agent = paused[0]
    agent.process.send_signal(end)
    assert agent.process.wait(5) == -end
    assert agent.viewer_is_gone()


@pytest.mark.browser
def test_an_interrupt_reaches_a_paused_agent_where_it_waits(script, open_page):
    agent = script(
        """
try:
    while True:
        feed.publish(2)
        time.sleep(0.001)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    )
    open_page(agent.url)
    ask(agent.url, "control", 1, {"paused": True})
    time.sleep(0.3)
    agent.process.send_signal(signal.SIGINT)
    assert agent.finish()[0] == "interrupted\n"


@pytest.mark.browser
def test_the_end_of_the_process_does_not_wait_for_a_pause(script, open_page):
    """A daemon thread that is held up does not keep the process; nor does an unclosed feed."""
    agent = script(
        """
import threading
def run():
    while True:
        feed.publish(2)
        time.sleep(0.001)
threading.Thread(target=run, daemon=True).start()
sys.stdin.readline()
"""
    )
    open_page(agent.url)
    ask(agent.url, "control", 1, {"paused": True})
    assert view(agent.url)["pace"]["paused"]
    time.sleep(0.2)
    _, errors, code = agent.finish()
    assert (code, errors.splitlines()) == (0, [f"gym-push: watch at {agent.url}"])
    assert agent.viewer_is_gone()


@pytest.mark.browser
def test_closing_a_feed_lets_its_agent_go(script, open_page):
    agent = script(
        """
import threading
def run():
    for count in range(10**9):
        feed.publish(2)
        time.sleep(0.001)
        if closed.is_set():
            return
closed = threading.Event()
thread = threading.Thread(target=run)
thread.start()
sys.stdin.readline()
closed.set()
feed.close()
thread.join(5)
print(thread.is_alive())
"""
    )
    open_page(agent.url)
    ask(agent.url, "control", 1, {"paused": True})
    time.sleep(0.3)
    assert agent.finish()[0] == "False\n"


@pytest.mark.browser
def test_each_tab_has_its_own_pace(feed, page, open_page):
    def places():
        return [tab["place"] for tab in view(page.url)["tabs"]]

    *earlier, first = places()  # of other tests in this process, which may still be there
    other = open_feed("other", lambda epoch: make_frame(epoch=epoch))
    other.publish(1)
    assert eventually(lambda: len(places()) == len(earlier) + 2)
    second = places()[-1]
    ask(page.url, "control", second, {"paused": True})
    assert view(page.url, second)["pace"]["paused"]
    assert not view(page.url, first)["pace"]["paused"]
    assert eventually(lambda: other.gate.held)
    feed.publish({})  # returns: this one is not held
    other.close()
    assert not other.gate.held
    assert eventually(lambda: not view(page.url, second)["pace"]["paused"])


def test_an_agent_that_does_not_listen_keeps_no_page_waiting(script):
    """The line to a stopped agent fills up; the viewer serves on, and nothing is stored for it."""
    agent = script("time.sleep(60)")
    psutil.Process(agent.process.pid).suspend()
    used = psutil.Process(agent.viewer).memory_info().rss
    with pytest.raises(websocket.WebSocketTimeoutException):
        for number in range(3000):
            ask(agent.url, "control", 1, {"paused": number % 2 == 0}, timeout=1)
    assert epoch(agent.url) == 1
    assert psutil.Process(agent.viewer).memory_info().rss < used + 30_000_000
    psutil.Process(agent.process.pid).resume()
    assert eventually(lambda: ask(agent.url, "control", 1, {"paused": True}) is None)
