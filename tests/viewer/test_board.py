"""Which tab a page is shown, and that the board does not grow without end."""

import io
import json

import pytest

from gym_push.viewer.board import MAX_ENDED, Board
from gym_push.viewer.wire import MAX_BODY, Kind, Message, WireError, pack, unpack


def named(board, feed, name="basic-v0"):
    board.take(Message(feed, Kind.NAME, name.encode()))


def shown(board, feed, epoch):
    board.take(Message(feed, Kind.FRAME, json.dumps({"epoch": epoch}).encode()))


def ended(board, feed):
    board.take(Message(feed, Kind.ENDED, b""))


def test_a_page_that_chose_nothing_sees_the_first_that_runs():
    board = Board()
    assert board.view(None, {})["frame"] is None
    for feed in (1, 2):
        named(board, feed)
    for feed in (1, 2):
        shown(board, feed, epoch=feed * 10)
    assert board.view(None, {})["frame"] == {"epoch": 10}
    assert board.view(2, {})["frame"] == {"epoch": 20}
    ended(board, 1)
    assert board.view(None, {})["place"] == 2
    assert board.view(1, {})["ended"]
    board.end(crashed=False)
    assert board.view(None, {}) == {**board.view(2, {}), "ended": True}


def test_the_version_changes_with_all_that_is_seen():
    board = Board()
    versions = [board.version(1)]
    named(board, 1)
    versions.append(board.version(1))
    shown(board, 1, epoch=1)
    versions.append(board.version(1))
    named(board, 2)
    versions.append(board.version(1))
    board.end(crashed=False)
    versions.append(board.version(1))
    assert len(set(versions)) == len(versions)


def test_a_page_that_chose_nothing_leaves_what_is_left_for_something_newer():
    board = Board()
    named(board, 1)
    shown(board, 1, epoch=10)
    named(board, 2)
    assert board.view(None, {})["place"] == 2
    shown(board, 2, epoch=20)
    assert board.view(None, {})["place"] == 2
    shown(board, 1, epoch=11)
    assert board.view(None, {})["place"] == 1, "it was not left after all"
    board.order(1, {"paused": True})
    named(board, 3)
    assert board.view(None, {})["place"] == 1, "it is paused, and so has not been left"
    board.order(1, {"paused": False})
    assert board.view(None, {})["place"] == 3


def test_what_is_made_anew_takes_the_place_of_what_has_ended():
    board = Board()
    for feed, name in enumerate(("a", "b", "b", "c"), start=1):
        named(board, feed, name)
        shown(board, feed, epoch=feed)
    for feed in range(2, 50):
        ended(board, feed if feed == 2 else feed + 8)
        named(board, feed + 9, "b")
        shown(board, feed + 9, epoch=100 + feed)
        view = board.view(2, {})
        assert [tab["label"] for tab in view["tabs"]] == ["a", "b", "b (2)", "c"]
        assert not any(tab["ended"] for tab in view["tabs"])
        assert (view["place"], view["frame"]) == (2, {"epoch": 100 + feed})
        assert view["curve"]["generation"] > board.view(3, {})["curve"]["generation"]


def test_equal_names_are_told_apart_and_ended_tabs_forgotten():
    board = Board()
    for feed in range(1, 100):
        named(board, feed)
    for feed in range(1, 100):
        ended(board, feed)
    labels = [tab["label"] for tab in board.view(None, {})["tabs"]]
    assert len(labels) == MAX_ENDED
    assert labels[-1] == "basic-v0 (99)"


def test_messages_travel_whole_or_not_at_all():
    sent = [Message(1, Kind.NAME, "é".encode()), Message(2**32 - 1, Kind.ENDED, b"")]
    wire = b"".join(map(pack, sent))
    stream = io.BytesIO(wire)
    assert [unpack(stream.read), unpack(stream.read)] == sent
    assert unpack(stream.read) is None
    for length in range(1, len(pack(sent[0]))):
        assert unpack(io.BytesIO(wire[:length]).read) is None


@pytest.mark.parametrize("wire", [b"\0\0\0\1\xff\0\0\0\0", b"\0\0\0\1\1\xff\xff\xff\xff"])
def test_what_is_no_message_is_refused(wire):
    with pytest.raises(WireError):
        unpack(io.BytesIO(wire).read)


def test_a_body_beyond_the_bound_is_refused():
    with pytest.raises(WireError, match="bytes"):
        pack(Message(1, Kind.FRAME, bytes(MAX_BODY + 1)))


def test_the_agents_end_says_how_those_ended_that_did_not_say_it():
    board = Board()
    for feed in (1, 3):
        named(board, feed, f"{feed}")
    board.take(Message(1, Kind.NAME, b"2"), "worker")
    board.take(Message(1, Kind.ENDED, b""))
    board.lose("worker")
    assert [tab["crashed"] for tab in board.view(None, {})["tabs"]] == [False] * 3
    board.end(crashed=True)
    assert [tab["crashed"] for tab in board.view(None, {})["tabs"]] == [False, True, True]
