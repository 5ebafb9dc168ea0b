"""The observations of a log, prepared once and shared by every environment that plays it.

What an environment hands out is read-only, so that one prepared row can serve every step of every
environment. A short log is prepared whole; a long one some rows at a time, so that memory grows
with the log's columns only.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from gymnasium.spaces import Space
from numpy.typing import NDArray

from gym_push.errors import ArgumentError, EncodingError, choose
from gym_push.logs.columns import Rows, read_only
from gym_push.logs.encoding import Encoding
from gym_push.logs.log import NotificationLog
from gym_push.logs.quoting import quoted
from gym_push.spaces import Floats

FORMS = ("raw", "codes", "vector")
PREPARED_ROWS = 65_536  # up to here a log is prepared whole: as dicts of 23 features some 100 MB
PREPARED_FLOATS = 2**26  # and up to here as vectors: 256 MB


class Observation(dict[str, Any]):
    """A dict that cannot be changed, since other steps and environments hand out the same one.

    `dict(observation)` is a copy to change at will.
    """

    __slots__ = ()

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError("an observation cannot be changed; dict(observation) is a copy that can")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = _refuse
    __ior__ = _refuse

    def __reduce__(self) -> tuple[type[Observation], tuple[dict[str, Any]]]:
        """Pickles and copies as what it is."""
        return Observation, (dict(self),)


class Observations:
    """A log as an agent sees it.

    Args:
        log: The notifications.
        encoding: What is told apart.
        form: "raw", "codes" or "vector".
    """

    def __init__(self, log: NotificationLog, encoding: Encoding, form: str) -> None:
        """Checks that they fit; prepares nothing yet.

        Raises:
            ArgumentError: There is no such form, or nothing to see in it.
            EncodingError: The encoding does not fit the log.
        """
        choose("observation", form, FORMS)
        encoding.check(log)
        if not encoding.width and form != "raw":
            raise ArgumentError(
                f"{log.source} has nothing but text to observe, which observation={form!r} leaves "
                "out; use observation='raw'"
            )
        self.log, self.encoding, self.form = log, encoding, form

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles and copies without what is prepared: a copy shares that with the original."""
        return observe, (self.log, self.encoding, self.form)

    def space(self) -> Space[Any]:
        """Returns the space that every observation lies in, with random numbers of its own."""
        spaces = {
            "raw": self.encoding.raw_space,
            "codes": self.encoding.codes_space,
            "vector": self.encoding.vector_space,
        }
        return deepcopy(spaces[self.form])

    @property
    def prepared_whole(self) -> bool:
        """Whether the log is short enough for all of its observations to be kept."""
        return len(self.log) <= PREPARED_ROWS and self._tabled

    @property
    def _tabled(self) -> bool:
        """Whether the log is short enough for its numbers to be kept as arrays."""
        return len(self.log) * self.encoding.width <= PREPARED_FLOATS

    def take(self, rows: NDArray[np.integer[Any]]) -> list[Any]:
        """Returns the observations of these rows, in this order; they are read-only.

        Args:
            rows: Row numbers of the log, shape (n,).
        """
        if not self.prepared_whole:
            return self._make(rows)
        return [self._prepared[row] for row in rows.tolist()]

    def one(self, row: int) -> Any:
        """Returns the observation of a row; it is read-only."""
        return self._prepared[row] if self.prepared_whole else self._make(np.array([row]))[0]

    def batch(self, rows: NDArray[np.integer[Any]]) -> Any:
        """Returns the observations of these rows as a vector environment batches them.

        Args:
            rows: One row of the log for each environment, shape (n,).

        Returns:
            float32 (n, width) for vectors; a dict of arrays (n,) and (n, 1) for codes; a dict of
            tuples of n values for raw. New arrays, the caller's own.
        """
        if self.form == "raw":
            return {name: tuple(self.log.columns[name].take(rows)) for name in self.encoding.spaces}
        if self.form == "vector":
            return self._table.take(rows, axis=0) if self._tabled else self._vectors(rows)
        if self._tabled:
            return {name: code.take(rows, axis=0) for name, code in self._codes.items()}
        return self.encoding.codes(self.log, rows)

    def write(self, rows: NDArray[np.integer[Any]], to: Floats) -> None:
        """Writes the vectors of these rows, of which not all need be prepared as floats.

        Args:
            rows: Row numbers of the log, shape (n,).
            to: float32 (n, width), which they overwrite.
        """
        if not self._tabled:
            to[:] = self._vectors(rows)
            return
        taken = self._slots.take(rows)
        to[:] = taken["marks"]
        to[:, self.encoding.numbers] = taken["numbers"]

    def repeated(self, rows: NDArray[np.integer[Any]], times: int) -> Callable[[int], Any]:
        """Returns a function from i to the batch in which all see the i-th of these rows.

        Its arrays are read-only views on one copy of the rows, so their number costs nothing.

        Args:
            rows: Rows of the log, shape (steps,).
            times: How many environments see each of them.
        """
        if self.form == "vector":
            return _spread(self._vectors(rows), times).__getitem__
        if self.form == "codes":
            codes = self.encoding.codes(self.log, rows)
            spread = {name: _spread(code, times) for name, code in codes.items()}
            return lambda i: {name: code[i] for name, code in spread.items()}
        columns = {name: self.log.columns[name].take(rows) for name in self.encoding.spaces}
        return lambda i: {name: (column[i],) * times for name, column in columns.items()}

    def _vectors(self, rows: Rows) -> Floats:
        return self.encoding.vectors(self.log, rows)

    @cached_property
    def _table(self) -> Floats:
        return read_only(self._vectors(slice(None)))

    @cached_property
    def _slots(self) -> NDArray[Any]:
        """The table in a fourth of its size: marks of labels are bytes, and numbers stand apart."""
        places = self.encoding.numbers
        slots = np.empty(
            len(self.log),
            dtype=[("numbers", np.float32, len(places)), ("marks", np.uint8, self.encoding.width)],
        )
        for start in range(0, len(self.log), PREPARED_ROWS):
            rows = slice(start, start + PREPARED_ROWS)
            vectors = self._vectors(rows)
            slots["numbers"][rows] = vectors[:, places]
            vectors[:, places] = 0.0
            slots["marks"][rows] = vectors
        return read_only(slots)

    @cached_property
    def _codes(self) -> dict[str, NDArray[Any]]:
        return {name: read_only(code) for name, code in self.encoding.codes(self.log).items()}

    @cached_property
    def _prepared(self) -> list[Any]:
        return list(self._table) if self.form == "vector" else self._make(slice(None))

    def _make(self, rows: Rows) -> list[Any]:
        if self.form == "vector":
            return list(read_only(self._vectors(rows)))
        if self.form == "raw":
            columns = [self.log.columns[name].take(rows) for name in self.encoding.spaces]
            names = tuple(self.encoding.spaces)
        else:
            codes = self.encoding.codes(self.log, rows)
            columns = [
                list(read_only(code)) if code.ndim == 2 else code.tolist()
                for code in codes.values()
            ]
            names = tuple(codes)
        return [Observation(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _spread(rows: NDArray[Any], times: int) -> NDArray[Any]:
    """Returns (steps, ...) seen as (steps, times, ...), without a copy."""
    return np.broadcast_to(rows[:, np.newaxis], (len(rows), times, *rows.shape[1:]))


def renewed(observation: Any) -> Any:
    """Returns an equal read-only observation that shares no memory with this one."""
    if isinstance(observation, np.ndarray):
        return read_only(observation.copy())
    arrays = {name: renewed(v) for name, v in observation.items() if type(v) is np.ndarray}
    return Observation(observation, **arrays)


def observe(
    log: NotificationLog, encoding: Encoding | str | Path | None, form: str
) -> Observations:
    """Returns the observations of a log, the same ones for all that ask for the same.

    Args:
        log: The notifications.
        encoding: What is told apart, or a file with it; None for what this log holds.
        form: "raw", "codes" or "vector".

    Raises:
        EncodingError: The encoding cannot be read, or does not fit the log.
    """
    if isinstance(encoding, (str, Path)):
        encoding = Encoding.load(encoding)
    elif encoding is not None and not isinstance(encoding, Encoding):
        raise EncodingError(
            f"encoding={quoted(encoding)} is neither an Encoding nor a file with one; "
            "Encoding.fit(log) makes one"
        )
    made: dict[Any, Any] = vars(log).setdefault("_observations", {})  # goes when the log goes
    if encoding is None:
        encoding = made["fitted"] = made.get("fitted") or Encoding.fit(log)
    key = encoding, form
    if key not in made:
        made[key] = Observations(log, encoding, form)
    observations: Observations = made[key]
    return observations
