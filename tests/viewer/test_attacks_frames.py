"""Frames on a page's websocket, and messages on the agent's pipe, that no page and no agent sends.

Whoever sends them knows the secret of the run; the viewer and the agent go on all the same, and
nothing of what is sent is kept. Plain eel keeps it.
"""

import contextlib
import json
import select
import socket
import struct
import time

import plain_eel
import psutil
import pytest
import websocket
from viewer_support import WEB, ask, eventually, look, make_frame, viewers

from gym_push.viewer.process import ViewerProcess
from gym_push.viewer.wire import MAX_BODY, Kind, Message, News, pack

pytestmark = pytest.mark.slow

MEGABYTES = 1_000_000
MASK = b"\1\2\3\4"


@pytest.fixture
def plain(tmp_path):
    """A plain eel program: its address and its process."""
    (tmp_path / "main.html").write_text("the page")
    with plain_eel.serve(tmp_path) as (address, process):
        yield address, psutil.Process(process.pid)


@pytest.fixture
def agent(script):
    """An agent that steps a thousand times a second."""
    return script("for count in range(2, 10**9): feed.publish(count); time.sleep(0.001)")


def connect(address):
    return websocket.create_connection(address.replace("http", "ws", 1) + "eel", timeout=10)


def is_closed(page):
    """Whether the other side closes without an answer."""
    with contextlib.suppress(OSError, websocket.WebSocketException):
        while answer := page.recv():
            assert "value" not in str(answer)
    page.shutdown()
    return True


def test_what_nobody_asked_for_is_not_kept(plain, agent):
    """An answer to a question that was never asked: plain eel stores it for ever."""
    (address, process), viewer = plain, psutil.Process(agent.viewer)

    def send(address, count=50):
        for number in range(count):
            page = connect(address)
            text = json.dumps({"return": number, "status": "ok", "value": "x" * (MEGABYTES // 4)})
            with contextlib.suppress(OSError):  # it has closed before all was written
                page.send(text)
            page.close(timeout=1)

    def grown(process, send):
        before = process.memory_info().rss
        send()
        return process.memory_info().rss - before

    assert grown(process, lambda: send(address)) > 9 * MEGABYTES
    assert grown(viewer, lambda: send(agent.url)) < 5 * MEGABYTES
    assert goes_on(agent)


def test_an_oversized_question_is_not_read(plain, agent):
    question = {"call": 1, "name": "next", "args": [None, {"x": "x" * MEGABYTES}]}
    page = connect(plain[0])
    page.send(json.dumps(question))
    assert "what the person reads" in page.recv()
    page.close()
    page = connect(agent.url)
    with contextlib.suppress(OSError):
        page.send(json.dumps(question))
    assert is_closed(page)
    assert goes_on(agent)


MALFORMED = {
    "a length of 2**63": struct.pack("!BBQ", 0x81, 0xFF, 1 << 63) + MASK,
    "a length of 2**62, then data": struct.pack("!BBQ", 0x81, 0xFF, 1 << 62) + MASK + bytes(50_000),
    "an unknown opcode": b"\x83\x80" + MASK,
    "reserved bits": b"\xf1\x80" + MASK,
    "a fragmented ping": b"\x09\x80" + MASK,
    "a ping of 126 bytes": b"\x89\xfe\0\x7e" + MASK + bytes(126),
    "a continuation of nothing": b"\x80\x81" + MASK + b"x",
    "a text in a text": b"\x01\x81" + MASK + b"x" + b"\x01\x81" + MASK + b"x",
    "no UTF-8": b"\x81\x82" + MASK + b"\xff\xff",
    "a close code that is none": b"\x88\x82" + MASK + b"\0\0",
    "fragments without end": b"\x01\x81" + MASK + b"x" + (b"\x00\xfd" + MASK + bytes(125)) * 400,
    "no frame at all": b"GET / HTTP/1.1\r\n\r\n" * 20,
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_frames_end_their_page_only(agent, data):
    """Plain eel is hurt by none of these but the endless ones, as the next test shows."""
    page = connect(agent.url)
    with contextlib.suppress(OSError):
        page.sock.sendall(data)
    assert is_closed(page)
    assert goes_on(agent)


def test_a_message_of_endless_fragments_is_not_collected(plain, agent):
    fragment = b"\x00\xfe\xff\xff" + MASK + bytes(0xFFFF)
    for address, process, collected in (
        (*plain, True),
        (agent.url, psutil.Process(agent.viewer), False),
    ):
        before = process.memory_info().rss

        def grown(before=before, process=process):
            return process.memory_info().rss - before > 9 * MEGABYTES

        page = connect(address)
        try:
            with contextlib.suppress(OSError):
                page.sock.sendall(b"\x01\x81" + MASK + b"x")
                for _ in range(200):
                    page.sock.sendall(fragment)
            assert eventually(grown) if collected else not grown()
        finally:
            page.shutdown()
    assert goes_on(agent)


def test_a_page_that_asks_and_never_reads_is_let_go(agent):
    """While an answer waits for it to read, everything else may happen on its connection."""
    small = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),)
    question = json.dumps({"call": 1, "name": "next", "args": [None, {}]})
    for last in ("", "ping", "close", "nonsense"):
        page = websocket.create_connection(
            agent.url.replace("http", "ws", 1) + "eel", timeout=2, sockopt=small
        )
        with contextlib.suppress(OSError, websocket.WebSocketException):
            for _ in range(2000):
                page.send(question)
                time.sleep(0.002)
                if last == "ping":
                    page.ping("x")
                elif last and not select.select([], [page.sock], [], 0)[1]:
                    break
            if last == "close":
                page.send_close()
            elif last == "nonsense":
                page.sock.sendall(b"\xff" * 100)
        page.shutdown()
        assert goes_on(agent)
    assert psutil.pid_exists(agent.viewer)


def goes_on(agent):
    """Whether pages still see the agent step."""
    epoch = look(agent.url)["frame"]["epoch"]
    return eventually(lambda: look(agent.url)["frame"]["epoch"] > epoch)


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\1\x0b\0\0\0\0",
        b"\0\0\0\1\1" + (MAX_BODY + 1).to_bytes(4, "big") + bytes(1000),
        pack(Message(1, Kind.FRAME, b"{not json")),
        pack(Message(7, Kind.FRAME, b"{}")),
        pack(Message(1, Kind.TEXTS, b"[]")),
        pack(Message(1, Kind.ROWS, b"123")),
        pack(Message(1, Kind.DECISIONS, b"\x09")),
    ],
    ids=[
        "unknown kind",
        "oversized",
        "not JSON",
        "never named",
        "no texts",
        "no rows",
        "no decision",
    ],
)
def test_nonsense_on_the_agents_pipe_is_the_end_of_the_run(data):
    """The page keeps what it has seen, the viewer ends as after any agent, and is reaped."""
    words, ends, before = [], [], set(viewers())
    viewer = ViewerProcess(WEB, None, words.append, ends.append)
    viewer.send(pack(Message(1, Kind.NAME, b"basic-v0")) + News(1).of(make_frame()))
    assert eventually(lambda: words)
    (process,) = set(viewers()) - before
    url = words[0]["url"]
    page = connect(url)
    version = ask(url, "next", 1, {})["version"]
    page.send(json.dumps({"call": 1, "name": "next", "args": [1, {"version": version}]}))
    with contextlib.suppress(OSError):
        viewer.send(data)
    last = json.loads(page.recv())["value"]
    assert (last["ended"], last["frame"]["epoch"]) == (True, 3)
    page.close()
    assert eventually(lambda: ends == ["exit code 0"])
    assert not process.is_running()
    viewer.close_input()
