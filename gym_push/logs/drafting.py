"""Begins the schema of a log, for a person to finish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gym_push.logs.dialect import USUAL, Dialect, toml
from gym_push.logs.inference import KindGuess
from gym_push.logs.opening import Data, as_it_looks
from gym_push.logs.parsers import actions
from gym_push.logs.reading import parsed_columns
from gym_push.logs.schema import FEATURE_ROLES, LARGEST
from gym_push.text import printable

_ABOUT_ROLES: Final = {
    "notification": "known on arrival, about the notification itself: the agent sees it",
    "context": "known on arrival, about the situation: the agent sees it",
    "engagement": "known only after the person acted: never shown to an agent",
}


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
    guesses: dict[str, KindGuess | None] = dict.fromkeys(source.columns)
    guesses |= parsed_columns(source, dict.fromkeys(source.columns, KindGuess.parser))
    may_be_action = parsed_columns(source, dict.fromkeys(source.columns, actions))
    lines = [*_head(source.name, source.dialect, list(may_be_action))]
    lines += [_line(name, guess) for name, guess in guesses.items()]
    return "\n".join(lines) + "\n"


def _head(name: str, dialect: Dialect, able: Sequence[str]) -> Iterator[str]:
    yield f"# What the columns of {printable(name)} mean. To finish: name the action, move each"
    yield "# line from the end to its role, without its #, and delete those that are not needed."
    yield ""
    yield "# TODO: what the person did, as 1/0, true/false or opened/dismissed"
    yield f"# (these columns could be it: {', '.join(map(toml, able)) or 'none'})"
    yield 'action = ""'
    yield "# or, of a column with other values, what they mean (no_answer: rows to leave out):"
    yield '# action = { column = "", opened = [], dismissed = [], ignored = [], no_answer = [] }'
    if dialect != USUAL:
        yield f"dialect = {dialect.to_toml()}  # how the cells look written"
    yield '# user = ""  # whose phone it was, in a log of several people'
    yield '# time = ""  # when it arrived: ISO 8601, or s or ms since 1970'
    for role in FEATURE_ROLES:
        yield from ("", f"[{role}]", f"# {_ABOUT_ROLES[role]}")
    yield ""
    yield "# TODO: the columns, each with the kind that fits all its cells"


def _line(name: str, guess: KindGuess | None) -> str:
    if guess is None:
        return f'# {toml(name)} = "label"  # numbers and words: mend it, or keep "label"'
    if guess.kind not in LARGEST or not guess.holes:
        return f"# {toml(name)} = {toml(guess.kind)}"
    return (
        f"# {toml(name)} = {{ kind = {toml(guess.kind)}, missing = {guess.middle!r} }}"
        "  # what its holes stand for; leave missing out if it is engagement"
    )
