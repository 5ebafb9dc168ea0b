"""Why a notification went away, as Android says it, and which of it is an answer.

The codes are those of `NotificationListenerService` (`REASON_CLICK` and so on,
developer.android.com/reference/android/service/notification/NotificationListenerService), which
`onNotificationRemoved` gives to listeners and `notification_canceled` writes to the event log.
24 is a bundle that was dismissed, since Android 16; but makers of phones had given numbers above 23
meanings of their own, so that these are no answer.
"""

from __future__ import annotations

from typing import Final

from gym_push.logs.answers import Answers

REASONS: Final = {
    1: "clicked",
    2: "dismissed",
    3: "cleared with all",
    4: "error",
    5: "app changed",
    6: "user stopped",
    7: "app blocked",
    8: "removed by its app",
    9: "all removed by its app",
    10: "removed by a listener",
    11: "all removed by a listener",
    12: "group summary removed",
    13: "group optimised",
    14: "app suspended",
    15: "profile turned off",
    16: "unbundled",
    17: "channel blocked",
    18: "snoozed",
    19: "timed out",
    20: "channel removed",
    21: "app data cleared",
    22: "removed by the assistant",
    23: "lockdown",
}
"""Words for the codes."""

ACTED: Final = "button pressed"
UPDATED: Final = "updated"
STILL_THERE: Final = "still there"
NO_REASON: Final = "no reason told"
OTHER: Final = "other reason"

OPENED: Final = ("clicked", ACTED)
DISMISSED: Final = ("dismissed", "cleared with all")
ANSWERED: Final = (*OPENED, *DISMISSED)

OUTCOME: Final = "outcome"
"""The column with these words."""

ANSWERS: Final = Answers(
    OUTCOME,
    opened=list(OPENED),
    dismissed=list(DISMISSED),
    no_answer=[
        *(word for word in REASONS.values() if word not in ANSWERED),
        *(UPDATED, STILL_THERE, NO_REASON, OTHER),
    ],
)
"""A click and a pressed button open, a swipe dismisses; the rest says nothing of the person."""


def reason(code: object) -> str:
    """Returns the word for a code; None is a removal of which no reason is known."""
    if type(code) is int:
        return REASONS.get(code, OTHER)
    return NO_REASON if code is None else OTHER
