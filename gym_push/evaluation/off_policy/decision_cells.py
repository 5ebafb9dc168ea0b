"""The columns of a log that say what was decided, with errors that name row and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import ArgumentError, LogError, SchemaError, did_you_mean, not_one_of
from gym_push.logs import NotificationLog
from gym_push.logs.columns import CodedColumn, Column, NumberColumn, TextColumn, read_only
from gym_push.logs.decision_columns import REST, UNIFORM, DecisionColumns
from gym_push.logs.log_statistics import Floats, Ints
from gym_push.spaces import UNKNOWN, Flag
from gym_push.text import listed, quoted
from gym_push.users.keyed_random import Flags

ROUNDING = 1e-6
"""How far the sum of a row's probabilities may be from one."""


class DecisionCells:
    """What the columns of a log say about its decisions.

    Args:
        log: The log; agents must not see the columns.
        columns: Which they are.
        place: Returns what messages call a row; None for its number in the log.

    Attributes:
        available: Whether there was anything to decide: (rows,). Other rows may hold anything.
        actions: Names of the actions.
        eligible: What could be chosen: (rows, actions); None for everything.
    """

    def __init__(
        self,
        log: NotificationLog,
        columns: DecisionColumns,
        place: Callable[[int], str] | None = None,
    ) -> None:
        self._log, self._columns = log, columns
        self._place = place or (lambda row: f"{log.source}, row {row + 1}")
        self.available = np.ones(len(log), dtype=np.bool_)
        if columns.available is not None:
            self.available = self._flags(columns.available, hidden=False)
        self.actions = self._names() if columns.actions is None else tuple(columns.actions)
        if len(set(self.actions)) < max(len(self.actions), 2):
            raise ArgumentError(f"actions={self.actions!r} must be two different words or more")
        self.eligible = self._eligible()

    def decisions(self) -> Ints:
        """Returns the numbers of the actions: (rows,); 0 where nothing was to be decided."""
        name, column = self._columns.decision, self._column(self._columns.decision)
        number_of, known = self._number_of(), listed(self.actions)
        if "0" in number_of.keys() - set(self.actions):
            known += f" or a number from 0 to {len(self.actions) - 1}"
        values, codes = coded_values(column)
        numbers = np.array([number_of.get(_word(value), -1) for value in values])[codes]
        self._refuse_cell(name, numbers < 0, f"is not {known}; correct it, or name it in `actions`")
        decisions = np.where(self.available, numbers, 0).astype(np.int64)
        if self.eligible is not None:
            self.refuse(
                ~self.eligible[np.arange(len(decisions)), decisions],
                lambda row: (
                    f": {self.actions[decisions[row]]} was decided, and was not eligible; correct "
                    "it, or leave the row out"
                ),
            )
        return read_only(decisions)

    def _number_of(self) -> dict[str, int]:
        """Returns the number of each action, by how a cell may call it.

        If the actions are given, that may be its place among them, unless their names are numbers.
        """
        number_of = {name: number for number, name in enumerate(self.actions)}
        if self._columns.actions is None or any(name.isdecimal() for name in self.actions):
            return number_of
        if len(self.actions) == 2:  # which a flag tells apart
            number_of = {"False": 0, "True": 1} | number_of
        return {str(number): number for number in range(len(self.actions))} | number_of

    def rewards(self) -> Floats:
        """Returns what the decisions earned: (rows,)."""
        name = self._columns.reward
        if name == self._log.schema.action:
            return read_only(self._log.actions.astype(np.float64))
        column = self._column(name)
        if isinstance(column, CodedColumn) and column.values == Flag.VALUES:
            return read_only(self._flags(name).astype(np.float64))
        return read_only(self._numbers(name, "say what the decision earned"))

    def propensities(self, decisions: Ints) -> tuple[Floats | None, Floats | None]:
        """Returns the probabilities of the actions taken, and of all actions where known.

        Args:
            decisions: The actions taken: (rows,).
        """
        recipe = self._columns.propensity
        if recipe is None:
            return None, None
        if recipe == UNIFORM:
            chances = uniform(len(decisions), len(self.actions), self.eligible)
        elif isinstance(recipe, Mapping):
            chances = self._chances(recipe)
        elif isinstance(recipe, str):
            return read_only(self._probabilities(recipe, zero=False)), None
        elif 0.0 < recipe <= 1.0:
            return read_only(np.full(len(decisions), float(recipe))), None
        else:
            raise ArgumentError(f"propensity={recipe!r} must be above 0 and up to 1")
        chosen = chances[np.arange(len(decisions)), decisions]
        self.refuse(
            chosen == 0.0,
            lambda row: (
                f": {self.actions[decisions[row]]} was decided, with the propensity 0; correct "
                "it, or leave the row out"
            ),
        )
        return read_only(chosen), read_only(chances)

    def _chances(self, recipe: Mapping[str, str | float]) -> Floats:
        chances = np.zeros((len(self._log), len(self.actions)))
        rest = None
        for name, given in recipe.items():
            if name not in self.actions:
                raise ArgumentError(f"propensity names the action {not_one_of(name, self.actions)}")
            number = self.actions.index(name)
            if given == REST:
                rest = number
            elif isinstance(given, str):
                chances[:, number] = self._probabilities(given, zero=True)
            elif 0.0 <= given <= 1.0:
                chances[:, number] = given
            else:
                raise ArgumentError(f"propensity: that of {name!r}, {given!r}, must be from 0 to 1")
        total: Floats = sum(chances.T, np.zeros(len(chances)))  # faster than along the short axis
        if rest is not None:
            chances[:, rest] = np.maximum(1.0 - total, 0.0)
            total = np.maximum(total, 1.0)
        off: Flags = (total < 1.0 - ROUNDING) | (total > 1.0 + ROUNDING)
        self.refuse(
            off,
            lambda row: (
                f": the propensities of all actions have the sum {total[row]:.6g}, not 1; correct "
                f"them, or name a column for each action, of which one may be {REST!r}"
            ),
        )
        if self.eligible is not None:
            wrong: Flags = (chances > ROUNDING) & ~self.eligible
            barred: Flags = np.logical_or.reduce(wrong, axis=1)
            self.refuse(
                barred,
                lambda row: (
                    f": {self.actions[int(wrong[row].argmax())]} was not eligible, and has a "
                    "propensity above 0; correct it, or leave the row out"
                ),
            )
        return chances

    def _names(self) -> tuple[str, ...]:
        """Returns the actions that occur, numbers in their order."""
        values, codes = coded_values(self._column(self._columns.decision))
        names = {_word(values[code]) for code in np.unique(codes[self.available]).tolist()}
        eligible, propensity = self._columns.eligible, self._columns.propensity
        if isinstance(eligible, str):
            names.update(*self._lists(eligible)[0])
        for table in (eligible, propensity):
            names.update(table if isinstance(table, Mapping) else ())
        whole = all(name.isdecimal() for name in names)
        return tuple(sorted(names, key=(lambda name: (int(name), name)) if whole else str))

    def _eligible(self) -> Flags | None:
        given = self._columns.eligible
        if given is None:
            return None
        if isinstance(given, Mapping):
            eligible = np.ones((len(self._log), len(self.actions)), dtype=np.bool_)
            for name, column in given.items():
                if name not in self.actions:
                    raise ArgumentError(
                        f"eligible names the action {not_one_of(name, self.actions)}"
                    )
                eligible[:, self.actions.index(name)] = self._flags(column)
            return read_only(eligible)
        lists, codes = self._lists(given)
        number_of = {name: number for number, name in enumerate(self.actions)}
        which = np.zeros((len(lists), len(self.actions)), dtype=np.bool_)
        strange = np.zeros(len(lists), dtype=np.bool_)
        for code, names in enumerate(lists):
            which[code, [number_of[name] for name in names if name in number_of]] = True
            strange[code] = not number_of.keys() >= set(names)
        why = f"names more than {listed(self.actions)}; correct it"
        self._refuse_cell(given, strange[codes], why)
        return read_only(which[codes])

    def _lists(self, name: str) -> tuple[list[tuple[str, ...]], NDArray[Any]]:
        """Returns the different lists of a column, and which of them each row has: (rows,)."""
        column = self._column(name)
        values = column.values if isinstance(column, CodedColumn) else ("",)
        lists = [value for value in values if isinstance(value, tuple)]
        if len(lists) < len(values) or not isinstance(column, CodedColumn):
            raise SchemaError(
                f"column {quoted(name)} of {self._log.source} does not hold lists of actions; "
                "give it the kind list in the schema"
            )
        return lists, column.codes

    def _column(self, name: str, hidden: bool = True) -> Column:
        log = self._log
        roles = {feature.name: feature.role for feature in log.schema.features}
        if name not in roles:
            found = [each for each, role in roles.items() if role == "engagement"]
            raise SchemaError(
                f"{log.source} has no engagement column {quoted(name)}"
                f"{did_you_mean(name, found) or '; it has ' + (listed(found) or 'none')}"
            )
        if hidden and roles[name] != "engagement":
            raise SchemaError(
                f"agents see the column {quoted(name)} of {log.source}: make it an engagement "
                "column in the schema"
            )
        return log.columns[name]

    def _flags(self, name: str, hidden: bool = True) -> Flags:
        """Returns the flags of a column, also of one with the numbers 1 and 0."""
        column = self._column(name, hidden)
        if isinstance(column, CodedColumn) and column.values == Flag.VALUES:
            wrong, true = column.codes == Flag.VALUES.index(UNKNOWN), column.codes == 1
        elif isinstance(column, NumberColumn):
            wrong, true = ~np.isin(column.numbers, (0, 1)), column.numbers == 1
        else:
            raise SchemaError(
                f"column {quoted(name)} of {self._log.source} does not hold flags; give it the "
                "kind flag in the schema"
            )
        self._refuse_cell(name, wrong, "is neither true nor false; correct it")
        return read_only(true)

    def _numbers(self, name: str, what_to_do: str) -> Floats:
        """Returns finite numbers."""
        column = self._column(name)
        if not isinstance(column, NumberColumn):
            kind = "text" if isinstance(column, TextColumn) else "label or flag"
            raise SchemaError(
                f"column {quoted(name)} of {self._log.source} has the kind {kind}; make it a "
                "number in the schema"
            )
        numbers = column.numbers.astype(np.float64)
        bad = ~np.isfinite(numbers)
        self._refuse_cell(name, bad, f"is missing; {what_to_do}, or leave the row out")
        return numbers

    def _probabilities(self, name: str, *, zero: bool) -> Floats:
        """Returns probabilities of which none is 0, unless that is allowed."""
        numbers = self._numbers(name, "say how likely the decision was")
        known = "from 0 to 1" if zero else "above 0 and up to 1"
        self._refuse_cell(
            name,
            (numbers < 0.0) | (numbers > 1.0) | ((numbers == 0.0) & (not zero)),
            f"is not a probability {known} of the decision; correct it, or leave the row out",
        )
        return numbers

    def _refuse_cell(self, name: str, wrong: Flags, why: str) -> None:
        def told(row: int) -> str:
            (cell,) = self._log.columns[name].take(slice(row, row + 1))
            return f", column {quoted(name)}: {'it' if cell != cell else quoted(cell)} {why}"

        self.refuse(wrong, told)

    def refuse(self, wrong: Flags, told: Callable[[int], str]) -> None:
        """Raises an error that names the first wrong row where there was something to decide."""
        for row in np.flatnonzero(wrong & self.available)[:1].tolist():
            raise LogError(f"{self._place(row)}{told(row)}")


def uniform(rows: int, actions: int, eligible: Flags | None) -> Floats:
    """Returns the same probability for each eligible action of a row: (rows, actions)."""
    if eligible is None:
        return np.full((rows, actions), 1.0 / actions)
    chances: Floats = eligible / np.maximum(eligible.sum(axis=1, keepdims=True), 1)
    return chances


def coded_values(column: Column) -> tuple[Sequence[object], NDArray[Any]]:
    """Returns the different values of a column, and which of them each row has: (rows,)."""
    if isinstance(column, CodedColumn):
        return column.values, column.codes
    if isinstance(column, NumberColumn):
        values, codes = np.unique(column.numbers, return_inverse=True)
        return values.tolist(), codes.reshape(-1)
    texts = column.take(slice(None))
    return texts, np.arange(len(texts))


def _word(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
