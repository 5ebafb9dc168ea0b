"""What would other policies earn? Estimated from the logged decisions of a random policy.

    python examples/off_policy.py
    gym-push generate --users 200 --days 7 --behaviour by-app --out decisions/
    python examples/off_policy.py --log decisions/users-000000-000199.parquet
    python examples/off_policy.py --log my-phone.csv --schema my-phone.toml

Each decision is valued alone, given all decisions before it: the estimate is the worth of one
notification's decision, not of living with another policy. For simulated people the true value is
printed, too.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

import gym_push
from gym_push.evaluation import (
    Behaviour,
    LoggedDecisions,
    OffPolicyTable,
    SimulatedDecisions,
    learned_elsewhere,
    off_policy_table,
    probabilities_of,
    simulate_decisions,
)

DELIVER, HOLD, SUPPRESS = range(3)


class WhoMatters:
    """Delivers notifications from messengers or from senders who matter; suppresses the rest."""

    observation = "raw"

    def reset(self, seed: int | None = None) -> None:
        """Forgets nothing, as it learns nothing."""

    def act(self, observation: Any) -> int:
        """Delivers or suppresses."""
        matters = observation.get("contactSignificantContext") is True
        return DELIVER if matters or observation.get("category") == "msg" else SUPPRESS

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Learns nothing."""


class MeanReward:
    """Does what has earned more with the app so far; tries each action once for each app."""

    observation = "raw"

    def __init__(self, observation_space: Any, action_space: Any) -> None:
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Forgets what it has learned."""
        self._earned: dict[tuple[str, int], list[float]] = {}

    def act(self, observation: Any) -> int:
        """Delivers or suppresses, by the app."""
        return max((DELIVER, SUPPRESS), key=lambda action: self._mean(observation, action))

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Adds a reward to those of the app and action."""
        of_app = self._earned.setdefault((observation.get("appPackage"), action), [0.0, 0])
        of_app[0] += reward
        of_app[1] += 1

    def _mean(self, observation: Any, action: int) -> float:
        total, count = self._earned.get((observation.get("appPackage"), action), (0.0, 0.0))
        return total / count if count else float("inf")


def show(
    name: str, policy: Any, logged: LoggedDecisions, simulated: SimulatedDecisions | None
) -> OffPolicyTable:
    """Prints what all methods say of a policy, and the true value if it is known."""
    probabilities = probabilities_of(logged, policy)
    table = off_policy_table(logged, probabilities)
    print(f"\n{name}\n{table}")
    if simulated is not None:
        print(f"truth   {simulated.value(probabilities):+.4f}")
    return table


def main() -> int:
    """Reads the arguments, and prints a table for each policy."""
    parser = argparse.ArgumentParser(
        description="Value policies by the logged decisions of another one.",
        epilog="example: %(prog)s --users 100 --days 7 --behaviour random:0.5 --seed 1",
    )
    parser.add_argument("--log", metavar="FILE", help="logged decisions (default: simulated)")
    parser.add_argument("--schema", metavar="FILE", help="what its columns mean, as TOML or JSON")
    parser.add_argument("--users", type=int, default=100, help="simulated people (default 100)")
    parser.add_argument("--days", type=int, default=7, help="of each person (default 7)")
    parser.add_argument("--behaviour", default="by-app", help="random:P or by-app, the default")
    parser.add_argument("--seed", type=int, default=0, help="another seed simulates other people")
    args = parser.parse_args()
    if args.schema and not args.log:
        parser.error("--schema says what the columns of --log mean: give both")

    simulated = None
    try:
        if args.log:
            logged = LoggedDecisions.of(gym_push.read_log(args.log, args.schema))
        else:
            population = gym_push.Population(args.users, args.seed)
            behaviour = Behaviour.of(args.behaviour)
            simulated = simulate_decisions(population, args.days, behaviour)
            logged = simulated.logged
        print(logged)
        show("deliver all", "deliver-all", logged, simulated)
        show("suppress all", "suppress-all", logged, simulated)
        show("who matters, and messengers", WhoMatters(), logged, simulated)
        learned = learned_elsewhere(logged, MeanReward)
        show("learned per app, from other people", learned, logged, simulated)
    except gym_push.GymPushError as error:
        parser.error(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
