"""Logs larger than memory: files of Parquet, read piece by piece.

Each different cell of a piece is parsed once, by the rules of `read_log`, and numbers are taken as
they are, so that a scan takes little longer than Arrow takes to read the columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import LogError, SchemaError, extra_import
from gym_push.logs.answers import NO_ANSWER
from gym_push.logs.arrow_cells import People, answer_reader, feature_reader, time_reader
from gym_push.logs.columns import CodedColumn, NumberColumn, TextColumn
from gym_push.logs.log import THE_PERSON, NotificationLog
from gym_push.logs.opening import PARQUET, Data, files_of
from gym_push.logs.parsers import BadCellError
from gym_push.logs.reading import opened
from gym_push.logs.schema import Feature, Schema
from gym_push.logs.sources import unreadable
from gym_push.spaces import UNKNOWN, Flag
from gym_push.text import quoted

if TYPE_CHECKING:
    import pandas as pd

PIECE: Final = 1 << 17
"""Rows read at a time."""


class Piece(NamedTuple):
    """Some rows of a log.

    Attributes:
        log: The rows, with the wanted columns alone and without an owner.
        person: Whose each row is, an index into `Pieces.people`: (rows,).
        first: The number of the first row in its file; rows count from 1.
        kept: Where in the piece the rows were, if some had no answer; else None.
    """

    log: NotificationLog
    person: NDArray[np.int64]
    first: int
    kept: NDArray[np.int64] | None

    def place(self, index: int) -> str:
        """Returns what messages call one of the rows."""
        index = index if self.kept is None else int(self.kept[index])
        return f"{self.log.source}, row {self.first + index}"

    def frame(self, names: Collection[str]) -> pd.DataFrame:
        """Returns some columns as a DataFrame, in which labels and lists are categories."""
        import pandas as pd

        data: dict[str, Any] = {}
        for name in names:
            column = self.log.columns[name]
            if isinstance(column, NumberColumn):
                data[name] = column.numbers
            elif isinstance(column, TextColumn):
                data[name] = column.take(slice(None))
            elif column.values == Flag.VALUES:
                true, unknown = map(Flag.VALUES.index, (True, UNKNOWN))
                data[name] = pd.arrays.BooleanArray(column.codes == true, column.codes == unknown)
            else:
                categories = pd.Index(list(column.values), dtype=object, tupleize_cols=False)
                data[name] = pd.Categorical.from_codes(column.codes, categories)
        return pd.DataFrame(data, index=range(len(self.log)), columns=list(names))


@dataclass(frozen=True, eq=False, repr=False)
class LogScan:
    """A log in files of Parquet, which is read in pieces each time that it is asked for something.

    Made by `scan_log`. Its memory grows with the people and the different labels, not with rows.

    Attributes:
        source: What messages call it.
        schema: What its columns mean.
        files: The files, in order.
        rows: How many rows they have, also without an answer.
    """

    source: str
    schema: Schema
    files: tuple[Path, ...]
    rows: int

    def __repr__(self) -> str:
        """Where it comes from, and its length."""
        return f"<LogScan {self.source}: {self.rows} rows>"

    def pieces(
        self, names: Collection[str], *, timed: bool = False, answered: bool = True
    ) -> Pieces:
        """Returns the rows in order, a piece at a time.

        Args:
            names: The features that are wanted.
            timed: Whether the times are.
            answered: Whether what people did is read, and rows without an answer are left out.

        Raises:
            SchemaError: The log lacks a column, or the schema does not say what kind it has.
        """
        features = {name: self._feature(name) for name in names}
        return Pieces(self, features, timed, answered)

    def _feature(self, name: str) -> Feature:
        for each in self.schema.features:
            if each.name == name and each.kind is None:
                raise SchemaError(
                    f"the schema does not say the kind of column {quoted(name)}, and a scan does "
                    "not look at all rows to find it out; name it, such as label or number"
                )
            if each.name == name:
                return each
        raise SchemaError(f"{self.source} has no feature {quoted(name)} in its schema")


class Pieces:
    """One pass over a log; to iterate over it reads the rows.

    Args:
        log: The log.
        features: The features that are wanted, by name.
        timed: Whether the times are.
        answered: Whether what people did is read.

    Attributes:
        people: Everybody met so far, in order of appearance.
        unanswered: Rows without an answer that were left out so far, by what the action column
            says.
    """

    def __init__(
        self, log: LogScan, features: Mapping[str, Feature], timed: bool, answered: bool
    ) -> None:
        self._log, self._features, self._timed, self._answered = log, features, timed, answered
        self.people: list[str] = [THE_PERSON] if log.schema.user is None else []
        self.unanswered: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Piece]:
        """Yields the pieces, once.

        Raises:
            LogError: A file or a cell cannot be read; the message names file, row and column.
        """
        schema, dialect = self._log.schema, self._log.schema.dialect
        features = {name: feature_reader(each, dialect) for name, each in self._features.items()}
        answers = answer_reader(schema) if self._answered and schema.action else None
        times = time_reader(schema.time.unit, dialect) if self._timed and schema.time else None
        people = People(dialect, self.people)
        action = schema.action if answers else None
        time = schema.time.name if times and schema.time else None
        named = dict.fromkeys(filter(None, (*features, action, schema.user, time)))
        for batch in _batches(self._log.files, list(named)):
            kept = outcome = clock = offsets = None
            did = np.zeros(len(batch.cells), dtype=np.int8)
            if answers and action:
                did, outcome = batch.read(action, answers)
                kept = None if outcome is None else self._with_answers(outcome)
            if kept is not None and outcome is not None:
                batch, did, outcome = batch.take(kept), did[kept], outcome.select(kept)
            columns = {name: batch.read(name, reader) for name, reader in features.items()}
            if times and time:
                clock, offsets = batch.read(time, times)
            person = np.zeros(len(did), dtype=np.int64)
            if schema.user is not None:
                person = batch.read(schema.user, people.read)
            log = NotificationLog(batch.file, schema, columns, did, clock, None, offsets, outcome)
            yield Piece(log, person, batch.first, kept)

    def in_order(self) -> NDArray[np.int64]:
        """Returns the people met, indices into `people`, as a log sorts them."""
        return np.array(sorted(range(len(self.people)), key=self.people.__getitem__), np.int64)

    def _with_answers(self, outcome: CodedColumn) -> NDArray[np.int64] | None:
        """Returns which rows have an answer, None for all, and counts the others."""
        answers = self._log.schema.answers
        assert answers is not None
        values = list(map(str, outcome.values))
        none = np.array([answers.meanings[value] == NO_ANSWER for value in values])
        if not none.any():
            return None
        rows = zip(values, np.bincount(outcome.codes).tolist(), none.tolist(), strict=True)
        self.unanswered.update({value: count for value, count, left_out in rows if left_out})
        return np.flatnonzero(~none[outcome.codes])


class _Batch(NamedTuple):
    """Some rows of a file as Arrow holds them.

    Attributes:
        file: Its name.
        first: The number of the first row.
        cells: An Arrow batch.
        kept: Where its rows were, if some were left out.
    """

    file: str
    first: int
    cells: Any
    kept: NDArray[np.int64] | None = None

    def take(self, kept: NDArray[np.int64]) -> _Batch:
        """Returns some of the rows."""
        import pyarrow

        return self._replace(cells=self.cells.take(pyarrow.array(kept)), kept=kept)

    def read(self, name: str, reader: Callable[[Any], Any]) -> Any:
        """Returns what a reader makes of a column; an error names file, row and column."""
        try:
            return reader(self.cells.column(name))
        except BadCellError as error:
            row = self.first + (error.index if self.kept is None else int(self.kept[error.index]))
            place = f"{self.file}, row {row}, column {quoted(name)}"
            raise LogError(f"{place}: {error.problem}") from None


def scan_log(data: Data, schema: Schema | str | Path | None = None) -> LogScan:
    """Opens a log that is larger than memory.

    ```python
    log = gym_push.logs.scan_log("logs/*.parquet", "my-log.toml")
    ```

    Args:
        data: Files of Parquet: one, a folder, a pattern, or a list.
        schema: As for `read_log`. It says the kind of each column that is used.

    Returns:
        The log, of which no row has been read.

    Raises:
        LogError, SchemaError: As `read_log`, or the files are not of Parquet.
        MissingExtraError: PyArrow is not installed.
    """
    source, schema = opened(data, schema)
    if hasattr(data, "columns"):
        raise LogError("a scan reads files of Parquet; a DataFrame is in memory, where read_log is")
    files = files_of(data)
    for path in files:
        if path.suffix.lower() not in PARQUET:
            raise LogError(
                f"a scan reads files of Parquet, and {path.name} is none; write it as one with "
                "gym-push log convert"
            )
    rows = sum(_opened(path, schema.columns).metadata.num_rows for path in files)
    return LogScan(source.name, schema, tuple(files), rows)


def _batches(files: Sequence[Path], wanted: Sequence[str]) -> Iterator[_Batch]:
    """Yields batches, of which a thread reads the next meanwhile."""
    batches = _read(files, wanted)
    with ThreadPoolExecutor(1) as reading:
        coming = reading.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reading.submit(next, batches, None)
            yield batch


def _read(files: Sequence[Path], wanted: Sequence[str]) -> Iterator[_Batch]:
    for path in files:
        first, batches = 1, _opened(path, wanted).iter_batches(PIECE, columns=list(wanted))
        while True:
            try:
                cells = next(batches, None)
            except Exception as error:  # Arrow's errors have no common base
                raise unreadable(path.name, error) from None
            if cells is None:
                break
            yield _Batch(path.name, first, cells)
            first += len(cells)


def _opened(path: Path, wanted: Sequence[str]) -> Any:
    """Returns a file of Parquet that has columns, with words as dictionaries."""
    with extra_import(f"reading {path.name}", "PyArrow", "parquet"):
        import pyarrow
        import pyarrow.parquet
    try:
        file = pyarrow.parquet.ParquetFile(path)
        words = [
            each.name
            for each in file.schema_arrow
            if each.name in wanted and (pyarrow.types.is_string(each.type))
        ]
        file = pyarrow.parquet.ParquetFile(path, read_dictionary=words) if words else file
    except Exception as error:  # Arrow's errors have no common base
        raise unreadable(path.name, error) from None
    for name in wanted:
        if name not in file.schema_arrow.names:
            raise LogError(
                f"{path.name} has no column {quoted(name)}; files of one log have the same columns"
            )
    return file
