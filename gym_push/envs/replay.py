"""A recorded log as a game: which notifications an episode plays, and what each answer earns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.score import Ended, cell
from gym_push.errors import ArgumentError, choose
from gym_push.logs import NotificationLog, Observations
from gym_push.logs.observations import renewed

if TYPE_CHECKING:
    from gym_push.viewer.frame import Frame

ACTIONS = (0, 1)  # dismiss, open
ORDERS = ("recorded", "shuffled")
PIECE_ROWS = 4096  # of a log too long to be prepared whole, so many at a time

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Answers = Mapping[int, tuple[int, float, bool]]

# What each answer comes to: action -> (cell of the confusion matrix, reward, terminated). Looking
# an action up also checks it: another one has no entry.
ANSWERS, LAST_ANSWERS = (
    tuple(
        {a: (cell(a, user), 1.0 if a == user else -1.0, terminated) for a in ACTIONS}
        for user in ACTIONS
    )
    for terminated in (False, True)
)
NO_ANSWERS: Answers = {}  # outside an episode no action has a meaning


class Steps(Protocol[T_co]):
    """What a step looks something up in: a list, or `Pieces`."""

    def __getitem__(self, index: int, /) -> T_co:
        """Returns what there is at a step."""


@dataclass(frozen=True, eq=False)
class Script:
    """One episode, laid out: nothing in it depends on what the agent does.

    Attributes:
        user: Whose notifications they are; None in a log of one person.
        rows: The rows of the log in the order in which they are played: int64, shape (n,).
        observations: n + 1 of them: what the agent sees at each step, and the last one again when
            the episode has ended.
        answers: n + 1 of them: what the answers to each notification come to, and then none.
        infos: n of them: a copy of one is handed out with each decision.
    """

    user: str | None
    rows: NDArray[np.int64]
    observations: Steps[Any]
    answers: Steps[Answers]
    infos: Steps[dict[str, Any]]


BEFORE_RESET = Script(None, np.empty(0, dtype=np.int64), (), (NO_ANSWERS,), ())


class Moment(NamedTuple):
    """Where an episode stands. Cheap to make: a rendered step makes one.

    Attributes:
        episode: The number of the episode, from 1.
        script: What is played.
        outcomes: The decisions as cells of the confusion matrix; those before `epoch` are final.
        epoch: How many decisions were taken.
        ended: The episodes before it.
    """

    episode: int
    script: Script
    outcomes: list[int]
    epoch: int
    ended: Ended


def describer(log: NotificationLog, name: str) -> Callable[[Moment], Frame]:
    """Returns a function that makes frames of moments, which must come in their order.

    Args:
        log: The log that is played.
        name: What the page calls the environment.
    """
    from gym_push.envs import frames  # only what is shown needs the viewer

    return frames.describer(name, log)


class Pieces(Generic[T]):
    """A long sequence of which only the piece in use is in memory.

    Args:
        length: Of the whole sequence.
        make: Returns the elements from a start to a stop.
    """

    def __init__(self, length: int, make: Callable[[int, int], list[T]]) -> None:
        """Makes nothing yet."""
        self._length, self._make = length, make
        self._start = self._stop = 0
        self._piece: list[T] = []

    def __getitem__(self, index: int) -> T:
        """Returns one element; consecutive ones are fast."""
        if not self._start <= index < self._stop:
            if not 0 <= index < self._length:
                raise IndexError(index)
            self._start = index
            self._stop = min(index + PIECE_ROWS, self._length)
            self._piece = self._make(self._start, self._stop)
        return self._piece[index - self._start]


class Casting:
    """Chooses which rows of a log the next episode plays, in which order.

    Args:
        log: A log of one person or of several; one person is played an episode.
        order: "recorded", or "shuffled" for a new order every episode.
    """

    def __init__(self, log: NotificationLog, order: str) -> None:
        """Checks the order."""
        self.log, self.order = log, choose("order", order, ORDERS)
        self.random = order == "shuffled" or bool(log.users)

    @property
    def longest(self) -> int:
        """The number of notifications in the longest episode."""
        return max((len(self.log.rows_of(user)) for user in self.log.users), default=len(self.log))

    def next(
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


class Stage:
    """Lays out the episodes of one environment; one in the recorded order is laid out once.

    Args:
        observations: What the agent sees of the log.
        casting: Chooses whom and in which order.
    """

    def __init__(self, observations: Observations, casting: Casting) -> None:
        """Lays out nothing yet."""
        self._observations, self._casting = observations, casting
        self._recorded: dict[str | None, Script] = {}

    def next(self, random: np.random.Generator, user: str | None = None) -> Script:
        """Returns the next episode; arguments and errors as of `Casting.next`."""
        return self.script(*self._casting.next(random, user))

    def script(self, user: str | None, rows: NDArray[np.int64]) -> Script:
        """Returns the episode of these rows."""
        if self._casting.order == "shuffled":
            return _lay_out(self._observations, user, rows)
        if user not in self._recorded:
            self._recorded[user] = _lay_out(self._observations, user, rows)
        return self._recorded[user]

    def __getstate__(self) -> dict[str, Any]:
        """Pickles what episodes are made from, not the episodes."""
        return {**self.__dict__, "_recorded": {}}


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


def _lay_out(observations: Observations, user: str | None, rows: NDArray[np.int64]) -> Script:
    last, actions = len(rows) - 1, observations.log.actions

    def answers(start: int, stop: int) -> list[Answers]:
        given = [ANSWERS[action] for action in actions[rows[start:stop]].tolist()]
        if start <= last < stop:
            given[last - start] = LAST_ANSWERS[actions[rows[last]]]
        return [*given, NO_ANSWERS] if stop > len(rows) else given

    def infos(start: int, stop: int) -> list[dict[str, Any]]:
        given = enumerate(actions[rows[start:stop]].tolist(), start + 1)
        return [{"user_action": action, "epoch": epoch} for epoch, action in given]

    def seen(start: int, stop: int) -> list[Any]:
        return observations.take(rows[np.minimum(np.arange(start, stop), last)])

    steps = len(rows) + 1
    if not observations.prepared_whole:
        pieces = Pieces(steps, seen), Pieces(steps, answers), Pieces(last + 1, infos)
        return Script(user, rows, *pieces)
    shown = seen(0, steps)
    shown[-1] = renewed(shown[-1])
    return Script(user, rows, shown, answers(0, steps), infos(0, steps))
