"""Schemas as TOML: one that is known is written down, and a first one is drafted for a new log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from gym_push.logs.cells import ACTIONS, BadCellError, spelling
from gym_push.logs.inference import KindGuess
from gym_push.logs.schema import FEATURE_ROLES, Feature, Schema
from gym_push.logs.sources import open_source

_MEANINGS: Final = {
    "notification": "known when it arrives, of the notification itself: the agent sees it",
    "context": "known when it arrives, of the moment: the agent sees it",
    "engagement": "known only after the person acted: never shown to an agent",
}


def to_toml(schema: Schema) -> str:
    """Returns a schema as the text of a file that `Schema.read` reads as the same schema.

    Example:
        >>> print(to_toml(Schema(["app"], [Feature("battery", "integer", "%")], time="at")))
        action = "action"
        time = "at"
        <BLANKLINE>
        [notification]
        "app" = {}
        <BLANKLINE>
        [context]
        "battery" = { kind = "integer", unit = "%" }
        <BLANKLINE>
    """
    lines = [f"action = {_word(schema.action)}"]
    if schema.user is not None:
        lines.append(f"user = {_word(schema.user)}")
    if schema.time is not None:
        name, about = _word(schema.time.name), _about(schema.time)
        lines.append(f"time = {name}" if about == "{}" else f"time = {{ {name} = {about} }}")
    for role in FEATURE_ROLES:
        features = [feature for feature in schema.features if feature.role == role]
        if features:
            lines += ["", f"[{role}]"]
            lines += [f"{_word(feature.name)} = {_about(feature)}" for feature in features]
    return "\n".join(lines) + "\n"


def draft(path: str | Path) -> str:
    """Returns the beginning of a schema file for a log: its columns with kinds that fit them.

    Which column has which role is not guessed, for an agent that sees what it must not is a
    mistake that nobody notices. So the text is no schema before a person has finished it.

    Args:
        path: A CSV or Parquet file, as for `read_log`.

    Raises:
        LogError: The log cannot be read.
        MissingExtraError: A Parquet file, and PyArrow is not installed.
    """
    source = open_source(path)
    columns = [_Look(name) for name in source.columns]
    for piece in source.pieces(source.columns):
        for column, cells in zip(columns, piece, strict=True):
            column.add(cells)
    return "\n".join(_lines(_one_line(source.name), columns)) + "\n"


class _Look:
    """A first look at a column: its kind, and whether it could say what the person did."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._guess = KindGuess()
        self._actions = True
        self._mixed = False

    def add(self, cells: Sequence[str]) -> None:
        words = set(map(spelling, set(cells)))
        self._actions = self._actions and words <= ACTIONS.keys()
        if not self._mixed:
            try:
                self._guess.add(cells)
            except BadCellError:
                self._mixed = True

    @property
    def line(self) -> str:
        if self._mixed:
            return f'# {_word(self.name)} = "label"  # numbers and words: mend it, or keep "label"'
        return f"# {_word(self.name)} = {_word(self._guess.kind)}"

    @property
    def may_be_action(self) -> bool:
        return self._actions


def _lines(name: str, columns: Sequence[_Look]) -> Iterator[str]:
    actions = ", ".join(_word(column.name) for column in columns if column.may_be_action)
    yield f"# What the columns of {name} mean. To finish: name the action, move every line from"
    yield "# the end to the role that it has, without its #, and delete those that are not needed."
    yield ""
    yield "# TODO: what the person did, as 1/0, true/false or opened/dismissed"
    yield f"# (these columns could be it: {actions or 'none'})"
    yield 'action = ""'
    yield '# user = ""  # whose phone it was, in a log of several people'
    yield '# time = ""  # when it arrived: ISO 8601, or s or ms since 1970'
    for role in FEATURE_ROLES:
        yield ""
        yield f"[{role}]"
        yield f"# {_MEANINGS[role]}"
    yield ""
    yield "# TODO: the columns, each with the kind that fits all its cells"
    for column in columns:
        yield column.line


def _about(feature: Feature) -> str:
    said = {
        "kind": feature.kind and _word(feature.kind),
        "unit": feature.unit and _word(feature.unit),
    }
    if feature.missing is not None:
        said["missing"] = repr(feature.missing)
    parts = [f"{key} = {value}" for key, value in said.items() if value]
    return f"{{ {', '.join(parts)} }}" if parts else "{}"


def _word(text: str) -> str:
    """Returns a TOML string; JSON's escapes are TOML's, but for a character that TOML forbids."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
