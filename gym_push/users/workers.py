"""Processes that work through tasks, and that stop at once when their parent stops or dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any, Final, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_does: Callable[[Any], Any]  # what this process does with tasks, if it is a worker

_TASKS_AHEAD: Final = 2  # for each process: one that it does and one that waits for it


def work_through(
    work: Callable[[Task], Result], tasks: Iterable[Task], processes: int
) -> Generator[Result, None, None]:
    """Yields the results of tasks as they are ready, in any order.

    However many tasks there are, only a few are taken at a time. When the generator is closed, or
    anything goes wrong, no process is left and no task goes on.

    Args:
        work: A function of a module, or a `partial` of one with what all tasks need; each process
            is sent it once.
        tasks: What it is called with, each in turn; to be pickled.
        processes: With 1, all is done in this process.

    Raises:
        ChildProcessError: A process was killed from outside.
    """
    if processes == 1:
        yield from map(work, tasks)
        return
    context = multiprocessing.get_context("spawn")
    # The parent holds one end and never writes. When it closes, of itself or because the parent was
    # killed, the workers find the other end at its end, and end too.
    line, held = context.Pipe(duplex=False)
    tasks = iter(tasks)
    with ProcessPoolExecutor(processes, context, _begin, (line, work)) as pool:
        try:
            with _interrupts_held_back():
                first = islice(tasks, _TASKS_AHEAD * processes)
                running: set[Future[Result]] = {pool.submit(_work, task) for task in first}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    running |= {pool.submit(_work, task) for task in islice(tasks, 1)}
                    yield future.result()
        except BrokenProcessPool:
            raise ChildProcessError(
                "a worker process was killed, perhaps because the memory was full, or because the "
                "script that began it lacks: if __name__ == '__main__'"
            ) from None
        except BaseException:  # Ctrl-C and the closing of the generator are no Exceptions
            held.close()
            raise


def _begin(line: Connection, work: Callable[[Any], Any]) -> None:
    """Begins a worker: Ctrl-C is its parent's business, and it ends with its parent."""
    global _does
    _does = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(line,), daemon=True).start()


def _work(task: Any) -> Any:
    """Does a task, in a worker."""
    return _does(task)


def _end_with(line: Connection) -> None:
    with suppress(EOFError, OSError):
        line.recv_bytes()
    os._exit(1)


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Keeps Ctrl-C waiting, and for good from the processes that are started meanwhile."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
