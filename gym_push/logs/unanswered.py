"""Leaves rows without an answer out of a log while it is read, and counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from gym_push.logs.answers import NO_ANSWER, Answers, spelled
from gym_push.logs.log import NotificationLog
from gym_push.logs.sources import Piece, Source
from gym_push.text import quoted

MOST_REASONS: Final = 8


def answered(source: Source, answers: Answers, reasons: Counter[str]) -> Source:
    """Returns a source without the rows that have no answer, whose other cells nobody parses.

    Args:
        source: The table.
        answers: They say which rows those are. A cell that they do not name stays, for its parser.
        reasons: Counts the rows by reason, whenever the column of the answers is read.
    """
    place_of = answers.reader(source.dialect)

    @cache
    def reason(cell: str) -> str | None:
        try:
            value = spelled(answers.values[place_of(cell)])
        except ValueError:
            return None
        return value if answers.meanings[value] == NO_ANSWER else None

    def pieces(wanted: Sequence[str]) -> Iterator[Piece]:
        names = list(dict.fromkeys([*wanted, answers.column]))
        if len(names) == len(wanted):
            reasons.clear()
        for piece in source.pieces(names):
            why = list(map(reason, piece.columns[names.index(answers.column)]))
            kept = [row for row, each in enumerate(why) if each is None]
            if len(names) == len(wanted):
                reasons.update(each for each in why if each is not None)
            columns = piece.columns[: len(wanted)]
            if len(kept) == len(why):
                yield piece._replace(columns=columns)
            elif kept:
                columns = [[column[row] for row in kept] for column in columns]
                yield piece._replace(columns=columns, kept=kept)

    return replace(source, pieces=pieces)


def left_out(log: NotificationLog) -> str:
    """Returns how many rows of a log's source have no answer, and why, in a sentence."""
    rows = sum(log.unanswered.values())
    ranked = sorted(log.unanswered.items(), key=lambda each: -each[1])
    shown = [f"{each or 'empty'}: {number}" for each, number in ranked[:MOST_REASONS]]
    if others := sum(number for _, number in ranked[MOST_REASONS:]):
        shown.append(f"others: {others}")
    return (
        f"{log.source}: {rows} of {rows + len(log)} rows have no answer and are left out (column "
        f"{quoted(log.schema.action)}, {', '.join(shown)})"
    )
