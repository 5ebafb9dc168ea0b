"""How snapshots of an episode become frames: each is read on from where the one before stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from gym_push.viewer.frame import Frame


class OfEpisode(Protocol):
    """A snapshot of an episode."""

    @property
    def history(self) -> Any:
        """What happened in it."""


S = TypeVar("S", bound=OfEpisode)
F = TypeVar("F", bound=Frame)


def reading_on(reader: Callable[[Any], Callable[[S], F]]) -> Callable[[S], F]:
    """Returns a function that makes frames of snapshots; those of an episode come in their order.

    Args:
        reader: Makes what reads a history, and makes frames of its snapshots.
    """
    history: Any = None
    read: Callable[[S], F]

    def build(snapshot: S) -> F:
        nonlocal history, read
        if snapshot.history is not history:
            history, read = snapshot.history, reader(snapshot.history)
        return read(snapshot)

    return build


class Growing:
    """Numbers that are only added to: a view of them stays as it is, and copies nothing."""

    def __init__(self, dtype: type[np.generic]) -> None:
        self._numbers: NDArray[Any] = np.empty(256, dtype=dtype)
        self._length = 0

    def __len__(self) -> int:
        """Returns how many there are."""
        return self._length

    def add(self, *numbers: float) -> None:
        """Adds some more."""
        stop = self._length + len(numbers)
        if stop > len(self._numbers):
            self._numbers = np.concatenate((self._numbers, np.empty_like(self._numbers)))
        self._numbers[self._length : stop] = numbers
        self._length = stop

    def view(self) -> memoryview:
        """Returns all of them."""
        return self._numbers[: self._length].data
