"""What many environments of basic-v0 show and expect at each step, laid out ahead of the steps.

Neither the observations nor the end of an episode depend on the actions. So the steps of many
environments are laid out some hundred at a time, and a step of them all is a look into a table.
Each environment steps as it would alone: in an episode of n notifications, the step after the n-th
begins the next episode, whatever its action.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium.utils import seeding
from numpy.typing import NDArray

from gym_push.envs.basic.episodes import UNDECIDED, EpisodeSampler
from gym_push.logs import Observations
from gym_push.logs.columns import read_only

STEPS_AHEAD = 256  # where environments differ, or the log is too long to prepare whole


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some steps of all environments. Arrays are read-only, of shape (steps, environments).

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


class Schedule:
    """The steps of environments that play the same log.

    Each environment has a lane, in which it plays its episodes. While all play the same, which is
    one person in the recorded order from the same step on, they share one.

    Args:
        sampler: Chooses what they play.
        observations: What agents see of it.
        count: How many environments there are.
        limit: After so many steps an episode is truncated; None for no such limit.
        shared: Whether observations may be shared, read-only views.

    Attributes:
        chunk: The current one; None before the first reset.
        users: Whom each environment plays, as objects; None in a log without users.
    """

    def __init__(
        self,
        sampler: EpisodeSampler,
        observations: Observations,
        count: int,
        limit: int | None,
        shared: bool,
    ) -> None:
        self._sampler, self._observations, self._shared = sampler, observations, shared
        self._count, self._limit = count, limit or sampler.longest + 1
        self._alike = not sampler.random
        lanes = 1 if self._alike else count
        self._random: list[np.random.Generator | None] = [None] * count
        self.users = np.full(count, None, dtype=object) if sampler.log.users else None
        self._rows = np.zeros((lanes, sampler.longest + 1), dtype=np.int64)
        self._lengths = np.zeros(lanes, dtype=np.int64)
        self._epochs = np.zeros(lanes, dtype=np.int64)  # before the current chunk
        self.chunk: Chunk | None = None
        self._views: Callable[[int], Any] | None = None

    def begin(
        self, seeds: Sequence[int | None], user: str | None, begins: NDArray[np.bool_], step: int
    ) -> Any:
        """Begins episodes, and returns what all environments show.

        Args:
            seeds: Of all environments; None to draw on.
            user: Whom to play; None to draw.
            begins: (environments,) True where an episode has ended, and before the first.
            step: How many steps of the current chunk were taken.

        Raises:
            LogError: The log has no such user.
            ArgumentError: The log is of one person, and a user is named.
        """
        if self.chunk is not None:
            epochs = self.chunk.epochs[:, : len(self._epochs)]
            self._epochs = (epochs[step - 1] if step else np.maximum(epochs[0] - 1, 0)).copy()
        if self._alike and not begins.all():
            self._alike = False
            lanes = np.zeros(self._count, dtype=np.int64)
            self._rows, self._lengths = self._rows[lanes], self._lengths[lanes]
            self._epochs = self._epochs[lanes]
        for env in begins.nonzero()[0][: len(self._rows)].tolist():
            self._begin(env, seeds[env], user)
            self._epochs[env] = 0
        if not self._kept:
            self.chunk = None
        return self._observations.batch(np.broadcast_to(self._at(self._epochs), self._count))

    def advance(self) -> Chunk:
        """Returns the next chunk.

        Where episodes are drawn, a chunk ends before the first of them begins, and that step is a
        chunk of its own, because they are drawn environment by environment.
        """
        if self.chunk is not None and self._kept:
            return self.chunk
        if self.chunk is not None:
            self._epochs = self.chunk.epochs[-1, : len(self._epochs)].copy()
        ends, steps = np.minimum(self._lengths, self._limit), STEPS_AHEAD
        if self._sampler.random:
            left = ends - self._epochs
            for env in np.flatnonzero(left == 0).tolist():
                self._begin(env)
            steps = max(min(int(left.min()), STEPS_AHEAD), 1)
        elif self._kept:
            steps = int(ends[0]) + 1
        before = self._epochs + np.arange(steps)[:, np.newaxis]
        if not self._sampler.random:
            before %= ends + 1
        resets = before == ends
        epochs = np.where(resets, 0, before + 1)
        terminated, truncated = epochs == self._lengths, epochs == self._limit
        actions = self._sampler.log.actions[self._at(before)].astype(np.int64)
        self._views = None
        self.chunk = Chunk(
            shown=self._all(self._at(np.minimum(epochs, self._lengths - 1))),
            user_actions=self._all(np.where(resets, UNDECIDED, actions)),
            epochs=self._all(epochs),
            terminated=self._all(terminated),
            truncated=self._all(truncated),
            resets=self._all(resets),
            any_reset=resets.any(axis=1).tolist(),
            any_ended=(terminated | truncated).any(axis=1).tolist(),
        )
        return self.chunk

    def observe(self, step: int) -> Any:
        """Returns the observations after a step: new arrays, or read-only views of shared rows."""
        assert self.chunk is not None
        if not self._alike:
            return self._observations.batch(self.chunk.shown[step])
        if self._views is None:
            rows = self.chunk.shown[:, 0]
            self._views = self._observations.repeated(rows, self._count, shared=self._shared)
        return self._views(step)

    @property
    def _kept(self) -> bool:
        """Whether the chunk is a whole episode that all play, and so serves for every other."""
        return self._alike and self._observations.prepared_whole

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
        self._lengths[env] = len(rows)

    def _at(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Returns the rows at these places of the lanes' episodes: (..., lanes)."""
        return self._rows[np.arange(len(self._rows)), places]

    def _all(self, steps: NDArray[Any]) -> NDArray[Any]:
        if self._alike:
            return np.broadcast_to(steps, (len(steps), self._count))
        return read_only(steps)

    def __getstate__(self) -> dict[str, Any]:
        """Pickles without a chunk that is the same for all, which is laid out again."""
        chunk = self.chunk and True if self._alike else self.chunk
        return {**self.__dict__, "chunk": chunk, "_views": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Lays out the current chunk again."""
        self.__dict__.update(state)
        if self.chunk is not None and self._alike:
            self.chunk = None
            self.advance()
