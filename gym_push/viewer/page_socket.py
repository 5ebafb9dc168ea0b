"""What a page may say over its websocket, before eel gets to see it."""

from __future__ import annotations

import contextlib
import json
import socket

import gevent.lock
from geventwebsocket.exceptions import WebSocketError
from geventwebsocket.websocket import WebSocket

MAX_OPEN = 8
"""Calls of a page that wait for an answer: a question, another for a new tab, some for the pace."""

MAX_QUESTION = 4096
"""Bytes in a page's message; its questions are under 200."""


class PageSocket:
    """One page's websocket as eel sees it: only short, well-formed calls of ours get through."""

    def __init__(self, page: WebSocket, names: set[str]) -> None:
        self._socket = page
        self._names = names
        self._sending = gevent.lock.RLock()
        self._connection = page.handler.socket
        self._read, self._write = page.raw_read, page.raw_write
        self._budget = 0
        self._open = 0
        page.raw_read, page.raw_write = self._read_within_budget, self._write_whole

    def receive(self) -> str | None:
        """The page's next call; None, and so the end, at its close or anything out of order."""
        self._budget = MAX_QUESTION
        with contextlib.suppress(WebSocketError, OSError):  # it has gone, or sends no message
            text = self._socket.receive()
            if isinstance(text, str) and self._is_call(text) and self._open < MAX_OPEN:
                self._open += 1
                return text
        self._end()
        return None

    def send(self, text: str) -> None:
        """Sends one answer, to a page that is still there."""
        if not self._socket.closed:
            self._socket.send(text)
        self._open -= 1

    def _end(self) -> None:
        """Closes, once nobody waits any more for a page to read what it was sent.

        The connection is closed right after this, and gevent's event loop ends the whole process
        when it is asked to wait for one that is closed already.
        """
        with contextlib.suppress(OSError):  # the page has closed it
            self._connection.shutdown(socket.SHUT_RDWR)  # wakes who waits
        with self._sending:
            if not self._socket.closed:
                self._socket.close()

    def _is_call(self, text: str) -> bool:
        try:
            call = json.loads(text)
        except (ValueError, RecursionError):
            return False
        return (
            isinstance(call, dict)
            and isinstance(call.get("call"), (int, float))
            and call.get("name") in self._names
            and isinstance(call.get("args"), list)
        )

    def _write_whole(self, data: bytes) -> None:
        """Two frames never mix, however slowly the page reads."""
        with self._sending:
            self._write(data)

    def _read_within_budget(self, size: int) -> bytes:
        self._budget -= size
        if self._budget < 0:
            raise OSError("a message longer than any that the page sends")
        data: bytes = self._read(size)
        return data
