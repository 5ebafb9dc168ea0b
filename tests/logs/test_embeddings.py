"""Embeddings by the packaged model: the same rows in every company, and no pickle or code."""

import json
import pickle
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from extras_support import installed

from gym_push import ArgumentError, Encoding, EncodingError, bundled_log
from gym_push.logs import text_encoder
from gym_push.logs.embeddings import PACKAGED

pytestmark = [pytest.mark.slow, installed("sentence_transformers", PACKAGED)]

TEXTS = [
    "Shall we have dinner at eight?",
    "Dinner tonight at 8?",
    "Your invoice is ready",
    "",
    "🎉",
]


@pytest.fixture(scope="module")
def encoder():
    return text_encoder("embeddings")


def packaged():
    return Path(find_spec(PACKAGED).origin).parent / "model"


@pytest.fixture
def folder(tmp_path):
    """A copy of the packaged model, without its weights."""
    made = tmp_path / "model"
    shutil.copytree(packaged(), made, ignore=shutil.ignore_patterns("*.safetensors"))
    return made


def make(folder):
    return text_encoder({"kind": "embeddings", "model": str(folder)})


def test_what_means_the_same_is_near(encoder):
    rows = encoder.encode(TEXTS)
    assert rows.shape == (5, 384) and rows.dtype == np.float32
    assert rows.min() < 0.0 and abs(rows).max() <= 1.0
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)
    assert rows[0] @ rows[1] > 0.7 > 0.3 > rows[0] @ rows[2]


def test_a_text_has_the_same_bits_in_any_company(encoder):
    texts = [*TEXTS, *bundled_log().columns["tickerText"].take(np.arange(8)), "word " * 300]
    together, backwards = encoder._make(texts), encoder._make(texts[::-1])[::-1]
    alone = np.concatenate([encoder._make([text]) for text in texts])
    assert (together == backwards).all() and (together == alone).all()
    assert (encoder.encode(texts) == together).all()


def test_an_equal_one_comes_back(encoder, tmp_path):
    assert pickle.loads(pickle.dumps(encoder)) == encoder
    encoding = Encoding.fit(bundled_log().select(np.arange(20)), text="embeddings")
    encoding.save(tmp_path / "encoding.json")
    assert Encoding.load(tmp_path / "encoding.json") == encoding
    box = encoding.space("vector")
    assert (box.low == -1.0).sum() == 384 and (box.high == 1.0).all()


def test_an_encoding_knows_its_model_by_its_weights(encoder, tmp_path):
    about = {**encoder.to_dict(), "weights": "0" * 16}
    with pytest.raises(EncodingError, match="is another than the encoding was made with"):
        text_encoder(about)
    path = tmp_path / "encoding.json"
    features = {"words": {"kind": "text", "encoder": about}}
    path.write_text(json.dumps({"format": "gym-push encoding 1", "features": features}))
    with pytest.raises(EncodingError, match="encoding.json: the model .* is another"):
        Encoding.load(path)


def test_a_folder_of_ones_own_is_the_same_model(encoder, folder):
    (folder / "model.safetensors").symlink_to(packaged() / "model.safetensors")
    assert make(folder) == encoder


def test_pickled_weights_are_refused(folder):
    import torch

    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(ArgumentError, match="pytorch_model.bin, which may run code; save"):
        make(folder)
    (folder / "pytorch_model.bin").unlink()
    with pytest.raises(ArgumentError, match="no weights as safetensors but none"):
        make(folder)


def test_code_of_a_model_is_not_run(folder):
    (folder / "model.safetensors").symlink_to(packaged() / "model.safetensors")
    (folder / "mine.py").write_text("raise SystemExit('it ran')\nclass Mine: ...\n")
    modules = json.loads((folder / "modules.json").read_text())
    modules[1]["type"] = "mine.Mine"
    (folder / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(ArgumentError, match="has the part 'mine.Mine', whose code is not run"):
        make(folder)
    modules[1]["type"] = "sentence_transformers.models.Router"  # which loads what its file names
    (folder / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(ArgumentError, match="Router', whose code is not run"):
        make(folder)


@pytest.mark.parametrize("path", ["../elsewhere", "linked"])
def test_all_parts_of_a_model_are_in_its_folder(folder, path):
    (folder / "model.safetensors").symlink_to(packaged() / "model.safetensors")
    (folder.parent / "elsewhere").mkdir()
    (folder / "linked").symlink_to(folder.parent / "elsewhere")
    modules = json.loads((folder / "modules.json").read_text())
    modules[1]["path"] = path
    (folder / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(ArgumentError, match="has a part outside of it, .*elsewhere; put it inside"):
        make(folder)


def test_a_folder_that_is_no_model(tmp_path):
    with pytest.raises(ArgumentError, match="is no model of sentence-transformers"):
        make(tmp_path)


def test_without_the_library_the_command_that_installs_it_is_named():
    script = (
        "import sys\nsys.modules['sentence_transformers'] = None\n"
        "from gym_push.logs import text_encoder\ntext_encoder('embeddings')"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "needs sentence-transformers, which is not installed" in shown.stderr
    assert '".[text]"' in shown.stderr


def test_a_small_static_model_of_ones_own(tmp_path):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = Tokenizer(WordLevel({"?": 0, "dinner": 1, "tonight": 2, "invoice": 3}, unk_token="?"))
    words.pre_tokenizer = Whitespace()
    weights = np.eye(4, 8, dtype=np.float32)
    model = SentenceTransformer(modules=[StaticEmbedding(words, embedding_weights=weights)])
    model.save(str(tmp_path / "static"))
    encoder = make(tmp_path / "static")
    rows = encoder.encode(["dinner tonight", "invoice", "dinner"])
    assert encoder.width == 8 and rows.shape == (3, 8)
    assert np.allclose(rows[0, 1:3], 0.5**0.5) and rows[1].tolist() == [0, 0, 0, 1, 0, 0, 0, 0]
    assert (encoder._make(["dinner"])[0] == rows[2]).all()
