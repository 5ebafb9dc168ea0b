"""Tasks are taken a few at a time, and nothing goes on when nobody waits for it."""

import operator
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from itertools import count

import psutil
import pytest

from gym_push.workers import work_through


def children():
    return [child for child in psutil.Process().children() if child.is_running()]


@pytest.mark.parametrize("processes", [1, 2])
def test_every_task_is_done_once(processes):
    done = work_through(operator.neg, range(9), processes)
    assert sorted(done) == list(range(-8, 1))


@pytest.mark.parametrize("processes", [1, 2])
def test_tasks_without_end_are_taken_a_few_at_a_time(processes):
    taken = count()
    with closing(work_through(operator.neg, taken, processes)) as done:
        assert next(done) <= 0
    assert next(taken) <= 6


def test_closing_ends_what_is_being_done():
    began = time.monotonic()
    with closing(work_through(time.sleep, [0, 600, 600], 2)) as done:
        next(done)
        workers = [child for child in children() if "serve()" in " ".join(child.cmdline())]
        assert workers
    assert time.monotonic() < began + 60
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert not alive


def test_what_a_task_raises_comes_out():
    with pytest.raises(TypeError, match="bad operand"):
        list(work_through(operator.neg, ["no number", "none either"], 2))


class PickyError(Exception):
    """An error that can be pickled and not be unpickled."""

    def __init__(self, one, other):
        super().__init__(f"{one} and {other}")


def fail(how):
    if how == "picky":
        raise PickyError("one", "other")
    if how == "print":
        print("no answer", flush=True)
        return input()
    os.kill(os.getpid(), signal.SIGKILL)


def test_whatever_a_task_raises_is_told():
    with pytest.raises(RuntimeError, match="PickyError: one and other") as caught:
        list(work_through(fail, ["picky", "picky"], 2))
    assert "test_processes.py" in str(caught.value.__cause__), "with where it was raised"


def test_what_a_task_prints_is_no_answer_and_there_is_nothing_to_read(capfd):
    with pytest.raises(EOFError):
        list(work_through(fail, ["print"], 2))
    assert capfd.readouterr() == ("", "no answer\n")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_worker_that_is_killed_is_told():
    with pytest.raises(ChildProcessError, match="a worker process was killed"):
        list(work_through(fail, ["killed"], 2))


def test_a_script_that_begins_itself_again_is_told(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import operator\nfrom gym_push.workers import work_through\n"
        "print(list(work_through(operator.neg, [1, 2], 2)))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and done.stdout == ""
    assert "lacks: if __name__ == '__main__'" in done.stderr


def test_what_a_script_defines_is_known_to_its_workers(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from gym_push.workers import work_through\ndef double(task):\n    return 2 * task\n"
        "if __name__ == '__main__':\n    print(sorted(work_through(double, [1, 2], 2)))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[2, 4]\n", "")
