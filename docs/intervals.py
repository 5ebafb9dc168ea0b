"""Makes docs/intervals.md: how often the 95 % intervals of the package hold the truth.

Run by `python -m nox -s intervals`; takes some minutes. The true values are those of many simulated
people, from whom samples are drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from gym_push import Population, evaluate
from gym_push.evaluation.comparing import compare
from gym_push.evaluation.metrics import FLOOR, TOP, summary
from gym_push.evaluation.results import Evaluation, PersonResult
from gym_push.evaluation.suites import PeopleSuite
from gym_push.files import write_whole
from tools import trials
from tools.coverage import POLICIES, coverage

PAGE = Path(__file__).with_name("intervals.md")
EVERYBODY, DAYS, LEARNED = 500, 14, 7
SAMPLES, SIZES = 1000, (5, 12, 24, 50)
LOGS = 200
OFF_POLICY = {
    "60 people, 2 days, over persons": {"people": 60, "days": 2},
    "60 people, 2 days, over notifications": {"people": 60, "days": 2, "over": "notifications"},
    "12 people, 2 days, over persons": {"people": 12, "days": 2},
    "one person, 7 days": {"people": 1, "days": 7},
}


def of_metrics() -> Iterator[str]:
    """Yields a row for each metric, by the number of people it is the mean of."""
    suite = PeopleSuite("everybody/v1", Population(EVERYBODY, 77), DAYS, LEARNED)
    table, majority, opens = (
        evaluate(name, suite, processes=2) for name in ("table-per-app", "majority", "always-open")
    )
    truth = summary([table.people])
    kept = {name: (FLOOR, TOP, "reward", name) for name in truth}
    for name in ("reward", "auc", "recall", "regret", "score", "lowest tenth"):

        def draw(rows: np.ndarray, name: str = name) -> tuple[float, float] | None:
            people = [_only(table, row, n, kept[name]) for n, row in enumerate(rows)]
            found = summary([people]).get(name)
            return found.interval if found else None

        yield _row(f"{name} of table-per-app", draw, truth[name].value)
    for one, other in ((table, majority), (majority, opens), (table, opens)):

        def differ(
            rows: np.ndarray, one: Evaluation = one, other: Evaluation = other
        ) -> tuple[float, float] | None:
            sampled = (
                Evaluation(
                    each.run,
                    (tuple(_only(each, row, n, ("reward",)) for n, row in enumerate(rows)),),
                    {},
                    0.0,
                )
                for each in (one, other)
            )
            found = compare(*sampled)
            ends = found.difference.interval
            if ends is None or found.better == one.agent:
                return ends
            return -ends[1], -ends[0]

        gain = one.metrics["reward"].value - other.metrics["reward"].value
        yield _row(f"reward of {one.agent} less {other.agent}", differ, gain)


def _only(found: Evaluation, row: int, number: int, names: tuple[str, ...]) -> PersonResult:
    """Returns some metrics of a person under a new name, since a person may be drawn twice."""
    known = found.people[row].metrics
    return PersonResult(
        str(number), {name: known[name] for name in names if name in known}, (), 0.0
    )


def _row(name: str, draw: Callable[[np.ndarray], tuple[float, float] | None], truth: float) -> str:
    cells = []
    for size in SIZES:
        random = np.random.default_rng(size)
        found = [draw(random.integers(EVERYBODY, size=size)) for _ in range(SAMPLES)]
        held = [ends[0] <= truth <= ends[1] for ends in found if ends]
        cells.append(f"{np.mean(held):.1%}" if held else "none")
    print(name, *cells, file=sys.stderr)
    return f"| {name} | {' | '.join(cells)} |"


def of_off_policy() -> Iterator[str]:
    """Yields a row for each kind of log and each policy."""
    for kind, arguments in OFF_POLICY.items():
        for name, policy in POLICIES.items():
            found = coverage(policy, logs=LOGS, **arguments)
            print(kind, name, *(each.held for each in found), file=sys.stderr)
            held = " | ".join(f"{each.held:.1%}" for each in found)
            yield f"| {kind} | {name} | {held} |"


def of_trials() -> Iterator[str]:
    """Yields a row for each number of people and each way to decide."""
    for people in (12, 40):
        for name, chances in trials.CHANCES.items():
            found = trials.coverage(chances, people=people)
            print(people, name, *(each.held for each in found), file=sys.stderr)
            held = " | ".join(f"{each.held:.1%}" for each in found)
            yield f"| {people} people, {name} | {held} |"


def of_simulated_trials() -> Iterator[str]:
    """Yields a row for each kind of trial with simulated people."""
    for name, arguments in trials.SIMULATED.items():
        found = trials.simulated_coverage(arguments)
        print(name, *(each.held for each in found), file=sys.stderr)
        held = " | ".join(f"{each.truth:.3g} | {each.held:.1%}" for each in found)
        yield f"| {name} | {held} |"


def main() -> None:
    """Measures, and writes the page."""
    text = "\n".join([
        "# How often intervals hold the truth",
        "",
        "Made by `python -m nox -s intervals` (docs/intervals.py). A 95 % interval should hold the "
        "true value in 95 % of the cases. All intervals come from one place, "
        "`gym_push.evaluation.estimates`: Student's t on how much the estimate changes without "
        "each person (the jackknife), corrected for skewness after Hall (1992). p-values follow "
        "the same rule.",
        "",
        "## Means over people, and differences of agents",
        f"{SAMPLES} samples of each size from {EVERYBODY} simulated people, whose mean is the "
        'truth. "none": so few people have no interval.',
        "",
        f"| what | {' | '.join(f'{size} people' for size in SIZES)} |",
        "|-" * (len(SIZES) + 1) + "|",
        *of_metrics(),
        "",
        "A difference that only few people make, such as the gain over an agent that does the same "
        "with most of them, is held less often in samples of five.",
        "",
        "## Off-policy estimates",
        f"{LOGS} logs of the behaviour policy `by-app` for each row.",
        "",
        "| log | target | IPS | SNIPS |",
        "|-|-|-|-|",
        *of_off_policy(),
        "",
        "## Effects in randomised trials",
        f"{trials.TRIALS} [micro-randomised trials](trials.md) for each row, of people who are "
        f"asked {trials.POINTS} times. Where a message is more likely at home, it is sent with the "
        "probability 0.2 elsewhere and 0.6 there. The true effects are those of `tools/trials.py`: "
        "people differ in them, and messages wear off. Here the interval is Student's without "
        "the correction for skewness.",
        "",
        "| trial | on average | at home | at home less elsewhere |",
        "|-|-|-|-|",
        *of_trials(),
        "",
        "And of [`run_trial`](trials.md#a-trial-to-try-things-with), whose true effect is known "
        f"exactly: {trials.PEOPLE} people, {trials.DAYS} days, the probability {trials.RANDOMISE}. "
        "The second effect is how much the first one changes from day to day. "
        'In "steps" everybody leaves within days, unless the only message is one that suits any '
        "moment; so few are left to tell that change, and its intervals are too narrow.",
        "",
        "| preset | effect | held | more a day | held |",
        "|-|-|-|-|-|",
        *of_simulated_trials(),
        "",
    ])  # fmt: skip
    write_whole(PAGE, text)
    print(text)


if __name__ == "__main__":
    main()
