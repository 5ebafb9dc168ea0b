"""One encoding makes all forms of an observation; it is fitted, saved, loaded and checked."""

import copy
import json
import os
import pickle

import numpy as np
import pandas as pd
import pytest
from gymnasium.spaces.utils import flatdim, flatten
from hypothesis import given, settings
from hypothesis import strategies as st
from logs_support import SCHEMA, table

from gym_push import ArgumentError, Encoding, EncodingError, Feature, Schema, read_log
from gym_push.envs.basic.episodes import bundled_log
from gym_push.logs import Observations, observe
from gym_push.spaces import Count, Flag, Label, Number, Text

MIXED = Schema(
    [Feature("app", "label"), Feature("words", "text"), Feature("on", "flag")],
    [Feature("count", "integer"), Feature("level", "number"), Feature("place", "label")],
)


@st.composite
def logs(draw):
    """Any log of all kinds, over a few labels, so that one log lacks what another has."""
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "app": st.sampled_from(["mail", "chat", "game", "", "other", "☂"]),
                    "words": st.text(st.characters(codec="utf-8"), max_size=5),
                    "on": st.sampled_from(["true", "False", "", "1"]),
                    "count": st.integers(-(2**53), 2**53),
                    "level": st.floats(-1e100, 1e100),
                    "place": st.sampled_from(["home", "work"]),
                    "action": st.sampled_from(["opened", "0"]),
                }
            ),
            min_size=1,
            max_size=6,
        )
    )
    return read_log(pd.DataFrame(rows, dtype=object), MIXED)


@given(logs(), logs())
@settings(max_examples=100)
def test_all_forms_agree_and_lie_in_their_spaces(fitted, log):
    encoding = Encoding.fit(fitted)
    rows = np.arange(len(log))
    raw, codes, vectors = (
        Observations(log, encoding, form).take(rows) for form in ("raw", "codes", "vector")
    )
    raw_space, codes_space, vector_space = (
        Observations(log, encoding, form).space() for form in ("raw", "codes", "vector")
    )
    assert flatdim(raw_space) == flatdim(codes_space) == encoding.width == vector_space.shape[0]
    for row in rows:
        assert raw[row] in raw_space
        assert codes[row] in codes_space
        assert vectors[row] in vector_space
        np.testing.assert_array_equal(flatten(raw_space, raw[row]), vectors[row])
        np.testing.assert_array_equal(flatten(codes_space, codes[row]), vectors[row])
        assert {**log.features(row, "notification"), **log.features(row, "context")} == raw[row]


@given(logs(), logs())
@settings(max_examples=50)
def test_a_saved_encoding_is_the_same_when_it_is_loaded(tmp_path_factory, fitted, log):
    path = tmp_path_factory.getbasetemp() / "encoding.json"
    encoding = Encoding.fit(fitted)
    encoding.save(path)
    loaded = Encoding.load(path)
    assert loaded == encoding
    assert hash(loaded) == hash(encoding)
    np.testing.assert_array_equal(loaded.vectors(log), encoding.vectors(log))
    np.testing.assert_equal(loaded.codes(log), encoding.codes(log))


def column(name, cells, kind, encoding=None):
    """The slots of one feature, by an encoding fitted on another log or on these cells."""
    log = read_log(pd.DataFrame({name: cells, "action": 1}), Schema([Feature(name, kind)]))
    return (encoding or Encoding.fit(log)).vectors(log).tolist()


def fit(name, cells, kind, **arguments):
    log = read_log(pd.DataFrame({name: cells, "action": 1}), Schema([Feature(name, kind)]))
    return Encoding.fit(log, **arguments)


def test_a_label_never_seen_has_the_last_slot():
    encoding = fit("app", ["mail", "chat"], "label")
    assert column("app", ["mail", "game", "chat", ""], "label", encoding) == [
        [0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 0, 1],
    ]  # fmt: skip


def test_a_number_beyond_the_range_is_clipped():
    encoding = fit("level", [-1.0, 3.0], "number")
    cells = [-1e100, -1, 1, 2.5, 3, 1e100]
    assert column("level", cells, "number", encoding) == [[0], [0], [0.5], [0.875], [1], [1]]


