"""Works through many tasks side by side: by processes of this machine, or by a Ray cluster."""

from __future__ import annotations

import os
import pickle
import re
import signal
import socket
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from itertools import chain, islice
from pathlib import Path
from queue import SimpleQueue
from threading import current_thread, main_thread
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar

from gym_push.errors import ArgumentError, extra_import
from gym_push.processes import Worker, failure

Task = TypeVar("Task")
Result = TypeVar("Result")

_TASKS_AHEAD: Final = 2  # for each worker: one that runs and one that waits


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
            import_module("ray")


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
    that is still being done is ended, except on a cluster to which the program itself connected.

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

    with _connection(cluster, code):
        try:
            do, needed = ray.remote(_do_for_ray), ray.put((work, _versions(_packages())))
            running: set[Any] = set()
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


@contextmanager
def _connection(cluster: RayCluster, code: Mapping[str, Any]) -> Generator[None, None, None]:
    """Connects to a cluster, unless the program has; what still runs ends with the connection.

    Tasks are not cancelled, since Ray may abort the process when one ends meanwhile:
    https://github.com/ray-project/ray/issues/54260

    Raises:
        ArgumentError: There is no such cluster.
    """
    import ray

    if ray.is_initialized():
        yield
        return
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    address = cluster.address or os.environ.get("RAY_ADDRESS", "local")
    sent = {**code, "py_modules": [str(Path(__file__).parent), *code.get("py_modules", ())]}
    host, _, port = address.rpartition(":")
    try:
        try:
            if host and "//" not in host:  # Ray itself would try for many minutes
                socket.create_connection((host, int(port)), timeout=10.0).close()
            with _ctrl_c_waits():
                ray.init(
                    address, runtime_env=sent, include_dashboard=False, log_to_driver=False,
                    logging_level="ERROR",
                )  # fmt: skip
        except Exception as error:  # whatever Ray raises, at times no more than that
            why = " ".join(str(error).rpartition("Traceback")[-1].split())
            raise ArgumentError(f"Ray does not work at {address!r}: {why}") from None
        yield
    finally:
        with _ctrl_c_waits():
            ray.shutdown()


@contextmanager
def _ctrl_c_waits() -> Generator[None, None, None]:
    """Lets the first Ctrl-C wait for the end of the block, in the middle of which Ray would crash.

    The second one does not wait.
    """
    if (
        signal.getsignal(signal.SIGINT) is not signal.default_int_handler
        or current_thread() is not main_thread()
    ):
        yield
        return
    came = False

    def keep(*_: object) -> None:
        nonlocal came
        came = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, keep)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if came:
        raise KeyboardInterrupt


def _do_for_ray(needed: list[Any], task: Any) -> tuple[Any, BaseException | None, str]:
    try:
        return _fetched(*needed)(task), None, ""
    except Exception as error:
        answer: tuple[None, BaseException, str] = pickle.loads(failure(error))
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
