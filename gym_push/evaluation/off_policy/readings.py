"""Finds propensities that were read as those of another action than the log means.

A column may hold the probability of the action taken, or that of one action whatever was taken:
whoever takes one for the other weights wrongly. If propensities are right, the sum of 1/p over the
rows in which an action was taken estimates the number of rows without bias, and since each row was
drawn given those before it, the errors of the rows add up like independent ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.logs import NotificationLog
from gym_push.logs.columns import NumberColumn
from gym_push.logs.decision_columns import REST, UNIFORM, DecisionColumns
from gym_push.logs.log_statistics import Floats, Ints
from gym_push.users.keyed_random import Flags

DOUBT: Final = 3.3
"""Standard errors from which a reading is wrong: one false warning per thousand sound logs."""
FIT: Final = 2.0
"""Standard errors up to which another reading fits."""


def better_reading(logged: LoggedDecisions) -> str | None:
    """Returns the sentence that says how a column of propensities is to be read, if otherwise."""
    if logged.propensities is None:
        return None
    return reading_of(
        logged.columns, logged.actions, logged.log, logged.decisions, logged.propensities
    )


def reading_of(
    columns: DecisionColumns,
    actions: Sequence[str],
    log: NotificationLog,
    decisions: Ints,
    propensities: Floats,
) -> str | None:
    """Returns the sentence that says how a column of propensities is to be read, if otherwise.

    Only columns of decisions between two actions can be read in two ways.

    Args:
        columns: How they were read.
        actions: Names of the actions.
        log: The decisions.
        decisions: The actions taken: (rows,).
        propensities: Their probabilities, as they were read: (rows,).
    """
    recipe = columns.propensity
    column = recipe
    if isinstance(recipe, Mapping):
        named = [each for each in recipe.values() if isinstance(each, str) and each != REST]
        column = named[0] if len(named) == 1 else None
    if not isinstance(column, str) or column == UNIFORM or len(actions) != 2:
        return None
    numbers, first = log.columns[column], decisions == 0
    if not isinstance(numbers, NumberColumn) or not 0 < first.sum() < len(log):
        return None
    p = numbers.numbers.astype(np.float64)
    readings: dict[str, tuple[Any, Floats]] = {"the action taken": (column, p)}
    for this, other, taken in zip(actions, actions[::-1], (first, ~first), strict=True):
        said = {this: column, other: REST}
        readings[repr(this)] = (said, np.where(taken, p, 1.0 - p))
    if _misfit(propensities, first) < DOUBT:
        return None
    found = {name: _misfit(chances, first) for name, (_, chances) in readings.items()}
    best = min(found, key=lambda name: found[name])
    if found[best] > FIT:
        return None
    return (
        f"Column {column!r} fits as the probability of {best}, and not as it was read: say "
        f"propensity={readings[best][0]!r}."
    )


def _misfit(propensities: Floats, first: Flags) -> float:
    """Returns how many standard errors the propensities of either action are off, the larger."""
    if not ((propensities > 0.0) & (propensities <= 1.0)).all():
        return np.inf
    rows, off = len(first), []
    for taken in (first, ~first):
        p = propensities[taken]
        variance = ((1.0 - p) / p**2).sum()
        off.append(abs((1.0 / p).sum() - rows) / np.sqrt(max(variance, 1e-12)))
    return float(max(off))
