"""Follows notifications from the call that sends them to what becomes of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dbus_fast import Message

from gym_push.live import rows
from gym_push.live.bus import DEFAULT_ACTION

MOST: Final = 10_000
"""Notifications that are followed at a time; the oldest of more are given up."""


@dataclass(eq=False)
class Tracked:
    """A notification on its way to its end.

    Attributes:
        row: Of the log, as far as it is known.
        advice: What an agent has said of it, if it was asked.
        number: How many were sent before it, where that is counted.
    """

    row: dict[str, Any]
    advice: Any = None
    number: int = -1


class Tracker:
    """Knows which notifications are open, and how they end.

    Args:
        ended: Is called with each whose end is known; its row has the outcome then.

    Attributes:
        open: What the daemon shows, by id, the oldest first.
    """

    def __init__(self, ended: Callable[[Tracked], object]) -> None:
        self._ended = ended
        self._sent: OrderedDict[tuple[str | None, int], Tracked] = OrderedDict()
        self.open: OrderedDict[int, Tracked] = OrderedDict()

    def updates(self, replaces: int) -> int:
        """Returns how many notifications one takes the place of, one after the other.

        Args:
            replaces: The id that its app gives.
        """
        before = self.open.get(replaces)
        return before.row["numberUpdates"] + 1 if before else 0

    def sent(self, call: Message, tracked: Tracked) -> None:
        """Takes in a call that sends a notification."""
        self._sent[call.sender, call.serial] = tracked
        if len(self._sent) > MOST:
            self._sent.popitem(last=False)

    def answered(self, sender: str | None, serial: int, number: int | None) -> None:
        """Takes in the daemon's answer to a call.

        Args:
            sender: Of the call.
            serial: Of the call.
            number: The id of the notification; None if the daemon has refused it.
        """
        tracked = self._sent.pop((sender, serial), None)
        if tracked is not None and number is not None:
            self.shown(number, tracked)

    def shown(self, number: int, tracked: Tracked) -> None:
        """Takes in that the daemon shows a notification."""
        self.end(self.open.pop(number, None), rows.REPLACED)
        self.open[number] = tracked
        if len(self.open) > MOST:
            self.end(self.open.popitem(last=False)[1], rows.STILL_THERE)

    def heard(self, signal: Message, number: int, when: datetime | None = None) -> None:
        """Takes in a signal of the daemon.

        Args:
            signal: About a notification.
            number: Its id.
            when: When it came; None for now.
        """
        if outcome := _outcome(signal):
            self.end(self.open.get(number), outcome, when)
        if signal.member == "NotificationClosed":
            self.open.pop(number, None)

    def end(self, tracked: Tracked | None, outcome: str, when: datetime | None = None) -> None:
        """Ends a notification by the first of its ends; an opened one is shown until it closes."""
        if tracked is not None and rows.OUTCOME not in tracked.row:
            tracked.row = rows.ended(tracked.row, outcome, when or datetime.now().astimezone())
            self._ended(tracked)

    def end_all(self, outcome: str) -> None:
        """Ends all that the daemon shows."""
        for tracked in self.open.values():
            self.end(tracked, outcome)
        self.open.clear()


def _outcome(signal: Message) -> str | None:
    """Returns what a signal tells of a notification's end."""
    if signal.member == "ActionInvoked" and signal.signature == "us":
        return rows.OPENED if signal.body[1] == DEFAULT_ACTION else rows.PRESSED
    if signal.member == "NotificationReplied":
        return rows.PRESSED
    if signal.member == "NotificationClosed" and signal.signature == "uu":
        return rows.OF_REASON.get(signal.body[1], rows.OTHER)
    return None
