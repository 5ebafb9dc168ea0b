"""Results as cells of the leaderboard, and back, to the bit.

Numbers are JSON, which writes a float with as many digits as tell it from every other. What is read
back may come from anybody: it is checked before it is believed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from statistics import median
from typing import Any, TypeVar

from gym_push.errors import ArgumentError
from gym_push.evaluation.leaderboard.entries import Entry
from gym_push.evaluation.results import Estimate, Evaluation, PersonResult, Run

Row = tuple[Any, ...]
Read = TypeVar("Read")


class RowError(Exception):
    """A row is not what was written there."""


def run_row(run: Run) -> Row:
    """Returns key, suite, data, agent, parameters, seed and versions."""
    parameters, versions = json.dumps(dict(run.parameters)), json.dumps(dict(run.versions))
    # The seed is text: SQLite's integers end at 2 ** 63.
    return run.key, run.suite, run.data, run.agent, parameters, str(run.seed), versions


def person_row(result: PersonResult) -> Row:
    """Returns person, metrics, curve and microseconds.

    Raises:
        ArgumentError: A value is no plain finite number.
    """
    try:
        metrics = {name: _maybe(value) for name, value in result.metrics.items()}
        curve = [_maybe(value) for value in result.curve]
        microseconds = _finite(result.microseconds)
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            f"the result of {result.person!r}: {error}; write None where a metric has no value"
        ) from None
    return result.person, json.dumps(metrics), json.dumps(curve), microseconds


def evaluation_row(evaluation: Evaluation, finished: datetime) -> Row:
    """Returns people, metrics, finished and seconds.

    Raises:
        ArgumentError: A value is no plain finite number.
    """
    try:
        metrics = {name: [*map(_finite, three)] for name, three in evaluation.metrics.items()}
        seconds = _finite(evaluation.seconds)
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            f"the evaluation of {evaluation.run.agent}: {error}; leave out what has no value"
        ) from None
    people = json.dumps([result.person for result in evaluation.people])
    return people, json.dumps(metrics), finished.isoformat(timespec="seconds"), seconds


def _checked(read: Callable[[Row], Read]) -> Callable[[Row], Read]:
    """Makes whatever is wrong with a row one kind of error."""

    @wraps(read)
    def reading(row: Row) -> Read:
        try:
            return read(row)
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            raise RowError(f"a row of it is not what was written there ({error})") from None
        except RecursionError:  # brackets within brackets within brackets
            raise RowError("a row of it is not what was written there") from None

    return reading


@_checked
def read_run(row: Row) -> Run:
    """Returns the run of a `run_row`.

    Raises:
        RowError: It is none, or its key is of another run.
    """
    key, suite, data, agent, parameters, seed, versions = row
    texts = suite, data, agent
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a name is no text")
    plain = _object(versions, lambda value: str(value))
    run = Run(suite, data, agent, _object(parameters, lambda value: value), int(seed), plain)
    if run.key != key:
        raise ValueError(f"the key {key} is of another run")
    return run


@_checked
def read_person(row: Row) -> PersonResult:
    """Returns the result of a `person_row`.

    Raises:
        RowError: It is none.
    """
    person, metrics, curve, microseconds = row
    points = tuple(_maybe(point) for point in json.loads(curve))
    return PersonResult(str(person), _object(metrics, _maybe), points, _finite(microseconds))


@_checked
def read_entry(row: Row) -> Entry:
    """Returns the entry of a `run_row`, commit, people, metrics, finished, seconds and the times.

    These are the microseconds of each person.

    Raises:
        RowError: It is none.
    """
    *run, commit, people, metrics, finished, seconds, times = row
    return Entry(
        read_run(tuple(run)),
        None if commit is None else str(commit),
        tuple(str(person) for person in json.loads(people)),
        _object(metrics, lambda three: Estimate(*map(_finite, three))),
        datetime.fromisoformat(finished),
        _finite(seconds),
        median(map(_finite, times)),
    )


def _object(cell: str, read: Callable[[Any], Any]) -> dict[str, Any]:
    return {name: read(value) for name, value in json.loads(cell).items()}


def _maybe(value: Any) -> float | None:
    return None if value is None else _finite(value)


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no plain finite number")
    return value
