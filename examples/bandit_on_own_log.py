"""A contextual bandit learns from your own log what its person opens.

    python -m pip install ".[agents]"
    python examples/bandit_on_own_log.py
    python examples/bandit_on_own_log.py --log my-phone.csv --schema my-phone.toml
    python examples/bandit_on_own_log.py --agent "linucb(alpha=0.5)"

It decides on one notification after the other, is told whether it was right, and learns throughout;
the second half of the days is the test. It is compared with a table of the apps' open rates, which
is harder to beat than it looks, and with opening everything, as phones do.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

import gym_push
from gym_push.agents import AgentSpec
from gym_push.evaluation.results import Evaluation

OTHERS = ("table-per-app", "always-open")
DAYS = 56


def agreement_by_tenth(evaluation: Evaluation) -> list[float | None]:
    """Returns how often an agent agrees with the person by tenth of the log, as a mean over people.

    A reward is 1 where it agrees and -1 where it does not. A tenth of a short log may be empty.
    """
    tenths: list[float | None] = []
    for rewards in zip(*(person.curve for person in evaluation.people), strict=True):
        known = [reward for reward in rewards if reward is not None]
        tenths.append((1.0 + float(np.mean(known))) / 2.0 if known else None)
    return tenths


def show(log: gym_push.NotificationLog, evaluations: list[Evaluation]) -> None:
    """Prints a row for each agent: its agreement with the person by tenth, and in the test."""
    print(f"{log.source}: {len(log)} notifications, {log.actions.mean():.0%} opened")
    print("\nagreement with the person in %, by tenth of the log, and in the test")
    width = max(len(each.agent) for each in evaluations)
    for each in evaluations:
        tenths = agreement_by_tenth(each)
        cells = "".join("    " if share is None else f"{100 * share:4.0f}" for share in tenths)
        test = each.metrics["performance"]
        interval = f" ({test.low:.1%} to {test.high:.1%})" if test.interval else ""
        print(f"{each.agent:{width}} {cells}   {test.value:.1%}{interval}")


def main() -> int:
    """Reads the arguments, lets the agents learn, and prints how they did."""
    parser = argparse.ArgumentParser(
        description="Let a bandit learn from a log, and compare it with a table per app.",
        epilog="example: %(prog)s --log my-phone.csv --schema my-phone.toml --agent linucb",
    )
    parser.add_argument("--log", metavar="FILE", help="a log of your own (default: simulated)")
    parser.add_argument("--schema", metavar="FILE", help="what its columns mean, as TOML or JSON")
    parser.add_argument("--agent", default="vw-squarecb", help="any of basic-v0 (vw-squarecb)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed explores the same")
    args = parser.parse_args()
    if args.schema and not args.log:
        parser.error("--schema says what the columns of --log mean: give both")

    try:
        specs = dict.fromkeys(map(AgentSpec.of, (args.agent, *OTHERS)))
        if args.log:
            log = gym_push.read_log(args.log, args.schema)
        else:
            log = gym_push.Population(1, seed=3).log(DAYS)
        suite = gym_push.Suite.from_log(log, learn=0.5)
        show(log, [gym_push.evaluate(spec, suite, seed=args.seed) for spec in specs])
    except gym_push.GymPushError as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
