"""What a page gets of the lists, however it asks, and that neither side grows without end."""

import io
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viewer_support import make_frame, play

from gym_push.viewer.board import Board
from gym_push.viewer.episode import BATCH, MAX_TEXTS, Lists
from gym_push.viewer.frame import About
from gym_push.viewer.wire import BURST, Kind, Message, News, unpack

NAMES = ("dismissed", "opened")


def told(row):
    return About({"tickerText": f"number {row}"}, None)


def tell(board, data):
    """Puts packed messages on the board; returns how many bytes of each kind there were."""
    stream, sizes = io.BytesIO(data), dict.fromkeys(Kind, 0)
    while message := unpack(stream.read):
        board.take(message)
        sizes[message.kind] += len(message.body)
    return sizes


def new_board():
    board = Board()
    board.take(Message(1, Kind.NAME, b"basic-v0"))
    return board


def expected(cells, name):
    return [at + 1 for at, cell in enumerate(cells) if NAMES[cell >> 1] == name][::-1]


@given(
    st.lists(
        st.tuples(st.integers(1, 2), st.lists(st.integers(0, 3), max_size=400)),
        min_size=1,
        max_size=8,
    )
)
def test_a_page_has_the_newest_without_gaps_and_can_have_the_rest(frames):
    """Whatever frames come in which order: episodes that go on, begin anew, or are skipped."""
    news, board = News(1), new_board()
    page, seen, before = {name: [] for name in NAMES}, {}, (0, [])
    for episode, more in frames:
        cells = before[1] + more if episode == before[0] else more
        before = (episode, cells)
        tell(board, news.of(make_frame(**play(cells, episode, about=told))))
        new = board.view(1, seen)["lists"]
        for name in NAMES:
            kept = page[name] if new["run"] == seen.get("run") and name not in new["gaps"] else []
            page[name] = [each["epoch"] for each in new[name]] + kept
            whole = expected(cells, name)
            assert page[name] == whole[: len(page[name])]
            assert len(page[name]) >= min(len(whole), BATCH)
            while older := board.older(1, new["run"], name, page[name][-1] if page[name] else 0):
                page[name] += [each["epoch"] for each in older]
            assert page[name] == whole
        seen = {"run": new["run"], "listed": new["epoch"]}


def test_a_decision_is_spelled_out_with_its_notification():
    news, board = News(1), new_board()
    rows = memoryview(array("q", [7, 3, 7]))
    tell(board, news.of(make_frame(**play([0, 3, 1], about=told, rows=rows))))
    first, second = board.view(1, {})["lists"]["dismissed"]
    text = {"notification": {"tickerText": "number 7"}, "posted": None}
    assert first == {"epoch": 3, "action": 0, "user_action": 1, "reward": -1, **text}
    assert second == {"epoch": 1, "action": 0, "user_action": 0, "reward": 1, **text}


def test_a_text_travels_once():
    news, board = News(1), new_board()
    first = tell(board, news.of(make_frame(**play([3] * 200, about=told))))
    again = tell(board, news.of(make_frame(**play([3] * 200, episode=2, about=told))))
    assert first[Kind.TEXTS] > 200 * 20
    assert again[Kind.TEXTS] == 0
    texts = [each["notification"] for each in board.view(1, {})["lists"]["opened"]]
    assert texts == [{"tickerText": f"number {row}"} for row in range(199, 199 - BATCH, -1)]


def test_a_run_through_a_long_log_tells_no_more_than_it_can_afford():
    news, board, asked = News(1), new_board(), []

    def about(row):
        asked.append(row)
        return told(row)

    cells = bytes([3]) * 100_000
    for end in range(10_000, 100_001, 10_000):
        tell(board, news.of(make_frame(**play(cells[:end], about=about))))
    assert len(asked) < 2 * BURST
    new = board.view(1, {})["lists"]
    texts = [each["notification"] for each in new["opened"]]
    assert texts == [{"tickerText": f"number {99_999 - at}"} for at in range(BATCH)]
    (before, *_) = board.older(1, new["run"], "opened", 98_000)
    assert (before["epoch"], before["notification"]) == (97_999, {}), "listed without a text"
    tell(board, news.of(make_frame(**play([2], about=about))))
    assert board.view(1, {})["lists"]["opened"][0]["notification"] == told(0).notification


def test_texts_that_were_forgotten_are_told_again():
    news, board = News(1), new_board()
    for row in range(MAX_TEXTS + 10):
        rows = memoryview(array("q", [row]))
        tell(board, news.of(make_frame(**play([3], episode=row + 1, about=told, rows=rows))))
    rows = memoryview(array("q", [0]))
    assert tell(board, news.of(make_frame(**play([3], about=told, rows=rows))))[Kind.TEXTS]
    assert board.view(1, {})["lists"]["opened"][0]["notification"] == told(0).notification


def test_the_longest_texts_fit_into_a_message():
    hostile = "\U0001f514" * 100_000
    features = dict.fromkeys(("appPackage", "tickerText", "subject", "sender"), hostile)
    frame = play([3] * BURST, about=lambda row: About(features, hostile))
    sizes = tell(new_board(), News(1).of(make_frame(**frame)))
    assert sizes[Kind.TEXTS] < 20_000_000


def test_an_endless_episode_keeps_its_newest(monkeypatch):
    monkeypatch.setattr("gym_push.viewer.episode.MAX_KEPT", 1000)
    kept = Lists()
    for first in range(0, 5000, 50):
        kept.tell_rows(array("q", range(first, first + 50)).tobytes())
        kept.extend(bytes([3, 0]) * 25)
    new = kept.newer({})
    assert new["epoch"] == 5000
    assert [each["epoch"] for each in new["opened"]] == list(range(4999, 4999 - 2 * BATCH, -2))
    found = new["opened"]
    while older := kept.older(kept.run, "opened", found[-1]["epoch"]):
        found += older
    assert 500 <= len(found) <= 700
    assert [each["epoch"] for each in found] == list(range(4999, 4999 - 2 * len(found), -2))


@pytest.mark.parametrize("body", [b"[]", b'{"x": {}}', b'{"1": 5}'])
def test_texts_that_are_none_are_refused(body):
    with pytest.raises(ValueError):
        new_board().take(Message(1, Kind.TEXTS, body))


def test_rows_that_are_none_are_refused():
    with pytest.raises(ValueError):
        new_board().take(Message(1, Kind.ROWS, b"123"))
