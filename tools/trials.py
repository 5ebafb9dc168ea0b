"""How often the intervals of excursion effects hold the true effect, in many simulated trials.

The first trials are like HeartSteps V1 (Klasnja et al. 2019): people are asked five times a day for
six weeks, and each is available four times in five. Who is at home does more anyway, and a message
does more there; it does less the more came in the last day. People differ in how much they do and
in how much a message does. The others are those of `run_trial`, whose true effect is the mean over
the decisions of all trials together, of each of which it is known.
docs/intervals.py shows the results, by `python -m nox -s intervals`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push import Feature, NotificationLog, Schema
from gym_push.evaluation import Effect, LoggedDecisions, excursion_effect, run_trial
from gym_push.logs.columns import Column, NumberColumn, coded
from gym_push.spaces import Flag
from gym_push.users import Population

TRIALS: Final = 1000
PEOPLE: Final = 40
POINTS: Final = 210
"""Decision points of a person: five a day, for six weeks."""
DAY: Final = 5

AVAILABLE, AT_HOME = 0.8, 0.4
EFFECT, AT_HOME_MORE, WORN = 0.4, 0.3, 0.05
"""Of a message, of it at home, and what each message of the last day takes from it."""
CHANCES: Final[Mapping[str, tuple[float, float]]] = {
    "always 0.6": (0.6, 0.6),
    "0.2, at home 0.6": (0.2, 0.6),
}
"""The probability of sending to who is available: elsewhere and at home."""

SIMULATED: Final[Mapping[str, Mapping[str, Any]]] = {
    "steps": {"preset": "steps"},
    "steps, one message": {"preset": "steps", "message": "Time for a walk"},
    "habit": {"preset": "habit"},
    "habit, 7 a week": {"preset": "habit", "budget": 7},
    "dental": {"preset": "dental"},
}
"""Trials of `run_trial`."""
RANDOMISE, DAYS = 0.6, 42

_TRIALS_AT_ONCE: Final = 25  # faster than one after the other

SCHEMA: Final = Schema(
    context=[
        Feature("point", "integer"),
        Feature("home", "flag"),
        Feature("before", "number"),
        Feature("available", "flag"),
    ],
    engagement=[Feature("sent", "flag"), Feature("p", "number"), Feature("steps", "number")],
    action="",
    user="person",
    decisions={
        "decision": "sent",
        "actions": ["none", "send"],
        "available": "available",
        "propensity": {"send": "p", "none": "rest"},
        "reward": "steps",
    },
)


def trial(
    seed: int,
    people: int = PEOPLE,
    points: int = POINTS,
    chances: tuple[float, float] = CHANCES["always 0.6"],
) -> dict[str, NDArray[Any]]:
    """Returns the columns of a trial's log, the decision points of a person after one another.

    Args:
        seed: Of the trial.
        people: Number of persons.
        points: Decision points of each.
        chances: The probability of sending elsewhere, and at home.
    """
    random, shape = np.random.default_rng(seed), (people, points)
    level, more = random.normal(3.0, 1.0, (people, 1)), random.normal(0.0, 0.3, (people, 1))
    home, available = random.random(shape) < AT_HOME, random.random(shape) < AVAILABLE
    p = np.where(home, *chances[::-1])
    sent = available & (random.random(shape) < p)
    before = random.normal(0.0, 1.0, shape)
    total = np.cumsum(np.pad(sent, ((0, 0), (DAY + 1, 0))), axis=1)
    of_the_day = total[:, DAY:-1] - total[:, : -DAY - 1]
    effect = EFFECT + more + AT_HOME_MORE * home - WORN * of_the_day
    columns = {
        "person": np.arange(people)[:, None],
        "point": np.arange(points),
        "home": home,
        "before": before,
        "available": available,
        "sent": sent,
        "p": p,
        "steps": level + home + 0.5 * before + sent * effect + random.normal(0.0, 1.5, shape),
    }
    return {name: np.broadcast_to(each, shape).ravel() for name, each in columns.items()}


def logged(trial: Mapping[str, NDArray[Any]]) -> LoggedDecisions:
    """Returns the decisions of a trial, by its columns: the numbers of a file need not be parsed.

    Args:
        trial: As `trial` returns it.
    """
    columns: dict[str, Column] = {
        each.name: coded(trial[each.name].astype(np.int8), Flag.VALUES)
        if each.kind == "flag"
        else NumberColumn(trial[each.name])
        for each in SCHEMA.features
    }
    person = trial["person"]
    owner = coded(person, [str(number) for number in range(person.max() + 1)])
    nothing = np.zeros(len(person), dtype=np.int8)
    return LoggedDecisions.of(NotificationLog("a trial", SCHEMA, columns, nothing, owner=owner))


def truth(points: int, chances: tuple[float, float]) -> float:
    """Returns the true effect elsewhere: the average over the messages of the day before."""
    sent = AVAILABLE * (chances[1] * AT_HOME + chances[0] * (1.0 - AT_HOME))
    return EFFECT - WORN * sent * float(np.minimum(np.arange(points), DAY).mean())


@dataclass(frozen=True)
class Held:
    """How well an effect is estimated in many trials.

    Attributes:
        name: The effect.
        truth: The true value.
        held: Share of the 95 % intervals that hold it.
        bias: Mean error.
        width: Mean width of an interval.
    """

    name: str
    truth: float
    held: float
    bias: float
    width: float


def coverage(
    chances: tuple[float, float],
    *,
    trials: int = TRIALS,
    people: int = PEOPLE,
    points: int = POINTS,
    **changes: Any,
) -> tuple[Held, ...]:
    """Estimates the effect, that at home, and the difference it makes to be there.

    Args:
        chances: The probability of sending elsewhere, and at home.
        trials: How many.
        people: In each.
        points: Decision points of each person.
        **changes: Further arguments of `excursion_effect`.
    """
    elsewhere = truth(points, chances)
    truths = {
        "on average": elsewhere + AT_HOME_MORE * AT_HOME,
        "at home": elsewhere + AT_HOME_MORE,
        "at home less elsewhere": AT_HOME_MORE,
    }
    found = []
    for seed in range(trials):
        decisions = logged(trial(seed, people, points, chances))
        average = excursion_effect(decisions, controls=["before"], **changes)
        by_home = excursion_effect(decisions, controls=["before"], moderators=["home"], **changes)
        found.append((average.effects[0], by_home.at({"home": 1.0}), by_home.effects[1]))
    return held(truths, found)


def simulated_coverage(
    changes: Mapping[str, Any], *, trials: int = TRIALS, people: int = PEOPLE, days: int = DAYS
) -> tuple[Held, ...]:
    """Estimates the effect in trials of `run_trial`, and how much it changes from day to day.

    Args:
        changes: Arguments of `run_trial`.
        trials: How many.
        people: In each.
        days: Of each person.
    """
    found, points = [], []
    for first in range(0, trials, _TRIALS_AT_ONCE):
        count = min(_TRIALS_AT_ONCE, trials - first)
        everybody = Population(count * people, seed=first)
        played = run_trial(everybody, days=days, randomise=RANDOMISE, **changes)
        points.append((played.logged.log.columns["day"].numbers, played.effects))
        assert played.log.owner is not None
        user = np.array(played.log.users, dtype=np.int64)[played.log.owner.codes]
        for each in range(count):
            rows = np.flatnonzero(user // people == each)
            decisions = LoggedDecisions.of(played.log.select(rows))
            by_day = excursion_effect(decisions, moderators=["day"])
            found.append((excursion_effect(decisions).effects[0], by_day.effects[1]))
    day, effect = map(np.concatenate, zip(*points, strict=True))
    more, _ = np.polyfit(day, effect, 1)
    return held({"on average": float(effect.mean()), "more a day": float(more)}, found)


def held(truths: Mapping[str, float], found: Sequence[Sequence[Effect]]) -> tuple[Held, ...]:
    """Returns how well effects are estimated.

    Args:
        truths: The true effects.
        found: Their estimates in each trial.
    """
    ends = [[(each.value, each.low, each.high) for each in some] for some in found]
    value, low, high = np.moveaxis(np.array(ends, dtype=np.float64), -1, 0)
    true = np.array([*truths.values()])
    holds = ((low <= true) & (true <= high)).mean(axis=0)
    numbers = true, holds, (value - true).mean(axis=0), (high - low).mean(axis=0)
    each_effect = zip(truths, *(each.tolist() for each in numbers), strict=True)
    return tuple(Held(*each) for each in each_effect)
