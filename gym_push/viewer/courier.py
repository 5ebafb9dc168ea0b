"""Feeds take the newest states; a courier carries them to the viewer, in a thread of its own."""

from __future__ import annotations

import contextlib
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from gym_push.viewer.frame import Frame
from gym_push.viewer.gate import Gate, Pace
from gym_push.viewer.process import ViewerProcess, address_teller, crashing, open_browser, say
from gym_push.viewer.wire import Kind, Message, News, ending, pack
from gym_push.viewer.workers import ADDRESS, Door, ParentsViewer, forget, open_door

FRAME_INTERVAL = 1 / 30
"""Seconds between two frames of one feed; states published in between are never encoded."""

no_fork = threading.RLock()
"""Held while the viewer starts. A child forked meanwhile would keep its pipes open, and the start
waits for one of them; so forks wait for this lock, a few milliseconds. Only the fork that starts
the viewer itself does not, where gevent has replaced `subprocess`."""

T = TypeVar("T")


class Feed(Generic[T]):
    """What one environment shows: publish its states, and close it with the environment.

    Made by `open_feed`.
    """

    __slots__ = ("__weakref__", "_awake", "_courier", "_describe", "_news", "_slot", "gate",
                 "name", "number")  # fmt: skip

    def __init__(
        self, name: str, number: int, describe: Callable[[T], Frame], courier: Courier
    ) -> None:
        self.name = name
        self.number = number
        self._describe = describe
        self._slot: deque[T] = deque(maxlen=1)  # append and pop are atomic: the newest state wins
        self.join(courier)

    def publish(self, state: T) -> None:
        """Hands over the newest state, and waits only if somebody at a page asks for it."""
        self._slot.append(state)
        if not self._awake.is_set():
            self._courier.wake()
        if self.gate.held:
            self.gate.wait()

    def close(self) -> None:
        """Ends the feed; the last state still reaches the page."""
        self._courier.end(self)

    def take(self) -> T | None:
        """Returns the newest state; None if it was taken before."""
        with contextlib.suppress(IndexError):
            return self._slot.pop()
        return None

    def encode(self, state: T) -> bytes:
        """Returns a state as messages."""
        return self._news.of(self._describe(state))

    def join(self, courier: Courier) -> None:
        """Drops what was not shown yet, and has `courier` carry what follows."""
        self._slot.clear()
        self._courier = courier
        self._awake = courier.awake
        self._news = News(self.number)
        self.gate = Gate()  # a pace was set for another process


