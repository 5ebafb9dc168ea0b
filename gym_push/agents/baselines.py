"""The baselines by name: where each lives, what it plays, and which packages it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

from gym_push.actions import DELIVER, DISMISS, OPEN, SUPPRESS
from gym_push.registration import BASIC, DELIVERY, SEND

SKLEARN = ("scikit-learn", "scipy")
MABWISER = ("mabwiser", *SKLEARN)
VOWPAL = ("vowpalwabbit",)
EMBEDDING = ("sentence-transformers",)
LLM = ("openai",)
DEEP = ("stable-baselines3", "torch")


@dataclass(frozen=True)
class Baseline:
    """One of the package's agents.

    Attributes:
        home: Its class, as `module:Class` in `gym_push.agents`.
        summary: What it does, for tables.
        packages: The distributions of the extras `agents` and `llm` that it needs; their versions
            decide what it does.
        plays: The environments it is for.
        parameters: Keyword arguments that make it this baseline.
        required: Parameters that have to be given. Such an agent takes part only where it is named.
    """

    home: str
    summary: str
    packages: tuple[str, ...] = ()
    plays: tuple[str, ...] = (BASIC,)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    def load(self) -> Any:
        """Returns its class.

        Raises:
            MissingExtraError: It needs a package that is not installed.
        """
        module, _, name = self.home.partition(":")
        return getattr(import_module(f"gym_push.agents.{module}"), name)


def _always(summary: str, plays: str, action: int) -> Baseline:
    return Baseline("simple:Always", summary, (), (plays,), {"action": action})


BASELINES: Final[Mapping[str, Baseline]] = {
    "random": Baseline("simple:Random", "acts by chance", (), (BASIC, SEND, DELIVERY)),
    "always-open": _always("opens everything", BASIC, OPEN),
    "always-dismiss": _always("dismisses everything", BASIC, DISMISS),
    "deliver-all": _always("delivers everything at once", DELIVERY, DELIVER),
    "suppress-all": _always("delivers nothing", DELIVERY, SUPPRESS),
    "majority": Baseline("simple:Majority", "does what paid more often so far"),
    "table-per-app": Baseline("simple:Table", "keeps open rates of apps"),
    "table-per-app-and-time": Baseline(
        "simple:TimeTable", "keeps open rates of apps by time of day and day of the week"
    ),
    "online-logistic": Baseline(
        "logistic:OnlineLogistic", "adds up what each feature says", SKLEARN
    ),
    "pooled-logistic": Baseline(
        "logistic:PooledLogistic", "begins with what it has learned from other people", SKLEARN
    ),
    "gradient-boosting": Baseline(
        "boosting:GradientBoosting", "grows trees on all that it has seen", SKLEARN
    ),
    "linucb": Baseline(
        "linear_bandits:LinUCB", "does what may earn most, by a linear model", MABWISER
    ),
    "thompson": Baseline(
        "linear_bandits:Thompson", "does what a drawn linear model says", MABWISER
    ),
    "vw-epsilon-greedy": Baseline(
        "vowpal:EpsilonGreedy", "does the best it knows, and now and then anything", VOWPAL
    ),
    "vw-squarecb": Baseline(
        "vowpal:SquareCB", "explores the less, the worse an action looks", VOWPAL
    ),
    "vw-cover": Baseline("vowpal:Cover", "does what one of several policies says", VOWPAL),
    "refitted-logistic": Baseline(
        "logistic:RefittedLogistic",
        "adds up what each feature says, on all that it has seen",
        SKLEARN,
    ),
    "hashed-logistic": Baseline(
        "logistic:RefittedLogistic",
        "the same, and what each word and pair of words says",
        SKLEARN,
        parameters={"text": "hashing"},
    ),
    "tf-idf-logistic": Baseline(
        "logistic:RefittedLogistic",
        "the same, and what each word says, the more the rarer it is",
        SKLEARN,
        parameters={"text": "tf-idf"},
    ),
    "embedding-logistic": Baseline(
        "logistic:RefittedLogistic",
        "the same, and what the meaning of the text says",
        (*SKLEARN, *EMBEDDING),
        parameters={"text": "embeddings"},
    ),
    "vw-words": Baseline(
        "vowpal:WordSquareCB", "vw-squarecb that reads: words, and pairs of neighbours", VOWPAL
    ),
    "llm": Baseline(
        "llm:LLM", "asks a language model at an endpoint of yours", LLM, required=("model",)
    ),
    "hold-to-next-use": Baseline(
        "delivery:HoldToNextUse", "holds until the phone is in use", (), (DELIVERY,)
    ),
    "delivery-table": Baseline(
        "delivery:DeliveryTable", "keeps open rates of apps and prices of alerts", (), (DELIVERY,)
    ),
    "planner": Baseline(
        "planner:Planner",
        "begins with other people, learns the person, and compares now, later and never",
        (),
        (DELIVERY,),
    ),
    "dqn": Baseline("deep:DQN", "deep Q-learning by Stable-Baselines3", DEEP, (DELIVERY,)),
    "ppo": Baseline("deep:PPO", "policy gradients by Stable-Baselines3", DEEP, (DELIVERY,)),
    "never-send": _always("sends nothing", SEND, 0),
    "send-within-budget": Baseline(
        "send:WithinBudget", "sends anything, until the budget is spent", (), (SEND,)
    ),
    "best-of-history": Baseline(
        "send:BestOfHistory", "sends what has paid most so far", (), (SEND,)
    ),
    "recovering-softmax": Baseline(
        "send:RecoveringSoftmax", "prefers messages that are better and rested", (), (SEND,)
    ),
    "contextual-bandit": Baseline(
        "send_linear:ContextualBandit",
        "sends what suits the moment and the person, above the budget's price",
        (),
        (SEND,),
    ),
    "action-centred": Baseline(
        "send_linear:ActionCentredThompson",
        "the same, sending by chance so that effects can be estimated",
        (),
        (SEND,),
    ),
    "masked-ppo": Baseline(
        "send_deep:MaskedPPO",
        "policy gradients by sb3-contrib among what can be sent, with a memory of what has paid",
        ("sb3-contrib", *DEEP),
        (SEND,),
    ),
}
"""The agents that come with the package, by name."""
