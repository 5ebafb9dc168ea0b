"""Workers, which stop at once when their parent stops or dies: processes, or those of Ray."""

from __future__ import annotations

import os
import pickle
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext, suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.metadata import PackageNotFoundError, requires, version
from itertools import chain, islice
from multiprocessing.spawn import get_preparation_data, prepare
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from traceback import format_exc
from types import MappingProxyType
from typing import IO, Any, BinaryIO, Final, Generic, TypeAlias, TypeVar

from gym_push.errors import ArgumentError, extra_import

Task = TypeVar("Task")
Result = TypeVar("Result")

_TASKS_AHEAD: Final = 2  # for each worker: one that runs and one that waits

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
    # A command looks for modules in the working folder first, and 3.13 imports some before it runs.
    safe = ["-P"] if sys.version_info >= (3, 11) else []
    warnings = (f"-W{option}" for option in sys.warnoptions)
    process = subprocess.Popen(
        [sys.executable, *safe, *warnings, "-c", f"{code}\nserve()"],
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


@dataclass(frozen=True)
class RayCluster:
    """The workers of a Ray cluster: one for each of its CPUs.

    Args:
        address: Of a running cluster, such as "10.0.0.1:6379", or "auto" for the one of this
            machine; "local" starts one here, which ends with the work. None is what the environment
            variable `RAY_ADDRESS` says, or "local". Where the program has called `ray.init` itself,
            that cluster works, whatever the address.

    Raises:
        MissingExtraError: Ray is not installed.
    """

    address: str | None = None

    def __post_init__(self) -> None:
        """Finds Ray, before anything is done."""
        with extra_import("a cluster of workers", "Ray", "ray"):
            import ray  # noqa: F401


Workers: TypeAlias = "int | RayCluster"
"""A number of processes on this machine, 1 being this process, or the workers of a cluster."""


def work_through(
    work: Callable[[Task], Result],
    tasks: Iterable[Task],
    workers: Workers,
    code: Mapping[str, Any] = MappingProxyType({}),
) -> Generator[Result, None, None]:
    """Yields the results of tasks as they are ready, in any order.

    Only a few tasks are taken ahead. When the generator is closed, or anything goes wrong, all
    that is still being done is ended.

    Args:
        work: A function of a module, or a `partial` of one with what all tasks need; it is sent to
            each worker once.
        tasks: Arguments of `work`, which are pickled.
        workers: Who works. A task whose worker of Ray is lost is done again by another.
        code: What workers on other machines need beside this package, as Ray's runtime environment.

    Raises:
        ArgumentError: There is no such cluster.
        ChildProcessError: A process was killed from outside, or Ray gave up.
    """
    if isinstance(workers, RayCluster):
        yield from _by_ray(work, iter(tasks), workers, code)
        return
    if workers == 1:
        yield from map(work, tasks)
        return
    tasks = iter(tasks)
    first = [*islice(tasks, workers)]  # where there are fewer, fewer processes will do
    idle: SimpleQueue[Worker[Task, Result]] = SimpleQueue()

    def do(task: Task) -> Result:
        worker = idle.get()
        try:
            return worker.do(task)
        finally:
            idle.put(worker)

    with ThreadPoolExecutor(workers) as pool, ExitStack() as processes:
        for _ in first:
            idle.put(processes.enter_context(closing(Worker(work))))
        ahead = islice(tasks, (_TASKS_AHEAD - 1) * workers)
        running = {pool.submit(do, task) for task in chain(first, ahead)}
        while running:
            done: set[Future[Result]]
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                running |= {pool.submit(do, task) for task in islice(tasks, 1)}
                yield future.result()


def _by_ray(
    work: Callable[[Task], Result],
    tasks: Iterator[Task],
    cluster: RayCluster,
    code: Mapping[str, Any],
) -> Generator[Result, None, None]:
    import ray

    ours = not ray.is_initialized()
    if ours:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
        address = cluster.address or os.environ.get("RAY_ADDRESS", "local")
        sent = {**code, "py_modules": [str(Path(__file__).parent), *code.get("py_modules", ())]}
        host, _, port = address.rpartition(":")
        try:
            if host and "//" not in host:  # Ray itself would try for many minutes
                socket.create_connection((host, int(port)), timeout=10.0).close()
            ray.init(
                address, runtime_env=sent, include_dashboard=False, log_to_driver=False,
                logging_level="ERROR",
            )  # fmt: skip
        except Exception as error:  # whatever Ray raises, at times no more than that
            why = " ".join(str(error).rpartition("Traceback")[-1].split())
            raise ArgumentError(f"Ray does not work at {address!r}: {why}") from None
    running: set[Any] = set()
    try:
        do, needed = ray.remote(_do_for_ray), ray.put((work, _versions(_packages())))
        while True:
            ahead = _TASKS_AHEAD * int(ray.cluster_resources().get("CPU", 1)) - len(running)
            running |= {do.remote([needed], task) for task in islice(tasks, max(ahead, 0))}
            if not running:
                return
            done, _ = ray.wait([*running])
            running -= {*done}
            result, failure, trace = ray.get(done[0])
            if failure is not None:
                raise failure from ChildProcessError(trace)
            yield result
    except ray.exceptions.RayError as error:
        raise ChildProcessError(f"Ray could not do a task: {error}") from None
    finally:
        for each in running:
            ray.cancel(each, force=True)
        if ours:
            ray.shutdown()


def _do_for_ray(needed: list[Any], task: Any) -> tuple[Any, BaseException | None, str]:
    try:
        return _fetched(*needed)(task), None, ""
    except Exception as error:
        answer: tuple[None, BaseException, str] = pickle.loads(_failure(error))
        return answer


@lru_cache(maxsize=1)
def _fetched(needed: Any) -> Callable[[Any], Any]:
    """Returns the work, which keeps what it has made for earlier tasks.

    Raises:
        ArgumentError: It might come to other results here, with other versions of packages.
    """
    import ray

    work: Callable[[Any], Any]
    work, theirs = ray.get(needed)
    for package, here in _versions(theirs).items():
        if here != theirs[package]:
            raise ArgumentError(
                f"{socket.gethostname()} has {package} {here}, not {theirs[package]}: install the "
                "same versions on all machines, so that results are the same"
            )
    return work


def _versions(packages: Iterable[str]) -> dict[str, str]:
    """Returns the versions of those packages that are installed."""
    found = {}
    for package in packages:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def _packages() -> set[str]:
    """Returns the packages that this one may use."""
    with suppress(PackageNotFoundError):
        return set(re.findall(r"^[\w.-]+", "\n".join(requires("gym-push") or ()), re.MULTILINE))
    return set()


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
            answer = _failure(error)
        pickle.dump(answer, answers)
        answers.flush()


def _listen(questions: BinaryIO, waiting: SimpleQueue[bytes]) -> None:
    with suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            waiting.put(pickle.load(questions))
    os._exit(1)


def _failure(error: BaseException) -> bytes:
    """Returns the answer for an error, or for one like it that can be pickled."""
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
