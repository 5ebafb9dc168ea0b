"""Worker processes, which stop at once when their parent stops or dies."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import lru_cache, partial
from multiprocessing.spawn import get_preparation_data, prepare
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from traceback import format_exc
from typing import IO, Any, BinaryIO, Final, Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

THIS_PACKAGE: Final = f"""
import sys
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("gym_push", {str(Path(__file__).with_name("__init__.py"))!r})
sys.modules["gym_push"] = module_from_spec(spec)
spec.loader.exec_module(sys.modules["gym_push"])
"""
"""Code with which another Python imports this very package, not another on its path."""

NOTICES: Final = "gym_notices"
"""The package from which classic gym takes the notice that it prints when it is imported."""

_is_worker = False


def without_notices() -> None:
    """Keeps classic gym quiet in this process and those it starts; Stable-Baselines3 imports it."""
    modules: dict[str, Any] = sys.modules
    modules[NOTICES] = None  # which makes its import fail, and classic gym go without


def start(module: str) -> tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]:
    """Starts another Python that runs the function `serve` of a module of this package.

    The process has its own session, so that Ctrl-C in the terminal reaches only this one.

    Returns:
        The process, the pipe to it and the pipe from it.
    """
    path = [each or os.getcwd() for each in sys.path]
    quiet = sys.modules.get(NOTICES, sys) is None
    notices = f"sys.modules[{NOTICES!r}] = None\n" if quiet else ""
    code = f"import sys\nsys.path[:] = {path!r}\n{notices}{THIS_PACKAGE}from {module} import serve"
    # Without caches: one does not notice a change within the same second that keeps a file's size.
    options = ["-B"]
    # A command looks for modules in the working folder first, and 3.13 imports some before it runs.
    if sys.version_info >= (3, 11):
        options.append("-P")
    warnings = (f"-W{option}" for option in sys.warnoptions)
    process = subprocess.Popen(
        [sys.executable, *options, *warnings, "-c", f"{code}\nserve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    assert process.stdin is not None and process.stdout is not None
    return process, process.stdin, process.stdout


def pipes() -> tuple[BinaryIO, BinaryIO]:
    """Returns the pipes from and to the parent; from then on prints go to standard error."""
    both = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)
    return both


class Worker(Generic[Task, Result]):
    """A process that does tasks, one after the other.

    Args:
        work: As of `work_through`.
    """

    def __init__(self, work: Callable[[Task], Result]) -> None:
        if _is_worker:
            raise RuntimeError("a worker process cannot start more: use  if __name__ == '__main__'")
        about = get_preparation_data("gym-push worker")
        del about["authkey"]  # which cannot be pickled
        self._waiting = [pickle.dumps(about), pickle.dumps(work)]
        self._process, self._questions, self._answers = start("gym_push.processes")

    def do(self, task: Task) -> Result:
        """Returns the result of a task; raises what the work raises.

        Raises:
            ChildProcessError: The process was killed from outside.
        """
        self._waiting.append(pickle.dumps(task))
        try:
            while self._waiting:
                pickle.dump(self._waiting.pop(0), self._questions)
            self._questions.flush()
            answer = pickle.load(self._answers)
        except (EOFError, OSError, pickle.UnpicklingError):
            raise ChildProcessError(
                "a worker process was killed, perhaps because the memory was full, or because the "
                "script that began it lacks: if __name__ == '__main__'"
            ) from None
        result, error, trace = pickle.loads(answer)
        if error is not None:
            raise error from ChildProcessError(trace)
        done: Result = result
        return done

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._questions, self._answers):
            with suppress(OSError):  # unwritten tasks are not wanted any more
                pipe.close()


def serve() -> None:
    """Does the tasks of the parent until the parent ends: the whole life of a worker."""
    global _is_worker
    _is_worker = True
    questions, answers = pipes()
    waiting: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(questions, waiting), daemon=True).start()
    prepare(pickle.loads(waiting.get()))
    work = pickle.loads(waiting.get())
    while True:
        task = waiting.get()
        try:
            answer = pickle.dumps((work(pickle.loads(task)), None, ""))
        except BaseException as error:
            answer = failure(error)
        pickle.dump(answer, answers)
        answers.flush()


def _listen(questions: BinaryIO, waiting: SimpleQueue[bytes]) -> None:
    with suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            waiting.put(pickle.load(questions))
    os._exit(1)


def failure(error: BaseException) -> bytes:
    """Returns a worker's answer for an error, or for one like it that can be pickled."""
    try:
        answer = pickle.dumps((None, error, format_exc()))
        pickle.loads(answer)
        return answer
    except Exception:
        same = RuntimeError(f"{type(error).__name__}: {error}")
        return pickle.dumps((None, same, format_exc()))


def one_thread() -> AbstractContextManager[Any]:
    """Returns a context in which the numerical libraries loaded so far use one thread.

    Several processes with one thread each are faster than with many.
    """
    limits: AbstractContextManager[Any] = _limits(len(sys.modules))()
    return limits


@lru_cache(maxsize=1)
def _limits(modules: int) -> Any:
    """Searches the memory map for the libraries, again only when more modules are loaded."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:  # it comes with scikit-learn
        return nullcontext
    return partial(ThreadpoolController().limit, limits=1)
