"""Results as cells of the leaderboard, and back, to the bit.

Numbers are JSON, which writes a float with as many digits as tell it from every other. What is read
back may come from anybody: it is checked before it is believed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, Final, TypeVar

from gym_push.actions import PARTS
from gym_push.errors import ArgumentError
from gym_push.evaluation.leaderboard.entries import Entry, Unfinished
from gym_push.evaluation.metrics import FLOOR, TOP, summary
from gym_push.evaluation.results import Evaluation, PersonResult, Run

Row = tuple[Any, ...]
Read = TypeVar("Read")


CURVE: Final = "learning curve"
LARGEST: Final = 1e9
"""No number is larger, up or down."""

SHARES: Final = (
    "performance", "balanced accuracy", "auc", "ctr", "user ctr", "precision", "recall",
    "delivered", "suppressed",
)  # fmt: skip
RANGES: Final[Mapping[str, tuple[float, float]]] = {
    **dict.fromkeys(SHARES, (0.0, 1.0)),
    **dict.fromkeys(PARTS[1:], (-LARGEST, 0.0)),  # in delivery-v0, all but engagement cost
    "time": (0.0, LARGEST),
}
"""From where to where values may be."""

ROUNDING: Final = 1e-9


class RowError(Exception):
    """A row is not what was written there.

    Args:
        key: Of its run.
        why: What is wrong with it.
    """

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key


def run_row(run: Run) -> Row:
    """Returns the cells of a run.

    These are key, suite, data, agent, parameters, seed, versions and seeds.
    """
    parameters, versions = json.dumps(dict(run.parameters)), json.dumps(dict(run.versions))
    seed = str(run.seed)  # text, as SQLite's integers end at 2 ** 63
    return run.key, run.suite, run.data, run.agent, parameters, seed, versions, run.seeds


def person_row(seed: int, result: PersonResult) -> Row:
    """Returns seed, person, metrics, curve and microseconds.

    Raises:
        ArgumentError: A value is no plain finite number, or one that no test comes to.
    """
    try:
        metrics = {name: _maybe(value) for name, value in result.metrics.items()}
        curve = [_maybe(value) for value in result.curve]
        microseconds = _finite(result.microseconds)
        _check_possible(result)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"the result of {result.person!r}: {error}") from None
    return str(seed), result.person, json.dumps(metrics), json.dumps(curve), microseconds


def evaluation_row(evaluation: Evaluation, finished: str) -> Row:
    """Returns people, finished and seconds; the metrics are those of the people.

    Raises:
        ArgumentError: The seconds are no plain finite number.
    """
    try:
        seconds = _finite(evaluation.seconds)
    except ValueError as error:
        raise ArgumentError(f"the evaluation of {evaluation.run.agent}: {error}") from None
    people = json.dumps([result.person for result in evaluation.by_seed[0]])
    return people, finished, seconds


def _checked(read: Callable[[Row], Read]) -> Callable[[Row], Read]:
    """Makes whatever is wrong with a row one kind of error."""

    @wraps(read)
    def reading(row: Row) -> Read:
        try:
            return read(row)
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            raise RowError(
                str(row[0]), f"a row of it is not what was written there ({error})"
            ) from None
        except RecursionError:  # brackets within brackets within brackets
            raise RowError(str(row[0]), "a row of it is not what was written there") from None

    return reading


@_checked
def read_run(row: Row) -> Run:
    """Returns the run of a `run_row`.

    Raises:
        RowError: It is none, or its key is of another run.
    """
    key, suite, data, agent, parameters, seed, versions, seeds = row
    texts = suite, data, agent
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a name is no text")
    plain = _object(versions, lambda value: str(value))
    known = _object(parameters, lambda value: value)
    run = Run(suite, data, agent, known, int(seed), plain, int(seeds))
    if run.key != key:
        raise ValueError(f"the key {key} is of another run")
    return run


@_checked
def read_person(row: Row) -> tuple[int, PersonResult]:
    """Returns seed and result of a run's key and a `person_row`.

    Raises:
        RowError: It is none, or no test comes to it.
    """
    _, seed, person, metrics, curve, microseconds = row
    points = tuple(_maybe(point) for point in json.loads(curve))
    result = PersonResult(str(person), _object(metrics, _maybe), points, _finite(microseconds))
    try:
        _check_possible(result)
    except ValueError as error:
        raise ValueError(f"person {person!r}: {error}") from None
    return int(seed), result


@_checked
def read_entry(row: Row) -> Entry:
    """Returns the entry of a `run_row`, commit, people, finished, seconds and results.

    These are by seed and person.

    Raises:
        RowError: It is none.
    """
    *cells, commit, names, finished, seconds, results = row
    run, counted = read_run(tuple(cells)), json.loads(names)
    if not 0 < len(counted) == len(set(counted)) or len(results) < run.seeds * len(counted):
        raise ValueError("its people are not those whom there are results of")
    by_seed = tuple(tuple(results[seed, name] for name in counted) for seed in run.each_seed)
    return Entry(
        run,
        by_seed,
        summary(by_seed),
        _finite(seconds),
        None if commit is None else str(commit),
        datetime.fromisoformat(finished),
    )


@_checked
def read_unfinished(row: Row) -> Unfinished:
    """Returns the run of a `run_row`, people, begun and stopped.

    Raises:
        RowError: It is none.
    """
    *run, people, begun, stopped = row
    why = None if stopped is None else str(stopped)
    return Unfinished(read_run(tuple(run)), int(people), datetime.fromisoformat(begun), why)


def _check_possible(result: PersonResult) -> None:
    """Makes sure that a test may come to this.

    Raises:
        ValueError: It may not.
    """
    known = {name: value for name, value in result.metrics.items() if value is not None}
    if "reward" not in known:
        raise ValueError("there is no reward")
    ranges, earned = RANGES, sum(known.get(part, 0.0) for part in PARTS)
    if "performance" in known:
        ranges = {**RANGES, **dict.fromkeys(("reward", FLOOR, TOP, CURVE), (-1.0, 1.0))}
        earned = 2.0 * known["performance"] - 1.0
    points = [(CURVE, point) for point in result.curve if point is not None]
    for name, value in (*known.items(), *points, ("time", result.microseconds)):
        low, high = ranges.get(name, (-LARGEST, LARGEST))
        if not low <= value <= high:
            raise ValueError(f"{name} is {value!r}, and must be from {low:g} to {high:g}")
    if known.keys() & {"performance", *PARTS} and abs(known["reward"] - earned) > ROUNDING:
        raise ValueError(f"reward is {known['reward']!r}, and the other metrics make {earned!r}")


def _object(cell: str, read: Callable[[Any], Any]) -> dict[str, Any]:
    return {name: read(value) for name, value in json.loads(cell).items()}


def _maybe(value: Any) -> float | None:
    return None if value is None else _finite(value)


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no plain finite number")
    return value
