"""Makes docs/policies.md: what policies of delivery-v0 earn, on the same people and days.

Run by `python -m nox -s policies`; takes some minutes. Five populations of fifty people live for 56
days. The learners learn from random plans in the first 28 days; all policies are scored on the
other 28.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from scipy.stats import ttest_rel, wilcoxon

from docs.delivery_policies import (
    AT_NEXT_USE,
    app_table,
    at_random,
    boosted_q,
    by_plan,
    explore,
    in_batches,
)
from gym_push import Population
from gym_push.actions import DELIVER, OPENED, SUPPRESS
from gym_push.envs.delivery.ticks import NONE
from gym_push.envs.delivery.world import World, build_world
from gym_push.evaluation.rollouts import Rollout, always, play, play_oracle
from gym_push.files import write_whole
from gym_push.users.model.states import DAY
from gym_push.workers import work_through

PAGE = Path(__file__).with_name("policies.md")
SEEDS, PEOPLE, DAYS, LEARNING_DAYS = (1, 2, 3, 4, 5), 50, 56, 28

ORDER = (
    "clairvoyant",
    "oracle",
    "learned Q",
    "table per app",
    "deliver all",
    "random",
    "batches at 9, 15, 21 h",
    "suppress all",
)
"""The order that the model predicts; other policies are shown at the rank they reach."""

Player = Callable[[World, int], Rollout]
counted = partial(play, counted_from=LEARNING_DAYS)


def next_use(world: World) -> Rollout:
    """Holds everything until the person uses the phone."""
    return counted(world, by_plan(np.full(len(world.simulation.arrivals.time), AT_NEXT_USE)))


PLAYERS: dict[str, Player] = {
    "clairvoyant": lambda world, seed: play_oracle(
        world, clairvoyant=True, counted_from=LEARNING_DAYS
    ),
    "oracle": lambda world, seed: play_oracle(world, counted_from=LEARNING_DAYS),
    "learned Q": lambda world, seed: counted(world, boosted_q(explore(world, LEARNING_DAYS, seed))),
    "table per app": lambda world, seed: counted(
        world, app_table(explore(world, LEARNING_DAYS, seed))
    ),
    "hold to the next use": lambda world, seed: next_use(world),
    "deliver all": lambda world, seed: counted(world, always(DELIVER)),
    "random": lambda world, seed: counted(world, at_random(seed)),
    "batches at 9, 15, 21 h": lambda world, seed: counted(world, in_batches),
    "suppress all": lambda world, seed: counted(world, always(SUPPRESS)),
}


@dataclass(frozen=True)
class Line:
    """What one policy earned.

    Attributes:
        rewards: For each notification that arrived, by person of each seed: shape (250,).
        parts: Their mean by part of the reward.
        delivered, opened: Shares of the notifications, and of the delivered ones.
    """

    rewards: np.ndarray[tuple[int], np.dtype[np.float64]]
    parts: np.ndarray[tuple[int], np.dtype[np.float64]]
    delivered: float
    opened: float


def measure(name: str) -> Line:
    """Plays one policy with every seed."""
    rewards, parts, delivered, opened, arrived = [], [], 0, 0, 0
    for seed in SEEDS:
        world = build_world(Population(PEOPLE, seed), range(PEOPLE), DAYS)
        late = world.simulation.arrivals.time >= LEARNING_DAYS * DAY
        each = np.bincount(world.simulation.arrivals.person[late], minlength=PEOPLE)
        rollout = PLAYERS[name](world, seed)
        rewards.append(rollout.rewards / np.maximum(each, 1))
        parts.append(rollout.parts.sum(axis=1))
        arrived += int(late.sum())
        delivered += int((late & (rollout.delivered_at != NONE)).sum())
        opened += int((late & (rollout.status == OPENED)).sum())
    return Line(
        rewards=np.concatenate(rewards),
        parts=sum(parts) / arrived,
        delivered=delivered / arrived,
        opened=opened / max(delivered, 1),
    )


def page(lines: dict[str, Line]) -> str:
    """Returns the page."""
    score = partial(_score, lines)
    names = sorted(lines, key=lambda name: -lines[name].rewards.mean())
    table = [
        f"| {name} | {lines[name].rewards.mean():.3f} | {score(name):.2f} | "
        + " | ".join(f"{part:.3f}" for part in lines[name].parts[:3])
        + f" | {lines[name].delivered:.0%} | {lines[name].opened:.0%} |"
        for name in names
    ]
    return "\n".join([
        "# What policies of delivery-v0 earn",
        "",
        "Made by `python -m nox -s policies` (docs/policies.py). Five populations of fifty "
        "simulated people (seeds 1 to 5), 56 days. The learners learn from random plans in the "
        "first 28, and all policies are scored on the other 28. The oracles know the person and "
        "are not agents: they show what there is to gain. What an agent makes of it that sees no "
        "more than the phone does: [the planner](planner.md).",
        "",
        "| policy | reward a notification | score | engagement | interruption | stress | "
        "delivered | of these opened |",
        "|-|-|-|-|-|-|-|-|",
        *table,
        "",
        "Reward: what a notification earns, as a mean over the 250 people. Score: 0 is deliver "
        "all, 1 the oracle. The parts are means over all notifications, with the default weights.",
        "",
        "## Each step of the order, paired by person (n = 250)",
        "",
        "| better | worse | difference | t-test p | Wilcoxon p |",
        "|-|-|-|-|-|",
        *_steps(lines),
        "",
        "## What changed since 0.1.0",
        "",
        "All policies earn more: people look at their phones 80 times a day instead of 50, and so "
        "see sooner what arrives, while it is worth more. Three batches a day used to earn less "
        "than suppressing everything (-0.059), since every notification of a batch wore people "
        "out; now a batch wears them out once, as it alerts once. [The simulated person beside ten "
        "real ones](simulated_person.md) says why batches still earn so little.",
        "",
    ])  # fmt: skip


def _score(lines: dict[str, Line], name: str) -> float:
    mean = {each: line.rewards.mean() for each, line in lines.items()}
    return float((mean[name] - mean["deliver all"]) / (mean["oracle"] - mean["deliver all"]))


def _steps(lines: dict[str, Line]) -> Iterator[str]:
    for better, worse in zip(ORDER, ORDER[1:], strict=False):
        one, other = lines[better].rewards, lines[worse].rewards
        t_test, ranks = (test(one, other, alternative="greater") for test in (ttest_rel, wilcoxon))
        yield (
            f"| {better} | {worse} | {(one - other).mean():+.3f} | "
            f"{t_test.pvalue:.1e} | {ranks.pvalue:.1e} |"
        )


def _measured(name: str) -> tuple[str, Line]:
    return name, measure(name)


def main() -> None:
    """Measures all policies, two at a time, and writes the page."""
    found = {}
    for name, line in work_through(_measured, PLAYERS, 2):
        found[name] = line
        print(f"{name:24} {line.rewards.mean():+.4f}", file=sys.stderr)
    lines = {name: found[name] for name in PLAYERS}
    text = page(lines)
    write_whole(PAGE, text)
    print(text)


if __name__ == "__main__":
    main()
