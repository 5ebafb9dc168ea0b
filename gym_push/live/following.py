"""Follows notifications to their end, which is logged, and from which the agent learns."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dbus_fast import Message

from gym_push.live import decided, rows
from gym_push.live.advising import Advice
from gym_push.live.asking import Asking
from gym_push.live.keeping import LogFolder

MOST_OPEN: Final = 10_000
"""Notifications that are followed at a time; the oldest of more are given up."""


@dataclass
class Followed:
    """A notification on its way to its end.

    Attributes:
        row: Of the log, as far as it is known.
        advice: What the agent has said of it, if it was asked.
        number: How many were followed before it.
    """

    row: dict[str, Any]
    advice: Advice | None = None
    number: int = -1


class Following:
    """Knows what is open, and ends it.

    Args:
        log: The guard's log.
        asking: Has the agent.
        failed: Is told that the log cannot be written.
        changed: Is told each row, with its number, when it begins, is shown and ends.

    Attributes:
        open: What the daemon shows, by the ids that applications know.
        answers: How many notifications the person has answered.
    """

    def __init__(
        self,
        log: LogFolder,
        asking: Asking,
        failed: Callable[[str], None],
        changed: Callable[[int, dict[str, Any]], None],
    ) -> None:
        self._log, self._asking = log, asking
        self._failed, self._changed = failed, changed
        self._sent: OrderedDict[tuple[str | None, int], Followed] = OrderedDict()
        self.open: OrderedDict[int, Followed] = OrderedDict()
        self.answers = self._count = 0

    def begin(self, followed: Followed, message: Message | None = None) -> None:
        """Takes in what was decided on a notification.

        Args:
            followed: The notification.
            message: The call by which it came, if that is passed on.
        """
        if message is not None:
            self._sent[message.sender, message.serial] = followed
            if len(self._sent) > MOST_OPEN:  # what the daemon has refused
                self._sent.popitem(last=False)
        followed.number = self._count
        self._count += 1
        self._changed(followed.number, followed.row)

    def shown(self, message: Message, number: int) -> None:
        """Takes in which id a notification has that was passed on."""
        followed = self._sent.pop((message.sender, message.serial), None)
        if followed is not None:
            self.follow(number, followed)

    def follow(self, number: int, followed: Followed) -> None:
        """Takes in that the daemon shows a notification."""
        self.end(self.open.pop(number, None), rows.REPLACED)
        self.open[number] = followed
        self._changed(followed.number, followed.row)
        if len(self.open) > MOST_OPEN:
            self.end(self.open.popitem(last=False)[1], rows.STILL_THERE)

    def end(self, followed: Followed | None, outcome: str) -> None:
        """Logs what became of a notification, at the first of its ends, and learns from it."""
        if followed is None or rows.OUTCOME in followed.row:
            return
        row = rows.ended(followed.row, outcome, datetime.now().astimezone())
        followed.row = decided.rewarded(row)
        try:
            self._log.add(followed.row)
        except OSError as error:
            self._fail(error)
        opened = outcome in rows.ANSWERS.opened
        if opened or outcome in rows.ANSWERS.dismissed:
            self.answers += 1
            if followed.advice is not None:
                self._asking.learn(followed.advice, opened)
        self._changed(followed.number, followed.row)

    def end_all(self, outcome: str) -> None:
        """Ends all that the daemon shows."""
        for followed in [*self.open.values(), *self._sent.values()]:
            self.end(followed, outcome)
        self.open.clear()

    async def sync(self) -> None:
        """Brings the log to the disk."""
        try:
            await self._log.sync()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self._failed(f"decisions cannot be logged any more: {error.strerror or error}")
