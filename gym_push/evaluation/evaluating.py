"""Tests agents on suites, in any number of processes, and keeps what is finished.

The same agent, suite and seed give the same metrics to the bit, in one process or in many.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter
from typing import Final, Protocol, TypeAlias

from gym_push.agents import BASELINES, AgentSpec, AnyAgent, Candidate, candidate
from gym_push.agents.sources import fingerprint
from gym_push.errors import ArgumentError, GymPushError
from gym_push.evaluation.metrics import FLOOR, TOP, summary
from gym_push.evaluation.results import Evaluation, PersonResult, Run
from gym_push.evaluation.suites import Suite
from gym_push.processes import one_thread, work_through
from gym_push.users.generation.writing import MOST_PROCESSES
from gym_push.users.population import LARGEST_SEED, whole_number

PACKAGES: Final = ("gym-push", "gymnasium", "numpy")
"""Those that take part in every run."""
MOST_SEEDS: Final = 1000

HistoryReader: TypeAlias = Callable[[AgentSpec, PersonResult], None]
_Task: TypeAlias = tuple[AgentSpec, int, str]
"""An agent, its seed, and whom it is tested on."""


class Board(Protocol):
    """Where results are kept: a `Leaderboard`."""

    def begin(self, run: Run) -> None:
        """Makes room for a run, if there is none yet."""

    def people_of(self, run: Run) -> Mapping[tuple[int, str], PersonResult]:
        """Returns what there is of a run, by seed and person."""

    def add_person(self, run: Run, seed: int, result: PersonResult) -> None:
        """Keeps the result of one person with one seed."""

    def finish(self, evaluation: Evaluation) -> None:
        """Keeps that all of them are there."""

    def stop(self, run: Run, why: str) -> None:
        """Keeps why a run has ended before it was finished."""


def evaluate(
    agent: AnyAgent,
    suite: str | Suite,
    *,
    seed: int = 0,
    seeds: int = 1,
    processes: int = 1,
    board: Board | None = None,
    resume: bool = False,
    on_person: HistoryReader | None = None,
) -> Evaluation:
    """Tests an agent on a suite.

    An agent that is no baseline is tested in a process of its own, where there is no environment.

    ```pycon
    >>> import gym_push
    >>> evaluation = gym_push.evaluate("table-per-app", "basic-324/v1")
    >>> round(evaluation.metrics["performance"].value, 3)
    0.713

    ```

    Args:
        agent: A baseline's name, a class at the top of a module, script or notebook (or
            "module:Class"), an instance of one, or a `AgentSpec`; `gym_push.agents.Agent` says what
            an agent is.
        suite: A suite or its id.
        seed: Of all that is random in the agent.
        seeds: How many, from `seed` on. Each is tested on all people; a person's metrics are the
            means over them, and estimates also say how far the seeds are apart.
        processes: How many test side by side.
        board: Keeps the result of each person when it is finished.
        resume: Whether what the board has of the same run already is not done again.
        on_person: Is told of each finished person, with each seed, also of those that were on the
            board.

    Raises:
        ArgumentError: There is no such agent or suite, or they do not go together.
        ActionError: The agent answers what is no action.
        AgentError: Its code fails.
        MissingExtraError: The agent needs a package that is not installed.
        ChildProcessError: A process was killed from outside.
    """
    [evaluation] = evaluate_each(
        [spec := AgentSpec.of(agent)], suite, seed=seed, seeds=seeds, processes=processes,
        board=board, resume=[spec] if resume else [], on_person=on_person,
    )  # fmt: skip
    return evaluation


def evaluate_each(
    specs: Sequence[AgentSpec],
    suite: str | Suite,
    *,
    seed: int = 0,
    seeds: int = 1,
    processes: int = 1,
    board: Board | None = None,
    resume: Collection[AgentSpec] = (),
    on_person: HistoryReader | None = None,
) -> Iterator[Evaluation]:
    """Tests agents on a suite, and yields each evaluation when it is ready.

    Args:
        specs: Of the agents; one that stands twice is tested once.
        suite: A suite or its id.
        seed: Of all that is random in the agents.
        seeds: As for `evaluate`.
        processes: How many test side by side.
        board: As for `evaluate`.
        resume: Those of which what the board has already is not done again.
        on_person: As for `evaluate`.

    Raises:
        As `evaluate`, and nothing is tested if one of the agents does not go with the suite.
    """
    suite = Suite.of(suite)
    whole_number("seed", seed, 0, LARGEST_SEED)
    whole_number("seeds", seeds, 1, MOST_SEEDS)
    whole_number("processes", processes, 1, MOST_PROCESSES)
    specs = list(dict.fromkeys(specs))
    seat = _Seat(suite)
    for spec in specs:
        suite.check(seat.take(spec, seed, suite.people[0]))
    told = on_person or (lambda spec, result: None)
    agents = [
        _Tested(spec, run_of(spec, suite, seed, seeds), suite, board, spec in resume)
        for spec in specs
    ]
    return _evaluate(seat, agents, processes, told)


def run_of(spec: AgentSpec, suite: Suite, seed: int, seeds: int = 1) -> Run:
    """Returns what decides the results of an evaluation."""
    packages = BASELINES[spec.name].packages if spec.name in BASELINES else ()
    versions = {name: _version(name) for name in (*PACKAGES, *packages)}
    versions["gym-push"] += f"+{fingerprint('gym_push')}"
    if spec.name not in BASELINES:
        module = spec.name.partition(":")[0]
        versions[module] = fingerprint(module)
    if spec.code is not None:
        versions["code"] = hashlib.sha256(spec.code).hexdigest()[:16]
    return Run(
        suite=suite.id,
        data=suite.data,
        agent=spec.name,
        parameters=dict(spec.parameters),
        seed=seed,
        seeds=seeds,
        versions={"python": platform.python_version(), **versions},
    )


class _Tested:
    """An agent that is being tested on a suite."""

    def __init__(
        self, spec: AgentSpec, run: Run, suite: Suite, board: Board | None, resume: bool
    ) -> None:
        self.spec, self.run = spec, run
        self._suite, self._board, self._resume = suite, board, resume
        self.results: dict[tuple[int, str], PersonResult] = {}
        self.missing: dict[tuple[int, str], None] = {}
        self._seconds, self._finished = 0.0, False

    def begin(self) -> None:
        if self._board is not None:
            self._board.begin(self.run)
            self.results.update(self._board.people_of(self.run) if self._resume else {})
        everybody = sorted(self._suite.people, key=self._suite.group)
        each_task = ((seed, person) for seed in self.run.each_seed for person in everybody)
        self.missing = dict.fromkeys(each for each in each_task if each not in self.results)

    def add(self, seed: int, result: PersonResult, seconds: float) -> PersonResult:
        self._seconds += seconds
        reference = self._suite.reference(result.person)
        metrics = {**result.metrics, FLOOR: reference.floor, TOP: reference.top}
        self.results[seed, result.person] = result = replace(result, metrics=metrics)
        del self.missing[seed, result.person]
        if self._board is not None:
            self._board.add_person(self.run, seed, result)
        return result

    def finish(self) -> Evaluation:
        by_seed = tuple(
            tuple(self.results[seed, person] for person in self._suite.people)
            for seed in self.run.each_seed
        )
        evaluation = Evaluation(self.run, by_seed, summary(by_seed), self._seconds)
        if self._board is not None:
            self._board.finish(evaluation)
        self._finished = True
        return evaluation

    def stop(self, error: BaseException) -> None:
        if self._board is None or self._finished:
            return
        if isinstance(error, Exception):
            why = str(error) if isinstance(error, GymPushError) else repr(error)
            why = f"failed: {why}"
        else:
            why = "stopped by Ctrl-C" if isinstance(error, KeyboardInterrupt) else "given up"
        with suppress(GymPushError, OSError):  # the board itself may be what failed
            self._board.stop(self.run, why)


def _evaluate(
    seat: _Seat, agents: list[_Tested], processes: int, told: HistoryReader
) -> Iterator[Evaluation]:
    if processes > 1:
        seat.leave()  # each process has one of its own
    work = partial(_test, seat)  # with the suite, which is large where it is of a log of one's own
    by_recipe = {agent.spec: agent for agent in agents}
    try:
        for agent in agents:
            agent.begin()
            for result in agent.results.values():
                told(agent.spec, result)
        tasks = [(agent.spec, *each) for agent in agents for each in agent.missing]
        yield from (agent.finish() for agent in agents if not agent.missing)
        with closing(work_through(work, tasks, min(processes, max(len(tasks), 1)))) as finished:
            for (spec, seed, _), result, seconds in finished:
                agent = by_recipe[spec]
                told(spec, agent.add(seed, result, seconds))
                if not agent.missing:
                    yield agent.finish()
    except BaseException as error:  # Ctrl-C and the closing of the generator are no Exceptions
        for agent in agents:
            agent.stop(error)
        raise
    finally:
        seat.leave()


def _test(seat: _Seat, task: _Task) -> tuple[_Task, PersonResult, float]:
    spec, seed, person = task
    agent = seat.take(spec, seed, person)  # with its libraries, whose threads are then known
    began = perf_counter()
    with one_thread():
        return task, seat.suite.test(agent, seed, person), perf_counter() - began


class _Seat:
    """Where one agent sits in a process while it is tested on person after person."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self._agent: Candidate | None = None
        self._whose: tuple[AgentSpec, int, int] | None = None

    def take(self, spec: AgentSpec, seed: int, person: str) -> Candidate:
        """Returns the agent; another one, or one that practised for others, has to go."""
        whose = spec, seed, self.suite.group(person)
        if self._agent is None or self._whose != whose:
            self.leave()
            self._agent, self._whose = candidate(spec), whose
        return self._agent

    def leave(self) -> None:
        if self._agent is not None:
            self._agent.close()
        self._agent = None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        raise ArgumentError(
            f"the package {package} is not installed as one, so that a score cannot name its "
            "version; install it with pip"
        ) from None
