"""Actions, statuses and parts of the reward: numbers and names that every layer shares."""

from __future__ import annotations

from typing import Final

DISMISS, OPEN = range(2)
DELIVER, HOLD, SUPPRESS = range(3)

BASIC_ACTIONS: Final = ("dismiss", "open")
DELIVERY_ACTIONS: Final = ("deliver", "hold", "suppress")
"""The actions of basic-v0 and delivery-v0, by number."""

AHEAD, WAITING, OPENED, DISMISSED, IGNORED, SUPPRESSED = range(6)
STATUSES: Final = ("ahead", "waiting", "opened", "dismissed", "ignored", "suppressed")
"""What has become of a notification: it has not arrived, is held, ..."""

ENGAGEMENT, INTERRUPTION, STRESS, MISSED = range(4)
PARTS: Final = ("engagement", "interruption", "stress", "missed")
"""The parts of the reward of delivery-v0."""


def not_an_action(action: object, names: tuple[str, ...], where: str = "") -> str:
    """Returns what is wrong with an action that is not one of these."""
    known = " nor ".join(f"{number} ({name})" for number, name in enumerate(names))
    return f"action {action!r}{where} is neither {known}"
