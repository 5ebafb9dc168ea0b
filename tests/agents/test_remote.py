"""An agent in a process of its own: it ends with its parent, whatever it is doing."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

pytestmark = pytest.mark.slow

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

BUSY = """
import os, subprocess, sys
class Busy:
    def __init__(self, observation_space, action_space):
        print("made")
    def reset(self, seed=None):
        self.step = 0
    def act(self, observation):
        self.step += 1
        if self.step == 20:
            helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            with open("pids.part", "w") as file:
                print(os.getpid(), helper.pid, file=file)
            os.rename("pids.part", "pids")
            while WAITING:
                pass
            helper.kill()
            helper.wait()
        return 0
    def learn(self, observation, action, reward): pass
"""


def evaluating(tmp_path, waiting, *more):
    (tmp_path / "busy.py").write_text(BUSY.replace("WAITING", str(waiting)))
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "gym_push.cli", "evaluate", "busy:Busy", *more],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def busy(tmp_path, evaluation):
    """The processes of the agent, when it is in the midst of a decision."""
    while not (tmp_path / "pids").exists():
        assert evaluation.poll() is None, evaluation.stderr.read()
        time.sleep(0.05)
    return [psutil.Process(int(pid)) for pid in (tmp_path / "pids").read_text().split()]


@posix
@pytest.mark.parametrize("processes", ["1", "2"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_of_an_agent_whose_parent_has_ended(tmp_path, how, processes):
    evaluation = evaluating(tmp_path, True, "--processes", processes)
    left = busy(tmp_path, evaluation)
    os.kill(evaluation.pid, how)
    _, errors = evaluation.communicate(timeout=60)
    _, alive = psutil.wait_procs(left, timeout=30)
    assert not alive
    if how == signal.SIGINT:
        assert evaluation.returncode == 130
        assert "stopped by Ctrl-C" in errors and "Traceback" not in errors


def test_what_an_agent_prints_is_no_answer_and_no_result(tmp_path):
    out, errors = evaluating(tmp_path, False, "--json").communicate(timeout=60)
    [told] = json.loads(out)["agents"]
    assert told["agent"] == "busy:Busy" and told["metrics"]["ctr"]["value"] == 0.0
    assert errors.startswith("made\n")
