"""Texts become rows: the same for equal texts, in their bounds, saved and loaded."""

import copy
import hashlib
import importlib.util
import json
import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gym_push
from gym_push import ArgumentError, EncodingError
from gym_push.logs import TextEncoder, text_encoder
from gym_push.logs.text_encoders import Hashing, TfIdf

ODD = (
    "", " ", "\n", "\0", "a\0b", "?", "🎉🎉", "👩\u200d👧 hi", "שלום עולם", "مرحبا بالعالم!",
    "你好，世界", "नमस्ते", "İstanbul ẞ", "e\u0301", "\ud800", "half \udfff of", "\u202eevil",
    "x" * 100_000, "word " * 30_000, "See you at 8?",
)  # fmt: skip
TEXTS = ["See you at 8?", "Sale, today only", "Sale today", "Are you there? At 8?", ""]


@pytest.fixture(params=["hashing", "tf-idf"])
def encoder(request):
    if request.param == "hashing":
        pytest.importorskip("sklearn")
    return text_encoder(request.param).fit(TEXTS)


def digest(rows):
    return hashlib.sha256(rows.astype("<f4").tobytes()).hexdigest()[:16]


@pytest.mark.bits
def test_every_python_numpy_and_scikit_learn_give_the_same():
    texts = [*ODD, *gym_push.bundled_log().columns["tickerText"].take(slice(None))]
    assert digest(text_encoder("tf-idf").fit(texts).encode(texts)) == "0e6ec39aff6d43d3"
    assert digest(text_encoder("hashing").encode(texts)) == "9e56a08965809c12"


@settings(max_examples=100)
@given(st.lists(st.sampled_from(ODD) | st.text(max_size=30), max_size=8))
def test_any_text_has_a_row_within_the_bounds(texts):
    pytest.importorskip("sklearn")
    for encoder in (Hashing(32), TfIdf(20).fit([*texts, *texts, *TEXTS])):
        rows = encoder.encode(texts)
        assert rows.shape == (len(texts), encoder.width) and rows.dtype == np.float32
        assert ((rows >= 0.0) & (rows <= 1.0)).all()
        lengths = np.linalg.norm(rows, axis=1)
        assert all(length == 0.0 or math.isclose(length, 1.0, abs_tol=1e-6) for length in lengths)
        for text, row in zip(texts, rows, strict=True):
            assert (encoder.encode([text])[0] == row).all()


def test_an_equal_one_comes_back_from_json_pickle_and_copies(encoder):
    again = text_encoder(json.loads(json.dumps(encoder.to_dict())))
    for other in (again, pickle.loads(pickle.dumps(encoder)), copy.deepcopy(encoder)):
        assert other == encoder and hash(other) == hash(encoder)
        assert (other.encode(TEXTS) == encoder.encode(TEXTS)).all()
    assert encoder != Hashing(7) if encoder.kind == "hashing" else encoder != TfIdf(7)
    assert encoder.fit(["else"]) is encoder


def test_words_that_are_alike_have_rows_that_are_alike():
    pytest.importorskip("sklearn")
    one, other, third = Hashing().encode(["See you at 8?", "See you at 9?", "Sale, today only"])
    assert one @ other > 0.4 > one @ third
    asked, told = Hashing().encode(["You are there?", "You are there."])
    assert (asked != told).any()


def test_tf_idf_knows_words_seen_twice_and_weighs_the_rare_ones_more():
    fitted = TfIdf().fit(TEXTS)
    assert fitted.to_dict()["words"] == ["8", "?", "at", "sale", "today", "you"]
    assert TfIdf(2).fit(TEXTS).to_dict()["words"] == ["8", "?"]
    weights = TfIdf().fit(["a b", "a b", "a", "a"]).to_dict()["weights"]
    assert weights == [1.0, round(1.0 + math.log(5 / 3), 6)]
    assert not fitted.encode(["nothing of this"]).any()


def test_tf_idf_has_to_be_fitted():
    with pytest.raises(EncodingError, match="tf-idf has to be fitted before it encodes"):
        TfIdf().encode(["a"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hashin", "text='hashin' is not one of .*did you mean 'hashing'"),
        (7, "text=7 is none of 'hashing', 'tf-idf', 'embeddings'"),
        ({"width": 3}, "nor a dict with one of them as its 'kind'"),
        ({"kind": "hashing", "widths": 3}, "unexpected keyword argument 'widths'"),
        ({"kind": "hashing", "width": 0}, "width=0 must be a whole number from 1 to 65536"),
        ({"kind": "tf-idf", "most": True}, "most=True must be a whole number from 1 to 65536"),
        ({"kind": "hashing", "width": 10**12}, "width=1000000000000 must be a whole number from"),
        ({"kind": "tf-idf", "words": ["a", "a"], "weights": [1, 1]}, "different words"),
        ({"kind": "tf-idf", "words": ["a", "a"], "weights": [1]}, "different words"),
        ({"kind": "embeddings", "model": 5}, "finds no model 5"),
        ({"kind": "tf-idf", "words": ["a"], "weights": [math.inf]}, "a weight above 0"),
    ],
)
def test_what_is_no_encoder_is_named(text, message):
    with pytest.raises(ArgumentError, match=message):
        text_encoder(text)


def test_memory_is_bounded(monkeypatch):
    module = sys.modules[TextEncoder.__module__]
    monkeypatch.setattr(module, "MOST_KEPT", 100_000)
    encoder = TfIdf().fit(TEXTS)
    rows = encoder.encode([f"See you at {n}?" for n in range(3000)])
    assert len(rows) == 3000
    assert module._KEPT._bytes <= 100_000 and 10 < len(module._KEPT._rows) < 200


def test_without_scikit_learn_the_command_that_installs_it_is_named():
    script = "import sys; sys.modules['sklearn'] = None\nfrom gym_push.logs import text_encoder\n"
    shown = subprocess.run(
        [sys.executable, "-c", script + "text_encoder('hashing')"], capture_output=True, text=True
    )
    assert "text='hashing' needs scikit-learn, which is not installed" in shown.stderr
    assert '".[text]"' in shown.stderr


def test_nothing_heavy_is_loaded_before_it_is_asked_for():
    script = (
        "import sys, gymnasium, gym_push\n"
        "gymnasium.make('gym_push:basic-v0', observation='vector', text='tf-idf')\n"
        "assert not {'sklearn', 'torch', 'transformers', 'sentence_transformers'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_model_that_is_not_there_is_named():
    assert importlib.util.find_spec("no_such_model") is None
    with pytest.raises(ArgumentError, match="finds no model 'no_such_model'.*pip install"):
        text_encoder({"kind": "embeddings", "model": "no_such_model"})
