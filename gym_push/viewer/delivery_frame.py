"""What there is to show of delivery-v0: what was delivered, and what the person did with it.

Whatever the person has not done yet is in no frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from gym_push.viewer.frame import About, Frame, Record

DELIVER, HOLD, SUPPRESS = range(3)
DONE = ("delivered", "held", "suppressed")
"""The actions, in the words of what has happened."""

UNSEEN, OPENED, DISMISSED, IGNORED = range(4)
OUTCOMES = ("not seen yet", "opened", "dismissed", "ignored")
"""What became of a delivery; the first stands for what is not known, and is never told."""

PARTS = ("engagement", "interruption", "stress", "missed")

POINT = 4
"""Numbers of a point of the curve: minute, reward, acted on, opened."""


class HistoryReader(NamedTuple):
    """A decision, as a list has it.

    Attributes:
        epoch: its number in the episode, from 1.
        outcome: as of `OUTCOMES`.
        about: the notification.
    """

    epoch: int
    outcome: int
    about: About


@dataclass(frozen=True)
class Delivery(Record):
    """One decision.

    Attributes:
        epoch: number of the decision in its episode, from 1.
        action: `DELIVER`, `HOLD` or `SUPPRESS`.
        notification: the notification's features by name, as plain Python values.
        posted: ISO local time at which it was posted.
    """

    epoch: int
    action: int
    notification: Mapping[str, object]
    posted: str | None


@dataclass(frozen=True, kw_only=True)
class DeliveryFrame(Frame):
    """The state of a person's days; of `decisions` each is its action.

    Of `outcomes` each is 4 × the index of a delivery among the decisions + its outcome, and of
    `points` every `POINT` numbers are one. The result of an ended episode is its reward, how many
    deliveries were acted on, and how many of them opened.

    Attributes:
        now: ISO local time of the decision to be taken.
        minute: minutes of the episode's days that have passed.
        minutes: of all its days.
        gained: reward of the newest step.
        parts: sums of the parts of the reward, as of `PARTS`.
        held: notifications that are held now.
        delivered: deliveries so far.
        opened: of them, those that the person has opened.
        dismissed: of them, those that the person has dismissed.
        ignored: of them, those that the person has cleared with others, or never looked at.
        suppressed: notifications that were suppressed.
        decision: the newest decision; None before the first.
    """

    also = ("kind", "acted_on", "ctr")
    kind: ClassVar[str] = "delivery"

    now: str | None
    minute: int
    minutes: int
    gained: float
    parts: tuple[float, ...]
    held: int
    delivered: int
    opened: int
    dismissed: int
    ignored: int
    suppressed: int
    decision: Delivery | None

    @property
    def acted_on(self) -> int:
        """Deliveries of which it is known what became of them."""
        return self.opened + self.dismissed + self.ignored

    @property
    def ctr(self) -> float | None:
        """Opened / acted on; None before the person acts for the first time."""
        return self.opened / self.acted_on if self.acted_on else None

    def newest(self, action: int) -> Iterator[HistoryReader]:
        """Yields the decisions for an action, newest first, and what became of them."""
        known = dict(divmod(outcome, 4) for outcome in self.outcomes)
        for index in range(len(self.rows) - 1, -1, -1):
            if self.decisions[index] == action:
                outcome = known.get(index, UNSEEN)
                yield HistoryReader(index + 1, outcome, self.about(self.rows[index]))

    def lately(self) -> Iterator[HistoryReader]:
        """Yields what became of deliveries, the newest first."""
        for outcome in reversed(self.outcomes):
            index, what = divmod(outcome, 4)
            yield HistoryReader(index + 1, what, self.about(self.rows[index]))
