"""Makes docs/reading.md: what reading is worth on text-24/v1, and with other people.

Run by `python -m nox -s reading`. Tests agents that are blind to text and agents that read it, with
the people of the suite and with two populations of other seeds, in two processes. A script that was
stopped continues where it was.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from gym_push.agents import AgentSpec
from gym_push.evaluation.comparing import compare
from gym_push.evaluation.estimates import Estimate, mean
from gym_push.evaluation.evaluating import evaluate_each
from gym_push.evaluation.leaderboard import Leaderboard
from gym_push.evaluation.metrics import TOP, auc, mean_of
from gym_push.evaluation.results import Evaluation
from gym_push.evaluation.suites import PeopleSuite, Suite
from gym_push.files import write_whole
from gym_push.users.model.states import DAY

PAGE = Path(__file__).with_name("reading.md")
BOARD = Path("docs-reading.sqlite")
PROCESSES = 2
OTHERS = (6007, 6008)
"""Seeds of people whom nothing was tuned on."""

BLIND = ("table-per-app", "vw-squarecb", "linucb", "gradient-boosting", "refitted-logistic")
READING = ("vw-words", "hashed-logistic", "tf-idf-logistic", "embedding-logistic")
GATES = ("refitted-logistic", "tf-idf-logistic", "embedding-logistic")
"""Of these the intervals are to be disjoint, and below the oracle's."""


def oracle_auc(suite: PeopleSuite) -> Estimate:
    """Returns the area under the curve of the utility, which the oracle knows, over people."""
    simulation = suite.population.simulate(range(suite.population.size), suite.days)
    utility = simulation.responses.margin - simulation.traits.noise
    person, tested = simulation.arrivals.person, simulation.arrivals.time >= suite.learn_days * DAY
    areas = [
        auc(utility[rows], simulation.responses.opened[rows])
        for number in range(suite.population.size)
        if len(rows := np.flatnonzero((person == number) & tested))
    ]
    return mean(np.array([each for each in areas if each is not None]))


def measure(suite: Suite) -> Mapping[str, Evaluation]:
    """Tests all agents on a suite; by name, the worst area first."""
    specs = [AgentSpec.of(name) for name in (*BLIND, *READING)]
    found = {}
    with Leaderboard(BOARD) as board:
        for each in evaluate_each(specs, suite, processes=PROCESSES, board=board, resume=specs):
            area = each.metrics["auc"].value
            print(f"{suite.id} {each.agent} {area:.4f}", file=sys.stderr, flush=True)
            found[each.agent] = each
    return dict(sorted(found.items(), key=lambda item: item[1].metrics["auc"].value))


def section(title: str, oracle: Estimate, found: Mapping[str, Evaluation]) -> Iterator[str]:
    """Yields the lines about some people."""
    yield from (f"## {title}", "", "| agent | reads | auc | reward | score | µs |", "|-|-|-|-|-|-|")
    for name, each in found.items():
        reads = "text" if name in READING else ""
        cells = [_interval(each.metrics[metric]) for metric in ("auc", "reward", "score")]
        yield f"| {name} | {reads} | " + " | ".join(cells) + f" | {each.microseconds:.0f} |"
    top = mean_of(next(iter(found.values())).people, TOP)
    yield f"| *oracle* | | {_interval(oracle)} | {_interval(top)} | 1 | |"
    yield ""
    blind = max((found[name] for name in BLIND), key=lambda each: each.metrics["auc"].value)
    gap = oracle.value - blind.metrics["auc"].value
    yield f"Oracle − best agent blind to text ({blind.agent}): **{gap:.3f}** (gate: ≥ .05). "
    yield _disjoint([*(found[name].metrics["auc"] for name in GATES), oracle])
    yield from ("", "| better | worse | difference of auc | people won | p |", "|-|-|-|-|-|")
    for worse, better in pairwise(found.values()):
        one = compare(better, worse, "auc")
        p = "" if one.p_value is None else f"{one.p_value:.2g}"
        yield (
            f"| {one.better} | {one.worse} | {_interval(one.difference)} | {one.wins:g} of "
            f"{one.people} | {p} |"
        )
    yield ""


def _disjoint(areas: Sequence[Estimate]) -> str:
    """Returns whether each interval lies below the next one, in words."""
    ends = [(each.interval or (each.value, each.value)) for each in areas]
    held = all(one[1] < other[0] for one, other in pairwise(ends))
    names = " < ".join((*GATES, "oracle"))
    return f"{names}, with disjoint 95 % intervals: **{'held' if held else 'not held'}**."


def _interval(value: Estimate) -> str:
    bounds = f" [{value.low:.3f}, {value.high:.3f}]" if value.interval else ""
    return f"{value.value:.3f}{bounds}"


def main() -> None:
    """Measures, and writes the page."""
    suite = Suite.of("text-24/v1")
    assert isinstance(suite, PeopleSuite)
    lines = [
        "# What reading is worth",
        "",
        "Made by `python -m nox -s reading` (docs/reading.py). In `text-24/v1` messages say in "
        "words only what they are about and what they want; `subject`, `sentiment`, "
        "`enticement` and `contactSignificantContext`, which would give it away, are withheld. "
        "The same agents meet the people of the suite and two populations that nothing was tuned "
        "on.",
        "",
        "`auc` says how often an agent has more confidence in a notification that was opened than "
        "in one that was not: .5 by chance. In brackets: 95 % intervals over people. µs: median "
        "time of a decision, without that of the encoder, which takes "
        "[some 50 µs a text for words, and some 10 ms for its meaning](text.md). The p-value is "
        "that of a paired t-test.",
        "",
    ]
    for title, people in {
        "The people of text-24/v1": suite,
        **{f"People of seed {seed}": suite.with_strangers(seed) for seed in OTHERS},
    }.items():
        lines += section(title, oracle_auc(people), measure(people))
    write_whole(PAGE, "\n".join(lines))
    BOARD.unlink()


if __name__ == "__main__":
    main()
