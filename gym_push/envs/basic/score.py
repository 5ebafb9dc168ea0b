"""How well an agent's decisions agree with the person's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

CELLS = 4

MAX_ENDED = 256
"""Ended episodes that are kept; a chart shows no more."""


def cell(action: int, user_action: int) -> int:
    """Returns the number of a decision's cell in the confusion matrix, 0 to 3.

    Args:
        action: What the agent did: 1 opened, 0 dismissed.
        user_action: What the person did.
    """
    return 2 * action + user_action


@dataclass(frozen=True)
class Score:
    """The score of an episode so far.

    Attributes:
        both_opened: Decisions in which agent and person opened.
        only_agent_opened: Opened by the agent, dismissed by the person.
        only_user_opened: Dismissed by the agent, opened by the person.
        both_dismissed: Dismissed by both.
    """

    both_opened: int = 0
    only_agent_opened: int = 0
    only_user_opened: int = 0
    both_dismissed: int = 0

    @property
    def decisions(self) -> int:
        """How many decisions were taken."""
        return sum(self.confusion)

    @property
    def reward(self) -> int:
        """The sum of rewards: +1 for each decision that agrees with the person, else -1."""
        return 2 * (self.both_opened + self.both_dismissed) - self.decisions

    @property
    def performance(self) -> float | None:
        """The share of decisions that agree with the person; None before the first."""
        return self._share(self.both_opened + self.both_dismissed)

    @property
    def ctr(self) -> float | None:
        """The agent's click-through rate, opened over sent; None before the first decision.

        An agent that opens everything has a rate of 1: read it beside `user_ctr`.
        """
        return self._share(self.both_opened + self.only_agent_opened)

    @property
    def user_ctr(self) -> float | None:
        """The person's own click-through rate on the same notifications."""
        return self._share(self.both_opened + self.only_user_opened)

    @property
    def confusion(self) -> tuple[int, int, int, int]:
        """The four counts, in the order of the attributes."""
        return (
            self.both_opened,
            self.only_agent_opened,
            self.only_user_opened,
            self.both_dismissed,
        )

    def _share(self, count: int) -> float | None:
        return count / self.decisions if self.decisions else None


class Tally:
    """Counts the decisions of an episode when asked, each of them once.

    A step only writes its decision to `outcomes`, which is a list because that is fastest.

    Args:
        outcomes: The episode's decisions as cells of the confusion matrix.

    Attributes:
        outcomes: As given.
        cells: Those that have been counted, a byte each.
    """

    def __init__(self, outcomes: list[int]) -> None:
        self.outcomes = outcomes
        self.cells = bytearray(len(outcomes))
        self._counts, self._counted = [0] * CELLS, 0

    def score(self, decisions: int) -> Score:
        """Returns the score after so many decisions, which must not fall from call to call."""
        if self._counted < decisions:
            new = bytes(self.outcomes[self._counted : decisions])
            self.cells[self._counted : decisions] = new
            for number in range(CELLS):
                self._counts[number] += new.count(number)
            self._counted = decisions
        return Score(*reversed(self._counts))


class Ended(NamedTuple):
    """The ended episodes: all of them, or every 2nd, 4th, 8th ... of a long run.

    Attributes:
        episodes: The number of each, from 1, and its result, such as its confusion matrix.
        total: How many have ended, without those in which nothing was decided.
        every: Of so many, the first is kept.
    """

    episodes: tuple[tuple[float, ...], ...] = ()
    total: int = 0
    every: int = 1

    def add(self, episode: int, tally: Tally, decisions: int) -> Ended:
        """Returns these and one more, whose decisions are counted only if it is kept."""
        return self.keep(episode, lambda: tally.score(decisions).confusion) if decisions else self

    def keep(self, episode: int, result: Callable[[], tuple[float, ...]]) -> Ended:
        """Returns these and one more; `result` is called only if it is kept."""
        episodes, every = self.episodes, self.every
        if self.total % every == 0:
            episodes = (*episodes, (episode, *result()))
        if len(episodes) > MAX_ENDED:
            episodes, every = episodes[::2], 2 * every
        return Ended(episodes, self.total + 1, every)