@pytest.mark.parametrize("kind", ["integer", "number"])
def test_a_constant_number_is_0(kind):
    encoding = fit("level", ["7", "7"], kind)
    assert column("level", ["7", "8", "-1e9"], kind, encoding) == [[0], [0], [0]]


@pytest.mark.parametrize(
    ("low", "high"), [(0, 5e-324), (-1e100, 1e100), (1e99, 1e99 * (1 + 1e-15))]
)
def test_a_range_at_the_edge_of_float(low, high):
    encoding = fit("level", [low, high], "number")
    cells = [-1e100, low, high, 1e100]
    slots = np.array(column("level", cells, "number", encoding)).ravel()
    assert slots[[1, 2]].tolist() == [0, 1]
    assert (np.diff(slots[[0, 1]]) >= 0).all()


def test_the_commonest_labels_keep_a_slot_where_there_are_too_many():
    cells = ["c", "a", "b", "c", "d", "b", "c"]
    assert fit("app", cells, "label", most_labels=2).spaces == {"app": Label(["b", "c"])}
    assert fit("app", cells, "label", most_labels=3).spaces == {"app": Label(["a", "b", "c"])}
    assert fit("app", [f"app{i:03}" for i in range(300)], "label").width == 257
    for few in (0, -1):
        with pytest.raises(ArgumentError, match=f"most_labels={few} must be 1 or more"):
            fit("app", cells, "label", most_labels=few)


def test_codes_and_vectors_have_the_dtypes_of_their_spaces():
    log = bundled_log()
    encoding = Encoding.fit(log)
    for name, code in encoding.codes(log).items():
        space = encoding.space("codes")[name]
        assert (code.dtype, code.shape[1:]) == (space.dtype, space.shape)
    vectors = encoding.vectors(log)
    assert (vectors.dtype, vectors.shape) == (np.float32, (324, encoding.width))
    some = np.array([5, 5, 0, 323])
    np.testing.assert_array_equal(encoding.vectors(log, some), vectors[some])


def test_text_is_part_of_raw_observations_only():
    log = bundled_log()
    assert "tickerText" in observe(log, None, "raw").space().spaces
    assert "tickerText" not in observe(log, None, "codes").space().spaces


def test_encodings_are_equal_that_encode_alike():
    one = Encoding({"a": Label(["x"]), "b": Number(0, 1)})
    assert one == Encoding({"a": Label(["x"]), "b": Number(0.0, 1.0)})
    assert hash(one) == hash(Encoding({"a": Label(["x"]), "b": Number(0.0, 1.0)}))
    assert one != Encoding({"b": Number(0, 1), "a": Label(["x"])})
    assert one != Encoding({"a": Label(["y"]), "b": Number(0, 1)})
    assert one != "encoding"
    assert copy.deepcopy(one) is one
    assert pickle.loads(pickle.dumps(one)) == one


# ---- files ----


def saved(path):
    Encoding({"app": Label(["mail"]), "on": Flag(), "level": Number(0, 1), "words": Text()}).save(
        path
    )
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_count_is_loaded_as_a_count(tmp_path):
    encoding = Encoding({"held": Count(1000), "level": Number(0, 1000, integer=True)})
    encoding.save(tmp_path / "encoding.json")
    assert Encoding.load(tmp_path / "encoding.json") == encoding


def test_saving_replaces_the_file_and_leaves_no_other(tmp_path):
    path = tmp_path / "encoding.json"
    path.write_text("old")
    saved(path)
    assert os.listdir(tmp_path) == ["encoding.json"]


def with_feature(**about):
    return lambda whole: whole["features"].update(app=about)


