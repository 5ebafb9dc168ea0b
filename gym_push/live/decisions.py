"""The guard's log: rows as `listen` has them, with what was decided and what it earned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from gym_push.actions import DELIVER, DELIVERY_ACTIONS
from gym_push.envs.delivery.rewards import ALERT_COST, WORTH_DISMISSED, WORTH_IGNORED
from gym_push.live import rows
from gym_push.logs.decision_columns import DecisionColumns
from gym_push.logs.schema import Feature, Schema

FOLDER: Final = "decisions"
"""The guard's log in its folder."""

BECAME: Final = "became"
"""The outcome once more, which is also there where it is no answer."""

NEVER_SHOWN: Final = "never shown"
"""The outcome of a notification that stays suppressed."""

PROPENSITIES: Final = {name: f"{name}Propensity" for name in DELIVERY_ACTIONS}

DECISIONS: Final = DecisionColumns(
    "decision", "reward", PROPENSITIES, DELIVERY_ACTIONS, available="decided"
)
"""How `LoggedDecisions` reads the log."""

KINDS: Final = {**rows.ANSWERS.meanings, rows.EXPIRED: "ignored", NEVER_SHOWN: NEVER_SHOWN}
"""What an outcome means; `"no_answer"` for what says nothing of the person."""

_WORTH: Final = {"opened": 1.0, "dismissed": WORTH_DISMISSED, "ignored": WORTH_IGNORED}


class Advice(NamedTuple):
    """What an agent says is to become of a notification.

    Attributes:
        action: Of `gym_push.actions.DELIVERY_ACTIONS`, by number.
        chances: The probability of each action.
        wish: The action without exploration.
        observation: What the agent has seen.
        answer: What it has answered: `OPEN` or `DISMISS`.
    """

    action: int
    chances: tuple[float, ...]
    wish: int
    observation: Any
    answer: int


def schema(text: str) -> Schema:
    """Returns what the columns of the log mean.

    Args:
        text: What becomes of texts: `"drop"`, `"keep"` or `"hash"`.
    """
    heard = rows.schema(text)
    extra = [Feature(name, "label") for name in ("decision", "wish", "passed", BECAME)]
    extra += [Feature(name, "flag") for name in ("decided", "alerted")]
    extra += [Feature(name, "number") for name in ("reward", *PROPENSITIES.values())]
    return Schema(
        heard.of_role("notification"),
        heard.of_role("context"),
        replace(rows.ANSWERS, no_answer=(*rows.ANSWERS.no_answer, NEVER_SHOWN)),
        time=heard.time,
        engagement=[*heard.of_role("engagement"), *extra],
        decisions=DECISIONS,
    )


def decided(
    row: Mapping[str, Any], action: int, advice: Advice | None = None, why: str = "no"
) -> dict[str, Any]:
    """Returns a row with what was decided.

    Args:
        row: Its features.
        action: What is done.
        advice: What was advised; None where nothing was to be decided.
        why: Why nothing was to be decided.
    """
    chances = advice.chances if advice else (1.0, 0.0, 0.0)
    return {
        **row,
        "decision": DELIVERY_ACTIONS[action],
        "wish": DELIVERY_ACTIONS[advice.wish if advice else action],
        "passed": why,
        "decided": advice is not None,
        "alerted": action == DELIVER,
        **dict(zip(PROPENSITIES.values(), chances, strict=True)),
    }


def rewarded(row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a row with its reward: of the answer, less the cost of an alert on arrival.

    The numbers are those of delivery-v0.
    """
    worth = _WORTH.get(KINDS[row[rows.OUTCOME]], 0.0)
    cost = ALERT_COST if row["alerted"] else 0.0
    return {**row, BECAME: row[rows.OUTCOME], "reward": worth - cost}
