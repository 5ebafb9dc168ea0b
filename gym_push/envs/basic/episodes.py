"""A recorded log as episodes: which notifications each plays, what actions earn, and the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import add
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push.actions import DISMISS, OPEN
from gym_push.errors import ArgumentError, choose
from gym_push.logs import NotificationLog, read_log

BUNDLED: Final = Path(__file__).parents[1] / "data" / "notifications.csv"
"""The log that comes with the package, made by `python -m tools.bundled_log`."""

ACTIONS = (DISMISS, OPEN)
UNDECIDED = -1  # what an info says that the person did before the first decision
ORDERS = ("recorded", "shuffled")
CELLS = 4

MAX_ENDED = 256
"""Ended episodes that are kept; a chart shows no more."""


@cache
def bundled_log() -> NotificationLog:
    """Returns the log that comes with the package, read once a process."""
    return read_log(BUNDLED)


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

    def after(self, cells: bytearray) -> Score:
        """Returns the score after further decisions, given as cells of the confusion matrix."""
        return Score(*map(add, self.confusion, map(cells.count, reversed(range(CELLS)))))

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

    def add(self, episode: int, result: tuple[float, ...]) -> Ended:
        """Returns these and one more."""
        episodes, every = self.episodes, self.every
        if self.total % every == 0:
            episodes = (*episodes, (episode, *result))
        if len(episodes) > MAX_ENDED:
            episodes, every = episodes[::2], 2 * every
        return Ended(episodes, self.total + 1, every)


Answers: TypeAlias = Mapping[int, tuple[int, float, bool]]

# Action -> (cell of the confusion matrix, reward, terminated). Looking an action up also checks
# it: another one has no entry. By what the person did; the same for the last notification; and at
# last for outside an episode, where no action counts.
ANSWERS: tuple[Answers, ...] = (
    *(
        {a: (cell(a, user), 1.0 if a == user else -1.0, terminated) for a in ACTIONS}
        for terminated in (False, True)
        for user in ACTIONS
    ),
    {},
)


class Episode(NamedTuple):
    """One episode: nothing in it depends on what the agent does.

    Attributes:
        user: Whose notifications they are; None in a log that names nobody.
        rows: The rows of the log, in the order in which they are played: int64, shape (n,).
        answers: n + 1 of `ANSWERS`, one for each step and one for after the end.
    """

    user: str | None
    rows: NDArray[np.int64]
    answers: Sequence[Answers] = ANSWERS[-1:]

    @property
    def shown(self) -> NDArray[np.int64]:
        """The rows that are shown, (n + 1,): the last one again after the end."""
        return np.append(self.rows, self.rows[-1:])


BEFORE_RESET = Episode(None, np.empty(0, dtype=np.int64))


class BasicSnapshot(NamedTuple):
    """Where an episode stands. Cheap to make: a rendered step makes one.

    Attributes:
        episode: The number of the episode, from 1.
        playing: The episode itself.
        outcomes: The decisions as cells of the confusion matrix; those before `epoch` are final.
        epoch: How many decisions were taken.
        ended: The episodes before it.
    """

    episode: int
    playing: Episode
    outcomes: bytearray
    epoch: int
    ended: Ended


class EpisodeSampler:
    """Chooses which rows of a log the next episode plays, in which order.

    Args:
        log: A log of one person or of several; one person is played an episode.
        order: "recorded", or "shuffled" for a new order every episode.
    """

    def __init__(self, log: NotificationLog, order: str) -> None:
        self.log, self.order = log, choose("order", order, ORDERS)
        self.random = order == "shuffled" or bool(log.users)
        self._recorded: dict[str | None, Episode] = {}

    @property
    def longest(self) -> int:
        """The number of notifications in the longest episode."""
        return max((len(self.log.rows_of(user)) for user in self.log.users), default=len(self.log))

    def draw(
        self, random: np.random.Generator, user: str | None = None
    ) -> tuple[str | None, NDArray[np.int64]]:
        """Returns whom the next episode plays, and the rows in their order.

        Args:
            random: Draws the person, then the order, where they are not given.
            user: Whom to play; None to draw one.

        Raises:
            LogError: The log has no such user.
            ArgumentError: The log is of one person, and a user is named.
        """
        users = self.log.users
        if not users and user is not None:
            raise ArgumentError(
                f"options={{'user': {user!r}}}: {self.log.source} is of one person; "
                "leave the option out, or name the log's user column in the schema"
            )
        if users and user is None:
            user = users[int(random.integers(len(users)))]
        rows = self.log.rows_of(user)
        return user, random.permutation(rows) if self.order == "shuffled" else rows

    def next(self, random: np.random.Generator, user: str | None = None) -> Episode:
        """Returns the next episode; arguments and errors as of `draw`."""
        user, rows = self.draw(random, user)
        if user in self._recorded:
            return self._recorded[user]
        numbers = self.log.actions[rows]
        numbers[-1] += len(ACTIONS)
        answers = [*map(ANSWERS.__getitem__, numbers.tolist()), ANSWERS[-1]]
        episode = Episode(user, rows, answers)
        if self.order == "recorded":
            self._recorded[user] = episode
        return episode
