"""The viewer's process: frames come in on stdin, eel serves the page, the agent gets the address.

The only importer of eel, gevent and bottle. eel shuts its process down with the last page,
accepts anybody's websocket, and stores whatever a page answers; what keeps it in bounds here is
its own `close_callback`, the guard in front of it, and `PageSocket` around every websocket.
"""

from __future__ import annotations

import itertools
import json
import os
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

import bottle
import bottle_websocket
import eel
import gevent
import gevent.event
import gevent.fileobject
import gevent.lock
import gevent.pool
import gevent.server
import gevent.socket
from gevent.pywsgi import WSGIServer
from geventwebsocket.exceptions import WebSocketError
from geventwebsocket.handler import WebSocketHandler
from geventwebsocket.websocket import WebSocket

from gym_push.viewer.board import Board
from gym_push.viewer.guard import Guard, refuse
from gym_push.viewer.wire import WireError, unpack
from gym_push.viewer.workers import ADDRESS, FIRST_NUMBER, GREETING_WITHIN, Sender, admit

WEB = Path(__file__).resolve().parents[1] / "envs" / "web"
HOST = "127.0.0.1"

MAX_OPEN = 8
"""Questions of a page that wait for an answer; it asks one, and one more to change the tab."""

MAX_QUESTION = 4096
"""Bytes in a page's message; its questions are under 200."""

ANSWER_WITHIN = 15.0
"""Seconds after which a waiting page is answered even if nothing has changed."""

MAX_WORKERS = 512
"""Worker processes that are attached at a time; more wait, and then show themselves elsewhere."""

FAREWELL = 0.75
"""Seconds for the pages to paint the last frame after the agent has gone."""


class Viewer:
    """The board, the pages that look at it, and the agent that writes on it."""

    def __init__(self) -> None:
        """Makes a viewer with nothing to show yet."""
        self._board = Board()
        self._changed = gevent.event.Event()
        self._pages: set[PageSocket] = set()
        self._worker_numbers = itertools.count(FIRST_NUMBER)
        self._agent_came = gevent.event.Event()
        self._agent_gone = False
        self._farewells = 0
        self._all_told = gevent.event.Event()

    def next(self, feed: object, version: object) -> dict[str, object]:
        """Answers a page: what there is to see of `feed`, as soon as it is not `version`."""
        number = feed if isinstance(feed, int) else None
        if self._board.version(number) == version:
            if self._agent_gone:
                self._farewells += 1
                self._check_farewells()
            self._wait_for_change(number, version)
        return self._board.view(number)

    def meet(self, socket: WebSocket) -> None:
        """Serves one page's websocket until it closes."""
        page = PageSocket(socket, {"next"})
        self._pages.add(page)
        try:
            eel._websocket(page)
        finally:
            self._pages.discard(page)
            self._check_farewells()

    def follow_agent(self) -> None:
        """Shows what the agent sends until its end of the pipe closes."""
        stdin = gevent.fileobject.FileObject(sys.stdin.fileno(), "rb", closefd=False)
        try:
            while message := unpack(stdin.read):
                self._board.take(message)
                self._agent_came.set()
                self._wake_pages()
        except (WireError, KeyError, ValueError, OSError):
            pass  # what follows cannot be read: as if the agent had gone
        self._agent_gone = True
        self._board.end()
        self._wake_pages()
        self._check_farewells()
        self._all_told.wait(FAREWELL)

    def follow_worker(self, connection: gevent.socket.socket, secret: str, url: str) -> None:
        """Shows what a worker of the agent sends until its connection closes.

        Args:
            connection: From whoever knocked; nothing of it is believed before it proved itself.
            secret: What the worker must know.
            url: The page's address, which it is told.
        """
        sender = Sender(self._board, self._worker_numbers)
        with connection, connection.makefile("rb") as stream:
            try:
                with gevent.Timeout(GREETING_WITHIN, OSError):
                    self._agent_came.wait()  # its tab comes before those of its workers
                    if not admit(stream.read, connection.sendall, secret):
                        return
                    connection.sendall(bytes([len(url)]) + url.encode())
                while message := unpack(stream.read):
                    sender.take(message)
                    self._wake_pages()
            except (WireError, KeyError, ValueError, OSError):
                pass  # as if the worker had gone
            sender.end()
            self._wake_pages()

    def _wait_for_change(self, feed: int | None, version: object) -> None:
        with gevent.Timeout(ANSWER_WITHIN, False):
            while self._board.version(feed) == version:
                self._changed.wait()

    def _wake_pages(self) -> None:
        self._changed.set()
        self._changed.clear()

    def _check_farewells(self) -> None:
        if self._agent_gone and self._farewells >= len(self._pages):
            self._all_told.set()


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


class Handler(WebSocketHandler):  # type: ignore[misc] # geventwebsocket has no types
    """Refuses a websocket before it is accepted, which a WSGI middleware is too late for."""

    def upgrade_websocket(self) -> Iterable[bytes] | None:
        """Accepts a websocket that the guard allows."""
        if "HTTP_UPGRADE" in self.environ and not self.server.application.allows(self.environ):
            return refuse(self.start_response)
        answer: Iterable[bytes] | None = super().upgrade_websocket()
        return answer


def main(control: int, door: int | None) -> None:
    """Serves until stdin ends.

    Args:
        door: The file descriptor of the socket at which worker processes knock, if there is one.
        control: The file descriptor to which the address is written. It stays open as long as this
            process lives, so that its end tells the agent that this process has ended.
    """
    listener = gevent.socket.socket()
    listener.bind((HOST, 0))  # bound once and kept, so that no other program can get the port
    listener.listen(128)
    port = listener.getsockname()[1]
    secret = secrets.token_urlsafe(24)

    url = f"http://{HOST}:{port}/{secret}/"

    viewer = Viewer()
    if door is not None:
        workers_secret = os.environ[ADDRESS].partition(":")[2]
        workers = gevent.server.StreamServer(
            gevent.socket.socket(fileno=door),
            lambda connection, _: viewer.follow_worker(connection, workers_secret, url),
            spawn=gevent.pool.Pool(MAX_WORKERS),
        )
        workers.start()
    eel.init(str(WEB), allowed_extensions=[".none"])  # no file names a function for Python to call
    eel.expose(viewer.next)
    app = bottle.Bottle()
    eel.register_eel_routes(app)
    app.route("/eel", callback=viewer.meet, apply=[bottle_websocket.websocket])

    class Server(bottle.ServerAdapter):  # type: ignore[misc] # bottle has no types
        def run(self, handler: Guard) -> None:
            server = WSGIServer(listener, handler, handler_class=Handler, log=None)
            server.start()
            _announce(control, url)
            viewer.follow_agent()
            server.stop(timeout=0.1)

    bottle_websocket.GeventWebSocketServer = Server  # what eel asks bottle to serve with
    eel.start(
        mode=None,
        host=HOST,
        port=port,
        default_path="main.html",
        app=Guard(app, secret, port),
        close_callback=lambda page, sockets: None,  # else the last page ends this process
    )


def _announce(control: int, url: str) -> None:
    """Tells the agent the address, and keeps what eel and bottle print off its terminal."""
    os.write(control, json.dumps({"url": url}).encode() + b"\n")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
