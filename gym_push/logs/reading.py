"""CSV, Parquet or a DataFrame becomes a NotificationLog, or one sentence that says why not."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakValueDictionary

from gym_push.errors import LogError, SchemaError, did_you_mean
from gym_push.logs.cells import Actions, BadCellError, Builder, Labels, builder
from gym_push.logs.inference import KindGuess
from gym_push.logs.known import KNOWN, nearest_known
from gym_push.logs.log import NotificationLog
from gym_push.logs.quoting import listed, quoted
from gym_push.logs.schema import Schema
from gym_push.logs.sources import Source, open_source
from gym_push.logs.times import Times

if TYPE_CHECKING:
    import pandas as pd

BUNDLED_PATH = Path(__file__).parent.parent / "envs" / "data" / "notifications.csv"

_shared: WeakValueDictionary[tuple[str, int, int], NotificationLog] = WeakValueDictionary()

T = TypeVar("T", bound="Builder[Any] | KindGuess")


def read_log(
    path_or_frame: str | Path | pd.DataFrame, schema: Schema | str | Path | None = None
) -> NotificationLog:
    """Reads a log of notifications.

    Args:
        path_or_frame: A CSV file (UTF-8; may be gzipped), a Parquet file (`.parquet` or `.pq`;
            extra `parquet`), or a DataFrame.
        schema: What the columns mean: a `Schema`, or a TOML or JSON file with one (see
            `Schema.read`). None for a log that is known by its columns: the bundled one and the
            one that gym-push shipped in 2019. Columns that the schema does not name are left out.

    Returns:
        The log. Rows keep the order of the source.

    Raises:
        LogError: The log cannot be read. Names the file, and row and column where there is one;
            rows count from 1, below the header.
        SchemaError: The schema contradicts itself, or names a column that the log does not have.
        MissingExtraError: A Parquet file, and PyArrow is not installed.

    Example:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"app": ["mail"], "place": ["home"], "action": ["opened"]})
        >>> read_log(frame, Schema(["app"], ["place"]))
        <NotificationLog the DataFrame: 1 rows, 1 opened>
    """
    source, schema = _opened(path_or_frame, schema)
    schema = _infer_kinds(source, schema)

    columns = {feature.name: builder(feature) for feature in schema.features}
    builders: dict[str, Builder[Any]] = {**columns, **_other_builders(schema)}
    _feed(source, builders)

    actions = builders[schema.action].finish()
    if not len(actions):
        raise LogError(f"{source.name} has a header and no rows; a log needs one notification")
    return NotificationLog(
        source=source.name,
        schema=schema,
        columns={name: column.finish() for name, column in columns.items()},
        actions=actions,
        times=None if schema.time is None else builders[schema.time.name].finish(),
        owner=None if schema.user is None else builders[schema.user].finish(),
    )


def mistakes(
    path_or_frame: str | Path | pd.DataFrame, schema: Schema | str | Path | None = None
) -> tuple[LogError, ...]:
    """Returns what keeps a log from being read: the first mistake of every column.

    For the one who has to mend the log: `read_log` stops at the first of them. Every column is read
    by itself, which takes longer.

    Args:
        path_or_frame: As for `read_log`.
        schema: As for `read_log`.

    Returns:
        The mistakes, each of which says what is wrong, where, and what to do; none for a log that
        can be read.

    Raises:
        MissingExtraError: A Parquet file, and PyArrow is not installed.
    """
    try:
        read_log(path_or_frame, schema)
        return ()
    except LogError as error:
        first = error
    try:
        source, schema = _opened(path_or_frame, schema)
    except LogError as error:
        return (error,)
    found: dict[str, LogError] = {}  # by its message: a row that is broken is so for all columns
    for name in schema.columns:
        try:
            _check_column(source, schema, name)
        except LogError as error:
            found.setdefault(str(error), error)
    return tuple(found.values()) or (first,)


@cache
def bundled_log() -> NotificationLog:
    """Returns the log that the package carries, read once a process."""
    return read_log(BUNDLED_PATH)


def shared_log(data: NotificationLog | str | Path | pd.DataFrame | None) -> NotificationLog:
    """Returns the log to play: None is the bundled one, a path is read once while it is in use.

    Raises:
        LogError: As `read_log`.
    """
    if data is None:
        return bundled_log()
    if isinstance(data, NotificationLog):
        return data
    if not isinstance(data, (str, Path)) or not os.path.isfile(data):
        return read_log(data)
    status = os.stat(data)
    key = (os.path.realpath(data), status.st_mtime_ns, status.st_size)
    log = _shared.get(key)
    if log is None:
        log = _shared[key] = read_log(data)
    return log


def _opened(
    path_or_frame: str | Path | pd.DataFrame, schema: Schema | str | Path | None
) -> tuple[Source, Schema]:
    """Returns the source of a log and its schema, whose columns the source has."""
    source = open_source(path_or_frame)
    if schema is None:
        schema = _known_schema(source)
    elif isinstance(schema, (str, Path)):
        schema = Schema.read(schema)
    elif not isinstance(schema, Schema):
        raise SchemaError(
            f"schema={quoted(schema)} is neither a Schema nor a .toml or .json file with one; "
            "Schema.from_dict makes one of a dict"
        )
    _check_columns(source, schema)
    return source, schema


def _known_schema(source: Source) -> Schema:
    for schema in KNOWN:
        if set(schema.columns) == set(source.columns):
            return schema
    known = nearest_known(source.columns).columns
    missing = [name for name in known if name not in source.columns]
    unknown = [name for name in source.columns if name not in known]
    differs = [f"column {quoted(name)} is missing" for name in missing[:1]]
    differs += [f"column {quoted(name)} is unknown" for name in unknown[:1]]
    raise LogError(
        f"{source.name} is none of the logs known by their columns ({', '.join(differs)}); "
        "say what its columns mean: read_log(path, schema), or --schema at the command line, where "
        "gym-push log schema begins one"
    )


def _check_columns(source: Source, schema: Schema) -> None:
    for name in schema.columns:
        if name not in source.columns:
            raise SchemaError(
                f"{source.name} has no column {quoted(name)}, which the schema names"
                f"{did_you_mean(name, source.columns) or '; it has ' + listed(source.columns)}"
            )


def _other_builders(schema: Schema) -> dict[str, Builder[Any]]:
    """Returns a builder for each column that is no feature."""
    builders: dict[str, Builder[Any]] = {schema.action: Actions()}
    if schema.time is not None:
        builders[schema.time.name] = Times(schema.time.unit)
    if schema.user is not None:
        builders[schema.user] = Labels()
    return builders


def _infer_kinds(source: Source, schema: Schema) -> Schema:
    """Returns the schema with every kind filled in, for which it reads the open columns once."""
    guesses = {feature.name: KindGuess() for feature in schema.features if feature.kind is None}
    if guesses:
        _feed(source, guesses)
    try:
        return schema.with_kinds({name: guess.kind for name, guess in guesses.items()})
    except SchemaError as error:
        raise SchemaError(f"{source.name}, {error}") from None


def _check_column(source: Source, schema: Schema, name: str) -> None:
    """Reads one column and forgets it."""
    others = _other_builders(schema)
    if name in others:
        _feed(source, {name: others[name]})
        return
    [feature] = [feature for feature in schema.features if feature.name == name]
    if feature.kind is None:
        guess = KindGuess()
        _feed(source, {name: guess})
        try:
            feature = replace(feature, kind=guess.kind)
        except SchemaError as error:
            raise SchemaError(f"{source.name}, {error}") from None
    _feed(source, {name: builder(feature)})


def _feed(source: Source, takers: Mapping[str, T]) -> None:
    """Hands every column of the source to the taker of its name, piece by piece."""
    for first_row, name, taker, cells in _pieces(source, takers):
        try:
            taker.add(cells)
        except BadCellError as error:
            raise LogError(
                f"{source.name}, row {first_row + error.index}, column {quoted(name)}: "
                f"{error.problem}"
            ) from None


def _pieces(source: Source, takers: Mapping[str, T]) -> Iterator[tuple[int, str, T, Sequence[str]]]:
    first_row = 1
    for piece in source.pieces(list(takers)):
        for (name, taker), cells in zip(takers.items(), piece, strict=True):
            yield first_row, name, taker, cells
        first_row += len(piece[0])
