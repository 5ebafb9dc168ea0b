"""What there is to show of send-v0: what was sent, why it could be, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gym_push.viewer.days_frame import OUTCOME, DaysFrame
from gym_push.viewer.frame import Told
from gym_push.viewer.words import TABLES

SENT: list[str] = TABLES["sent"]
"""What came of each decision, as of `gym_push.envs.send.rules.STATUSES`."""

SENT_SIGNS: list[str] = TABLES["sentSigns"]
"""What stands for each of them on a curve."""


@dataclass(frozen=True, kw_only=True)
class SendFrame(DaysFrame):
    """The state of a person's weeks; of `decisions` each is 1 if something was sent.

    The notification is the newest message. A line about a decision says `why` it could be taken and
    what `effect` the message had. A point is minute, reward, reward of sending nothing, and how
    many messages were opened, disappointed and were ignored. The result of an ended episode is its
    reward, these three, and 1 if the person left.

    Attributes:
        parts: sums of the parts of the reward, by name.
        nothing: reward of sending nothing to the same person, until now; of all days if the episode
            is over.
        effect: what messages have added to outcomes, all in all.
        newest: the status of the newest message; 0 if there is none.
        counts: how many decisions have each status.
        week: messages of this week.
        budget: messages a week; None for any number.
        above: messages above the budget, in the episode.
        left: whether the person has left.
        hindered: why nothing can be sent now, in words; empty if something can.
        composed: whether messages are composed.
        catalogue: `text` and `note` of each message, or of each part where they are composed; of a
            long one, the first.
        messages: how many there are.
        eligible: how many of them could be sent if nothing hindered.
        lacks: what each message of the catalogue needs to be sent, in words; empty if nothing.
        tried: how often each message was sent, and how often opened.
        measured: what only evaluators know, from 0 to 1, by name.
    """

    also = ("kind", "decision", "ctr")
    kind: ClassVar[str] = "send"

    parts: Mapping[str, float]
    nothing: float
    effect: float
    newest: int
    counts: tuple[int, ...]
    week: int
    budget: int | None
    above: int
    left: bool
    hindered: tuple[str, ...]
    composed: bool
    catalogue: tuple[Mapping[str, str], ...]
    messages: int
    eligible: int
    lacks: tuple[str, ...]
    tried: tuple[tuple[int, int], ...]
    measured: Mapping[str, float]

    @property
    def day(self) -> str:
        """Which of the episode's days it is, in words."""
        return f"left on {super().day}" if self.left else super().day

    @property
    def decision(self) -> Told | None:
        """The newest decision; None before the first."""
        if not self.decisions:
            return None
        index, outcome, reward = self.outcomes[-OUTCOME:].tolist()
        return self.tell(int(index), int(outcome), reward)

    @property
    def sent(self) -> int:
        """Messages so far."""
        return sum(self.counts[1:])

    @property
    def ctr(self) -> float | None:
        """Opened / sent; what disappoints was opened, too. None before the first message."""
        return sum(self.counts[1:3]) / self.sent if self.sent else None
