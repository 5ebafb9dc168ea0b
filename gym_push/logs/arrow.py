"""A log as an Arrow table, column by column, without a copy where Arrow holds it alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import extra_import
from gym_push.logs.cells import NO_OFFSET
from gym_push.logs.columns import CodedColumn, Column, NumberColumn, TextColumn
from gym_push.spaces import Flag

if TYPE_CHECKING:
    from gym_push.logs.log import NotificationLog

_PIECE: Final = 2**20  # rows of lists, whose entries Arrow counts in 32 bits

Written: TypeAlias = "Column | NDArray[np.datetime64]"


def arrow_table(log: NotificationLog) -> Any:
    """Returns a log as a `pyarrow.Table`, with the columns of its files.

    Labels are dictionaries and lists are lists. Numbers, codes and texts share their memory with
    the log.

    Raises:
        MissingExtraError: PyArrow is not installed.
    """
    with extra_import("Arrow", "PyArrow", "parquet"):
        import pyarrow
    return pyarrow.table({name: _arrow(column) for name, column in written_columns(log)})


def written_columns(log: NotificationLog) -> Iterator[tuple[str, Written]]:
    """Yields the columns of a file: user, what is observed, time, action, engagement."""
    schema = log.schema
    if schema.user is not None and log.owner is not None:
        yield schema.user, log.owner
    for feature in schema.observed:
        yield feature.name, log.columns[feature.name]
    if schema.time is not None and log.times is not None:
        yield schema.time.name, _times(log.times.astype("datetime64[ms]"), log.offsets)
    outcome = log.outcome_as_written
    if schema.action:
        yield schema.action, outcome or NumberColumn(log.actions.astype(np.int64))
    for feature in schema.of_role("engagement"):
        yield feature.name, log.columns[feature.name]


def _arrow(column: Written) -> Any:
    import pyarrow

    if isinstance(column, np.ndarray):
        return pyarrow.array(column)
    if isinstance(column, TextColumn):
        ends, utf8 = pyarrow.py_buffer(column.ends), pyarrow.py_buffer(column.utf8)
        return pyarrow.LargeStringArray.from_buffers(len(column.ends) - 1, ends, utf8)
    if isinstance(column, NumberColumn):
        return pyarrow.array(column.numbers, from_pandas=True)  # so that NaN is null
    if column.values == Flag.VALUES:
        unknown = column.codes == Flag.VALUES.index("unknown")
        return pyarrow.array(column.codes == Flag.VALUES.index(True), mask=unknown)
    if of_lists(column):
        lists = pyarrow.list_(pyarrow.string())
        values, count = pyarrow.array(column.values, lists), len(column.codes)
        pieces = [column.codes[start : start + _PIECE] for start in range(0, count, _PIECE)]
        return pyarrow.chunked_array([values.take(pyarrow.array(each)) for each in pieces], lists)
    # Signed, as pandas wants them; a view where that takes no more bytes.
    kind, codes = np.min_scalar_type(-max(len(column.values), 1)), column.codes
    signed = codes.view(kind) if kind.itemsize == codes.itemsize else codes.astype(kind)
    return pyarrow.DictionaryArray.from_arrays(signed, list(column.values))


def _times(
    times: NDArray[np.datetime64], offsets: NDArray[np.int16] | None
) -> NDArray[np.datetime64] | TextColumn:
    """Returns the times, as text if they have offsets from UTC."""
    if offsets is None:
        return times
    known, which = np.unique(offsets, return_inverse=True)
    suffixes = np.array([_suffix(minutes) for minutes in known.tolist()])[which]
    texts = np.char.add(np.datetime_as_string(times), suffixes).tolist()
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    return TextColumn("".join(texts).encode(), ends)


def _suffix(minutes: int) -> str:
    if minutes == NO_OFFSET:
        return ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def of_lists(column: Written) -> bool:
    """Returns whether a column holds lists of labels."""
    return isinstance(column, CodedColumn) and any(isinstance(v, tuple) for v in column.values[:1])