@pytest.mark.parametrize(
    "break_it",
    [
        lambda whole: whole.pop("format"),
        lambda whole: whole.pop("features"),
        lambda whole: whole.update(features=[]),
        lambda whole: whole.update(features={}),
        lambda whole: whole.update(features={"app": "label"}),
        with_feature(),
        with_feature(kind="word"),
        with_feature(kind=["label"]),
        with_feature(kind="label"),
        with_feature(kind="label", labels="mail"),
        with_feature(kind="label", labels=["mail", "mail"]),
        with_feature(kind="label", labels=["mail", 3]),
        with_feature(kind="label", labels=None),
        with_feature(kind="label", labels=[], low=0),
        with_feature(kind="flag", labels=["a"]),
        with_feature(kind="number", low=0),
        with_feature(kind="number", low=1, high=0),
        with_feature(kind="number", low="a", high="b"),
        with_feature(kind="number", low=float("nan"), high=1),
        with_feature(kind="number", low=0, high=float("inf")),
        with_feature(kind="integer", low=None, high=1),
    ],
)
def test_json_that_is_no_encoding(tmp_path, break_it):
    path = tmp_path / "encoding.json"
    whole = saved(path)
    break_it(whole)
    path.write_text(json.dumps(whole))
    with pytest.raises(
        EncodingError, match=r"encoding.json: this JSON is not an encoding; write one"
    ):
        Encoding.load(path)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"app,action\nmail,1\n"]
)
def test_a_file_that_is_no_json(tmp_path, content):
    (tmp_path / "encoding.json").write_bytes(content)
    with pytest.raises(EncodingError, match="encoding.json: this is not JSON"):
        Encoding.load(tmp_path / "encoding.json")


def test_other_json(tmp_path):
    for content in ("[]", "3", "null", '{"notification": ["app"]}'):
        (tmp_path / "encoding.json").write_text(content)
        with pytest.raises(EncodingError, match="this JSON is not an encoding"):
            Encoding.load(tmp_path / "encoding.json")


def test_an_encoding_of_a_newer_gym_push(tmp_path):
    whole = saved(tmp_path / "encoding.json")
    whole["format"] = "gym-push encoding 2"
    (tmp_path / "encoding.json").write_text(json.dumps(whole))
    with pytest.raises(EncodingError, match="its format is 'gym-push encoding 2'.* fit the encod"):
        Encoding.load(tmp_path / "encoding.json")


def test_no_file(tmp_path):
    with pytest.raises(EncodingError, match="the encoding cannot be read: No such file"):
        Encoding.load(tmp_path / "encoding.json")
    with pytest.raises(EncodingError, match="the encoding cannot be read"):
        Encoding.load(tmp_path)


# ---- encodings that do not fit ----


def test_an_encoding_with_a_feature_that_the_log_lacks():
    encoding = Encoding({"mood": Label(["good"])})
    with pytest.raises(EncodingError, match="has the feature 'mood', which the DataFrame lacks"):
        observe(read_log(table(), SCHEMA), encoding, "raw")


def test_an_encoding_can_not_bring_in_what_came_after_the_act():
    encoding = Encoding({"delay": Number(0, 1)})
    with pytest.raises(EncodingError, match="feature 'delay', which the DataFrame lacks"):
        observe(read_log(table(), SCHEMA), encoding, "vector")


@pytest.mark.parametrize(
    ("name", "space", "one", "other"),
    [
        ("app", Number(0, 1), "number", "label"),
        ("words", Label(["a"]), "label", "text"),
        ("charging", Label(["True"]), "label", "flag"),
        ("battery", Number(0, 1), "number", "integer"),
        ("noise", Number(0, 1, integer=True), "integer", "number"),
    ],
)
def test_an_encoding_with_a_feature_of_another_kind(name, space, one, other):
    message = f"feature '{name}' has the kind {one} in the encoding and {other} in the DataFrame"
    with pytest.raises(EncodingError, match=message):
        Encoding({name: space}).check(read_log(table(), SCHEMA))


def test_an_encoding_of_fewer_features_hides_the_others():
    log = read_log(table(), SCHEMA)
    encoding = Encoding({"battery": Number(0, 100, integer=True)})
    assert observe(log, encoding, "raw").take(np.array([0])) == [{"battery": 80}]
    assert observe(log, encoding, "vector").take(np.array([0]))[0].tolist() == [np.float32(0.8)]


@pytest.mark.parametrize("odd", [3, {"app": Label(["a"])}, ["encoding.json"], b"encoding.json"])
def test_what_is_no_encoding(odd):
    with pytest.raises(EncodingError, match="is neither an Encoding nor a file with one"):
        observe(bundled_log(), odd, "raw")
