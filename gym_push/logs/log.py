"""A log of notifications: an immutable table, made once and shared by all that play it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import LogError, did_you_mean
from gym_push.logs.arrow import arrow_table
from gym_push.logs.columns import CodedColumn, Column, Frozen, read_only
from gym_push.logs.schema import Schema
from gym_push.spaces import UNKNOWN, Flag
from gym_push.text import listed, quoted

if TYPE_CHECKING:
    import pandas as pd

THE_PERSON: Final = "the person"
"""The name of the only person of a log without names."""
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, eq=False, repr=False)
class NotificationLog(Frozen):
    """Notifications, the situations in which they arrived, and what the person did.

    Made by `gym_push.read_log`, and immutable. Its memory grows with the columns (a few bytes for
    each cell), not with Python objects.

    Attributes:
        source: Where it came from, for people and for error messages.
        schema: What the columns mean; every kind is filled in.
        columns: The column of each feature of the schema.
        actions: What the person did, 1 opened and 0 dismissed: int8, shape (rows,), read-only.
        times: When each notification arrived, in ms since 1970 local to the phone: int64, shape
            (rows,), read-only; None where the log does not say.
        offsets: How many minutes the phone's clock was ahead of UTC: int16, shape (rows,),
            read-only, `NO_OFFSET` where unknown; None where the log never says.
        owner: Whose phone it was; None in a log of one person.
        outcome: What the action column says in each row, as the schema's `answers` name it; None
            in a log that says no more than opened and dismissed.
        unanswered: How many rows of the source were left out because they have no answer, by what
            the action column says there (`""` for a hole).
    """

    source: str
    schema: Schema
    columns: Mapping[str, Column]
    actions: NDArray[np.int8]
    times: NDArray[np.int64] | None = None
    owner: CodedColumn | None = None
    offsets: NDArray[np.int16] | None = None
    outcome: CodedColumn | None = None
    unanswered: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Makes the columns and arrays read-only."""
        for name in ("columns", "unanswered"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        super().__post_init__()

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        """Pickles the log itself, not what was prepared from it."""
        made, parts = super().__reduce__()
        return made, tuple(
            dict(part) if isinstance(part, MappingProxyType) else part for part in parts
        )

    def __repr__(self) -> str:
        """Where it came from and what is in it."""
        left_out = f", {sum(self.unanswered.values())} without an answer left out"
        opened = f"{self.actions.sum()} opened{left_out if self.unanswered else ''}"
        return f"<NotificationLog {self.source}: {len(self)} rows, {opened}>"

    def __len__(self) -> int:
        """The number of notifications."""
        return len(self.actions)

    @cached_property
    def prepared(self) -> dict[Any, Any]:
        """What `observe` prepares from the log, and keeps as long as the log is there."""
        return {}

    @cached_property
    def users(self) -> tuple[str, ...]:
        """The people, sorted; empty in a log of one person."""
        return () if self.owner is None else tuple(str(name) for name in self.owner.values)

    def with_answers(self) -> NotificationLog:
        """Returns the log itself.

        Raises:
            LogError: It is of decisions without answers, with which agents cannot be scored.
        """
        refuse_unanswered(self.source, self.schema)
        return self

    def rows_of(self, user: str | None) -> NDArray[np.int64]:
        """Returns one user's rows, or with None all rows, in the order of the log.

        Returns:
            int64, read-only; the same array every time.

        Raises:
            LogError: The log has no such user.
        """
        if user is None:
            return self._every_row
        if user not in self._rows_by_user:
            raise LogError(
                f"{self.source} has no user {quoted(user)}"
                f"{did_you_mean(str(user), self.users) or '; it has ' + listed(self.users)}"
            )
        return self._rows_by_user[user]

    @cached_property
    def _every_row(self) -> NDArray[np.int64]:
        return read_only(np.arange(len(self)))

    @cached_property
    def _rows_by_user(self) -> dict[str, NDArray[np.int64]]:
        if self.owner is None:
            return {}
        by_user = np.argsort(self.owner.codes, kind="stable").astype(np.int64)
        ends = np.cumsum(np.bincount(self.owner.codes, minlength=len(self.users)))
        return dict(zip(self.users, map(read_only, np.split(by_user, ends[:-1])), strict=True))

    def features(self, row: int, role: str) -> dict[str, Any]:
        """Returns one row's features of a role as plain Python values.

        Args:
            row: 0 to len(log) - 1.
            role: "notification", "context" or "engagement".
        """
        here = slice(row, row + 1)
        names = (feature.name for feature in self.schema.of_role(role))
        return {name: self.columns[name].take(here)[0] for name in names}

    def posted(self, row: int) -> str | None:
        """Returns when a row's notification arrived, in ISO 8601 to the second; None if unknown."""
        return None if self.times is None else posted(int(self.times[row]))

    def select(self, rows: NDArray[np.int64]) -> NotificationLog:
        """Returns a log of some rows alone, in the order given, and of the people in them.

        Args:
            rows: Row numbers, shape (n,), at least one.
        """
        return replace(
            self,
            columns={name: column.select(rows) for name, column in self.columns.items()},
            actions=self.actions[rows],
            times=None if self.times is None else self.times[rows],
            owner=None if self.owner is None else self.owner.select(rows),
            offsets=None if self.offsets is None else self.offsets[rows],
            outcome=None if self.outcome is None else self.outcome.select(rows),
            unanswered={},  # whose they were is not known
        )

    def without(self, *names: str) -> NotificationLog:
        """Returns the log without these features, which are then in no observation of it.

        Raises:
            LogError: The log has no such feature, or nothing is left to observe.
        """
        for name in names:
            if name not in self.columns:
                raise LogError(
                    f"{self.source} has no feature {quoted(name)}"
                    f"{did_you_mean(str(name), self.columns) or '; it has ' + listed(self.columns)}"
                )
        kept = {name: column for name, column in self.columns.items() if name not in names}
        return replace(self, schema=self.schema.of_features(kept), columns=kept)

    @property
    def outcome_as_written(self) -> Column | None:
        """The outcome as a file holds it: numbers where all that the schema names are whole."""
        if self.outcome is None or self.schema.answers is None:
            return None
        return self.schema.answers.as_written(self.outcome)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the log's content, whatever its source: 64 hexadecimal digits.

        Offsets from UTC do not count: no episode depends on them.
        """
        features = [
            (each.name, each.kind, each.unit, each.role, *filter(None, [each.means]))
            for each in self.schema.features
        ]
        digest = hashlib.sha256(repr((features, self.schema.action)).encode())
        for column in (*self.columns.values(), self.owner, self.outcome):
            for part in vars(column).values() if column else ():
                digest.update(part.tobytes() if isinstance(part, np.ndarray) else _plain(part))
        for array in (self.actions, self.times):
            digest.update(b"" if array is None else array.tobytes())
        return digest.hexdigest()

    def to_frame(self) -> pd.DataFrame:
        """Returns the log as a DataFrame: the features, then action, user and time (datetime64).

        The action is 1 or 0, or the outcome where the schema says what outcomes mean.
        Flags are of pandas' type "boolean", in which NA is unknown.
        """
        import pandas as pd

        every = slice(None)
        data: dict[str, Any] = {name: column.take(every) for name, column in self.columns.items()}
        for name, column in self.columns.items():
            if isinstance(column, CodedColumn) and column.values == Flag.VALUES:
                true, unknown = map(Flag.VALUES.index, (True, UNKNOWN))
                data[name] = pd.arrays.BooleanArray(column.codes == true, column.codes == unknown)
        outcome = self.outcome_as_written
        if self.schema.action:
            data[self.schema.action] = self.actions if outcome is None else outcome.take(every)
        if self.owner is not None and self.schema.user is not None:
            data[self.schema.user] = self.owner.take(every)
        if self.times is not None and self.schema.time is not None:
            data[self.schema.time.name] = self.times.astype("datetime64[ms]")
        return pd.DataFrame(data)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Gives the log to Arrow, so that Polars, DuckDB, PyArrow and pandas take it as it is.

        ```python
        polars.DataFrame(log)
        ```

        The columns are those of a file of it. Numbers, codes and texts are shared, not copied.

        Raises:
            MissingExtraError: PyArrow is not installed.
        """
        return arrow_table(self).__arrow_c_stream__(requested_schema)

    def __deepcopy__(self, memo: dict[int, Any]) -> NotificationLog:
        """Returns itself: it is immutable."""
        return self


def posted(time: int) -> str:
    """Returns a time in ms since 1970 in ISO 8601, to the second."""
    return (_EPOCH + timedelta(milliseconds=time)).isoformat(timespec="seconds")


def refuse_unanswered(source: str, schema: Schema) -> None:
    """Raises a LogError for a log of decisions without answers."""
    if not schema.action:
        raise LogError(
            f"{source} holds decisions and no answers of a person, so that it cannot be "
            "played; gym_push.evaluation.LoggedDecisions reads it for off-policy estimates"
        )


def _plain(part: object) -> bytes:
    return part if isinstance(part, bytes) else repr(part).encode()
