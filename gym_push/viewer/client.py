"""The agent's side of the viewer: the feeds of this process, and the one courier they share.

Standard library only, and nothing of it runs before the first state is published.
"""

from __future__ import annotations

import atexit
import itertools
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from gym_push.viewer.courier import Courier, Feed, no_fork
from gym_push.viewer.frame import Frame
from gym_push.viewer.workers import is_worker

END_TIMEOUT = 2.0
"""Seconds that the agent's process waits at its end, at most, for the last frame to arrive."""

T = TypeVar("T")


_courier = Courier()
_lock = threading.Lock()
_numbers = itertools.count(1)
_ends_with_worker = False


def open_feed(name: str, describe: Callable[[T], Frame], web: Path) -> Feed[T]:
    """Opens a feed to this process's viewer, which starts when the first state is published.

    Args:
        name: The name of the feed's tab on the page.
        describe: Makes a frame of a published state. It runs in another thread, at most 30 times
            a second, so states must not change after they are published.
        web: The folder of the page, which the viewer serves; the first feed's counts.
    """
    global _courier
    with _lock:
        if _courier.lost:
            _courier = Courier()
        _end_with_worker()
        _courier.web = _courier.web or web
        feed = Feed(name, next(_numbers), describe, _courier)
        _courier.add(feed)
        return feed


def url(timeout: float = 10.0) -> str | None:
    """Returns the address of this process's page; None if there is none after `timeout` seconds."""
    return _courier.url(timeout)


def _after_fork_in_child() -> None:
    global _courier, _lock, _ends_with_worker
    no_fork.release()
    if _courier.starting:  # no other fork is let through: this child becomes the viewer
        return
    _ends_with_worker = False
    _lock = threading.Lock()  # another thread of the parent may have held the old one
    parents, _courier = _courier, Courier()
    parents.hand_over(_courier)


def _end_with_worker() -> None:
    """Delivers the last frames of a worker of multiprocessing, which leaves without atexit."""
    global _ends_with_worker
    if _ends_with_worker or not is_worker():
        return
    from multiprocessing.util import Finalize

    _ends_with_worker = True
    Finalize(None, _at_exit, exitpriority=0)


@atexit.register
def _at_exit() -> None:
    _courier.stop(END_TIMEOUT)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=no_fork.acquire,
        after_in_parent=no_fork.release,
        after_in_child=_after_fork_in_child,
    )
