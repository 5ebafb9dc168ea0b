"""An environment goes on without its page or its viewer, and they go with it."""

import os
import signal
import subprocess
import sys

import psutil
import pytest
from page_support import AGENT, ENDLESS, FREE_RUNNING


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


def test_nothing_is_left_after_a_run_without_close(agent):
    player = agent(AGENT.replace("env.close()", ""))
    viewer = player.viewer()
    player.act(1, 0, 1)
    assert player.finish()[0] == 0
    assert psutil.wait_procs([viewer], timeout=10)[1] == []


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_when_the_agent_is_ended(agent, end):
    player = agent(ENDLESS)
    viewer = player.viewer()
    os.kill(player.process.pid, end)
    player.process.wait(20)
    assert psutil.wait_procs([viewer], timeout=10)[1] == []


def test_a_rendered_run_is_the_same_run():
    code = """
import gymnasium, random, numpy, sys
random.seed(0); numpy.random.seed(0)
env = gymnasium.make("gym_push:basic-v0", order="shuffled", render_mode={mode!r})
env.reset(seed=5)
earned = [env.step(i % 2)[1] for i in range(300)]
if env.render_mode:
    from gym_push import viewer
    assert viewer.url(30)
print(earned, random.random(), numpy.random.random())
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", code.format(mode=mode)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for mode in (None, "human")
    ]
    assert runs[0] == runs[1]
