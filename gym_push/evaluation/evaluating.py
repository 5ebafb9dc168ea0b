"""Tests agents on suites, in any number of processes, and keeps results as they come.

The same agent, suite and seed give the same metrics to the bit, whatever the number of processes.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from gym_push.agents import BASELINES, AgentSpec, AnyAgent, Candidate, candidate
from gym_push.agents.sources import fingerprint, runtime_env
from gym_push.errors import GymPushError, version_of
from gym_push.evaluation.metrics import FLOOR, TOP, summary
from gym_push.evaluation.results import Evaluation, PersonResult, Run
from gym_push.evaluation.suites import Suite
from gym_push.logs import text_encoder
from gym_push.processes import one_thread
from gym_push.users.generation.writing import checked
from gym_push.users.population import LARGEST_SEED, whole_number
from gym_push.workers import RayCluster, Workers, work_through

if TYPE_CHECKING:
    from gym_push.evaluation.leaderboard import Leaderboard

PACKAGES: Final = ("gym-push", "gymnasium", "numpy")
"""Packages that take part in every run."""
MOST_SEEDS: Final = 1000

OnPerson: TypeAlias = Callable[[AgentSpec, PersonResult], object]
_Task: TypeAlias = tuple[AgentSpec, int, str]
"""An agent, its seed, and who is tested."""


def evaluate(
    agent: AnyAgent,
    suite: str | Suite,
    *,
    seed: int = 0,
    seeds: int = 1,
    processes: Workers = 1,
    board: Leaderboard | None = None,
    resume: bool = False,
    on_person: OnPerson | None = None,
) -> Evaluation:
    """Tests an agent on a suite.

    An agent that is not a baseline runs in a process of its own, which has no environment.

    ```pycon
    >>> import gym_push
    >>> evaluation = gym_push.evaluate("table-per-app", "basic-324/v1")
    >>> round(evaluation.metrics["performance"].value, 3)
    0.713

    ```

    Args:
        agent: A baseline's name, a class at the top of a module, script or notebook (or
            "module:Class"), an instance of one, or an `AgentSpec`; see `gym_push.agents.Agent`.
        suite: A suite or its id.
        seed: Of everything random in the agent.
        seeds: Number of seeds, from `seed` on. Each is tested on all people. A person's metrics are
            the means over the seeds, and estimates have the spread of the seeds.
        processes: Number of processes that test side by side; or a `RayCluster`, whose workers test
            where they are and return results to this process.
        board: Keeps each person's result as it comes.
        resume: Skip people whose results are already on the board.
        on_person: Called for each person and seed that is tested, not for results from the board.

    Raises:
        ArgumentError: There is no such agent or suite, or they do not fit.
        ActionError: The agent's answer is not an action.
        AgentError: The agent's code fails.
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
    processes: Workers = 1,
    board: Leaderboard | None = None,
    resume: Collection[AgentSpec] = (),
    on_person: OnPerson | None = None,
) -> Iterator[Evaluation]:
    """Tests agents on a suite, and yields each evaluation when it is ready.

    Args:
        specs: Of the agents; each is tested once, even if it appears twice.
        suite: A suite or its id.
        seed: Of everything random in the agents.
        seeds: As for `evaluate`.
        processes: As for `evaluate`.
        board: As for `evaluate`.
        resume: The agents to resume.
        on_person: As for `evaluate`.

    It raises what `evaluate` does, before anything is tested if an agent does not fit the suite.
    """
    suite = Suite.of(suite)
    whole_number("seed", seed, 0, LARGEST_SEED)
    whole_number("seeds", seeds, 1, MOST_SEEDS)
    processes = checked(processes)
    specs = list(dict.fromkeys(specs))
    current = _CurrentAgent(suite)
    for spec in specs:
        suite.check(current.get(spec, seed, suite.people[0]))
    tested = {
        spec: _Progress(run_of(spec, suite, seed, seeds), suite, board, spec in resume)
        for spec in specs
    }
    return _evaluate(current, tested, processes, on_person or (lambda spec, result: None))


def run_of(spec: AgentSpec, suite: Suite, seed: int, seeds: int = 1) -> Run:
    """Returns everything that decides the results of an evaluation."""
    packages = BASELINES[spec.name].packages if spec.name in BASELINES else ()
    versions = {name: version_of(name) for name in (*PACKAGES, *packages)}
    versions["gym-push"] += f"+{fingerprint('gym_push')}"
    if spec.name in BASELINES and "text" in spec.form:
        encoder = text_encoder(spec.form["text"])
        versions |= {"text": encoder.key, **{name: version_of(name) for name in encoder.packages}}
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


