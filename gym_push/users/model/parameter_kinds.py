"""The kinds of numbers that the simulated person is made of, and the range of each.

Ranges are wide enough for any person and narrow enough for the arithmetic: with the largest of
them, times stay within 64 bits of milliseconds and sums of utilities keep their small terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, fields
from typing import Any, Final, NamedTuple

import numpy as np

from gym_push.errors import ArgumentError

FITTED: Final = "fitted by hand to the marginals of ten anonymous notification logs"
ASSUMED: Final = "assumed: nothing was measured"

SMALLEST: Final = 1e-9
LARGEST: Final = 1e4
LARGEST_SPREAD: Final = 2.5
"""Of a logarithm: twice that is already a factor of 150."""


class Parameter(NamedTuple):
    """What one number of the model means.

    Attributes:
        name: Of the field of `Parameters`.
        default: Its value in the model.
        meaning: Its unit, and what it applies to.
        source: Where the default comes from.
        least, most: The range it must lie in.
    """

    name: str
    default: Any
    meaning: str
    source: str
    least: float
    most: float

    def check(self, given: Any) -> Any:
        """Returns a value as plain Python numbers.

        Raises:
            ArgumentError: It is outside the range, or of another kind than the default.
        """
        several = isinstance(self.default, tuple)
        row = given if several and isinstance(given, (tuple, list)) else (given,)
        plain = [value.item() if isinstance(value, np.generic) else value for value in row]
        fits = len(plain) == (len(self.default) if several else 1)
        if not fits or not all(map(self._within, plain)):
            raise ArgumentError(f"{self.name}={given!r} ({self.meaning}) must be {self._range()}")
        return tuple(plain) if several else plain[0]

    def nearest(self, value: float) -> float:
        """Returns the value in the range that is nearest to a number."""
        return float(min(max(value, self.least), self.most))

    def _within(self, value: Any) -> bool:
        kinds = int if isinstance(self.default, int) else (int, float)
        whole = isinstance(value, kinds) and not isinstance(value, bool)
        return whole and self.least <= value <= self.most

    def _range(self) -> str:
        kind = "a whole number" if isinstance(self.default, int) else "a number"
        if isinstance(self.default, tuple):
            kind = f"{len(self.default)} numbers"
        if self.least == -self.most:
            return f"{kind} of at most {self.most:g} either way"
        return f"{kind} from {self.least:g} to {self.most:g}"


def described(dataclass: type) -> Iterator[Parameter]:
    """Yields what each field of a dataclass of parameters means, in their order."""
    for each in fields(dataclass):
        yield Parameter(each.name, each.default, **each.metadata)


def _field(default: Any, meaning: str, source: str, least: float, most: float) -> Any:
    about = {"meaning": meaning, "source": source, "least": least, "most": most}
    return field(default=default, metadata=about)


def number(default: Any, meaning: str, source: str) -> Any:
    """A number of either sign, or a row of them."""
    return _field(default, meaning, source, -LARGEST, LARGEST)


def not_negative(default: Any, meaning: str, source: str, most: float = LARGEST) -> Any:
    """A number from zero on."""
    return _field(default, meaning, source, 0, most)


def spread(default: Any, meaning: str, source: str) -> Any:
    """A standard deviation of a logarithm, or of something of that size."""
    return _field(default, meaning, source, 0, LARGEST_SPREAD)


def positive(default: Any, meaning: str, source: str, most: float = LARGEST) -> Any:
    """A number above zero."""
    return _field(default, meaning, source, SMALLEST, most)


def count(default: int, meaning: str, source: str) -> Any:
    """A whole number from one on."""
    return _field(default, meaning, source, 1, LARGEST)


def probability(default: Any, meaning: str, source: str) -> Any:
    """A number from 0 to 1."""
    return _field(default, meaning, source, 0, 1)


def hour(default: Any, meaning: str, source: str) -> Any:
    """An hour of the day, which after midnight may count on from 24."""
    return _field(default, meaning, source, 0, 30)
