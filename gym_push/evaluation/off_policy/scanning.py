"""Off-policy estimates from logs larger than memory, by sums of each person, in one pass."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

import numpy as np

from gym_push.errors import ArgumentError, choose
from gym_push.evaluation.estimates import Estimate, ratio
from gym_push.evaluation.fixed_policies import FixedPolicy, Policy
from gym_push.evaluation.off_policy.decision_cells import DecisionCells
from gym_push.evaluation.off_policy.diagnostics import SURE, TINY, Calibration, Diagnostics
from gym_push.evaluation.off_policy.estimate import (
    OffPolicyEstimate,
    OffPolicyTable,
    refuse_actions,
    refuse_unweighted,
    untaken,
)
from gym_push.evaluation.off_policy.estimators import (
    BLOCKS,
    IPS,
    NOTIFICATIONS,
    PERSONS,
    SNIPS,
    taken,
)
from gym_push.evaluation.off_policy.logged import left_out, named_columns
from gym_push.evaluation.off_policy.readings import reading_of
from gym_push.logs import DecisionColumns
from gym_push.logs.log_statistics import DAY, Floats, Ints
from gym_push.logs.scanning import LogScan, Piece
from gym_push.logs.sums import Sums
from gym_push.users.keyed_random import Flags

SUMMED: Final = (IPS, SNIPS)
"""Methods that need nothing but sums."""


def off_policy_scan(
    log: LogScan,
    policy: Policy,
    columns: Collection[str] = (),
    methods: Collection[str] = SUMMED,
    *,
    over: str = PERSONS,
    clip: float | None = None,
    **named: Any,
) -> OffPolicyTable:
    """Estimates what a fixed policy would earn, in one pass; in two for a log of one person.

    ```python
    log = gym_push.logs.scan_log("decisions/*.parquet")
    off_policy_scan(log, lambda rows: np.full(len(rows), 2))  # suppress everything
    ```

    Args:
        log: The decisions.
        policy: A function of a DataFrame of some rows, in which labels are categories, that returns
            the numbers of actions, shape (rows,), or the probability of each, shape (rows,
            actions); or a table: a Series of actions, or a DataFrame with a column of probabilities
            for each action, whose index has the names of columns. Where only some actions are
            eligible, it draws until its action is one of them.
        columns: Those that the function reads.
        methods: "ips" or "snips", or both.
        over: As for `off_policy_table`.
        clip: As for `off_policy_table`.
        **named: Columns, as for `LoggedDecisions.of`.

    Returns:
        What `off_policy_table` finds for the same policy; another reading of the propensities is
        tried on the first piece alone.

    Raises:
        ArgumentError: As `off_policy_table`, or the policy answers otherwise.
        LogError, SchemaError: As `LoggedDecisions.of` and `LogScan.pieces`.
    """
    for method in methods:
        choose("method", method, SUMMED)
    choose("over", over, (PERSONS, NOTIFICATIONS))
    asked = named_columns(log.schema, named)
    refuse_unweighted(log.source, asked.propensity is not None, clip, methods)
    if asked.actions is None:
        raise ArgumentError(
            "a scan does not look for the names of the actions: name them in the schema's "
            "decisions, or by actions="
        )
    fixed = FixedPolicy.of(policy, columns, asked.actions, log.schema)
    summed = _Pass(log, asked, fixed, clip).run("person")
    if len(summed.units) == 1:
        kind, over = "block" if log.schema.time is None else "day", NOTIFICATIONS
        summed = _Pass(log, asked, fixed, clip, summed.count).run(kind)
    if not summed.squares:
        raise untaken(log.source)
    refuse_actions(log.source, asked.actions, summed.tried, summed.taken_in)
    diagnostics = summed.diagnostics(over)
    found = ((method, summed.estimate(method, over)) for method in methods)
    return OffPolicyTable(
        tuple(
            OffPolicyEstimate(method, each.value, each.low, each.high, diagnostics)
            for method, each in found
        )
    )


class _Pass:
    """What one pass finds: sums of each unit, and of all rows.

    Args:
        log: The decisions.
        asked: Which columns say what was decided.
        fixed: The policy.
        clip: The largest weight.
        rows: Of all blocks, if these are the units.

    Attributes:
        units: Those that have rows, in order.
        count: Rows in which something was to be decided.
        tried: In how many of them each action was taken: (actions,).
        taken_in: In how many of them the policy may take it: (actions,).
        squares: Sum of the squares of the weights.
    """

    def __init__(
        self,
        log: LogScan,
        asked: DecisionColumns,
        fixed: FixedPolicy,
        clip: float | None,
        rows: int = 0,
    ) -> None:
        self._log, self._asked, self._fixed, self._clip, self._rows = log, asked, fixed, clip, rows
        self._of_units, self._of_actions = Sums(), Sums(len(fixed.actions))
        self.units = np.zeros(0, dtype=np.int64)
        self.count, self.squares = 0, 0.0
        self.tried, self.taken_in = np.zeros((2, len(fixed.actions)), dtype=np.int64)
        self._agreement, self._unsupported, self._largest = 0.0, 0.0, 0.0
        self._clipped = self._unavailable = 0
        self._all_known = True
        self._reading: str | None = None

    def run(self, kind: str) -> _Pass:
        """Reads the log, whose units are of a kind: "person", "day" or "block"."""
        log, asked, self._kind = self._log, self._asked, kind
        names = [name for name in asked.columns if name != log.schema.action]
        names = list(dict.fromkeys((*self._fixed.columns, *names)))
        answered = asked.reward == log.schema.action
        self._pieces = log.pieces(names, timed=kind == "day", answered=answered)
        for piece in self._pieces:
            self._add(piece)
        order = self._pieces.in_order() if kind == "person" else self._of_units.places("rows")
        self.units = order[self._of_units.of("rows", order)[:, 0] > 0.0]
        return self

    def _add(self, piece: Piece) -> None:
        cells = DecisionCells(piece.log, self._asked, piece.place)
        decisions, rewards = cells.decisions(), cells.rewards()
        chosen, chances = cells.propensities(decisions)
        assert chosen is not None
        eligible = None
        if cells.eligible is not None:
            eligible = cells.eligible | ~cells.available[:, np.newaxis]
        target = self._fixed.chances(piece, eligible)
        unit = self._unit(piece, cells.available)
        log = piece.log
        if not cells.available.all():
            rows = np.flatnonzero(cells.available)
            self._unavailable += len(log) - len(rows)
            if not len(rows):
                return
            log, unit, decisions, rewards = (
                log.select(rows),
                unit[rows],
                decisions[rows],
                rewards[rows],
            )
            chosen, target = chosen[rows], target[:, rows]
            chances = None if chances is None else chances[rows]
            eligible = None if eligible is None else eligible[rows]
        if not self.count:
            self._reading = reading_of(self._asked, cells.actions, log, decisions, chosen)
        agreement = taken(target.T, decisions)
        weights = unclipped = agreement / chosen
        if self._clip is not None:
            weights = np.minimum(unclipped, self._clip)
            self._clipped += int((unclipped > self._clip).sum())
        self.count += len(unit)
        self.squares += float(weights @ weights)
        self.tried += np.bincount(decisions, minlength=len(target))
        self.taken_in += np.count_nonzero(target > 0.0, axis=1)
        self._agreement += float(agreement.sum())
        self._largest = max(self._largest, float(unclipped.max()))
        self._of_units.add("rows", unit, 1.0)
        self._of_units.add("weight", unit, weights)
        self._of_units.add("earned", unit, weights * rewards)
        self._of_actions.add("inverse", unit * len(target) + decisions, 1.0 / chosen)
        self._support(unit, target, chances, eligible)

    def _unit(self, piece: Piece, available: Flags) -> Ints:
        """Returns the unit of each row: (rows,)."""
        if self._kind == "block":
            number = self.count + np.cumsum(available) - 1
            blocks = min(BLOCKS, self._rows)
            of_row: Ints = np.maximum(number, 0) * blocks // self._rows
            return of_row
        if self._kind == "day":
            assert piece.log.times is not None
            return piece.log.times // DAY
        return piece.person

    def _support(
        self, unit: Ints, target: Floats, chances: Floats | None, eligible: Flags | None
    ) -> None:
        """Adds what the log could not, or hardly, have tried."""
        self._all_known &= chances is not None
        allowed = eligible
        if chances is not None:
            rare = chances < TINY
            if rare.any():
                self._unsupported += float((target * rare.T).sum())
            allowed = chances > 0.0 if rare.any() else None
        if allowed is not None and not allowed.all():
            for action, barred in enumerate(~allowed.T):
                self._of_actions.add("barred", unit[barred] * len(target) + action, 1.0)

    def estimate(self, method: str, over: str) -> Estimate:
        """Returns the estimate of "ips" or "snips", over persons or notifications."""
        earned, weight = self._totals("earned", over), self._totals("weight", over)
        return ratio(earned, weight if method == SNIPS else self._totals("rows", over))

    def _totals(self, name: str, over: str) -> Floats:
        """Returns what each unit adds to a mean: (units,)."""
        return self._shared(self._of_units.of(name, self.units)[:, 0], over)

    def _shared(self, sums: Floats, over: str) -> Floats:
        return sums / self._of_units.of("rows", self.units)[:, 0] if over == PERSONS else sums

    def diagnostics(self, over: str) -> Diagnostics:
        """Returns what the estimates rest on."""
        sizes, weight = self._totals("rows", over), self._totals("weight", over)
        return Diagnostics(
            self.count,
            len(self.units),
            self._kind,
            over,
            self._agreement / self.count,
            float(self._of_units.of("weight", self.units).sum()) ** 2 / self.squares,
            self._largest,
            self._clipped / self.count,
            self._unsupported / self.count if self._all_known else None,
            ratio(weight, sizes, SURE),
            tuple(self._calibrations(over)),
            left_out(self._unavailable, sum(self._pieces.unanswered.values())),
            self._reading,
        )

    def _calibrations(self, over: str) -> Iterator[Calibration]:
        sizes = self._totals("rows", over)
        inverse, barred = (self._of_actions.of(n, self.units) for n in ("inverse", "barred"))
        rows = self._of_units.of("rows", self.units)
        for action in np.flatnonzero(self.tried).tolist():
            held = ratio(self._shared(inverse[:, action], over), sizes, SURE)
            allowed = self._shared((rows - barred)[:, action], over)
            yield Calibration(self._fixed.actions[action], held, ratio(allowed, sizes).value)
