"""Makes docs/agents.md: how the baselines do on the suites.

Run by `python -m nox -s agents`, or for some suites `python -m nox -s agents -- users-24/v1`. Tests
all baselines of each suite, in two processes. A script that was stopped continues where it was.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from gym_push.agents import BASELINES, AgentSpec, LocalAgent
from gym_push.errors import ArgumentError
from gym_push.evaluation.comparing import compare
from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.evaluating import evaluate_each
from gym_push.evaluation.leaderboard import Leaderboard
from gym_push.evaluation.metrics import TOP, mean_of
from gym_push.evaluation.results import Evaluation, ranked
from gym_push.evaluation.suites import SUITES, Suite
from gym_push.files import write_whole
from gym_push.registration import BASIC, DELIVERY, SEND

PAGE = Path(__file__).with_name("agents.md")
BOARD = Path("docs-agents.sqlite")
PROCESSES, SEEDS = 2, 5
ELSEWHERE = (
    "refitted-logistic", "hashed-logistic", "tf-idf-logistic", "embedding-logistic", "vw-words",
    "text-24/v1",
)  # fmt: skip
"""Agents that read, the one to hold them against, and their suite: docs/reading.py tests them."""

METRICS = {
    BASIC: (
        "performance", "balanced accuracy", "auc", "ctr", "user ctr", "precision", "recall",
    ),
    DELIVERY: (
        "engagement", "interruption", "stress", "missed", "ctr", "delivered", "suppressed",
    ),
    SEND: (
        "sends a week", "left", "ctr", "effect per send", "distal outcome", "diversity", "trust",
    ),
}  # fmt: skip


def measure(suite: Suite) -> list[Evaluation]:
    """Tests all baselines that can play a suite; returns the best first."""
    specs, found = [], []
    for name, each in BASELINES.items():
        if suite.plays in each.plays and not each.required and name not in ELSEWHERE:
            with suppress(ArgumentError):  # it needs a catalogue
                suite.check(LocalAgent(spec := AgentSpec.of(name)))
                specs.append(spec)
    with Leaderboard(BOARD) as board:
        for each in evaluate_each(
            specs, suite, seeds=SEEDS, processes=PROCESSES, board=board, resume=specs
        ):
            print(f"{suite.id} {each.agent} {each.metrics['reward'].value:.4f}", file=sys.stderr)
            found.append(each)
    return ranked(found)


def section(suite: Suite, evaluations: Sequence[Evaluation]) -> Iterator[str]:
    """Yields the lines about one suite."""
    metrics = [
        name for name in METRICS[suite.plays] if any(name in each.metrics for each in evaluations)
    ]
    names = ("reward", "score", *metrics, "regret", "lowest tenth", "worst person")
    yield f"## {suite.id}"
    yield f"{suite.summary}."
    yield ""
    yield "| agent | " + " | ".join(names) + " | µs |"
    yield "|-" * (len(names) + 2) + "|"
    top = mean_of(evaluations[0].people, TOP)
    if top.value != 1.0:  # which it is in basic-324/v1, where there is no oracle
        empty = " |" * (len(names) - 1)
        yield f"| *oracle* | {with_interval(top)} | 1 |{empty}"
    for each in evaluations:
        cells = [with_interval(each.metrics[name]) for name in names[:2]]
        cells += [_number(each.metrics.get(name)) for name in names[2:]]
        yield f"| {each.agent} | " + " | ".join(cells) + f" | {each.microseconds:.0f} |"
    yield ""
    if len(evaluations[0].people) > 1:
        yield "Neighbours, paired by person:"
        yield ""
        yield "| better | worse | difference of reward | people won | p | effect size |"
        yield "|-|-|-|-|-|-|"
        for one, other in pairwise(evaluations):
            found = compare(one, other)
            p = "" if found.p_value is None else f"{found.p_value:.2g}"
            effect = "" if found.effect_size is None else f"{found.effect_size:.2f}"
            yield (
                f"| {found.better} | {found.worse} | {with_interval(found.difference)} | "
                f"{found.wins:g} of {found.people} | {p} | {effect} |"
            )
        yield ""


def page(measured: Sequence[tuple[Suite, list[Evaluation]]]) -> str:
    """Returns the page."""
    lines = [
        "# How the baselines do",
        "",
        "Made by `python -m nox -s agents` (docs/agents.py) with "
        f"`gym_push.evaluate`, seeds 0 to {SEEDS - 1}. `gym-push evaluate --suite "
        f"{measured[0][0].id} --seeds {SEEDS}` prints the table of one suite.",
        "",
        "Each number is a mean over people, and each person's is a mean over the seeds. In "
        "brackets: 95 % intervals over people ([how often they hold](intervals.md)). After ±: the "
        "standard deviation over seeds, for agents that leave something to chance. Reward is that "
        "of a decision, in delivery-50/v1 of a notification, and in the suites of send-v0 of a "
        "day. The score is 0 for letting everything through, or in send-v0 for sending nothing, "
        "and 1 for the oracle, which knows the person but not chance; "
        "basic-324/v1 has no oracle, and 1 is the person. µs: median time of a decision. The "
        "p-value is that of a paired t-test, which agrees with the interval. Agents that read are "
        "on [a page of their own](reading.md).",
        "",
    ]
    for suite, evaluations in measured:
        lines += section(suite, evaluations)
    lines += [
        "## What changed since 0.1.0",
        "",
        "- The people changed: they look at their phones more often, clear what they ignore "
        "sooner, and an app keeps its category and its senders. All suites are new.",
        "- Intervals are no longer percentile bootstraps, which held the truth in 77 to 92 % of "
        "samples of 5 to 12 people; where no interval would hold it, none is shown.",
        "- `auc` compares the confidences of one frozen copy of the agent: those of an agent that "
        "learns during the test come out below one half by themselves.",
        "- The codes and vectors of delivery-v0 distinguish large counts and include the app's "
        "open rate, from which dqn and ppo learn.",
        "- `ppo` is three networks that rate the actions together. They practise longer, with four "
        "times as many gradient steps, and [credit each decision](credit.md) with what its own "
        "notification earns. Its score in delivery-50/v1 was .40 before.",
        "",
    ]
    return "\n".join(lines)


def with_interval(value: Estimate, digits: int = 3) -> str:
    """Returns a mean with its interval and its spread over seeds, as far as it has them."""
    interval = f" [{value.low:.{digits}f}, {value.high:.{digits}f}]" if value.interval else ""
    spread = f" ± {value.spread:.{digits}f}" if value.spread else ""
    return f"{value.value:.{digits}f}{interval}{spread}"


def _number(value: Estimate | None) -> str:
    return "" if value is None else f"{value.value:.3f}"


def main() -> None:
    """Measures, and writes the page if all suites were measured."""
    every = [id for id in SUITES if id not in ELSEWHERE]
    chosen = sys.argv[1:] or every
    text = page([(suite := Suite.of(id), measure(suite)) for id in chosen])
    if chosen == every:
        write_whole(PAGE, text)
        BOARD.unlink()
    print(text)


if __name__ == "__main__":
    main()
