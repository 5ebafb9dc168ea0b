"""Tasks are taken a few at a time, and nothing goes on when nobody waits for it."""

import operator
import time
from contextlib import closing
from itertools import count

import psutil
import pytest

from gym_push.users.workers import work_through


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
        workers = [child for child in children() if "spawn_main" in " ".join(child.cmdline())]
        assert workers
    assert time.monotonic() < began + 60
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert not alive


def test_what_a_task_raises_comes_out():
    with pytest.raises(TypeError, match="bad operand"):
        list(work_through(operator.neg, ["no number", "none either"], 2))
