"""The agent's side of the viewer: the feeds of this process, and the one courier they share.

Standard library only, and nothing of it runs before the first state is published.
"""

from __future__ import annotations

import atexit
import itertools
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from gym_push.viewer.courier import Courier
from gym_push.viewer.frame import Frame, to_json

END_TIMEOUT = 2.0
"""Seconds that the end of the agent's process waits, at most, for the last frame to arrive."""

T = TypeVar("T")


class Feed(Generic[T]):
    """What one environment shows: publish its states here, close it with the environment.

    Made by `open_feed`.
    """

    __slots__ = ("__weakref__", "_awake", "_courier", "_describe", "_slot", "name", "number")

    def __init__(
        self, name: str, number: int, describe: Callable[[T], Frame], courier: Courier
    ) -> None:
        """Makes a feed that `courier` carries to the viewer."""
        self.name = name
        self.number = number
        self._describe = describe
        self._slot: deque[T] = deque(maxlen=1)  # append and pop are atomic: the newest state wins
        self.join(courier)

    def publish(self, state: T) -> None:
        """Hands over the newest state and returns at once; it never waits and never raises."""
        self._slot.append(state)
        if not self._awake.is_set():
            self._courier.wake()

    def close(self) -> None:
        """Says that there will be no more; the last state still reaches the page."""
        self._courier.end(self)

    def take(self) -> bytes | None:
        """Takes out the newest state as JSON; None when there is nothing new."""
        try:
            state = self._slot.pop()
        except IndexError:
            return None
        return to_json(self._describe(state))

    def join(self, courier: Courier) -> None:
        """Leaves what was not shown yet, and has `courier` carry what comes."""
        self._slot.clear()
        self._courier = courier
        self._awake = courier.awake


_courier = Courier()
_lock = threading.Lock()
_numbers = itertools.count(1)


def open_feed(name: str, describe: Callable[[T], Frame]) -> Feed[T]:
    """Opens a feed to this process's viewer, which starts when the first state is published.

    Args:
        name: what the feed's tab on the page is called.
        describe: makes a frame of a published state. It runs in another thread, at most 30 times
            a second, and so needs states that do not change after they were published.
    """
    global _courier
    with _lock:
        if _courier.lost:
            _courier = Courier()
        feed = Feed(name, next(_numbers), describe, _courier)
        _courier.add(feed)
        return feed


def url(timeout: float = 10.0) -> str | None:
    """Address of this process's page; None when no viewer serves one within `timeout` seconds."""
    return _courier.url(timeout)


def _after_fork_in_child() -> None:
    global _courier, _lock
    _lock = threading.Lock()  # another thread of the parent may have held the old one
    parents, _courier = _courier, Courier()
    parents.hand_over(_courier)


@atexit.register
def _at_exit() -> None:
    _courier.stop(END_TIMEOUT)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
