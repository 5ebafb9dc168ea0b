"""What there is to show of delivery-v0: what was delivered, and what the person did with it.

A frame never tells what the person has yet to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from gym_push.viewer.frame import Frame, Told
from gym_push.viewer.words import TABLES

DONE: list[str] = TABLES["done"]
"""What each action does to a notification."""

UNSEEN = 0
OUTCOMES: list[str] = TABLES["outcomes"]
"""What the person did with a delivery; the first stands for an outcome that is not known yet."""

DAY_MINUTES = 24 * 60

OUTCOME = 3
"""Numbers of what a decision has led to: its index, its outcome, and the reward that it earned."""

POINT = 6
"""Numbers of a point of the curve: minute, reward, acted on, opened, arrived, deliver all."""


@dataclass(frozen=True, kw_only=True)
class DeliveryFrame(Frame):
    """The state of a person's days; of `decisions` each is its action.

    Of `outcomes` every `OUTCOME` numbers are one, and of `points` every `POINT` numbers. A decision
    may have several outcomes, of which the last counts; then the credits sum to the reward. The
    result of an ended episode is its reward, how many deliveries were acted on, how many of them
    opened, and how many notifications arrived.

    Attributes:
        now: ISO local time of the decision to be taken.
        minute: minutes of the episode's days that have passed.
        minutes: of all its days.
        credit: reward that the notification of the newest decision has earned so far.
        arrived: notifications so far, without the one to decide on if it is new.
        deliver_all: reward of delivering these at once, to the same person.
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
    credit: float
    arrived: int
    deliver_all: float
    parts: tuple[float, ...]
    held: int
    delivered: int
    opened: int
    dismissed: int
    ignored: int
    suppressed: int

    @property
    def decision(self) -> Told | None:
        """The newest decision; None before the first."""
        last = len(self.decisions) - 1
        return self.tell(last, UNSEEN, self.credit) if self.decisions else None

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
    def reward_each(self) -> float | None:
        """Reward a notification; None before the first decision."""
        return self.reward / self.arrived if self.arrived else None

    @property
    def ctr(self) -> float | None:
        """Opened / acted on; None before the person first acts."""
        return self.opened / self.acted_on if self.acted_on else None

    def latest(self) -> Iterator[Told]:
        """Yields all decisions with what they have led to so far, newest first."""
        told = zip(*[iter(self.outcomes.tolist())] * OUTCOME, strict=True)
        known = {index: (int(outcome), credit) for index, outcome, credit in told}
        for index in reversed(range(len(self.decisions))):
            yield self.tell(index, *known.get(index, (UNSEEN, 0.0)))
