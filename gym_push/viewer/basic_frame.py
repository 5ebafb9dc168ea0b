"""What there is to show of basic-v0: decisions of the agent beside the person's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from gym_push.viewer.frame import Frame, Told

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
    def decision(self) -> Told | None:
        """The newest decision; None before the first."""
        return next(self.latest(), None)

    def latest(self) -> Iterator[Told]:
        """Yields all decisions, newest first."""
        return map(self.tell, reversed(range(len(self.decisions))))

    def _share(self, *cells: int) -> float | None:
        total = sum(self.confusion)
        return sum(self.confusion[cell] for cell in cells) / total if total else None
