"""What a page may say over its websocket, before eel gets to see it."""

from __future__ import annotations

import json

import gevent.lock
from geventwebsocket.exceptions import WebSocketError
from geventwebsocket.websocket import WebSocket

MAX_OPEN = 8
"""Calls of a page that wait for an answer: a question, another for a new tab, some for the pace."""

MAX_QUESTION = 4096
"""Bytes in a page's message; its questions are under 200."""


class PageSocket:
    """One page's websocket as eel sees it: only short, well-formed calls of ours get through."""

    def __init__(self, socket: WebSocket, names: set[str]) -> None:
        """Wraps `socket`; the page may call the exposed functions `names`."""
        self._socket = socket
        self._names = names
        self._sending = gevent.lock.RLock()
        self._read = socket.raw_read
        self._budget = 0
        self._open = 0
        socket.raw_read = self._read_within_budget

    def receive(self) -> str | None:
        """The page's next call; None, and so the end, at its close or anything out of order."""
        self._budget = MAX_QUESTION
        try:
            text = self._socket.receive()
            if isinstance(text, str) and self._is_call(text) and self._open < MAX_OPEN:
                self._open += 1
                return text
            self._socket.close()
        except (WebSocketError, OSError):
            pass  # it has gone, or what it sends is no websocket message
        return None

    def send(self, text: str) -> None:
        """Sends one answer; two answers never mix, however slowly the page reads."""
        with self._sending:
            self._socket.send(text)
        self._open -= 1

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

    def _read_within_budget(self, size: int) -> bytes:
        self._budget -= size
        if self._budget < 0:
            raise OSError("a message longer than any that the page sends")
        data: bytes = self._read(size)
        return data
