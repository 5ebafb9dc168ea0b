"""Gymnasium spaces for the features of a notification, each with its flat float32 encoding.

Gymnasium's own spaces hold arrays; a notification holds words, switches, numbers and text. These
spaces hold plain Python values, and `gymnasium.spaces.utils.flatten` turns each into its slots of
a `"vector"` observation:

    Label    "com.whatsapp"     one slot for each known label, and one for all others
    Flag     True               three slots: False, True, 'unknown'
    Number   0.4                one slot, scaled to [0, 1] by the range it was fitted on
    Count    17                 one slot, scaled to [0, 1] by its logarithm
    Text     "See you at 8?"    the slots of its encoder; without one no slot
"""

from __future__ import annotations

import math
import sys
from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from gymnasium.spaces import Box, Space
from gymnasium.spaces.utils import flatdim, flatten, flatten_space, unflatten
from gymnasium.wrappers.utils import create_zero_array
from numpy.typing import NDArray

from gym_push.errors import ArgumentError

T = TypeVar("T")
Float32s = NDArray[np.float32]

UNKNOWN = "unknown"
OTHER = "other"


class FeatureSpace(Space[T]):
    """A space of plain Python values with a fixed flat encoding in [lowest, 1].

    Attributes:
        kind: label, flag, integer, number or text.
        flat_size: Float32 slots of one value.
        lowest: The least that a slot can hold: 0, or what the encoder of a Text says.
        parameters: What, with the kind, makes an equal space; plain values for JSON.
    """

    kind: str
    lowest = 0.0
    is_np_flattenable = True

    def __init__(self, flat_size: int, **parameters: Any) -> None:
        super().__init__(shape=None, dtype=np.float32)
        self.flat_size, self.parameters = flat_size, parameters

    def to_dict(self) -> dict[str, Any]:
        """Returns the kind and the parameters: what `Encoding` writes to JSON."""
        return {"kind": self.kind, **self.parameters}

    @abstractmethod
    def encode(self, value: T) -> Float32s:
        """Returns the slots of one value: float32, shape (flat_size,), within [lowest, 1]."""

    @abstractmethod
    def decode(self, slots: Float32s) -> T:
        """Returns the value with these slots, as precisely as they keep it."""

    def __eq__(self, other: object) -> bool:
        """Two feature spaces are equal when they hold and encode the same values."""
        return type(self) is type(other) and repr(self) == repr(other)

    def __hash__(self) -> int:
        """Equal spaces have equal hashes."""
        return hash(repr(self))

    def __repr__(self) -> str:
        """All parameters in full."""
        parameters = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        return f"{type(self).__name__}({parameters})"


class _Choice(FeatureSpace[T]):
    """A space whose values have a slot each.

    Args:
        values: The values, in the order of their slots.
        drawn: The values that are drawn, each as likely.
        parameters: As of a `FeatureSpace`.
    """

    def __init__(self, values: Sequence[T], drawn: Sequence[T], **parameters: Any) -> None:
        super().__init__(len(values), **parameters)
        self._values, self._drawn = values, drawn

    @abstractmethod
    def slot(self, value: object) -> int:
        """Returns the slot of a value, in [0, flat_size)."""

    def encode(self, value: T) -> Float32s:
        """Returns the one-hot slots of a value."""
        slots = np.zeros(self.flat_size, dtype=np.float32)
        slots[self.slot(value)] = 1.0
        return slots

    def decode(self, slots: Float32s) -> T:
        """Returns the value of one-hot slots."""
        return self._values[int(np.argmax(slots))]

    def sample(self, mask: Any = None, probability: Any = None) -> T:
        """Draws a value, each as likely; a Label draws `'other'` only if it has no labels."""
        return self._drawn[int(self.np_random.integers(len(self._drawn)))]


class Label(_Choice[str]):
    """A word. Those of `labels` have a slot each; all other words share the last slot.

    Args:
        labels: The labels with a slot of their own, in the order of their slots.

    Raises:
        ArgumentError: They are not words, or one is repeated.
    """

    kind = "label"

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        words = not isinstance(labels, str) and all(isinstance(label, str) for label in labels)
        if not words or len(set(self.labels)) < len(self.labels):
            raise ArgumentError("the labels of a Label must be different words")
        super().__init__((*self.labels, OTHER), self.labels or (OTHER,), labels=list(self.labels))

    @cached_property
    def _slots(self) -> dict[object, int]:
        return {label: slot for slot, label in enumerate(self.labels)}

    def slot(self, value: object) -> int:
        """Returns the slot of a word, in [0, flat_size); unknown words have the last."""
        return self._slots.get(value, len(self.labels))

    def contains(self, x: Any) -> bool:
        """Any str is in the space."""
        return isinstance(x, str)


class Flag(_Choice["bool | str"]):
    """A switch: True, False, or `'unknown'` where the phone could not tell."""

    kind = "flag"
    VALUES: tuple[bool | str, ...] = (False, True, UNKNOWN)

    def __init__(self) -> None:
        super().__init__(self.VALUES, self.VALUES)

    def slot(self, value: object) -> int:
        """Returns the slot of a value, in [0, 3).

        Raises:
            ValueError: It is not one of `VALUES`.
        """
        return self.VALUES.index(value)

    def contains(self, x: Any) -> bool:
        """True, False and `'unknown'` are in the space."""
        return isinstance(x, bool) or (isinstance(x, str) and x == UNKNOWN)


