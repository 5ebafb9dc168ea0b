"""What many replays show and expect at each step, laid out ahead of the steps.

In a replay neither the observations nor the end of an episode depend on the actions. So the steps
of many environments can be written down some hundred at a time, and a step of them all is a look
into the table. Each environment has the timeline that it would have alone: with an episode of n
notifications, the step after the n-th begins the next one, whatever its action.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from gymnasium.utils import seeding
from numpy.typing import NDArray

from gym_push.envs.replay import Casting
from gym_push.errors import ArgumentError
from gym_push.logs import Observations
from gym_push.logs.columns import read_only

STEPS_AHEAD = 256  # of environments that go their own ways, and of a log too long to prepare


@dataclass(frozen=True, eq=False)
class Page:
    """Some steps of all environments. Arrays have shape (steps, environments).

    Attributes:
        shown: The row of the log that is shown after the step: int64.
        user_actions: What each person did with the notification decided on: int64, 0 in a reset.
        epochs: How many decisions the episode has after the step: int64, 0 after a reset.
        terminated: Where the step ends the episode.
        resets: Where the step begins an episode and the action is not looked at.
        any_reset: For each step, whether it resets any environment.
    """

    shown: NDArray[np.int64]
    user_actions: NDArray[np.int64]
    epochs: NDArray[np.int64]
    terminated: NDArray[np.bool_]
    resets: NDArray[np.bool_]
    any_reset: list[bool]

    def __len__(self) -> int:
        """The number of steps."""
        return len(self.any_reset)


class Timetable(Protocol):
    """The pages of a number of environments, one after the other.

    Attributes:
        page: The page that is open; None before the first.
    """

    page: Page | None

    def reset(self, seeds: Sequence[int | None], user: str | None) -> Any:
        """Begins an episode everywhere, and returns the first observations."""

    def reset_some(
        self, seeds: Sequence[int | None], user: str | None, begins: NDArray[np.bool_], step: int
    ) -> tuple[Any, NDArray[np.int64]]:
        """Begins an episode where `begins` is True; returns what all show, and their epochs.

        Args:
            seeds: Of all environments.
            user: Whom to play; None to have them drawn.
            begins: Shape (environments,); True where an episode has ended.
            step: How many steps of the open page were taken.

        Raises:
            ArgumentError: The environments cannot go ways of their own.
        """

    def turn(self) -> Page:
        """Opens the next page."""

    def observe(self, step: int) -> Any:
        """Returns the batch of observations after a step of the open page."""

    def playing(self, env: int) -> tuple[str | None, NDArray[np.int64]]:
        """Returns whom an environment plays, and its rows in their order, until it begins anew."""


def timetable(casting: Casting, observations: Observations, count: int) -> Timetable:
    """Returns the timetable of `count` environments that play the same log."""
    return (Apart if casting.random else Together)(casting, observations, count)


class Together:
    """Environments that all show the same: one person, in the recorded order."""

    def __init__(self, casting: Casting, observations: Observations, count: int) -> None:
        """Lays out nothing yet."""
        self._observations, self._count, self._casting = observations, count, casting
        self._steps = len(casting.log) + 1
        self._at_once = self._steps if observations.prepared_whole else STEPS_AHEAD
        self._start = 0
        self.page: Page | None = None
        self._views: Callable[[int], Any] | None = None

    def reset(self, seeds: Sequence[int | None], user: str | None) -> Any:
        """Begins an episode; nothing is drawn, so the seeds change nothing."""
        self._casting.refuse(user)
        if self._at_once < self._steps:
            self._start, self.page = 0, None
        return self._observations.batch(np.zeros(self._count, dtype=np.int64))

    def reset_some(
        self, seeds: Sequence[int | None], user: str | None, begins: NDArray[np.bool_], step: int
    ) -> tuple[Any, NDArray[np.int64]]:
        """Refuses: these all show the same."""
        raise ArgumentError(
            "a reset_mask that leaves some out is for logs of several people, or a shuffled order; "
            "these environments all show the same, and begin together"
        )

    def turn(self) -> Page:
        """Opens the next page; of a log that is prepared whole it is always the same."""
        start = 0 if self.page is None else (self._start + len(self.page)) % self._steps
        if self.page is None or start != self._start:
            self._start = start
            self._lay_out()
        assert self.page is not None
        return self.page

    def observe(self, step: int) -> Any:
        """Returns read-only views on rows that all environments share."""
        if self._views is None:
            assert self.page is not None
            self._views = self._observations.repeated(self.page.shown[:, 0], self._count)
        return self._views(step)

    def playing(self, env: int) -> tuple[None, NDArray[np.int64]]:
        """Returns all rows of the log."""
        return None, self._casting.log.rows_of(None)

    def _lay_out(self) -> None:
        step = np.arange(self._start, min(self._start + self._at_once, self._steps))
        last = self._steps - 1
        resets = step == last
        actions = self._casting.log.actions[np.minimum(step, last - 1)].astype(np.int64)
        self._views = None
        self.page = Page(
            shown=self._all(np.where(resets, 0, np.minimum(step + 1, last - 1))),
            user_actions=self._all(np.where(resets, 0, actions)),
            epochs=self._all(np.where(resets, 0, step + 1)),
            terminated=self._all(step == last - 1),
            resets=self._all(resets),
            any_reset=resets.tolist(),
        )

    def _all(self, steps: NDArray[Any]) -> NDArray[Any]:
        return np.broadcast_to(steps[:, np.newaxis], (len(steps), self._count))

    def __getstate__(self) -> dict[str, Any]:
        """Pickles where it is; the page is laid out again."""
        return {**self.__dict__, "page": self.page and True, "_views": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Lays out the page that was open."""
        self.__dict__.update(state)
        if self.page is not None:
            self._lay_out()


