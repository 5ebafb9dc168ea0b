"""Phones that decide at random and log it, for `gym-push generate --behaviour`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from gym_push.evaluation.off_policy.simulated import BY_APP, Behaviour, simulate_decisions
from gym_push.logs import NotificationLog
from gym_push.logs.known import DECISIONS
from gym_push.users import Population
from gym_push.users.generation.plan import PhonePolicy
from gym_push.users.model.app_classes import CLASSES, PRIORITIES

_DID: Final = """
## What the phones did
The behaviour policy `{name}` delivered each notification at once or suppressed it, by chance; \
what is suppressed is not opened. {of_each}

The propensities are those probabilities, exactly. `LoggedDecisions.of(read_log(...))` of \
`gym_push.evaluation` takes the log, and `off_policy_estimate` values another policy with it. A \
reward is that of one decision, after all that the behaviour policy decided before: what is \
estimated is the worth of deciding otherwise once at a time, and not that of living with another \
policy, under which people would be more or less tired.
"""

_LIMITS: Final = "and nothing was ever held back for later, so it cannot tell what a delay would do"


def randomised_delivery(behaviour: Behaviour) -> PhonePolicy:
    """Returns phones on which a behaviour policy delivers or suppresses."""
    of_each = "The probability of delivering is the same for all."
    if behaviour.name == BY_APP:
        rows = zip(CLASSES, behaviour.table, strict=True)
        of_each = "The probability of delivering, by class of app and priority:\n\n"
        of_each += f"| class | {' | '.join(PRIORITIES)} |\n|-|{'-|' * len(PRIORITIES)}\n"
        of_each += "\n".join(
            f"| {each.name} | {' | '.join(map(str, chances))} |" for each, chances in rows
        )
    return PhonePolicy(
        log=partial(_log, behaviour),
        schema=DECISIONS,
        limits=_LIMITS,
        options={"behaviour": behaviour.name},
        did=_DID.format(name=behaviour.name, of_each=of_each),
    )


def _log(
    behaviour: Behaviour, population: Population, days: int, users: Sequence[int]
) -> NotificationLog:
    return simulate_decisions(population, days, behaviour, users=users).log
