"""What there is to show of delivery-v0: what was delivered, and what the person did with it.

A frame never tells what the person has yet to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gym_push.viewer.days_frame import UNSEEN, DaysFrame
from gym_push.viewer.frame import Told
from gym_push.viewer.words import TABLES

DONE: list[str] = TABLES["done"]
"""What each action does to a notification."""

OUTCOMES: list[str] = TABLES["outcomes"]
"""What the person did with a delivery; the first stands for an outcome that is not known yet."""


@dataclass(frozen=True, kw_only=True)
class DeliveryFrame(DaysFrame):
    """The state of a person's days; of `decisions` each is its action.

    A point is minute, reward, acted on, opened, arrived, and the reward of delivering all. The
    result of an ended episode is its reward, how many deliveries were acted on, how many of them
    opened, and how many notifications arrived.

    Attributes:
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
