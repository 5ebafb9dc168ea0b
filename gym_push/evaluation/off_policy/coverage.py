"""How often the intervals of off-policy estimates hold the true value, on many simulated logs.

`python -m gym_push.evaluation.off_policy.coverage` tries it at full size, which takes minutes.

The true value is a mean over persons, of all who could have been in the log. It is taken from the
people of all logs together, whose rewards are known for what was decided and for what was not.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gym_push.envs.delivery_rules import ACTIONS, DELIVER, SUPPRESS
from gym_push.envs.delivery_views import OBSERVATION
from gym_push.evaluation.off_policy.estimators import (
    IPS,
    METHODS,
    MODELLED,
    SNIPS,
    Evidence,
    weigh,
)
from gym_push.evaluation.off_policy.intervals import Interval, Units
from gym_push.evaluation.off_policy.simulated import SimulatedDecisions, simulate_decisions
from gym_push.evaluation.report import Gate
from gym_push.logs.marginals import Floats, Ints
from gym_push.users import Population
from gym_push.users.classes import CLASSES
from gym_push.users.worlds import World

LOGS: Final = 500
PEOPLE: Final = 60
DAYS: Final = 2
NOMINAL: Final = Gate(0.93, 0.97)

_LOGS_AT_ONCE: Final = 25  # simulated together, which is faster than one after the other
_ANSWERED: Final = ("msg", "group", "call", "calendar", "email")


def by_class(world: World) -> Floats:
    """Delivers what messengers, calls, calendars and mail send, and nothing else: (rows, 3)."""
    answered = np.array([each.name in _ANSWERED for each in CLASSES])
    return _certain(np.where(answered[world.app_class], DELIVER, SUPPRESS))


def deliver_all(world: World) -> Floats:
    """Delivers everything: (rows, 3)."""
    return _certain(np.full(len(world.app_class), DELIVER))


def suppress_all(world: World) -> Floats:
    """Delivers nothing: (rows, 3)."""
    return _certain(np.full(len(world.app_class), SUPPRESS))


def _certain(actions: Ints) -> Floats:
    return np.eye(len(ACTIONS))[actions]


POLICIES: Final[Mapping[str, Callable[[World], Floats]]] = {
    "by class": by_class,
    "deliver all": deliver_all,
    "suppress all": suppress_all,
}


@dataclass(frozen=True)
class Coverage:
    """How an estimator did on many logs.

    Attributes:
        method: Its name.
        truth: What it was to estimate.
        held: Share of the logs whose 95 % interval held the truth.
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
    behaviour: str = "by-app",
    seed: int = 0,
    **changes: Any,
) -> tuple[Coverage, ...]:
    """Values a policy with many logs, each of other people.

    Args:
        policy: Returns the probabilities of its actions, (rows, 3).
        methods: How to value it.
        logs: How many, a multiple of 25 or fewer than that.
        people: In each.
        days: Of each.
        behaviour: The policy that is logged.
        seed: Of the first people; each 25 logs have the next one.
        **changes: Of the parameters of the people.
    """
    found: dict[str, list[Interval]] = {method: [] for method in methods}
    truths = []
    at_once = min(logs, _LOGS_AT_ONCE)
    for block in range(logs // at_once):
        population = Population(people * at_once, seed + block, **changes)
        simulated = simulate_decisions(population, days, behaviour)
        target = policy(simulated.world)
        truths.append(simulated.units.means(simulated.values(target)))
        for evidence in _logs(simulated, target, people, models=bool({*methods} & {*MODELLED})):
            for method in methods:
                found[method].append(METHODS[method](evidence))
    truth = float(np.concatenate(truths).mean())
    return tuple(_judged(method, found[method], truth) for method in methods)


def _judged(method: str, intervals: Sequence[Interval], truth: float) -> Coverage:
    value, low, high = np.array(intervals).T
    held = float(((low <= truth) & (truth <= high)).mean())
    return Coverage(method, truth, held, float(value.mean()) - truth, float((high - low).mean()))


def _logs(
    simulated: SimulatedDecisions, target: Floats, people: int, models: bool
) -> Iterator[Evidence]:
    """Yields what each log of so many people says."""
    arrivals = simulated.world.simulation.arrivals
    person, time = arrivals.person, arrivals.time
    decisions, rewards = simulated.decisions, simulated.rewards
    weights = weigh(target, decisions, simulated.propensities, None)
    features = OBSERVATION.vectors(simulated.log) if models else None
    for number in range(len(simulated.world.users) // people):
        rows = np.flatnonzero(person // people == number)
        evidence = Evidence(
            Units.of(person[rows], time[rows]),
            decisions[rows],
            rewards[rows],
            target[rows],
            weights[rows],
        )
        if features is not None:
            from gym_push.evaluation.off_policy.reward_models import modelled  # scikit-learn

            evidence = modelled(evidence, features[rows])
        yield evidence


def main() -> None:
    """Prints a line for each policy and method; exit code 1 if IPS is not nominal."""
    missed = 0
    for name, policy in POLICIES.items():
        for each in coverage(policy, tuple(METHODS)):
            missed += each.method == IPS and not NOMINAL.holds(each.held)
            print(
                f"{name}, {each.method}: {each.held:.1%} of {LOGS} intervals hold "
                f"{each.truth:+.4f}; bias {each.bias:+.4f}, width {each.width:.4f}",
                flush=True,
            )
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
