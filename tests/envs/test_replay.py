"""What long logs are played from."""

import pytest

from gym_push.envs import replay


@pytest.mark.parametrize(
    "order", [range(9), range(8, -1, -1), [8, 0, 4, 4, 3]], ids=["on", "back", "about"]
)
def test_pieces_hold_what_is_asked_for(order, monkeypatch):
    monkeypatch.setattr(replay, "PIECE_ROWS", 4)
    made = []

    def make(start, stop):
        made.append(stop - start)
        return [f"element {i}" for i in range(start, stop)]

    pieces = replay.Pieces(9, make)
    assert [pieces[i] for i in order] == [f"element {i}" for i in order]
    assert max(made) <= 4
    for beyond in (9, -1):
        with pytest.raises(IndexError):
            pieces[beyond]
