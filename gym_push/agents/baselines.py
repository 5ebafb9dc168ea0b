"""The baselines by name: where each lives, what it plays, and which extra brings what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

BASIC, DELIVERY = "basic-v0", "delivery-v0"


@dataclass(frozen=True)
class Baseline:
    """One of the package's agents.

    Attributes:
        home: Its class, as `module:Class` below `gym_push.agents`.
        summary: What it does, for tables.
        plays: The environments that it is for.
        extra: The extra that brings the packages it needs; None where the base install has them.
        parameters: Keyword arguments that make it this baseline.
        packages: The distributions whose versions decide what it does, beside NumPy.
    """

    home: str
    summary: str
    plays: tuple[str, ...]
    extra: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    packages: tuple[str, ...] = ()

    def load(self) -> Any:
        """Returns its class.

        Raises:
            MissingExtraError: It needs a package that is not installed.
        """
        module, _, name = self.home.partition(":")
        return getattr(import_module(f"gym_push.agents.{module}"), name)


BASELINES: Final[Mapping[str, Baseline]] = {
    "random": Baseline("simple:Random", "acts by chance", (BASIC, DELIVERY)),
    "always-open": Baseline(
        "simple:Always", "opens everything", (BASIC,), parameters={"action": 1}
    ),
    "always-dismiss": Baseline(
        "simple:Always", "dismisses everything", (BASIC,), parameters={"action": 0}
    ),
    "deliver-all": Baseline(
        "simple:Always", "delivers everything at once", (DELIVERY,), parameters={"action": 0}
    ),
    "suppress-all": Baseline(
        "simple:Always", "delivers nothing", (DELIVERY,), parameters={"action": 2}
    ),
    "majority": Baseline("simple:Majority", "does what paid more often so far", (BASIC,)),
    "table-per-app": Baseline("tables:Table", "keeps open rates of apps", (BASIC,)),
    "hold-to-next-use": Baseline(
        "delivery:HoldToNextUse", "holds until the phone is in use", (DELIVERY,)
    ),
    "delivery-table": Baseline(
        "delivery:DeliveryTable", "keeps open rates of apps and prices of alerts", (DELIVERY,)
    ),
    "dqn": Baseline("deep:DQN", "deep Q-learning by Stable-Baselines3", (DELIVERY,), "agents"),
    "ppo": Baseline("deep:PPO", "policy gradients by Stable-Baselines3", (DELIVERY,), "agents"),
}
