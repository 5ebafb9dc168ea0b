"""Logged decisions: what was known, the action taken, its probability, and its reward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

import numpy as np

from gym_push.actions import DELIVERY_ACTIONS
from gym_push.envs.delivery.observations import OBSERVATION
from gym_push.errors import ArgumentError, LogError, not_one_of
from gym_push.evaluation.off_policy.decision_cells import DecisionCells, uniform
from gym_push.evaluation.off_policy.estimators import Units
from gym_push.logs import Data, Encoding, NotificationLog, Schema
from gym_push.logs.columns import read_only
from gym_push.logs.decision_columns import DecisionColumns
from gym_push.logs.known import DECISIONS
from gym_push.logs.log_statistics import Floats, Ints
from gym_push.logs.reading import read_decisions
from gym_push.users.keyed_random import Flags

GENERATED: Final[Mapping[str, str]] = MappingProxyType(
    {"deliver": "deliverPropensity", "suppress": "suppressPropensity"}
)
"""The columns of propensities that `gym-push generate --behaviour` writes."""

Values = TypeVar("Values", Ints, Floats, "Floats | None", "Flags | None")


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
        eligible: Which actions could be chosen: bool, shape (rows, actions); None for all.
        unavailable: Rows of the log that are left out, since there was nothing to decide.
        unanswered: Rows that were left out since nobody answered, where the answer is the reward.
        columns: Which columns say all this.
    """

    log: NotificationLog
    actions: tuple[str, ...]
    decisions: Ints
    rewards: Floats
    propensities: Floats | None
    chances: Floats | None
    encoding: Encoding
    eligible: Flags | None = None
    unavailable: int = 0
    unanswered: int = 0
    columns: DecisionColumns = DecisionColumns()

    @classmethod
    def of(cls, log: NotificationLog, **columns: Any) -> LoggedDecisions:
        """Returns the decisions of a log.

        Args:
            log: Its schema has the columns below as engagement, so that agents do not see them.
            **columns: Attributes of `DecisionColumns` that are otherwise than the schema's
                `decisions`, or in a schema without them than generated logs have it, such as
                `reward="minutes"` or `propensity={"send": "probability", "none": "rest"}`.

        Raises:
            LogError: A cell is not valid; the message names row and column.
            SchemaError: The log has no such column, or agents see it.
            ArgumentError: The names of the actions are not different words, or `propensity` names
                an unknown action.
        """
        named = named_columns(log.schema, columns)
        if not len(log):
            raise LogError(f"{log.source} has no rows; an estimate needs decisions")
        if log.unanswered and named.reward != log.schema.action:
            raise LogError(
                f"{log.source} was read without the {sum(log.unanswered.values())} rows that have "
                "no answer, and decisions without them mislead; LoggedDecisions.read reads all"
            )
        cells = DecisionCells(log, named)
        rows = np.flatnonzero(cells.available)
        if not len(rows):
            raise LogError(f"{log.source} has no row in which anything was to be decided")
        decisions, kept = cells.decisions(), None if cells.available.all() else rows
        chosen, chances = cells.propensities(decisions)
        known = log.schema.observed == DECISIONS.observed
        return cls(
            log=log if kept is None else log.select(kept),
            actions=cells.actions,
            decisions=_of(kept, decisions),
            rewards=_of(kept, cells.rewards()),
            propensities=_of(kept, chosen),
            chances=_of(kept, chances),
            encoding=OBSERVATION if known else Encoding.fit(log),
            eligible=_of(kept, cells.eligible),
            unavailable=len(log) - len(rows),
            unanswered=sum(log.unanswered.values()),
            columns=named,
        )

    @classmethod
    def read(
        cls, data: Data, schema: Schema | str | Path | None = None, **columns: Any
    ) -> LoggedDecisions:
        """Reads the decisions of a log, also those that nobody answered, which `read_log` drops.

        Args:
            data: As for `read_log`.
            schema: As for `read_log`.
            **columns: As of `of`.

        Raises:
            LogError, SchemaError, ArgumentError: As `of` and `read_log`.
            MissingExtraError: As `read_log`.
        """
        return cls.of(read_decisions(data, schema, columns.get("reward")), **columns)

    def __len__(self) -> int:
        """The number of decisions."""
        return len(self.decisions)

    def __repr__(self) -> str:
        """The source, and how often each action was taken."""
        counts = zip(np.bincount(self.decisions).tolist(), self.actions, strict=False)
        how_often = ", ".join(f"{count} {name}" for count, name in counts if count)
        return f"<LoggedDecisions {self.log.source}: {how_often}>"

    @property
    def uniform(self) -> Floats:
        """The policy that takes each eligible action with the same probability: (rows, actions)."""
        return uniform(len(self), len(self.actions), self.eligible)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What an estimate is not about, a sentence each."""
        return left_out(self.unavailable, self.unanswered)

    @cached_property
    def units(self) -> Units:
        """The persons, or the days of the only one."""
        owner = self.log.owner
        nobody = np.zeros(len(self), dtype=np.int64)
        return Units.of(nobody if owner is None else owner.codes.astype(np.int64), self.log.times)


def left_out(unavailable: int, unanswered: int) -> tuple[str, ...]:
    """Returns what an estimate is not about, a sentence each, by the rows that are left out."""
    told = {
        f"The estimate is of decisions that could be made: {unavailable} rows without one "
        "are left out.": unavailable,
        f"The estimate is of decisions that were answered: {unanswered} rows without an "
        "answer are left out, and it misleads if the decision changes who answers.": unanswered,
    }
    return tuple(sentence for sentence, rows in told.items() if rows)


def named_columns(schema: Schema, changes: Mapping[str, Any]) -> DecisionColumns:
    """Returns which columns say what was decided, with changes to what the schema says."""
    usual = DecisionColumns(propensity=GENERATED, actions=DELIVERY_ACTIONS)
    known = [each.name for each in fields(usual)]
    for name in changes:
        if name not in known:
            raise ArgumentError(not_one_of(name, known))
    return replace(schema.decisions or usual, **changes)


def _of(rows: Ints | None, values: Values) -> Values:
    """Returns the values of some rows, with None of all of them, read-only."""
    return values if values is None or rows is None else read_only(values[rows])
