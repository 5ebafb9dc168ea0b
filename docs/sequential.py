"""Makes docs/sequential.md: sequential off-policy estimates against the truth.

Run by `python -m nox -s sequential`; takes about a quarter of an hour. Simulated people live with
each target policy, which gives the true reward; what logs of the behaviour policy say about it is
held against that.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gym_push import Population
from gym_push.evaluation import Behaviour, LoggedDecisions, off_policy_table, sequential_table
from gym_push.evaluation import simulate_decisions as simulate
from gym_push.evaluation.off_policy.sequential_results import CANNOT_TELL
from gym_push.files import write_whole

PAGE = Path(__file__).with_name("sequential.md")
LOGS, AT_ONCE, PEOPLE, DAYS, VOLUME = 200, 25, 100, 1, 10.0
BEHAVIOUR = Behaviour.of("random:0.5")
TARGETS = {"deliver 60 %": 0.6, "deliver 75 %": 0.75, "deliver all": 1.0}
ONE_STEP = ("ips", "snips")


class Found(NamedTuple):
    """What a method says of a target from one log."""

    value: float
    low: float
    high: float
    gain: tuple[float, float]
    supported: bool
    verdict: str


def delivering(chance: float) -> Behaviour:
    """Returns the policy that delivers everything with a probability."""
    table = np.full(np.shape(BEHAVIOUR.table), chance).tolist()
    return Behaviour(f"deliver {chance:.0%}", tuple(map(tuple, table)))


def measured(logs: int, at_once: int = AT_ONCE, people: int = PEOPLE) -> dict[str, Results]:
    """Returns for each target what the methods say from many logs, and the truth."""
    results = {name: Results() for name in TARGETS}
    for block in range(logs // at_once):
        population = Population(people * at_once, 1000 + block, volume_median=VOLUME)
        decided = simulate(population, DAYS, BEHAVIOUR)
        owner = decided.world.simulation.arrivals.person // people
        for name, chance in TARGETS.items():
            target = delivering(chance)
            lived = simulate(population, DAYS, target).logged
            results[name].truths.append(lived.units.mean(lived.rewards).value)
            deliver = target.propensities(decided.world)
            policy = np.stack([deliver, np.zeros(len(deliver)), 1.0 - deliver], axis=1)
            results[name].alone.append(decided.value(policy))
            for number in range(at_once):
                rows = np.flatnonzero(owner == number)
                logged = LoggedDecisions.of(decided.log.select(rows))
                results[name].add(logged, policy[rows])
        print(f"{(block + 1) * at_once} of {logs} logs", file=sys.stderr)
    return results


class Results:
    """Of one target: the truth of each block of logs, and what each method says."""

    def __init__(self) -> None:
        self.truths: list[float] = []
        self.alone: list[float] = []
        self.found: Mapping[str, list[Found]] = defaultdict(list)

    def add(self, logged: LoggedDecisions, policy: np.ndarray) -> None:
        """Adds what the methods say from one log."""
        for each in off_policy_table(logged, policy, ONE_STEP).estimates:
            nothing = (np.nan, np.nan)
            self.found[each.method].append(
                Found(each.value, each.low, each.high, nothing, True, "")
            )
        for each in sequential_table(logged, policy).estimates:
            gain = (each.gain.low, each.gain.high)
            self.found[each.method].append(
                Found(each.value, each.low, each.high, gain, each.supported, each.verdict)
            )

    @property
    def truth(self) -> float:
        """What people who live with the target earn, on average over all logs."""
        return float(np.mean(self.truths))

    def rows(self, name: str) -> Iterator[str]:
        """Yields a line of the table for each method."""
        for method, found in self.found.items():
            held = np.array([each.low <= self.truth <= each.high for each in found])
            supported = np.array([each.supported for each in found])
            bias = np.mean([each.value for each in found]) - self.truth
            width = np.mean([each.high - each.low for each in found])
            cells = [name, f"`{method}`", f"{bias:+.4f}", f"{width:.3f}", f"{held.mean():.1%}"]
            if method in ONE_STEP:
                cells += ["", "", ""]
            else:
                verdicts = [each.verdict for each in found]
                told = [each for each in ("better", "worse") if each in verdicts]
                of_each = [f"{each} {verdicts.count(each) / len(found):.0%}" for each in told]
                cannot = f"can't tell {verdicts.count(CANNOT_TELL) / len(found):.0%}"
                among = f"{held[supported].mean():.1%}" if supported.any() else "none"
                cells += [f"{supported.mean():.0%}", among, ", ".join([*of_each, cannot])]
            yield f"| {' | '.join(cells)} |"


def page(results: Mapping[str, Results], logs: int, people: int = PEOPLE) -> str:
    """Returns the text of the page."""
    values = ", ".join(
        f"{each.truth:+.4f} for “{name}” (each decision alone: {np.mean(each.alone):+.4f})"
        for name, each in results.items()
    )
    return "\n".join([
        "# Sequential estimates against the truth",
        "",
        "Made by `python -m nox -s sequential` (docs/sequential.py).",
        "",
        f"{logs} logs of {people} people of `delivery-v0` for {DAYS} day, with a median of "
        f"{VOLUME:.0f} notifications, by a policy that delivers half of everything at random. The "
        f"truth is what the same people earn a notification when they live with the target: "
        f"{values}. Deliveries tire people, so that a policy that delivers more earns less than "
        "its decisions one by one.",
        "",
        "*Supported* are the logs whose weights have a Pareto k that is small enough, leave 30 "
        "effective persons, and hardly any for a tenth of the decisions at most; a 95 % interval "
        "should hold the truth in 95 % of those. The verdict is about the gain over what was "
        "logged.",
        "",
        "| target | method | bias | width | holds the truth | supported | holds it where supported "
        "| verdict |",
        "|-|-|-|-|-|-|-|-|",
        *(row for name, each in results.items() for row in each.rows(name)),
        "",
    ])  # fmt: skip


def main() -> None:
    """Measures, and writes the page."""
    text = page(measured(LOGS), LOGS)
    write_whole(PAGE, text)
    print(text)


if __name__ == "__main__":
    main()
