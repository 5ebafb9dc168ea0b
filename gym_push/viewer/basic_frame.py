"""What there is to show of basic-v0: decisions of the agent beside the person's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from gym_push.viewer.frame import Frame, Record

ACTION_OF = bytes(cell >> 1 for cell in range(256))
"""The agent's action by a byte of `Frame.decisions`."""


def points(counts: list[int], decisions: bytes) -> Iterator[tuple[int, ...]]:
    """Counts decisions, and yields the point of the curve after each of them.

    Args:
        counts: The point before them, which is changed: `BasicFrame.confusion` and `majority`.
        decisions: As of `BasicFrame.decisions`.
    """
    for cell in decisions:
        opens = counts[0] + counts[2] >= counts[1] + counts[3]
        counts[4] += opens == cell % 2
        counts[3 - cell] += 1
        yield tuple(counts)


@dataclass(frozen=True)
class Decision(Record):
    """One decision of the agent beside the person's own.

    Attributes:
        epoch: Its number in the episode, from 1.
        action: What the agent did: 1 open, 0 dismiss.
        user_action: What the person did with the same notification: 1 opened, 0 dismissed.
        notification: The notification's features by name, as plain Python values.
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
    """The state of a replayed log; each of `decisions` is 2 × action + user_action.

    The result of an ended episode is its `confusion`.

    Attributes:
        size: Decisions in the episode.
        confusion: Counts (agent open & person opened, open & dismissed, dismiss & opened,
            dismiss & dismissed).
        majority: How often the person did what they had done more often until then, or opened
            after as many of each: what the baseline `majority` gets right.
    """

    also = ("kind", "decision")
    kind: ClassVar[str] = "basic"

    size: int
    confusion: tuple[int, int, int, int]
    majority: int

    @property
    def performance(self) -> float | None:
        """Share of the decisions that agree with the person; None before the first."""
        return self._share(0, 3)

    @property
    def ctr(self) -> float | None:
        """Opened / sent, of the agent's decisions; None before the first."""
        return self._share(0, 1)

    @property
    def user_ctr(self) -> float | None:
        """Opened / sent, of the person's decisions on the same notifications."""
        return self._share(0, 2)

    @property
    def decision(self) -> Decision | None:
        """The newest decision; None before the first."""
        return next(self.latest(), None)

    def latest(self) -> Iterator[Decision]:
        """Yields all decisions, newest first."""
        return map(self._decision, reversed(range(len(self.decisions))))

    def _share(self, *cells: int) -> float | None:
        total = sum(self.confusion)
        return sum(self.confusion[cell] for cell in cells) / total if total else None

    def _decision(self, index: int) -> Decision:
        action, user_action = divmod(self.decisions[index], 2)
        about = self.about(self.rows[index])
        return Decision(index + 1, action, user_action, about.notification, about.posted)
