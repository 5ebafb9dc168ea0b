"""Whatever a log holds: written and read again, it is the same log."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gym_push import Answers, Feature, Schema, read_log
from gym_push.logs import convert
from gym_push.logs.answers import ANSWERS, spelled
from gym_push.logs.dialect import Dialect
from gym_push.logs.schema import FEATURE_ROLES, KINDS

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
NAMES = WORDS.filter(bool)
CELLS = {
    "label": WORDS | st.none(),
    "flag": st.sampled_from([True, False, None, "true", "unknown"]),
    "integer": st.integers(-(2**53), 2**53),
    "number": st.floats(-1e100, 1e100),
    "text": WORDS | st.none() | st.just('Say "hi",\r\nthere'),
}
CODES = ("1", "2", "3", "clicked", "Swiped away", "null", "true", "false", "0.5", "")
TIMES = st.datetimes(pd.Timestamp("1990-01-01"), pd.Timestamp("2033-01-01"))
OFFSETS = st.sampled_from(["", "Z", "+05:30", "-03:00"])


def value_of(code):
    """A value as a schema names it: a number where it is one."""
    known = {"1": 1, "2": 2, "3": 3, "true": True, "false": False, "0.5": 0.5}
    return known.get(code, code)


@st.composite
def outcomes(draw, column):
    """The action of a schema, and what its cells may be."""
    if draw(st.booleans()):
        return column, st.sampled_from(["1", "0", "opened", "Dismissed", True, False])
    codes = draw(st.lists(st.sampled_from(CODES), min_size=2, max_size=8, unique=True))
    if "1" in codes:  # which is the same as true
        codes = [code for code in codes if code != "true"]
    if draw(st.booleans()):  # all whole numbers: written as numbers
        codes = [code for code in codes if code.isdecimal()] or ["1"]
    lists = {answer: [] for answer in ANSWERS}
    for place, code in enumerate(codes):
        answer = draw(st.sampled_from(ANSWERS)) if place else "opened"
        lists[answer].append(value_of(code))
    return Answers(column, **lists), st.sampled_from(codes)


@st.composite
def logs(draw):
    rows = draw(st.integers(1, 6))
    names = draw(st.lists(NAMES, min_size=4, max_size=8, unique=True))
    action, user, time, *others = names
    features, table = {role: [] for role in FEATURE_ROLES}, {}

    def fill(name, cells):
        table[name] = pd.Series(
            draw(st.lists(cells, min_size=rows, max_size=rows)), dtype=object, name=name
        )

    for name in others:
        kind = draw(st.sampled_from(KINDS[:5]))
        role = "context" if name == others[0] else draw(st.sampled_from(FEATURE_ROLES))
        holes = st.none() if role == "engagement" else st.nothing()
        missing = draw(st.none() | st.integers(-9, 9)) if kind in ("integer", "number") else None
        features[role].append(Feature(name, kind, missing=missing))
        fill(name, CELLS[kind] | holes)
    answers, cells = draw(outcomes(action))
    fill(action, cells)
    about = {"action": answers}
    if draw(st.booleans()):
        about["user"] = user
        fill(user, WORDS)
    if draw(st.booleans()):
        about["time"] = time
        fill(time, st.builds(lambda at, offset: f"{at.isoformat()}{offset}", TIMES, OFFSETS))
    frame, schema = pd.DataFrame(table), Schema(**features, **about)
    if isinstance(answers, Answers):
        place_of = answers.reader(Dialect())
        values = {spelled(answers.values[place_of(str(cell))]) for cell in frame[action]}
        assume({answers.meanings[value] for value in values} != {"no_answer"})
    return read_log(frame, schema)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@settings(max_examples=40)
@given(log=logs())
def test_any_log_is_read_as_it_was_written_by_the_schema_beside_it(log, suffix):
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    with TemporaryDirectory() as folder:
        path = Path(folder, f"log.{suffix}")
        assert convert(log, path) == path.with_suffix(".toml")
        again = read_log(path)
    assert again.schema == log.schema
    pd.testing.assert_frame_equal(again.to_frame(), log.to_frame())
    assert again.fingerprint == log.fingerprint
    assert (again.offsets is None) == (log.offsets is None)
    if log.offsets is not None:
        assert again.offsets.tolist() == log.offsets.tolist()
