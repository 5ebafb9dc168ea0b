"""What many environments of basic-v0 show and expect at each step, laid out ahead of the steps.

Neither the observations nor the end of an episode depend on the actions. So the steps of many
environments are laid out some hundred at a time, and a step of them all is a look into a table.
Each environment steps as it would alone: in an episode of n notifications, the step after the n-th
begins the next episode, whatever its action.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from gymnasium.utils import seeding
from numpy.typing import NDArray

from gym_push.envs.basic.episodes import UNDECIDED, EpisodeSampler
from gym_push.errors import ArgumentError
from gym_push.logs import Observations
from gym_push.logs.columns import read_only

STEPS_AHEAD = 256  # where environments differ, or the log is too long to prepare whole


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some steps of all environments. Arrays have shape (steps, environments).

    Attributes:
        shown: The row of the log that is shown after the step: int64.
        user_actions: What each person did with the notification decided on: int64, `UNDECIDED` in
            a reset.
        epochs: How many decisions the episode has after the step: int64, 0 after a reset.
        terminated: Where the step ends the episode.
        truncated: Where the step reaches the limit of steps.
        resets: Where the step begins an episode and ignores the action.
        any_reset: For each step, whether it resets an environment.
        any_ended: For each step, whether it ends an episode.
    """

    shown: NDArray[np.int64]
    user_actions: NDArray[np.int64]
    epochs: NDArray[np.int64]
    terminated: NDArray[np.bool_]
    truncated: NDArray[np.bool_]
    resets: NDArray[np.bool_]
    any_reset: list[bool]
    any_ended: list[bool]

    def __len__(self) -> int:
        """The number of steps."""
        return len(self.any_reset)

    def ended(self, step: int) -> NDArray[np.bool_]:
        """Returns where a step terminates or truncates an episode: a new array."""
        ended: NDArray[np.bool_] = self.terminated[step] | self.truncated[step]
        return ended


def schedule(
    sampler: EpisodeSampler,
    observations: Observations,
    count: int,
    most_steps: int | None,
    *,
    shared: bool,
    apart: bool,
) -> Schedule:
    """Returns the schedule of environments that play the same log.

    Args:
        sampler: Chooses what they play.
        observations: What agents see of it.
        count: How many environments there are.
        most_steps: After so many an episode is truncated; None for no such limit.
        shared: Whether observations may be shared, read-only views.
        apart: Whether they may begin at different times even where they all play the same.
    """
    limit = most_steps or sampler.longest + 1
    if apart or sampler.random:
        return SeparateSchedules(sampler, observations, count, limit)
    return SharedSchedule(sampler, observations, count, limit, shared)


