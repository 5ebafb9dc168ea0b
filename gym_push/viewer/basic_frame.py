"""What there is to show of basic-v0: decisions of the agent beside the person's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gym_push.viewer.frame import Frame, Record


@dataclass(frozen=True)
class Decision(Record):
    """One decision of the agent beside the person's own.

    Attributes:
        epoch: number of the decision in its episode, from 1.
        action: what the agent did: 1 open, 0 dismiss.
        user_action: what the person did with the same notification: 1 opened, 0 dismissed.
        notification: the notification's features by name, as plain Python values.
        posted: ISO local time at which it was posted; None when the log has none.
    """

    also = ("reward",)

    epoch: int
    action: int
    user_action: int
    notification: Mapping[str, object]
    posted: str | None

    @property
    def reward(self) -> int:
        """+1 when the agent did what the person did, else -1."""
        return 1 if self.action == self.user_action else -1


@dataclass(frozen=True, kw_only=True)
class BasicFrame(Frame):
    """The state of a replayed log; of `decisions` each is 2 × action + user_action.

    The result of an ended episode is its `confusion`.

    Attributes:
        size: decisions in the episode.
        performance: share of the decisions that agree with the person; None before the first.
        ctr: opened / sent, of the agent's decisions; None before the first.
        user_ctr: the same of the person's decisions on the same notifications.
        confusion: counts (agent open & person opened, open & dismissed, dismiss & opened,
            dismiss & dismissed).
        decision: the newest decision; None before the first.
        opened: what the agent opened, newest first, at most `RECENT`.
        dismissed: what the agent dismissed, newest first, at most `RECENT`.
    """

    kind: ClassVar[str] = "basic"

    size: int
    performance: float | None
    ctr: float | None
    user_ctr: float | None
    confusion: tuple[int, int, int, int]
    decision: Decision | None
    opened: tuple[Decision, ...]
    dismissed: tuple[Decision, ...]