class Number(FeatureSpace[float]):
    """A finite number, encoded by its place between `low` and `high`.

    Args:
        low: Encoded as 0, like all below it.
        high: Encoded as 1, like all above it. Where `low` equals `high` everything encodes as 0.
        integer: Whether the values are whole numbers.

    Raises:
        ArgumentError: `low` is above `high`, or one of them is not finite.
    """

    def __init__(self, low: float, high: float, integer: bool = False) -> None:
        if not (low <= high and math.isfinite(high - low)):
            raise ArgumentError(f"low={low!r} must not be above high={high!r}, and both be finite")
        value = int if integer else float
        self.low, self.high, self.integer = value(low), value(high), integer
        self.kind = "integer" if integer else "number"
        super().__init__(1, low=self.low, high=self.high)

    def scale(self, values: NDArray[Any]) -> Float32s:
        """Returns an array of numbers as float32 in [0, 1], of the same shape."""
        clipped = np.clip(np.asarray(values, dtype=np.float64), self.low, self.high)
        return ((clipped - self.low) / ((self.high - self.low) or 1.0)).astype(np.float32)

    def encode(self, value: float) -> Float32s:
        """Returns the one slot of a number."""
        return self.scale(np.array([value]))

    def decode(self, slots: Float32s) -> float:
        """Returns the number at this place between `low` and `high`."""
        value = self.low + float(slots[0]) * (self.high - self.low)
        return round(value) if self.integer else value

    def sample(self, mask: Any = None, probability: Any = None) -> float:
        """Draws a number between `low` and `high`."""
        if self.integer:
            return int(self.np_random.integers(int(self.low), int(self.high), endpoint=True))
        return float(self.np_random.uniform(self.low, self.high))

    def contains(self, x: Any) -> bool:
        """Any finite int or float is in the space; whole ones only where `integer`."""
        if isinstance(x, bool) or not isinstance(x, int if self.integer else (int, float)):
            return False
        return abs(x) <= sys.float_info.max


class Count(Number):
    """A whole number from 0, encoded by its logarithm: 300 and 900 differ like 3 and 9.

    Args:
        most: Encoded as 1, like all above it.

    Raises:
        ArgumentError: It is not above 0.
    """

    def __init__(self, most: int) -> None:
        if not most > 0:
            raise ArgumentError(f"most={most!r} must be above 0")
        super().__init__(0, most, integer=True)
        self.parameters = {"most": self.high}

    def scale(self, values: NDArray[Any]) -> Float32s:
        """Returns log(1 + n) / log(1 + most) as float32 in [0, 1], of the same shape."""
        clipped = np.clip(np.asarray(values, dtype=np.float64), 0.0, self.high)
        scaled: Float32s = (np.log1p(clipped) / np.log1p(self.high)).astype(np.float32)
        return scaled

    def decode(self, slots: Float32s) -> float:
        """Returns the count with this logarithm."""
        return round(math.expm1(float(slots[0]) * math.log1p(self.high)))


class Text(FeatureSpace[str]):
    """Words. Only an encoder puts them into the flat encoding.

    Args:
        encoder: One of `gym_push.logs.text_encoders`; None for no slots, which leaves text to
            agents that read it.
    """

    kind = "text"

    def __init__(self, encoder: Any = None) -> None:
        self.encoder = encoder
        if encoder is None:
            super().__init__(0)
        else:
            self.lowest = encoder.lowest
            super().__init__(encoder.width, encoder=encoder)

    def to_dict(self) -> dict[str, Any]:
        """Returns the kind, and the encoder if there is one."""
        made = {} if self.encoder is None else {"encoder": self.encoder.to_dict()}
        return {"kind": self.kind, **made}

    def encode(self, value: str) -> Float32s:
        """Returns the slots of a text."""
        if self.encoder is None:
            return np.zeros(0, dtype=np.float32)
        slots: Float32s = self.encoder.encode([value])[0]
        return slots

    def decode(self, slots: Float32s) -> str:
        """Returns the empty text: words cannot be told from the slots."""
        return ""

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """Draws eight letters."""
        return "".join(chr(97 + int(i)) for i in self.np_random.integers(26, size=8))

    def contains(self, x: Any) -> bool:
        """Any str is in the space."""
        return isinstance(x, str)


def at(observations: Any, place: int) -> Any:
    """Returns the observation of one environment out of a batch."""
    if isinstance(observations, dict):
        return {name: values[place] for name, values in observations.items()}
    return observations[place]


flatdim.register(FeatureSpace, lambda space: space.flat_size)
flatten.register(FeatureSpace, lambda space, x: space.encode(x))
unflatten.register(FeatureSpace, lambda space, x: space.decode(x))
flatten_space.register(
    FeatureSpace, lambda space: Box(space.lowest, 1.0, (space.flat_size,), np.float32)
)
create_zero_array.register(
    FeatureSpace, lambda space: space.decode(np.zeros(space.flat_size, dtype=np.float32))
)