class SharedSchedule:
    """Environments that all show the same: one person, in the recorded order.

    Attributes:
        chunk: The current one; None before the first.
        users: Whom each environment plays, as objects; None in a log without users.
    """

    users: NDArray[np.object_] | None = None

    def __init__(
        self,
        sampler: EpisodeSampler,
        observations: Observations,
        count: int,
        limit: int,
        shared: bool,
    ) -> None:
        self._observations, self._count, self._sampler = observations, count, sampler
        self._limit, self._shared = limit, shared
        self._steps = min(len(sampler.log), limit) + 1
        self._at_once = self._steps if observations.prepared_whole else STEPS_AHEAD
        self._start = 0
        self.chunk: Chunk | None = None
        self._views: Callable[[int], Any] | None = None

    def begin(
        self, seeds: Sequence[int | None], user: str | None, begins: NDArray[np.bool_], step: int
    ) -> Any:
        """Begins an episode everywhere, and returns what all show; nothing is drawn.

        Args:
            seeds: Of all environments.
            user: Whom to play; None to draw.
            begins: (environments,) True where an episode has ended, and before the first.
            step: How many steps of the current chunk were taken.

        Raises:
            ArgumentError: A user is named, or only some are to begin.
        """
        self._sampler.refuse(user)
        if not begins.all():
            raise ArgumentError(
                "a reset_mask that leaves some out is for logs of several people, a shuffled order "
                "or autoreset_mode='Disabled'; these environments all show the same, and begin "
                "together"
            )
        if self._at_once < self._steps:
            self._start, self.chunk = 0, None
        return self._observations.batch(np.zeros(self._count, dtype=np.int64))

    def advance(self) -> Chunk:
        """Returns the next chunk; of a log that is prepared whole, always the same."""
        start = 0 if self.chunk is None else (self._start + len(self.chunk)) % self._steps
        if self.chunk is None or start != self._start:
            self._start = start
            self._lay_out()
        assert self.chunk is not None
        return self.chunk

    def observe(self, step: int) -> Any:
        """Returns the observations after a step: new arrays, or read-only views of shared rows."""
        if self._views is None:
            assert self.chunk is not None
            shown = self.chunk.shown[:, 0]
            self._views = self._observations.repeated(shown, self._count, shared=self._shared)
        return self._views(step)

    def playing(self, env: int) -> tuple[None, NDArray[np.int64]]:
        """Returns whom an environment plays, nobody in particular, and the rows of the log."""
        return None, self._sampler.log.rows_of(None)

    def _lay_out(self) -> None:
        step = np.arange(self._start, min(self._start + self._at_once, self._steps))
        rows, resets = len(self._sampler.log), step == self._steps - 1
        epochs = np.where(resets, 0, step + 1)
        actions = self._sampler.log.actions[np.minimum(step, rows - 1)]
        terminated, truncated = epochs == rows, epochs == self._limit
        self._views = None
        self.chunk = Chunk(
            shown=self._all(np.minimum(epochs, rows - 1)),
            user_actions=self._all(np.where(resets, UNDECIDED, actions.astype(np.int64))),
            epochs=self._all(epochs),
            terminated=self._all(terminated),
            truncated=self._all(truncated),
            resets=self._all(resets),
            any_reset=resets.tolist(),
            any_ended=(terminated | truncated).tolist(),
        )

    def _all(self, steps: NDArray[Any]) -> NDArray[Any]:
        return np.broadcast_to(steps[:, np.newaxis], (len(steps), self._count))

    def __getstate__(self) -> dict[str, Any]:
        """Pickles without the chunk, which is laid out again."""
        return {**self.__dict__, "chunk": self.chunk and True, "_views": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Lays out the current chunk again."""
        self.__dict__.update(state)
        if self.chunk is not None:
            self._lay_out()


class SeparateSchedules:
    """Environments that each draw whom they play, or in which order.

    A chunk ends before the first of them begins an episode. That step is a chunk of its own,
    because episodes are drawn environment by environment. Attributes as of `SharedSchedule`.
    """

    def __init__(
        self, sampler: EpisodeSampler, observations: Observations, count: int, limit: int
    ) -> None:
        self._sampler, self._observations, self._limit = sampler, observations, limit
        self._random: list[np.random.Generator | None] = [None] * count
        self.users = np.full(count, None, dtype=object) if sampler.log.users else None
        self._rows = np.zeros((count, sampler.longest), dtype=np.int64)
        self._lengths = np.zeros(count, dtype=np.int64)
        self._epochs = np.zeros(count, dtype=np.int64)
        self.chunk: Chunk | None = None

    def begin(
        self, seeds: Sequence[int | None], user: str | None, begins: NDArray[np.bool_], step: int
    ) -> Any:
        """Begins episodes where `begins` is True; the others go on within the chunk."""
        if self.chunk is not None:
            epochs = self.chunk.epochs
            now = epochs[step - 1] if step else np.maximum(epochs[0] - 1, 0)
            self._epochs = now.copy()
        for env in begins.nonzero()[0].tolist():
            self._begin(env, seeds[env], user)
        return self._observations.batch(self._at(self._epochs))

    def advance(self) -> Chunk:
        """Returns the next chunk."""
        ends = np.minimum(self._lengths, self._limit)
        resets = self._epochs == ends
        for env in np.flatnonzero(resets).tolist():
            self._begin(env)
        steps = 1 if resets.any() else min(int((ends - self._epochs).min()), STEPS_AHEAD)
        begun = resets[np.newaxis].repeat(steps, axis=0)
        before = self._epochs + np.arange(steps)[:, np.newaxis]
        epochs = np.where(begun, 0, before + 1)
        actions = self._observations.log.actions[self._at(before)].astype(np.int64)
        self._epochs = epochs[-1].copy()
        terminated, truncated = epochs == self._lengths, epochs == self._limit
        self.chunk = Chunk(
            shown=self._at(np.minimum(epochs, self._lengths - 1)),
            user_actions=read_only(np.where(begun, UNDECIDED, actions)),
            epochs=read_only(epochs),
            terminated=read_only(terminated),
            truncated=read_only(truncated),
            resets=read_only(begun),
            any_reset=begun.any(axis=1).tolist(),
            any_ended=(terminated | truncated).any(axis=1).tolist(),
        )
        return self.chunk

    def observe(self, step: int) -> Any:
        """Returns the observations after a step: new arrays."""
        assert self.chunk is not None
        return self._observations.batch(self.chunk.shown[step])

    def playing(self, env: int) -> tuple[str | None, NDArray[np.int64]]:
        """Returns whom an environment plays, and its rows in their order."""
        user = None if self.users is None else self.users[env]
        return user, self._rows[env, : self._lengths[env]]

    def _begin(self, env: int, seed: int | None = None, user: str | None = None) -> None:
        """Draws an episode, as `BasicEnv.reset` does."""
        random = self._random[env]
        if seed is not None or random is None:
            random, _ = seeding.np_random(seed)
            self._random[env] = random
        user, rows = self._sampler.draw(random, user)
        if self.users is not None:
            self.users[env] = user
        self._rows[env, : len(rows)] = rows
        self._lengths[env], self._epochs[env] = len(rows), 0

    def _at(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Returns the rows at these places of the episodes, shape (steps, environments)."""
        return self._rows[np.arange(len(self._rows)), places]


Schedule: TypeAlias = SharedSchedule | SeparateSchedules
