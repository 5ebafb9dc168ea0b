"""Numbers of a model that say what they mean, where they come from, and in what range they lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

import numpy as np

from gym_push.errors import ArgumentError, did_you_mean

if TYPE_CHECKING:
    from typing_extensions import Self

SMALLEST: Final = 1e-9
LARGEST: Final = 1e4


class Parameter(NamedTuple):
    """What one number of the model means.

    Attributes:
        name: Of the field.
        default: Its value in the model.
        meaning: Its unit, and what it applies to.
        source: Where the default comes from.
        kind: "number", "whole number", "switch" (False or True), or "numbers" for a tuple of them.
        least, most: The range it must lie in.
    """

    name: str
    default: Any
    meaning: str
    source: str
    kind: str = "number"
    least: float = -LARGEST
    most: float = LARGEST

    def check(self, given: Any) -> Any:
        """Returns a value as plain Python numbers.

        Raises:
            ArgumentError: It is out of range or of another kind.
        """
        several = self.kind == "numbers"
        row = given if several and isinstance(given, (tuple, list)) else (given,)
        plain = [value.item() if isinstance(value, np.generic) else value for value in row]
        fits = len(plain) == (len(self.default) if several else 1)
        if not fits or not all(map(self._within, plain)):
            kind = f"{len(self.default)} numbers" if several else f"a {self.kind}"
            limits = f"{kind} from {self.least:g} to {self.most:g}"
            needed = "True or False" if self.kind == "switch" else limits
            raise ArgumentError(f"{self.name}={given!r} ({self.meaning}) must be {needed}")
        one = bool(plain[0]) if self.kind == "switch" else plain[0]
        return tuple(plain) if several else one

    def nearest(self, value: float) -> float:
        """Returns the value in the range that is nearest to a number."""
        return float(min(max(value, self.least), self.most))

    def _within(self, value: Any) -> bool:
        if self.kind == "switch":
            return isinstance(value, (int, float)) and value in (False, True)
        types = int if self.kind == "whole number" else (int, float)
        right = isinstance(value, types) and not isinstance(value, bool)
        return right and self.least <= value <= self.most


def number(default: Any, meaning: str, source: str, **limits: Any) -> Any:
    """Returns a field of a `Described` dataclass."""
    about = Parameter("", default, meaning, source, **limits)
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True)
class Described:
    """A frozen dataclass whose fields are all made by `number`.

    Attributes:
        of: What the numbers belong to, for messages.
    """

    of: ClassVar[str]

    def __post_init__(self) -> None:
        """Checks the ranges."""
        for about in self.describe():
            object.__setattr__(self, about.name, about.check(getattr(self, about.name)))

    @classmethod
    def describe(cls) -> Iterator[Parameter]:
        """Yields what each parameter means, its default, source and range, in their order."""
        for each in fields(cls):
            yield each.metadata["about"]._replace(name=each.name)

    def changed(self, **parameters: Any) -> Self:
        """Returns these parameters with some of them changed.

        Raises:
            ArgumentError: There is no such parameter, or it is outside its range.
        """
        known = [each.name for each in fields(self)]
        for name in parameters:
            if name not in known:
                raise ArgumentError(
                    f"{self.of} has no parameter {name!r}{did_you_mean(name, known)}"
                )
        return replace(self, **parameters)
