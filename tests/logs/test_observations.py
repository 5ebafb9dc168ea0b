"""Observations are prepared once, cannot be changed, and are the same for a log of any length."""

import copy
import json
import pickle

import numpy as np
import pandas as pd
import pytest
from logs_support import SCHEMA, table

from gym_push import ArgumentError, Encoding, Feature, Schema, bundled_log, read_log
from gym_push.logs import Observations, observations, observe

FORMS = ("raw", "codes", "vector")


@pytest.fixture(params=FORMS)
def form(request):
    return request.param


@pytest.fixture
def log():
    return read_log(table(), SCHEMA)


def first(log, form):
    return observe(log, None, form).take(np.array([0]))[0]


def test_a_raw_observation_is_the_notification_then_its_context(log):
    assert list(first(log, "raw").items()) == [
        ("app", "mail"), ("words", "See you at 8?"),
        ("battery", 80), ("noise", 0.5), ("charging", True), ("place", "home"),
    ]  # fmt: skip


def test_what_codes_and_vectors_are(log):
    codes = first(log, "codes")
    assert {name: np.array(code).tolist() for name, code in codes.items()} == {
        "app": 2, "battery": [1.0], "noise": [np.float32(1 / 3)], "charging": 1, "place": 0,
    }  # fmt: skip
    assert first(log, "vector").tolist() == [
        0, 0, 1, 0, 1, np.float32(1 / 3), 0, 1, 0, 1, 0, 0, 0,
    ]  # fmt: skip


