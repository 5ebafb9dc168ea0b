"""Logged decisions: what was known, what was decided, how likely that was, and what it earned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.delivery.observations import OBSERVATION
from gym_push.errors import ArgumentError, LogError, SchemaError, did_you_mean
from gym_push.evaluation.off_policy.units import Units
from gym_push.logs import Encoding, NotificationLog
from gym_push.logs.columns import CodedColumn, Column, NumberColumn, TextColumn, read_only
from gym_push.logs.known import DECISIONS
from gym_push.logs.log_statistics import Floats, Ints
from gym_push.text import listed, quoted

ACTIONS: Final = ("deliver", "hold", "suppress")
GENERATED: Final[Mapping[str, str]] = MappingProxyType(
    {"deliver": "deliverPropensity", "suppress": "suppressPropensity"}
)
"""The columns of propensities that `gym-push generate --behaviour` writes."""

ROUNDING: Final = 1e-6
"""So far may the propensities of a row sum up to something else than one."""


@dataclass(frozen=True, eq=False, repr=False)
class LoggedDecisions:
    """The decisions of a behaviour policy, one a notification, at its arrival.

    Attributes:
        log: The notifications; what decided about them is in columns that no agent sees.
        actions: The actions by name, in the order of their numbers.
        decisions: What was decided: int64, shape (rows,).
        rewards: What each decision earned: float64, shape (rows,).
        propensities: The probability with which each was taken: float64, shape (rows,); None where
            it is not known.
        chances: The probability of every action: float64, shape (rows, actions); None where only
            those of what was decided are known.
        encoding: What agents tell apart in an observation.
    """

    log: NotificationLog
    actions: tuple[str, ...]
    decisions: Ints
    rewards: Floats
    propensities: Floats | None
    chances: Floats | None
    encoding: Encoding

    @classmethod
    def of(
        cls,
        log: NotificationLog,
        *,
        decision: str = "decision",
        propensity: str | Mapping[str, str] | None = GENERATED,
        reward: str = "reward",
        actions: Sequence[str] = ACTIONS,
    ) -> LoggedDecisions:
        """Returns the decisions of a log; the defaults are for generated ones.

        Args:
            log: Its schema names the columns below as engagement, so that no agent sees them.
            decision: The column of what was decided: an action's name, or its number.
            propensity: The column of the probability of what was decided; or a column for each
                action, by its name, where an action without one has the probability 0; or None if
                nobody knows.
            reward: The column of what it earned.
            actions: The names of the actions, in the order of their numbers.

        Raises:
            LogError: A cell is none that its column can hold; the message names row and column.
            SchemaError: The log has no such column, or agents see it.
            ArgumentError: The names of the actions are not different words, or `propensity` names
                an action that is none of them.
        """
        actions = tuple(actions)
        if len(set(actions)) < max(len(actions), 2):
            raise ArgumentError(f"actions={actions!r} must be two different words or more")
        if not len(log):
            raise LogError(f"{log.source} has no rows; an estimate needs decisions")
        decisions = _Cells(log, decision).decisions(actions)
        rewards = _Cells(log, reward).numbers("say what the decision earned")
        propensities, chances = None, None
        if isinstance(propensity, str):
            propensities = _Cells(log, propensity).propensities()
        elif propensity is not None:
            chances = _chances(log, propensity, actions)
            propensities = read_only(chances[np.arange(len(log)), decisions])
            _refuse_impossible(log, propensities, actions, decisions)
        known = log.schema.observed == DECISIONS.observed
        encoding = OBSERVATION if known else Encoding.fit(log)
        return cls(log, actions, decisions, rewards, propensities, chances, encoding)

    def __len__(self) -> int:
        """The number of decisions."""
        return len(self.decisions)

    def __repr__(self) -> str:
        """Where they come from, and how often each was taken."""
        counts = np.bincount(self.decisions, minlength=len(self.actions)).tolist()
        taken = ", ".join(f"{n} {name}" for n, name in zip(counts, self.actions, strict=True) if n)
        return f"<LoggedDecisions {self.log.source}: {taken}>"

    @cached_property
    def units(self) -> Units:
        """What is independent in the log: its persons, or the days of the only one."""
        owner = self.log.owner
        nobody = np.zeros(len(self), dtype=np.int64)
        return Units.of(nobody if owner is None else owner.codes.astype(np.int64), self.log.times)


class _Cells:
    """A column, with errors that name row and column."""

    def __init__(self, log: NotificationLog, name: str) -> None:
        self._log, self._name = log, name
        roles = {feature.name: feature.role for feature in log.schema.features}
        if name not in roles:
            hidden = [each for each, role in roles.items() if role == "engagement"]
            raise SchemaError(
                f"{log.source} has no engagement column {quoted(name)}"
                f"{did_you_mean(name, hidden) or '; it has ' + (listed(hidden) or 'none')}"
            )
        if roles[name] != "engagement":
            raise SchemaError(
                f"column {quoted(name)} of {log.source} is one that agents see; make it an "
                "engagement column in the schema"
            )
        self._column: Column = log.columns[name]

    def decisions(self, actions: tuple[str, ...]) -> Ints:
        """Returns actions by their numbers."""
        column = self._column
        words = {name: number for number, name in enumerate(actions)}
        if isinstance(column, CodedColumn):
            numbers = np.array([words.get(str(value), -1) for value in column.values])[column.codes]
        elif isinstance(column, NumberColumn):
            numbers = column.numbers
        else:
            numbers = np.array([words.get(text, -1) for text in column.take(slice(None))])
        wrong = ~np.isin(numbers, np.arange(len(actions)))
        known = f"none of {listed(actions)}, nor a number from 0 to {len(actions) - 1}"
        self._refuse(wrong, f"is {known}; mend it, or name it in `actions`")
        return read_only(numbers.astype(np.int64))

    def numbers(self, what_to_do: str) -> Floats:
        """Returns finite numbers."""
        if not isinstance(self._column, NumberColumn):
            kind = "text" if isinstance(self._column, TextColumn) else "label or flag"
            raise SchemaError(
                f"column {quoted(self._name)} of {self._log.source} has the kind {kind}; make it a "
                "number in the schema"
            )
        numbers = self._column.numbers.astype(np.float64)
        self._refuse(~np.isfinite(numbers), f"is missing; {what_to_do}, or leave the row out")
        return read_only(numbers)

    def propensities(self, least: float = np.nextafter(0.0, 1.0)) -> Floats:
        """Returns probabilities from `least` on."""
        numbers = self.numbers("say how likely the decision was")
        known = "from 0 to 1" if least == 0.0 else "above 0 and up to 1"
        self._refuse(
            (numbers < least) | (numbers > 1.0),
            f"is no probability {known} of what was decided; mend it, or leave the row out",
        )
        return numbers

    def _refuse(self, wrong: NDArray[np.bool_], why: str) -> None:
        for row in np.flatnonzero(wrong)[:1].tolist():
            (cell,) = self._column.take(slice(row, row + 1))
            shown = "it" if cell != cell else quoted(cell)
            raise LogError(
                f"{self._log.source}, row {row + 1}, column {quoted(self._name)}: {shown} {why}"
            )


def _chances(log: NotificationLog, columns: Mapping[str, str], actions: tuple[str, ...]) -> Floats:
    for name in columns:
        if name not in actions:
            raise ArgumentError(
                f"propensity names the action {name!r}, which is none of {listed(actions)}"
                f"{did_you_mean(name, actions)}"
            )
    chances = np.zeros((len(log), len(actions)))
    for number, name in enumerate(actions):
        if name in columns:
            chances[:, number] = _Cells(log, columns[name]).propensities(least=0.0)
    total = chances.sum(axis=1)
    for row in np.flatnonzero(np.abs(total - 1.0) > ROUNDING)[:1].tolist():
        raise LogError(
            f"{log.source}, row {row + 1}: the propensities of all actions sum up to "
            f"{total[row]:.6g}, not to 1; mend them, or name a column for each action"
        )
    return read_only(chances)


def _refuse_impossible(
    log: NotificationLog, propensities: Floats, actions: tuple[str, ...], decisions: Ints
) -> None:
    for row in np.flatnonzero(propensities == 0.0)[:1].tolist():
        raise LogError(
            f"{log.source}, row {row + 1}: {actions[decisions[row]]} was decided, with the "
            "propensity 0; mend it, or leave the row out"
        )