class _Progress:
    """The results of an agent so far, and what is missing: seeds with people."""

    def __init__(self, run: Run, suite: Suite, board: Leaderboard | None, resume: bool) -> None:
        self._run, self._suite, self._board, self._resume = run, suite, board, resume
        self.results: dict[tuple[int, str], PersonResult] = {}
        self.missing: dict[tuple[int, str], None] = {}
        self._seconds, self._finished = 0.0, False

    def begin(self) -> None:
        if self._board is not None:
            self._board.begin(self._run)
            self.results = self._board.people_of(self._run) if self._resume else {}
        people = sorted(self._suite.people, key=self._suite.group)
        each_task = ((seed, person) for seed in self._run.each_seed for person in people)
        self.missing = dict.fromkeys(each for each in each_task if each not in self.results)

    def add(self, seed: int, result: PersonResult, seconds: float) -> PersonResult:
        self._seconds += seconds
        reference = self._suite.references[result.person]
        metrics = {**result.metrics, FLOOR: reference.floor, TOP: reference.top}
        self.results[seed, result.person] = result = replace(result, metrics=metrics)
        del self.missing[seed, result.person]
        if self._board is not None:
            self._board.add_person(self._run, seed, result)
        return result

    def finish(self) -> Evaluation:
        by_seed = tuple(
            tuple(self.results[seed, person] for person in self._suite.people)
            for seed in self._run.each_seed
        )
        evaluation = Evaluation(self._run, by_seed, summary(by_seed), self._seconds)
        if self._board is not None:
            self._board.finish(evaluation)
        self._finished = True
        return evaluation

    def stop(self, error: BaseException) -> None:
        if self._board is None or self._finished:
            return
        why = "stopped by Ctrl-C" if isinstance(error, KeyboardInterrupt) else "given up"
        if isinstance(error, Exception):
            why = f"failed: {error if isinstance(error, GymPushError) else repr(error)}"
        with suppress(GymPushError, OSError):  # the board itself may be what failed
            self._board.stop(self._run, why)


def _evaluate(
    current: _CurrentAgent,
    tested: Mapping[AgentSpec, _Progress],
    processes: Workers,
    on_person: OnPerson,
) -> Iterator[Evaluation]:
    code: dict[str, Any] = {}
    if processes != 1:
        current.close()  # each worker has its own
    if isinstance(processes, RayCluster):
        modules = {spec.name.partition(":")[0] for spec in tested if spec.name not in BASELINES}
        code = runtime_env(modules)
    work = partial(_test, current)  # with the suite, which may be large
    try:
        for agent in tested.values():
            agent.begin()
        tasks = [(spec, *each) for spec, agent in tested.items() for each in agent.missing]
        yield from (agent.finish() for agent in tested.values() if not agent.missing)
        with closing(work_through(work, tasks, processes, code)) as finished:
            for (spec, seed, _), result, seconds in finished:
                agent = tested[spec]
                on_person(spec, agent.add(seed, result, seconds))
                if not agent.missing:
                    yield agent.finish()
    except BaseException as error:  # also for Ctrl-C and when the generator is closed
        for agent in tested.values():
            agent.stop(error)
        raise
    finally:
        current.close()


def _test(current: _CurrentAgent, task: _Task) -> tuple[_Task, PersonResult, float]:
    agent = current.get(*task)  # with its libraries, whose threads are then known
    _, seed, person = task
    began = perf_counter()
    with one_thread():
        return task, current.suite.test(agent, seed, person), perf_counter() - began


class _CurrentAgent:
    """Keeps an agent's process while the agent is tested on person after person."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self._agent: Candidate | None = None
        self._whose: tuple[AgentSpec, int, int] | None = None

    def get(self, spec: AgentSpec, seed: int, person: str) -> Candidate:
        """Returns the agent, and closes another one, or one pretrained for another group."""
        whose = spec, seed, self.suite.group(person)
        if self._agent is None or self._whose != whose:
            self.close()
            self._agent, self._whose = candidate(spec), whose
        return self._agent

    def close(self) -> None:
        if self._agent is not None:
            self._agent.close()
        self._agent = None
