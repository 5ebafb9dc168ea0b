"""Policies that learn nothing, as functions or tables, which decide a whole piece of a log."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gym_push.errors import ArgumentError, not_one_of
from gym_push.evaluation.off_policy.decision_cells import ROUNDING, coded_values
from gym_push.logs import Schema
from gym_push.logs.log_statistics import Floats, Ints
from gym_push.logs.scanning import Piece
from gym_push.users.keyed_random import Flags

if TYPE_CHECKING:
    import pandas as pd

Policy: TypeAlias = "Callable[[pd.DataFrame], ArrayLike] | pd.Series[Any] | pd.DataFrame"


@dataclass(frozen=True)
class FixedPolicy:
    """What a policy answers in each row of a piece.

    Attributes:
        columns: Those that it reads.
        actions: Names of the actions.
        answer: Returns the numbers of the actions, (rows,), or their probabilities, (actions,
            rows).
    """

    columns: tuple[str, ...]
    actions: tuple[str, ...]
    answer: Callable[[Piece], NDArray[Any]]

    @classmethod
    def of(
        cls, policy: Policy, columns: Collection[str], actions: Sequence[str], schema: Schema
    ) -> FixedPolicy:
        """Returns a function or a table as a policy.

        Args:
            policy: A function of a DataFrame, a Series of actions, or a DataFrame with a column of
                probabilities for each action.
            columns: Those that the function reads.
            actions: Names of the actions, in the order of their numbers.
            schema: Of the log.

        Raises:
            ArgumentError: It is none of them, its table is not valid, or it reads what is known
                only afterwards.
        """
        made = cls._of(policy, columns, tuple(actions))
        observed = [each.name for each in schema.observed]
        for name in made.columns:
            if name not in observed:
                raise ArgumentError(f"the policy reads the column {not_one_of(name, observed)}")
        return made

    @classmethod
    def _of(cls, policy: Policy, columns: Collection[str], actions: tuple[str, ...]) -> FixedPolicy:
        if hasattr(policy, "index") and hasattr(policy, "to_numpy"):
            table = _Table(policy, actions)
            return cls(table.columns, actions, table.answer)
        if callable(policy):
            if isinstance(columns, str):
                raise ArgumentError(f"columns={columns!r} must be a list of names")
            names, function = tuple(columns), policy
            return cls(names, actions, lambda piece: np.asarray(function(piece.frame(names))).T)
        raise ArgumentError(
            f"a policy of type {type(policy).__name__} is neither a function of a DataFrame nor a "
            "table, which is a Series or a DataFrame"
        )

    def numbers(self, piece: Piece) -> Ints:
        """Returns the number of the action in each row: (rows,).

        Raises:
            ArgumentError: The policy answers otherwise.
        """
        return self._numbers(self.answer(piece), piece)

    def chances(self, piece: Piece, eligible: Flags | None) -> Floats:
        """Returns the probability of each action: (actions, rows).

        Args:
            piece: The rows.
            eligible: What can be chosen: (rows, actions); None for everything. The policy draws
                until its action is eligible.

        Raises:
            ArgumentError: The policy answers otherwise, or can choose no eligible action.
        """
        answer, shape = self.answer(piece), (len(self.actions), len(piece.log))
        if answer.ndim == 1:
            number = self._numbers(answer, piece)
            chances = np.stack([number == action for action in range(shape[0])]).astype(np.float64)
        else:
            chances = self._probabilities(answer, piece)
        if eligible is None:
            return chances
        chances = chances * eligible.T
        total = sum(chances, np.zeros(shape[1]))
        for row in np.flatnonzero(total == 0.0)[:1].tolist():
            raise ArgumentError(f"{piece.place(row)}: the policy takes no action that was eligible")
        return chances / total

    def _numbers(self, answer: NDArray[Any], piece: Piece) -> Ints:
        count, rows = len(self.actions), len(piece.log)
        if answer.shape != (rows,) or answer.dtype.kind not in "biuf":
            raise ArgumentError(
                f"the policy answers an array of shape {answer.T.shape} and type {answer.dtype} "
                f"for {rows} rows; it must be the number of an action for each"
            )
        if answer.dtype == np.bool_:
            return answer.view(np.int8)
        numbers: Ints = answer.astype(np.int64)
        wrong = (numbers < 0) | (numbers >= count) | (numbers != answer)
        for row in np.flatnonzero(wrong)[:1].tolist():
            raise ArgumentError(
                f"{piece.place(row)}: the policy answers {answer[row]}, and the actions are "
                f"numbered from 0 to {count - 1}"
            )
        return numbers

    def _probabilities(self, answer: NDArray[Any], piece: Piece) -> Floats:
        shape = len(self.actions), len(piece.log)
        if answer.shape != shape or answer.dtype.kind not in "biuf":
            raise ArgumentError(
                f"the policy answers an array of shape {answer.T.shape} and type {answer.dtype}, "
                f"not probabilities, shape (rows, actions) = {shape[::-1]}"
            )
        chances: Floats = answer.astype(np.float64, copy=False)
        sums_to_one = np.abs(sum(chances, np.zeros(shape[1])) - 1.0) <= ROUNDING
        for row in np.flatnonzero(~sums_to_one | (chances < 0.0).any(axis=0))[:1].tolist():
            raise ArgumentError(
                f"{piece.place(row)}: the policy answers {chances[:, row].tolist()}, which must "
                "be the probability of each action, with the sum 1"
            )
        return chances


class _Table:
    """A policy as a table.

    Args:
        table: A Series or a DataFrame; its index has the names of columns.
        actions: Names of the actions.

    Attributes:
        columns: The names of its index.
    """

    def __init__(self, table: Any, actions: Sequence[str]) -> None:
        self.columns = tuple(table.index.names)
        if not all(isinstance(name, str) for name in self.columns):
            raise ArgumentError(
                "the index of a policy's table must have the names of columns: say "
                'table.rename_axis("app")'
            )
        keys = [key if isinstance(key, tuple) else (key,) for key in table.index.tolist()]
        self._place_of = {key: place for place, key in enumerate(keys)}
        if len(self._place_of) < len(keys):
            raise ArgumentError("a policy's table has two rows for the same thing; keep one")
        self._values = _values(table, actions)
        self._newest: tuple[Any, Ints] | None = None

    def answer(self, piece: Piece) -> NDArray[Any]:
        """Returns the entries for the rows of a piece: (..., rows).

        Raises:
            ArgumentError: The table has no entry for a row.
        """
        parts = [coded_values(piece.log.columns[name]) for name in self.columns]
        values, codes = (tuple(each) for each in zip(*parts, strict=True))
        sizes = tuple(map(len, values))
        which = codes[0]
        if len(codes) > 1:
            which = np.ravel_multi_index(tuple(code.astype(np.intp) for code in codes), sizes)
        if math.prod(sizes) > len(which):
            met, which = np.unique(which, return_inverse=True)
            places = self._places(values, met)
        else:
            if self._newest is None or self._newest[0] != values:
                self._newest = values, self._places(values, np.arange(math.prod(sizes)))
            places = self._newest[1]
        if (places < 0).any():  # perhaps of what does not occur
            for row in np.flatnonzero(places[which] < 0)[:1].tolist():
                said = ", ".join(
                    f"{name}={piece.log.columns[name].take(slice(row, row + 1))[0]!r}"
                    for name in self.columns
                )
                raise ArgumentError(f"{piece.place(row)}: the policy's table has no row for {said}")
        answers: NDArray[Any] = np.take(self._values[..., places], which, axis=-1)
        return answers

    def _places(self, values: Sequence[Sequence[Any]], met: Ints) -> Ints:
        """Returns the place in the table of combinations of values; -1 where it has none."""
        parts = np.unravel_index(met, tuple(map(len, values)))
        columns = (
            map(value.__getitem__, part.tolist()) for value, part in zip(values, parts, strict=True)
        )
        keys = zip(*columns, strict=True)
        return np.array([self._place_of.get(key, -1) for key in keys], dtype=np.int64)


def _values(table: Any, actions: Sequence[str]) -> NDArray[Any]:
    """Returns the numbers of the actions, (rows,), or their probabilities, (actions, rows)."""
    if not hasattr(table, "columns"):
        number_of = {name: number for number, name in enumerate(actions)}
        return np.array([number_of.get(value, value) for value in table.tolist()])
    for name in table.columns:
        if name not in actions:
            raise ArgumentError(f"the policy's table has a column {not_one_of(name, actions)}")
    nothing = np.zeros(len(table))
    return np.stack([table[name].to_numpy() if name in table else nothing for name in actions])
