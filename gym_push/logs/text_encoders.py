"""Texts as rows of float32, for agents that read numbers.

    hashing       words and pairs of words, each in the slot that its hash says: nothing is fitted,
                  and words of any language have a slot
    tf-idf        the most frequent words of some texts, weighted by how rare they are there
    embeddings    what a text means, by a sentence transformer whose weights are on this machine

Equal texts are encoded once a process, as long as `MOST_KEPT` bytes hold their rows.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import signature
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np

from gym_push.errors import ArgumentError, choose, extra_import
from gym_push.logs.embeddings import Embeddings
from gym_push.logs.text_encoder import WIDEST, TextEncoder, check_slots, clean
from gym_push.spaces import Float32s
from gym_push.text import quoted

WIDTH: Final = 1024
MOST_WORDS: Final = 2000
SEEN: Final = 2  # texts that have a word, for it to get a slot

_CHARACTERS = "\u3040-\u30ff\u3400-\u9fff"  # of Japanese and Chinese, which leave no spaces
_WORD: Final = re.compile(rf"[{_CHARACTERS}]|[^\W{_CHARACTERS}]+|[^\w\s]")


class Hashing(TextEncoder):
    """Counts words and pairs of words in the slots that their hashes say, by scikit-learn.

    A row has the length 1, and no slot is below 0. Signs are words, too: a "?" asks.

    Args:
        width: Number of slots.

    Raises:
        ArgumentError: The width is not a whole number from 1 to 65536.
        MissingExtraError: scikit-learn is not installed.
    """

    kind = "hashing"
    packages = ("scikit-learn",)

    def __init__(self, width: int = WIDTH) -> None:
        check_slots(width=width)
        with extra_import("text='hashing'", "scikit-learn", "text"):
            from sklearn.feature_extraction.text import HashingVectorizer
        self._counts = HashingVectorizer(
            n_features=width, analyzer=_words_and_pairs, norm=None, alternate_sign=False
        )
        super().__init__(width, width=width)

    def _make(self, texts: list[str]) -> Float32s:
        counts = self._counts.transform(texts).toarray()
        # Whole numbers, a root and a quotient are the same to the bit everywhere.
        lengths = np.sqrt((counts**2).sum(axis=1, keepdims=True))
        rows: Float32s = (counts / np.maximum(lengths, 1.0)).astype(np.float32)
        return rows


class TfIdf(TextEncoder):
    """Counts the words that it was fitted on, each weighted by how rare it was there.

    A row has the length 1, and no slot is below 0. Words that it does not know count nothing.

    Args:
        most: How many words get a slot, the most frequent first. Each is in two texts at least.
        words: Of a fitted one: what has a slot, in order. `fit` gives them.
        weights: Of a fitted one: of each word.

    Raises:
        ArgumentError: `most` is not a whole number from 1 to 65536, or words and weights do not
            fit.
    """

    kind = "tf-idf"

    def __init__(
        self,
        most: int = MOST_WORDS,
        words: Sequence[str] | None = None,
        weights: Sequence[float] = (),
    ) -> None:
        check_slots(most=most)
        self.fitted = words is not None
        words = words or ()
        self._slots = {word: slot for slot, word in enumerate(words)}
        right = len(self._slots) == len(words) == len(weights) <= WIDEST
        if not right or not all(0.0 < each < math.inf for each in weights):
            raise ArgumentError("tf-idf needs different words, with a weight above 0 for each")
        self._weights = [*map(float, weights)]
        fitted: dict[str, Any] = {"most": most}
        if self.fitted:
            fitted = {"words": [*words], "weights": self._weights}
        super().__init__(len(words), **fitted)
        self._most = most

    def fit(self, texts: Iterable[str]) -> TfIdf:
        """Returns one that knows the words of these texts; a fitted one returns itself."""
        if self.fitted:
            return self
        having: Counter[str] = Counter()
        total = 0
        for text in texts:
            having.update({*_words(clean(text))})
            total += 1
        often = sorted((-count, word) for word, count in having.items() if count >= SEEN)
        words = sorted(word for _, word in often[: self._most])
        # Rounded, as logarithms differ in the last bit from machine to machine.
        weights = [round(1.0 + math.log((1 + total) / (1 + having[w])), 6) for w in words]
        return TfIdf(words=words, weights=weights)

    def _make(self, texts: list[str]) -> Float32s:
        rows = np.zeros((len(texts), self.width), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            counts = Counter(self._slots[w] for w in _words(text) if w in self._slots)
            slots = {slot: count * self._weights[slot] for slot, count in counts.items()}
            length = math.sqrt(math.fsum(each * each for each in slots.values()))
            for slot, weight in slots.items():
                row[slot] = weight / length
        return rows


def _words(text: str) -> list[str]:
    """Returns the words and signs of a text in order; a Chinese character is a word."""
    return _WORD.findall(text.lower())


def _words_and_pairs(text: str) -> list[str]:
    words = _words(text)
    return words + [f"{one} {other}" for one, other in pairwise(words)]


ENCODERS: Final[Mapping[str, Callable[..., TextEncoder]]] = {
    each.kind: each for each in (Hashing, TfIdf, Embeddings)
}
"""The encoders by kind."""

AnyTextEncoder: TypeAlias = "str | Mapping[str, Any] | TextEncoder"
"""All that `text_encoder` takes."""


def text_encoder(text: AnyTextEncoder) -> TextEncoder:
    """Returns an encoder of texts.

    Args:
        text: "hashing", "tf-idf" or "embeddings"; a dict with this as its kind and the parameters,
            as in `{"kind": "hashing", "width": 256}`; or an encoder.

    Raises:
        ArgumentError: There is no such encoder, or it takes no such parameter or value.
        MissingExtraError: It needs a package that is not installed.
    """
    if isinstance(text, TextEncoder):
        return text
    given = {"kind": text} if isinstance(text, str) else text
    if not isinstance(given, Mapping) or "kind" not in given:
        raise ArgumentError(
            f"text={quoted(text)} is none of {', '.join(map(repr, ENCODERS))}, nor a dict with one "
            "of them as its 'kind'"
        )
    kind = ENCODERS[choose("text", given["kind"], ENCODERS)]
    parameters = {name: value for name, value in given.items() if name != "kind"}
    try:
        signature(kind).bind(**parameters)
    except TypeError as error:
        raise ArgumentError(f"text={quoted(text)}: {error}") from None
    return kind(**parameters)
