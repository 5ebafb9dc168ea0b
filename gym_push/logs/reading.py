"""Reads a log from files or a DataFrame, or says in one sentence why it cannot."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias
from weakref import WeakValueDictionary

from gym_push.errors import LogError, SchemaError, did_you_mean
from gym_push.logs.dialect import USUAL, Dialect, toml
from gym_push.logs.inference import KindGuess
from gym_push.logs.known import KNOWN, nearest_known
from gym_push.logs.log import NotificationLog
from gym_push.logs.opening import Data, as_it_looks, files_of, open_source
from gym_push.logs.parsers import BadCellError, Parser, actions, labels, parser_of, times
from gym_push.logs.schema import FEATURE_ROLES, LARGEST, Schema
from gym_push.logs.sources import Source, looks_of
from gym_push.text import listed, printable, quoted

Maker: TypeAlias = "Callable[[Dialect], Parser]"
Tell: TypeAlias = "Callable[[str, LogError], object]"

_ABOUT_ROLES: Final = {
    "notification": "known on arrival, about the notification itself: the agent sees it",
    "context": "known on arrival, about the situation: the agent sees it",
    "engagement": "known only after the person acted: never shown to an agent",
}

_shared: WeakValueDictionary[Any, NotificationLog] = WeakValueDictionary()


def read_log(data: Data, schema: Schema | str | Path | None = None) -> NotificationLog:
    """Reads a log of notifications.

    Args:
        data: A DataFrame or a file: CSV and the like (UTF-8, or as the schema's dialect says; may
            be gzipped), JSON lines (`.jsonl`), Parquet (`.parquet` or `.pq`; extra `parquet`), or
            an Excel workbook (`.xlsx`; extra `xlsx`). Several files of one log are a folder, a
            pattern such as `"logs/*.csv"`, or a list; their rows are joined in that order.
        schema: What the columns mean: a `Schema`, or a TOML or JSON file with one (see
            `Schema.read`). None for a log that is known by its columns, such as the bundled one or
            the one that gym-push shipped in 2019. Columns that the schema does not name are left
            out.

    Returns:
        The log. Rows keep the order of the source.

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
    log = _read_from(*_opened(data, schema), _stop)
    assert log is not None  # it was stopped at the first mistake
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
        source, schema = _opened(data, schema)
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
        return data
    if hasattr(data, "columns"):
        return read_log(data)
    try:
        states = [(os.path.realpath(path), os.stat(path)) for path in files_of(data)]
    except OSError:
        return read_log(data)  # which says what is wrong
    key = tuple((path, state.st_mtime_ns, state.st_size) for path, state in states)
    log = _shared.get(key)
    if log is None:
        log = _shared[key] = read_log(data)
    return log


def _opened(data: Data, schema: Schema | str | Path | None) -> tuple[Source, Schema]:
    """Returns the source of a log, and its schema, all columns of which are in the source."""
    if isinstance(schema, (str, Path)):
        schema = Schema.read(schema)
    elif schema is not None and not isinstance(schema, Schema):
        raise SchemaError(
            f"schema={quoted(schema)} is neither a Schema nor a .toml or .json file with one; "
            "Schema.from_dict makes one of a dict"
        )
    source = open_source(data, USUAL if schema is None else schema.dialect)
    schema = schema or _known_schema(source)
    _check_columns(source, schema)
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


def _check_columns(source: Source, schema: Schema) -> None:
    there = set(source.columns)
    for name in schema.columns:
        if name not in there:
            raise SchemaError(
                f"{source.name} has no column {quoted(name)}, which the schema names"
                f"{did_you_mean(name, source.columns) or '; it has ' + listed(source.columns)}"
            )


def _read_from(source: Source, schema: Schema, tell: Tell) -> NotificationLog | None:
    """Returns the log of a source; None after mistakes that `tell` did not raise."""
    open_kinds = {each.name: KindGuess.parser for each in schema.features if each.kind is None}
    guesses = _parsed(source, open_kinds, tell) if open_kinds else {}
    try:
        schema = schema.with_kinds({name: guess.kind for name, guess in guesses.items()})
    except SchemaError as error:
        raise SchemaError(f"{source.name}, {error}") from None
    makers: dict[str, Maker] = {
        each.name: partial(parser_of, each) for each in schema.features if each.kind is not None
    }
    makers[schema.action] = actions
    if schema.time is not None:
        makers[schema.time.name] = partial(times, schema.time.unit)
    if schema.user is not None:
        makers[schema.user] = labels
    columns = _parsed(source, makers, tell)
    if len(columns) < len(schema.columns):
        return None
    if not len(columns[schema.action]):
        raise LogError(f"{source.name} has a header and no rows; a log needs one notification")
    times_, offsets = (None, None) if schema.time is None else columns[schema.time.name]
    return NotificationLog(
        source=source.name,
        schema=schema,
        columns={feature.name: columns[feature.name] for feature in schema.features},
        actions=columns[schema.action],
        times=times_,
        offsets=offsets,
        owner=None if schema.user is None else columns[schema.user],
    )


def _parsed(
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


def draft(path: Data) -> str:
    """Returns the beginning of a schema file for a log: its columns with kinds that fit them.

    The role of a column is not guessed: nobody would notice an agent that sees what it must not.
    So the text is not a schema until a person has finished it.

    Args:
        path: As for `read_log`.

    Raises:
        LogError: The log cannot be read.
        MissingExtraError: As `read_log`.
    """
    source = as_it_looks(path)
    guesses: dict[str, KindGuess | None] = dict.fromkeys(source.columns)
    guesses |= _parsed(source, dict.fromkeys(source.columns, KindGuess.parser))
    may_be_action = _parsed(source, dict.fromkeys(source.columns, actions))
    lines = [*_head(source.name, source.dialect, list(may_be_action))]
    lines += [_line(name, guess) for name, guess in guesses.items()]
    return "\n".join(lines) + "\n"


def _head(name: str, dialect: Dialect, able: Sequence[str]) -> Iterator[str]:
    yield f"# What the columns of {printable(name)} mean. To finish: name the action, move each"
    yield "# line from the end to its role, without its #, and delete those that are not needed."
    yield ""
    yield "# TODO: what the person did, as 1/0, true/false or opened/dismissed"
    yield f"# (these columns could be it: {', '.join(map(toml, able)) or 'none'})"
    yield 'action = ""'
    if dialect != USUAL:
        yield f"dialect = {dialect.to_toml()}  # how the cells look written"
    yield '# user = ""  # whose phone it was, in a log of several people'
    yield '# time = ""  # when it arrived: ISO 8601, or s or ms since 1970'
    for role in FEATURE_ROLES:
        yield from ("", f"[{role}]", f"# {_ABOUT_ROLES[role]}")
    yield ""
    yield "# TODO: the columns, each with the kind that fits all its cells"


def _line(name: str, guess: KindGuess | None) -> str:
    if guess is None:
        return f'# {toml(name)} = "label"  # numbers and words: mend it, or keep "label"'
    if guess.kind not in LARGEST or not guess.holes:
        return f"# {toml(name)} = {toml(guess.kind)}"
    return (
        f"# {toml(name)} = {{ kind = {toml(guess.kind)}, missing = {guess.middle!r} }}"
        "  # what its holes stand for; leave missing out if it is engagement"
    )
