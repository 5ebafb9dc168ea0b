"""Who may come in as a worker process, and what one who has come in cannot break."""

import contextlib
import socket
import threading

import pytest
from viewer_support import eventually, look, tabs

from gym_push.viewer.wire import MAX_BODY, Kind, Message, pack
from gym_push.viewer.workers import ADDRESS, GREETING_WITHIN, admit, enter


@pytest.fixture
def door(script):
    """Port and secret at which the workers of an agent knock, and the address of its page."""
    agent = script(f"print(os.environ[{ADDRESS!r}], flush=True); sys.stdin.read()")
    port, secret = agent.process.stdout.readline().strip().split(":")
    return int(port), secret, agent.url


def knock(port):
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def is_closed(connection):
    """Whether the other side closes, whatever it says before."""
    with contextlib.suppress(ConnectionError):
        while connection.recv(1024):
            pass
    connection.close()
    return True


def attached(port, secret):
    connection = knock(port)
    assert enter(connection.makefile("rb").read, connection.sendall, secret)
    return connection


@pytest.mark.parametrize(
    "greeting",
    [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + bytes(100),
        bytes(64) + pack(Message(1, Kind.NAME, b"intruder")),
        pack(Message(1, Kind.NAME, b"intruder")) * 20,
    ],
)
def test_who_does_not_know_the_secret_is_shut_out(door, greeting):
    port, _, url = door
    connection = knock(port)
    connection.sendall(greeting)
    assert is_closed(connection)
    assert tabs(url) == [("basic-v0", False)]


def test_the_secret_must_be_whole(door):
    port, secret, url = door
    for wrong in (secret[:-1], "", secret.upper() + "x"):
        connection = knock(port)
        assert not enter(connection.makefile("rb").read, connection.sendall, wrong)
        connection.close()
    assert tabs(url) == [("basic-v0", False)]


@pytest.mark.slow
def test_who_says_nothing_is_shut_out_in_time(door):
    connection = knock(door[0])
    connection.settimeout(GREETING_WITHIN + 5)
    assert is_closed(connection)


@pytest.mark.parametrize(
    "message",
    [
        b"\0\0\0\1\xff\0\0\0\0",
        b"\0\0\0\1\1" + (MAX_BODY + 1).to_bytes(4, "big") + bytes(1000),
        pack(Message(1, Kind.FRAME, b"{not json")),
        pack(Message(7, Kind.FRAME, b"{}")),
        pack(Message(1, Kind.BEGIN, b"another")),
        pack(Message(1, Kind.OUTCOMES, bytes(7) + b"\1")),
    ],
    ids=["unknown kind", "oversized", "not JSON", "never named", "no such frames", "no decision"],
)
def test_a_worker_that_sends_nonsense_ends_its_own_tab_only(door, message):
    port, secret, url = door
    good, bad = attached(port, secret), attached(port, secret)
    for connection in (good, bad):
        connection.sendall(pack(Message(1, Kind.NAME, b"worker")))
    assert eventually(lambda: len(tabs(url)) == 3)
    bad.sendall(message)
    assert is_closed(bad)
    assert eventually(lambda: sum(ended for _, ended in tabs(url)) == 1)
    good.sendall(pack(Message(1, Kind.FRAME, b'{"epoch": 4}')))
    running = [tab["place"] for tab in look(url)["tabs"] if not tab["ended"]]
    assert eventually(lambda: look(url, running[1])["frame"] == {"epoch": 4})
    good.close()


def test_both_sides_must_know_the_secret():
    for theirs, both in (("secret", True), ("other", False)):
        worker, viewer = socket.socketpair()
        with worker, viewer, worker.makefile("rb") as told, viewer.makefile("rb") as heard:
            admitted = []

            def answer(viewer=viewer, heard=heard, admitted=admitted):
                admitted.append(admit(heard.read, viewer.sendall, "secret"))

            thread = threading.Thread(target=answer)
            thread.start()
            assert enter(told.read, worker.sendall, theirs) is both
            worker.shutdown(socket.SHUT_WR)
            thread.join()
            assert admitted == [both]


@pytest.mark.parametrize("address", ["nonsense", "99999:00", "-1:00", "1:", "²:00"])
def test_an_address_that_leads_nowhere_costs_nothing(script, monkeypatch, address):
    monkeypatch.setenv(ADDRESS, address)
    agent = script("feed.publish(2)")
    assert agent.finish()[1:] == (f"gym-push: watch at {agent.url}\n", 0)


def test_another_program_in_the_viewers_place_is_told_nothing(script, monkeypatch):
    secret, heard = "5ec2e7" * 8, []
    impostor = socket.create_server(("127.0.0.1", 0))

    def answer():
        connection, _ = impostor.accept()
        with connection:
            heard.append(connection.recv(1024))
            connection.sendall(bytes(64))
            while data := connection.recv(1024):
                heard.append(data)

    thread = threading.Thread(target=answer)
    thread.start()
    monkeypatch.setenv(ADDRESS, f"{impostor.getsockname()[1]}:{secret}")
    agent = script("")
    agent.finish()
    thread.join()
    impostor.close()
    assert [len(data) for data in heard] == [32]
    assert agent.url.startswith("http://127.0.0.1:")
