"""What the columns of a log mean.

Each column has a role, and the role decides who may see it:

    notification, context    known when the notification arrives: the agent observes them
    action                   what the person did: the label, never observed
    engagement               known only after the person acted: never observed, kept for evaluators
    user, time               whose phone it was, and when: they order the log

A column that the schema does not name is left out. A kind that it does not give is inferred from
the cells (`logs/inference.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import shorten
from typing import Any

from gym_push.errors import SchemaError, not_one_of
from gym_push.logs.answers import Answers
from gym_push.logs.decision_columns import DecisionColumns
from gym_push.logs.dialect import USUAL, Dialect
from gym_push.logs.schema_files import parsed
from gym_push.meanings import MEANINGS, columns_by_meaning
from gym_push.text import quoted

KINDS = ("label", "flag", "integer", "number", "text", "list")
OBSERVED = ("notification", "context")
FEATURE_ROLES = (*OBSERVED, "engagement")
LARGEST = {"number": 1e100, "integer": 2.0**53}  # what float64 scales, and counts, exactly
_FILE_KEYS = (*FEATURE_ROLES, "action", "user", "time", "dialect", "decisions")


@dataclass(frozen=True)
class Feature:
    """One column of a log.

    Attributes:
        name: The column's name in the log, and the key in an observation.
        kind: label (a word), flag (true, false or unknown), integer, number, text, or list (of
            words, of engagement only); None to have it inferred.
        unit: Of integers and numbers, for people: `"min"`, `"%"`. Lengths of time are read in it
            (`"ms"`, `"s"`, `"min"`, `"h"`, `"d"`; else in seconds). Of a time column of numbers
            `"s"` or `"ms"` since 1970, or `"d"` for days as spreadsheets count them.
        missing: What a hole in a column of integers or numbers stands for. With None a hole is an
            error (and NaN in an engagement column). Holes are empty cells, `unknown`, and words
            such as `NA` and `null` (see `Dialect.holes`).
        role: Set by the `Schema` that holds the feature.
        means: What the column means to the package, whatever its name: one of `MEANINGS`, such as
            `"app"`, `"text"` or `"response_time"`; `""` for the usual meaning of its name.
    """

    name: str
    kind: str | None = None
    unit: str = ""
    missing: float | None = None
    role: str = ""
    means: str = ""

    def __post_init__(self) -> None:
        """Checks the values."""
        if not isinstance(self.name, str) or not self.name:
            raise SchemaError(f"a column's name must be a word, not {quoted(self.name)}")
        problem = self._problem()
        if problem:
            raise SchemaError(f"column {quoted(self.name)}: {problem}")

    def _problem(self) -> str | None:
        if not isinstance(self.unit, str):
            return f"`unit` is a word, not {quoted(self.unit)}"
        if self.kind is not None and self.kind not in KINDS:
            return f"kind {not_one_of(self.kind, KINDS)}"
        if self.means and self.means not in MEANINGS:
            return f"means {not_one_of(self.means, MEANINGS)}"
        if self.kind == "list" and self.role in OBSERVED:
            return "it holds lists, which agents cannot see; make it engagement"
        if self.missing is None:
            return None
        if self.kind not in (None, *LARGEST):
            return (
                "`missing` is for integers and numbers; leave it out, an empty "
                f"{self.kind} needs none"
            )
        if not _is_number(self.missing, self.kind or "number"):
            whole = "a whole" if self.kind == "integer" else "a finite"
            return f"`missing` is {whole} number, not {quoted(self.missing)}"
        return None


@dataclass(frozen=True, init=False)
class Schema:
    """Which columns of a log are what.

    Args:
        notification: The notification's features: names, or `Feature`s where more is to be said;
            or a dict that describes them as a schema file does (see `read`).
        context: The features of the situation in which it arrived.
        action: The column with what the person did: 1/0, true/false or opened/dismissed; `Answers`,
            or a dict of them, which say what other values mean; or `""` in a log of decisions
            without answers, which nobody can play.
        engagement: Columns known only after the person acted; they are never observed.
        user: The column that says whose phone it was; None where the log is of one person.
        time: The column with the time of arrival: ISO 8601, 20240315 or 20240315081200, seconds or
            milliseconds since 1970, or as its unit or the dialect says.
        dialect: How cells are written, if not as usual: a `Dialect`, or a dict of its attributes.
        decisions: Which columns say what was decided, in a log of decisions: `DecisionColumns`, or
            a dict of their attributes.

    Raises:
        SchemaError: A column is named twice, or no feature is left to observe.

    Examples:
        >>> schema = Schema(["app", Feature("words", kind="integer")], ["place"], action="opened")
        >>> [feature.name for feature in schema.observed]
        ['app', 'words', 'place']
    """

    features: tuple[Feature, ...]
    action: str
    answers: Answers | None
    user: str | None
    time: Feature | None
    dialect: Dialect
    decisions: DecisionColumns | None

    def __init__(
        self,
        notification: Iterable[str | Feature] = (),
        context: Iterable[str | Feature] = (),
        action: str | Answers | Mapping[str, Any] = "action",
        user: str | None = None,
        time: str | Feature | None = None,
        *,
        engagement: Iterable[str | Feature] = (),
        dialect: Dialect | Mapping[str, Any] = USUAL,
        decisions: DecisionColumns | Mapping[str, Any] | None = None,
    ) -> None:
        roles = {"notification": notification, "context": context, "engagement": engagement}
        features = tuple(
            replace(feature if isinstance(feature, Feature) else Feature(feature), role=role)
            for role, given in roles.items()
            for feature in _listed(role, given)
        )
        if time is not None and not isinstance(time, Feature):
            time = Feature(time)
        answers = Answers.of(action) if isinstance(action, (Answers, Mapping)) else None
        self.__dict__.update(  # which is how a frozen dataclass can be set
            features=features,
            action=answers.column if answers else action,
            answers=answers,
            user=user,
            time=time,
            dialect=Dialect.of(dialect),
            decisions=DecisionColumns.of(decisions),
        )
        self._check()
        for name in self.decisions.columns if self.decisions else ():
            if name not in self.columns:
                raise SchemaError(
                    f"decisions: column {not_one_of(name, self.columns)}; give it a role, too"
                )

    def _check(self) -> None:
        for role, name in (("action", self.action), ("user", self.user)):
            left_out = name is None if role == "user" else name == "" and self.decisions is not None
            if not left_out and not (isinstance(name, str) and name):
                raise SchemaError(f"the {role} column must be named by a word, not {quoted(name)}")
        if self.time is not None and self.time.unit not in ("", "s", "ms", "d"):
            raise SchemaError(
                f"column {quoted(self.time.name)}: the unit of time is 's', 'ms' or 'd', "
                f"not {quoted(self.time.unit)}"
            )
        for means, times in Counter(each.means for each in self.features).items():
            if means and times > 1:
                raise SchemaError(f"two columns mean {quoted(means)}: say it of one of them")
        if "response_time" in (each.means for each in self.observed):
            raise SchemaError(
                "what means response_time is known only after the person acted; make it engagement"
            )
        if not self.observed:
            raise SchemaError("a schema needs at least one notification or context feature")
        for name, times in Counter(self.columns).items():
            if times > 1:
                raise SchemaError(
                    f"column {quoted(name)} is named twice in the schema: give it one role"
                )

    def of_role(self, *roles: str) -> tuple[Feature, ...]:
        """Returns the features of these roles."""
        return tuple(feature for feature in self.features if feature.role in roles)

    @property
    def observed(self) -> tuple[Feature, ...]:
        """What an agent sees, in the order of an observation: notification, then context."""
        return self.of_role(*OBSERVED)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns that the schema reads from a log."""
        named = [self.action, self.user, self.time and self.time.name]
        return (*(feature.name for feature in self.features), *(name for name in named if name))

    @property
    def meanings(self) -> dict[str, str]:
        """The names of features by what they mean to the package."""
        said = {each.means: each.name for each in self.features if each.means}
        return columns_by_meaning((each.name for each in self.features), said)

    def with_kinds(self, kinds: Mapping[str, str]) -> Schema:
        """Returns the schema of a log that was read, with these kinds for features without one.

        The dialect is the usual one but for the holes, which are not among the log's labels.
        """
        schema = copy(self)
        filled = (replace(each, kind=each.kind or kinds.get(each.name)) for each in self.features)
        schema.__dict__.update(features=tuple(filled), dialect=Dialect(holes=self.dialect.holes))
        return schema

    def of_features(self, names: Collection[str]) -> Schema:
        """Returns the schema of a log with these features alone.

        Raises:
            SchemaError: None of them is observed.
        """
        schema = copy(self)
        kept = tuple(each for each in self.features if each.name in names)
        schema.__dict__.update(features=kept)
        schema._check()
        return schema

    def without_answers(self) -> Schema:
        """Returns the schema of all rows of the same log, whatever people answered."""
        schema = copy(self)
        schema.__dict__.update(action="", answers=None)
        return schema

    @classmethod
    def read(cls, path: str | Path) -> Schema:
        """Reads a schema from a TOML or JSON file.

        A role holds a list of names, or a table from name to kind, or to a table of `kind`,
        `unit`, `missing` and `means`:

            action = "opened"  # or { column = "reason", opened = [1], dismissed = [2, 3] }
            dialect = { decimal = "," }  # as of a Dialect; leave it out where cells are as usual
            notification = ["app", "category"]

            [context]  # a log of decisions also has [decisions], see DecisionColumns
            Ort = { kind = "label", means = "place" }
            battery = { kind = "integer", unit = "%", missing = 50 }

        Raises:
            SchemaError: The file cannot be read, or says what a schema cannot hold.
        """
        path = Path(path)
        try:
            return cls.from_dict(parsed(path, _FILE_KEYS))
        except SchemaError as error:
            raise SchemaError(f"{shorten(path.name, 80)}: {error}") from None

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Schema:
        """Makes a schema from what a schema file holds (see `read`)."""
        for key in given:
            if key not in _FILE_KEYS:
                raise SchemaError(not_one_of(key, _FILE_KEYS))
        given = dict(given)
        time = given.get("time")
        if isinstance(time, Mapping) and len(time) == 1:
            [given["time"]] = _listed("time", time)
        return cls(**given)


def _is_number(value: Any, kind: str) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= LARGEST[kind] and (kind == "number" or value % 1 == 0)


def _listed(role: str, given: Any) -> Iterable[str | Feature]:
    if isinstance(given, Mapping):
        return [_feature(name, about) for name, about in given.items()]
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise SchemaError(f"{role} must be a list of columns, not {quoted(given)}")
    return given


def _feature(name: str, about: Any) -> Feature:
    about = {"kind": about} if isinstance(about, str) else about
    if not isinstance(about, Mapping) or not set(about) <= {"kind", "unit", "missing", "means"}:
        raise SchemaError(
            f"column {quoted(name)} is described by its kind, or by a table of kind, unit, missing "
            f"and means, not by {quoted(about)}"
        )
    return Feature(name, **about)
