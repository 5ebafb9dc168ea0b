"""A connection to a bus that waits while its socket is full.

dbus-fast ends a connection when a message does not fit into the socket at once and another one
follows: `send` says EAGAIN, which it takes for the end (github.com/altdesktop/python-dbus-next,
issue 153). One megabyte of image is enough. Here a message is handed to it when the one before is
written and the socket takes more.
"""

from __future__ import annotations

import asyncio
import select
from collections import deque
from functools import partial
from typing import Any

from gym_push.errors import extra_import

with extra_import("the desktop's bus", "dbus-fast", "live"):
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus


class Connection(MessageBus):
    """A connection to a bus, which writes one message after the other."""

    def __init__(self, address: str) -> None:
        super().__init__(bus_address=address)
        self._unwritten: deque[tuple[Message, asyncio.Future[Any]]] = deque()
        self._writing = False

    def send(self, msg: Message) -> Any:
        """Sends a message when those before it are written.

        Args:
            msg: The message.

        Returns:
            A future, which is done when it is written, or the connection has ended.
        """
        if not msg.serial:
            msg.serial = self.next_serial()
        written: asyncio.Future[Any] = self._loop.create_future()
        self._unwritten.append((msg, written))
        if not self._writing:
            self._write()
        return written

    def _write(self) -> None:
        """Writes what waits, as far as the socket takes it."""
        self._writing = True
        while self._unwritten:
            fd = self._fd if self.connected else None
            if fd is not None and not select.select((), (fd,), (), 0)[1]:
                self._loop.add_writer(fd, self._go_on)
                return
            message, written = self._unwritten.popleft()
            given = super().send(message)
            if not given.done():  # it is written in part
                given.add_done_callback(partial(self._done, written))
                return
            _pass_on(given, written)
        self._writing = False

    def _go_on(self) -> None:
        assert self._fd is not None
        self._loop.remove_writer(self._fd)
        self._write()

    def _done(self, written: asyncio.Future[Any], given: asyncio.Future[Any]) -> None:
        _pass_on(given, written)
        self._write()

    def _finalize(self, err: Exception | None = None) -> None:
        super()._finalize(err)
        if self._disconnect_future.done():
            self._disconnect_future.exception()  # who waits for the end gets it all the same
        while self._unwritten:
            _fail(self._unwritten.popleft()[1], err or EOFError("the connection has ended"))


def _pass_on(given: asyncio.Future[Any], written: asyncio.Future[Any]) -> None:
    error = None if given.cancelled() else given.exception()
    if error is not None:
        _fail(written, error)
    elif not written.done():
        written.set_result(None)


def _fail(written: asyncio.Future[Any], error: BaseException) -> None:
    if not written.done():
        written.set_exception(error)
        written.exception()  # whoever does not wait for it is not to be told
