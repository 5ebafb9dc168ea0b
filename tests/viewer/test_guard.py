"""Only the person to whom the address was given, and no other site, gets in."""

import http.client
import json
from urllib.parse import urlsplit

import pytest
import websocket
from viewer_support import eventually

from gym_push import viewer


class Door:
    """The viewer's port, knocked on with any headers."""

    def __init__(self, url):
        parts = urlsplit(url)
        self.port = parts.port
        self.path = parts.path
        self.host = f"127.0.0.1:{parts.port}"

    def get(self, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            headers = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", path, headers={"Host": self.host, **headers})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def socket(self, path=None, **options):
        path = self.path if path is None else path
        return websocket.create_connection(f"ws://{self.host}{path}eel", timeout=5, **options)


@pytest.fixture
def door(served, feed):
    """The viewer's door, once it shows this feed: it may still be at the one before."""
    door, whose = Door(served), str(feed.number)
    feed.publish({"user": whose})

    def shown():
        frame = _ask(door)["value"]["frame"]
        return frame and frame["user"] == whose

    assert eventually(shown)
    return door


def test_the_page_is_served_with_its_policy(door):
    status, headers, body = door.get(door.path)
    assert status == 200
    assert b"gym-push" in body
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "path", ["/", "", "/eel.js", "/main.html", "/wrong/", "/wrong/eel.js", "//"]
)
def test_without_the_secret_there_is_nothing(door, path):
    assert door.get(path)[0] == 403


def test_the_secret_must_be_whole(door):
    assert door.get(door.path[:-2] + "/")[0] == 403
    assert door.get(door.path[:-1] + "x/")[0] == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost:1"]
)
def test_another_host_name_is_refused(door, host):
    assert door.get(door.path, Host=host.format(port=door.port))[0] == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", ""])
def test_a_foreign_origin_is_refused(door, origin):
    assert door.get(door.path, Origin=origin)[0] == 403
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        door.socket(origin=origin or "http://")


def test_a_websocket_needs_the_secret(door):
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        door.socket("/")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_may_link_here_but_not_load(door, site):
    assert door.get(door.path + "eel.js", Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors")[0] == 403
    embedded = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"}
    assert door.get(door.path, Sec_Fetch_Site=site, **embedded)[0] == 403
    followed = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert door.get(door.path, Sec_Fetch_Site=site, **followed)[0] == 200


@pytest.mark.parametrize(
    "path",
    ["../basic_env.py", "%2e%2e/__init__.py", "css/../../__init__.py", "..%2f..%2ferrors.py"],
)
def test_nothing_beside_the_web_folder_is_served(door, path):
    assert door.get(door.path + path)[0] in (403, 404)


@pytest.mark.parametrize(
    "message",
    [
        "not json",
        "[" * 4000,
        "17",
        json.dumps({"return": 1, "status": "ok", "value": "x"}),
        json.dumps({"call": 1, "name": "exec", "args": ["1"]}),
        json.dumps({"call": 1, "name": "next", "args": "x"}),
        json.dumps({"call": 1, "name": "next", "args": ["x" * 100_000]}),
        b"\xff\xfe",
    ],
    ids=lambda message: repr(message[:24]),
)
def test_a_malformed_question_ends_its_page_only(door, message):
    socket = door.socket()
    opcode = websocket.ABNF.OPCODE_BINARY if isinstance(message, bytes) else 1
    socket.send(message, opcode)
    with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
        answer = socket.recv()  # nothing is answered: the viewer closes
        assert not answer
        socket.recv()
    socket.shutdown()
    assert _ask(door)["value"]["frame"]["size"] == 262


def test_a_page_that_only_asks_is_closed(door):
    version = _ask(door)["value"]["version"]
    socket = door.socket()
    with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
        for _ in range(20):
            socket.send(
                json.dumps({"call": 1, "name": "next", "args": [None, {"version": version}]})
            )
        assert not socket.recv()
        socket.recv()
    socket.shutdown()
    assert _ask(door)["status"] == "ok"


def test_questions_with_odd_arguments_are_answered(door):
    odd = {"version": [], "generation": None, "points": -1, "episodes": {}}
    for arguments in ([{}, []], [None, None], [2**70, "x"], [-1, 0], [1, odd], [1, {"points": 9}]):
        for name in ("next", "control"):
            assert _ask(door, arguments, name)["status"] == "ok"
    assert eventually(lambda: len(_ask(door)["value"]["lists"]["opened"]) == 1)
    feed = _ask(door)["value"]["place"]
    run = _ask(door)["value"]["lists"]["run"]
    for what in ([run, "opened", "x"], [run, [], 9], [run, "_cells", 9], [{}, "opened", 9]):
        assert _ask(door, [feed, *what], "older")["value"] == []
    for before in (-(2**70), 0, 1):
        assert _ask(door, [feed, run, "opened", before], "older")["value"] == []
    assert len(_ask(door, [feed, run, "opened", 2**70], "older")["value"]) == 1


def test_the_page_can_call_nothing_else(door):
    assert b"_py_functions: ['next', 'control', 'older']" in door.get(door.path + "eel.js")[2]


def test_an_oversized_frame_is_refused(feed, served, door, capfd):
    feed.publish({"context": {f"feature {i}": "x" * 2_000 for i in range(600)}})
    assert eventually(lambda: "cannot be shown" in capfd.readouterr().err)
    feed.publish({"epoch": 5})
    assert eventually(lambda: _ask(door)["value"]["frame"]["epoch"] == 5)
    assert viewer.url(0) == served


def _ask(door, arguments=(None, None), name="next"):
    socket = door.socket()
    try:
        socket.send(json.dumps({"call": 1.5, "name": name, "args": list(arguments)}))
        return json.loads(socket.recv())
    finally:
        socket.close()
