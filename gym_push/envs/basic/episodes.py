"""A recorded log as episodes: which notifications each plays, and what each action earns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push.actions import DISMISS, OPEN
from gym_push.envs.basic.score import Ended, cell
from gym_push.errors import ArgumentError, choose
from gym_push.logs import NotificationLog

ACTIONS = (DISMISS, OPEN)
UNDECIDED = -1  # what an info says that the person did before the first decision
ORDERS = ("recorded", "shuffled")

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
    outcomes: list[int]
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
        if not users:
            self.refuse(user)
        elif user is None:
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

    def refuse(self, user: str | None) -> None:
        """Refuses a user, because the log is of one person.

        Raises:
            ArgumentError: A user is named.
        """
        if user is not None:
            raise ArgumentError(
                f"options={{'user': {user!r}}}: {self.log.source} is of one person; "
                "leave the option out, or name the log's user column in the schema"
            )
