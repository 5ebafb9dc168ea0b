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
from gym_push.logs.columns import CodedColumn, NumberColumn, Rows, TextColumn
from gym_push.logs.log import NotificationLog
from gym_push.meanings import Features
from gym_push.spaces import Count, FeatureSpace, Flag, Float32s, Label, Number, Text
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
    def fit(cls, log: NotificationLog, most_labels: int = MOST_LABELS) -> Encoding:
        """Returns the encoding that tells apart what this log holds.

        Args:
            log: The log to learn labels and ranges from.
            most_labels: Labels of a feature that get a slot of their own, the most frequent first;
                all others share one.

        Raises:
            ArgumentError: `most_labels` is below 1.
        """
        if most_labels < 1:
            raise ArgumentError(f"most_labels={most_labels!r} must be 1 or more")
        return cls({f.name: _fit(log, f.name, most_labels) for f in log.schema.observed})

    def space(self, form: str) -> Features | Box:
        """Returns the space of observations of a form, with random numbers of its own.

        Args:
            form: `"raw"`, a Dict of plain Python values, text among them; `"codes"`, a Dict with a
                Discrete for a label or flag and a Box for a number; or `"vector"`, a Box of float32
                in [0, 1], shape (width,).

        Raises:
            ArgumentError: There is no such form.
        """
        if choose("observation", form, FORMS) == "vector":
            return Box(0.0, 1.0, (self.width,))
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
        ends = accumulate(space.flat_size for space in self._coded.values())
        numbers = (isinstance(space, Number) for space in self._coded.values())
        return [end - 1 for end, number in zip(ends, numbers, strict=True) if number]

    @property
    def _coded(self) -> dict[str, FeatureSpace[Any]]:
        return {name: space for name, space in self.spaces.items() if space.flat_size}

    def codes(self, log: NotificationLog, rows: Rows = slice(None)) -> dict[str, NDArray[Any]]:
        """Returns the codes of a log's rows, feature by feature.

        Returns:
            For a label or flag its slot, int64, shape (rows,); for a number its place in its
            range, float32, shape (rows, 1).
        """
        return {name: self._code(log, name, rows) for name in self._coded}

    def vectors(self, log: NotificationLog, rows: Rows = slice(None)) -> Float32s:
        """Returns a log's rows as float32, shape (rows, width), within [0, 1]."""
        codes = self.codes(log, rows)
        count = len(log.actions[rows])
        vectors = np.zeros((count, self.width), dtype=np.float32)
        every, start = np.arange(count), 0
        for name, space in self._coded.items():
            if isinstance(space, Number):
                vectors[:, start] = codes[name][:, 0]
            else:
                vectors[every, start + codes[name]] = 1.0
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


def _fit(log: NotificationLog, name: str, most_labels: int) -> FeatureSpace[Any]:
    column = log.columns[name]
    if isinstance(column, TextColumn):
        return Text()
    if isinstance(column, NumberColumn):
        integer = column.numbers.dtype == np.int64
        low, high = column.numbers.min(), column.numbers.max()
        return Number(low.item(), high.item(), integer)
    if column.values == Flag.VALUES:
        return Flag()
    counts = np.bincount(column.codes, minlength=len(column.values))
    commonest = np.argsort(-counts, kind="stable")[:most_labels]
    return Label([str(column.values[code]) for code in np.sort(commonest)])


def space_of(kind: str, **parameters: Any) -> FeatureSpace[Any]:
    """Returns the space with this description."""
    if kind == "integer" and "most" in parameters:
        return Count(**parameters)
    if kind in ("integer", "number"):
        return Number(**parameters, integer=kind == "integer")
    kinds: dict[str, type[FeatureSpace[Any]]] = {"label": Label, "flag": Flag, "text": Text}
    return kinds[kind](**parameters)
