"""Each decision travels once, and every point of a curve is exact, however long the episode."""

import io

from hypothesis import given
from hypothesis import strategies as st
from viewer_support import make_frame, play

from gym_push.viewer.board import Board
from gym_push.viewer.episode import MAX_POINTS, Curve
from gym_push.viewer.wire import MAX_BODY, Kind, Message, News, unpack


def told(board, data):
    """Puts packed messages on the board; returns their kinds."""
    stream, kinds = io.BytesIO(data), []
    while message := unpack(stream.read):
        board.take(message)
        kinds.append(message.kind)
    return kinds


def new_board():
    board = Board()
    board.take(Message(1, Kind.NAME, b"basic-v0"))
    return board


def counted(cells):
    """The point after each of these decisions."""
    points, lead, right = [], 0, 0
    counts = [0, 0, 0, 0]
    for cell in cells:
        right += (lead >= 0) == cell % 2
        lead += 1 if cell % 2 else -1
        counts[3 - cell] += 1
        points.append((*counts, right))
    return points


@given(st.lists(st.integers(0, 3), max_size=9000), st.integers(1, 3000))
def test_every_point_is_exact_and_their_number_bounded(cells, step):
    curve = Curve()
    for start in range(0, len(cells), step):
        curve.tell_decisions(bytes(cells[start : start + step]))
    ends = [sum(point[:4]) for point in curve.points]
    stride = ends[0] if ends else 1
    assert ends == list(range(stride, len(cells) + 1, stride))
    assert stride == 1 or len(cells) > MAX_POINTS * stride / 2
    assert len(ends) <= MAX_POINTS
    points = counted(cells)
    assert curve.points == [points[end - 1] for end in ends]


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.lists(st.integers(0, 3), max_size=30)),
        min_size=1,
        max_size=20,
    )
)
def test_a_page_that_takes_what_it_lacks_has_what_a_new_page_gets(frames):
    """Whatever frames come in which order: episodes that go on, begin anew, or are skipped."""
    news, board = News(1), new_board()
    points, generation, before = [], None, (0, [])
    for episode, more in frames:
        cells = before[1] + more if episode == before[0] else more
        before = (episode, cells)
        told(board, news.of(make_frame(**play(cells, episode))))
        seen = {"generation": generation, "points": len(points)}
        rest = board.view(1, seen)["curve"]
        points, generation = points[: rest["start"]] + rest["points"], rest["generation"]
        assert points == counted(cells)
        assert board.view(1, {})["curve"]["points"] == points


def test_a_frame_does_not_grow_with_the_episode():
    news, cells = News(1), [0, 1, 2, 3] * 250_000
    first = news.of(make_frame(**play(cells[:10])))
    news.of(make_frame(**play(cells[:-1])))
    last = news.of(make_frame(**play(cells)))
    assert len(last) < len(first) + 100


def test_more_decisions_than_a_message_holds_take_several():
    news, board = News(1), new_board()
    cells = bytes([3]) * (2 * MAX_BODY + 5)
    kinds = told(board, news.of(make_frame(decisions=memoryview(cells))))
    kinds = [kind for kind in kinds if kind not in (Kind.TEXTS, Kind.ROWS)]
    assert kinds == [Kind.BEGIN, *[Kind.DECISIONS] * 3, Kind.FRAME]
    curve = board.view(1, {})["curve"]["points"]
    assert len(curve) <= MAX_POINTS
    assert curve[-1][0] > 0.99 * len(cells)


def test_what_a_frame_that_cannot_be_sent_would_have_told_comes_with_the_next():
    news, board = News(1), new_board()
    try:
        news.of(make_frame(**play([3, 0], context={"thing": object()})))
    except TypeError:
        told(board, news.of(make_frame(**play([3, 0, 1]))))
    assert board.view(1, {})["curve"]["points"] == counted([3, 0, 1])


def test_ended_episodes_come_once_and_again_for_a_new_page():
    news, board = News(1), new_board()
    assert told(board, news.of(make_frame(episodes=()))) == [
        Kind.BEGIN,
        Kind.TEXTS,
        Kind.ROWS,
        Kind.DECISIONS,
        Kind.FRAME,
    ]
    ended = ((1, 5, 1, 2, 3), (2, 6, 0, 2, 3))
    assert Kind.EPISODES in told(board, news.of(make_frame(episodes=ended)))
    assert told(board, news.of(make_frame(episodes=ended))) == [Kind.FRAME]
    got = board.view(1, {})["episodes"]
    assert got["ended"] == [list(each) for each in ended]
    assert board.view(1, {"episodes": got["version"]})["episodes"] is None
