"""Whatever happens to the bytes of a log, it is readable or a LogError says why not."""

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from logs_support import CSV, SCHEMA

from gym_push import LogError, Schema, read_log
from gym_push.logs import Encoding, Observations

pytestmark = pytest.mark.slow

OPEN = Schema(["app", "words"], ["battery", "charging"], time="posted", engagement=["delay"])
PIECES = st.one_of(
    st.binary(max_size=12),
    st.sampled_from([b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"\xef\xbb\xbf", b"\x1f\x8b", b"nan",
                     b"1e999", "☂".encode(), "\u2028".encode(), b"\xed\xa0\x80"]),
)  # fmt: skip

quick = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def mutated(draw, whole):
    """The bytes, with a few parts inserted, deleted, replaced, cut off or doubled."""
    for _ in range(draw(st.integers(1, 4))):
        begin, end = sorted(draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
        whole = draw(
            st.one_of(
                PIECES.map(lambda piece, w=whole, b=begin: w[:b] + piece + w[b:]),
                PIECES.map(lambda piece, w=whole, b=begin: w[:b] + piece + w[b + len(piece) :]),
                st.just(whole[:begin] + whole[min(end, begin + 9) :]),
                st.just(whole[:end]),
                st.just(whole[:end] + whole[begin:end] + whole[end:]),
            )
        )
    return whole


def play(data, schema):
    """Reads a log and looks at its first rows; True where that went well."""
    try:
        log = read_log(data, schema)
    except LogError as error:
        assert str(error).isprintable()
        assert len(str(error)) <= 400
        return False
    rows = np.arange(min(len(log), 5))
    encoding = Encoding.fit(log)
    for form in ("raw", "codes", "vector") if encoding.width else ("raw",):
        observations = Observations(log, encoding, form)
        for observation in observations.take(rows):
            assert observation in observations.space()
    for row in rows.tolist():
        log.posted(row)
    return True


def play_bytes(folder, content):
    path = folder / "log.csv"
    path.write_bytes(content)
    for schema in (SCHEMA, OPEN):
        play(path, schema)


def test_the_whole_log_can_be_played(tmp_path):
    (tmp_path / "log.csv").write_text(CSV, encoding="utf-8")
    assert play(tmp_path / "log.csv", SCHEMA)
    assert play(tmp_path / "log.csv", OPEN)


@given(mutated(CSV.encode()))
@quick
def test_mutated_text(tmp_path, content):
    play_bytes(tmp_path, content)


@given(mutated(gzip.compress(CSV.encode() * 20, mtime=0)))
@quick
def test_mutated_gzip(tmp_path, content):
    play_bytes(tmp_path, content)


@given(
    mutated(CSV.encode()).map(lambda content: gzip.compress(content, mtime=0)), st.integers(0, 30)
)
@quick
def test_mutated_text_in_a_gzip_that_ends_early(tmp_path, content, cut):
    play_bytes(tmp_path, content[: len(content) - cut])


@given(st.binary(max_size=200))
@quick
def test_any_bytes(tmp_path, content):
    play_bytes(tmp_path, content)


class Hostile:
    """An object that breaks what it can."""

    def __init__(self, error):
        self.error = error

    def fail(self, *_):
        raise self.error("no")

    __eq__ = __ne__ = __str__ = __repr__ = __len__ = __bool__ = __float__ = fail
    __hash__ = None


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.binary(max_size=5),
    st.sampled_from([pd.NA, pd.NaT, pd.Timestamp(0), np.float32(0.1), 10**5000, 1j, object]),
    st.decimals(), st.dates(), st.datetimes(), st.timedeltas(), st.fractions(),
    st.text(st.characters(categories=["Cs", "Cc", "Lo"]), max_size=3),
    st.lists(st.integers(), max_size=3), st.lists(st.floats(), max_size=3).map(np.array),
    st.sampled_from([RuntimeError, TypeError, KeyError, RecursionError]).map(Hostile),
)  # fmt: skip


def column(values):
    series = pd.Series([None] * len(values), dtype=object)
    for row, value in enumerate(values):
        series.iat[row] = value
    return series


@given(st.lists(st.tuples(SCALARS, SCALARS, SCALARS), min_size=1, max_size=4))
@example([(1e-300, True, 1), (1e99, False, 2)])
@settings(max_examples=200)
def test_a_frame_of_anything(rows):
    first, second, at = map(column, zip(*rows, strict=True))
    actions = [1, 0, 1, 0][: len(rows)]
    frame = pd.DataFrame({"first": first, "second": second, "at": at, "action": actions})
    play(frame, Schema(["first"], ["second"]))
    play(frame, Schema(["first"], time="at"))
    play(frame, Schema(["first"], action="second", engagement=["at"]))


@given(st.lists(SCALARS, min_size=1, max_size=4))
@settings(max_examples=100)
def test_columns_called_anything(names):
    frame = pd.DataFrame([[1] * len(names)])
    frame.columns = pd.Index(column(names), dtype=object)
    play(frame, Schema(["first"]))
    play(frame, None)
