"""Logged decisions: what was known, the action taken, its probability, and its reward."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np

from gym_push.actions import DELIVERY_ACTIONS
from gym_push.envs.delivery.observations import OBSERVATION
from gym_push.errors import ArgumentError, LogError, SchemaError, did_you_mean, not_one_of
from gym_push.evaluation.off_policy.estimators import Units, taken
from gym_push.logs import Encoding, NotificationLog
from gym_push.logs.columns import CodedColumn, Column, NumberColumn, TextColumn, read_only
from gym_push.logs.known import DECISIONS
from gym_push.logs.log_statistics import Floats, Ints
from gym_push.text import listed, quoted
from gym_push.users.keyed_random import Flags

GENERATED: Final[Mapping[str, str]] = MappingProxyType(
    {"deliver": "deliverPropensity", "suppress": "suppressPropensity"}
)
"""The columns of propensities that `gym-push generate --behaviour` writes."""

ROUNDING: Final = 1e-6
"""How far the sum of a row's probabilities may be from one."""


@dataclass(frozen=True, eq=False, repr=False)
class LoggedDecisions:
    """The decisions of a behaviour policy: one for each notification, at its arrival.

    Attributes:
        log: The notifications; the decisions are in columns that agents do not see.
        actions: Names of the actions, in the order of their numbers.
        decisions: The actions taken: int64, shape (rows,).
        rewards: Their rewards: float64, shape (rows,).
        propensities: Their probabilities: float64, shape (rows,); None if unknown.
        chances: Probability of every action: float64, shape (rows, actions); None if only those of
            the actions taken are known.
        encoding: Of the observations.
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
        actions: Sequence[str] = DELIVERY_ACTIONS,
    ) -> LoggedDecisions:
        """Returns the decisions of a log; the defaults fit generated logs.

        Args:
            log: Its schema has the columns below as engagement, so that agents do not see them.
            decision: Column of the action taken: its name or number.
            propensity: Column of the probability of the action taken; or a column for each action,
                by its name, where an action without one has the probability 0; or None if the
                propensities are unknown.
            reward: Column of the reward.
            actions: Names of the actions, in the order of their numbers.

        Raises:
            LogError: A cell is not valid; the message names row and column.
            SchemaError: The log has no such column, or agents see it.
            ArgumentError: The names of the actions are not different words, or `propensity` names
                an unknown action.
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
            propensities = _Cells(log, propensity).propensities(zero=False)
        elif propensity is not None:
            chances = _chances(log, propensity, actions)
            propensities = read_only(taken(chances, decisions))
            _refuse(
                log,
                propensities == 0.0,
                lambda row: (
                    f": {actions[decisions[row]]} was decided, with the propensity 0; correct "
                    "it, or leave the row out"
                ),
            )
        known = log.schema.observed == DECISIONS.observed
        encoding = OBSERVATION if known else Encoding.fit(log)
        return cls(log, actions, decisions, rewards, propensities, chances, encoding)

    def __len__(self) -> int:
        """The number of decisions."""
        return len(self.decisions)

    def __repr__(self) -> str:
        """The source, and how often each action was taken."""
        counts = zip(np.bincount(self.decisions).tolist(), self.actions, strict=False)
        how_often = ", ".join(f"{count} {name}" for count, name in counts if count)
        return f"<LoggedDecisions {self.log.source}: {how_often}>"

    @cached_property
    def units(self) -> Units:
        """The persons, or the days of the only one."""
        owner = self.log.owner
        nobody = np.zeros(len(self), dtype=np.int64)
        return Units.of(nobody if owner is None else owner.codes.astype(np.int64), self.log.times)


class _Cells:
    """An engagement column, with errors that name row and column."""

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
                f"agents see the column {quoted(name)} of {log.source}: make it an engagement "
                "column in the schema"
            )
        self._column: Column = log.columns[name]

    def decisions(self, actions: tuple[str, ...]) -> Ints:
        """Returns the numbers of the actions."""
        column = self._column
        words = {name: number for number, name in enumerate(actions)}
        if isinstance(column, CodedColumn):
            numbers = np.array([words.get(str(value), -1) for value in column.values])[column.codes]
        elif isinstance(column, NumberColumn):
            numbers = column.numbers
        else:
            numbers = np.array([words.get(text, -1) for text in column.take(slice(None))])
        known = f"{listed(actions)} or a number from 0 to {len(actions) - 1}"
        wrong = ~np.isin(numbers, np.arange(len(actions)))
        self._refuse(wrong, f"is not {known}; correct it, or name it in `actions`")
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

    def propensities(self, *, zero: bool) -> Floats:
        """Returns probabilities of which none is 0, unless that is allowed."""
        numbers = self.numbers("say how likely the decision was")
        known = "from 0 to 1" if zero else "above 0 and up to 1"
        self._refuse(
            (numbers < 0.0) | (numbers > 1.0) | ((numbers == 0.0) & (not zero)),
            f"is not a probability {known} of the decision; correct it, or leave the row out",
        )
        return numbers

    def _refuse(self, wrong: Flags, why: str) -> None:
        def told(row: int) -> str:
            (cell,) = self._column.take(slice(row, row + 1))
            return f", column {quoted(self._name)}: {'it' if cell != cell else quoted(cell)} {why}"

        _refuse(self._log, wrong, told)


def _chances(log: NotificationLog, columns: Mapping[str, str], actions: tuple[str, ...]) -> Floats:
    chances = np.zeros((len(log), len(actions)))
    for name, column in columns.items():
        if name not in actions:
            raise ArgumentError(f"propensity names the action {not_one_of(name, actions)}")
        chances[:, actions.index(name)] = _Cells(log, column).propensities(zero=True)
    total = chances.sum(axis=1)
    _refuse(
        log,
        np.abs(total - 1.0) > ROUNDING,
        lambda row: (
            f": the propensities of all actions have the sum {total[row]:.6g}, not 1; correct "
            "them, or name a column for each action"
        ),
    )
    return read_only(chances)


def _refuse(log: NotificationLog, wrong: Flags, told: Callable[[int], str]) -> None:
    """Raises an error that names the first wrong row."""
    for row in np.flatnonzero(wrong)[:1].tolist():
        raise LogError(f"{log.source}, row {row + 1}{told(row)}")
