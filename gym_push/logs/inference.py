"""What kind of feature a column is, where no schema says it."""

from __future__ import annotations

from collections.abc import Sequence

from gym_push.logs import cells as rules
from gym_push.logs.dialect import Dialect
from gym_push.logs.lists import words_of
from gym_push.logs.parsers import BadCellError, Parser
from gym_push.text import quoted

MOST_LABELS = 1000
"""Most different cells of a label whose kind is inferred."""
WORDS_OF_A_TEXT = 3
"""Words in the average cell, from which a column is text."""


class KindGuess:
    """What kind of feature a column is, where the schema leaves it open.

        flag      every cell is true, false or unknown, in any case; 1 and 0 may be among them
        integer   every cell is a whole number
        number    every cell is a number or a length of time
        list      every cell is a JSON array of words; it can only be engagement
        text      more than 1000 different cells, or three words and more in the average one
        label     anything else

    It looks at all cells of the log, so that the kind does not depend on which rows come first.

    Attributes:
        kind: The kind that fits every cell; `""` before `join`.
        holes: Whether any cell holds no value.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._rows = self._spaces = 0
        self._seen: dict[str, None] = {}  # the first different cells, up to a limit
        self._number = self._word = ""  # the first of each
        self._whole = self._flags = self._marks = self._lists = True
        self._says_true_or_false = self.holes = False
        self.kind = ""

    @classmethod
    def parser(cls, dialect: Dialect) -> Parser:
        """Returns the parser that makes a guess."""
        guess = cls(dialect)
        return Parser(guess.parse, guess.join)

    def parse(self, cells: Sequence[str]) -> None:
        """Looks at the next cells.

        Raises:
            BadCellError: The column holds numbers here and words there, so that no kind fits.
        """
        self._rows += len(cells)
        self._spaces += "".join(cells).count(" ")
        for cell in dict.fromkeys(cells):
            if cell not in self._seen:
                self._look(cell)
                if self._number and self._word and not self._flags:
                    raise BadCellError(cells.index(cell), self._mixed(cell))
                if len(self._seen) <= MOST_LABELS:
                    self._seen[cell] = None

    def _look(self, cell: str) -> None:
        code = rules.flag(cell, self._dialect)
        self._flags = self._flags and code is not None
        word = rules.spelling(cell)
        self._says_true_or_false |= code in (0, 1) and word not in ("0", "1")
        if self._dialect.is_hole(cell):
            self.holes = True
            return
        number = rules.number(cell, self._dialect)
        if number is None:
            self._word = self._word or cell
            self._lists = self._lists and words_of(cell) is not None
            self._marks = self._marks and bool(rules.other_mark(cell, self._dialect))
        else:
            self._whole = self._whole and number.is_integer()
            self._number = self._number or cell

    def _mixed(self, cell: str) -> str:
        other = self._number if cell == self._word else self._word
        to_do = "some cells are numbers and some are words; give the column's kind in the schema"
        if self._marks:
            to_do = rules.other_mark(self._word, self._dialect)
        return f"{quoted(cell)} is in one column with {quoted(other)}: {to_do}"

    @property
    def middle(self) -> float:
        """The median of the different numbers seen, one of them."""
        numbers = [rules.number(cell, self._dialect) for cell in self._seen]
        known = sorted(number for number in numbers if number is not None)
        return int(known[len(known) // 2]) if self._whole else known[len(known) // 2]

    def join(self, pieces: list[None]) -> KindGuess:
        """Returns itself, with the kind that fits every cell.

        Raises:
            ValueError: They are numbers with another decimal mark than the dialect's.
        """
        if self._word and self._marks:
            raise ValueError(rules.not_a_number(self._word, self._dialect))
        many = len(self._seen) > MOST_LABELS
        words = self._spaces + self._rows
        if self._flags and self._says_true_or_false:
            self.kind = "flag"
        elif self._number:
            self.kind = "integer" if self._whole else "number"
        elif self._word and self._lists:
            self.kind = "list"
        else:
            self.kind = "text" if many or words >= WORDS_OF_A_TEXT * self._rows else "label"
        return self
