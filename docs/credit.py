"""Makes docs/credit.md: what PPO learns by the credit of decisions, and by all rewards.

Run by `python -m nox -s credit`, in two processes. A script that was stopped continues where it
was.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from agents import with_interval

from gym_push import Population
from gym_push.agents import AgentSpec
from gym_push.evaluation.comparing import compare
from gym_push.evaluation.evaluating import evaluate_each
from gym_push.evaluation.leaderboard import Leaderboard
from gym_push.evaluation.results import Evaluation, ranked
from gym_push.evaluation.suites import DeliverySuite
from gym_push.files import write_whole

PAGE = Path(__file__).with_name("credit.md")
BOARD = Path("docs-credit.sqlite")
PROCESSES, SEEDS, STEPS = 2, 3, 300_000
DISCOUNTS = {True: (0.0, 1.0), False: (0.0, 0.5, 0.9, 0.99)}
"""With which PPO learns: by notification, and from all rewards."""
SUITE = DeliverySuite(
    "credit/v1", Population(16, 1009), 14, 4, Population(1000, 1010, start=date(2018, 1, 1)), 7
)

READING = (
    "## How to read it",
    "",
    "- A reward of `delivery-v0` pays for whatever happens until the next decision: the alert of "
    "this notification, and what the person does with those delivered minutes or hours ago. A "
    "learner that adds up all rewards that follow finds its own notification among many others: "
    "the nearer its discount is to 1, the more of them and of chance is in the sum.",
    "- By notification a decision is credited with its own alert, its own stress and what the "
    "person does with it, whenever that is paid. To hold is worth what the next decision about the "
    "same notification is worth, so that a discount of 1 adds nothing of the others, and 0 makes "
    "holding worthless. What an alert takes from later notifications is left out, as the oracle "
    "leaves it out.",
    "- What credit takes away is the choice of a horizon. Between the best discounts of both, this "
    "much practice with this few people shows no difference; at a discount near 1 all rewards lose "
    "much.",
    "- Credits are known in practice alone, from `DeliveryVectorEnv.credit`; an agent that is "
    "tested sees observations and rewards. `credit_by_notification` of "
    "`gym_push.integrations.stable_baselines` brings them to PPO and A2C.",
)


def spec(by_notification: bool, discount: float) -> AgentSpec:
    """Returns PPO that learns in one way."""
    return AgentSpec.of(
        "ppo", steps=STEPS, networks=1, by_notification=by_notification, discount=discount
    )


def measure() -> Iterator[Evaluation]:
    """Tests what it learns in each way."""
    specs = [spec(way, discount) for way in DISCOUNTS for discount in DISCOUNTS[way]]
    with Leaderboard(BOARD) as board:
        for each in evaluate_each(
            specs, SUITE, seeds=SEEDS, processes=PROCESSES, board=board, resume=specs
        ):
            print(f"{each.agent} {each.metrics['score'].value:.3f}", file=sys.stderr, flush=True)
            yield each


def page(found: Sequence[Evaluation]) -> str:
    """Returns the page."""
    lines = [
        "# Credit by notification",
        "",
        f"Made by `python -m nox -s credit` (docs/credit.py): a network of `ppo` practises "
        f"for {STEPS:,} steps, {SEEDS} times with other seeds, with people of "
        f"`{SUITE.practice!r}`, and meets "
        f"{SUITE.population.size} others (seed {SUITE.population.seed}) for {SUITE.days} days, of "
        f"which {SUITE.learn_days} do not count. Reward is that of a notification; the score is 0 "
        "for delivering all and 1 for the oracle. In brackets: 95 % intervals over people; after "
        "±: the standard deviation over seeds.",
        "",
        "| a decision is credited with | discount | reward | score |",
        "|-|-|-|-|",
    ]
    best: dict[bool, Evaluation] = {}
    for each in ranked(found):
        way = bool(each.run.parameters["by_notification"])
        best.setdefault(way, each)
        credited = "what its notification earns" if way else "all rewards that follow"
        cells = " | ".join(with_interval(each.metrics[name]) for name in ("reward", "score"))
        lines.append(f"| {credited} | {each.run.parameters['discount']} | {cells} |")
    difference = compare(best[True], best[False])
    lines += [
        "",
        f"Between the best of each: {with_interval(difference.difference)} of reward, paired by "
        f"person, p = {difference.p_value:.2g}.",
        "",
        *READING,
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measures, and writes the page."""
    text = page(list(measure()))
    write_whole(PAGE, text)
    BOARD.unlink()
    print(text)


if __name__ == "__main__":
    main()
