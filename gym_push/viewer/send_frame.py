"""What there is to show of send-v0: what was sent, and what the person did with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from gym_push.viewer.delivery_frame import DAY_MINUTES, OUTCOME
from gym_push.viewer.frame import Frame, Told

SENT: list[str] = ["nothing sent", "opened", "disappointed", "ignored"]
"""What came of each decision, as of `gym_push.envs.send.rules.STATUSES`."""


@dataclass(frozen=True, kw_only=True)
class SendFrame(Frame):
    """The state of a person's weeks; of `decisions` each is 1 if something was sent.

    Of `outcomes` every `OUTCOME` numbers are one: the decision's index, its status, and its reward.
    The notification is the newest message. The result of an ended episode is its reward, how many
    messages were sent, how many of them opened, and whether the person left.

    Attributes:
        now: ISO local time of the decision to be taken.
        minute: minutes of the episode's days that have passed.
        minutes: of all its days.
        parts: sums of the parts of the reward, by name.
        counts: how many decisions have each status.
        left: whether the person has left.
    """

    also = ("kind", "ctr")
    kind: ClassVar[str] = "send"

    now: str | None
    minute: int
    minutes: int
    parts: dict[str, float]
    counts: tuple[int, ...]
    left: bool

    @property
    def day(self) -> str:
        """Which of the episode's days it is, in words."""
        if self.left:
            return "the person has left"
        day = min(self.minute, self.minutes - 1) // DAY_MINUTES
        return f"day {day + 1} of {self.minutes // DAY_MINUTES}"

    @property
    def sent(self) -> int:
        """Messages so far."""
        return sum(self.counts[1:])

    @property
    def ctr(self) -> float | None:
        """Opened / sent; what disappoints was opened, too. None before the first message."""
        return sum(self.counts[1:3]) / self.sent if self.sent else None

    def latest(self) -> Iterator[Told]:
        """Yields all decisions with what has come of them, newest first."""
        told = list(zip(*[iter(self.outcomes.tolist())] * OUTCOME, strict=True))
        for index, outcome, reward in reversed(told):
            yield self.tell(int(index), int(outcome), reward)
