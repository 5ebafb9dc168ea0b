"""Reads the files that schemas are in."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from gym_push.errors import SchemaError
from gym_push.files import read_text

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def parsed(path: Path, keys: Iterable[str]) -> Mapping[str, Any]:
    """Returns what a TOML or JSON file holds.

    Args:
        path: The file.
        keys: What it may hold, for a message.

    Raises:
        SchemaError: It cannot be read, or is not a table.
    """
    try:
        text = read_text(path)
    except OSError as error:
        raise SchemaError(f"the schema cannot be read: {error.strerror}; check the path") from None
    except ValueError as error:
        raise SchemaError(f"the schema is not UTF-8 text: {error}") from None
    language = path.suffix[1:].lower()
    parse: Callable[[str], Any] | None = {"json": json.loads, "toml": tomllib.loads}.get(language)
    if parse is None:
        raise SchemaError("a schema file's name ends in .toml or .json")
    try:
        given = parse(text)
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"this is not {language.upper()}: {error}") from None
    if not isinstance(given, dict):
        raise SchemaError(f"a schema file holds a table of {', '.join(keys)}")
    return given
