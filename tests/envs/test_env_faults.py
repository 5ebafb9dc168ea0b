"""An environment goes on without its page or its viewer, and they go with it."""

import signal
import socket
from urllib.parse import urlsplit

import psutil
import pytest
from page_support import AGENT, FREE_RUNNING

pytestmark = pytest.mark.slow


@pytest.mark.browser
def test_closing_the_last_page_leaves_the_agent_running(agent, open_page, see):
    player = agent(FREE_RUNNING)
    page = open_page(player.url)
    see(page, "#epoch", "0 / 324")
    player.process.stdin.write("go\n")
    player.process.stdin.flush()
    see(page, "#epoch", "/ 324")
    page.close()
    code, output, _ = player.finish()
    assert (code, output.strip()) == (0, "324")


def test_killing_the_viewer_leaves_the_agent_running(agent):
    player = agent(FREE_RUNNING)
    viewer = player.viewer()
    player.process.stdin.write("go\n")
    player.process.stdin.flush()
    viewer.kill()
    code, output, errors = player.finish()
    assert (code, output.strip()) == (0, "324")
    assert errors.count("the agent goes on without it") == 1
    assert not viewer.is_running()


ENDINGS = {
    "kill -9": ("", signal.SIGKILL, "agent crashed"),
    "SIGTERM": ("", signal.SIGTERM, "agent crashed"),
    "SIGINT": ("", signal.SIGINT, "run ended"),
    "an exception": ("raise RuntimeError('the agent failed')", 1, "agent crashed"),
    "no close()": ("", 0, "run ended"),
    "close()": ("env.close()", 0, "run ended"),
}


@pytest.mark.browser
@pytest.mark.parametrize(("last", "how", "words"), ENDINGS.values(), ids=ENDINGS.keys())
def test_nothing_is_left_however_the_agent_ends(
    agent, open_page, see, tmp_path, monkeypatch, last, how, words
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    player = agent(AGENT.replace("env.close()", last))
    viewer, page = player.viewer(), open_page(player.url)
    assert player.act(1, 0, 1) == 3
    see(page, "#epoch", "3 / 324")
    if isinstance(how, signal.Signals):
        player.process.send_signal(how)
    code, _, errors = player.finish()
    assert code == (-how if isinstance(how, signal.Signals) else how)
    assert errors.count("gym-push:") == 1, "it says where to watch, and no more"
    assert psutil.wait_procs([viewer], timeout=10)[1] == [], "a process or a zombie is left"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(player.url).port), timeout=5)
    assert list(tmp_path.iterdir()) == []
    see(page, "#status", words)
    see(page, "#epoch", "3 / 324")


@pytest.mark.browser
def test_a_run_that_is_watched_is_the_same_run(agent, open_page, see):
    """With a page open in a real Chromium, from the first step on, and with none."""
    code = """
import gymnasium, numpy, random, sys, time
from gym_push import viewer
random.seed(0)
numpy.random.seed(0)
env = gymnasium.make("gym_push:basic-v0", order="shuffled", observation="vector", {kwargs})
taken = [env.reset(seed=5)[0].tolist()]
print(env.render_mode and viewer.url(30), flush=True)
sys.stdin.readline()
for episode in range(2):
    over = False
    while not over:
        *facts, over, _, info = env.step(random.getrandbits(1) ^ numpy.random.randint(2))
        taken.append([facts[0].tolist(), facts[1], info])
        if env.render_mode:
            time.sleep(0.002)
    env.reset()
print([taken, random.getstate(), numpy.random.get_state()[1].tolist(), random.random()], flush=True)
sys.stdin.readline()
"""
    runs = []
    for mode in (None, "human"):
        player = agent(code.replace("{kwargs}", f"render_mode={mode!r}"))
        if mode:
            page = open_page(player.url)
            see(page, "#epoch", "0 / 324")
        print(file=player.process.stdin, flush=True)
        runs.append(player.process.stdout.readline())
        if mode:
            see(page, "#episode", "episode 3")
    assert len(runs[0]) > 10_000
    assert runs[0] == runs[1]
