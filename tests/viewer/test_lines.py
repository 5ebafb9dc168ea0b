"""Text is folded into lines that are never too wide, and loses nothing that has room."""

from hypothesis import given
from hypothesis import strategies as st

from gym_push.viewer.lines import clip, columns, wrap

TEXT = "So happy for you! Thanks, got it. You have to see this!"


@given(st.text(max_size=300), st.integers(3, 60), st.integers(1, 5), st.sampled_from([" ", " · "]))
def test_lines_are_never_too_wide_nor_too_many(text, width, most, between):
    lines = list(wrap(text, width, most, columns, between=between))
    assert 1 <= len(lines) <= most
    assert all(columns(line) <= width for line in (*lines, clip(text, width, columns)))


def test_wrapping_loses_no_word_that_has_room():
    assert " ".join(wrap(TEXT, 20, 9, columns)) == TEXT
    assert len(list(wrap(TEXT, 20, 9, columns))) > 2
    assert list(wrap(TEXT, 20, 1, columns)) == ["So happy for you! T…"]


def test_parts_are_kept_whole():
    assert list(wrap("one two · three", 9, 3, columns, between=" · ")) == ["one two", "three"]
    assert list(wrap("averylongword", 5, 3, columns)) == ["avery", "longw", "ord"]


def test_a_terminal_gives_some_characters_two_columns_or_none():
    assert [columns(text) for text in ("abc", "日本", "e\u0301", "🎉", "❤️", "")] == [
        3,
        4,
        1,
        2,
        2,
        0,
    ]