class Courier:
    """Carries the newest state of every feed of this process to one viewer, from its own thread.

    Attributes:
        awake: Set when there is something to carry, and for good when the viewer is lost, so that
            publishing then costs nothing.
        lost: Whether the viewer has gone for good.
        starting: Whether the viewer is being started.
        web: The folder of the page.
    """

    def __init__(self) -> None:
        self.awake = threading.Event()
        self.lost = self.starting = False
        self._feeds: dict[int, weakref.ref[Feed[Any]]] = {}
        self._ending: deque[tuple[Feed[Any], bool]] = deque()
        self._crashed = False
        self._named: set[int] = set()
        self._unshown: set[int] = set()
        self._stopping = False
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process: ViewerProcess | ParentsViewer | None = None
        self._door: Door | None = None
        self.web: Path | None = None
        self._url: str | None = None
        self._tell_address: Callable[[str], None] = lambda url: None
        self._answered = threading.Event()

    def add(self, feed: Feed[Any]) -> None:
        """Carries `feed` from now on; a feed that is garbage collected counts as closed."""
        self._feeds[feed.number] = weakref.ref(feed)

    def wake(self) -> None:
        """Announces a state. The first one starts the thread and the viewer."""
        self.awake.set()
        if self._thread is not None:
            return
        with self._starting:
            if self._thread is None:
                self._tell_address = address_teller(self._answered.wait)
                self._door = open_door()  # now, for workers may be started before the viewer is
                self._thread = threading.Thread(
                    target=self._run, name="gym-push-viewer-sender", daemon=True
                )
                try:
                    self._thread.start()
                except RuntimeError as error:  # no more threads, or the interpreter is ending
                    self._lose(f"the viewer could not start ({error})")

    def end(self, feed: Feed[Any]) -> None:
        """Shows the last state of `feed`, and that the feed has ended."""
        feed.gate.open_for_good()
        known = self._feeds.pop(feed.number, None)
        if known is not None and self._thread is not None and not self.lost:
            self._ending.append((feed, crashing()))
            self.awake.set()

    def url(self, timeout: float) -> str | None:
        """Returns the address of the page; None if there is none within `timeout` seconds."""
        self._answered.wait(timeout)
        return self._url

    def stop(self, timeout: float) -> None:
        """Delivers what is left and ends the viewer, in about `timeout` seconds at most."""
        self._crashed = crashing(at_exit=True)
        self._stopping = True
        self._open_gates()
        self.awake.set()
        if self._thread is None or self._process is None:
            return
        self._thread.join(timeout / 2)
        watched = self._url is not None
        self._process.wait(timeout / 2 if watched else 0)

    def hand_over(self, successor: Courier) -> None:
        """In a forked child: leaves the viewer to the parent, and the feeds to a new courier."""
        if self._process is not None:
            self._process.abandon()
        if self._door is not None:
            self._door.socket.close()
        for feed in self._living():
            feed.join(successor)
            successor.add(feed)
        successor.web = self.web
        self._feeds.clear()  # gevent's threads go on in a forked child: this one has nothing to do
        self._ending.clear()

    def _run(self) -> None:
        try:
            self._carry()
        except OSError as error:
            if self._process is None:
                self._lose(f"the viewer could not start ({error})")
            # else it has gone: the listener of the process says so, and why
        finally:
            if self._process is not None:
                self._process.close_input()
            self.lost = True
            self.awake.set()

    def _carry(self) -> None:
        last_round = False
        while not last_round and not self.lost:
            self.awake.wait()
            self.awake.clear()
            began = time.monotonic()
            last_round = self._stopping  # asked before delivering, so that nothing is left over
            while self._ending:  # first, so that an environment made again finds its place
                feed, crashed = self._ending.popleft()
                self._deliver(feed)
                self._finish(feed.number, crashed)
            for number, reference in list(self._feeds.items()):
                self._carry_newest(number, reference())
            if last_round and self._process is not None:
                self._process.send(pack(ending(Kind.GOODBYE, 0, self._crashed)))
            elif not last_round:
                rest = began + FRAME_INTERVAL - time.monotonic()
                time.sleep(max(rest, FRAME_INTERVAL / 2))  # the agent has half the time to itself

    def _carry_newest(self, number: int, feed: Feed[Any] | None) -> None:
        if feed is not None:
            self._deliver(feed)
        elif self._feeds.pop(number, None):
            self._finish(number)

    def _deliver(self, feed: Feed[Any]) -> None:
        state = feed.take()
        if state is None:
            return
        if feed.number not in self._named:
            self._named.add(feed.number)
            self._send(pack(Message(feed.number, Kind.NAME, feed.name.encode())))
        try:
            data = feed.encode(state)
        except Exception as error:  # one frame that cannot be shown must not end the others
            if feed.number not in self._unshown and not self._stopping:
                self._unshown.add(feed.number)
                say(f"a frame of {feed.name} cannot be shown ({type(error).__name__}: {error})")
            return
        self._send(data)

    def _finish(self, number: int, crashed: bool = False) -> None:
        if number in self._named:
            self._named.discard(number)
            self._send(pack(ending(Kind.ENDED, number, crashed)))

    def _send(self, data: bytes) -> None:
        if self._process is None:
            if self._stopping:
                return  # nobody can watch a run that is over
            self._process = self._parents_viewer()
        if self._process is None:
            with no_fork:
                self.starting = True
                try:
                    assert self.web is not None
                    self._process = ViewerProcess(self.web, self._door, self._on_word, self._on_end)
                finally:
                    self.starting = False
        self._process.send(data)

    def _parents_viewer(self) -> ParentsViewer | None:
        """Attaches to the viewer of the parent process, if there is one."""
        address = os.environ.get(ADDRESS, "") if self._door is None else ""
        if not address:
            return None
        try:
            parents = ParentsViewer(address, self._on_word, self._on_end)
        except OSError:
            forget(address)
            self._door = open_door()
            return None
        self._url = parents.url
        self._answered.set()
        return parents

    def _on_word(self, word: dict[str, Any]) -> None:
        if "url" in word:
            self._announce(word["url"])
        elif (reference := self._feeds.get(word["feed"])) and (feed := reference()):
            feed.gate.set(Pace(word["paused"], word["delay"]), word["steps"])

    def _open_gates(self) -> None:
        for feed in self._living():
            feed.gate.open_for_good()

    def _living(self) -> list[Feed[Any]]:
        return [feed for each in list(self._feeds.values()) if (feed := each()) is not None]

    def _announce(self, url: str) -> None:
        self._url = url
        if not self._stopping:
            self._tell_address(url)
            # Some browsers are waited for, and the viewer's end must not go unheard meanwhile.
            threading.Thread(target=open_browser, args=(url,), daemon=True).start()
        self._answered.set()

    def _on_end(self, reason: str) -> None:
        self._lose(f"the viewer has gone ({reason}); the agent goes on without it")

    def _lose(self, message: str) -> None:
        if self._door is not None:
            self._door.close()
        self.lost = True
        self._url = None  # after it: who finds no address can open a feed to another viewer
        self.awake.set()
        self._open_gates()
        if not self._stopping:
            say(message)
        self._answered.set()
