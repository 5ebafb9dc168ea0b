"""Reads a log from files or a DataFrame, or says in one sentence why it cannot."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

import numpy as np

from gym_push.errors import LogError, SchemaError, did_you_mean
from gym_push.logs.columns import row_count
from gym_push.logs.dialect import USUAL, Dialect
from gym_push.logs.inference import KindGuess
from gym_push.logs.known import KNOWN, nearest_known
from gym_push.logs.log import NotificationLog
from gym_push.logs.opening import Data, files_of, open_source, schema_beside
from gym_push.logs.parsers import BadCellError, Parser, actions, labels, outcomes, parser_of, times
from gym_push.logs.schema import Schema
from gym_push.logs.sources import Source, looks_of
from gym_push.logs.unanswered import answered
from gym_push.text import listed, quoted

Maker: TypeAlias = "Callable[[Dialect], Parser]"
Tell: TypeAlias = "Callable[[str, LogError], object]"

_shared: WeakValueDictionary[Any, NotificationLog] = WeakValueDictionary()


def read_log(data: Data, schema: Schema | str | Path | None = None) -> NotificationLog:
    """Reads a log of notifications.

    Args:
        data: A DataFrame or a file: CSV and the like (UTF-8, or as the schema's dialect says; may
            be gzipped), JSON lines (`.jsonl`), Parquet (`.parquet` or `.pq`; extra `parquet`), or
            an Excel workbook (`.xlsx`; extra `xlsx`). Several files of one log are a folder, a
            pattern such as `"logs/*.csv"`, or a list; their rows are joined in that order.
        schema: What the columns mean: a `Schema`, or a TOML or JSON file with one (see
            `Schema.read`). None for the file `log.toml` beside the only file `log.csv`, or
            `schema.toml` in a folder, and else for a log that is known by its columns, such as the
            bundled one or the one that gym-push shipped in 2019. Columns that the schema does not
            name are left out.

    Returns:
        The log. Rows keep the order of the source; those of which the schema says that they have
        no answer are left out, and counted in `unanswered`.

    Raises:
        LogError: The log cannot be read. Names the file, and row and column where there is one;
            rows count from 1, below the header.
        SchemaError: The schema contradicts itself, or names a column that the log does not have.
        MissingExtraError: A Parquet file or a workbook, and the package for it is not installed.

    Examples:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"app": ["mail"], "place": ["home"], "action": ["opened"]})
        >>> read_log(frame, Schema(["app"], ["place"]))
        <NotificationLog the DataFrame: 1 rows, 1 opened>
    """
    log = _read_from(*opened(data, schema), _stop)
    assert log is not None  # it was stopped at the first mistake
    return log


def read_decisions(
    data: Data, schema: Schema | str | Path | None = None, reward: str | None = None
) -> NotificationLog:
    """Reads a log of decisions: all its rows, without the answers, which may be missing.

    Args:
        data: As for `read_log`.
        schema: As for `read_log`.
        reward: Column of the reward; None for that of the schema. If it is the column of answers,
            they are read, and rows without one are dropped.

    Raises:
        LogError, SchemaError, MissingExtraError: As `read_log`.
    """
    source, schema = opened(data, schema)
    if reward is None and schema.decisions is not None:
        reward = schema.decisions.reward
    log = _read_from(source, schema if reward == schema.action else schema.without_answers(), _stop)
    assert log is not None
    return log


def mistakes(data: Data, schema: Schema | str | Path | None = None) -> tuple[LogError, ...]:
    """Returns the first mistake of every column of a log; `read_log` stops at the first of all.

    Args:
        data: As for `read_log`.
        schema: As for `read_log`.

    Returns:
        The mistakes, each of which says what is wrong, where, and what to do; empty for a log that
        can be read.

    Raises:
        MissingExtraError: As `read_log`.
    """
    found: dict[str, LogError] = {}
    columns: Sequence[str] = ()
    try:
        source, schema = opened(data, schema)
        columns = schema.columns
        _read_from(source, schema, found.setdefault)
    except LogError as error:
        found.setdefault("", error)
    return tuple(found[name] for name in (*columns, "") if name in found)


def shared_log(data: NotificationLog | Data) -> NotificationLog:
    """Returns the log to play; files are read once as long as the log is in use.

    Raises:
        LogError: As `read_log`.
    """
    if isinstance(data, NotificationLog):
        return data.with_answers()
    if hasattr(data, "columns"):
        return read_log(data).with_answers()
    try:
        paths = [*files_of(data), *filter(None, [schema_beside(data)])]
        states = [(os.path.realpath(path), os.stat(path)) for path in paths]
    except OSError:
        return read_log(data)  # which says what is wrong
    key = tuple((path, state.st_mtime_ns, state.st_size) for path, state in states)
    log = _shared.get(key)
    if log is None:
        log = _shared[key] = read_log(data)
    return log.with_answers()


def opened(data: Data, schema: Schema | str | Path | None) -> tuple[Source, Schema]:
    """Returns the source of a log, and its schema, all columns of which are in the source."""
    called = "the schema"
    if schema is None and (schema := schema_beside(data)):
        called = f"{schema.name} beside it"
    if isinstance(schema, (str, Path)):
        schema = Schema.read(schema)
    elif schema is not None and not isinstance(schema, Schema):
        raise SchemaError(
            f"schema={quoted(schema)} is neither a Schema nor a .toml or .json file with one; "
            "Schema.from_dict makes one of a dict"
        )
    source = open_source(data, USUAL if schema is None else schema.dialect)
    schema = schema or _known_schema(source)
    _check_columns(source, schema, called)
    return source, schema


def _known_schema(source: Source) -> Schema:
    for schema in KNOWN:
        if set(schema.columns) == set(source.columns):
            return schema
    known = nearest_known(source.columns).columns
    missing = [f"column {quoted(name)} is missing" for name in known if name not in source.columns]
    unknown = [f"column {quoted(name)} is unknown" for name in source.columns if name not in known]
    differs = missing[:1] + unknown[:1]
    raise LogError(
        f"{source.name} is not one of the logs known by their columns ({', '.join(differs)}); "
        "say what its columns mean: read_log(path, schema), or --schema at the command line, where "
        "gym-push log schema begins one"
    )


def _check_columns(source: Source, schema: Schema, called: str) -> None:
    there = set(source.columns)
    for name in schema.columns:
        if name not in there:
            raise SchemaError(
                f"{source.name} has no column {quoted(name)}, which {called} names"
                f"{did_you_mean(name, source.columns) or '; it has ' + listed(source.columns)}"
            )


def _read_from(source: Source, schema: Schema, tell: Tell) -> NotificationLog | None:
    """Returns the log of a source; None after mistakes that `tell` did not raise."""
    reasons: Counter[str] = Counter()
    if schema.answers is not None:
        source = answered(source, schema.answers, reasons)
    open_kinds = {each.name: KindGuess.parser for each in schema.features if each.kind is None}
    guesses = parsed_columns(source, open_kinds, tell) if open_kinds else {}
    try:
        schema = schema.with_kinds({name: guess.kind for name, guess in guesses.items()})
    except SchemaError as error:
        raise SchemaError(f"{source.name}, {error}") from None
    makers: dict[str, Maker] = {
        each.name: partial(parser_of, each) for each in schema.features if each.kind is not None
    }
    answers = schema.answers
    if schema.action:
        makers[schema.action] = actions if answers is None else partial(outcomes, answers)
    if schema.time is not None:
        makers[schema.time.name] = partial(times, schema.time.unit)
    if schema.user is not None:
        makers[schema.user] = labels
    columns = parsed_columns(source, makers, tell)
    if len(columns) < len(schema.columns):
        return None
    rows, outcome = row_count(columns[schema.observed[0].name]), None
    acted = np.zeros(rows, dtype=np.int8)
    if answers is not None:
        outcome = columns[schema.action]
        acted = answers.opened_of(outcome)
    elif schema.action:
        acted = columns[schema.action]
    if not rows and reasons:
        raise LogError(f"{source.name}: none of its {reasons.total()} rows has an answer")
    if not rows:
        raise LogError(f"{source.name} has a header and no rows; a log needs one notification")
    times_, offsets = (None, None) if schema.time is None else columns[schema.time.name]
    return NotificationLog(
        source=source.name,
        schema=schema,
        columns={feature.name: columns[feature.name] for feature in schema.features},
        actions=acted,
        times=times_,
        offsets=offsets,
        owner=None if schema.user is None else columns[schema.user],
        outcome=outcome,
        unanswered=reasons,
    )


def parsed_columns(
    source: Source, makers: Mapping[str, Maker], tell: Tell | None = None
) -> dict[str, Any]:
    """Returns the columns of a source that have no mistake.

    Args:
        source: The table.
        makers: A function for each wanted column that makes its parser.
        tell: Is told the first mistake of a column.
    """
    parsers = {name: make(source.dialect) for name, make in makers.items()}
    parsed = {name: [parser.parse(())] for name, parser in parsers.items()}
    for piece in source.pieces(list(makers)):
        for name, cells in zip(makers, piece.columns, strict=True):
            if name in parsed:
                try:
                    parsed[name].append(parsers[name].parse(cells))
                except BadCellError as error:
                    del parsed[name]
                    if tell is not None:
                        hint = _hint(source, name, makers[name]) if piece.first_row == 1 else ""
                        place = f"{piece.place(error.index)}, column {quoted(name)}"
                        tell(name, LogError(f"{place}: {error.problem}{hint}"))
    columns = {}
    for name, pieces in parsed.items():
        try:
            columns[name] = parsers[name].join(pieces)
        except ValueError as error:
            if tell is not None:
                hint = _hint(source, name, makers[name])
                tell(name, LogError(f"{source.name}, column {quoted(name)}: {error}{hint}"))
    return columns


def _hint(source: Source, name: str, make: Maker) -> str:
    """Returns the dialect that a column looks written in, if its first cells can be read so."""
    try:
        dialect = looks_of(source)
        parser = make(dialect)
        parser.join([parser.parse(next(source.pieces([name])).columns[0])])
    except (BadCellError, ValueError):
        return ""
    words = f"; it can be read with  dialect = {dialect.to_toml()}  in the schema"
    return "" if dialect == source.dialect else words


def _stop(name: str, error: LogError) -> None:
    raise error from None