class Apart:
    """Environments that each draw whom they play, or in which order.

    A page ends where the first of them is to begin an episode, and that step is a page of its own:
    drawing an episode is the one thing that is done environment by environment.
    """

    def __init__(self, casting: Casting, observations: Observations, count: int) -> None:
        """Lays out nothing yet."""
        self._casting, self._observations = casting, observations
        self._random: list[np.random.Generator | None] = [None] * count
        self._users: list[str | None] = [None] * count
        self._rows = np.zeros((count, casting.longest), dtype=np.int64)
        self._lengths = np.zeros(count, dtype=np.int64)
        self._epochs = np.zeros(count, dtype=np.int64)
        self.page: Page | None = None

    def reset(self, seeds: Sequence[int | None], user: str | None) -> Any:
        """Begins an episode everywhere."""
        for env, seed in enumerate(seeds):
            self._begin(env, seed, user)
        return self._observations.batch(self._rows[:, 0])

    def reset_some(
        self, seeds: Sequence[int | None], user: str | None, begins: NDArray[np.bool_], step: int
    ) -> tuple[Any, NDArray[np.int64]]:
        """Begins some episodes; the others go on from where they are, before the page's end."""
        assert self.page is not None
        # A page of which no step was taken was opened by a reset, so that all decide in its first.
        self._epochs = (self.page.epochs[step - 1] if step else self.page.epochs[0] - 1).copy()
        for env in begins.nonzero()[0].tolist():
            self._begin(env, seeds[env], user)
        return self._observations.batch(self._at(self._epochs)), self._epochs.copy()

    def turn(self) -> Page:
        """Opens the next page."""
        resets = self._epochs == self._lengths
        for env in np.flatnonzero(resets).tolist():
            self._begin(env)
        steps = min(int((self._lengths - self._epochs).min()), STEPS_AHEAD)
        if resets.any():
            steps = 1
        begun = resets[np.newaxis].repeat(steps, axis=0)
        before = self._epochs + np.arange(steps)[:, np.newaxis]
        epochs = np.where(begun, 0, before + 1)
        actions = self._observations.log.actions[self._at(before)].astype(np.int64)
        self._epochs = epochs[-1].copy()
        self.page = Page(
            shown=self._at(np.minimum(epochs, self._lengths - 1)),
            user_actions=read_only(np.where(begun, 0, actions)),
            epochs=read_only(epochs),
            terminated=read_only(epochs == self._lengths),
            resets=read_only(begun),
            any_reset=begun.any(axis=1).tolist(),
        )
        return self.page

    def observe(self, step: int) -> Any:
        """Returns new arrays with the rows that the environments show."""
        assert self.page is not None
        return self._observations.batch(self.page.shown[step])

    def playing(self, env: int) -> tuple[str | None, NDArray[np.int64]]:
        """Returns whom an environment drew, and its rows in the order that it drew."""
        return self._users[env], self._rows[env, : self._lengths[env]]

    def _begin(self, env: int, seed: int | None = None, user: str | None = None) -> None:
        """Draws an episode, as `BasicEnv.reset` does."""
        random = self._random[env]
        if seed is not None or random is None:
            random, _ = seeding.np_random(seed)
            self._random[env] = random
        self._users[env], rows = self._casting.next(random, user)
        self._rows[env, : len(rows)] = rows
        self._lengths[env], self._epochs[env] = len(rows), 0

    def _at(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Returns the rows at these places of the episodes, shape (steps, environments)."""
        return self._rows[np.arange(len(self._rows)), places]
