"""What turns texts into rows of float32, and the memory of what was encoded last."""

from __future__ import annotations

import hashlib
import json
from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Any, ClassVar, Final

import numpy as np

from gym_push.errors import ArgumentError, EncodingError
from gym_push.spaces import Float32s

MOST_KEPT: Final = 2**28
"""Bytes of encoded texts that a process keeps: 256 MB."""
AT_ONCE: Final = 1024
"""Texts encoded at a time."""
WIDEST: Final = 2**16
"""Slots of a text at most: of `AT_ONCE` texts they take half a gigabyte while they are counted."""


class TextEncoder:
    """Turns texts into rows of numbers. It is immutable; equal encoders encode alike.

    Attributes:
        kind: "hashing", "tf-idf" or "embeddings".
        width: Float32 slots of one text; 0 for TF-IDF that is yet to be fitted.
        lowest: The least that a slot can hold: 0 or -1. The most is 1.
        packages: The distributions that decide what it does; results are kept with their versions.
        fitted: Whether it can encode; TF-IDF has to be fitted first.
        key: A hash of what it encodes by.
    """

    kind: ClassVar[str]
    lowest: ClassVar[float] = 0.0
    packages: ClassVar[tuple[str, ...]] = ()
    fitted: bool = True

    def __init__(self, width: int, /, **parameters: Any) -> None:
        self.width, self._parameters = width, parameters
        about = json.dumps(self.to_dict(), ensure_ascii=True).encode()
        self.key = hashlib.sha256(about).hexdigest()[:16]

    def fit(self, texts: Iterable[str]) -> TextEncoder:
        """Returns the encoder fitted on these texts: itself, if there is nothing to fit."""
        return self

    def encode(self, texts: Sequence[str]) -> Float32s:
        """Returns the rows of texts: float32, shape (texts, width), within [lowest, 1]."""
        rows = np.empty((len(texts), self.width), dtype=np.float32)
        self.write(texts, rows)
        return rows

    def write(self, texts: Sequence[str], to: Float32s) -> None:
        """Writes the rows of texts.

        Args:
            texts: The texts.
            to: float32 (texts, width), which is overwritten.

        Raises:
            EncodingError: The encoder is not fitted.
        """
        if not self.fitted:
            raise EncodingError(f"{self.kind} has to be fitted before it encodes; call fit(texts)")
        for start in range(0, len(texts), AT_ONCE):
            some = texts[start : start + AT_ONCE]
            kept = {text: _KEPT.get(self.key, text) for text in some}
            known = {text: row for text, row in kept.items() if row is not None}
            new = [text for text in kept if text not in known]
            for text, row in zip(new, self._make([*map(clean, new)]) if new else (), strict=True):
                known[text] = row
                _KEPT.keep(self.key, text, row)
            for place, text in enumerate(some, start):
                to[place] = known[text]

    @abstractmethod
    def _make(self, texts: list[str]) -> Float32s:
        """Returns the rows of texts that can be written as UTF-8."""

    def to_dict(self) -> dict[str, Any]:
        """Returns the kind and the parameters: what makes an equal one."""
        return {"kind": self.kind, **self._parameters}

    def __eq__(self, other: object) -> bool:
        """Two encoders are equal when they encode alike."""
        return isinstance(other, TextEncoder) and self.key == other.key

    def __hash__(self) -> int:
        """Equal encoders have equal hashes."""
        return hash(self.key)

    def __repr__(self) -> str:
        """Kind, width and key."""
        return f"<{self.kind}, {self.width} slots, {self.key}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles what it was made of."""
        return _again, (type(self), self._parameters)

    def __deepcopy__(self, memo: dict[int, Any]) -> TextEncoder:
        """Returns itself: it is immutable."""
        return self


class _Kept:
    """The rows of texts that were encoded last, by all encoders of this process."""

    def __init__(self) -> None:
        self._rows: OrderedDict[tuple[str, str], Float32s] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: str, text: str) -> Float32s | None:
        with self._lock:
            row = self._rows.get((key, text))
            if row is not None:
                self._rows.move_to_end((key, text))
            return row

    def keep(self, key: str, text: str, row: Float32s) -> None:
        with self._lock:
            if (key, text) in self._rows:  # another thread was faster
                return
            self._rows[key, text] = row.copy()
            self._bytes += _size(text, row)
            while self._bytes > MOST_KEPT and self._rows:
                (_, other), old = self._rows.popitem(last=False)
                self._bytes -= _size(other, old)


_KEPT: Final = _Kept()


def _size(text: str, row: Float32s) -> int:
    return row.nbytes + 4 * len(text) + 512  # about what Python needs beside


def clean(text: str) -> str:
    """Returns a text that can be written as UTF-8: with "?" for half a character."""
    return text.encode(errors="replace").decode()


def _again(kind: Callable[..., TextEncoder], parameters: Mapping[str, Any]) -> TextEncoder:
    return kind(**parameters)


def check_slots(**parameters: Any) -> None:
    """Checks that parameters are numbers of slots.

    Raises:
        ArgumentError: One of them is not a whole number from 1 to `WIDEST`; the message names it.
    """
    for name, value in parameters.items():
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= WIDEST:
            raise ArgumentError(f"{name}={value!r} must be a whole number from 1 to {WIDEST}")
