"""The observations of a log, prepared once and shared by every environment that plays it.

They are read-only, so that one row can serve every step of every environment; `own` makes a copy
that the caller may change. A short log is prepared whole; a long one some rows at a time, so that
memory grows with the log's columns only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from gymnasium.spaces import Space
from numpy.typing import NDArray

from gym_push.errors import ArgumentError, EncodingError, choose
from gym_push.logs.columns import Rows, read_only
from gym_push.logs.encoding import FORMS, Encoding, check_text
from gym_push.logs.log import NotificationLog
from gym_push.logs.text_encoders import AnyTextEncoder
from gym_push.meanings import Features
from gym_push.spaces import Float32s
from gym_push.text import quoted

PREPARED_ROWS = 65_536
"""Longest log that is prepared whole; as dicts of 23 features it takes about 100 MB."""
AT_ONCE = 64
"""Rows prepared at a time from a longer log."""
PREPARED_FLOATS = 2**26
"""Most values (rows times slots) that are kept as arrays: 256 MB."""


class _Shared(dict[str, Any]):
    """A read-only dict, because other steps and environments return the same one."""

    __slots__ = ()

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError("a shared observation cannot be changed; dict(observation) is a copy")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = _refuse
    __ior__ = _refuse

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        """Pickles and copies as a plain dict, which is not shared."""
        return dict, (dict(self),)


class Observations:
    """A log as an agent sees it.

    Args:
        log: The notifications.
        encoding: The values that the agent can tell apart.
        form: "raw", "codes" or "vector".

    Raises:
        ArgumentError: There is no such form, or nothing to observe in it.
        EncodingError: The encoding does not fit the log.
    """

    def __init__(self, log: NotificationLog, encoding: Encoding, form: str) -> None:
        choose("observation", form, FORMS)
        encoding.check(log)
        told = (each.flat_size or form == "raw" for each in encoding.spaces.values())
        if form == "codes":
            told = (each.kind != "text" for each in encoding.spaces.values())
        if not any(told):
            raise ArgumentError(
                f"{log.source} has nothing but text to observe, which observation={form!r} leaves "
                "out; use observation='raw'"
            )
        self.log, self.encoding, self.form = log, encoding, form

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles without what is prepared; a copy shares it with the original."""
        return observe, (self.log, self.encoding, self.form)

    def space(self) -> Space[Any]:
        """Returns the space of the observations, with random numbers of its own."""
        space = self.encoding.space(self.form)
        if isinstance(space, Features):
            meanings = self.log.schema.meanings.items()
            space.meanings = {means: name for means, name in meanings if name in space.spaces}
        return space

    @property
    def prepared_whole(self) -> bool:
        """Whether the log is short enough for all of its observations to be kept."""
        return len(self.log) <= PREPARED_ROWS and self._tabled

    @property
    def _tabled(self) -> bool:
        """Whether the log is short enough for its numbers to be kept as arrays."""
        return len(self.log) * self.encoding.width <= PREPARED_FLOATS

    @property
    def own(self) -> Callable[[Any], Any]:
        """A function that copies an observation: to a plain dict, to arrays of their own."""
        copies: dict[str, Callable[[Any], Any]] = {
            "raw": dict.copy,
            "codes": _own_codes,
            "vector": np.ndarray.copy,
        }
        return copies[self.form]

    def take(self, rows: NDArray[np.integer[Any]]) -> list[Any]:
        """Returns the observations of these rows, in this order; they are shared and read-only.

        Args:
            rows: Row numbers of the log, shape (n,).
        """
        return list(self.each(rows, shared=True))

    def each(self, rows: NDArray[np.integer[Any]], *, shared: bool) -> Iterator[Any]:
        """Yields the observations of these rows, in this order.

        Args:
            rows: Row numbers of the log, shape (n,).
            shared: Whether they are shared and read-only; else they are copies.
        """
        pieces = (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))
        if self.form == "vector" and not shared:
            return chain.from_iterable(map(self.batch, pieces))  # rows of a table made for them
        if self.prepared_whole:
            observations: Iterator[Any] = map(self._prepared.__getitem__, rows.tolist())
        else:
            observations = chain.from_iterable(map(self._make, pieces))
        return observations if shared else map(self.own, observations)

    def one(self, row: int) -> Any:
        """Returns the observation of a row; it is shared and read-only."""
        return self._prepared[row] if self.prepared_whole else self._make(np.array([row]))[0]

    def batch(self, rows: NDArray[np.integer[Any]]) -> Any:
        """Returns the observations of these rows as a vector environment batches them.

        Args:
            rows: One row of the log for each environment, shape (n,).

        Returns:
            float32 (n, width) for vectors; a dict of arrays (n,) and (n, 1) for codes; a dict of
            tuples of n values for raw. The arrays are new.
        """
        if self.form == "raw":
            return {name: tuple(self.log.columns[name].take(rows)) for name in self.encoding.spaces}
        if self.form == "vector":
            return self._table.take(rows, axis=0) if self._tabled else self._vectors(rows)
        if self._tabled:
            return {name: code.take(rows, axis=0) for name, code in self._codes.items()}
        return self.encoding.codes(self.log, rows)

    def write(self, rows: NDArray[np.integer[Any]], to: Float32s) -> None:
        """Writes the vectors of these rows.

        Args:
            rows: Row numbers of the log, shape (n,).
            to: float32 (n, width), which is overwritten.
        """
        if not self._tabled:
            to[:] = self._vectors(rows)
            return
        taken = self._slots.take(rows)
        to[:] = taken["marks"]
        to[:, self.encoding.numbers] = taken["numbers"]

    def repeated(
        self, rows: NDArray[np.integer[Any]], times: int, *, shared: bool
    ) -> Callable[[int], Any]:
        """Returns a function from i to the batch in which all environments see the i-th row.

        Args:
            rows: Rows of the log, shape (steps,).
            times: The number of environments.
            shared: Whether arrays are read-only views of the rows, so that more environments cost
                nothing; else they are copies.
        """
        if self.form == "raw":
            columns = {name: self.log.columns[name].take(rows) for name in self.encoding.spaces}
            return lambda i: {name: (column[i],) * times for name, column in columns.items()}
        if self.form == "vector":
            return _repeated(self._vectors(rows), times, shared)
        codes = self.encoding.codes(self.log, rows)
        batches = {name: _repeated(code, times, shared) for name, code in codes.items()}
        return lambda i: {name: batch(i) for name, batch in batches.items()}

    def _vectors(self, rows: Rows) -> Float32s:
        return self.encoding.vectors(self.log, rows)

    @cached_property
    def _table(self) -> Float32s:
        return read_only(self._vectors(slice(None)))

    @cached_property
    def _slots(self) -> NDArray[Any]:
        """The table in a quarter of its size: slots of labels as bytes, numbers apart."""
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
        return [_Shared(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _repeated(rows: NDArray[Any], times: int, shared: bool) -> Callable[[int], NDArray[Any]]:
    if shared:
        shape = len(rows), times, *rows.shape[1:]
        return np.broadcast_to(rows[:, np.newaxis], shape).__getitem__
    return lambda i: rows[i : i + 1].repeat(times, 0)


def _own_codes(codes: dict[str, Any]) -> dict[str, Any]:
    own = dict.copy(codes)  # faster than to make a dict of all, most of which are ints
    for name, code in codes.items():
        if type(code) is not int:
            own[name] = code.copy()
    return own


def observe(
    log: NotificationLog,
    encoding: Encoding | str | Path | None,
    form: str,
    text: AnyTextEncoder | None = None,
) -> Observations:
    """Returns the observations of a log; equal arguments give the same object.

    Args:
        log: The notifications.
        encoding: An encoding, or a file with one; None for the one fitted on this log.
        form: "raw", "codes" or "vector".
        text: What puts text into vectors, as of `Encoding.fit`; None for what the encoding says.

    Raises:
        ArgumentError: There is no such form or encoder of texts, or they do not go together.
        EncodingError: The encoding cannot be read, or does not fit the log.
        MissingExtraError: The encoder of texts needs a package that is not installed.
    """
    check_text(form, text)
    if isinstance(encoding, (str, Path)):
        encoding = Encoding.load(encoding)
    elif encoding is not None and not isinstance(encoding, Encoding):
        raise EncodingError(
            f"encoding={quoted(encoding)} is neither an Encoding nor a file with one; "
            "Encoding.fit(log) makes one"
        )
    made = log.prepared
    fitted_on = None
    if encoding is None:
        encoding = made["fitted"] = made.get("fitted") or Encoding.fit(log)
        fitted_on = log
    if text is not None:
        encoding = encoding.with_text(text, fitted_on)
    key = encoding, form
    if key not in made:
        made[key] = Observations(log, encoding, form)
    observations: Observations = made[key]
    return observations
