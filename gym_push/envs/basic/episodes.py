"""A recorded log as a game: which notifications an episode plays, and what each answer earns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.basic.score import Ended, cell
from gym_push.errors import ArgumentError, choose
from gym_push.logs import NotificationLog

if TYPE_CHECKING:
    pass

ACTIONS = (0, 1)  # dismiss, open
UNDECIDED = -1  # what an info says that the person did before the first decision
ORDERS = ("recorded", "shuffled")

Answers: TypeAlias = Mapping[int, tuple[int, float, bool]]

# What each answer comes to: action -> (cell of the confusion matrix, reward, terminated). Looking
# an action up also checks it: another one has no entry. First for what the person did, then for
# the same with the last notification, and at last for outside an episode, where no action counts.
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
        rows: The rows of the log in the order in which they are played: int64, shape (n,).
        answers: n + 1 of `ANSWERS`: those that count at each step, and then those that never do.
    """

    user: str | None
    rows: NDArray[np.int64]
    answers: Sequence[Answers] = ANSWERS[-1:]

    @property
    def shown(self) -> NDArray[np.int64]:
        """The rows that are shown, (n + 1,): the last one again when the episode has ended."""
        return np.append(self.rows, self.rows[-1:])


BEFORE_RESET = Episode(None, np.empty(0, dtype=np.int64))


class Snapshot(NamedTuple):
    """Where an episode stands. Cheap to make: a rendered step makes one.

    Attributes:
        episode: The number of the episode, from 1.
        script: What is played.
        outcomes: The decisions as cells of the confusion matrix; those before `epoch` are final.
        epoch: How many decisions were taken.
        ended: The episodes before it.
    """

    episode: int
    script: Episode
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
            random: Draws the person, then the order; not used where neither is open.
            user: Whom to play; None to have one drawn.

        Raises:
            LogError: The log has no such user.
            ArgumentError: A user is asked for, and the log is of one person.
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
        script = Episode(user, rows, answers)
        if self.order == "recorded":
            self._recorded[user] = script
        return script

    def refuse(self, user: str | None) -> None:
        """Makes sure that nobody asks for a user of a log of one person.

        Raises:
            ArgumentError: Somebody does.
        """
        if user is not None:
            raise ArgumentError(
                f"options={{'user': {user!r}}}: {self.log.source} is of one person; "
                "leave the option out, or name the log's user column in the schema"
            )


def user_option(options: Mapping[str, Any] | None) -> str | None:
    """Returns the user that `reset(options=...)` asks for.

    Raises:
        ArgumentError: There is an option that reset does not take.
    """
    if not isinstance(options or {}, Mapping):
        raise ArgumentError(f"options={options!r} is no dict; reset takes {{'user': name}}")
    for name in options or {}:
        if name != "user":
            raise ArgumentError(f"reset takes the option 'user', not {name!r}")
    return (options or {}).get("user")
