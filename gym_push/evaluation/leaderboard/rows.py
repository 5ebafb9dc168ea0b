"""Results as rows of the leaderboard's tables and back, to the bit.

JSON writes each float with enough digits to tell it from every other. Rows may come from anybody,
so they are checked when they are read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from gym_push.actions import PARTS
from gym_push.errors import ArgumentError
from gym_push.evaluation.metrics import FLOOR, TOP
from gym_push.evaluation.results import Evaluation, PersonResult, Run

Row: TypeAlias = tuple[Any, ...]

CURVE: Final = "learning curve"
LARGEST: Final = 1e9
"""The largest absolute value of any number."""

SHARES: Final = (
    "performance", "balanced accuracy", "auc", "ctr", "user ctr", "precision", "recall",
    "delivered", "suppressed", "left", "distal outcome", "trust",
)  # fmt: skip
RANGES: Final[Mapping[str, tuple[float, float]]] = {
    **dict.fromkeys(SHARES, (0.0, 1.0)),
    **dict.fromkeys(PARTS[1:], (-LARGEST, 0.0)),  # in delivery-v0, all but engagement cost
    "time": (0.0, LARGEST),
}
"""Smallest and largest values, by name."""

ROUNDING: Final = 1e-9


def run_row(run: Run) -> Row:
    """Returns key, suite, data, agent, parameters, seed, versions and seeds."""
    parameters, versions = json.dumps(dict(run.parameters)), json.dumps(dict(run.versions))
    seed = str(run.seed)  # text, as SQLite's integers end at 2 ** 63
    return run.key, run.suite, run.data, run.agent, parameters, seed, versions, run.seeds


def person_row(seed: int, result: PersonResult) -> Row:
    """Returns seed, person, metrics, curve and microseconds.

    Raises:
        ArgumentError: No test gives these values.
    """
    _check(result)
    metrics, curve = json.dumps(dict(result.metrics)), json.dumps(result.curve)
    return str(seed), result.person, metrics, curve, result.microseconds


def evaluation_row(evaluation: Evaluation, finished: str) -> Row:
    """Returns people, finished and seconds.

    Raises:
        ArgumentError: The seconds are not a finite number.
    """
    people = json.dumps([result.person for result in evaluation.by_seed[0]])
    return people, finished, finite("seconds", evaluation.seconds)


def read_run(
    key: str, suite: str, data: str, agent: str, parameters: str, seed: str, versions: str,
    seeds: int,
) -> Run:  # fmt: skip
    """Returns the run of a `run_row`.

    Raises:
        Exception: The row is damaged, or its key is that of another run.
    """
    if not all(isinstance(text, str) for text in (suite, data, agent)):
        raise ValueError("a name is not a text")
    plain = {name: str(version) for name, version in json.loads(versions).items()}
    known = dict(json.loads(parameters).items())
    run = Run(suite, data, agent, known, int(seed), plain, int(seeds))
    if run.key != key:
        raise ValueError(f"the key {key} is that of another run")
    return run


def read_person(
    run: str, seed: str, person: str, metrics: str, curve: str, microseconds: float
) -> tuple[str, int, PersonResult]:
    """Returns the run's key, the seed and the result, from the key and a `person_row`.

    Raises:
        Exception: The row is damaged, or no test gives these values.
    """
    values = dict(json.loads(metrics).items())
    result = PersonResult(str(person), values, tuple(json.loads(curve)), microseconds)
    _check(result)
    return run, int(seed), result


def _check(result: PersonResult) -> None:
    """Makes sure that a test can give these values.

    Raises:
        ArgumentError: It cannot.
    """
    known = {name: value for name, value in result.metrics.items() if value is not None}
    points = ((CURVE, point) for point in result.curve if point is not None)
    numbers = [*known.items(), *points, ("time", result.microseconds)]
    try:
        for name, value in numbers:
            finite(name, value)
        _check_possible(known, numbers)
    except ValueError as error:
        raise ArgumentError(f"person {result.person!r}: {error}") from None


def _check_possible(known: Mapping[str, float], numbers: Iterable[tuple[str, float]]) -> None:
    if "reward" not in known:
        raise ValueError("there is no reward")
    ranges, earned = RANGES, sum(known.get(part, 0.0) for part in PARTS)
    if "performance" in known:
        ranges = {**RANGES, **dict.fromkeys(("reward", FLOOR, TOP, CURVE), (-1.0, 1.0))}
        earned = 2.0 * known["performance"] - 1.0
    for name, value in numbers:
        low, high = ranges.get(name, (-LARGEST, LARGEST))
        if not low <= value <= high:
            raise ValueError(f"{name} is {value!r}, and must be from {low:g} to {high:g}")
    if known.keys() & {"performance", *PARTS} and abs(known["reward"] - earned) > ROUNDING:
        raise ValueError(f"reward is {known['reward']!r}, and the other metrics make {earned!r}")


def finite(name: str, value: Any) -> float:
    """Returns a number.

    Raises:
        ArgumentError: It is not a finite number.
    """
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not plain or not math.isfinite(value):
        raise ArgumentError(f"{name}={value!r} is not a finite number")
    return float(value)
