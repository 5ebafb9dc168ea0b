"""The viewer's process: frames come in on stdin, eel serves the page, the agent hears what it asks.

The only importer of eel and bottle. eel shuts its process down with the last page, accepts any
websocket, and stores whatever a page answers. Its own `close_callback`, the guard in front of it
and a `PageSocket` around every websocket keep it in bounds.
"""

from __future__ import annotations

import contextlib
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
from geventwebsocket.handler import WebSocketHandler
from geventwebsocket.websocket import WebSocket

from gym_push.viewer import words
from gym_push.viewer.board import Board
from gym_push.viewer.gate import RENEWED_WITHIN
from gym_push.viewer.guard import Guard, PageSocket, is_own_file, refuse
from gym_push.viewer.wire import CRASHED, Kind, WireError, unpack
from gym_push.viewer.workers import ADDRESS, GREETING_WITHIN, HOST, admit

LONGEST_POLL = 15.0
"""Seconds after which a waiting page is answered even if nothing has changed."""

MAX_WORKERS = 512
"""Worker processes that may be attached at a time; others wait, and then have their own page."""

ALONE = 2.0
"""Seconds without any page after which agents run freely; a reload is quicker."""

TOLD_WITHIN = 1.0
"""Seconds that a worker has to read what it is told."""

FAREWELL = 0.75
"""Seconds for the pages to paint the last frame after the agent has gone."""


class Viewer:
    """The board, the pages that show it, and the agent that fills it."""

    def __init__(self, control: int) -> None:
        self._control = control
        self._telling = gevent.lock.RLock()
        self._visits = 0
        self.board = Board()
        self._changed = gevent.event.Event()
        self._pages: set[PageSocket] = set()
        self._agent_came = gevent.event.Event()
        self._agent_gone = False
        self._farewells = 0
        self._all_told = gevent.event.Event()

    def next(self, place: object, seen: object) -> dict[str, object]:
        """Answers a page with what it lacks of a tab, once there is more than it has `seen`."""
        number = place if isinstance(place, int) else None
        known = seen if isinstance(seen, dict) else {}
        version = known.get("version")
        if self.board.version(number) == version:
            if self._agent_gone:
                self._farewells += 1
                self._check_farewells()
            self._wait_for_change(number, version)
        return self.board.view(number, known)

    def control(self, place: object, wish: object) -> None:
        """Pauses, steps or slows down a tab's agent for a page, as of `Board.order`."""
        with self._telling:  # so that the agent hears of changes in the order of the board
            order = self.board.order(place, wish)
            if order is not None:
                self._wake_pages()
                self._tell(*order)

    def meet(self, socket: WebSocket) -> None:
        """Serves one page's websocket until it closes."""
        page = PageSocket(socket, {"next", "control", "older"})
        self._pages.add(page)
        self._visits += 1
        try:
            eel._websocket(page)
        finally:
            self._pages.discard(page)
            self._check_farewells()
            gevent.spawn_later(ALONE, self._release_if_alone, self._visits)

    def follow_agent(self, crashed: bool) -> None:
        """Shows what the agent sends until it says goodbye, or its end of the pipe closes.

        Args:
            crashed: Whether it has crashed if it says no goodbye.
        """
        stdin = gevent.fileobject.FileObject(sys.stdin.fileno(), "rb", closefd=False)
        try:
            while message := unpack(stdin.read):
                if message.kind is Kind.GOODBYE:
                    crashed = message.body == CRASHED
                    break
                self.board.take(message)
                self._agent_came.set()
                self._wake_pages()
        except (WireError, LookupError, ValueError, OSError):
            pass  # what follows cannot be read: as if the agent had gone
        self._agent_gone = True
        self.board.end(crashed)
        self._wake_pages()
        self._check_farewells()
        self._all_told.wait(FAREWELL)

    def follow_worker(self, connection: gevent.socket.socket, secret: str, url: str) -> None:
        """Shows what a worker of the agent sends until its connection closes.

        Args:
            connection: Not trusted until the other side has proved itself.
            secret: The worker must know it.
            url: The page's address, for the worker.
        """
        with connection, connection.makefile("rb") as stream:
            try:
                with gevent.Timeout(GREETING_WITHIN, OSError):
                    self._agent_came.wait()  # its tab comes before those of its workers
                    if not admit(stream.read, connection.sendall, secret):
                        return
                    connection.sendall(bytes([len(url)]) + url.encode())
                while message := unpack(stream.read):
                    self.board.take(message, connection)
                    self._wake_pages()
            except (WireError, LookupError, ValueError, OSError):
                pass  # as if the worker had gone
            self.board.lose(connection)
            self._wake_pages()

    def renew_orders(self) -> None:
        """Repeats to the agents how to proceed, as long as this process works."""
        while True:
            gevent.sleep(RENEWED_WITHIN)
            with self._telling:
                for order in self.board.renewed():
                    self._tell(*order)

    def _release_if_alone(self, visits: int) -> None:
        if self._pages or self._visits != visits:
            return
        with self._telling:
            for order in self.board.release():
                self._tell(*order)

    def _tell(self, sender: object, word: dict[str, object]) -> None:
        """Writes to the agent, or to the worker whose feed it is, unless it has gone."""
        with contextlib.suppress(OSError):
            if isinstance(sender, gevent.socket.socket):
                with gevent.Timeout(TOLD_WITHIN, OSError):
                    sender.sendall(_line(word))
            else:
                gevent.get_hub().threadpool.apply(os.write, (self._control, _line(word)))

    def _wait_for_change(self, place: int | None, version: object) -> None:
        with gevent.Timeout(LONGEST_POLL, False):
            while self.board.version(place) == version:
                self._changed.wait()

    def _wake_pages(self) -> None:
        self._changed.set()
        self._changed.clear()

    def _check_farewells(self) -> None:
        if self._agent_gone and self._farewells >= len(self._pages):
            self._all_told.set()


