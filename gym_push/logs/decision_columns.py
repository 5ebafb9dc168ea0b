"""Which columns of a log say what was decided, how likely that was, and what it earned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, TypeAlias

from gym_push.errors import SchemaError, not_one_of
from gym_push.logs.dialect import toml
from gym_push.text import quoted

UNIFORM: Final = "uniform"
"""The recipe of propensities by which each eligible action was equally likely."""
REST: Final = "rest"
"""In place of a column: the probability that the other actions leave to this one."""

Propensity: TypeAlias = "str | float | Mapping[str, str | float] | None"
Eligible: TypeAlias = "str | Mapping[str, str] | None"


@dataclass(frozen=True)
class DecisionColumns:
    """Which columns say what was decided: the table `[decisions]` of a schema file.

    Attributes:
        decision: Column of the action taken: its name, or its number in `actions`.
        reward: Column of what the decision earned: numbers or flags, or the answers themselves.
        propensity: How likely the action taken was. A column of its probability; a table with a
            column or a number for each action, of which one may be `"rest"`, as in
            `{ send = "probability", none = "rest" }` for a column of the probability of sending;
            `"uniform"` over the eligible actions; or a number. None if it is unknown.
        actions: Names of the actions, in the order of their numbers; None for those that occur.
        eligible: What could be chosen in each row: a column of lists of actions, or a table with a
            column of flags for some actions. None where all could always be chosen.
        available: Column of flags: whether there was anything to decide. None for always.

    Examples:
        >>> DecisionColumns("sent", "steps", 0.5).columns
        ('sent', 'steps')
    """

    decision: str = "decision"
    reward: str = "reward"
    propensity: Propensity = None
    actions: tuple[str, ...] | None = None
    eligible: Eligible = None
    available: str | None = None

    def __post_init__(self) -> None:
        """Checks the types."""
        if self.actions is not None:
            object.__setattr__(self, "actions", _words(self.actions))
        for name in ("decision", "reward", "available"):
            value = getattr(self, name)
            if not (isinstance(value, str) and value) and (name != "available" or value):
                raise SchemaError(f"decisions: {name} is the name of a column, not {quoted(value)}")
        for name, types in (("propensity", (str, float, int)), ("eligible", (str,))):
            value = getattr(self, name)
            parts = value.values() if isinstance(value, Mapping) else [value]
            for part in parts:
                if part is not None and (isinstance(part, bool) or not isinstance(part, types)):
                    raise SchemaError(
                        f"decisions: {name} names a column, or a column for each action, not "
                        f"{quoted(value)}"
                    )
        self._check_rests()

    def _check_rests(self) -> None:
        if isinstance(self.propensity, Mapping):
            rests = [name for name, column in self.propensity.items() if column == REST]
            if len(rests) > 1:
                raise SchemaError(
                    f"decisions: {quoted(REST)} is left to one action, not to {', '.join(rests)}"
                )
        elif self.propensity == REST:
            raise SchemaError(
                "decisions: the propensity of one action is what the others leave; say "
                '{ send = "probability", none = "rest" }'
            )

    @classmethod
    def of(cls, given: Any) -> DecisionColumns | None:
        """Returns them as they are, or made of the table in a schema file; None for None.

        Raises:
            SchemaError: The table says what it cannot hold.
        """
        if given is None or isinstance(given, cls):
            return given
        known = [each.name for each in fields(cls)]
        if not isinstance(given, Mapping):
            raise SchemaError(f"decisions must be a table of {', '.join(known)}")
        for name in given:
            if name not in known:
                raise SchemaError(f"decisions: {not_one_of(name, known)}")
        return cls(**given)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that they name."""
        return tuple(dict.fromkeys(self._columns()))

    def _columns(self) -> Iterator[str]:
        yield from (self.decision, self.reward)
        if self.available is not None:
            yield self.available
        for part in (self.propensity, self.eligible):
            named = part.values() if isinstance(part, Mapping) else [part]
            yield from (
                each for each in named if isinstance(each, str) and each not in (UNIFORM, REST)
            )

    def to_toml(self) -> str:
        """Returns the table for a schema file, with its heading."""
        lines = ["[decisions]"]
        for each in fields(self):
            value = getattr(self, each.name)
            if value is not None:
                lines.append(f"{each.name} = {_toml(value)}")
        return "\n".join(lines)

    def __hash__(self) -> int:
        """Equal ones have the same hash, also with tables."""
        return hash(self.to_toml())


def _words(given: object) -> tuple[str, ...]:
    words = given if isinstance(given, Sequence) and not isinstance(given, str) else [None]
    if not all(isinstance(word, str) for word in words):
        raise SchemaError(f"decisions: actions is a list of names, not {quoted(given)}")
    return tuple(words)


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{toml(name)} = {toml(part)}' for name, part in value.items())} }}"
    return toml(list(value) if isinstance(value, tuple) else value)
