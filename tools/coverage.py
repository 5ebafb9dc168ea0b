"""How often the intervals of off-policy estimates hold the true value, on many simulated logs.

The true value is the mean over the people of all logs together, or over the days if each log is of
one person: of simulated people, the reward of every decision is known, taken or not.
docs/intervals.py shows the results, by `python -m nox -s intervals`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gym_push.actions import DELIVER, DELIVERY_ACTIONS, SUPPRESS
from gym_push.envs.delivery.observations import OBSERVATION
from gym_push.envs.delivery.world import World
from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.fidelity.distances import Gate
from gym_push.evaluation.off_policy.estimators import (
    IPS,
    MODELLED,
    PERSONS,
    SNIPS,
    Evidence,
    Units,
    estimate,
    modelled,
    weigh,
)
from gym_push.evaluation.off_policy.simulated import SimulatedDecisions, simulate_decisions
from gym_push.logs.log_statistics import Floats, Ints
from gym_push.users import Population
from gym_push.users.model.app_classes import CLASSES
from gym_push.users.model.states import DAY

LOGS: Final = 500
PEOPLE: Final = 60
DAYS: Final = 2
NOMINAL: Final = Gate(0.93, 0.97)

_LOGS_AT_ONCE: Final = 25  # faster than one after the other
_ANSWERED: Final = ("msg", "group", "call", "calendar", "email")


def by_class(world: World) -> Floats:
    """Delivers only what messengers, calls, calendars and mail send: (rows, 3)."""
    answered = np.array([each.name in _ANSWERED for each in CLASSES])
    return _certain(np.where(answered[world.app_class], DELIVER, SUPPRESS))


def deliver_all(world: World) -> Floats:
    """Delivers everything: (rows, 3)."""
    return _certain(np.full(len(world.app_class), DELIVER))


def suppress_all(world: World) -> Floats:
    """Delivers nothing: (rows, 3)."""
    return _certain(np.full(len(world.app_class), SUPPRESS))


def _certain(actions: Ints) -> Floats:
    return np.eye(len(DELIVERY_ACTIONS))[actions]


POLICIES: Final[Mapping[str, Callable[[World], Floats]]] = {
    "by class": by_class,
    "deliver all": deliver_all,
    "suppress all": suppress_all,
}


@dataclass(frozen=True)
class Coverage:
    """How well an estimator does on many logs.

    Attributes:
        method: Its name.
        truth: The true value.
        held: Share of the 95 % intervals that hold the truth, of the logs that have one.
        bias: Mean error.
        width: Mean width of an interval.
    """

    method: str
    truth: float
    held: float
    bias: float
    width: float


def coverage(
    policy: Callable[[World], Floats] = by_class,
    methods: Sequence[str] = (IPS, SNIPS),
    *,
    logs: int = LOGS,
    people: int = PEOPLE,
    days: int = DAYS,
    over: str = PERSONS,
    behaviour: str = "by-app",
    seed: int = 0,
    **changes: Any,
) -> tuple[Coverage, ...]:
    """Estimates a policy's value from many logs, of different people or of one person's days.

    Args:
        policy: Returns the probabilities of its actions, (rows, 3).
        methods: The estimators.
        logs: How many, a multiple of 25 or fewer than that.
        people: In each; with one, 25 logs are of the same person.
        days: Of each.
        over: What the mean is over, as for `off_policy_estimate`.
        behaviour: The policy that is logged.
        seed: Of the first 25 logs; the next 25 have the next seed.
        **changes: Parameters of the people that differ from the defaults.
    """
    found: dict[str, list[Estimate]] = {method: [] for method in methods}
    truths: list[Estimate] = []
    models = not {*MODELLED}.isdisjoint(methods)
    at_once = min(logs, _LOGS_AT_ONCE)
    for block in range(logs // at_once):
        if people == 1:
            simulated = simulate_decisions(
                Population(1, seed + block, **changes), days * at_once, behaviour
            )
            log_of_row = simulated.world.simulation.arrivals.time // (days * DAY)
        else:
            population = Population(people * at_once, seed + block, **changes)
            simulated = simulate_decisions(population, days, behaviour)
            log_of_row = simulated.world.simulation.arrivals.person // people
        target = policy(simulated.world)
        truths += [simulated.logged.units.averaged(over).mean(simulated.values(target))] * at_once
        for evidence in _logs(simulated, target, log_of_row, over, models):
            for method in methods:
                found[method].append(estimate(evidence, method))
    truth = np.array([each.value for each in truths])
    if people > 1:
        truth[:] = truth.mean()
    return tuple(_judged(method, found[method], truth) for method in methods)


def _judged(method: str, estimates: Sequence[Estimate], truth: Floats) -> Coverage:
    error = np.array([each.value for each in estimates]) - truth
    ends = np.array([each.interval or (np.nan, np.nan) for each in estimates]).T
    known = ~np.isnan(ends[0])
    held = (ends[0] <= truth) & (truth <= ends[1])
    return Coverage(
        method,
        truth=float(truth.mean()),
        held=float(held[known].mean()),
        bias=float(error.mean()),
        width=float((ends[1] - ends[0])[known].mean()),
    )


def _logs(
    simulated: SimulatedDecisions, target: Floats, log_of_row: Ints, over: str, models: bool
) -> Iterator[Evidence]:
    """Yields the evidence of each log."""
    arrivals = simulated.world.simulation.arrivals
    person, time = arrivals.person, arrivals.time
    logged = simulated.logged
    decisions, rewards = logged.decisions, logged.rewards
    assert logged.propensities is not None
    weights = weigh(target, decisions, logged.propensities, None)
    features = OBSERVATION.vectors(simulated.log) if models else None
    for number in range(int(log_of_row.max()) + 1):
        rows = np.flatnonzero(log_of_row == number)
        evidence = Evidence(
            Units.of(person[rows], time[rows]).averaged(over),
            decisions[rows],
            rewards[rows],
            target[rows],
            weights[rows],
        )
        if features is not None:
            evidence = modelled(evidence, features[rows])
        yield evidence
