"""Schemas as TOML: one that is known is written down, and a first one is drafted for a new log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gym_push.logs.builders import BadCellError, actions
from gym_push.logs.dialect import USUAL, Dialect, toml
from gym_push.logs.inference import KindGuess
from gym_push.logs.opening import Data, as_it_looks
from gym_push.logs.schema import FEATURE_ROLES, LARGEST, Feature, Schema

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
    lines = [f"action = {toml(schema.action)}"]
    if schema.user is not None:
        lines.append(f"user = {toml(schema.user)}")
    if schema.dialect != USUAL:
        lines.append(f"dialect = {schema.dialect.to_toml()}")
    if schema.time is not None:
        name, about = toml(schema.time.name), _about(schema.time)
        lines.append(f"time = {name}" if about == "{}" else f"time = {{ {name} = {about} }}")
    for role in FEATURE_ROLES:
        features = [feature for feature in schema.features if feature.role == role]
        if features:
            lines += ["", f"[{role}]"]
            lines += [f"{toml(feature.name)} = {_about(feature)}" for feature in features]
    return "\n".join(lines) + "\n"


def draft(path: Data) -> str:
    """Returns the beginning of a schema file for a log: its columns with kinds that fit them.

    Which column has which role is not guessed, for an agent that sees what it must not is a
    mistake that nobody notices. So the text is no schema before a person has finished it.

    Args:
        path: As for `read_log`.

    Raises:
        LogError: The log cannot be read.
        MissingExtraError: As `read_log`.
    """
    source = as_it_looks(path)
    columns = [_Look(name, source.dialect) for name in source.columns]
    for piece in source.pieces(source.columns):
        for column, cells in zip(columns, piece, strict=True):
            column.add(cells)
    return "\n".join(_lines(_one_line(source.name), source.dialect, columns)) + "\n"


class _Look:
    """A first look at a column: its kind, and whether it could say what the person did."""

    def __init__(self, name: str, dialect: Dialect) -> None:
        self.name = name
        self._guess, self._actions = KindGuess(dialect), actions(dialect)
        self.may_be_action = True
        self._mixed = False

    def add(self, cells: Sequence[str]) -> None:
        if self.may_be_action:
            try:
                self._actions.add(cells)
            except BadCellError:
                self.may_be_action = False
        if not self._mixed:
            try:
                self._guess.add(cells)
            except BadCellError:
                self._mixed = True

    @property
    def line(self) -> str:
        name = toml(self.name)
        try:
            kind = "" if self._mixed else self._guess.finish()
        except ValueError:
            kind = ""
        if not kind:
            return f'# {name} = "label"  # numbers and words: mend it, or keep "label"'
        if kind not in LARGEST or not self._guess.holes:
            return f"# {name} = {toml(kind)}"
        return (
            f"# {name} = {{ kind = {toml(kind)}, missing = {self._guess.middle!r} }}"
            "  # what its holes stand for; leave missing out if it is engagement"
        )


def _lines(name: str, dialect: Dialect, columns: Sequence[_Look]) -> Iterator[str]:
    able = ", ".join(toml(column.name) for column in columns if column.may_be_action)
    yield f"# What the columns of {name} mean. To finish: name the action, move every line from"
    yield "# the end to the role that it has, without its #, and delete those that are not needed."
    yield ""
    yield "# TODO: what the person did, as 1/0, true/false or opened/dismissed"
    yield f"# (these columns could be it: {able or 'none'})"
    yield 'action = ""'
    if dialect != USUAL:
        yield f"dialect = {dialect.to_toml()}  # as it looks: how its cells are written"
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
        "kind": feature.kind and toml(feature.kind),
        "unit": feature.unit and toml(feature.unit),
    }
    if feature.missing is not None:
        said["missing"] = repr(feature.missing)
    if feature.means:
        said["means"] = toml(feature.means)
    parts = [f"{key} = {value}" for key, value in said.items() if value]
    return f"{{ {', '.join(parts)} }}" if parts else "{}"


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
