"""Which values of a feature an agent can tell apart, and the numbers that stand for them.

One encoding makes all three forms of an observation, so that they always agree: plain values,
codes, and float32 rows. It is fitted on one log, works on others (a label that is new there gets
the feature's last slot), and is saved and loaded as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.spaces import Box, Discrete
from numpy.typing import NDArray

from gym_push.errors import ArgumentError, EncodingError, choose
from gym_push.files import read_text, write_whole
from gym_push.logs.columns import CodedColumn, NumberColumn, Rows
from gym_push.logs.feature_spaces import fit_space, fit_text, space_of
from gym_push.logs.log import NotificationLog
from gym_push.logs.text_encoders import AnyTextEncoder, text_encoder
from gym_push.meanings import Features
from gym_push.spaces import FeatureSpace, Flag, Float32s, Label, Number, Text
from gym_push.text import quoted

FORMS = ("raw", "codes", "vector")
MOST_LABELS = 256
LARGEST_FILE = 1 << 26  # bytes
_FORMAT = "gym-push encoding 1"


class Encoding:
    """The values of each feature that an agent can tell apart.

    Args:
        spaces: A space for each feature, in the order of an observation.

    Attributes:
        spaces: As given.
        width: The number of float32 slots of one notification.
    """

    def __init__(self, spaces: Mapping[str, FeatureSpace[Any]]) -> None:
        self.spaces = dict(spaces)
        self.width = sum(space.flat_size for space in self.spaces.values())

    @classmethod
    def fit(
        cls,
        log: NotificationLog,
        most_labels: int = MOST_LABELS,
        text: AnyTextEncoder | None = None,
    ) -> Encoding:
        """Returns the encoding that tells apart what this log holds.

        Args:
            log: The log to learn labels and ranges from.
            most_labels: Labels of a feature that get a slot of their own, the most frequent first;
                all others share one.
            text: What puts text into vectors, as `text_encoder` takes it: "hashing", "tf-idf",
                which is fitted on this log, or "embeddings"; None to leave text out.

        Raises:
            ArgumentError: `most_labels` is below 1, or there is no such encoder of texts.
            MissingExtraError: The encoder needs a package that is not installed.
        """
        if most_labels < 1:
            raise ArgumentError(f"most_labels={most_labels!r} must be 1 or more")
        fitted = cls({f.name: fit_space(log, f.name, most_labels) for f in log.schema.observed})
        return fitted if text is None else fitted.with_text(text, log)

    def with_text(self, text: AnyTextEncoder, log: NotificationLog | None = None) -> Encoding:
        """Returns the encoding with text in its vectors.

        Args:
            text: As of `fit`.
            log: What TF-IDF is fitted on; None where nothing is to be fitted.

        Raises:
            ArgumentError: There is no such encoder, it has to be fitted and there is no log, or the
                encoding has no text, or has it in its vectors already.
            EncodingError: The log does not fit.
            MissingExtraError: The encoder needs a package that is not installed.
        """
        encoder = text_encoder(text)
        names = [name for name, space in self.spaces.items() if isinstance(space, Text)]
        if not names or any(self.spaces[name].flat_size for name in names):
            why = "puts text into vectors already" if names else "has no text"
            raise ArgumentError(f"the encoding {why}; leave text={quoted(text)} out")
        if log is None and not encoder.fitted:
            raise ArgumentError(
                f"text={quoted(text)} has to be fitted on texts that were seen before: use "
                f"Encoding.fit(log, text={quoted(text)}), or 'hashing', which needs no fitting"
            )
        if log is not None:
            self.check(log)
        texts = {
            name: Text(encoder if log is None else fit_text(encoder, log, name)) for name in names
        }
        return Encoding({**self.spaces, **texts})

    def space(self, form: str) -> Features | Box:
        """Returns the space of observations of a form, with random numbers of its own.

        Args:
            form: `"raw"`, a Dict of plain Python values, text among them; `"codes"`, a Dict with a
                Discrete for a label or flag and a Box for a number; or `"vector"`, a Box of float32
                in [0, 1], or [-1, 1] where embeddings are, shape (width,).

        Raises:
            ArgumentError: There is no such form.
        """
        if choose("observation", form, FORMS) == "vector":
            spaces = self.spaces.values()
            lows = np.repeat([s.lowest for s in spaces], [s.flat_size for s in spaces])
            low: Any = lows.astype(np.float32) if lows.any() else 0.0
            return Box(low, np.ones(self.width, np.float32) if lows.any() else 1.0, (self.width,))
        if form == "raw":
            return Features(list(deepcopy(self.spaces).items()))
        return Features(
            [
                (
                    name,
                    Box(0.0, 1.0, (1,)) if isinstance(space, Number) else Discrete(space.flat_size),
                )
                for name, space in self._coded.items()
            ]
        )

    @cached_property
    def numbers(self) -> list[int]:
        """The slots of a vector that hold numbers; those of labels and flags hold 0 or 1."""
        ends = accumulate(space.flat_size for space in self.spaces.values())
        return [
            slot
            for end, space in zip(ends, self.spaces.values(), strict=True)
            if isinstance(space, (Number, Text))
            for slot in range(end - space.flat_size, end)
        ]

    @property
    def _coded(self) -> dict[str, FeatureSpace[Any]]:
        return {name: each for name, each in self.spaces.items() if not isinstance(each, Text)}

    def codes(self, log: NotificationLog, rows: Rows = slice(None)) -> dict[str, NDArray[Any]]:
        """Returns the codes of a log's rows, feature by feature.

        Returns:
            For a label or flag its slot, int64, shape (rows,); for a number its place in its
            range, float32, shape (rows, 1).
        """
        return {name: self._code(log, name, rows) for name in self._coded}

    def vectors(self, log: NotificationLog, rows: Rows = slice(None)) -> Float32s:
        """Returns a log's rows as float32, shape (rows, width), as `space("vector")` says."""
        codes = self.codes(log, rows)
        count = len(log.actions[rows])
        vectors = np.zeros((count, self.width), dtype=np.float32)
        every, start = np.arange(count), 0
        for name, space in self.spaces.items():
            if isinstance(space, Number):
                vectors[:, start] = codes[name][:, 0]
            elif not isinstance(space, Text):
                vectors[every, start + codes[name]] = 1.0
            elif space.encoder is not None:
                texts = log.columns[name].take(rows)
                space.encoder.write(texts, vectors[:, start : start + space.flat_size])
            start += space.flat_size
        return vectors

    def _code(self, log: NotificationLog, name: str, rows: Rows) -> NDArray[Any]:
        space, column = self.spaces[name], log.columns[name]
        if isinstance(space, Number) and isinstance(column, NumberColumn):
            return space.scale(column.numbers[rows][:, np.newaxis])
        assert isinstance(space, (Label, Flag)) and isinstance(column, CodedColumn)
        codes = column.codes[rows]
        if len(codes) < len(column.values):  # some rows of many labels
            return np.array([space.slot(value) for value in column.take(rows)], dtype=np.int64)
        slots = np.array([space.slot(value) for value in column.values], dtype=np.int64)
        taken: NDArray[np.int64] = slots[codes]
        return taken

    def check(self, log: NotificationLog) -> None:
        """Checks that the encoding fits a log.

        Raises:
            EncodingError: The log lacks a feature, or has it as another kind.
        """
        kinds = {feature.name: feature.kind for feature in log.schema.observed}
        for name, space in self.spaces.items():
            if name not in kinds:
                raise EncodingError(
                    f"the encoding has the feature {quoted(name)}, which {log.source} lacks; "
                    "fit the encoding on a log with the same features"
                )
            if kinds[name] != space.kind:
                raise EncodingError(
                    f"feature {quoted(name)} has the kind {space.kind} in the encoding and "
                    f"{kinds[name]} in {log.source}; give it one kind in both schemas"
                )

    def save(self, path: str | Path) -> None:
        """Writes the encoding to a JSON file, whole or not at all.

        Raises:
            OSError: The file cannot be written.
        """
        import json_tricks  # here, because it loads pandas

        given = {"format": _FORMAT, "features": self.to_dict()}
        write_whole(path, json_tricks.dumps(given, allow_nan=False, indent=1) + "\n")

    @classmethod
    def load(cls, path: str | Path) -> Encoding:
        """Reads an encoding that `save` wrote.

        Raises:
            EncodingError: The file cannot be read, or does not hold an encoding.
        """
        try:
            given = json.loads(read_text(path, LARGEST_FILE))
        except OSError as error:
            raise EncodingError(
                f"{path}: the encoding cannot be read: {error.strerror}; check the path"
            ) from None
        except (ValueError, RecursionError) as error:
            raise EncodingError(
                f"{path}: this is not JSON ({error}); write an encoding with Encoding.save"
            ) from None
        format = given.get("format", _FORMAT) if isinstance(given, dict) else _FORMAT
        if format != _FORMAT:
            raise EncodingError(
                f"{path}: its format is {quoted(format)}, and this gym-push reads {_FORMAT!r}; fit "
                "the encoding again"
            )
        try:
            spaces = {name: space_of(**about) for name, about in given["features"].items()}
        except EncodingError as error:
            raise EncodingError(f"{path}: {error}") from None
        except (TypeError, KeyError, AttributeError, ValueError, OverflowError):
            spaces = {}
        if not spaces or "format" not in given:
            raise EncodingError(
                f"{path}: this JSON is not an encoding; write one with Encoding.save"
            )
        return cls(spaces)

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """Returns each feature's kind and what it tells apart, as plain values for JSON."""
        return {name: space.to_dict() for name, space in self.spaces.items()}

    def __eq__(self, other: object) -> bool:
        """Two encodings are equal when they encode all values alike."""
        if not isinstance(other, Encoding):
            return NotImplemented
        return [*self.spaces.items()] == [*other.spaces.items()]

    def __hash__(self) -> int:
        """Equal encodings have equal hashes."""
        return hash(tuple(self.spaces.items()))

    def __deepcopy__(self, memo: dict[int, Any]) -> Encoding:
        """Returns itself: an encoding is immutable."""
        return self


def check_text(form: str, text: AnyTextEncoder | None) -> None:
    """Checks that a form of observations can have text.

    Raises:
        ArgumentError: Codes have none.
    """
    if text is not None and form == "codes":
        raise ArgumentError(
            "observation='codes' leaves text out; use observation='vector' with "
            f"text={quoted(text)}"
        )
