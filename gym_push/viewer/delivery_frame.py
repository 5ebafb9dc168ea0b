"""What there is to show of delivery-v0: what was delivered, and what the person did with it.

A frame never tells what the person has yet to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from gym_push.viewer.frame import Frame, Record, places
from gym_push.viewer.words import TABLES

DONE: list[str] = TABLES["done"]
"""What each action does to a notification."""

UNSEEN = 0
OUTCOMES: list[str] = TABLES["outcomes"]
"""What the person did with a delivery; the first stands for an outcome that is not known yet."""

DAY_MINUTES = 24 * 60

POINT = 4
"""Numbers of a point of the curve: minute, reward, acted on, opened."""


@dataclass(frozen=True)
class Delivery(Record):
    """One decision.

    Attributes:
        epoch: number of the decision in its episode, from 1.
        action: the agent's, as of `gym_push.actions`.
        notification: the notification's features by name, as plain Python values.
        posted: ISO local time at which it was posted.
        outcome: what the person did with it, as of `OUTCOMES`.
    """

    epoch: int
    action: int
    notification: Mapping[str, object]
    posted: str | None
    outcome: int = UNSEEN


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
        parts: sums of the parts of the reward, as of `gym_push.actions.PARTS`.
        held: notifications that are held now.
        delivered: deliveries so far.
        opened: of them, those that the person has opened.
        dismissed: of them, those that the person has dismissed.
        ignored: of them, those that the person has cleared with others, or never looked at.
        suppressed: notifications that were suppressed.
    """

    also = ("kind", "decision", "acted_on", "ctr")
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

    @property
    def decision(self) -> Delivery | None:
        """The newest decision; None before the first."""
        return self._delivery(len(self.decisions) - 1, UNSEEN) if self.decisions else None

    @property
    def day(self) -> str:
        """Which of the episode's days it is, in words."""
        day = min(self.minute, self.minutes - 1) // DAY_MINUTES
        return f"day {day + 1} of {self.minutes // DAY_MINUTES}"

    @property
    def acted_on(self) -> int:
        """Deliveries whose outcome is known."""
        return self.opened + self.dismissed + self.ignored

    @property
    def ctr(self) -> float | None:
        """Opened / acted on; None before the person first acts."""
        return self.opened / self.acted_on if self.acted_on else None

    def latest(self) -> Iterator[Delivery]:
        """Yields all decisions with their outcomes so far, newest first."""
        known = dict(divmod(outcome, 4) for outcome in self.outcomes)
        for index in reversed(range(len(self.decisions))):
            yield self._delivery(index, known.get(index, UNSEEN))

    def newest(self, action: int) -> Iterator[Delivery]:
        """Yields the decisions for an action, newest first, with their outcomes so far."""
        known = dict(divmod(outcome, 4) for outcome in self.outcomes)
        for index in places(bytes(self.decisions), action):
            yield self._delivery(index, known.get(index, UNSEEN))

    def lately(self) -> Iterator[Delivery]:
        """Yields the deliveries whose outcome is known, the newest outcome first."""
        for outcome in reversed(self.outcomes):
            yield self._delivery(*divmod(outcome, 4))

    def _delivery(self, index: int, outcome: int) -> Delivery:
        about = self.about(self.rows[index])
        action = self.decisions[index]
        return Delivery(index + 1, action, about.notification, about.posted, outcome)
