"""Phones that decide at random and log it, for `gym-push generate --behaviour`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gym_push.evaluation.off_policy.simulated import BY_APP, Behaviour, simulate_decisions
from gym_push.logs import NotificationLog
from gym_push.logs.known import DECISIONS
from gym_push.users import Population
from gym_push.users.generation.phone_policy import MEANINGS, Account, column_rows
from gym_push.users.model.app_classes import CLASSES, PRIORITIES

_MEANINGS: Final = {
    **MEANINGS,
    "dayOfWeek": ("weekday", "`Mon` to `Sun`"),
    "timeOfDay": (
        "part of the day; they start at 0, 6, 12, 17 and 21 h",
        "`early-morning`, `morning`, `afternoon`, `evening`, `night`",
    ),
    "minuteOfDay": ("time of day", "min, 0 to 1439"),
    "inUse": ("whether the person is using the phone", "`True`, `False`"),
    "minutesSincePosted": ("age of the notification when it is decided on", "min, always 0"),
    "held": ("notifications that the phone holds back for later", "count, always 0"),
    "deliveredLastHour": ("deliveries in the hour before", "count"),
    "deliveredLastDay": ("deliveries in the day before", "count"),
    "openedLastHour": ("openings in the hour before", "count"),
    "openedLastDay": ("openings in the day before", "count"),
    "appDelivered": ("deliveries of this app so far", "count"),
    "appOpened": ("openings of this app so far", "count"),
    "appNotOpened": ("notifications of this app dismissed or ignored so far", "count"),
    "appSuppressed": ("notifications of this app suppressed so far", "count"),
    "appOpenRate": (
        "`appOpened`, over it and `appNotOpened`, with one of each added",
        "above 0, below 1",
    ),
    "action": ("what the person did; what is suppressed is not opened", "1 opened, 0 not"),
    "decision": ("what the behaviour policy decided", "`deliver`, `suppress`"),
    "deliverPropensity": ("probability with which it delivered", "above 0, below 1"),
    "suppressPropensity": ("probability with which it suppressed", "above 0, below 1"),
    "reward": (
        "what this notification earned by this decision in delivery-v0: opened, dismissed or "
        "ignored, less the cost of its alert, or of withholding what matters",
        "one fresh opening is 1",
    ),
}


@dataclass(frozen=True)
class RandomisedDelivery:
    """Phones on which a behaviour policy delivers or suppresses.

    Attributes:
        behaviour: The policy.
    """

    behaviour: Behaviour

    @property
    def options(self) -> Mapping[str, str]:
        """The option of `gym-push generate` for it."""
        return {"behaviour": self.behaviour.name}

    def log(self, population: Population, users: Sequence[int], days: int) -> NotificationLog:
        """Returns the log of `simulate_decisions`."""
        return simulate_decisions(population, days, self.behaviour, users=users).log

    def account(self) -> Account:
        """Returns the text for a data card."""
        of_each = "The probability of delivering is the same for all."
        if self.behaviour.name == BY_APP:
            rows = zip(CLASSES, self.behaviour.table, strict=True)
            of_each = "The probability of delivering, by class of app and priority:\n\n"
            of_each += f"| class | {' | '.join(PRIORITIES)} |\n|-|{'-|' * len(PRIORITIES)}\n"
            of_each += "\n".join(
                f"| {each.name} | {' | '.join(map(str, chances))} |" for each, chances in rows
            )
        did = _DID.format(name=self.behaviour.name, of_each=of_each)
        return Account(did, column_rows(DECISIONS, _MEANINGS), _LIMITS)


_DID: Final = """
## What the phones did
The behaviour policy `{name}` delivered each notification at once or suppressed it, by chance. \
{of_each}

The propensities are those probabilities, exactly. `LoggedDecisions.of(read_log(...))` of \
`gym_push.evaluation` takes the log, and `off_policy_estimate` values another policy with it. A \
reward is that of one decision, after all that the behaviour policy decided before: what is \
estimated is the worth of deciding otherwise once at a time, and not that of living with another \
policy, under which people would be more or less tired.
"""

_LIMITS: Final = "and nothing was ever held back for later, so it cannot tell what a delay would do"
