"""Who may talk to the viewer, and what a page may say: the guard in front of all that it serves.

Every site that the person's browser visits can reach a page on 127.0.0.1. So each path begins with
a secret of the run, other origins are refused, and no site may embed, frame or read what is served.
The secret is not a cookie, because the ports of a host share cookies. Other users of the machine do
not know it, unless they list the arguments of processes while a browser is opened with it.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import gevent.lock
from geventwebsocket.exceptions import WebSocketError
from geventwebsocket.websocket import WebSocket

MAX_OPEN = 8
"""Calls of one page that may wait for an answer: for its tab, a new tab and the pace."""

MAX_QUESTION = 4096
"""Bytes of a message from a page; its questions have less than 200."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self' ws://127.0.0.1:{port} ws://localhost:{port}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WSGIApp = Callable[[Environ, StartResponse], Iterable[bytes]]


class Guard:
    """Lets through to `app` what comes from the viewer's own page or its user."""

    def __init__(self, app: WSGIApp, secret: str, port: int) -> None:
        self._app = app
        self._prefix = f"/{secret}"
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._headers = [
            ("Content-Security-Policy", POLICY.format(port=port)),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "no-referrer"),  # the address holds the secret
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serves or refuses one request: a WSGI application."""
        if not self.allows(environ):
            return refuse(start_response)

        def start_with_headers(status: str, headers: list[tuple[str, str]], *rest: object) -> Any:
            return start_response(status, headers + self._headers, *rest)

        path = environ["PATH_INFO"].removeprefix(self._prefix)
        inside = {**environ, "SCRIPT_NAME": self._prefix, "PATH_INFO": path}
        return self._app(inside, start_with_headers)

    def allows(self, environ: Environ) -> bool:
        """Whether a request may come in, also one for a websocket."""
        host = environ.get("HTTP_HOST", "")
        origin = environ.get("HTTP_ORIGIN", f"http://{host}")
        return (
            host in self._hosts  # else another name was bound to this address (DNS rebinding)
            and origin == f"http://{host}"
            and _is_own_site_or_link(environ)
            and self._knows_secret(environ.get("PATH_INFO", ""))
        )

    def _knows_secret(self, path: str) -> bool:
        prefix, slash, _ = path[1:].partition("/")
        given = path[:1] + prefix
        return bool(slash) and hmac.compare_digest(given.encode(), self._prefix.encode())


class PageSocket:
    """One page's websocket as eel sees it; only short, well-formed calls get through."""

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
        """Returns the page's next call; None ends it, at its close or anything out of order."""
        self._budget = MAX_QUESTION
        with contextlib.suppress(WebSocketError, OSError):  # it has gone, or sends nonsense
            text = self._socket.receive()
            if isinstance(text, str) and self._is_call(text) and self._open < MAX_OPEN:
                self._open += 1
                return text
        self._end()
        return None

    def send(self, text: str) -> None:
        """Sends one answer, if the page is still there."""
        if not self._socket.closed:
            self._socket.send(text)
        self._open -= 1

    def _end(self) -> None:
        """Closes, once no answer waits for the page to read it.

        The connection is closed right after this, and gevent's event loop ends the whole process
        if it is asked to wait for a closed one.
        """
        with contextlib.suppress(OSError):  # the page has closed it
            self._connection.shutdown(socket.SHUT_RDWR)  # wakes what waits
        with self._sending:
            if not self._socket.closed:
                self._socket.close()

    def _is_call(self, text: str) -> bool:
        try:
            call = json.loads(text)
        except (ValueError, RecursionError):
            return False
        match call:
            case {"call": int() | float(), "name": str(name), "args": list()}:
                return name in self._names
        return False

    def _write_whole(self, data: bytes) -> None:
        """Writes so that two answers never mix, however slowly the page reads."""
        with self._sending:
            self._write(data)

    def _read_within_budget(self, size: int) -> bytes:
        self._budget -= size
        if self._budget < 0:
            raise OSError("this message is longer than any that the page sends")
        data: bytes = self._read(size)
        return data


def is_own_file(folder: Path, path: str) -> bool:
    """Whether `path` names a file of `folder` itself, without any link on the way.

    Args:
        folder: The folder that is served, with all links in its own path resolved.
        path: The path below it that was asked for, decoded.
    """
    wanted = folder / path
    try:
        return wanted.is_file() and wanted.resolve() == wanted
    except (OSError, ValueError):  # nothing can have such a name
        return False


def refuse(start_response: StartResponse) -> Iterable[bytes]:
    """Answers 403, and does not say which check failed."""
    body = b"forbidden\n"
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response("403 Forbidden", headers)
    return [body]


def _is_own_site_or_link(environ: Environ) -> bool:
    """Whether our own page asks, the person, a client that does not say, or a link leads here.

    A person may follow one in a notebook's output, which is another site.
    """
    mode, target = environ.get("HTTP_SEC_FETCH_MODE"), environ.get("HTTP_SEC_FETCH_DEST")
    return environ.get("HTTP_SEC_FETCH_SITE", "none") in ("same-origin", "none") or (
        mode == "navigate" and target == "document"
    )