class Handler(WebSocketHandler):  # type: ignore[misc] # geventwebsocket has no types
    """Refuses a websocket before it is accepted; a WSGI middleware would be too late."""

    def upgrade_websocket(self) -> Iterable[bytes] | None:
        """Accepts a websocket that the guard allows."""
        if "HTTP_UPGRADE" in self.environ and not self.server.application.allows(self.environ):
            return refuse(self.start_response)
        answer: Iterable[bytes] | None = super().upgrade_websocket()
        return answer


def main(web: str, control: int, door: int | None, worker: bool) -> None:
    """Serves until stdin ends.

    Args:
        web: The folder of the page.
        control: The file descriptor for the address and what the pages ask for. It is open as long
            as this process lives, so its end tells the agent that the process has ended.
        door: The file descriptor of the socket for worker processes, if there is one.
        worker: Whether the agent's process is one that its parent may end without a goodbye.
    """
    listener = gevent.socket.socket()
    listener.bind((HOST, 0))  # bound once and kept, so that no other program can get the port
    listener.listen(128)
    port = listener.getsockname()[1]
    secret = secrets.token_urlsafe(24)

    url = f"http://{HOST}:{port}/{secret}/"

    viewer = Viewer(control)
    if door is not None:
        workers_secret = os.environ[ADDRESS].partition(":")[2]
        workers = gevent.server.StreamServer(
            gevent.socket.socket(fileno=door),
            lambda connection, _: viewer.follow_worker(connection, workers_secret, url),
            spawn=gevent.pool.Pool(MAX_WORKERS),
        )
        workers.start()
    eel.init(web, allowed_extensions=[".none"])  # no file names a function for Python to call
    eel.expose(viewer.next)
    eel.expose(viewer.control)
    eel.expose(viewer.board.older)  # for a page in which somebody scrolls down a list
    app = bottle.Bottle()
    eel.register_eel_routes(app)

    def serve_file(path: str) -> object:
        return eel._static(path) if is_own_file(Path(web), path) else bottle.HTTPError(404)

    def serve_tables() -> object:
        return bottle.HTTPResponse(words.MODULE, content_type="text/javascript; charset=utf-8")

    app.route("/<path:path>", callback=serve_file)
    app.route("/js/tables.js", callback=serve_tables)
    app.route("/eel", callback=viewer.meet, apply=[bottle_websocket.websocket])

    class Server(bottle.ServerAdapter):  # type: ignore[misc] # bottle has no types
        def run(self, handler: Guard) -> None:
            server = WSGIServer(listener, handler, handler_class=Handler, log=None)
            server.start()
            _announce(control, url)
            gevent.spawn(viewer.renew_orders)
            viewer.follow_agent(crashed=not worker)
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
    """Tells the agent the address, and keeps the prints of eel and bottle off its terminal."""
    os.write(control, _line({"url": url}))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _line(word: dict[str, object]) -> bytes:
    return json.dumps(word).encode() + b"\n"
