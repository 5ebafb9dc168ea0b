"""What the columns of a log are, where no schema says it: kinds are inferred, a schema drafted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from gym_push.logs import cells as rules
from gym_push.logs.builders import BadCellError, Builder, actions
from gym_push.logs.dialect import USUAL, Dialect, toml
from gym_push.logs.opening import Data, as_it_looks
from gym_push.logs.schema import FEATURE_ROLES, LARGEST
from gym_push.text import printable, quoted

MOST_LABELS = 1000
"""Different cells of a label whose kind is inferred."""
WORDS_OF_A_TEXT = 3
"""In the average cell."""

_ABOUT_ROLES: Final = {
    "notification": "known on arrival, about the notification itself: the agent sees it",
    "context": "known on arrival, about the situation: the agent sees it",
    "engagement": "known only after the person acted: never shown to an agent",
}


class KindGuess(Builder[str]):
    """What kind of feature a column is, where the schema leaves it open.

        flag      every cell is true, false or unknown, in any case; 1 and 0 may be among them
        integer   every cell is a whole number
        number    every cell is a number or a length of time
        text      more than 1000 different cells, or three words and more in the average one
        label     anything else

    It looks at all cells of the log, so that the kind does not depend on which rows come first.

    Attributes:
        seen: The first different cells, up to a limit.
        holes: Whether there are any.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._rows = self._words = 0
        self.seen: dict[str, None] = {}
        self._number = self._word = ""
        self._whole = self._flags = self._marks = True
        self._says_true_or_false = self.holes = False

    def add(self, cells: Sequence[str]) -> None:
        """Takes the next cells.

        Raises:
            BadCellError: The column holds numbers here and words there, so that no kind fits.
        """
        self._rows += len(cells)
        self._words += " ".join(cells).count(" ") + 1
        for cell in dict.fromkeys(cells):
            if cell not in self.seen:
                self._look(cell)
                if self._number and self._word and not self._flags:
                    raise BadCellError(cells.index(cell), self._mixed(cell))
                if len(self.seen) <= MOST_LABELS:
                    self.seen[cell] = None

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
        numbers = [rules.number(cell, self._dialect) for cell in self.seen]
        known = sorted(number for number in numbers if number is not None)
        return int(known[len(known) // 2]) if self._whole else known[len(known) // 2]

    def finish(self) -> str:
        """Returns the kind that fits every cell added so far.

        Raises:
            ValueError: They are numbers with another decimal mark than the dialect's.
        """
        if self._word and self._marks:
            raise ValueError(rules.not_a_number(self._word, self._dialect))
        if self._flags and self._says_true_or_false:
            return "flag"
        if self._number:
            return "integer" if self._whole else "number"
        many = len(self.seen) > MOST_LABELS
        return "text" if many or self._words >= WORDS_OF_A_TEXT * self._rows else "label"


def draft(path: Data) -> str:
    """Returns the beginning of a schema file for a log: its columns with kinds that fit them.

    The role of a column is not guessed: nobody would notice an agent that sees what it must not.
    So the text is not a schema until a person has finished it.

    Args:
        path: As for `read_log`.

    Raises:
        LogError: The log cannot be read.
        MissingExtraError: As `read_log`.
    """
    source = as_it_looks(path)
    guesses = {name: KindGuess(source.dialect) for name in source.columns}
    may_be_action = {name: actions(source.dialect) for name in source.columns}
    not_mixed = dict(guesses)
    for piece in source.pieces(source.columns):
        for name, cells in zip(source.columns, piece, strict=True):
            for builders in (not_mixed, may_be_action):
                if name in builders and not _takes(builders[name], cells):
                    del builders[name]
    lines = [*_head(source.name, source.dialect, list(may_be_action))]
    lines += [_line(name, guess, name in not_mixed) for name, guess in guesses.items()]
    return "\n".join(lines) + "\n"


def _takes(builder: Builder[Any], cells: Sequence[str]) -> bool:
    try:
        builder.add(cells)
    except BadCellError:
        return False
    return True


def _head(name: str, dialect: Dialect, able: Sequence[str]) -> Iterator[str]:
    yield f"# What the columns of {printable(name)} mean. To finish: name the action, move each"
    yield "# line from the end to its role, without its #, and delete those that are not needed."
    yield ""
    yield "# TODO: what the person did, as 1/0, true/false or opened/dismissed"
    yield f"# (these columns could be it: {', '.join(map(toml, able)) or 'none'})"
    yield 'action = ""'
    if dialect != USUAL:
        yield f"dialect = {dialect.to_toml()}  # how the cells look written"
    yield '# user = ""  # whose phone it was, in a log of several people'
    yield '# time = ""  # when it arrived: ISO 8601, or s or ms since 1970'
    for role in FEATURE_ROLES:
        yield from ("", f"[{role}]", f"# {_ABOUT_ROLES[role]}")
    yield ""
    yield "# TODO: the columns, each with the kind that fits all its cells"


def _line(name: str, guess: KindGuess, not_mixed: bool) -> str:
    try:
        kind = guess.finish() if not_mixed else ""
    except ValueError:
        kind = ""
    if not kind:
        return f'# {toml(name)} = "label"  # numbers and words: mend it, or keep "label"'
    if kind not in LARGEST or not guess.holes:
        return f"# {toml(name)} = {toml(kind)}"
    return (
        f"# {toml(name)} = {{ kind = {toml(kind)}, missing = {guess.middle!r} }}"
        "  # what its holes stand for; leave missing out if it is engagement"
    )
