"""The baselines by name: where each lives, what it plays, and which extra brings what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

from gym_push.registration import BASIC, DELIVERY

AGENTS: Final = "agents"  # the extra

# Whose versions decide what an agent does, beside NumPy's
SKLEARN = ("scikit-learn", "scipy")
MABWISER = ("mabwiser", *SKLEARN)
VOWPAL = ("vowpalwabbit",)
DEEP = ("stable-baselines3", "torch")


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
    "table-per-app-and-time": Baseline(
        "tables:TimeTable", "keeps open rates of apps by time of day and day of the week", (BASIC,)
    ),
    "online-logistic": Baseline(
        "logistic:OnlineLogistic",
        "adds up what each feature says",
        (BASIC,),
        AGENTS,
        packages=SKLEARN,
    ),
    "pooled-logistic": Baseline(
        "logistic:PooledLogistic",
        "begins with what it has learned from other people",
        (BASIC,),
        AGENTS,
        packages=SKLEARN,
    ),
    "gradient-boosting": Baseline(
        "boosting:GradientBoosting",
        "grows trees on all that it has seen",
        (BASIC,),
        AGENTS,
        packages=SKLEARN,
    ),
    "linucb": Baseline(
        "linear_bandits:LinUCB",
        "does what may earn most, by a linear model",
        (BASIC,),
        AGENTS,
        packages=MABWISER,
    ),
    "thompson": Baseline(
        "linear_bandits:Thompson",
        "does what a drawn linear model says",
        (BASIC,),
        AGENTS,
        packages=MABWISER,
    ),
    "vw-epsilon-greedy": Baseline(
        "vowpal:EpsilonGreedy",
        "does the best it knows, and now and then anything",
        (BASIC,),
        AGENTS,
        packages=VOWPAL,
    ),
    "vw-squarecb": Baseline(
        "vowpal:SquareCB",
        "explores the less, the worse an action looks",
        (BASIC,),
        AGENTS,
        packages=VOWPAL,
    ),
    "vw-cover": Baseline(
        "vowpal:Cover", "does what one of several policies says", (BASIC,), AGENTS, packages=VOWPAL
    ),
    "hold-to-next-use": Baseline(
        "delivery:HoldToNextUse", "holds until the phone is in use", (DELIVERY,)
    ),
    "delivery-table": Baseline(
        "delivery:DeliveryTable", "keeps open rates of apps and prices of alerts", (DELIVERY,)
    ),
    "dqn": Baseline(
        "deep:DQN", "deep Q-learning by Stable-Baselines3", (DELIVERY,), AGENTS, packages=DEEP
    ),
    "ppo": Baseline(
        "deep:PPO", "policy gradients by Stable-Baselines3", (DELIVERY,), AGENTS, packages=DEEP
    ),
}