CHANGES = {
    "[]": lambda o: o.__setitem__("app", "x"),
    "new": lambda o: o.__setitem__("new", "x"),
    "del": lambda o: o.__delitem__("app"),
    "clear": lambda o: o.clear(),
    "pop": lambda o: o.pop("app"),
    "popitem": lambda o: o.popitem(),
    "setdefault": lambda o: o.setdefault("new", 1),
    "update": lambda o: o.update(app="x"),
    "|=": lambda o: o.__ior__({"app": "x"}),
    "attribute": lambda o: setattr(o, "app", "x"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("form", ["raw", "codes"])
def test_a_dict_cannot_be_changed(log, form, change):
    observation = first(log, form)
    before = dict(observation)
    with pytest.raises((TypeError, AttributeError)):
        change(observation)
    assert dict(observation) == before


def test_the_refusal_says_how_to_get_a_copy(log):
    with pytest.raises(TypeError, match=r"dict\(observation\) is a copy"):
        first(log, "raw")["app"] = "x"


def test_arrays_cannot_be_changed(log):
    for array in (first(log, "vector"), first(log, "codes")["battery"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.setflags(write=True)


def test_a_copy_is_free(log):
    observation = first(log, "raw")
    for free in (dict(observation), observation | {}, observation.copy(), {**observation}):
        free["app"] = "x"
    assert observation["app"] == "mail"


def test_copies_are_equal_and_plain(log):
    observation = first(log, "raw")
    assert json.loads(json.dumps(observation)) == observation
    own = observe(log, None, "raw").own
    for make in (copy.copy, copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o)), own):
        assert make(observation) == observation
        assert type(make(observation)) is dict


def test_the_callers_own_shares_nothing(log, form):
    seen = observe(log, None, form)
    for own in (seen.own(first(log, form)), next(seen.each(np.array([0]), shared=False))):
        np.testing.assert_equal(own, dict(first(log, form)) if form != "vector" else own)
        parts = [own] if form == "vector" else [v for v in own.values() if hasattr(v, "flags")]
        assert len(parts) == {"raw": 0, "codes": 2, "vector": 1}[form]
        for part in parts:
            part[:] = 7
    np.testing.assert_equal(first(log, form), first(log, form))
    assert 7 not in np.ravel(first(log, "vector"))


def test_all_that_ask_for_the_same_share_it(log, form):
    one, other = observe(log, None, form), observe(log, None, form)
    assert one is other
    assert one.take(np.array([1]))[0] is other.take(np.array([1, 0]))[0] or form == "vector"
    assert observe(log, Encoding.fit(log), form).space() == one.space()
    assert one.space() is not one.space()


def test_an_encoding_from_a_file(log, form, tmp_path):
    Encoding.fit(log).save(tmp_path / "e.json")
    path = tmp_path / "e.json"
    for given in (path, str(path)):
        np.testing.assert_equal(
            list(observe(log, given, form).take(np.arange(4))),
            list(observe(log, None, form).take(np.arange(4))),
        )


def test_a_form_that_does_not_exist(log):
    with pytest.raises(ArgumentError, match="observation='vectors' is not one of .* 'vector'"):
        observe(log, None, "vectors")


@pytest.mark.parametrize("form", ["codes", "vector"])
def test_a_log_of_text_alone_can_only_be_read(form):
    log = read_log(table(), Schema([Feature("words", "text")]))
    assert first(log, "raw") == {"words": "See you at 8?"}
    with pytest.raises(ArgumentError, match="nothing but text to observe.*use observation='raw'"):
        observe(log, None, form)


# ---- long logs ----

ROWS = np.array([3, 3, 0, 323, 17, 16, 15, 200, 0])


@pytest.fixture
def both(form, monkeypatch):
    """The observations of the bundled log, prepared whole, and a few rows at a time."""
    log, encoding = bundled_log(), Encoding.fit(bundled_log())
    short, long = Observations(log, encoding, form), Observations(log, encoding, form)
    for call in (short.take, short.batch):
        call(ROWS)
    monkeypatch.setattr(observations, "PREPARED_ROWS", 10)
    return short, long


def test_a_long_log_is_the_same_as_a_short_one(both, monkeypatch):
    short, long = both
    taken = long.take(ROWS)
    monkeypatch.setattr(observations, "PREPARED_ROWS", 1000)
    expected = list(short.take(ROWS))
    assert len(taken) == len(expected) == len(ROWS)
    for mine, other in zip(taken, expected, strict=True):
        np.testing.assert_equal(mine, other)
        assert type(mine) is type(other)


def test_what_a_long_log_hands_out_cannot_be_changed(both, form):
    observation = both[1].take(ROWS)[0]
    if form == "vector":
        assert not observation.flags.writeable
    else:
        with pytest.raises(TypeError):
            observation["app"] = "x"
    if form == "codes":
        assert not observation["batteryLevel"].flags.writeable


def test_a_batch_is_what_single_environments_see(both, form, monkeypatch):
    short, long = both
    singles = list(long.take(ROWS))
    for batch in (long.batch(ROWS), short.batch(ROWS)):
        for i, single in enumerate(singles):
            np.testing.assert_equal(row(batch, i, form), single)
        monkeypatch.setattr(observations, "PREPARED_ROWS", 1000)


def test_one_is_what_many_are(both, form, monkeypatch):
    short, long = both
    expected = list(short.take(ROWS))
    ones = [long.one(row) for row in ROWS.tolist()]
    monkeypatch.setattr(observations, "PREPARED_ROWS", 1000)
    np.testing.assert_equal(ones, expected)
    np.testing.assert_equal([short.one(row) for row in ROWS.tolist()], expected)


@pytest.mark.parametrize("limit", ["PREPARED_ROWS", "PREPARED_FLOATS"])
def test_what_is_written_is_a_batch(limit, monkeypatch):
    monkeypatch.setattr(observations, limit, 100)
    log = bundled_log()
    seen = Observations(log, Encoding.fit(log), "vector")
    written = np.full((len(ROWS), seen.encoding.width + 2), 7, dtype=np.float32)
    seen.write(ROWS, written[:, 1:-1])
    np.testing.assert_array_equal(written[:, 1:-1], seen.batch(ROWS))
    assert (written[:, [0, -1]] == 7).all()


def test_rows_that_all_see(both, form):
    singles = list(both[1].take(ROWS))
    for shared in (True, False):
        seen = both[0].repeated(ROWS, 3, shared=shared)
        for i, single in enumerate(singles):
            for environment in range(3):
                np.testing.assert_equal(row(seen(i), environment, form), single)


def row(batch, i, form):
    return batch[i] if form == "vector" else {name: column[i] for name, column in batch.items()}


def test_a_batch_is_the_callers_own(form):
    seen = observe(bundled_log(), None, form)
    batch = seen.batch(ROWS)
    if form == "vector":
        batch[:] = 7
    elif form == "codes":
        batch["batteryLevel"][:] = 7
    again = seen.batch(ROWS)
    for i, single in enumerate(seen.take(ROWS)):
        np.testing.assert_equal(row(again, i, form), single)


def test_memory_grows_with_the_columns_not_with_objects():
    rows = 200_000
    frame = pd.DataFrame({"app": ["mail", "chat"] * (rows // 2), "action": [1, 0] * (rows // 2)})
    log = read_log(frame, Schema(["app"]))
    assert log.columns["app"].codes.nbytes + log.actions.nbytes == 2 * rows
