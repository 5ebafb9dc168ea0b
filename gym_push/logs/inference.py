"""What kind of feature a column is, where the schema leaves it open.

    flag      every cell is true, false or unknown, in any case; 1 and 0 may stand among them
    integer   every cell is a whole number
    number    every cell is a number
    text      more than 1000 different cells, or three words and more in the average one
    label     anything else

All cells of the log are looked at, so that a kind never depends on which rows come first.
"""

from __future__ import annotations

from collections.abc import Sequence

from gym_push.logs.cells import FLAGS, BadCellError, spelling
from gym_push.logs.quoting import quoted
from gym_push.spaces import UNKNOWN

MOST_LABELS = 1000
WORDS_OF_A_TEXT = 3


class KindGuess:
    """Looks at the cells of one column, piece by piece."""

    def __init__(self) -> None:
        """Starts with every kind still possible."""
        self._rows = self._words = 0
        self._seen: set[str] = set()
        self._number = self._word = ""
        self._whole = self._flags = True
        self._says_true_or_false = False

    def add(self, cells: Sequence[str]) -> None:
        """Takes the next cells.

        Raises:
            BadCellError: The column holds numbers here and words there, so that no kind fits.
        """
        self._rows += len(cells)
        self._words += " ".join(cells).count(" ") + 1
        for cell in dict.fromkeys(cells):
            if cell not in self._seen:
                self._look(cell)
                if self._number and self._word and not self._flags:
                    raise BadCellError(
                        cells.index(cell),
                        f"{quoted(cell)} stands in one column with {quoted(self._other(cell))}: "
                        "some cells are numbers and some are words; give the column's kind in the "
                        "schema",
                    )
                if len(self._seen) <= MOST_LABELS:
                    self._seen.add(cell)

    def _look(self, cell: str) -> None:
        word = spelling(cell)
        self._flags = self._flags and word in FLAGS
        self._says_true_or_false = self._says_true_or_false or word in ("true", "false")
        if word in ("", UNKNOWN):
            return
        try:
            self._whole = float(cell).is_integer() and self._whole
            self._number = self._number or cell
        except ValueError:
            self._word = self._word or cell

    def _other(self, cell: str) -> str:
        return self._number if cell == self._word else self._word

    @property
    def kind(self) -> str:
        """The kind that fits every cell added so far."""
        if self._flags and self._says_true_or_false:
            return "flag"
        if self._number:
            return "integer" if self._whole else "number"
        many = len(self._seen) > MOST_LABELS
        return "text" if many or self._words >= WORDS_OF_A_TEXT * self._rows else "label"
