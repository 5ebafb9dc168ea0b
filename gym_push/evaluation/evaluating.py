"""Tests agents on suites, in any number of processes, and keeps what is finished.

The same agent, suite and seed give the same metrics to the bit, in one process or in many.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any, Final, Protocol, TypeAlias

from gym_push.agents import BASELINES, Recipe
from gym_push.errors import ArgumentError
from gym_push.evaluation.metrics import FLOOR, TOP, summary
from gym_push.evaluation.results import Evaluation, PersonResult, Run
from gym_push.evaluation.suites import Suite
from gym_push.evaluation.threads import one_thread
from gym_push.processes import work_through
from gym_push.users.population import LARGEST_SEED, whole_number
from gym_push.users.writing import MOST_PROCESSES

PACKAGES: Final = ("gym-push", "gymnasium", "numpy")
"""Those that take part in every run."""

Told: TypeAlias = Callable[[Recipe, PersonResult], None]
_Task: TypeAlias = tuple[Recipe, int, str]


class Board(Protocol):
    """Where results are kept: a `Leaderboard`."""

    def begin(self, run: Run) -> None:
        """Makes room for a run, if there is none yet."""

    def people_of(self, run: Run) -> Mapping[str, PersonResult]:
        """Returns what there is of a run, by person."""

    def add_person(self, run: Run, result: PersonResult) -> None:
        """Keeps the result of one person."""

    def finish(self, evaluation: Evaluation) -> None:
        """Keeps what all of them say together."""


def evaluate(
    agent: str | type[Any] | Recipe,
    suite: str | Suite,
    *,
    seed: int = 0,
    processes: int = 1,
    board: Board | None = None,
    resume: bool = False,
    on_person: Told | None = None,
) -> Evaluation:
    """Tests an agent on a suite.

    ```pycon
    >>> import gym_push
    >>> evaluation = gym_push.evaluate("table-per-app", "basic-324/v1")
    >>> round(evaluation.metrics["performance"].value, 3)
    0.633

    ```

    Args:
        agent: A baseline's name, a class that can be imported (or "module:Class"), or a `Recipe`.
        suite: A suite or its id.
        seed: Of all that is random in the agent.
        processes: How many test side by side.
        board: Keeps the result of each person when it is finished.
        resume: Whether what the board has of the same run already is not done again.
        on_person: Is told of each finished person, also of those that were on the board.

    Raises:
        ArgumentError: There is no such agent or suite, or they do not go together.
        ActionError: The agent answers what is no action.
        MissingExtraError: The agent needs a package that is not installed.
        ChildProcessError: A process was killed from outside.
    """
    [evaluation] = evaluate_each(
        [Recipe.of(agent)], suite, seed=seed, processes=processes, board=board, resume=resume,
        on_person=on_person,
    )  # fmt: skip
    return evaluation


def evaluate_each(
    recipes: Sequence[Recipe],
    suite: str | Suite,
    *,
    seed: int = 0,
    processes: int = 1,
    board: Board | None = None,
    resume: bool = False,
    on_person: Told | None = None,
) -> Iterator[Evaluation]:
    """Tests agents on a suite, and yields each evaluation when it is ready.

    Args:
        recipes: Of the agents; one that stands twice is tested once.
        suite: A suite or its id.
        seed: Of all that is random in the agents.
        processes: How many test side by side.
        board: As for `evaluate`.
        resume: As for `evaluate`.
        on_person: As for `evaluate`.

    Raises:
        As `evaluate`, and nothing is tested if one of the agents does not go with the suite.
    """
    suite = Suite.of(suite)
    whole_number("seed", seed, 0, LARGEST_SEED)
    whole_number("processes", processes, 1, MOST_PROCESSES)
    recipes = list(dict.fromkeys(recipes))
    for recipe in recipes:
        suite.check(recipe)
    told = on_person or (lambda recipe, result: None)
    agents = [_Begun(recipe, suite, seed, board, resume) for recipe in recipes]
    return _evaluate(suite, agents, processes, told)


def run_of(recipe: Recipe, suite: Suite, seed: int) -> Run:
    """Returns what decides the results of an evaluation."""
    packages = BASELINES[recipe.name].packages if recipe.name in BASELINES else ()
    versions = {name: _version(name) for name in (*PACKAGES, *packages)}
    if recipe.name not in BASELINES:
        module = recipe.name.partition(":")[0]
        versions[module] = _source(module)
    return Run(
        suite=suite.id,
        data=suite.data,
        agent=recipe.name,
        parameters=dict(recipe.parameters),
        seed=seed,
        versions={"python": platform.python_version(), **versions},
    )


class _Begun:
    """An agent that is being tested on a suite."""

    def __init__(
        self, recipe: Recipe, suite: Suite, seed: int, board: Board | None, resume: bool
    ) -> None:
        self.recipe, self._suite, self._board = recipe, suite, board
        self.run = run_of(recipe, suite, seed)
        self._seconds = 0.0
        self.results: dict[str, PersonResult] = {}
        if board is not None:
            board.begin(self.run)
            self.results.update(board.people_of(self.run) if resume else {})

    def missing(self) -> list[_Task]:
        return [
            (self.recipe, self.run.seed, person)
            for person in self._suite.people
            if person not in self.results
        ]

    def add(self, result: PersonResult, seconds: float) -> PersonResult:
        self._seconds += seconds
        reference = self._suite.reference(result.person)
        metrics = {**result.metrics, FLOOR: reference.floor, TOP: reference.top}
        self.results[result.person] = result = replace(result, metrics=metrics)
        if self._board is not None:
            self._board.add_person(self.run, result)
        return result

    def finish(self) -> Evaluation:
        people = tuple(self.results[person] for person in self._suite.people)
        evaluation = Evaluation(self.run, people, summary(people), self._seconds)
        if self._board is not None:
            self._board.finish(evaluation)
        return evaluation


def _evaluate(
    suite: Suite, agents: list[_Begun], processes: int, told: Told
) -> Iterator[Evaluation]:
    tasks = [task for agent in agents for task in agent.missing()]
    by_recipe = {agent.recipe: agent for agent in agents}
    waiting = {agent.recipe: len(agent.missing()) for agent in agents}
    for agent in agents:
        for result in agent.results.values():
            told(agent.recipe, result)
        if not waiting[agent.recipe]:
            yield agent.finish()
    work = partial(_test, suite)  # the suite is large where it is of a log of one's own
    with closing(work_through(work, tasks, min(processes, max(len(tasks), 1)))) as finished:
        for recipe, result, seconds in finished:
            told(recipe, by_recipe[recipe].add(result, seconds))
            waiting[recipe] -= 1
            if not waiting[recipe]:
                yield by_recipe[recipe].finish()


def _test(suite: Suite, task: _Task) -> tuple[Recipe, PersonResult, float]:
    recipe, seed, person = task
    recipe.load()  # with its libraries, whose threads are then known
    began = perf_counter()
    with one_thread():
        return recipe, suite.test(recipe, seed, person), perf_counter() - began


def _source(module: str) -> str:
    """The hash of a module's source, which is the version of an agent of one's own."""
    file = getattr(import_module(module), "__file__", None)
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16] if file else "unknown"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        raise ArgumentError(
            f"the package {package} is not installed as one, so that a score cannot name its "
            "version; install it with pip"
        ) from None
