"""What frames of simulated people's days share: days that pass, and decisions with outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gym_push.viewer.frame import Frame, Told

UNSEEN = 0
"""The outcome of a decision that has led to nothing yet."""

DAY_MINUTES = 24 * 60

OUTCOME = 3
"""Numbers of what a decision has led to: its index, its outcome, and the reward that it earned."""

POINT = 6
"""Numbers of a point of the curve; the first two are the minute and the reward."""


@dataclass(frozen=True, kw_only=True)
class DaysFrame(Frame):
    """The state of a person's days.

    Of `outcomes` every `OUTCOME` numbers are one, and of `points` every `POINT` numbers. A decision
    may have several outcomes, of which the last counts; then the credits sum to the reward.

    Attributes:
        now: ISO local time of the decision to be taken.
        minute: minutes of the episode's days that have passed.
        minutes: of all its days.
    """

    now: str | None
    minute: int
    minutes: int

    @property
    def day(self) -> str:
        """Which of the episode's days it is, in words."""
        day = min(self.minute, self.minutes - 1) // DAY_MINUTES
        return f"day {day + 1} of {self.minutes // DAY_MINUTES}"

    def latest(self) -> Iterator[Told]:
        """Yields all decisions with what they have led to so far, newest first."""
        told = zip(*[iter(self.outcomes.tolist())] * OUTCOME, strict=True)
        known = {index: (int(outcome), credit) for index, outcome, credit in told}
        for index in reversed(range(len(self.decisions))):
            yield self.tell(index, *known.get(index, (UNSEEN, 0.0)))
